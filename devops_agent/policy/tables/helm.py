"""helm and kustomize: what a chart or an overlay says."""

from devops_agent.policy.judgement import Judgement, change
from devops_agent.policy.rows import (
    WORDS,
    Use,
    change_alarms,
    destroy_alarms,
    program,
    row,
    words,
)

TEMPLATE = (
    "-f|--values=PATH --set= --set-string= -s|--show-only= --version= --include-crds --no-hooks --skip-tests "
    "--release-name "
    "--kube-version= -a|--api-versions= --is-upgrade"
)


def _local_template(use: Use) -> Judgement | None:
    """Only a chart in a folder or file here can be rendered without the network."""
    local = use.operands[-1].startswith((".", "/")) and "://" not in use.operands[-1]
    return None if local else change("may fetch a chart from the network", "NETWORK")


def _local_chart(use: Use) -> Judgement | None:
    """A chart in a folder or file here, or one named by a repository that is already known."""
    remote = any("://" in word or word.startswith("oci") for word in use.operands)
    return change("fetches a chart from the network", "NETWORK") if remote else None


PROGRAMS = (
    program(
        "helm",
        row(
            "list|ls",
            "-A|--all-namespaces -a|--all -q|--short -o|--output=table|json|yaml -f|--filter= -m|--max=N -d|"
            "--date -r|--reverse "
            "-l|--selector= --deployed --failed --pending --superseded --uninstalled --uninstalling --no-headers "
            "--offset=N --time-format=",
        ),
        row("status", "-o|--output=table|json|yaml --revision=N --show-desc --show-resources", words(1, 1)),
        row("history|hist", "-o|--output=table|json|yaml --max=N", words(1, 1)),
        row("get manifest|notes|hooks|metadata", "--revision=N -o|--output=table|json|yaml", words(1, 1)),
        row("version", "--short -c|--client --template="),
        row("env", "", words(0, 1)),
        row("repo list|ls", "-o|--output=table|json|yaml"),
        row("plugin list|ls"),
        row(
            "search repo",
            "-l|--versions --version= --devel -r|--regexp -o|--output=table|json|yaml --max-col-width=N",
            WORDS,
        ),
        row(
            "show|inspect chart|values|readme|all|crds",
            "--version= --devel --jsonpath=",
            words(1, 1),
            _local_chart,
        ),
        row("dependency|dep list|ls", "--max-col-width=N", words(0, 1)),
        row(
            "lint",
            "--strict --quiet -f|--values=PATH --set= --with-subcharts",
            words(0, 3),
            _local_chart,
        ),
        row("verify", "", words(1, 1), _local_template),
        row("template", TEMPLATE, words(1, 2), _local_template),
        row("help", "", WORDS),
        row("completion bash|zsh|fish"),
        shared="-n|--namespace= --kube-context= --debug",
        alarms=(
            *destroy_alarms(
                {
                    "uninstall|delete|del|un": "uninstall removes a release and everything it made",
                    "rollback": "rollback replaces the running release",
                    "upgrade --force|--reset-values|--cleanup-on-fail|--force-replace": "upgrade makes things anew",
                    "repo remove|rm": "repo remove forgets a repository",
                    "plugin uninstall|remove": "plugin uninstall removes a plugin",
                }
            ),
            *change_alarms("get values and get all print secrets", "get values|all", tag="SENSITIVE"),
            *change_alarms(
                "fetches from the network",
                "pull|fetch|push|registry|install|upgrade|dependency|search|repo",
                tag="NETWORK",
            ),
            *change_alarms("runs another program", "--post-renderer", "plugin", tag="EXEC"),
        ),
    ),
    program(
        "kustomize",
        row("version", "--short -o|--output=yaml|json"),
        row("cfg tree|count|grep|cat", "", words(0, 2)),
        otherwise="may fetch bases that the files name",
        tags="NETWORK",
    ),
)

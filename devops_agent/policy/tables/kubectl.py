"""kubectl and its close relatives."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, sensitive, worst
from devops_agent.policy.rows import (
    NONE,
    SOME_WORDS,
    WORDS,
    Use,
    alarm,
    change_alarms,
    destroy_alarms,
    program,
    row,
    simple,
    words,
)

WHERE = "-n|--namespace= --context= --cluster= --request-timeout= -v|--v=N"
SELECT = "-l|--selector= --field-selector= -A|--all-namespaces"
PRINT = (
    "-o|--output= --template= --show-labels --no-headers --sort-by= --show-managed-fields --allow-missing-template-keys "
    "--show-kind -L|--label-columns="
)
DRY_RUN = (
    "-f|--filename=PATH -k|--kustomize=PATH -R|--recursive -o|--output=yaml|json|name --dry-run=client|server --force "
    "--now --all -l|--selector= --overwrite --server-side --force-conflicts --save-config --image= --replicas=N --port= "
    "--type= -p|--patch= --from-literal= --clusterrole= --role= --serviceaccount= --user= --tcp= --restart= "
    "--target-port= --name= --min=N --max=N --cpu-percent=N --schedule= --labels= --env= --verb= --resource= "
    "--group= --hard= --class= --rule= --expose --validate[=] --show-managed-fields --grace-period=N"
)
SECRETS = re.compile(r"secrets?(?:\..*)?", re.IGNORECASE)
READS_TEMPLATE_FILE = re.compile(r"=?(?:jsonpath|go-template|custom-columns|template)-?file")
HARMLESS_PRINTERS = {"wide", "name"}


def _get(use: Use) -> Judgement | None:
    printers = [value.removeprefix("=") for value in use.options.values("-o")]
    if len(printers) > 1 or any(map(READS_TEMPLATE_FILE.match, printers)):
        return change("kubectl get with an output format that reads a file or is given twice")
    kinds = [kind for operand in use.operands[:1] for kind in operand.split(",")]
    kinds = [kind.partition("/")[0] for kind in [*kinds, *(word for word in use.operands if "/" in word)]]
    prints_all = use.options.has("--template") or any(printer not in HARMLESS_PRINTERS for printer in printers)
    if prints_all and any(map(SECRETS.fullmatch, kinds)):
        return sensitive("prints the data of Secrets")
    return None


def _dry_run(use: Use) -> Judgement | None:
    if len(use.options.values("--dry-run")) != 1:
        return change(f"kubectl {use.texts[0] if use.texts else ''} changes the cluster")
    files = [word.text for word in use.options.files]
    if any("://" in file for file in files) or "token" in use.operands[:1]:
        return change("reads a manifest from the network, or makes a token")
    return None


def _inner_command(use: Use) -> Judgement | None:
    """What `exec`, `debug` and `run` start inside a container."""
    verbs = [text for text in use.texts if not text.startswith("-")]
    if not {"exec", "debug", "run", "attach"} & set(verbs[:4]) or "--" not in use.texts:
        return None
    inner = use.judge_words(use.arguments[use.texts.index("--") + 1 :])
    if inner.risk in ("READ", "CHANGE"):
        return change("runs a command inside a container", "EXEC")
    return worst([destroy("runs a destructive command inside a container", "EXEC"), Judgement("CHANGE", inner.reasons)])


TEMPLATE = (
    "-f|--values=PATH --set= --set-string= -s|--show-only= --version= --include-crds --no-hooks --skip-tests --release-name "
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


def _local(use: Use) -> Judgement | None:
    remote = any("://" in word or ":" in word or "?" in word or "github.com" in word for word in use.operands)
    return change("fetches a base from the network", "NETWORK") if remote else None


DANGERS = destroy_alarms(
    {
        "delete": "delete removes objects from the cluster",
        "drain": "drain evicts every pod of a node",
        "replace --force": "replace --force deletes and makes anew",
        "apply --prune": "apply --prune deletes what the files do not name",
        "apply --force": "apply --force may delete and make anew",
        "scale --replicas=0": "scale to 0 stops every replica",
        "autoscale --max=0": "autoscale to 0 stops every replica",
        "taint *:NoExecute": "taint NoExecute evicts running pods",
        "patch --type=json *remove*": "patch removes a field",
        "patch -p|--patch=*finalizers*": "patch drops finalizers, which skips clean-up",
        'patch -p|--patch=*"replicas":0*': "patch stops every replica",
        'patch -p|--patch=*"op":*remove*': "patch removes a field",
        "debug node/*": "debug gives root on the node",
        "run --privileged": "run --privileged gives root on the node",
        "run --overrides=*privileged*": "run gives root on the node",
        "run --overrides=*host*": "run reaches into the node",
        "config delete-context|delete-cluster|delete-user|unset": "config deletes an entry of the kubeconfig",
        "certificate deny": "certificate deny rejects a request for good",
    }
)
NOTES = (
    *change_alarms(
        "exec, attach, cp and port-forward reach into a container", "exec", "attach", "cp", "port-forward", tag="EXEC"
    ),
    *change_alarms("run and debug start a container", "run", "debug", tag="EXEC"),
    *change_alarms("proxy opens the cluster to this machine", "proxy", tag="NETWORK"),
    *change_alarms("config view --raw prints credentials", "config view --raw|--flatten", tag="SENSITIVE"),
    *change_alarms("create token prints a credential", "create token", tag="SENSITIVE"),
    *change_alarms("cluster-info dump prints everything, configuration included", "cluster-info dump", tag="SENSITIVE"),
    *change_alarms("edit needs a terminal; use patch or apply", "edit"),
    *change_alarms(
        "uses another server, identity or configuration file",
        "--kubeconfig|--server|-s|--token|--as|--as-group|--client-certificate|--client-key|--username|--password",
        tag="NETWORK",
    ),
)
GET = row(
    "get",
    f"{SELECT} {PRINT} -w|--watch --watch-only --ignore-not-found --output-watch-events --chunk-size=N --subresource= "
    "--server-print -R|--recursive -f|--filename=PATH",
    WORDS,
    _get,
)
READS = (
    GET,
    row("describe", f"{SELECT} --show-events --chunk-size=N -f|--filename=PATH", SOME_WORDS),
    row(
        "logs|log",
        f"{SELECT} -f|--follow -p|--previous -c|--container= --timestamps --all-containers --prefix --ignore-errors "
        "--all-pods --tail=N --since= --since-time= --max-log-requests=N --limit-bytes=N --pod-running-timeout=",
        WORDS,
    ),
    row(
        "top pod|pods|po|node|nodes|no",
        f"{SELECT} --containers --no-headers --sum --sort-by= --use-protocol-buffers",
        WORDS,
    ),
    row("events", f"{SELECT} -w|--watch -o|--output=yaml|json|name|wide --for= --types= --no-headers", NONE),
    row("explain", "--recursive --api-version= --output=plaintext|plaintext-openapiv2", words(1, 1)),
    row(
        "api-resources",
        "--namespaced --verbs= --api-group= -o|--output=wide|name --no-headers --cached --sort-by= --categories=",
        NONE,
    ),
    row("api-versions"),
    row("version", "--client --short -o|--output=yaml|json"),
    row("cluster-info"),
    row("options"),
    row("help", "", WORDS),
    row("wait", f"{SELECT} --for= --timeout= --all -f|--filename=PATH -o|--output=yaml|json|name", WORDS),
    row("rollout status", f"{SELECT} -w|--watch --timeout= --revision=N -f|--filename=PATH", SOME_WORDS),
    row("rollout history", f"{SELECT} --revision=N -o|--output=yaml|json|name -f|--filename=PATH", SOME_WORDS),
    row("auth can-i", "-A|--all-namespaces --list -q|--quiet --no-headers --subresource= --as= --as-group=", WORDS),
    row("auth whoami", "-o|--output=yaml|json|name"),
    row("config current-context|get-clusters|get-users"),
    row("config get-contexts", "-o|--output=name --no-headers", WORDS),
    row("config view", "--minify -o|--output="),
    row(
        "kustomize",
        "--enable-alpha-plugins=false --load-restrictor=LoadRestrictionsRootOnly",
        words(0, 1),
        _local,
    ),
    row("plugin list", "--name-only"),
    row("completion bash|zsh|fish|powershell"),
    row("cluster-info"),
    *(
        row(verb, DRY_RUN, WORDS, _dry_run)
        for verb in ("apply|create|delete|scale|label|annotate|expose|run|set|patch|autoscale|taint|cordon|uncordon",)
    ),
)


KUBECTL = program(
    "kubectl kubectl.exe",
    *READS,
    shared=WHERE,
    alarms=(*DANGERS, *NOTES),
    inner=_inner_command,
    otherwise="",
)
OC = program(
    "oc",
    *READS,
    row("whoami", "--show-context --show-server --show-console"),
    row("status", "--suggest"),
    row("projects", "-q|--short"),
    row("project", "-q|--short", NONE),
    row("adm top", SELECT, WORDS),
    shared=WHERE,
    alarms=(*DANGERS, *NOTES, alarm("adm drain|prune|taint", "adm drain and prune remove things")),
    inner=_inner_command,
)


def _aliased(use: Use) -> Judgement:
    """`k` may be an alias of anything; its arguments still tell how bad it could be."""
    from devops_agent.policy.matching import judge_use

    return worst([change("k is only a common short name for kubectl; write kubectl"), judge_use(KUBECTL, use)])


PROGRAMS = (
    KUBECTL,
    OC,
    program("k", judge=_aliased),
    program(
        "k3s microk8s",
        row(
            "kubectl get",
            f"{SELECT} {PRINT}",
            WORDS,
            lambda use: change("k3s kubectl runs with the cluster's own credentials"),
        ),
        alarms=DANGERS,
        inner=_inner_command,
    ),
    program(
        "helm",
        row(
            "list|ls",
            "-A|--all-namespaces -a|--all -q|--short -o|--output=table|json|yaml -f|--filter= -m|--max=N -d|--date -r|--reverse "
            "-l|--selector= --deployed --failed --pending --superseded --uninstalled --uninstalling --no-headers --offset=N --time-format=",
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
        row("template", TEMPLATE, words(1, 2), _local_template),
        row("help", "", WORDS),
        row("completion bash|zsh|fish"),
        shared="-n|--namespace= --kube-context= --debug",
        alarms=(
            *destroy_alarms(
                {
                    "uninstall|delete|del|un": "uninstall removes a release and everything it made",
                    "rollback": "rollback replaces the running release",
                    "upgrade --force|--reset-values|--cleanup-on-fail|--force-replace": "upgrade deletes and makes anew",
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
    simple("kustomize", "", WORDS, lambda use: change("kustomize may fetch from the network")),
    program(
        "kustomize",
        row("build", "--load-restrictor=LoadRestrictionsRootOnly -o|--output=yaml", words(0, 1), _local),
        row("version", "--short -o|--output=yaml|json"),
        row("cfg tree|count|grep|cat", "", words(0, 2)),
    ),
    program("kubectx kubens", row("", "-c|--current", NONE), row("", "-h|--help"), otherwise="switches the context"),
    program(
        "minikube",
        row(
            "status|ip|version|update-check",
            "-o|--output= -p|--profile= --short --components -f|--format= -l|--layout=",
        ),
        row("profile list", "-o|--output= -l|--light"),
        row("addons list", "-p|--profile= -o|--output="),
        row("node list", "-p|--profile="),
        row("service list", "-p|--profile= -n|--namespace="),
        row("image ls|list", "-p|--profile= --format="),
        row("config view"),
        row("logs", "-n|--length=N --problems -p|--profile="),
        alarms=destroy_alarms({"delete": "delete removes the cluster", "stop": "stop takes the cluster down"}),
    ),
    program(
        "kind",
        row("get clusters", "-q"),
        row("get nodes", "--name= -A|--all-clusters"),
        row("version", "-q"),
        alarms=destroy_alarms({"delete": "delete removes clusters"}),
    ),
    program(
        "k3d",
        row("cluster|node|registry|image list|ls", "-o|--output= --no-headers --token=false", WORDS),
        row("version"),
        alarms=destroy_alarms({"delete": "delete removes clusters", "stop": "stop takes a cluster down"}),
    ),
    program(
        "kubeadm",
        row("version", "-o|--output="),
        row("certs check-expiration"),
        row("config images list", "--kubernetes-version="),
        row("upgrade plan", "", NONE, lambda use: change("looks up releases on the network", "NETWORK")),
        alarms=destroy_alarms({"reset": "reset tears this node out of its cluster"}),
    ),
    program(
        "istioctl",
        row("version|ver", "--remote --short -o|--output= -i|--istioNamespace="),
        row("proxy-status|ps", "-n|--namespace= -i|--istioNamespace=", WORDS),
        row(
            "proxy-config|pc all|bootstrap|cluster|clusters|endpoint|endpoints|listener|listeners|log|route|routes",
            "-n|--namespace= -o|--output= --fqdn= --port= --direction=",
            WORDS,
        ),
        row("analyze", "-n|--namespace= -A|--all-namespaces", NONE),
        row("profile list"),
        alarms=destroy_alarms({"uninstall": "uninstall removes the mesh"}),
    ),
    program(
        "linkerd",
        row("check", "--pre --proxy -n|--namespace="),
        row("version", "--client --short"),
        row("viz stat|edges|top", "-n|--namespace= -A", WORDS),
    ),
    program(
        "cilium",
        row("status", "--brief --verbose --wait"),
        row("version"),
        row("endpoint|service|node|policy list|get", "-o|--output=", WORDS),
    ),
    program(
        "argocd",
        row(
            "app list|get|history|logs|manifests|resources|diff",
            "-o|--output= -l|--selector= -p|--project= --refresh=false --tail=N",
            WORDS,
        ),
        row("cluster|repo|proj|project list|get", "-o|--output=", WORDS),
        row("version", "--client --short -o|--output="),
        row("context", "", NONE),
        alarms=destroy_alarms(
            {
                "app delete": "app delete removes an application",
                "app sync --prune|--force|--replace": "sync deletes objects",
                "app rollback": "rollback replaces what runs",
                "app terminate-op": "stops an operation",
            }
        ),
    ),
    program(
        "flux",
        row("get *", "-A|--all-namespaces -n|--namespace= --status-selector= -w|--watch --no-header", WORDS),
        row("get * *", "-A|--all-namespaces -n|--namespace= --status-selector= --no-header", WORDS),
        row("check", "--pre"),
        row("logs", "-A|--all-namespaces -n|--namespace= --level= --kind= --name= --since= --tail=N -f|--follow"),
        row("tree|trace|events|stats", "-n|--namespace= -A|--all-namespaces --for= --api-version= --kind=", WORDS),
        row("tree kustomization", "-n|--namespace=", WORDS),
        row("version", "--client"),
        alarms=destroy_alarms(
            {"uninstall|delete": "removes what Flux manages", "suspend": "suspend stops reconciliation"}
        ),
    ),
    program(
        "velero",
        row(
            "backup|restore|schedule|backup-location|snapshot-location|plugin get",
            "-o|--output= -l|--selector= -n|--namespace=",
            WORDS,
        ),
        row("backup|restore|schedule describe|logs", "--details -n|--namespace= -l|--selector=", WORDS),
        row("version", "--client-only"),
        alarms=destroy_alarms({"delete": "delete removes backups"}),
    ),
    program(
        "etcdctl",
        row(
            "member list",
            "-w|--write-out= --endpoints=http://127.0.0.1:2379|http://localhost:2379|127.0.0.1:2379|localhost:2379",
        ),
        row("endpoint health|status|hashkv", "-w|--write-out= --cluster"),
        row("version"),
        row("alarm list"),
        row("user|role list"),
        alarms=(
            *destroy_alarms(
                {
                    "del": "del removes keys",
                    "member remove": "member remove shrinks the cluster",
                    "snapshot restore": "restore replaces the data",
                    "compact|compaction": "compaction drops history",
                    "defrag": "defrag blocks the member",
                    "lease revoke": "revoke removes keys",
                    "role|user delete": "removes an account",
                }
            ),
            *change_alarms("get may print secrets of the cluster", "get", tag="SENSITIVE"),
        ),
    ),
    simple(
        "kubectl-neat stern",
        "-n|--namespace= -A|--all-namespaces -c|--container= -l|--selector= -s|--since= --tail=N -t|--timestamps -o|--output=default|raw|json -i|--include= -e|--exclude= --no-follow --color[=]",
        words(0, 1),
    ),
)

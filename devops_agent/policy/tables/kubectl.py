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
    words,
)
from devops_agent.policy.words import plain

WHERE = "-n|--namespace= --context= --cluster= --request-timeout= -v|--v=0|1|2|3|4|5"


SELECT = "-l|--selector= --field-selector= -A|--all-namespaces"


PRINT = (
    "-o|--output= --template= --show-labels --no-headers --sort-by= --show-managed-fields "
    "--allow-missing-template-keys "
    "--show-kind -L|--label-columns="
)


DRY_RUN = (
    "-f|--filename=PATH -R|--recursive -o|--output=yaml|json|name --dry-run=client|server --force "
    "--now --all -l|--selector= --overwrite --server-side --force-conflicts --save-config --image= --replicas=N "
    "--port= "
    "--type= -p|--patch= --from-literal= --clusterrole= --role= --serviceaccount= --user= --tcp= --restart= "
    "--target-port= --name= --min=N --max=N --cpu-percent=N --schedule= --labels= --env= --verb= --resource= "
    "--group= --hard= --class= --rule= --expose --validate[=] --show-managed-fields --grace-period=N"
)


SECRETS = re.compile(r"secrets?(?:\..*)?", re.IGNORECASE)


READS_TEMPLATE_FILE = re.compile(r"=?(?:jsonpath|go-template|custom-columns|template)-?file")


HARMLESS_PRINTERS = {"wide", "name"}
WHOLE_PRINTERS = {*HARMLESS_PRINTERS, "yaml", "json"}
"""In what these print of a file's objects, a Secret is known by its kind, and hidden."""


def _get(use: Use) -> Judgement | None:
    printers = [value.removeprefix("=") for value in use.options.values("-o")]
    if len(printers) > 1 or any(map(READS_TEMPLATE_FILE.match, printers)):
        return change("kubectl get with an output format that reads a file or is given twice")
    kinds = [kind for operand in use.operands[:1] for kind in operand.split(",")]
    kinds = [kind.partition("/")[0] for kind in [*kinds, *(word for word in use.operands if "/" in word)]]
    prints_all = use.options.has("--template") or any(printer not in HARMLESS_PRINTERS for printer in printers)
    whole = not use.options.has("--template") and all(printer in WHOLE_PRINTERS for printer in printers)
    if prints_all and (any(map(SECRETS.fullmatch, kinds)) or use.options.files and not whole):
        return sensitive("prints the data of Secrets")
    return None


def _dry_run(use: Use) -> Judgement | None:
    if len(use.options.values("--dry-run")) != 1:
        return change(f"kubectl {use.texts[0] if use.texts else ''} changes the cluster")
    deletes = "delete" in use.texts or use.options.has("--force")
    if deletes and use.options.values("--dry-run") != ["client"]:
        return change("kubectl sends the server a real DELETE that only its body calls a dry run")
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
    *change_alarms("may fetch bases that the files name", "kustomize", "-k|--kustomize", tag="NETWORK"),
    *change_alarms("diff sends what the files say to the server", "diff"),
    *change_alarms("edit needs a terminal; use patch or apply", "edit"),
    *change_alarms(
        "uses another server, identity or configuration file",
        "--kubeconfig|--server|-s|--token|--as|--as-group|--client-certificate|--client-key|--username|--password",
        tag="NETWORK",
    ),
)


HEALTH = row(
    "get", "--raw=/healthz|/livez|/readyz|/version|/healthz?verbose|/livez?verbose|/readyz?verbose", needs="--raw"
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
    HEALTH,
    row("describe", f"{SELECT} --show-events --chunk-size=N -f|--filename=PATH", SOME_WORDS),
    row("describe", "--show-events -f|--filename=PATH -R|--recursive", needs="-f"),
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
    meant = use.judge_words((plain("kubectl"), *use.arguments))
    return worst([change("k is only a common short name for kubectl; write kubectl"), meant])


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
)

"""Clouds, and the tools that build on them. Only verbs that look are reads; flags are listed by the names they end in."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, read, sensitive
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Program,
    Use,
    change_alarms,
    destroy_alarms,
    only,
    program,
    row,
    words,
)
from devops_agent.policy.vocabulary import destructive_argument

AWS_READ = re.compile(
    r"(?:describe|list|get|head|lookup|search|scan|batch-get|estimate|simulate|validate|test|preview|check|view|filter|query|tail)(?:-[a-z0-9-]+)?|ls|wait|status|history"
)
AWS_SECRET = re.compile(
    r".*(?:secret|password|credential|token|parameter|private-key|key-material|kubeconfig|authorization|login|session|export).*|get-object.*|get-item|"
    r"batch-get-item|scan|query|receive-message|get-records|decrypt|get-user-data|get-federation.*|get-download-url.*|"
    r"get-function-configuration|get-function|get-launch-template-data|get-certificate|get-public-access|get-api-keys?|"
    r"get-instance-access-details|get-console-screenshot|"
)
AWS_FINE = re.compile(
    r"get-caller-identity|list-secrets|list-access-keys|describe-secret|describe-parameters|list-tokens|list-user-pools|get-account-password-policy|describe-sessions|list-sessions|get-login-profile|list-object-parents|list-parameters"
)
AWS_FLAG = re.compile(
    r"--(?:region|output|query|profile|filters?|max-items|page-size|starting-token|no-paginate|no-cli-pager|color|no-cli-auto-prompt|"
    r"services|tasks|clusters?|buckets?|prefix|key|keys|delimiter|start-time|end-time|start-date|end-date|period|statistics?|dimensions|namespace|"
    r"limit|follow|since|format|human-readable|recursive|summarize|next-token|include|owners|owner|executable-users|show-[a-z-]+|"
    r"include-[a-z-]+|no-include-[a-z-]+|scope|status|state|type|types|engine|version|granularity|metrics|group-by|"
    r"time-period|domain|path|desired-status|launch-type|sort-by|order|order-by|descending|log-group-prefix|stack-status-filter|"
    r"max-[a-z-]+|start-from-head|no-start-from-head|log-stream-names|filter-pattern|filter-[a-z-]+|resource-types?|attribute-names?|"
    r"attributes?|queue-url|load-balancers|repository|availability-zones?|option-settings|metric-data-queries|"
    r"product-codes|instance-type|instance-types|all-[a-z-]+|no-[a-z-]+-dry|[a-z-]*(?:ids?|names?|arns?|identifiers?|prefix|filter|filters))"
)
FETCHES = re.compile(r"(?:file|fileb|https?|ftp)://|^@")


def _split(use: Use) -> tuple[list[str], list[tuple[str, str]]]:
    """Words before, and `--flag value` pairs of a command line in the style of the cloud tools."""
    plain: list[str] = []
    given: list[tuple[str, str]] = []
    for text in use.texts:
        if text.startswith("--"):
            name, _, value = text.partition("=")
            given.append((name, value))
        elif text.startswith("-") and len(text) > 1:
            given.append((text, ""))
        elif given:
            given[-1] = (given[-1][0], f"{given[-1][1]} {text}".strip())
        else:
            plain.append(text)
    return plain, given


def _aws(use: Use) -> Judgement:
    if use.texts in (["--version"], ["help"], ["configure", "list"], ["configure", "list-profiles"]):
        return read("aws")
    plain, given = _split(use)
    while given and not plain and given[0][0] in ("--region", "--profile", "--output", "--no-cli-pager"):
        value, *rest = given.pop(0)[1].split(" ")
        plain = rest
    words_ = plain if plain else []
    verdict = _aws_verb(words_)
    if verdict.risk != "READ":
        return verdict
    if any(word.glob for word in use.arguments):
        return change("aws with a pattern that the shell would expand")
    odd = next((name for name, _ in given if not AWS_FLAG.fullmatch(name)), "")
    if odd:
        return change(f"aws: the flag {odd} is not on the read-only list")
    if any(FETCHES.search(value) for name, value in given if name != "--queue-url") or any(
        name == "--with-decryption" for name, _ in given
    ):
        return sensitive("reads a file, an address or a secret by a flag")
    return verdict


def _aws_verb(plain: list[str]) -> Judgement:
    if plain[:2] == ["s3", "ls"]:
        return read("aws s3 ls") if len(plain) <= 3 else change("aws s3 ls with too many operands")
    if plain[:2] == ["logs", "tail"] or plain[:2] == ["sts", "get-caller-identity"]:
        return read(" ".join(["aws", *plain[:2]])) if len(plain) <= 3 else change("aws with too many operands")
    if len(plain) != 2 or not AWS_READ.fullmatch(plain[1]):
        return change(f"aws {' '.join(plain[:3])} is not on the read-only list", "NETWORK")
    if AWS_SECRET.fullmatch(plain[1]) and not AWS_FINE.fullmatch(plain[1]):
        return sensitive(f"aws {' '.join(plain)} may print secrets or private data")
    return read(f"aws {plain[0]} {plain[1]}")


AWS_DANGERS = destroy_alarms(
    {
        "s3 rm|rb": "removes objects or a bucket",
        "s3 mv": "takes away the source",
        "s3 sync --delete": "removes what the source does not have",
        "* stop-*|terminate-*|release-*|detach-*|disassociate-*|cancel-*|reboot-*|disable-*|revoke-*|abort-*": "takes something away",
        "* delete-*|remove-*|deregister-*|purge-*|batch-delete-*|schedule-key-deletion|reset-*|reject-*|deactivate-*|empty-*": "removes something",
        "* update-service --desired-count=0": "stops every task",
        "* set-desired-capacity --desired-capacity=0": "stops every machine",
        "* update-auto-scaling-group --min-size=0": "may stop every machine",
        "* put-bucket-policy|put-bucket-acl|put-public-access-block|put-bucket-lifecycle*": "changes who may read, or what is deleted",
        "* modify-db-instance": "changes a running database",
        "* put-key-policy|put-user-policy|put-role-policy|attach-user-policy|attach-role-policy|create-access-key": "changes who may do what",
        "ssm send-command": "runs a command on machines",
    }
)
AWS = Program(("aws", "awslocal"), judge=_aws, alarms=AWS_DANGERS)
GCLOUD_READ = {
    "list",
    "describe",
    "get-value",
    "info",
    "version",
    "read",
    "get-iam-policy",
    "get-ancestors-iam-policy",
    "get-server-config",
    "list-tags",
    "get-health",
    "get-status",
    "get-nat-mapping-info",
    "tail",
    "get-serial-port-output",
    "get-effective-firewalls",
    "lookup",
    "search-all-resources",
    "search-all-iam-policies",
}
GCLOUD_FLAG = re.compile(
    r"--(?:project|region|regions|zone|zones|location|locations|format|filter|limit|sort-by|page-size|cluster|namespace|service|version|instance|"
    r"database|network|router|global|uri|show-[a-z-]+|flatten|quiet|verbosity|organization|folder|repository|freshness|order|"
    r"platform|all|environment|dataset|topic|subscription|billing-account|account|dataset-id|installed|include-tags|builds|ongoing|"
    r"hide-inherited|all-users|revision|port|start|bucket|configuration|log-filter|occurrence-filter|occurence-filter|resource|[a-z-]*(?:id|name))"
)
GCLOUD_SECRET = re.compile(
    r"\b(?:secrets versions|secrets\b.*access|print-access-token|print-identity-token|keys\b|configurations\b.*export|ssh|credentials|application-default|runtime-config|get-credentials)"
)


def _gcloud(use: Use) -> Judgement:
    if use.texts in (["version"], ["--version"], ["-v"], ["info"], ["config", "list"], ["auth", "list"]):
        return read("gcloud")
    plain, given = _split(use)
    at = next((index for index, word in enumerate(plain) if word in GCLOUD_READ), -1)
    if at < 0 or len(plain) - at > 2 or destructive_argument(use.texts):
        return change(f"gcloud {' '.join(plain[:4])} is not on the read-only list", "NETWORK")
    if GCLOUD_SECRET.search(" ".join(plain)) and plain[at] != "list":
        return sensitive("prints keys or secrets")
    odd = next((name for name, _ in given if not GCLOUD_FLAG.fullmatch(name)), "")
    if odd or any(word.glob for word in use.arguments):
        return change(f"gcloud: {odd or 'a pattern'} is not on the read-only list")
    return read(f"gcloud {' '.join(plain[: at + 1])}")


AZ_READ = re.compile(
    r"list(?:-[a-z-]+)?|show(?:-[a-z-]+)?|version|get-(?:instance-view|upgrades|versions|default)|check-(?:name|health)[a-z-]*|exists|tail|query|status"
)
AZ_SECRET = re.compile(
    r"\b(?:keyvault (?:secret|key|certificate) (?:show|download|list-deleted_)|list-keys|keys list|connection-string|show-connection-string|list-connection-strings|get-access-token|credential|credentials|appsettings|sas|list-publishing|list-secrets|list-function-keys|list-query-keys|list-admin-keys|publishing-profile)"
)
AZ_FLAG = re.compile(
    r"-[gnosldr]|--(?:resource-group|name|output|query|subscription|location|all|resource-type|server|server-name|account-name|container-name|"
    r"vnet-name|nsg-name|cluster-name|workspace|workspace-name|registry|repository|orderby|top|show-details|d|num-results|prefix|tag|"
    r"vault-name|namespace-name|scope|assignee|include-inherited|include-groups|publisher|offer|sku|only-show-errors|max-events|offset|"
    r"start-time|end-time|interval|metrics?|aggregation|filter|resource|resource-name|resource-id|ids|kind|status|environment|lb-name|gateway-name|auth-mode|zone-name|z|plan|expand|r|"
    r"[a-z-]*(?:name|id|ids))"
)


def _az(use: Use) -> Judgement:
    if use.texts in (["version"], ["--version"]):
        return read("az")
    plain, given = _split(use)
    if len(plain) < 2 or not AZ_READ.fullmatch(plain[-1]):
        return change(f"az {' '.join(plain[:4])} is not on the read-only list", "NETWORK")
    if AZ_SECRET.search(" ".join(plain)):
        return sensitive("prints keys or secrets")
    odd = next((name for name, value in given if not AZ_FLAG.fullmatch(name) or value.startswith("@")), "")
    if odd or any(word.glob for word in use.arguments):
        return change(f"az: {odd or 'a pattern'} is not on the read-only list")
    return read(f"az {' '.join(plain)}")


TERRAFORM_PLAN = "plan runs providers and may write a plan; it asks"
TERRAFORM = program(
    "terraform tofu",
    row("show", "-no-color", words(0, 1)),
    row("state show", "-no-color -state=PATH", words(1, 1)),
    row("state list", "-state=PATH -id=", WORDS),
    row("output", "-no-color -state=PATH"),
    row("validate", "-json -no-color -no-tests"),
    row("fmt", "-check -diff -recursive -list=true|false -no-color -write=false", words(0, 3), needs="-check -write"),
    row("version", "-json"),
    row("providers", ""),
    row("providers schema", "-json"),
    row("workspace list|show"),
    row("graph", "-type= -draw-cycles"),
    row("metadata functions", "-json"),
    row("", "-v"),
    row("", "-version"),
    alarms=(
        *destroy_alarms(
            {
                "destroy": "destroy removes everything it made",
                "apply": "apply may replace or remove what runs",
                "apply -auto-approve|--auto-approve": "apply without a look",
                "apply -destroy|--destroy": "apply -destroy removes everything it made",
                "apply -replace|--replace": "apply -replace removes and makes anew",
                "state rm|mv|push|replace-provider": "changes what is known to exist",
                "workspace delete": "removes a workspace and its state",
                "taint|untaint": "marks something to be replaced",
                "force-unlock": "overrides a lock of somebody else",
                "import": "changes what is known to exist",
            }
        ),
        *change_alarms(TERRAFORM_PLAN, "plan", tag="EXEC"),
        *change_alarms(
            "prints secrets of the state", "show|output -json|-raw", "output *", "state pull", tag="SENSITIVE"
        ),
        *change_alarms("fetches providers and modules", "init|get", tag="NETWORK"),
    ),
)
CLOUDS_WITH_LISTS = "list|ls|get|show|describe|status|info|version|whoami|logs"
PROGRAMS = (
    AWS,
    Program(
        ("gcloud",),
        judge=_gcloud,
        alarms=destroy_alarms(
            {
                "delete|remove-*|destroy|purge": "removes something",
                "instances stop|reset|suspend": "stops machines",
                "instances scale, clusters resize *0": "stops machines",
                "* resize --num-nodes=0|--size=0": "stops machines",
                "projects delete": "removes a project",
                "sql instances restart|failover|restore-backup": "interrupts a database",
                "versions destroy|disable": "destroys a version",
                "services disable": "turns a service off",
                "storage rm": "removes objects",
                "storage rsync --delete-unmatched-destination-objects": "removes objects",
            }
        ),
    ),
    Program(
        ("az",),
        judge=_az,
        alarms=destroy_alarms(
            {
                "delete|purge|remove": "removes something",
                "vm deallocate|stop|restart|redeploy|reimage": "stops machines",
                "* stop": "stops it",
                "group delete": "removes everything in the group",
                "webapp stop|restart": "stops it",
                "aks stop": "changes a cluster",
                "storage blob delete-batch": "removes objects",
            }
        ),
    ),
    TERRAFORM,
    program(
        "terragrunt",
        row("version"),
        alarms=TERRAFORM.alarms + destroy_alarms({"run-all|run --all": "acts on every module"}),
        otherwise="runs terraform",
    ),
    program(
        "pulumi",
        row("stack ls|list", "--json -a", NONE),
        row("version|whoami|about"),
        row("config", "--json", NONE, lambda use: change("may print secrets", "SENSITIVE")),
        alarms=destroy_alarms(
            {
                "destroy|down": "removes everything it made",
                "up|update": "may replace or remove what runs",
                "stack rm": "removes a stack",
                "cancel": "interrupts an update",
                "state delete|unprotect": "changes what is known to exist",
            }
        ),
    ),
    program(
        "cdk sam serverless sls copilot eb amplify",
        row(
            "list|ls|version|doctor|status",
            "",
            WORDS,
            lambda use: change("runs the project's code", "EXEC") if use.texts[:1] in (["list"], ["ls"]) else None,
        ),
        alarms=destroy_alarms(
            {
                "destroy|delete|remove|terminate": "removes everything it made",
                "deploy --force|--require-approval=never": "deploys without a look",
                "rollback": "goes back",
                "abort": "interrupts an update",
            }
        ),
    ),
    program(
        "ansible ansible-playbook",
        only("--version"),
        row(
            "",
            "--list-hosts --list-tasks --list-tags  -i|--inventory= -l|--limit= -t=",
            words(1, 2),
            lambda use: change("loads the inventory, which may be a program", "EXEC"),
        ),
        otherwise="runs on other machines",
        tags="EXEC NETWORK",
        inner=lambda use: _ansible(use),
    ),
    program(
        "ansible-inventory ansible-doc ansible-config ansible-galaxy ansible-lint ansible-vault",
        only("--version"),
        row(
            "",
            "-l  -t=",
            words(0, 1),
            lambda use: None if use.name == "ansible-doc" else change("may run an inventory"),
        ),
        row(
            "list|dump|view",
            "--only-changed",
            NONE,
            lambda use: None if use.name == "ansible-config" else change("may print secrets", "SENSITIVE"),
        ),
        otherwise="may print secrets or run code",
        alarms=destroy_alarms({"remove|delete": "removes it", "rekey": "changes the key"}),
    ),
    program(
        "packer",
        row(
            "version|validate|inspect|fmt",
            "-check -syntax-only",
            words(0, 1),
            lambda use: (
                None
                if use.texts[:1] == ["version"] or use.options.has("-check", "-syntax-only")
                else change("runs plugins", "EXEC")
            ),
        ),
        alarms=destroy_alarms({"build -force": "removes an earlier image"}),
    ),
    program(
        "vagrant",
        row(
            "global-status|version",
            " --machine-readable",
            words(0, 1),
            lambda use: (
                None if use.texts[:1] in (["version"], ["global-status"]) else change("runs the Vagrantfile", "EXEC")
            ),
        ),
        alarms=destroy_alarms(
            {
                "destroy": "removes machines",
                "halt|suspend": "stops machines",
                "box remove|prune": "removes boxes",
                "snapshot delete|restore": "goes back or removes",
            }
        ),
    ),
    program(
        "virsh",
        row(
            "list|dominfo|domstate|nodeinfo|net-list|pool-list|vol-list|version|domblklist|domiflist|snapshot-list|capabilities|net-info|pool-info|vcpuinfo|dommemstat|dumpxml|hostname|uri|domifaddr",
            "--all --inactive --title --name --uuid --details",
            WORDS,
        ),
        shared="-r|--readonly -q",
        alarms=destroy_alarms(
            {
                "destroy|undefine|shutdown|reset|vol-delete|pool-destroy|pool-delete|net-destroy|net-undefine|snapshot-delete|snapshot-revert|managedsave-remove|vol-wipe|suspend": "stops or removes machines or their disks"
            }
        ),
    ),
    program(
        "lxc incus lxd",
        row("list|info|version, image|storage|network|profile list, config show", "--format= -c=", WORDS),
        row("ls", "", WORDS),
        alarms=destroy_alarms({"delete|rm": "removes containers", "stop": "stops containers", "restore": "goes back"}),
        otherwise="reaches into containers",
    ),
    program(
        "lxc-ls lxc-info",
        row("", "-f --fancy -n= -s -p -i -1 --active --running --stopped --frozen", words(0, 2)),
    ),
    program(
        "pct qm",
        row("list|status|config", "", words(0, 1)),
        alarms=destroy_alarms({"destroy|stop|shutdown|rollback|delsnapshot": "stops or removes machines"}),
    ),
    program(
        "multipass",
        row("list|ls|info|version|networks|find", "--format= --all", WORDS),
        alarms=destroy_alarms({"delete|purge|stop": "stops or removes machines"}),
    ),
    program(
        "eksctl",
        row("get *", "--cluster= --region= -o|--output= --name= -n= --profile= -v=N", WORDS),
        row("version|info", "-o="),
        row("utils describe-*", "--cluster= --region=", NONE),
        alarms=destroy_alarms(
            {
                "delete|drain": "removes clusters or node groups",
                "scale --nodes=0": "stops every node",
                "upgrade": "replaces nodes",
            }
        ),
    ),
    program(
        "kops",
        row(
            "get *",
            "--name= --state= -o|--output=",
            WORDS,
            lambda use: sensitive("prints keys") if "secret" in " ".join(use.texts) else None,
        ),
        row("get|version", "--name= --state= -o="),
        row("validate cluster", "--name= --state= --wait="),
        alarms=destroy_alarms(
            {"delete|rolling-update|destroy": "removes or replaces nodes", "replace|update --yes": "changes a cluster"}
        ),
    ),
    program(
        "doctl",
        row("* list|get|ls", "--format= --no-header -o|--output= --region=", WORDS),
        row("* * list|get|ls", "--format= --no-header -o|--output= --region=", WORDS),
        row("account get"),
        row("version"),
        alarms=destroy_alarms(
            {
                "delete|rm|d": "removes something",
                "power-off|shutdown|reboot|power-cycle|rebuild|restore": "stops or rebuilds machines",
            }
        ),
    ),
    program(
        "hcloud linode-cli vultr-cli civo oci ibmcloud scw ovhcloud upctl aliyun exo",
        row("* list|describe|view|ls|show", "-o|--output= --json --no-header -l= --region= --format=", WORDS),
        row("* * list|get|describe|show", "-o|--output= --compartment-id= --region= --all", WORDS),
        row("version"),
        alarms=destroy_alarms(
            {
                "delete|delete-*|rm|remove|terminate|destroy": "removes something",
                "poweroff|shutdown|reset|reboot|rebuild|stop": "stops or rebuilds machines",
            }
        ),
    ),
    program(
        "gsutil",
        row("ls", "-[lLrRdahp]", WORDS),
        row("du", "-[shca]", WORDS),
        row("stat|version|hash", "", WORDS),
        shared="-m",
        alarms=destroy_alarms(
            {
                "rm|rb": "removes objects",
                "rsync -d": "removes what the source does not have",
                "mv": "takes away the source",
                "retention|lifecycle|iam set": "changes who may read, or what is deleted",
            }
        ),
        tags="NETWORK",
    ),
    program(
        "bq",
        row("ls|show", "-[dnafj] --format= --schema --max_results=N --project_id= -n=N", WORDS),
        row("version"),
        alarms=destroy_alarms({"rm|truncate": "removes tables", "query": "may change data"}),
    ),
    program(
        "rclone s3cmd mc restic borg duplicity azcopy b2",
        row("version"),
        row("listremotes"),
        otherwise="reaches storage on the network",
        tags="NETWORK",
        alarms=destroy_alarms(
            {
                "delete|deletefile|purge|rmdir|rmdirs|cleanup|sync|move|moveto|del|rb|rm|remove|forget|prune|expire|setlifecycle|dedupe|bisync|compact|undo|unlock|delete-*": "removes data from the storage"
            }
        ),
    ),
    program(
        "heroku fly flyctl vercel netlify wrangler firebase railway render surge ng-deploy",
        row(
            "--version|version|whoami|apps|status|regions|releases|ps|list|ls|projects:list|hosting:sites:list",
            "-a|--app= --json",
            WORDS,
        ),
        tags="NETWORK",
        alarms=destroy_alarms(
            {
                "*:destroy|*:delete|*:remove|destroy|delete|remove|rm|apps:destroy|pg:reset|*:reset|*:rollback|rollback|disable|*:disable|suspend|down|pg:kill*, ps:scale *=0, scale count 0": "removes or stops an application"
            }
        ),
    ),
    program(
        "consul",
        row("members|version|info, operator raft list-peers, catalog *", "-detailed -wan -status=", WORDS),
        row("kv get", "", WORDS, lambda use: change("may print secrets", "SENSITIVE")),
        row("services|nodes", ""),
        alarms=destroy_alarms(
            {
                "kv delete": "removes keys",
                "leave|force-leave": "takes a member out",
                "acl * delete": "removes access",
                "snapshot restore": "replaces the data",
                "services deregister": "removes a service",
            }
        ),
    ),
    program(
        "vault",
        row("status", "-format= -address=http://127.0.0.1:8200|http://localhost:8200"),
        only("-version"),
        row("version"),
        row("secrets|auth|audit|policy list", "-format= -detailed", NONE),
        row("token lookup", "", NONE, lambda use: change("prints an accessor", "SENSITIVE")),
        otherwise="prints or changes secrets",
        tags="SENSITIVE",
        alarms=destroy_alarms(
            {
                "delete, kv|policy|metadata delete|destroy, secrets|auth disable, lease|token revoke, operator seal|step-down|rekey|rotate": "removes secrets or closes the vault",
                "audit disable": "turns auditing off",
            }
        ),
    ),
    program(
        "nomad",
        row(
            "status|version, server members, node|job|alloc|deployment|eval|volume status, alloc logs, deployment|namespace list, job history|inspect, operator raft list-peers",
            "-[f] -stderr -n= -tail -namespace= -verbose -short -stats -json -t=",
            WORDS,
        ),
        alarms=destroy_alarms(
            {
                "stop": "stops a job",
                "system gc|reconcile": "removes what is finished",
                "node drain": "drains a node",
                "alloc stop|exec": "stops an allocation",
                "namespace|volume delete|deregister, job revert, deployment fail": "removes something",
                "job stop -purge": "removes a job",
            }
        ),
    ),
    program("boundary waypoint", row("version")),
    program(
        "op bw lastpass lpass pass gopass chamber sops-exec aws-vault-list keepassxc-cli",
        row("version"),
        otherwise="prints or changes secrets",
        tags="SENSITIVE",
        alarms=destroy_alarms({"delete|rm|remove": "removes secrets"}),
    ),
    program("prometheus-cli logcli", row("labels|series", "", WORDS), otherwise="asks a server", tags="NETWORK"),
    program(
        "jenkins-cli drone circleci travis buildkite-agent gitlab-runner concourse fly-ci tkn",
        row("version|status|list", "", WORDS),
        row("* list|ls|describe|logs", "-n= -A -o= -f --last -L", WORDS),
        alarms=destroy_alarms({"delete|unregister|remove|stop|cancel": "removes or stops it"}),
    ),
    program(
        "openstack",
        row("* list|show", "-f= -c= --long --all-projects --project= --name=", WORDS),
        row("* * list|show", "-f= -c= --long --all-projects", WORDS),
        alarms=destroy_alarms({"delete|remove|stop|rebuild|shelve|suspend|unset": "removes or stops it"}),
    ),
    program(
        "rancher kubecm ktunnel crossplane kubectl-argo-rollouts argo",
        row("version"),
        row("list|get|logs", "-n|--namespace= -A -o= --no-color", WORDS),
        alarms=destroy_alarms({"delete|stop|terminate": "removes or stops it"}),
    ),
)


def _ansible(use: Use) -> Judgement | None:
    """An ad-hoc module with its arguments."""
    text = " ".join(use.texts)
    inner = [use.texts[index + 1] for index, word in enumerate(use.texts[:-1]) if word in ("-a", "--args")]
    found = [
        use.judge_text(part)
        for part in inner
        if any(module in use.texts for module in ("shell", "command", "raw", "script", "-m")) or "-m" not in use.texts
    ]
    if (
        "state=absent" in text
        or "state=stopped" in text
        or any(judgement.risk in ("DESTROY", "FORBID") for judgement in found)
    ):
        return destroy("does something destructive on other machines", "EXEC")
    return None

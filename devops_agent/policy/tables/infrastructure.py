"""Tools that build machines and clusters: terraform, pulumi, ansible, packer and their like."""

from devops_agent.policy.judgement import Judgement, change, destroy, sensitive
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Use,
    change_alarms,
    destroy_alarms,
    only,
    program,
    row,
    words,
)

TERRAFORM_PLAN = "plan runs providers and may write a plan; it asks"


TERRAFORM = program(
    "terraform tofu",
    row("state list", "-state=PATH -id=", WORDS),
    row("output", "-no-color -state=PATH"),
    row("fmt", "-check -diff -recursive -list=true|false -no-color -write=false", words(0, 3), needs="-check -write"),
    row("version", "-json"),
    row("providers", ""),
    row("workspace list|show"),
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
            "runs the providers that lie in the folder",
            "validate|show|graph|console|test|refresh",
            "state show",
            "providers schema",
            tag="EXEC",
        ),
        *change_alarms(
            "prints secrets of the state", "show|output -json|-raw", "output *", "state pull", tag="SENSITIVE"
        ),
        *change_alarms("fetches providers and modules", "init|get", tag="NETWORK"),
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


PROGRAMS = (
    TERRAFORM,
    program(
        "terragrunt",
        alarms=TERRAFORM.alarms + destroy_alarms({"run-all|run --all": "acts on every module"}),
        otherwise="runs terraform",
    ),
    program(
        "pulumi",
        row("stack ls|list", "--json -a", NONE),
        row("version|whoami"),
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
        "serverless sls",
        otherwise="runs the copy of itself that the folder holds",
        tags="EXEC",
        alarms=destroy_alarms({"remove": "removes everything it made", "rollback": "goes back"}),
    ),
    program(
        "cdk sam copilot eb amplify",
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
        only("--version"),
        otherwise="runs the Vagrantfile, which is a program",
        tags="EXEC",
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
)

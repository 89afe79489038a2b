"""Smaller clouds, object storage and platforms."""

from devops_agent.policy.judgement import Judgement, change, sensitive
from devops_agent.policy.rows import (
    WORDS,
    Use,
    destroy_alarms,
    program,
    row,
)


def _no_session(use: Use) -> Judgement | None:
    """A machine may be called `list`; opening a session on it is no listing."""
    opens = {"ssh", "console", "exec", "scp", "sftp"} & set(use.texts)
    if {"user", "users", "u", "connection", "conn"} & set(use.texts) and use.name == "doctl":
        return sensitive("prints the passwords of a database")
    return change("opens a session on another machine", "NETWORK", "EXEC") if opens else None


def _no_deployment(use: Use) -> Judgement | None:
    """A word that is no verb of vercel names a folder to deploy."""
    verb = next((text for text in use.texts if not text.startswith("-")), "")
    deploys = use.name == "vercel" and verb not in ("", "ls", "list", "whoami")
    return change("vercel deploys the folder of that name", "NETWORK") if deploys else None


PROGRAMS = (
    program(
        "doctl",
        row("* list|get|ls", "--format= --no-header -o|--output= --region=", WORDS, _no_session),
        row("* * list|get|ls", "--format= --no-header -o|--output= --region=", WORDS, _no_session),
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
        row(
            "* list|describe|view|ls|show",
            "-o|--output= --json --no-header -l= --region= --format=",
            WORDS,
            _no_session,
        ),
        row("* * list|get|describe|show", "-o|--output= --compartment-id= --region= --all", WORDS, _no_session),
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
                "delete|deletefile|purge|rmdir|rmdirs|cleanup|sync|move|moveto|del|rb|rm|remove|forget|prune|"
                "expire|setlifecycle|dedupe|bisync|compact|undo|unlock|delete-*": "removes data from the storage"
            }
        ),
    ),
    program(
        "heroku fly flyctl vercel netlify wrangler firebase railway render",
        row(
            "--version|version|whoami|apps|status|regions|releases|ps|list|ls|projects:list|hosting:sites:list",
            "-a|--app= --json",
            WORDS,
            _no_deployment,
        ),
        tags="NETWORK",
        alarms=destroy_alarms(
            {
                "*:destroy|*:delete|*:remove|destroy|delete|remove|rm|apps:destroy|pg:reset|*:reset|*:rollback|"
                "rollback|disable|*:disable|suspend|down|pg:kill*, ps:scale *=0, scale count 0": "removes or stops it"
            }
        ),
    ),
    program(
        "jenkins-cli drone circleci travis buildkite-agent gitlab-runner concourse tkn",
        row("version|status|list", "", WORDS),
        row("* list|ls|describe|logs", "-n= -A -o= -f --last -L", WORDS),
        alarms=destroy_alarms({"delete|unregister|remove|stop|cancel": "removes or stops it"}),
    ),
    program(
        "rancher kubecm ktunnel crossplane kubectl-argo-rollouts argo",
        row("version"),
        row("list|get|logs", "-n|--namespace= -A -o= --no-color", WORDS),
        alarms=destroy_alarms({"delete|stop|terminate": "removes or stops it"}),
    ),
)

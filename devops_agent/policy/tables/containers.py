"""Lower-level container tools: crictl, ctr, skopeo and their like."""

from devops_agent.policy.judgement import sensitive
from devops_agent.policy.rows import (
    WORDS,
    destroy_alarms,
    program,
    row,
    words,
)

CRICTL = program(
    "crictl",
    row(
        "ps",
        "-a|--all -q|--quiet -o|--output= --name= --pod|-p= --state|-s= --label= --latest|-l --last|-n=N "
        "--no-trunc -v --image= -r",
    ),
    row(
        "pods",
        "-q|--quiet -o|--output= --name= --namespace= --state|-s= --label= --latest|-l --last|-n=N --no-trunc -v",
    ),
    row("images|image|img", "-q|--quiet -o|--output= --digests --no-trunc -v|--verbose", words(0, 1)),
    row("logs", "-f|--follow --tail=N --since= -t|--timestamps -p|--previous --limit-bytes=N -r", words(1, 1)),
    row(
        "inspect|inspecti|inspectp",
        "-o|--output= -q|--quiet -t|--template= --name=",
        WORDS,
        lambda use: sensitive("prints the environment of a container"),
    ),
    row("stats|statsp|imagefsinfo", "-a|--all -o|--output= --id= --pod= -l", WORDS),
    row("info", "-o|--output= -q|--quiet"),
    row("version"),
    alarms=(
        *destroy_alarms({"rm|rmi|rmp|rmpod": "removes containers, images or pods", "stop|stopp": "stops containers"}),
    ),
)


CTR = program(
    "ctr",
    row("version|info"),
    row("containers|container|c list|ls", "-q|--quiet", WORDS),
    row(
        "containers|container|c info",
        "",
        WORDS,
        lambda use: sensitive("prints the environment of a container"),
    ),
    row("images|image|i list|ls|check", "-q|--quiet", WORDS),
    row("namespaces|namespace|ns list|ls", "-q|--quiet"),
    row("tasks|task|t list|ls|ps|metrics", "-q|--quiet", WORDS),
    row("plugins|plugin list|ls"),
    row("snapshots|snapshot list|ls|info|tree|usage", "", WORDS),
    shared="-n|--namespace=",
    alarms=destroy_alarms({"rm|remove|delete|del": "removes objects", "task|tasks kill": "kills a task"}),
)

PROGRAMS = (
    CRICTL,
    CTR,
    program(
        "skopeo buildah dive trivy grype syft cosign hadolint",
        row("version"),
        otherwise="may use the network",
        tags="NETWORK",
        alarms=destroy_alarms(
            {"delete": "delete removes an image from its registry", "rm|rmi|prune": "removes containers or images"}
        ),
    ),
    program("lazydocker ctop k9s", otherwise="needs a terminal"),
)

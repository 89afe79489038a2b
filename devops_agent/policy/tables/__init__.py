"""All tables: the program of every name that the policy knows. `PROGRAMS[""]` is the one nobody knows."""

from devops_agent.policy.rows import Program, program
from devops_agent.policy.tables import (
    archives,
    builtins,
    clouds,
    coreutils,
    databases,
    docker,
    git,
    hardware,
    interpreters,
    kubectl,
    network,
    packages,
    processes,
    remove,
    systemd,
    text_tools,
    wrappers,
)

FAMILIES = (
    kubectl, docker, git, systemd, network, coreutils, text_tools, processes, packages, clouds, archives, databases,
    hardware, remove, interpreters, wrappers, builtins,
)  # fmt: skip
UNKNOWN = program("", otherwise="is not a tool this policy knows")
PROGRAMS: dict[str, Program] = {
    "": UNKNOWN,
    **{name: one for family in FAMILIES for one in family.PROGRAMS for name in one.names},
}

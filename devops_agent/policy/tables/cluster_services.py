"""Service discovery, secrets and schedulers: consul, vault, nomad and password managers."""

from devops_agent.policy.judgement import change
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    destroy_alarms,
    only,
    program,
    row,
)

PROGRAMS = (
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
                "seal, delete, kv|policy|metadata delete|destroy, secrets|auth disable, lease|token revoke, operator "
                "seal|step-down|rekey|rotate": "removes secrets or closes the vault",
                "audit disable": "turns auditing off",
            }
        ),
    ),
    program(
        "nomad",
        row(
            "status|version, server members, node|job|alloc|deployment|eval|volume status, alloc logs, deployment|"
            "namespace list, job history|inspect, operator raft list-peers",
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
        "op bw lastpass lpass pass gopass chamber keepassxc-cli",
        row("version"),
        otherwise="prints or changes secrets",
        tags="SENSITIVE",
        alarms=destroy_alarms({"delete|rm|remove": "removes secrets"}),
    ),
    program("prometheus-cli logcli", row("labels|series", "", WORDS), otherwise="asks a server", tags="NETWORK"),
)

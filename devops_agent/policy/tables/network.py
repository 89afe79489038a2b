"""Network tools. Looking at this machine is a read; reaching any other one may carry data away, so it asks."""

from devops_agent.policy.judgement import Judgement, change, destroy, sensitive
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Operands,
    Use,
    alarm,
    change_alarms,
    destroy_alarms,
    program,
    row,
    simple,
    words,
)

IP_OBJECTS = (
    "a|ad|add|addr|address|l|li|lin|link|r|ro|rou|rout|route|n|ne|nei|neigh|neighbor|neighbour|rule|ru|maddr|"
    "maddress|netns|"
    "tunnel|tun|tcp_metrics|mroute|ntable|xfrm|vrf|nexthop|macsec|token|addrlabel"
)


IP_FLAGS = (
    "-[46sodpjach] -br|-brief -color|-c[=] -stats|-statistics -details -oneline -json -pretty -family=inet|inet6|"
    "link -f=inet|inet6|link -all -resolve -r -N -human -iec -t|-timestamp -ts|-tshort -rc|-rcvbuf=N"
)


def _ip_rest(use: Use) -> Judgement | None:
    """After the object only a question may follow."""
    first = use.operands[0] if use.operands else "show"
    return None if first in ("show", "list", "ls", "lst", "sh", "get") else change("ip changes the network")


PROGRAMS = (
    program(
        "ip",
        row(IP_OBJECTS, IP_FLAGS, Operands(0, 12, "word"), lambda use: _ip_rest(use)),
        row("monitor", "", NONE, lambda use: change("runs until it is stopped")),
        row("", "-V|-Version"),
        shared=IP_FLAGS,
        alarms=(
            *destroy_alarms(
                {
                    "flush": "removes every address, route or rule",
                    "del|delete": "removes an address, route or device",
                    "link|l set|se|s *": "changes a network device",
                    "down": "takes a network device down",
                    "replace": "replaces a route",
                }
            ),
            *change_alarms("runs a command in another network namespace", "netns exec", tag="EXEC"),
        ),
    ),
    program(
        "ss",
        row(
            "",
            "-[tulnpaserxwoimH46dSzbZO0hEfQTMVgN] -f|--family= -A|--query|--socket= --tcp --udp --listening --numeric "
            "--processes --all --summary --no-header --extended --memory --info --unix --raw --resolve --options "
            "--ipv4 --ipv6 --oneline --cgroup --tipc --vsock",
            WORDS,
        ),
        alarms=destroy_alarms({"-K|--kill": "closes connections"}),
    ),
    simple(
        "netstat",
        "-[tulnpaersivxw46cgoWCFMNZIbfLmR] --listening --numeric --tcp --udp --programs --program --all --route "
        "--statistics --interfaces[=] --extend --wide --groups --timers --unix --numeric-ports --numeric-hosts -I=",
        words(0, 2),
    ),
    simple(
        "lsof",
        "-[nPtaUlRbOVhwX] -i[=] -p= -u= -c= -s[=] -d= -g[=] -F[=] -T[=] -L[=] +D= -K +c= +L1 +d= +f[=]",
        Operands(0, 20, "name"),
    ),
    program(
        "fuser",
        row("", "-[vnu4m6aIsl] -n=", Operands(0, 5, "name")),
        alarms=destroy_alarms({"-k|--kill": "kills whatever uses it"}),
    ),
    program(
        "conntrack", row("", "-L -S -C -n"), alarms=destroy_alarms({"-F|--flush|-D|--delete": "drops connections"})
    ),
    program(
        "ifconfig",
        row("", "-a -s -v", words(0, 1)),
        alarms=(alarm("down", "takes a network device down"),),
        otherwise="changes a network device",
    ),
    program("iwconfig iwlist", row("", "", words(0, 1))),
    program("ifdown", judge=lambda use: destroy("ifdown takes a network device down")),
    program("wg-quick", otherwise="brings a tunnel up", alarms=destroy_alarms({"down": "takes a tunnel down"})),
    program(
        "route",
        row("", "-n -e -ee -v -[A]= -4 -6"),
        otherwise="changes the routing table",
        alarms=destroy_alarms({"del|delete|flush": "removes a route"}),
    ),
    program(
        "arp",
        row("", "-[anev] -i=", words(0, 1)),
        otherwise="changes the address table",
        alarms=destroy_alarms({"-d|--delete": "removes an address"}),
    ),
    program(
        "bridge",
        row(
            "link|fdb|vlan|mdb|vni",
            "",
            words(0, 1),
            lambda use: None if not use.operands or use.operands[0] in ("show", "list") else change("changes a bridge"),
        ),
        shared="-[cdsjp] -br",
    ),
    program(
        "brctl",
        row("show|showmacs|showstp", "", words(0, 1)),
        alarms=destroy_alarms({"delbr|delif": "removes a bridge"}),
    ),
    program(
        "tc",
        row(
            "qdisc|class|filter",
            "",
            WORDS,
            lambda use: (
                None
                if not use.operands or use.operands[0] in ("show", "ls", "list")
                else change("changes traffic control")
            ),
        ),
        shared="-[sdpjn]",
        alarms=destroy_alarms({"del|delete": "removes traffic control"}),
    ),
    program(
        "ethtool",
        row(
            "",
            "-[iSkagcmTlPdx] --show-features --statistics --driver --show-ring --show-channels --show-coalesce "
            "--show-pause --phy-statistics",
            words(1, 1),
        ),
    ),
    program("mii-tool", row("", "-v", words(0, 1))),
    program(
        "nmcli",
        row(""),
        row("dev|device|d|con|connection|c|general|g|radio|r|networking|n", "", NONE),
        row(
            "dev|device|d|con|connection|c|general|g|networking status|show|permissions, dev|device|d wifi list",
            "--active --order= --rescan=no",
            words(0, 2),
        ),
        row("general|g hostname, dev|device|d wifi", "--rescan=no"),
        shared="-t|--terse -f|--fields= -m= -p -c= -g=",
        alarms=destroy_alarms({"delete|del": "removes a connection", "down|off|disconnect": "takes a connection down"}),
    ),
    program(
        "wg",
        row(""),
        row(
            "show",
            "",
            words(0, 2),
            lambda use: (
                sensitive("prints keys")
                if any(text in ("private-key", "preshared-keys", "dump") for text in use.operands)
                else None
            ),
        ),
    ),
    program(
        "tailscale",
        row("status|ip|version|netcheck", "--json -4 -6 --peers[=]", words(0, 1)),
        alarms=destroy_alarms({"down|logout": "leaves the network"}),
    ),
)

"""Firewalls: listing is a read, most else opens or closes a machine."""

import re

from devops_agent.policy.judgement import Judgement, change
from devops_agent.policy.rows import (
    WORDS,
    Use,
    destroy_alarms,
    program,
    row,
    simple,
    words,
)

IPTABLES = row(
    "", "-[nvx46] -L|--list[=] -S|--list-rules[=] -t|--table= --line-numbers --numeric --verbose --exact -w[=] "
        "--list-rules", words(0, 2),
    lambda use: None if use.options.has("-L", "--list", "-S", "--list-rules") else change("changes the firewall"),
)  # fmt: skip


FIREWALL_DANGERS = destroy_alarms(
    {
        "-F|--flush": "removes every rule",
        "-X|--delete-chain": "removes chains",
        "-P|--policy": "changes what happens by default",
        "-Z|--zero": "resets counters",
        "-D|--delete": "removes a rule",
        "-A|--append *DROP*": "blocks traffic",
        "-j=DROP|REJECT": "blocks traffic",
        "-I INPUT|OUTPUT|FORWARD": "goes before every other rule",
    }
)


def _one_statement(use: Use) -> Judgement | None:
    """nft reads its arguments as one script, in which a semicolon or a line's end begins another statement."""
    single = all(re.fullmatch(r"[\w.:/@-]+", text) for text in use.texts)
    return None if single else change("nft is given more than one statement")


PROGRAMS = (
    program(
        "iptables ip6tables iptables-legacy iptables-nft",
        IPTABLES,
        alarms=FIREWALL_DANGERS,
        otherwise="changes the firewall",
    ),
    simple("iptables-save ip6tables-save", "-t= -c"),
    program(
        "arptables ebtables", row("", "-L[=] -t= -n -v --Ln --Lc", words(0, 1), needs="-L"), alarms=FIREWALL_DANGERS
    ),
    program(
        "ipset",
        row("list|save", "-n|-name -t|-terse -o=", words(0, 1)),
        row("-L", "", words(0, 1)),
        alarms=destroy_alarms({"destroy|flush|del|swap": "removes entries"}),
    ),
    program(
        "nft",
        row("list *", "", WORDS, _one_statement),
        shared="-[anstjyN] --handle --json --numeric",
        alarms=destroy_alarms({"flush|delete|destroy|reset": "removes rules"}),
    ),
    program(
        "ufw",
        row("status", "", words(0, 1)),
        row("show *"),
        row("app list|info", "", words(0, 1)),
        row("version"),
        alarms=destroy_alarms(
            {
                "disable": "turns the firewall off",
                "reset": "removes every rule",
                "delete": "removes a rule",
                "deny|reject|default": "may lock you out",
            }
        ),
    ),
    program(
        "firewall-cmd",
        row(
            "",
            "--state --list-all --list-ports --list-services --list-all-zones --get-zones --get-active-zones "
            "--get-default-zone --get-services --list-rich-rules --zone= --list-interfaces --list-sources "
            "--list-forward-ports --get-zone-of-interface= --query-service= --query-port= --info-service= "
            "--info-zone= --permanent --list-icmp-blocks",
        ),
        alarms=destroy_alarms(
            {
                "--panic-on|--complete-reload|--delete-zone|--remove-service|--remove-port|--remove-rich-rule|"
                "--remove-source|--remove-interface": "closes or opens the firewall"
            }
        ),
    ),
)

"""Other service managers, kernel modules, schedules and audit."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Use,
    alarm,
    destroy_alarms,
    files,
    only,
    program,
    row,
    simple,
    words,
)

CRITICAL = (
    "ssh*|sshd*|docker*|containerd*|kubelet*|network*|NetworkManager*|systemd-*|dbus*|firewalld*|ufw*|iptables*|"
    "nftables*|"
    "postgres*|mysql*|mariadb*|mongod*|redis*|etcd*|kube-*|k3s*|rke2*|nginx*|haproxy*|apache2*|httpd*|cron*|"
    "auditd*|rsyslog*|"
    "elasticsearch*|rabbitmq*|kafka*|vault*|consul*|crio*|fail2ban*|apparmor*|chrony*|ntp*|named*|bind9*|nfs*|libvirtd*"
)


def _names_service(use: Use) -> Judgement | None:
    """A path would be followed out of /etc/init.d, to any program."""
    named = re.fullmatch(r"[\w@.+-]+", use.texts[0])
    return None if named else change("starts a program by its path", "EXEC")


def _system_configuration(use: Use) -> Judgement | None:
    """supervisorctl first looks for its configuration in the working folder, and goes where that says."""
    named = use.options.values("-c")
    fine = named and all(file.startswith("/etc/") and ".." not in file for file in named)
    return None if fine else change("goes where a configuration in this folder says; use -c /etc/…", "NETWORK")


PROGRAMS = (
    program(
        "service",
        row("--status-all"),
        row("* status", "", NONE, _names_service),
        only("--status-all"),
        alarms=(alarm(f"{CRITICAL} stop", "stops a service that others depend on"), alarm("* stop", "stops a service")),
    ),
    program(
        "rc-service rc-status rc-update",
        row("* status", "", NONE, _names_service),
        only("-a|--all -s|--servicelist -l|--list -c|--crashed"),
        row("show", "-v", words(0, 1)),
        alarms=(alarm("* stop", "stops a service"), alarm("del|delete", "removes a service from its runlevel")),
    ),
    program(
        "supervisorctl",
        row("status|avail|pid|version", "", WORDS, _system_configuration),
        row("tail", "-# -f", words(1, 2), _system_configuration),
        shared="-c=",
        alarms=destroy_alarms({"stop|shutdown|remove|clear": "stops a program or clears its log"}),
    ),
    program(
        "pm2",
        row("list|ls|l|status|jlist|prettylist|show|describe|info|id|ping|report", "", WORDS),
        row("logs", "--lines=N --nostream --err --out --json --raw --timestamp", WORDS),
        alarms=destroy_alarms({"delete|del|kill|flush|stop": "stops or removes processes, or clears logs"}),
    ),
    program(
        "launchctl",
        row("list|print|print-disabled|blame|version", "", WORDS),
        alarms=destroy_alarms({"unload|remove|bootout|kill|disable": "stops a service"}),
    ),
    program("initctl", row("list|status|version", "", WORDS)),
    program("chkconfig", row("--list"), row("", "--list", WORDS, needs="--list")),
    program(
        "update-rc.d update-alternatives",
        only("--display= --list= --query= --get-selections"),
        alarms=destroy_alarms({"remove|--remove|--remove-all|disable": "removes it"}),
    ),
    simple("lsmod", ""),
    simple("modinfo", "-F|--field= -a -d -l -p -n -0 -k=", words(1, 5)),
    program(
        "modprobe depmod",
        row(
            "",
            "-n|--dry-run -v -c|--showconfig --show-depends -D",
            words(0, 2),
            lambda use: (
                None if use.options.has("-n", "-c", "--show-depends", "-D") else change("loads a kernel module")
            ),
        ),
        alarms=destroy_alarms({"-r|--remove": "unloads a kernel module"}),
    ),
    program("insmod", otherwise="loads a kernel module"),
    program("rmmod", judge=lambda use: destroy("rmmod unloads a kernel module")),
    program(
        "sysctl",
        row(
            "",
            "-a|--all -n|--values -e -b -N|--names -r|--pattern= -A -X",
            WORDS,
            lambda use: change("sets a kernel parameter") if any("=" in text for text in use.operands) else None,
        ),
        otherwise="sets a kernel parameter",
    ),
    program(
        "crontab",
        only("-l"),
        alarms=destroy_alarms(
            {
                "-r": "removes every scheduled job",
                "-i": "removes every scheduled job",
                "-": "replaces every scheduled job",
            }
        ),
        otherwise="changes what runs on a schedule",
    ),
    program("at batch", only("-l"), otherwise="runs a command later", tags="EXEC"),
    simple("atq", ""),
    program("atrm", otherwise="removes a scheduled job", alarms=(alarm("*", "removes a scheduled job"),)),
    program(
        "ntpq chronyc",
        only("-[pnc]"),
        row("tracking|sources|sourcestats|activity|ntpdata|serverstats|clients", "-v -n", WORDS),
        only("-p -n -c=peers|rv|as"),
        shared="-n -c",
    ),
    program(
        "auditctl",
        only("-l -s -v"),
        alarms=destroy_alarms(
            {"-D": "removes every audit rule", "-e=0": "turns auditing off", "-f": "sets what a failure does"}
        ),
        otherwise="changes what is audited",
    ),
    program(
        "ausearch aureport",
        row(
            "",
            "-l -s -i --summary -m= -ts= -te= -k= -ua= -x= -f= --failed --success -au -l --start= --end= -sv=",
            WORDS,
        ),
    ),
    program("getenforce sestatus aa-status apparmor_status", row("", "-v -b --json --enabled --profiled")),
    program("setenforce", judge=lambda use: destroy("setenforce turns a protection off or on")),
    program("logrotate", row("", "-d|--debug -v", files(1, 1), needs="-d"), otherwise="rotates logs"),
    program("logger wall write mesg", otherwise="writes to logs or to other users"),
    program(
        "fail2ban-client",
        row("status|ping|version", "", words(0, 1)),
        row("get * *", "", WORDS),
        alarms=destroy_alarms({"stop|unban": "lifts a protection"}),
    ),
    program("monit", row("status|summary|report", "", WORDS)),
    program(
        "snapper",
        row("list|ls|status|list-configs", "", WORDS),
        alarms=destroy_alarms({"delete|undochange|rollback": "removes snapshots or rolls back"}),
    ),
)

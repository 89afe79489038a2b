"""systemd and the other service managers."""

from devops_agent.policy.judgement import Judgement, change, destroy
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Use,
    alarm,
    change_alarms,
    destroy_alarms,
    files,
    only,
    program,
    row,
    simple,
    words,
)

UNIT_LISTS = (
    "-l|--full -a|--all -q|--quiet -r|--recursive --no-pager --user --system --failed --plain --no-legend --legend[=] -n|--lines=N "
    "-o|--output= -t|--type= --state= -p|--property= -P= --value --reverse --with-dependencies --show-types --before "
    "--after -N|--now=false --no-ask-password --timestamp= -h|--help --global --what= --job-mode="
)
CRITICAL = (
    "ssh*|sshd*|docker*|containerd*|kubelet*|network*|NetworkManager*|systemd-*|dbus*|firewalld*|ufw*|iptables*|nftables*|"
    "postgres*|mysql*|mariadb*|mongod*|redis*|etcd*|kube-*|k3s*|rke2*|nginx*|haproxy*|apache2*|httpd*|cron*|auditd*|rsyslog*|"
    "elasticsearch*|rabbitmq*|kafka*|vault*|consul*|crio*|fail2ban*|apparmor*|chrony*|ntp*|named*|bind9*|nfs*|libvirtd*"
)
POWER = "poweroff|reboot|halt|kexec|emergency|rescue|isolate|set-default|default|suspend|hibernate|hybrid-sleep|soft-reboot|switch-root|exit|suspend-then-hibernate"


def _reads_journal(use: Use) -> Judgement | None:
    """A match such as FIELD=value, or a program's path; nothing else stands alone."""
    return None


PROGRAMS = (
    program(
        "systemctl",
        row(
            "status|show|cat|is-active|is-enabled|is-failed|list-units|list-unit-files|list-timers|list-sockets|list-jobs|"
            "list-dependencies|list-automounts|list-paths|get-default|is-system-running|list-machines|help",
            UNIT_LISTS,
            WORDS,
        ),
        row("", UNIT_LISTS),
        shared=UNIT_LISTS,
        alarms=(
            alarm(POWER, "takes the machine or its services down"),
            alarm(f"stop|disable|mask|kill| {CRITICAL}", "stops a service that others depend on"),
            alarm("mask", "mask keeps a service from ever starting"),
            alarm("disable --now", "disable --now stops a service and keeps it from starting"),
            alarm("disable", "disable keeps a service from starting"),
            alarm("revert", "revert deletes local changes of a unit"),
            alarm("clean", "clean deletes the state of a unit"),
            *change_alarms("reaches another machine", "-H|--host", "-M|--machine", tag="NETWORK"),
        ),
    ),
    program(
        "journalctl",
        row(
            "",
            "-[fexrkaqm] -u|--unit= -n|--lines[=] -S|--since= -U|--until= -p|--priority= -b|--boot[=] -o|--output= -t|--identifier= "
            "-g|--grep= -c|--cursor= -F|--field= -N|--fields --no-pager --follow --pager-end --catalog --reverse --dmesg --all --quiet "
            "--disk-usage --list-boots --user --system --utc --no-hostname --full --merge --no-full --no-tail --user-unit= "
            "--case-sensitive[=] --facility= --output-fields= --show-cursor --after-cursor= --header --list-catalog -x "
            "--exclude-identifier= --truncate-newline -T= --verify -I --list-invocations --invocation=",
            WORDS,
            None,
        ),
        row(
            "",
            "-n= -u= -b= -o= -S= -U= -p= -t= -g= -x -e -k -r -f -a -q --no-pager --since= --until= --unit= --lines= --output= --utc --user --system --boot[=] --priority= --grep= --no-hostname --all --reverse --dmesg --follow --identifier=",
            WORDS,
        ),
        alarms=destroy_alarms(
            {
                "--vacuum-size|--vacuum-time|--vacuum-files": "vacuum deletes old log entries",
                "--flush|--rotate|--relinquish-var|--smart-relinquish-var": "moves or rotates the journal",
            }
        )
        + change_alarms(
            "reads another journal",
            "-D|--directory|--file|--root|--image|-M|--machine|-i",
            "--sync",
            "--setup-keys",
            "--update-catalog",
        ),
    ),
    program(
        "hostnamectl",
        row("", "--static --transient --pretty --json= -j --no-pager"),
        row("status", "--static --transient --pretty --no-pager --json="),
        row("hostname|icon-name|chassis|deployment|location", "", NONE),
    ),
    program(
        "timedatectl",
        row("", "--no-pager -a"),
        row(
            "status|show|timesync-status|show-timesync|list-timezones",
            "-a|--all -p|--property= --value --no-pager --monitor=false",
        ),
    ),
    program("localectl", row("", "--no-pager"), row("status|list-locales|list-keymaps", "--no-pager")),
    program(
        "loginctl",
        row("", "--no-pager"),
        row(
            "list-sessions|list-users|list-seats|session-status|user-status|show-session|show-user|seat-status|show-seat",
            "-p|--property= --value -l|--full --no-pager -a|--all --no-legend -n|--lines=N -o= -j --json=",
            WORDS,
        ),
        alarms=destroy_alarms(
            {"terminate-session|terminate-user|kill-session|kill-user|terminate-seat": "ends somebody's session"}
        ),
    ),
    program(
        "systemd-analyze",
        row("", "--no-pager --user --system"),
        row(
            "time|blame|critical-chain|dump|unit-paths|verify|calendar|timespan|security|unit-files|syscall-filter",
            "--no-pager --user --system --iterations=N --base-time= --fuzz= --json=",
            WORDS,
        ),
    ),
    program(
        "systemd-cgls systemd-cgtop",
        row(
            "",
            "--no-pager -l|--full -k -a -b|--batch -n|--iterations=N -1 --raw -u= --unit= -d= --depth=N -p -t -c -m -i --order=",
            WORDS,
        ),
    ),
    program("systemd-detect-virt systemd-path systemd-id128", row("", "-q -c -v --list -r", words(0, 1))),
    program(
        "systemd-resolve resolvectl",
        row("", "--no-pager"),
        row("", "--status --statistics --no-pager"),
        row(
            "status|statistics|dns|domain|default-route|llmnr|mdns|dnssec|nta|show-server-state",
            "--no-pager",
            words(0, 1),
        ),
        otherwise="looks up a name, or changes how names are looked up",
        tags="NETWORK",
    ),
    program(
        "networkctl",
        row("", "--no-pager -a -s"),
        row("list|status|lldp|label", "--no-pager -a|--all -s|--stats -l|--full -n=N --no-legend", WORDS),
    ),
    program(
        "coredumpctl",
        row("", "--no-pager"),
        row("list|info", "--no-pager -1 -r -n=N -q --no-legend -S= -U= --since= --until=", WORDS),
        otherwise="a core dump holds memory",
        tags="SENSITIVE",
    ),
    program(
        "machinectl",
        row("", "--no-pager"),
        row("list|status|show|list-images|image-status", "--no-pager -l --no-legend -a -p=", WORDS),
        alarms=destroy_alarms({"remove|terminate|poweroff|kill": "removes or stops a machine"}),
    ),
    program(
        "service",
        row("--status-all"),
        row("* status", "", NONE),
        only("--status-all"),
        alarms=(alarm(f"{CRITICAL} stop", "stops a service that others depend on"), alarm("* stop", "stops a service")),
    ),
    program(
        "rc-service rc-status rc-update",
        row("* status"),
        only("-a|--all -s|--servicelist -l|--list -c|--crashed"),
        row("show", "-v", words(0, 1)),
        alarms=(alarm("* stop", "stops a service"), alarm("del|delete", "removes a service from its runlevel")),
    ),
    program(
        "supervisorctl",
        row("status|avail|pid|version", "", WORDS),
        row("tail", "-# -f", words(1, 2)),
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
    program(
        "dmesg",
        row(
            "",
            "-[THwxkLerudPtSh] -l|--level= -f|--facility= --ctime --human --follow --decode --kernel --userspace --nopager --since= --until= --color[=] --time-format= --reltime --show-delta --notime --raw --force-prefix --json -J --noescape --follow-new -W -s=  ",
        ),
        alarms=destroy_alarms({"-C|--clear": "clears the kernel's log", "-c|--read-clear": "clears the kernel's log"}),
    ),
    simple("lsmod", ""),
    simple("modinfo", "-F|--field= -a -d -l -p -n -0 -k=", words(1, 5)),
    program(
        "modprobe insmod rmmod depmod",
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
        alarms=destroy_alarms({"-r": "removes every scheduled job", "-i": "removes every scheduled job"}),
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
        "auditctl ausearch aureport",
        row(
            "",
            "-l -s -i --summary -m= -ts= -te= -k= -ua= -x= -f= --failed --success -au -l --start= --end= -sv=",
            WORDS,
        ),
        alarms=destroy_alarms({"-D": "removes every audit rule", "-e=0": "turns auditing off"}),
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

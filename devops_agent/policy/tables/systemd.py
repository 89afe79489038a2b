"""systemd and the other service managers."""

from devops_agent.policy.rows import (
    NONE,
    WORDS,
    alarm,
    change_alarms,
    destroy_alarms,
    program,
    row,
    simple,
    words,
)

UNIT_LISTS = (
    "-l|--full -a|--all -q|--quiet -r|--recursive --no-pager --user --system --failed --plain --no-legend "
    "--legend[=] -n|--lines=N "
    "-o|--output= -t|--type= --state= -p|--property= -P= --value --reverse --with-dependencies --show-types --before "
    "--after -N|--now=false --no-ask-password --timestamp= -h|--help --global --what= --job-mode="
)


CRITICAL = (
    "ssh*|sshd*|docker*|containerd*|kubelet*|network*|NetworkManager*|systemd-*|dbus*|firewalld*|ufw*|iptables*|"
    "nftables*|"
    "postgres*|mysql*|mariadb*|mongod*|redis*|etcd*|kube-*|k3s*|rke2*|nginx*|haproxy*|apache2*|httpd*|cron*|"
    "auditd*|rsyslog*|"
    "elasticsearch*|rabbitmq*|kafka*|vault*|consul*|crio*|fail2ban*|apparmor*|chrony*|ntp*|named*|bind9*|nfs*|libvirtd*"
)


POWER = (
    "poweroff|reboot|halt|kexec|emergency|rescue|isolate|set-default|default|suspend|hibernate|hybrid-sleep|"
    "soft-reboot|switch-root|exit|suspend-then-hibernate"
)

PROGRAMS = (
    program(
        "systemctl",
        row(
            "status|show|cat|is-active|is-enabled|is-failed|list-units|list-unit-files|list-timers|list-sockets|"
            "list-jobs|"
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
            alarm("kill --signal|-s=9|KILL|SIGKILL", "kills at once, without a chance to save its work"),
            alarm("revert", "revert deletes local changes of a unit"),
            alarm("clean", "clean deletes the state of a unit"),
            *change_alarms("reaches another machine", "-H|--host", "-M|--machine", tag="NETWORK"),
        ),
    ),
    program(
        "journalctl",
        row(
            "",
            "-[fexrkaqm] -u|--unit= -n|--lines[=] -S|--since= -U|--until= -p|--priority= -b|--boot[=] -o|"
            "--output= -t|--identifier= "
            "-g|--grep= -c|--cursor= -F|--field= -N|--fields --no-pager --follow --pager-end --catalog --reverse "
            "--dmesg --all --quiet "
            "--disk-usage --list-boots --user --system --utc --no-hostname --full --merge --no-full --no-tail "
            "--user-unit= "
            "--case-sensitive[=] --facility= --output-fields= --show-cursor --after-cursor= --header --list-catalog -x "
            "--exclude-identifier= --truncate-newline -T= --verify -I --list-invocations --invocation=",
            WORDS,
            None,
        ),
        row(
            "",
            "-n= -u= -b= -o= -S= -U= -p= -t= -g= -x -e -k -r -f -a -q --no-pager --since= --until= --unit= "
            "--lines= --output= --utc --user --system --boot[=] --priority= --grep= --no-hostname --all --reverse "
            "--dmesg --follow --identifier=",
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
            "list-sessions|list-users|list-seats|session-status|user-status|show-session|show-user|seat-status|"
            "show-seat",
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
            "time|blame|critical-chain|dump|unit-paths|calendar|timespan|security|unit-files|syscall-filter",
            "--no-pager --user --system --iterations=N --base-time= --fuzz= --json=",
            WORDS,
        ),
    ),
    program(
        "systemd-cgls systemd-cgtop",
        row(
            "",
            "--no-pager -l|--full -k -a -b|--batch -n|--iterations=N -1 --raw -u= --unit= -d= --depth=N -p -t -c "
            "-m -i --order=",
            WORDS,
        ),
    ),
    program(
        "systemd-detect-virt systemd-path systemd-id128",
        row("", "-q -c -v --list -r --suffix= --no-pager", words(0, 1)),
    ),
    simple("systemd-escape", "-p|--path -u|--unescape -m|--mangle --suffix= --template= --instance", WORDS),
    simple("systemd-ac-power", "-v --low"),
    simple("systemd-delta", "--no-pager -t|--type= --diff=false"),
    program("systemd-mount systemd-umount", otherwise="mounts", alarms=destroy_alarms({"-u|--umount": "unmounts"})),
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
        "dmesg",
        row(
            "",
            "-[THwxkLerudPtSh] -l|--level= -f|--facility= --ctime --human --follow --decode --kernel --userspace "
            "--nopager --since= --until= --color[=] --time-format= --reltime --show-delta --notime --raw "
            "--force-prefix --json -J --noescape --follow-new -W -s=  ",
        ),
        alarms=destroy_alarms({"-C|--clear": "clears the kernel's log", "-c|--read-clear": "clears the kernel's log"}),
    ),
)

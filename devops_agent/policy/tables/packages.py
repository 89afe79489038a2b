"""Package managers and versions of tools."""

from devops_agent.policy.judgement import Judgement, change
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Operands,
    Use,
    change_alarms,
    destroy_alarms,
    only,
    program,
    row,
    simple,
    words,
)

APT_DANGERS = destroy_alarms(
    {
        "remove|purge|autoremove|autopurge": "removes packages",
        "full-upgrade|dist-upgrade": "may remove packages",
        "--purge": "removes packages with their configuration",
        "--auto-remove|--autoremove": "removes packages",
        "--force-yes|--allow-remove-essential|--allow-downgrades": "overrides a protection",
    }
)


INSTALLS = change_alarms(
    "installs software from the network",
    "install",
    "update",
    "upgrade",
    "add",
    "i",
    "ci",
    "download",
    "get",
    tag="NETWORK",
)


RPM_ROWS = (
    row(
        "list|info|repolist|repoinfo|provides|whatprovides|search|deplist|updateinfo|check-update|repoquery",
        "-q|--quiet --installed --available --upgrades --updates --all --enabled --disabled --showduplicates "
        "--obsoletes --recent -C|--cacheonly --enablerepo= --disablerepo= --security --bugfix --refresh=false -v "
        "--requires --whatrequires= -l --list",
        WORDS,
    ),
    row("history", "", NONE),
    row("history list|info|userinstalled", "", words(0, 2)),
    row("group|groups list|info|summary", "--installed --available -v", WORDS),
    row("grouplist|groupinfo|version", "", WORDS),
    row("module list|info|provides", "", WORDS),
    row(
        "config-manager",
        "--dump",
        words(0, 1),
        lambda use: None if use.options.has("--dump") else change("changes a repository"),
    ),
)


def _gone(reason: str) -> Judgement:
    return Judgement("DESTROY", (reason,))


def _asks_rpm(use: Use) -> Judgement | None:
    if any("://" in text for text in use.operands):
        return change("reads a package from the network", "NETWORK")
    if use.options.has("-V", "--verify") and use.options.has("-p", "--package"):
        return change("runs the script of a package file", "EXEC")
    return None if use.options.has("-q", "--query", "-V", "--verify") else change("changes packages")


PROGRAMS = (
    program(
        "apt apt-get aptitude",
        row(
            "list|show|policy|search|showsrc|depends|rdepends|madison|pkgnames|versions|why|why-not",
            "--installed --upgradable --upgradeable --all-versions -a --names-only -n --full -qq -q --manual-installed",
            WORDS,
        ),
        row("check"),
        row("moo"),
        row(
            "install|upgrade|dist-upgrade|full-upgrade|remove|autoremove|purge",
            "-s|--simulate|--just-print|--dry-run|--recon|--no-act -y -V",
            WORDS,
            lambda use: None if use.options.has("-s") else change("changes packages"),
        ),
        alarms=(*APT_DANGERS, *INSTALLS),
    ),
    program(
        "apt-cache",
        row(
            "policy|show|search|depends|rdepends|showpkg|showsrc|madison|pkgnames|stats|unmet",
            "-n|--names-only -f|--full -i --installed -a",
            WORDS,
        ),
    ),
    program("apt-mark", row("showhold|showmanual|showauto|showinstall|showremove", "", WORDS)),
    simple(
        "apt-config",
        "",
        words(1, 2),
        lambda use: None if use.operands[:1] in (["dump"], ["shell"]) else change("apt-config"),
    ),
    program("apt-key", row("list|finger", "", WORDS), alarms=destroy_alarms({"del|remove": "removes a key"})),
    program("apt-file", row("search|find|list|show", "-F -x -l", WORDS), tags="NETWORK"),
    program("add-apt-repository", only("-L|--list"), otherwise="adds a package source", tags="NETWORK"),
    program(
        "dpkg",
        row(
            "",
            "-l|--list -L|--listfiles= -S|--search= -s|--status= -p|--print-avail= -V|--verify -C|--audit "
            "-c|--contents -I|--info "
            "--get-selections --print-architecture --print-foreign-architectures   --no-pager --compare-versions",
            WORDS,
        ),
        alarms=destroy_alarms({"-r|--remove|-P|--purge": "removes packages", "--force-*": "overrides a protection"}),
    ),
    simple(
        "dpkg-query",
        "-l|--list -L|--listfiles= -S|--search= -s|--status= -W|--show -f|--showformat= -p= --no-pager",
        WORDS,
    ),
    simple("dpkg-deb", "-I|--info -c|--contents -f|--field", Operands(1, 5, "content")),
    simple("debsums ", "-[cslea]", WORDS),
    program(
        "yum dnf microdnf tdnf dnf5",
        *RPM_ROWS,
        shared="-q|--quiet -C|--cacheonly -v|--verbose",
        alarms=(
            *destroy_alarms(
                {
                    "remove|erase|autoremove": "removes packages",
                    "history undo|rollback": "undoes earlier transactions",
                    "downgrade": "goes back to an older version",
                    "clean": "empties the cache",
                    "distro-sync|swap|system-upgrade": "replaces many packages",
                }
            ),
            *INSTALLS,
        ),
    ),
    program(
        "rpm",
        row(
            "",
            "-[qaifldcsvVRp] --query --all --info --list --files --file --package --requires --provides "
            "--changelog --scripts --qf|--queryformat= --last --verify --whatprovides= --whatrequires= --docfiles "
            "--configfiles  ",
            WORDS,
            _asks_rpm,
        ),
        only("--eval=%_topdir"),
        only("--showrc"),
        alarms=destroy_alarms(
            {
                "-e|--erase": "removes packages",
                "--force": "overrides a protection",
                "--rebuilddb": "rebuilds the database",
            }
        ),
    ),
    program(
        "zypper",
        row(
            "search|se|info|if|list-updates|lu|repos|lr|packages|pa|patterns|pt|services|ls|list-patches|lp|"
            "patch-check|pchk|locks|ll|what-provides|wp",
            "-i|--installed-only -u|--not-installed-only -s|--details -d -u -E -P -r=",
            WORDS,
        ),
        shared="-n|--non-interactive -q|--quiet",
        alarms=(
            *destroy_alarms({"remove|rm|dup|dist-upgrade|removerepo|rr": "removes packages or repositories"}),
            *INSTALLS,
        ),
    ),
    program(
        "apk",
        row(
            "info|list|search|policy|version|dot|stats|audit",
            "-[aLvIeWRrdPqt] --installed -a|--all --upgradable --depends --rdepends --contents --who-owns=",
            WORDS,
        ),
        alarms=(
            *destroy_alarms(
                {"del": "removes packages", "fix --reinstall": "reinstalls", "cache clean|purge": "empties the cache"}
            ),
            *INSTALLS,
        ),
    ),
    program(
        "pacman yay paru",
        row("", "-[QikloqgeudmtcpF]", WORDS, needs="-Q -F"),
        row("", "-[Ssilg]", WORDS, needs="-s -i -l -g"),
        alarms=destroy_alarms(
            {"-R*|-R|-Rs|-Rns|-Rdd|-Rsc|-Rn|-Rsn|--remove": "removes packages", "-Scc|-Sc": "empties the cache"}
        ),
    ),
    program(
        "snap",
        row(
            "list|info|version|services|connections|changes|tasks|interfaces|model|warnings|known|saved|logs",
            "--all -n=N --abs-time --unicode= --color=",
            WORDS,
        ),
        row(
            "refresh",
            "--list --time",
            NONE,
            lambda use: None if use.options.has("--list", "--time") else change("updates snaps", "NETWORK"),
        ),
        row("get", "-d -l", words(1, 2), lambda use: change("may print secrets", "SENSITIVE")),
        alarms=(
            *destroy_alarms(
                {
                    "remove|uninstall": "removes a snap",
                    "revert": "goes back to an older version",
                    "disable|stop": "stops a service",
                    "forget": "deletes a snapshot",
                }
            ),
            *INSTALLS,
        ),
    ),
    program(
        "flatpak",
        row("list|info|remotes|ps|history", "--app --runtime --columns= -d --user --system", WORDS),
        alarms=(*destroy_alarms({"uninstall|remove|remote-delete": "removes applications"}), *INSTALLS),
    ),
    program(
        "brew",
        only("--prefix --cellar"),
        row(
            "list|ls|info|search|outdated|deps|uses|leaves|config|doctor|desc|tap-info|commands",
            "-1 --versions --json[=] --cask --formula -v --tree --installed",
            WORDS,
        ),
        row("services list|info", "--json", WORDS),
        alarms=(
            *destroy_alarms(
                {
                    "uninstall|remove|rm|autoremove|untap": "removes packages",
                    "cleanup": "removes old versions",
                    "services stop|kill": "stops a service",
                }
            ),
            *INSTALLS,
        ),
    ),
    program(
        "nix nix-env nix-store guix",
        row("version"),
        row("-q", "--installed ", WORDS),
        row("profile list"),
        only("-q --installed"),
        alarms=destroy_alarms(
            {"--gc|-e|--uninstall|--delete|--delete-generations|--delete-old|collect-garbage|gc": "removes packages"}
        ),
    ),
    program("nix-collect-garbage", judge=lambda use: _gone("nix-collect-garbage removes packages")),
    program(
        "winget choco scoop port",
        row("list|search|info|installed", "", WORDS),
        alarms=destroy_alarms({"uninstall": "removes packages"}),
    ),
)

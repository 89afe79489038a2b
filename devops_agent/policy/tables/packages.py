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
        "-q|--quiet --installed --available --upgrades --updates --all --enabled --disabled --showduplicates --obsoletes --recent -C|--cacheonly --enablerepo= --disablerepo= --security --bugfix --refresh=false -v --requires --whatrequires= -l --list",
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
NPM_LISTS = "-g|--global --depth=N --json -l|--long -p|--parseable --prod|--production --dev --all -a --only= --omit= --include= -w=  --prefix="


def _freeze(use: Use) -> Judgement | None:
    return None


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
    simple("apt-cache", "-n|--names-only -f|--full -i --installed -a", WORDS),
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
            "-l|--list -L|--listfiles= -S|--search= -s|--status= -p|--print-avail= -V|--verify -C|--audit --get-selections --print-architecture --print-foreign-architectures   --no-pager --compare-versions",
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
            "-[qaifldcsvVRp] --query --all --info --list --files --file --package --requires --provides --changelog --scripts --qf|--queryformat= --last --verify --whatprovides= --whatrequires= --docfiles --configfiles  ",
            WORDS,
            lambda use: None if use.options.has("-q", "--query", "-V", "--verify") else change("changes packages"),
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
            "search|se|info|if|list-updates|lu|repos|lr|packages|pa|patterns|pt|services|ls|list-patches|lp|patch-check|pchk|locks|ll|what-provides|wp",
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
            "-[aLvIeWRrdPqt] -e= --installed -a|--all --upgradable --depends --rdepends --contents --who-owns=",
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
            "list|info|find|version|services|connections|changes|tasks|interfaces|model|warnings|known|saved|logs",
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
        row("list|info|remotes|search|ps|history|remote-ls", "--app --runtime --columns= -d --user --system", WORDS),
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
        "pip pip3 pipx",
        row(
            "list|freeze|check|show|inspect|debug",
            "--format= -o| --not-required --user --local -l -v|--verbose -f|--files --all -e|--editable --exclude= --path=PATH -r=PATH",
            WORDS,
        ),
        row("config list|debug|get", "", WORDS, lambda use: change("may print credentials", "SENSITIVE")),
        row("cache info|dir|list", "", WORDS),
        only("-V"),
        row("environment"),
        alarms=(
            *destroy_alarms({"uninstall|uninstall-all": "removes packages", "cache purge|remove": "empties the cache"}),
            *change_alarms(
                "installs software, and runs its set-up code", "install", "download", "wheel", tag="NETWORK"
            ),
        ),
    ),
    program(
        "uv",
        row("version"),
        row("pip list|show|freeze|check|tree", " --format= -q", WORDS),
        row("python list|find|dir", "--only-installed --offline", WORDS),
        row(
            "tree",
            "--depth=N --locked --frozen --offline",
            NONE,
            lambda use: None if use.options.has("--frozen") else change("may write the lock file"),
        ),
        alarms=(*destroy_alarms({"remove|uninstall|clean": "removes packages"}), *INSTALLS),
    ),
    program(
        "poetry pipenv pdm hatch",
        row("show|check|graph|about", "-t|--tree -a --no-dev", WORDS),
        row("version", "-s|--short"),
        row("env list|info|show", "-p|--path", NONE),
        only("-V"),
        alarms=(*destroy_alarms({"remove|uninstall, cache clear, --rm": "removes packages"}), *INSTALLS),
    ),
    program(
        "conda mamba micromamba",
        row("list|info", "-n|--name= -p= --json -e|--envs --all", WORDS),
        row("env list", "--json"),
        alarms=(*destroy_alarms({"remove|uninstall|clean": "removes packages"}), *INSTALLS),
    ),
    program(
        "npm",
        row("ls|list|ll|la", NPM_LISTS, WORDS),
        row("root|prefix|bin", "-g|--global"),
        only("-v -version"),
        row("version", "", NONE),
        row("explain|why|query|fund", "--json", WORDS),
        row("pkg get", "", WORDS),
        row("run|run-script", "--json", NONE),
        row("config list|ls|get", "", WORDS, lambda use: change("may print credentials", "SENSITIVE")),
        row("help", "", words(0, 1)),
        alarms=(
            *destroy_alarms(
                {
                    "unpublish|deprecate": "withdraws a published package",
                    "uninstall|remove|rm|r|un|prune": "removes packages",
                    "cache clean": "empties the cache",
                    "ci": "ci removes node_modules first",
                    "owner|access|team|org|token rm|revoke|remove|delete": "takes away access",
                    "dist-tag rm": "removes a tag",
                }
            ),
            *change_alarms(
                "talks to the registry", "view|info|show|search|outdated|audit|ping|publish|login|whoami", tag="NETWORK"
            ),
            *INSTALLS,
        ),
    ),
    program(
        "yarn pnpm",
        otherwise="may run a version of itself that the folder names",
        tags="EXEC",
        alarms=(
            *destroy_alarms({"remove|rm|uninstall|un|prune|unpublish, cache clean": "removes packages"}),
            *INSTALLS,
        ),
    ),
    program("npx bunx pnpx uvx pipx-run", otherwise="downloads and runs a program", tags="NETWORK EXEC"),
    program(
        "gem",
        row(
            "list|info|environment|which|contents|specification",
            "-l|--local -a|--all -d|--details --paths",
            WORDS,
        ),
        only("-v"),
        alarms=(*destroy_alarms({"uninstall|yank|cleanup": "removes packages"}), *INSTALLS),
    ),
    program(
        "bundle bundler",
        otherwise="runs the Gemfile, which is a program",
        tags="EXEC",
        alarms=(*destroy_alarms({"clean|remove": "removes packages"}), *INSTALLS),
    ),
    program(
        "cargo rustup",
        only("-V"),
        row("version"),
        row("--list"),
        row(
            "tree",
            "--offline --locked --frozen --depth=N -i= -e= -d",
            NONE,
            lambda use: (
                None
                if use.options.has("--offline", "--frozen")
                else change("may fetch the registry's index", "NETWORK")
            ),
        ),
        row(
            "metadata",
            "--no-deps --format-version=N --offline",
            NONE,
            lambda use: None if use.options.has("--offline") else change("may fetch the registry's index", "NETWORK"),
        ),
        row("show|which", "-v", WORDS),
        row("toolchain|target|component list", "--installed", NONE),
        row(
            "install",
            "--list",
            NONE,
            lambda use: None if use.options.has("--list") else change("installs a program", "NETWORK"),
        ),
        alarms=destroy_alarms({"uninstall|yank|clean": "removes packages or built files"}),
    ),
    program(
        "go",
        row("version", "-m -v", Operands(0, 1, "name")),
        row(
            "env",
            "",
            WORDS,
            lambda use: (
                change("go env -w changes the configuration")
                if any(text.startswith("-") for text in use.texts[1:])
                else None
            ),
        ),
        row("help", "", WORDS),
        row("doc", "-all -short -src -u -c", words(0, 2)),
        otherwise="may fetch modules, build or run code",
        tags="EXEC",
        alarms=destroy_alarms({"clean": "removes built files", "clean -modcache|-cache": "empties the cache"}),
    ),
    program(
        "composer",
        only("-V"),
        row(
            "show|info|licenses|check-platform-reqs|depends|why",
            "-i -t|--tree -D|--direct --format=  --no-plugins",
            WORDS,
            lambda use: None if use.options.has("--no-plugins") else change("loads plugins of the project", "EXEC"),
        ),
        alarms=(*destroy_alarms({"remove|clear-cache": "removes packages"}), *INSTALLS),
    ),
    program(
        "java javac",
        only("-version"),
        only("--version"),
        only("-XshowSettings:properties -version"),
        only("-XX:+PrintFlagsFinal -version"),
        otherwise="runs a Java program",
        tags="EXEC",
    ),
    program(
        "mvn gradle mvnw gradlew ant sbt",
        otherwise="builds, and runs what the project says",
        tags="EXEC",
        alarms=destroy_alarms(
            {
                "clean": "removes built files",
                "release:*|deploy": "publishes",
                "dependency:purge-local-repository": "removes packages",
            }
        ),
    ),
    program(
        "make ninja cmake bazel meson just task rake",
        only("-v|--version"),
        row(
            "",
            "-n  --dry-run",
            WORDS,
            lambda use: change("make evaluates the makefile even when it only prints", "EXEC"),
        ),
        otherwise="builds, and runs what the project says",
        tags="EXEC",
        alarms=destroy_alarms(
            {"clean|distclean|mrproper|clobber|purge|uninstall|destroy|nuke|reset": "removes built files"}
        ),
    ),
    program(
        "gcc g++ cc clang clang++ ld as rustc ghc",
        only("--version"),
        only("-v"),
        only("-dumpversion"),
        only("-dumpmachine"),
        otherwise="writes what it compiles",
    ),
    program(
        "dotnet",
        only("--info"),
        only("--list-sdks"),
        only("--list-runtimes"),
        only("--version"),
        row("list package|reference", "", NONE, lambda use: change("evaluates the project", "EXEC")),
        alarms=destroy_alarms({"clean|delete|remove": "removes packages"}),
    ),
    program(
        "nvm pyenv rbenv nodenv asdf mise fnm sdk",
        row("list|ls|current|version|versions|which|where|root", "--bare", WORDS),
        row("plugin list"),
        alarms=(*destroy_alarms({"uninstall|remove": "removes a version"}), *INSTALLS),
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


def _gone(reason: str) -> Judgement:
    return Judgement("DESTROY", (reason,))


VERSIONED = (
    "argocd-cm  kubelet containerd runc dockerd crun conmon buildctl  prometheus grafana-server alertmanager node_exporter loki "
    "influxd telegraf vector fluentd fluent-bit logstash filebeat metricbeat elasticsearch kibana rabbitmq-server mongod mysqld postgres "
    "redis-server memcached  consul-template packer-plugin sops age tflint terragrunt-docs tfsec checkov infracost pre-commit "
    "black ruff mypy flake8 pylint pytest tox eslint prettier tsc jest webpack vite next nuxt ng vue sass esbuild rollup swc turbo nx lerna "
    "cargo-audit bandit safety snyk gitleaks trufflehog act  starship  zellij ffmpeg convert magick pandoc latex protoc buf "
    "golangci-lint gofmt staticcheck delve dlv air goreleaser ko skaffold tilt devspace garden telepresence kubeval kubeconform conftest opa kyverno "
    "popeye pluto nova polaris kube-linter kube-score datree helmfile helm-docs chart-testing ct vcluster kwok clusterctl talosctl k0s rke"
).replace("_ ", " ")
PROGRAMS = (
    *PROGRAMS,
    program(VERSIONED, row("version", "--client --short"), only("-V"), otherwise="is only known by its --version"),
)

"""Package managers of languages, compilers and build tools."""

from devops_agent.policy.judgement import change
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Operands,
    change_alarms,
    destroy_alarms,
    only,
    program,
    row,
    words,
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


NPM_LISTS = (
    "-g|--global --depth=N --json -l|--long -p|--parseable --prod|--production --dev --all -a --only= --omit= "
    "--include= -w=  --prefix= --no-update-notifier"
)
NO_TRACES = "-XX:-UsePerfData"
QUIETLY = "--no-update-notifier"

PROGRAMS = (
    program(
        "pip pip3 pipx",
        row(
            "list|freeze|check|show|inspect|debug",
            "--format= --not-required --user --local -l -v|--verbose -f|--files --all -e|--editable "
            "--exclude= --path=PATH -r=PATH",
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
        only("--version"),
        row("version"),
        otherwise="runs the Python that lies in the folder",
        tags="EXEC",
        alarms=(*destroy_alarms({"remove|uninstall|clean": "removes packages"}), *INSTALLS),
    ),
    program(
        "poetry pipenv pdm hatch",
        otherwise="may load plugins of the folder",
        tags="EXEC",
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
        row("ls|list|ll|la", NPM_LISTS, WORDS, after=QUIETLY),
        row("root|prefix|bin", f"-g|--global {QUIETLY}", after=QUIETLY),
        only("-v -version"),
        row("version", "", NONE),
        row("explain|why|query", f"--json {QUIETLY}", WORDS, after=QUIETLY),
        row("fund", f"--json {QUIETLY}", NONE, after=QUIETLY),
        row("pkg get", QUIETLY, WORDS, after=QUIETLY),
        row("run|run-script", f"--json {QUIETLY}", NONE, after=QUIETLY),
        row("config list|ls|get", "", WORDS, lambda use: change("may print credentials", "SENSITIVE")),
        row("help"),
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
    program("npx bunx pnpx uvx", otherwise="downloads and runs a program", tags="NETWORK EXEC"),
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
        "cargo rustup rustc rustfmt",
        otherwise="may run a toolchain that the folder names",
        tags="EXEC",
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
        otherwise="may load code of the project",
        tags="EXEC",
        alarms=(*destroy_alarms({"remove|clear-cache": "removes packages"}), *INSTALLS),
    ),
    program(
        "javac",
        only("-version --version"),
        otherwise="compiles, and may run processors that the class path names",
        tags="EXEC",
    ),
    program(
        "java",
        row("", f"{NO_TRACES} -version --version", NONE, after=NO_TRACES, needs="-version --version"),
        otherwise="runs a Java program",
        tags="EXEC",
    ),
    program(
        "mvn gradle mvnw gradlew ant sbt bazel bazelisk",
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
        "make ninja cmake meson just task rake",
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
        "gcc g++ cc clang clang++ ld as ghc",
        only("--version"),
        only("-v"),
        only("-dumpversion"),
        only("-dumpmachine"),
        otherwise="writes what it compiles",
    ),
    program(
        "dotnet",
        otherwise="may run an SDK that the folder names",
        tags="EXEC",
        alarms=destroy_alarms({"clean|delete|remove": "removes packages"}),
    ),
    program(
        "nvm pyenv rbenv nodenv asdf mise fnm sdk",
        row("list|ls|current|version|versions|which|where|root", "--bare", WORDS),
        row("plugin list"),
        alarms=(*destroy_alarms({"uninstall|remove": "removes a version"}), *INSTALLS),
    ),
)

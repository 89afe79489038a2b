"""docker, its compose, and the tools that share its command line."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, sensitive, worst
from devops_agent.policy.rows import (
    SOME_WORDS,
    WORDS,
    Use,
    change_alarms,
    destroy_alarms,
    program,
    row,
    words,
)
from devops_agent.policy.words import Word

FORMAT = "--format="


FILTER = "-f|--filter="


LIST = f"{FILTER} {FORMAT} -q|--quiet --no-trunc"


PS = f"{LIST} -a|--all -n|--last=N -l|--latest -s|--size --sort= --pod -p --ns --external"


IMAGES = f"{LIST} -a|--all --digests --tree --sort= -n|--noheading --history"


LOGS = "-f|--follow --tail|-n= --since= --until= -t|--timestamps --details -l|--latest --names --color"


HOST_FOLDER = re.compile(
    r"/(?:etc|root|home|var|usr|boot|proc|sys|dev|bin|sbin|lib|lib64|opt|run|var/run(?:/docker\.sock)?|var/lib.*|"
    r"etc/.*|run/docker\.sock)?/?"
)


VALUED = re.compile(
    r"-[veuwpmhcla]|--(?:volume|mount|env|env-file|name|network|net|user|workdir|publish|label|hostname|"
    r"entrypoint|memory|"
    r"cpus|restart|add-host|dns|platform|pull|cap-add|cap-drop|device|security-opt|pid|ipc|userns|uts|tmpfs|shm-size|"
    r"ulimit|gpus|log-driver|log-opt|link|ip|mac-address|group-add|cidfile|detach-keys|health-cmd|stop-signal|runtime)"
)


ROOT_ON_HOST = (
    "--privileged", "--pid=host", "--userns=host", "--ipc=host", "--uts=host", "--net|--network=host", "--cap-add",
    "--device", "--security-opt", "--volumes-from", "--cgroupns=host",
)  # fmt: skip


def _no_environment(use: Use) -> Judgement | None:
    """`inspect` of a template that names the environment prints its secrets."""
    shown = " ".join(use.options.values("-f", "--format"))
    return sensitive("prints the environment of a container") if re.search(r"\.Env\b", shown) else None


def _no_process_environment(use: Use) -> Judgement | None:
    """What follows the container goes to `ps`, whose `e` prints environments."""
    shown = any("e" in text for text in use.operands[1:])
    return sensitive("prints the environment of processes") if shown else None


def _mounts_host(use: Use) -> Judgement | None:
    for index, text in enumerate(use.texts):
        value = (
            text.partition("=")[2]
            if text.startswith("--") and "=" in text
            else "".join(use.texts[index + 1 : index + 2])
        )
        if text.startswith("-v") and not text.startswith("--") and len(text) > 2:
            value = text[2:].removeprefix("=")
        if not text.startswith(("-v", "--volume", "--mount")):
            continue
        source = re.search(r"(?:source|src)=([^,]+)", value)
        folder = source[1] if source else value.partition(":")[0]
        if (
            HOST_FOLDER.fullmatch(folder)
            or folder in ("~", "$HOME")
            or "docker.sock" in folder
            or use.ground.starts_programs(folder)
            or "/" in folder
            and use.ground.secret_text(folder)
            or folder == use.ground.place.home
        ):
            return destroy("gives the container a folder of the host, which is as good as root", "EXEC")
    return None


def _inner_command(use: Use) -> Judgement | None:
    """What `run`, `exec` and their relatives start."""
    plain = [text for text in use.texts if not text.startswith("-")]
    if not {"run", "exec", "create"} & set(plain[:3]):
        return None
    start = next(i for i, text in enumerate(use.texts) if text in ("run", "exec", "create")) + 1
    while start < len(use.texts) and use.texts[start].startswith("-"):
        start += 2 if VALUED.fullmatch(use.texts[start]) else 1
    found = [judgement for judgement in (_mounts_host(use),) if judgement]
    if entry := _entrypoint(use):
        found.append(use.judge_words([entry, *use.arguments[start + 1 :]]))
    found.append(
        use.judge_words(use.arguments[start + 1 :]) if use.arguments[start + 1 :] else change("starts a container")
    )
    inner = worst(found)
    risk = destroy("runs something destructive in a container", "EXEC") if inner.risk == "FORBID" else inner
    return worst([change("runs code in a container", "EXEC"), Judgement("READ") if risk.risk == "READ" else risk])


def _entrypoint(use: Use) -> Word | None:
    for index, text in enumerate(use.texts):
        if text == "--entrypoint" and index + 1 < len(use.arguments):
            return use.arguments[index + 1]
    return None


DANGERS = destroy_alarms(
    {
        "rm": "rm removes containers",
        "rmi": "rmi removes images",
        "kill": "kill stops containers at once",
        "container|image|volume|network|secret|config|service|stack|node|plugin|context|buildx|builder|manifest|"
        "pod|machine|trust|checkpoint rm|remove": "removes objects",
        "prune": "prune removes everything that is not in use",
        "container kill": "kill stops containers at once",
        "swarm leave": "swarm leave takes this node out of the swarm",
        "swarm init --force-new-cluster": "makes a new swarm of this node",
        "system reset": "system reset removes everything",
        "stack down": "stack down removes a stack",
        "service scale *=0": "scale to 0 stops a service",
        "service update --force": "restarts every task",
        "node update --availability=drain": "drains a node",
        "machine reset": "removes every machine",
        "image push --force": "overwrites an image",
        **{f"run|create|exec {flag}": "gives the container power over the host" for flag in ROOT_ON_HOST},
        "exec --privileged": "gives the command power over the host",
    }
)


NOTES = (
    *change_alarms(
        "talks to a registry",
        "pull",
        "push",
        "login",
        "logout",
        "search",
        "image pull|push",
        "manifest",
        "trust",
        tag="NETWORK",
    ),
    *change_alarms(
        "runs code in a container", "run", "exec", "build", "buildx build|bake", "compose run|exec|build", tag="EXEC"
    ),
    *change_alarms("uses another daemon or configuration", "-H|--host", "--context|-c", "--config", tag="NETWORK"),
    *change_alarms("copies files between a container and this machine", "cp", "container cp"),
)


COMPOSE_FILES = (
    "-f|--file=PATH -p|--project-name= --profile= --project-directory=PATH --ansi= --progress= --compatibility "
    "--all-resources --no-ansi"
)


def _local_files(use: Use) -> Judgement | None:
    if any(":" in word.text or word.text.startswith("oci") for word in use.options.files):
        return change("reads a compose file from the network", "NETWORK")
    return None


def _config_names_only(use: Use) -> Judgement | None:
    """`compose config` prints the environment unless only names or nothing are asked for."""
    if use.options.has("--services", "--volumes", "--images", "--profiles", "-q", "--hash", "--networks"):
        return _local_files(use)
    return sensitive("prints the whole configuration with the values of its variables")


COMPOSE = program(
    "docker-compose podman-compose",
    row("ps", "-a|--all -q|--quiet --services --filter= --format= --status= --orphans --no-trunc", WORDS, _local_files),
    row(
        "logs",
        "-f|--follow --tail|-n= --since= --until= -t|--timestamps --no-log-prefix --no-color --index=N",
        WORDS,
        _local_files,
    ),
    row("ls", "-a|--all --filter= --format= -q|--quiet"),
    row("images", "--format= -q|--quiet", WORDS, _local_files),
    row("top", "", WORDS, _local_files),
    row("port", "--index=N --protocol=", words(2, 2), _local_files),
    row("version", "--short -f|--format="),
    row(
        "config|convert",
        "--services --volumes --images --profiles -q|--quiet --hash= --networks --no-interpolate --format=",
        WORDS,
        _config_names_only,
    ),
    row("events", "--json --since= --until=", WORDS, _local_files),
    row("stats", "--no-stream --format= -a|--all --no-trunc", WORDS, _local_files),
    row("volumes", "--format= -q|--quiet", WORDS, _local_files),
    row("help", "", WORDS),
    shared=COMPOSE_FILES,
    alarms=(
        *destroy_alarms(
            {
                "down -v|--volumes|--rmi|--remove-orphans": "down removes volumes or images",
                "rm": "rm removes containers",
                "kill": "kill stops containers at once",
                "up --force-recreate|--renew-anon-volumes|-V|--remove-orphans": "makes them anew",
                "scale *=0": "scale to 0 stops a service",
                "up --scale=*=0": "scale to 0 stops a service",
            }
        ),
        *change_alarms("runs code in a container", "run", "exec", "build", "up", tag="EXEC"),
        *change_alarms("talks to a registry", "pull", "push", tag="NETWORK"),
    ),
    inner=_inner_command,
)


MANAGED = (
    row("container ls|list|ps", PS),
    row("container logs", LOGS, words(0, 1)),
    row("container top", "-e -f -o= -eo= -ef", SOME_WORDS, _no_process_environment),
    row(
        "container inspect|stats|port|diff",
        f"-f {FORMAT} -s|--size -a|--all --no-stream --no-trunc",
        WORDS,
        _no_environment,
    ),
    row("image ls|list", IMAGES, words(0, 1)),
    row("image history", "-H|--human --no-trunc -q|--quiet --format=", words(1, 1)),
    row("image inspect", "-f|--format= --platform=", SOME_WORDS, _no_environment),
    row("image tree|exists", "", words(1, 1)),
    row("volume|network ls|list", LIST),
    row(
        "volume|network|context|node|service|secret|plugin|pod|stack inspect",
        "-f|--format= --pretty -v|--verbose",
        WORDS,
        _no_environment,
    ),
    row("context ls|list|show", f"{FORMAT} -q|--quiet"),
    row(
        "node|service|stack|config|secret|plugin|checkpoint|pod|machine ls|list|ps",
        f"{LIST} --no-resolve -a|--all",
        WORDS,
    ),
    row("node|service|stack ps", f"{LIST} --no-resolve", WORDS),
    row("stack services", LIST, words(1, 1)),
    row("service logs", f"{LOGS} --no-resolve --no-task-ids --no-trunc --raw", words(1, 1)),
    row("system df", f"-v|--verbose {FORMAT}"),
    row("system info|version", "-f|--format="),
    row("system events", "-f|--filter= --format= --since= --until= --no-trunc --stream=false"),
    row("system connection list|ls", "--format="),
    row("buildx ls", "--format= --no-trunc"),
    row("buildx du", "--filter= --verbose --format="),
    row("buildx inspect", "", words(0, 1)),
    row("buildx version"),
    row("builder ls|du"),
    row("scout version"),
    row("pod ps|ls|list|top|stats|logs", f"{LIST} --no-stream --ctr-names", WORDS),
    row("machine info|list|ls|inspect", "--format= -q", WORDS),
)


TOP_LEVEL = (
    row("ps", PS),
    row("images", IMAGES, words(0, 1)),
    row("logs", LOGS, words(1, 1)),
    row("inspect", "-f|--format= -s|--size --type= -l|--latest", SOME_WORDS, _no_environment),
    row("top", "-e -f -o= -eo= -ef", SOME_WORDS, _no_process_environment),
    row("port", "-a|--all -l|--latest", words(1, 2)),
    row("stats", "--no-stream -a|--all --format= --no-trunc --no-reset", WORDS),
    row("history", "-H|--human --no-trunc -q|--quiet --format=", words(1, 1)),
    row("diff", "-l|--latest --format=", words(1, 1)),
    row("info|version", "-f|--format= --debug"),
    row("events", "-f|--filter= --format= --since= --until= --no-trunc --stream=false"),
    row("wait", "", SOME_WORDS),
    row("help", "", WORDS),
)


DOCKER = program(
    "docker podman nerdctl",
    *TOP_LEVEL,
    *MANAGED,
    shared="-D|--debug -l|--log-level=",
    alarms=(*DANGERS, *NOTES),
    programs={"compose": COMPOSE},
    inner=_inner_command,
)
PROGRAMS = (DOCKER, COMPOSE)

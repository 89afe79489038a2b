"""What the agent works with on this machine: programs, cluster, container engine, terminal."""

import platform
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from devops_agent import __version__
from devops_agent.commands.checks.check import PROBE_SECONDS, Check
from devops_agent.confinement.docker_engine import Engine, engine_at
from devops_agent.docker_endpoint import read_endpoint
from devops_agent.errors import ExitCode
from devops_agent.kubernetes_context import OWNED_BY, read_context
from devops_agent.sessions.database import FOLDER_HINT, LATER, problem
from devops_agent.sessions.room import LACKS, advice, try_to_write
from devops_agent.settings import Settings, configuration_path

PROGRAMS = {
    "git": "the agent cannot look at repositories",
    "kubectl": "the agent cannot look at clusters",
    "helm": "the agent cannot look at releases",
    "docker": "the agent cannot look at containers",
}
"""Each optional program and what is lost without it."""

NO_KUBECONFIG = "there is no kubeconfig"
NO_CONTEXT = {
    NO_KUBECONFIG: "if you need a cluster: put its file at ~/.kube/config, or name it in KUBECONFIG",
    OWNED_BY: 'make it readable for you (`chown`, `chmod`); in a container: --user "$(id -u):$(id -g)"',
    "context": "list them with `kubectl config get-contexts`, choose one with `kubectl config use-context NAME`",
}
"""What to do about a context that is not known, by a word of the reason."""


def check_versions(settings: Settings) -> Iterator[Check]:
    """What runs, with which configuration, and where it writes down what it does."""
    yield Check(
        "devops-agent",
        "ok",
        f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
    )
    path = configuration_path({}, settings.environment)
    yield Check("configuration", "ok", str(path) if path.exists() else f"defaults ({path} does not exist)")
    yield _state_folder(settings)


def check_programs(environment: Mapping[str, str]) -> Iterator[Check]:
    """Bash, which the agent needs, and the tools of the trade."""
    path = environment.get("PATH", "")
    bash = shutil.which("bash", path=path)
    if bash:
        yield Check("bash", "ok", bash)
    else:
        yield Check("bash", "fail", "not on PATH", "install bash: every command runs in it", ExitCode.UNVERIFIED)
    for name, loss in PROGRAMS.items():
        found = shutil.which(name, path=path)
        yield (
            Check(name, "ok", found)
            if found
            else Check(name, "note", "not on PATH", f"{loss}; install it if you need it")
        )


def check_cluster(environment: Mapping[str, str]) -> Check:
    """Which cluster kubectl would reach, and whether something listens there."""
    context = read_context(environment)
    if context.reason:
        advice = next((advice for sign, advice in NO_CONTEXT.items() if sign in context.reason), "mend that file")
        named = environment.get("KUBECONFIG") if context.reason == NO_KUBECONFIG else ""
        found = f"{context.reason} at {named}, which KUBECONFIG names" if named else context.reason
        return Check("cluster", "note", found, advice)
    found = f"context {context.name}, namespace {context.namespace}, server {context.server}"
    address = urlsplit(context.server if "//" in context.server else f"//{context.server}")
    try:
        socket.create_connection((address.hostname or "", address.port or 443), PROBE_SECONDS).close()
    except (OSError, ValueError) as error:
        return Check("cluster", "note", f"{found}: {_reason(error)}", "start the cluster, or choose another context")
    return Check("cluster", "ok", found)


def check_engine(environment: Mapping[str, str]) -> Check:
    """Which container engine docker would reach, and whether it answers."""
    endpoint = read_endpoint(environment)
    try:
        engine = engine_at(environment, endpoint)
    except (OSError, ValueError) as error:
        advice = f"`docker version` asks it; a read-only run refuses docker here: {_reason(error)}"
        return Check("container engine", "note", f"{endpoint}, not asked", advice)
    try:
        answer = _ping(engine)
    except PermissionError:
        advice = "add yourself to the group `docker`, which is as good as being root, or use a rootless engine"
        return Check("container engine", "note", f"{endpoint}: permission denied", advice)
    except (OSError, ValueError) as error:
        return Check("container engine", "note", f"{endpoint}: {_reason(error)}", "start the engine if you need it")
    if answer.startswith(b"HTTP/1.") and b" 200 " in answer[:16]:
        return Check("container engine", "ok", endpoint)
    return Check("container engine", "note", f"{endpoint} does not answer like one", "check DOCKER_HOST")


def check_terminal(environment: Mapping[str, str]) -> Check:
    """Whether there is somebody to ask, and what the screen can show."""
    size = shutil.get_terminal_size()
    found = f"{environment.get('TERM') or 'unknown'}, {size.columns}x{size.lines}, {sys.stdout.encoding}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        advice = "calls that need a yes end the run with exit code 5; see --no-approval and --read-only"
        return Check("terminal", "note", f"none ({found})", advice)
    return Check("terminal", "ok", found)


def _state_folder(settings: Settings) -> Check:
    """Whether the record of what runs could be written; nothing is left there to find out."""
    folder = settings.state_folder
    if not settings.store:
        return Check("state folder", "note", "not used: nothing that runs is recorded", "unset DEVOPS_AGENT_STORE")
    try:
        try_to_write(folder)
        wrong = problem(folder)
    except OSError as error:
        lack = LACKS.get(error.errno or 0, "")
        hint = advice(folder) if lack else FOLDER_HINT
        return Check("state folder", "fail", f"{folder}: {lack or _reason(error)}", hint, ExitCode.UNVERIFIED)
    if LATER in wrong:
        return Check("state folder", "fail", wrong, "update devops-agent", ExitCode.UNVERIFIED)
    if wrong:
        return Check("state folder", "note", wrong, "the next run moves it aside and starts a new one")
    return Check("state folder", "ok", str(folder))


def _ping(engine: Engine) -> bytes:
    """The first bytes of an engine's answer to its own health check."""
    with engine.connect(PROBE_SECONDS) as connection:
        connection.settimeout(PROBE_SECONDS)
        connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
        return connection.recv(4096)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

"""The rights of commands that run unasked: they read, and write only into a folder of their own.

Commands that look at other processes keep all their rights, because a process under Landlock may not ask about one that
is not: `lsof` and `ss -p` would not fail, but leave facts out. For them the policy alone knows that they only read.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from devops_agent.confinement import landlock
from devops_agent.policy import lexer
from devops_agent.policy.quoting import NotPlain
from devops_agent.policy.tables.wrappers import TRANSPARENT
from devops_agent.tools.base import Terms

CLIENTS = frozenset(
    {
        "kubectl", "helm", "docker", "docker-compose", "podman", "nerdctl", "curl", "aws", "gcloud", "gsutil", "bq",
        "az", "terraform", "tofu", "redis-cli", "psql", "pg_isready", "mysql", "mysqladmin", "mariadb", "mongosh",
        "etcdctl", "clickhouse-client", "minikube", "kind", "k3d", "crictl", "ctr", "istioctl", "argocd", "flux",
        "vault", "consul", "nomad", "gh"
    }
)  # fmt: skip
"""Programs that read over the network."""

OFFLINE = frozenset(
    {
        "cat", "head", "tail", "grep", "egrep", "fgrep", "zgrep", "zcat", "sed", "awk", "gawk", "mawk", "cut", "sort",
        "uniq", "wc", "tr", "jq", "yq", "diff", "cmp", "comm", "paste", "tac", "rev", "nl", "fold", "column",
        "base64", "md5sum", "sha1sum", "sha256sum", "sha512sum", "cksum", "strings", "od", "xxd", "hexdump", "echo",
        "printf", "true", "seq"
    }
)  # fmt: skip
"""Programs that show no owner and no interface, so that they need not see this machine's network at all."""

OBSERVERS = frozenset(
    {
        "lsof", "ss", "netstat", "fuser", "ps", "pstree", "pmap", "pgrep", "pidof", "pwdx", "top", "lsns", "lslocks",
        "pidstat", "numastat", "jps", "jstack", "jstat"
    }
)  # fmt: skip
"""Programs whose purpose is to look at other processes."""

PROCESS_FILES = re.compile(r"(?:.*=)?/+proc(?:/*|/+[^/a-z].*)", re.DOTALL)
"""`/proc` itself, and what lies in it under a number or a pattern; its named files tell of the whole system."""

WRITABLE_DEVICES = ("/dev/null", "/dev/nvidiactl", "/dev/nvidia-uvm", *(f"/dev/nvidia{n}" for n in range(16)))


class Confinement:
    """Makes the rulesets of one run when they are first needed. `folder` is where confined commands may write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rulesets: dict[bool, int] = {}

    def terms(self, command: str, environment: Mapping[str, str]) -> Terms:
        """The terms on which `command`, a plain read, may run. Raises OSError when the rules cannot be made."""
        if not landlock.abi():
            return Terms(environment)
        programs = list(_words(command))
        if any(map(_observes, programs)):
            return Terms(environment)
        scratch = {"TMPDIR": str(self._folder), "KUBECACHEDIR": str(self._folder / "kube")}
        connects = any(Path(word).name in CLIENTS for words in programs for word in words)
        return Terms({**environment, **scratch}, self._ruleset(connects), offline=_is_offline(programs))

    def _ruleset(self, connects: bool) -> int:
        if connects not in self._rulesets:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            devices = [path for path in map(Path, WRITABLE_DEVICES) if path.exists()]
            self._rulesets[connects] = landlock.open_ruleset([self._folder, *devices], connects=connects)
        return self._rulesets[connects]

    def close(self) -> None:
        while self._rulesets:
            os.close(self._rulesets.popitem()[1])


def _words(command: str) -> Iterator[list[str]]:
    """The words of each command of a plain script; nothing where it is not plain."""
    try:
        script = lexer.parse(command, {})
    except NotPlain:
        return
    for one in script.commands:
        yield [word.text for word in one.words]


def _observes(words: list[str]) -> bool:
    """Whether a command looks at other processes, by its purpose or in their files."""
    programs = words if words[0] in TRANSPARENT else words[:1]
    return any(Path(word).name in OBSERVERS for word in programs) or any(map(PROCESS_FILES.fullmatch, words))


def _is_offline(programs: list[list[str]]) -> bool:
    """Whether no command of a script looks at the network, not even through the files that describe it."""
    looks = any(word.startswith(("/proc", "/sys")) or "/net/" in word for words in programs for word in words)
    return bool(programs) and not looks and all(words[0] in OFFLINE for words in programs)

"""Which paths hold secrets, which start programs, which nobody may remove, and which are the agent's own."""

import posixpath
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase, translate
from functools import cache

from devops_agent.policy.effort import Effort
from devops_agent.policy.place import Place
from devops_agent.policy.words import GLOB_CHARACTERS, Word

SECRET_ANYWHERE = (
    ".ssh/**", ".aws/**", ".gnupg/**", ".kube/**", ".azure/**", ".password-store/**", ".docker/config.json",
    ".config/gcloud/**", ".config/gh/**", ".config/helm/**", ".config/google-chrome/**", ".mozilla/**",
    ".config/devops-agent/**", ".config/rclone/**", ".config/op/**", ".terraform.d/**", ".oci/**",
    ".local/share/keyrings/**", ".netrc", "_netrc", ".env", ".env.*", "*.env", ".envrc", ".git-credentials", ".pgpass",
    ".my.cnf", ".mylogin.cnf", ".npmrc", ".yarnrc.yml", ".pypirc", ".vault-token", ".htpasswd", ".s3cfg", ".boto",
    "*_history", ".lesshst", ".viminfo", "credentials", "credentials.json", "credentials.tfrc.json", "kubeconfig",
    "*.kubeconfig", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ovpn", "*.ppk", "*.tfstate",
    "*.tfstate.*", "*.tfvars", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "service-account*.json",
    "serviceaccount/token", "master.key", "ssh_host_*_key",
    "secrets.yml", "secrets.yaml", "secrets.json", "wp-config.php",
)  # fmt: skip
SECRET_HERE = (
    "/etc/shadow*", "/etc/gshadow*", "/etc/sudoers", "/etc/sudoers.d/**", "/etc/ssl/private/**", "/etc/rancher/**",
    "/etc/kubernetes/pki/**", "/etc/kubernetes/*.conf", "/etc/krb5.keytab", "/etc/security/opasswd",
    "/etc/letsencrypt/live/**", "/etc/letsencrypt/archive/**", "/etc/wireguard/**",
    "/etc/openvpn/**", "/etc/NetworkManager/system-connections/**", "/etc/mysql/debian.cnf",
    "/etc/ppp/*-secrets", "/proc/kcore", "/proc/*/environ", "/proc/*/mem", "/proc/*/root/**", "/proc/*/cwd/**",
    "/proc/*/fd/**", "/proc/*/task/*/environ", "/proc/*/task/*/root/**", "/proc/*/map_files/**", "/run/secrets/**",
    "/var/run/secrets/**", "/var/lib/kubelet/**", "/var/lib/docker/**", "/var/lib/containerd/**", "/var/lib/etcd/**",
    "/var/lib/rancher/**", "/var/lib/mysql/**", "/var/lib/postgresql/**", "/var/spool/cron/**",
    "/root/.*", "/dev/**",
)  # fmt: skip
DEEPEST_PATH = 60
LONGEST_PATH = 4096
LONGEST_PATTERN = 500
COMMON_ENDINGS = (".json", ".yaml", ".yml", ".php")
HARMLESS_DEVICES = {"/dev/null", "/dev/zero", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/full"}
STARTS_PROGRAMS = (
    ".ssh/**", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".zshrc",
    ".zshenv", ".zprofile", ".zlogin", ".kshrc", ".cshrc", ".tcshrc", ".inputrc", ".vimrc", ".gitconfig",
    ".config/git/**",
    ".config/fish/**", ".config/autostart/**", ".config/systemd/**", ".config/environment.d/**", ".pam_environment",
    ".xprofile", ".xinitrc", ".xsession", ".git/hooks/**", ".git/config", ".husky/**", ".kube/config", ".aws/**",
    ".docker/config.json", ".docker/cli-plugins/**", ".local/bin/**", ".npmrc", ".gnupg/**",
)  # fmt: skip
SYSTEM = (
    "/etc/**", "/boot/**", "/bin/**", "/sbin/**", "/lib/**", "/lib64/**", "/usr/**", "/sys/**", "/proc/**", "/dev/**",
    "/var/lib/**", "/var/spool/**", "/efi/**", "/snap/**",
)  # fmt: skip
STARTUP = (
    "/etc/cron*", "/etc/cron*/**", "/etc/sudoers*", "/etc/sudoers.d/**", "/etc/passwd*", "/etc/shadow*", "/etc/group*",
    "/etc/gshadow*", "/etc/profile*", "/etc/profile.d/**", "/etc/bash*", "/etc/zsh*", "/etc/environment*",
    "/etc/ld.so.*", "/etc/ld.so.conf.d/**", "/etc/pam.d/**", "/etc/rc*", "/etc/init*", "/etc/init.d/**",
    "/etc/systemd/**", "/etc/udev/**", "/etc/apt/**", "/etc/ssh/**", "/etc/security/**", "/etc/modprobe.d/**",
    "/etc/modules*", "/etc/fstab", "/etc/crypttab", "/etc/inittab", "/etc/xdg/autostart/**", "/etc/update-motd.d/**",
    "/etc/NetworkManager/dispatcher.d/**", "/etc/sysctl*", "/etc/sysctl.d/**", "/etc/docker/daemon.json",
    "/etc/kubernetes/manifests/**", "/lib/systemd/**", "/usr/lib/systemd/**", "/usr/local/bin/**", "/usr/bin/**",
    "/bin/**", "/sbin/**", "/usr/sbin/**", "/usr/local/sbin/**", "/var/spool/cron/**", "/boot/**", "/proc/sys/**",
    "/proc/sysrq-trigger", "/sys/**", "/dev/**",
)  # fmt: skip
TOP_LEVEL = re.compile(
    r"/|/(bin|boot|dev|etc|home|lib|lib32|lib64|media|mnt|opt|proc|root|run|sbin|snap|srv|sys|usr|var|data|Users|"
    r"System)"
    r"|/home/[^/]+|/Users/[^/]+|/usr/(bin|lib|lib64|local|sbin|share)|/var/(lib|log|run|spool|lib/(docker|kubelet|"
    r"etcd))"
)
HOME = re.compile(r"/(home|Users)/[^/]+")
BLOCK_DEVICE = re.compile(r"/dev/(sd|nvme|vd|xvd|hd|mapper/|disk/|mmcblk|md|loop|dm-|rdisk|zd|mem$|kmem$|nbd|dasd).*")


@dataclass(frozen=True)
class Ground:
    """Where relative paths may lie: the place, and every folder a command of the script may have moved to."""

    place: Place
    folders: tuple[str, ...]
    effort: Effort = field(default_factory=Effort, compare=False)

    def moved(self, target: str) -> "Ground":
        """After `cd target`, which may also have failed."""
        found = tuple(dict.fromkeys((*self.folders, *self.absolutes(target))))
        return replace(self, folders=found[:32])

    def absolutes(self, path: str) -> list[str]:
        """Every absolute path that `path` may mean, before and after symbolic links."""
        path = self.place.home + path[1:] if path == "~" or path.startswith("~/") else path
        written = [_normal(posixpath.join(folder, path)) for folder in self.folders]
        if any(character in path for character in GLOB_CHARACTERS) or "\0" in path:
            return list(dict.fromkeys(written))
        return list(dict.fromkeys([*written, *(_normal(self.place.real_path(path)) for path in written)]))

    def secret(self, word: Word) -> bool:
        """Whether reading what this word names may show a secret."""
        if word.text in ("", "-"):
            return False
        if word.glob:
            paths = self.absolutes(word.text)
            return any(map(_glob_may_hit, paths)) or any(
                _is_secret(led) for path in paths for led in self.place.links(path)
            )
        return any(_is_secret(path) for path in self.absolutes(word.text))

    def secret_text(self, text: str) -> bool:
        """The same question for a bare text."""
        return self.secret(Word(text, text))

    def holds_secrets(self, path: str) -> bool:
        """Whether a search below this folder would pass through secrets."""
        stores = [pattern.split("*")[0] for pattern in (*SECRET_HERE, "/home/*", "/root/.ssh")]
        stores += [self.place.home + "/.ssh", *self.own_folders()]
        return any(
            _is_secret(f"{folder}/x") or HOME.fullmatch(folder) or any(_within(store, folder) for store in stores)
            for folder in self.absolutes(path)
        )

    def starts_programs(self, path: str) -> bool:
        """Whether what is written here is run later by somebody: start-up files, schedules, keys, hooks."""
        return self._matches(path, STARTS_PROGRAMS, STARTUP)

    def is_system(self, path: str) -> bool:
        """Whether the path belongs to the operating system."""
        return self._matches(path, STARTS_PROGRAMS, SYSTEM)

    def _matches(self, path: str, anywhere: tuple[str, ...], here: tuple[str, ...]) -> bool:
        candidates = [candidate for candidate in self.absolutes(path) if candidate not in HARMLESS_DEVICES]
        return any(_too_deep(one) or _matches_anywhere(one, anywhere) or _matches_here(one, here) for one in candidates)

    def is_top_level(self, path: str) -> bool:
        """Whether removing this would take a whole system folder, a home, or the working folder itself."""
        stripped = _without_everything(path)
        if stripped in ("*", ".", "..", ".*", "~") or stripped.startswith("~") and "/" not in stripped:
            return True
        return any(
            TOP_LEVEL.fullmatch(candidate) or _within(self.place.home, candidate) or candidate in self.folders
            for candidate in self.absolutes(stripped)
        )

    def own_folders(self) -> tuple[str, ...]:
        """The folders of the agent's configuration and state, which no tool may write."""
        places = (("XDG_CONFIG_HOME", ".config"), ("XDG_STATE_HOME", ".local/state"))
        bases = [self.place.environment.get(name, "") for name, _ in places]
        bases += [f"{self.place.home}/{default}" for _, default in places]
        return tuple(f"{base.rstrip('/')}/devops-agent" for base in [*bases, "/etc"] if base.startswith("/"))

    def is_own(self, path: str) -> bool:
        """Whether the path lies in one of the agent's own folders."""
        own = [real for folder in self.own_folders() for real in self.absolutes(folder)]
        return any(_within(candidate, folder) for candidate in self.absolutes(path) for folder in own)


def _without_everything(path: str) -> str:
    """The folder that a path such as `folder/*` or `folder/.*` empties."""
    stripped = path.rstrip("/")
    while ending := next((ending for ending in ("/*", "/.*", "/.[!.]*", "/.??*") if stripped.endswith(ending)), ""):
        stripped = stripped.removesuffix(ending).rstrip("/")
    return stripped or "/"


def is_block_device(path: str) -> bool:
    """Whether writing here destroys a disk or the memory."""
    return bool(BLOCK_DEVICE.fullmatch(path))


def _normal(path: str) -> str:
    return posixpath.normpath("/" + path.lstrip("/"))


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _too_deep(path: str) -> bool:
    """Whether a path is too long to be held against every pattern."""
    return path.count("/") > DEEPEST_PATH or len(path) > LONGEST_PATH


def _is_secret(path: str) -> bool:
    if path in HARMLESS_DEVICES:
        return False
    lowered = path.lower()
    return _too_deep(path) or _matches_anywhere(lowered, SECRET_ANYWHERE) or _matches_here(path, SECRET_HERE)


def _matches_anywhere(path: str, patterns: tuple[str, ...]) -> bool:
    """Patterns that may begin at any folder; `/**` at the end means the folder and all below."""
    parts = path.strip("/").split("/")
    begins = _first_name(patterns).match
    tails = [parts[start:] for start, part in enumerate(parts) if begins(part)]
    return any(_fits(tail, pattern) for tail in tails for pattern in patterns)


def _matches_here(path: str, patterns: tuple[str, ...]) -> bool:
    parts = path.strip("/").split("/")
    if not _first_name(patterns).match(parts[0]):
        return False
    return any(_fits(parts, pattern.strip("/")) for pattern in patterns)


@cache
def _first_name(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Matches what any of the patterns may begin with: most names are told apart by one look."""
    return re.compile("|".join(translate(pattern.strip("/").split("/", 1)[0]) for pattern in patterns))


def _fits(parts: list[str], pattern: str) -> bool:
    wanted = pattern.split("/")
    if wanted[-1] == "**":
        wanted = wanted[:-1]
        parts = parts[: len(wanted)]
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def _glob_may_hit(glob: str) -> bool:
    """Whether a pattern that the shell expands could name a secret."""
    if len(glob) > LONGEST_PATTERN or _is_secret(glob) or _is_secret(posixpath.dirname(glob)):
        return True
    parts = glob.strip("/").split("/")
    if any(_path_may_meet(parts, pattern.strip("/").split("/")) for pattern in SECRET_HERE):
        return True
    telling = [part for part in parts if _says_something(part)]
    return any(_name_may_meet(part, pattern.split("/")[0]) for part in telling for pattern in SECRET_ANYWHERE)


def _path_may_meet(parts: list[str], pattern: list[str]) -> bool:
    pattern = pattern[:-1] if pattern[-1] == "**" else pattern
    return len(parts) >= len(pattern) and all(map(_may_meet, parts, pattern))


def _name_may_meet(part: str, pattern: str) -> bool:
    """The same for one name. A kind of file such as `*.key` is only met by a part that says something of its ending."""
    if pattern.startswith("*."):
        ending = part.rpartition(".")[2] if "." in part else "*"
        return _says_something(ending) and _may_meet(ending, pattern[2:])
    if part[:1] in GLOB_CHARACTERS and not part.startswith("["):
        return not pattern.endswith(COMMON_ENDINGS) and fnmatchcase(pattern.replace("*", ""), part)
    return (part[:1] in ".[" or not pattern.startswith(".")) and _may_meet(part, pattern)


def _may_meet(left: str, right: str) -> bool:
    """Whether some name fits both patterns; a set such as `[a-z]` counts as any character."""
    return _meet(re.sub(r"\[[^\]]*\]", "?", left[:100]), re.sub(r"\[[^\]]*\]", "?", right))


def _meet(left: str, right: str) -> bool:
    reachable = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:
        at, on = waiting.pop()
        if at == len(left) and on == len(right):
            return True
        for step in _steps(left[at : at + 1], right[on : on + 1]):
            following = (at + step[0], on + step[1])
            if following not in reachable:
                reachable.add(following)
                waiting.append(following)
    return False


def _steps(left: str, right: str) -> list[tuple[int, int]]:
    """How two patterns may go on together, given the next character of each."""
    steps = [(1, 0)] if left == "*" else []
    steps += [(0, 1)] if right == "*" else []
    if left and right and (left == right or "?" in (left, right) or left == "*" or right == "*"):
        steps.append((0 if left == "*" else 1, 0 if right == "*" else 1))
    return [step for step in steps if step != (0, 0)]


def _says_something(part: str) -> bool:
    """A part such as `*` or `*.*` names everything and nothing; only a more telling one can aim at a secret."""
    return bool(re.search(r"[A-Za-z]|^\.", part))

"""Names, numbers and other values that tasks and worlds are made of: wide pools, so that a model must copy them.

Whether a name may be used for training or only for testing is a property of the name itself: a hash decides.
"""

import random
import string
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeVar

Pool = Literal["train", "test"]
Choice = TypeVar("Choice")


def _words(text: str) -> list[str]:
    return text.split()


HEX = "0123456789abcdef"
SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""The letters Kubernetes makes random suffixes from."""

TEST_SHARE = 10
"""One name in so many is kept for testing."""

WORDS = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
TRADE_WORDS = Path(__file__).with_name("trade_words.txt").read_text(encoding="utf-8").split()
"""What services are called after. Never in the names of the tests, which must be new."""
TRADE_ENDINGS = _words("api service svc web worker db cache server frontend backend proxy job app main prod gateway")

KNOWN_IMAGES = _words(
    """
    nginx redis postgres mysql mariadb mongo rabbitmq httpd traefik haproxy memcached grafana/grafana
    prom/prometheus busybox alpine ubuntu debian python node golang elasticsearch kibana jenkins/jenkins
    gitlab/gitlab-ce minio/minio vault consul influxdb telegraf nats kong wordpress ghost nextcloud sonarqube
    registry portainer/portainer-ce caddy envoyproxy/envoy
    """
)
KNOWN_NAMES = _words(
    """
    nginx redis postgres mysql mongo rabbitmq kafka grafana prometheus traefik web api db frontend backend worker
    app cache proxy auth gateway scheduler elasticsearch kibana jenkins gitlab minio vault consul influxdb nats
    wordpress registry
    """
)
KNOWN_NAMESPACES = _words(
    """
    default kube-system prod production staging dev development test qa monitoring logging ingress-nginx
    cert-manager argocd payments shop web backend frontend data infra platform tools sandbox
    """
)
KNOWN_SERVICES = _words(
    """
    nginx docker ssh sshd cron postgresql mysql redis-server apache2 containerd kubelet rsyslog ufw fail2ban chrony
    haproxy mongod rabbitmq-server grafana-server prometheus node_exporter NetworkManager systemd-resolved
    """
)
ENDINGS = _words(
    """
    _URL _HOST _PORT _PATH _HOME _MODE _LEVEL _REGION _NAME _DIR _TIMEOUT _ENV _VERSION _ENDPOINT
    """
)
MADE_UP_SHARE = 7
"""Docker made up the name of one container in so many."""
MOODS = _words(
    """
    amazing beautiful bold brave busy charming clever cool dazzling determined dreamy eager elegant epic festive
    focused friendly gallant gifted goofy gracious happy hopeful hungry infallible jolly keen kind laughing loving
    lucid mystifying modest nervous nifty nostalgic optimistic peaceful pensive practical quirky relaxed romantic sad
    serene sharp silly sleepy stoic strange suspicious sweet tender thirsty trusting upbeat vibrant vigilant wizardly
    wonderful xenodochial youthful zealous zen
    """
)
SURNAMES = _words(
    """
    archimedes babbage banach bardeen bell bohr boyd brown cannon carson curie darwin davinci dijkstra easley einstein
    elion engelbart euclid euler fermat fermi feynman franklin galileo gates goldberg golick hawking heisenberg hermann
    hodgkin hopper hugle jackson jones kalam kepler kilby knuth lamarr leakey lovelace lumiere mayer mccarthy mclean
    meitner mendel mirzakhani morse murdock newton nobel noether pare pasteur payne perlman pike poincare ptolemy raman
    ride ritchie shannon sinoussi stallman swartz swirles tesla thompson torvalds turing varahamihira villani wescoff
    wiles williams wing wozniak wright yalow yonath
    """
)
USERS = _words(
    """
    deploy admin ubuntu dev ops alice bob carol maria tomas jenkins runner anna leo nina ivan
    """
)


def for_testing(name: str) -> bool:
    """Whether a name belongs to the tests; training never shows it as a value."""
    return zlib.crc32(name.encode()) % TEST_SHARE == 0


class Values:
    """A source of values, all from one random generator."""

    def __init__(self, rng: random.Random, pool: Pool = "train") -> None:
        self.rng = rng
        self.pool = pool

    def pick(self, options: Sequence[Choice]) -> Choice:
        return self.rng.choice(options)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def between(self, low: int, high: int) -> int:
        return self.rng.randint(low, high)

    def letters(self, length: int, alphabet: str = string.ascii_lowercase) -> str:
        return "".join(self.rng.choices(alphabet, k=length))

    def hexadecimal(self, length: int) -> str:
        return self.letters(length, HEX)

    def name(self) -> str:
        """A name as people give to things: half words, half strings nobody has seen."""
        while True:
            name = self._word_name() if self.chance(0.5) else self._random_name()
            if for_testing(name) == (self.pool == "test"):
                return name

    def known_or_name(self, known: Sequence[str], share: float = 0.25) -> str:
        """A well-known name at times; never for testing, where names must be new."""
        return self.pick(known) if self.pool == "train" and self.chance(share) else self.name()

    def service(self) -> str:
        """The name of a container, a deployment or the like."""
        return self.known_or_name(KNOWN_NAMES)

    def container(self) -> str:
        """The name of a container: at times one as Docker makes them up. It draws what `service` draws."""
        name = self.service()
        number = zlib.crc32(name.encode())
        if self.pool == "test" or number % MADE_UP_SHARE:
            return name
        return f"{MOODS[number % len(MOODS)]}_{SURNAMES[number % len(SURNAMES)]}"

    def namespace(self) -> str:
        return self.known_or_name(KNOWN_NAMESPACES, 0.4)

    def unit(self) -> str:
        return self.known_or_name(KNOWN_SERVICES, 0.4)

    def different(self, count: int, make: Callable[[], str] | None = None) -> list[str]:
        """So many different values, names unless `make` makes something else."""
        source = make or self.name
        found: dict[str, None] = {}
        while len(found) < count:
            found[source()] = None
        return list(found)

    def tag(self) -> str:
        number = self.between
        return self.pick(
            [
                "latest",
                "alpine",
                f"{number(0, 30)}.{number(0, 30)}",
                f"{number(0, 30)}.{number(0, 30)}.{number(0, 20)}",
                f"v{number(0, 9)}.{number(0, 30)}.{number(0, 20)}",
                f"{number(3, 20)}-alpine",
                self.hexadecimal(7),
                f"release-{number(1, 99)}",
            ]
        )

    def repository(self) -> str:
        """An image without its tag."""
        if self.chance(0.35):
            return self.pick(KNOWN_IMAGES)
        host = self.pick(["", "", "", "ghcr.io/", "quay.io/", "registry.local:5000/", "docker.io/"])
        owner = f"{self.name()}/" if host or self.chance(0.4) else ""
        return f"{host}{owner}{self.name()}"

    def image(self) -> str:
        return f"{self.repository()}:{self.tag()}"

    def port(self) -> int:
        usual = [80, 443, 8080, 3000, 5000, 5432, 6379, 9090, 8000, 8443, 3306, 27017]
        return self.pick(usual) if self.chance(0.5) else self.between(1024, 65535)

    def address(self, *start: int) -> str:
        return ".".join(str(part) for part in [*start, *(self.between(1, 254) for _ in range(4 - len(start)))])

    def version(self) -> str:
        return f"{self.between(0, 9)}.{self.between(0, 30)}.{self.between(0, 20)}"

    def user(self) -> str:
        return self.known_or_name(USERS, 0.7)

    def variable(self) -> str:
        stem = self.name().upper().replace("-", "_").replace(".", "_")
        return stem + self.pick(["", *ENDINGS])

    def setting(self) -> str:
        """The value of a variable or of a line in a configuration."""
        makers: list[Callable[[], str]] = [
            self.name,
            lambda: f"http://{self.name()}:{self.port()}",
            lambda: str(self.between(1, 99999)),
            lambda: f"/{self.name()}/{self.name()}",
            lambda: self.pick(["true", "false", "debug", "info", "production", "eu-west-1", "us-east-1"]),
        ]
        return self.pick(makers)()

    def sentence(self) -> str:
        """A few words, as in a commit message or a note."""
        verb = self.pick(
            [
                "fix",
                "add",
                "update",
                "remove",
                "refactor",
                "bump",
                "improve",
                "rename",
                "drop",
                "tune",
                "document",
                "revert",
                "test",
            ]
        )
        return f"{verb} {self.pick(WORDS)} {self.pick(['for', 'in', 'of', 'on', 'and'])} {self.name()}"

    def word(self) -> str:
        """An ordinary word, or one of the trade."""
        while True:
            word = self.pick(WORDS if self.pool == "test" or self.chance(0.4) else TRADE_WORDS)
            if self.pool == "test" or not for_testing(word):
                return word

    def _word_name(self) -> str:
        kind = self.rng.random()
        parts = [self.word() for _ in range(1 if kind < 0.35 else 2 if kind < 0.88 else 3)]
        if self.pool == "train" and len(parts) > 1 and self.chance(0.3):
            parts[-1] = self.pick(TRADE_ENDINGS)
        name = "-".join(parts)
        ending = self.rng.random()
        if ending < 0.08:
            return f"{name}-v{self.between(1, 9)}"
        if ending < 0.14:
            return f"{name}{self.between(1, 99)}"
        return f"{name}-{self.between(1, 30)}" if ending < 0.18 else name

    def _random_name(self) -> str:
        kind, length = self.rng.random(), self.between(3, 11)
        if kind < 0.35:
            return self.letters(length)
        if kind < 0.65:
            return "".join(self._syllable() for _ in range(self.between(2, 4)))
        if kind < 0.82:
            return self.letters(1) + self.letters(length - 1, string.ascii_lowercase + string.digits)
        return "-".join(self.letters(self.between(2, 6)) for _ in range(self.between(2, 3)))

    def _syllable(self) -> str:
        coda = self.pick("nrslkt") if self.chance(0.3) else ""
        return self.pick("bcdfghjklmnprstvwz") + self.pick("aeiou") + coda

"""A Git repository."""

from dataclasses import dataclass, field

from devops_agent.evaluation.worlds.files.tree import Files
from devops_agent.evaluation.worlds.values import Values


@dataclass
class Commit:
    id: str
    author: str
    time: int
    subject: str
    files: list[str] = field(default_factory=list)


class Git:
    """The state of the repository in a folder. `changed`, `staged` and `untracked` hold paths."""

    def __init__(self, values: Values, now: int, folder: str, files: Files) -> None:
        self.values = values
        self.now = now
        self.folder = folder
        self.files = files
        self.exists = True
        self.author = f"{values.name().capitalize()} {values.name().capitalize()}"
        self.mail = f"{values.name()}@{values.name()}.{values.pick(['com', 'org', 'io', 'dev'])}"
        self.branch = values.pick(
            ["main", "main", "master", "develop", f"feature/{values.name()}", f"fix/{values.name()}"]
        )
        main = "master" if self.branch == "master" else "main"
        self.branches = sorted(
            {
                self.branch,
                main,
                *(f"{values.pick(['feature', 'fix', 'release'])}/{values.name()}" for _ in range(values.between(0, 3))),
            }
        )
        server = values.pick(["github.com", "gitlab.com", "git." + values.name() + ".io"])
        self.remote = f"git@{server}:{values.name()}/{folder.rsplit('/', 1)[-1]}.git"
        self.ahead, self.behind = values.pick([0, 0, 0, 1, 2, 5]), values.pick([0, 0, 0, 0, 1, 3])
        self.changed: list[str] = []
        self.staged: list[str] = []
        self.untracked: list[str] = []
        self.tags = sorted({f"v{values.version()}" for _ in range(values.between(0, 3))})
        self.stashes: list[str] = []
        self.commits = self._history(values.between(1, 8))

    def _history(self, count: int) -> list[Commit]:
        values, time = self.values, self.now
        authors = [self.author, f"{values.name().capitalize()} {values.name().capitalize()}"]
        found = []
        for _ in range(count):
            time -= values.between(600, 300_000)
            found.append(
                Commit(values.hexadecimal(40), values.pick(authors), time, values.sentence(), [self.new_path()])
            )
        return found

    def new_path(self) -> str:
        values = self.values
        folder = values.pick(["", "", "src/", "docs/", "deploy/", f"{values.name()}/"])
        return f"{folder}{values.name()}.{values.pick(['py', 'go', 'yaml', 'md', 'js', 'ts', 'sh', 'json'])}"

    def touch(self, changed: int, untracked: int, staged: int = 0) -> None:
        """Have so many files changed, new, and staged."""
        self.changed += sorted(self.values.different(changed, self.new_path))
        self.untracked += sorted(self.values.different(untracked, lambda: self.new_path().rsplit("/", 1)[-1]))
        self.staged += sorted(self.values.different(staged, self.new_path))

    def commit(self, subject: str) -> Commit:
        """Commit what is staged."""
        new = Commit(self.values.hexadecimal(40), self.author, self.now, subject, self.staged)
        self.commits.insert(0, new)
        self.staged = []
        self.ahead += 1
        return new

"""Where a command would run, as far as the policy must know it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def same_path(path: str) -> str:
    """The answer of a machine without symbolic links."""
    return path


def never_clean(folder: str) -> bool:
    """The answer for a repository whose configuration nobody has looked at."""
    return False


def no_links(pattern: str) -> list[str]:
    """The answer of a machine where no pattern meets a symbolic link."""
    return []


@dataclass(frozen=True)
class Place:
    """The folder, the user, and the three questions only the machine can answer.

    `environment` holds the values that may stand for `$NAME` in a command. `real_path` resolves symbolic links of an
    absolute path; `links` says where those lead that an absolute pattern meets. `repository_is_clean` says whether the
    Git configuration seen from a folder names no program to run.
    """

    folder: str
    home: str = "/root"
    user: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    real_path: Callable[[str], str] = same_path
    links: Callable[[str], list[str]] = no_links
    repository_is_clean: Callable[[str], bool] = never_clean

    def variables(self) -> dict[str, str]:
        """What `$NAME` means here; a name that is missing has no known value."""
        known = {"HOME": self.home, "PWD": self.folder, "USER": self.user}
        return {**self.environment, **{name: value for name, value in known.items() if value}}

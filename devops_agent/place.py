"""The real machine's answers to what the policy asks."""

import os
import re
import subprocess
from collections.abc import Mapping
from functools import partial
from glob import has_magic, iglob
from itertools import islice
from pathlib import Path

from devops_agent.errors import ConfigurationError
from devops_agent.policy import Place
from devops_agent.tools.environment import child_environment

PROBE = ["git", "config", "--local", "--list", "--name-only", "-z"]
PROBE_SECONDS = 2.0
MOST_NAMES, MOST_LEVELS = 2000, 2
"""How far a pattern is followed: one with more levels could walk through the whole disk."""
HARMLESS_SETTING = re.compile(
    r"core\.(?:repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol|"
    r"safecrlf|quotepath|abbrev|untrackedcache|splitindex|compression|commentchar|preloadindex|whitespace|longpaths)"
    r"|remote\..+\.(?:url|pushurl|fetch|push|tagopt|prune|mirror|gh-resolved)"
    r"|branch\..+\.(?:remote|merge|rebase|pushremote|description|github-pr-owner-number|vscode-merge-base)"
    r"|user\.(?:name|email)|pull\.(?:rebase|ff)|push\.(?:default|autosetupremote)|init\.defaultbranch|rerere\.enabled"
    r"|fetch\.prune|gc\.auto|advice\..+|color\..+|extensions\.objectformat|lfs\.repositoryformatversion",
    re.IGNORECASE | re.DOTALL,
)


def current_folder() -> Path:
    """The folder this program was started in. Raises ConfigurationError where it was deleted since."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise ConfigurationError("the current folder no longer exists", hint="change to another one: cd") from None


def real_place(folder: str | Path, environment: Mapping[str, str]) -> Place:
    """The place of a command that would run in `folder`, started by a program with this environment."""
    inherited = child_environment(environment)
    return Place(
        folder=str(folder),
        home=environment.get("HOME", "/root"),
        user=environment.get("USER", ""),
        environment=inherited,
        real_path=os.path.realpath,
        links=links,
        repository_is_clean=partial(repository_is_clean, inherited),
    )


def links(pattern: str) -> list[str]:
    """Where the symbolic links lead that are among the first names which an absolute pattern meets."""
    if sum(map(has_magic, pattern.split("/"))) > MOST_LEVELS:
        return []
    met = islice(iglob(pattern), MOST_NAMES)  # noqa: PTH207 (a pattern of the shell, not below one folder)
    return [real for path in met if (real := os.path.realpath(path)) != os.path.normpath(path)]


def repository_is_clean(environment: Mapping[str, str], folder: str) -> bool:
    """Whether every setting of the Git repository around `folder` is one that cannot name a program.

    Listing the settings runs none of them. No repository, no git, and no answer in time all count as not clean.
    """
    try:
        listed = subprocess.run(
            PROBE,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
    names = listed.stdout.decode(errors="replace").split("\0")[:-1]
    return listed.returncode == 0 and bool(names) and all(map(HARMLESS_SETTING.fullmatch, names))

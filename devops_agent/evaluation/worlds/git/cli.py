"""git, answered by a made-up repository."""

from collections.abc import Callable

from devops_agent.evaluation.worlds.git.branches import Branches
from devops_agent.evaluation.worlds.git.repository import Commit
from devops_agent.evaluation.worlds.git.status import conclusion, tracking
from devops_agent.evaluation.worlds.logs import moment
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints

NO_REPOSITORY = "fatal: not a git repository (or any of the parent directories): .git"
ADDED_BY_POLICY = frozenset({"--no-ext-diff", "--no-textconv"})


class GitCli(Branches):
    """The client, with the sub-commands about files and commits."""

    def run(self, words: list[str], stdin: str) -> Result:
        words = _without_settings(words)
        if words == ["--version"]:
            return prints("git version 2.39.5")
        if words[:1] == ["init"]:
            return prints(f"Initialized empty Git repository in {self.world.cwd}/.git/")
        if words[:1] == ["clone"]:
            return self._clone(words[1:])
        if not self.git.exists:
            return fails(NO_REPOSITORY, 128)
        if not words:
            return fails("usage: git [-v | --version] [-h | --help] <command> [<args>]")
        handler: Callable[[Options], Result] | None = getattr(self, f"_{words[0].replace('-', '_')}", None)
        if handler is None:
            return fails(f"git: '{words[0]}' is not a git command. See 'git --help'.")
        words = [words[0], *(f"-n{word[1:]}" if word[1:].isdigit() and word[0] == "-" else word for word in words[1:])]
        return handler(read_options(words[1:], "-n -m -b -c --author --since --oneline= -d -D"))

    def _clone(self, words: list[str]) -> Result:
        url = words[-1]
        folder = url.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
        self.world.files.make_folder(f"{self.world.cwd}/{folder}")
        return Result("", f"Cloning into '{folder}'...\n", 0)

    def _status(self, options: Options) -> Result:
        git = self.git
        if options.has("-s", "--short", "--porcelain"):
            lines = (
                [f"M  {path}" for path in git.staged]
                + [f" M {path}" for path in git.changed]
                + [f"?? {path}" for path in git.untracked]
            )
            return prints("\n".join(sorted(lines, key=lambda line: (line.startswith("??"), line[3:]))))
        lines = [f"On branch {git.branch}", *tracking(git), ""]
        if git.staged:
            lines += [
                "Changes to be committed:",
                '  (use "git restore --staged <file>..." to unstage)',
                *(f"\tmodified:   {path}" for path in git.staged),
                "",
            ]
        if git.changed:
            lines += [
                "Changes not staged for commit:",
                '  (use "git add <file>..." to update what will be committed)',
                '  (use "git restore <file>..." to discard changes in working directory)',
                *(f"\tmodified:   {path}" for path in git.changed),
                "",
            ]
        if git.untracked:
            lines += [
                "Untracked files:",
                '  (use "git add <file>..." to include in what will be committed)',
                *(f"\t{path}" for path in git.untracked),
                "",
            ]
        lines += conclusion(git)
        return prints("\n".join(lines))

    def _log(self, options: Options) -> Result:
        count = options.get("-n", default=str(len(self.git.commits)))
        shown = self.git.commits[: int(count)]
        wanted = options.get("--author")
        if wanted:
            shown = [one for one in shown if wanted in one.author]
        if options.has("--oneline"):
            return prints("\n".join(f"{one.id[:7]} {one.subject}" for one in shown))
        return prints("\n\n".join(self._entry(one) for one in shown))

    def _entry(self, one: Commit) -> str:
        when = f"{moment(one.time):%a %b} {moment(one.time).day} {moment(one.time):%H:%M:%S %Y} +0000"
        return f"commit {one.id}\nAuthor: {one.author} <{self.git.mail}>\nDate:   {when}\n\n    {one.subject}"

    def _show(self, options: Options) -> Result:
        name = options.operand(0, "HEAD")
        one = (
            self.git.commits[0]
            if name == "HEAD"
            else next((one for one in self.git.commits if one.id.startswith(name)), None)
        )
        if one is None:
            return fails(
                f"fatal: ambiguous argument '{name}': unknown revision or path not in the working tree.\n"
                "Use '--' to separate paths from revisions, like this:\n"
                "'git <command> [<revision>...] -- [<file>...]'",
                128,
            )
        stat = "".join(f"\n {path} | 2 +-" for path in one.files)
        changed = len(one.files)
        return prints(
            f"{self._entry(one)}\n{stat}\n {changed} file{'s' if changed != 1 else ''} changed, {changed} "
            f"insertion{'s' if changed != 1 else ''}(+), {changed} deletion{'s' if changed != 1 else ''}(-)"
        )

    def _diff(self, options: Options) -> Result:
        paths = self.git.staged if options.has("--staged", "--cached") else self.git.changed
        if options.has("--stat"):
            width = max(map(len, paths), default=0)
            lines = [f" {path:<{width}} | 2 +-" for path in paths]
            count = len(paths)
            plural = "s" if count != 1 else ""
            return prints(
                "\n".join(
                    [
                        *lines,
                        f" {count} file{plural} changed, {count} insertion{plural}(+), {count} deletion{plural}(-)",
                    ]
                )
                if paths
                else ""
            )
        if options.has("--name-only"):
            return prints("\n".join(paths))
        return prints(
            "\n".join(
                f"diff --git a/{path} b/{path}\nindex 1a2b3c4..5d6e7f8 100644\n--- a/{path}\n+++ b/{path}\n"
                "@@ -1 +1 @@\n-old\n+new"
                for path in paths
            )
        )

    def _add(self, options: Options) -> Result:
        git = self.git
        everything = options.has("-A", "--all") or "." in options.operands
        for path in options.operands if not everything else [*git.changed, *git.untracked]:
            if path not in [*git.changed, *git.untracked]:
                return fails(f"fatal: pathspec '{path}' did not match any files", 128)
            git.staged = sorted([*git.staged, path])
        git.changed = [path for path in git.changed if path not in git.staged]
        git.untracked = [path for path in git.untracked if path not in git.staged]
        return Result()

    def _commit(self, options: Options) -> Result:
        git = self.git
        if options.has("-a"):
            git.staged, git.changed = sorted([*git.staged, *git.changed]), []
        if not git.staged:
            head = [f"On branch {git.branch}", *tracking(git), ""]
            files = (
                [
                    "Changes not staged for commit:",
                    '  (use "git add <file>..." to update what will be committed)',
                    '  (use "git restore <file>..." to discard changes in working directory)',
                    *(f"\tmodified:   {path}" for path in git.changed),
                    "",
                ]
                if git.changed
                else []
            )
            return Result("\n".join([*head, *files, *conclusion(git)]) + "\n", "", 1)
        count = len(git.staged)
        new = git.commit(options.get("-m"))
        plural = "s" if count != 1 else ""
        return prints(
            f"[{git.branch} {new.id[:7]}] {new.subject}\n {count} file{plural} changed, {count} "
            f"insertion{plural}(+), {count} deletion{plural}(-)"
        )

    def _stash(self, options: Options) -> Result:
        git = self.git
        verb = options.operand(0)
        if verb == "list":
            return prints("\n".join(f"stash@{{{i}}}: {text}" for i, text in enumerate(git.stashes)))
        if verb == "pop":
            if not git.stashes:
                return fails("No stash entries found.")
            git.stashes.pop(0)
            git.touch(1, 0)
            return prints(
                f"On branch {git.branch}\nChanges not staged for commit:\n"
                '  (use "git add <file>..." to update what will be committed)\n'
                '  (use "git restore <file>..." to discard changes in working directory)\n'
                f'\tmodified:   {git.changed[-1]}\n\nno changes added to commit (use "git add" and/or "git '
                f'commit -a")\nDropped refs/stash@{{0}} ({git.values.hexadecimal(40)})'
            )
        if not git.changed:
            return prints("No local changes to save")
        text = f"WIP on {git.branch}: {git.commits[0].id[:7]} {git.commits[0].subject}"
        git.stashes.insert(0, text)
        git.changed = []
        return prints(f"Saved working directory and index state {text}")

    def _restore(self, options: Options) -> Result:
        git, path = self.git, options.operand(0)
        pool = git.staged if options.has("--staged") else git.changed
        if path == ".":
            pool.clear()
        elif path in pool:
            pool.remove(path)
        else:
            return fails(f"error: pathspec '{path}' did not match any file(s) known to git")
        return Result()

    def _rev_parse(self, options: Options) -> Result:
        if options.has("--abbrev-ref"):
            return prints(self.git.branch)
        return prints(self.git.commits[0].id if not options.has("--show-toplevel") else self.git.folder)


def _without_settings(words: list[str]) -> list[str]:
    """The words without the global options and guards that the policy puts in."""
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "--version":
        rest = rest[2:] if rest[0] in ("-c", "-C") else rest[1:]
    return [word for word in rest if word not in ADDED_BY_POLICY]

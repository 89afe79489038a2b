"""Programs that look at and change the tree of files."""

import posixpath
import re
from typing import TYPE_CHECKING

from devops_agent.evaluation.worlds.files.listing import Listing
from devops_agent.evaluation.worlds.options import read_options
from devops_agent.evaluation.worlds.result import Result, fails
from devops_agent.evaluation.worlds.shell import Program

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World


def file_programs(world: "World") -> dict[str, Program]:
    """The programs by name."""
    tools = FileTools(world)
    names = "ls pwd du find mkdir touch rm rmdir cp mv chmod chown ln stat sed basename file truncate tar"
    return {name: getattr(tools, f"_{name}") for name in names.split()}


class FileTools(Listing):
    """With those that change it."""

    def _mkdir(self, words: list[str], stdin: str) -> Result:
        options = read_options(words)
        for name in options.operands:
            path = self._path(name)
            if self.files.exists(path) and not options.has("-p"):
                return fails(f"mkdir: cannot create directory ‘{name}’: File exists")
            if not self.files.is_folder(posixpath.dirname(path)) and not options.has("-p"):
                return fails(f"mkdir: cannot create directory ‘{name}’: No such file or directory")
            self.files.make_folder(path)
        return Result()

    def _touch(self, words: list[str], stdin: str) -> Result:
        for name in words:
            path = self._path(name)
            if not self.files.is_folder(posixpath.dirname(path)):
                return fails(f"touch: cannot touch '{name}': No such file or directory")
            if self.files.exists(path):
                self.files.tree[path].modified = self.world.now
            else:
                self.files.write(path, "")
        return Result()

    def _rm(self, words: list[str], stdin: str) -> Result:
        options = read_options(words)
        deep, forced = options.has("-r", "-R"), options.has("-f")
        for name in self._globbed(options.operands):
            path = self._path(name)
            if not self.files.exists(path):
                if not forced:
                    return fails(f"rm: cannot remove '{name}': No such file or directory")
            elif self.files.is_folder(path) and not deep:
                return fails(f"rm: cannot remove '{name}': Is a directory")
            else:
                self.files.remove(path)
        return Result()

    def _rmdir(self, words: list[str], stdin: str) -> Result:
        path = self._path(words[-1])
        if not self.files.exists(path):
            return fails(f"rmdir: failed to remove '{words[-1]}': No such file or directory")
        if self.files.children(path):
            return fails(f"rmdir: failed to remove '{words[-1]}': Directory not empty")
        self.files.remove(path)
        return Result()

    def _cp(self, words: list[str], stdin: str) -> Result:
        options = read_options(words)
        return self._transfer("cp", options.operands, deep=options.has("-r", "-R", "-a"))

    def _mv(self, words: list[str], stdin: str) -> Result:
        return self._transfer("mv", read_options(words).operands, deep=True)

    def _transfer(self, tool: str, names: list[str], *, deep: bool) -> Result:
        source, target = self._path(names[0]), self._path(names[-1])
        if not self.files.exists(source):
            return fails(f"{tool}: cannot stat '{names[0]}': No such file or directory")
        if self.files.is_folder(source) and not deep:
            return fails(f"cp: -r not specified; omitting directory '{names[0]}'")
        if self.files.is_folder(target):
            target = posixpath.join(target, posixpath.basename(source))
        elif not self.files.is_folder(posixpath.dirname(target)):
            verb = "create regular file" if tool == "cp" else f"move '{names[0]}' to"
            return fails(f"{tool}: cannot {verb} '{names[-1]}': No such file or directory")
        (self.files.copy if tool == "cp" else self.files.move)(source, target)
        return Result()

    def _chmod(self, words: list[str], stdin: str) -> Result:
        options = [word for word in words if word not in ("-R", "-v")]
        mode, names = options[0], options[1:]
        for name in names:
            path = self._path(name)
            if not self.files.exists(path):
                return fails(f"chmod: cannot access '{name}': No such file or directory")
            self.files.tree[path].mode = _mode(self.files.tree[path].mode, mode)
        return Result()

    def _chown(self, words: list[str], stdin: str) -> Result:
        options = [word for word in words if word != "-R"]
        user, _, group = options[0].partition(":")
        for name in options[1:]:
            path = self._path(name)
            if not self.files.exists(path):
                return fails(f"chown: cannot access '{name}': No such file or directory")
            if self.world.home != "/root":
                return fails(f"chown: changing ownership of '{name}': Operation not permitted")
            self.files.tree[path].owner, self.files.tree[path].group = user, group or user
        return Result()

    def _ln(self, words: list[str], stdin: str) -> Result:
        options = read_options(words)
        target = self._path(options.operand(1))
        if self.files.exists(target):
            return fails(f"ln: failed to create symbolic link '{options.operand(1)}': File exists")
        self.files.write(target, self.files.text(self._path(options.operand(0))) or "")
        return Result()

    def _sed(self, words: list[str], stdin: str) -> Result:
        options = read_options(words)
        script, names = options.operands[0], options.operands[1:]
        lines = re.fullmatch(r"(\d+),(\d+)p", script)
        change = re.fullmatch(r"s(.)(.*?)\1(.*?)\1(g?)", script)
        text = stdin
        for name in names:
            path = self._path(name)
            found = self.files.text(path)
            if found is None:
                return fails(f"sed: can't read {name}: No such file or directory", 2)
            text = found
            if options.has("-i") and change:
                self.files.write(path, re.sub(change[2], change[3], found))
                return Result()
        if lines:
            return Result("".join(text.splitlines(keepends=True)[int(lines[1]) - 1 : int(lines[2])]))
        return Result(re.sub(change[2], change[3], text) if change else text)

    def _truncate(self, words: list[str], stdin: str) -> Result:
        path = self._path(words[-1])
        if self.files.exists(path):
            self.files.write(path, "")
        return Result()

    def _tar(self, words: list[str], stdin: str) -> Result:
        """Packs only: `tar -czf ARCHIVE FOLDER`."""
        archive, source = words[1], words[2]
        if not self.files.exists(self._path(source)):
            return fails(
                f"tar: {source}: Cannot stat: No such file or directory\n"
                "tar: Exiting with failure status due to previous errors",
                2,
            )
        self.files.write(self._path(archive), "archive", size=max(120, self.files.size_below(self._path(source)) // 3))
        return Result()


def _mode(old: str, change: str) -> str:
    if change.isdigit():
        return "".join(
            ("r" if digit & 4 else "-") + ("w" if digit & 2 else "-") + ("x" if digit & 1 else "-")
            for digit in map(int, change[-3:])
        )
    if change in ("+x", "a+x", "u+x"):
        parts = range(3) if change != "u+x" else range(1)
        return "".join(old[i * 3 : i * 3 + 2] + ("x" if i in parts else old[i * 3 + 2]) for i in range(3))
    return old

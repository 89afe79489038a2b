"""Programs that look at and change the tree of files."""

import fnmatch
import posixpath
import re
from typing import TYPE_CHECKING

from devops_agent.evaluation.render.sizes import binary_size
from devops_agent.evaluation.worlds.files import File
from devops_agent.evaluation.worlds.logs import moment
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints
from devops_agent.evaluation.worlds.shell import Program

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

SIX_MONTHS = 15_778_476
UNITS = {"k": 1024, "M": 1024**2, "G": 1024**3, "c": 1}


def file_programs(world: "World") -> dict[str, Program]:
    """The programs by name."""
    tools = FileTools(world)
    return {
        name: getattr(tools, f"_{name}")
        for name in "ls pwd du find mkdir touch rm rmdir cp mv chmod chown ln stat sed basename file truncate tar".split()
    }


class FileTools:
    """One method a program: words and standard input to result."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.files = world.files

    def _path(self, name: str) -> str:
        return self.files.absolute(self.world.cwd, name)

    def _globbed(self, names: list[str]) -> list[str]:
        return [path for name in names for path in self.files.matching(self.world.cwd, name)]

    def _pwd(self, words: list[str], stdin: str) -> Result:
        return prints(self.world.cwd)

    def _ls(self, words: list[str], stdin: str) -> Result:
        options = read_options(words)
        names = self._globbed(options.operands) or ["."]
        missing = [name for name in names if not self.files.exists(self._path(name))]
        err = "".join(f"ls: cannot access '{name}': No such file or directory\n" for name in missing)
        known = [name for name in names if name not in missing]
        folders = [name for name in known if self.files.is_folder(self._path(name)) and not options.has("-d")]
        files = [(name, self.files.tree[self._path(name)]) for name in known if name not in folders]
        blocks = [self._lines(files, options)] if files else []
        for name in folders:
            blocks.append((f"{name}:\n" if len(names) > 1 else "") + self._listing(self._path(name), options))
        return Result("\n".join(blocks), err, 2 if err else 0)

    def _lines(self, entries: list[tuple[str, File]], options: Options) -> str:
        if not options.has("-l"):
            return "".join(f"{name}\n" for name, _ in entries)
        shown = [one for _, one in entries]
        return "".join(self._long(name, one, shown, options.has("-h")) for name, one in entries)

    def _listing(self, folder: str, options: Options) -> str:
        hidden = options.has("-a")
        names = [name for name in self.files.children(folder) if hidden or not name.startswith(".")]
        entries = [(name, self.files.tree[posixpath.join(folder, name)]) for name in names]
        if hidden:
            entries = [(".", self.files.tree[folder]), ("..", self.files.tree[posixpath.dirname(folder)]), *entries]
        if options.has("-t"):
            entries.sort(key=lambda entry: -entry[1].modified)
        if options.has("-S"):
            entries.sort(key=lambda entry: -entry[1].bytes)
        blocks = sum(-(-one.bytes // 4096) * 4 for _, one in entries)
        total = f"total {binary_size(blocks * 1024) if options.has('-h') else blocks}\n" if options.has("-l") else ""
        return total + self._lines(entries, options)

    def _long(self, name: str, one: File, others: list[File], human: bool) -> str:
        def size(file: File) -> str:
            return binary_size(file.bytes) if human else str(file.bytes)

        links = max(len(str(self._links(other))) for other in others)
        owner, group = max(len(other.owner) for other in others), max(len(other.group) for other in others)
        width = max(len(size(other)) for other in others)
        when = moment(one.modified)
        recent = 0 <= self.world.now - one.modified < SIX_MONTHS
        date = f"{when:%b} {when.day:2d} {when:%H:%M}" if recent else f"{when:%b} {when.day:2d}  {when:%Y}"
        kind = "d" if one.text is None else "-"
        return f"{kind}{one.mode} {self._links(one):>{links}} {one.owner:<{owner}} {one.group:<{group}} {size(one):>{width}} {date} {name}\n"

    def _links(self, one: File) -> int:
        if one.text is not None:
            return 1
        path = next(path for path, other in self.files.tree.items() if other is one)
        return 2 + sum(self.files.is_folder(posixpath.join(path, name)) for name in self.files.children(path))

    def _du(self, words: list[str], stdin: str) -> Result:
        options = read_options(words, "-d --max-depth")
        depth = "0" if options.has("-s") else options.get("-d", "--max-depth")
        out = err = ""
        for name in self._globbed(options.operands) or ["."]:
            path = self._path(name)
            if not self.files.exists(path):
                err += f"du: cannot access '{name}': No such file or directory\n"
                continue
            for folder in [*self._folders(path, int(depth) if depth else 99)][::-1]:
                size = self.files.size_below(folder)
                shown = name + folder[len(path) :] if folder != path else name
                out += f"{binary_size(size) if options.has('-h') else size // 1024}\t{shown}\n"
        return Result(out, err, 1 if err else 0)

    def _folders(self, path: str, depth: int) -> list[str]:
        found = [path]
        if depth and self.files.is_folder(path):
            for name in self.files.children(path)[::-1]:
                child = posixpath.join(path, name)
                if self.files.is_folder(child):
                    found += self._folders(child, depth - 1)
        return found

    def _find(self, words: list[str], stdin: str) -> Result:
        starts = []
        while words and not words[0].startswith("-"):
            starts, words = [*starts, words[0]], words[1:]
        tests = dict(zip(words[::2], words[1::2], strict=False)) if "-delete" not in words else {}
        out = err = ""
        for start in starts or ["."]:
            top = self._path(start)
            if not self.files.exists(top):
                err += f"find: ‘{start}’: No such file or directory\n"
                continue
            found = [path for path in self.files.below(top) if self._passes(path, top, tests)]
            out += "".join(
                f"{start.rstrip('/') + path[len(top.rstrip('/')) :] if path != top else start}\n" for path in found
            )
        return Result(out, err, 1 if err else 0)

    def _passes(self, path: str, top: str, tests: dict[str, str]) -> bool:
        one = self.files.tree[path]
        age = (self.world.now - one.modified) // 86400
        depth = path[len(top.rstrip("/")) :].count("/") if path != top else 0
        checks = {
            "-name": lambda value: fnmatch.fnmatch(posixpath.basename(path), value),
            "-iname": lambda value: fnmatch.fnmatch(posixpath.basename(path).lower(), value.lower()),
            "-type": lambda value: (value == "d") == (one.text is None),
            "-size": lambda value: _compares(-(-one.bytes // UNITS[value[-1]]), value[:-1]),
            "-mtime": lambda value: _compares(age, value),
            "-maxdepth": lambda value: depth <= int(value),
        }
        return all(checks[test](value) for test, value in tests.items() if test in checks)

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

    def _stat(self, words: list[str], stdin: str) -> Result:
        options = read_options(words, "-c --format")
        name = options.operand(0)
        path = self._path(name)
        if not self.files.exists(path):
            return fails(f"stat: cannot statx '{name}': No such file or directory")
        one = self.files.tree[path]
        fields = {
            "%s": str(one.bytes),
            "%U": one.owner,
            "%G": one.group,
            "%a": _octal(one.mode),
            "%n": name,
            "%y": f"{moment(one.modified):%Y-%m-%d %H:%M:%S}.000000000 +0000",
        }
        return prints(
            re.sub(r"%[sUGany]", lambda found: fields[found[0]], options.get("-c", "--format", default="%n %s"))
        )

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

    def _basename(self, words: list[str], stdin: str) -> Result:
        return prints(posixpath.basename(words[0].rstrip("/")))

    def _file(self, words: list[str], stdin: str) -> Result:
        path = self._path(words[0])
        if not self.files.exists(path):
            return prints(f"{words[0]}: cannot open `{words[0]}' (No such file or directory)")
        kind = "directory" if self.files.is_folder(path) else "empty" if not self.files.text(path) else "ASCII text"
        return prints(f"{words[0]}: {kind}")

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
                f"tar: {source}: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors",
                2,
            )
        self.files.write(self._path(archive), "archive", size=max(120, self.files.size_below(self._path(source)) // 3))
        return Result()


def _compares(value: int, wanted: str) -> bool:
    if wanted.startswith("+"):
        return value > int(wanted[1:])
    return value < int(wanted[1:]) if wanted.startswith("-") else value == int(wanted)


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


def _octal(mode: str) -> str:
    return "".join(str((mode[i] == "r") * 4 + (mode[i + 1] == "w") * 2 + (mode[i + 2] == "x")) for i in (0, 3, 6))

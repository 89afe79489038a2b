"""ls, du, find and stat."""

import fnmatch
import posixpath
import re
from collections.abc import Callable

from devops_agent.evaluation.render.sizes import binary_size
from devops_agent.evaluation.worlds.files.tree import File
from devops_agent.evaluation.worlds.files.words import FileWords
from devops_agent.evaluation.worlds.logs import moment
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints

SIX_MONTHS = 15_778_476
UNITS = {"k": 1024, "M": 1024**2, "G": 1024**3, "c": 1}


class Listing(FileWords):
    """Programs that look at the tree."""

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
        return (
            f"{kind}{one.mode} {self._links(one):>{links}} {one.owner:<{owner}} {one.group:<{group}} "
            f"{size(one):>{width}} {date} {name}\n"
        )

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
        starts: list[str] = []
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
        checks: dict[str, Callable[[str], bool]] = {
            "-name": lambda value: fnmatch.fnmatch(posixpath.basename(path), value),
            "-iname": lambda value: fnmatch.fnmatch(posixpath.basename(path).lower(), value.lower()),
            "-type": lambda value: (value == "d") == (one.text is None),
            "-size": lambda value: _compares(-(-one.bytes // UNITS[value[-1]]), value[:-1]),
            "-mtime": lambda value: _compares(age, value),
            "-maxdepth": lambda value: depth <= int(value),
        }
        return all(checks[test](value) for test, value in tests.items() if test in checks)

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

    def _file(self, words: list[str], stdin: str) -> Result:
        path = self._path(words[0])
        if not self.files.exists(path):
            return prints(f"{words[0]}: cannot open `{words[0]}' (No such file or directory)")
        kind = "directory" if self.files.is_folder(path) else "empty" if not self.files.text(path) else "ASCII text"
        return prints(f"{words[0]}: {kind}")

    def _pwd(self, words: list[str], stdin: str) -> Result:
        return prints(self.world.cwd)

    def _basename(self, words: list[str], stdin: str) -> Result:
        return prints(posixpath.basename(words[0].rstrip("/")))


def _compares(value: int, wanted: str) -> bool:
    if wanted.startswith("+"):
        return value > int(wanted[1:])
    return value < int(wanted[1:]) if wanted.startswith("-") else value == int(wanted)


def _octal(mode: str) -> str:
    return "".join(str((mode[i] == "r") * 4 + (mode[i + 1] == "w") * 2 + (mode[i + 2] == "x")) for i in (0, 3, 6))

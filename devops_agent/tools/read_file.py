"""The tool `read_file`: a page of a text file, or a description of what is not text."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from devops_agent.disk import NotAFile, open_regular
from devops_agent.events import ToolResult
from devops_agent.text import printable
from devops_agent.tools.base import Parameters, Tool
from devops_agent.tools.binary import describe

BLOCK = 1 << 20
SCANNED = 256 << 20
"""Bytes that are read to find or count lines; beyond them a page is found by its byte."""

CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


@dataclass(frozen=True)
class _Page:
    """Some bytes of a file: where they start, their first line's number (None when unknown), what follows them."""

    data: bytes
    start: int
    line: int | None
    size: int
    lines_after: int | None
    ended: bool


class ReadFile(Tool):
    """Reads by lines, or by bytes where lines are too long; never opens what could block or act."""

    name: ClassVar[str] = "read_file"
    description: ClassVar[str] = "Read a text file, a page at a time, or list a folder."
    parameters: ClassVar[Parameters] = {
        "path": {"type": "string", "description": "The file to read."},
        "offset": {"type": "integer", "description": "The line to start at, from 1.", "nullable": True},
        "limit": {"type": "integer", "description": "How many lines to read.", "nullable": True},
        "byte": {
            "type": "integer",
            "description": "The byte to start at, from 0, instead of a line.",
            "nullable": True,
        },
    }

    def run(
        self, path: str, offset: int | None = None, limit: int | None = None, byte: int | None = None
    ) -> ToolResult:
        """Give one page, and in the last line how much there is and where it goes on."""
        if (offset or 1) < 1 or (limit or 1) < 1 or (byte or 0) < 0:
            return _refusal(path, "offset and limit start at 1, byte at 0")
        try:
            target = self.workspace.resolve(path)
            real = Path(os.path.realpath(target))
            if real.is_dir():
                return _listing(real, _real_name(target, real), self.workspace.observation_limit)
            with open_regular(real) as file:
                page = _read_page(file, offset or 1, limit, byte, self.workspace.observation_limit)
        except (OSError, ValueError) as error:
            return _refusal(path, _reason(error))
        return _result(page, _real_name(target, real))


def _reason(error: Exception) -> str:
    if isinstance(error, NotAFile) or not isinstance(error, OSError):
        return str(error)
    return (error.strerror or str(error)).lower()


def _refusal(path: str, reason: str) -> ToolResult:
    return ToolResult(f"[cannot read {printable(path)}: {reason}]", ok=False)


def _real_name(target: Path, real: Path) -> str:
    """What to add when the path led elsewhere through a symbolic link."""
    return "" if os.path.normpath(target) == str(real) else f", really {printable(str(real))}"


def _read_page(file: BinaryIO, line: int, limit: int | None, byte: int | None, most: int) -> _Page:
    """The page at a line or a byte, of at most `limit` lines and `most` bytes. Raises ValueError: no such line."""
    if byte is None:
        _skip_lines(file, line - 1)
    else:
        file.seek(byte)
    start = file.tell()
    data = _whole_lines(file.read(most + 1) or b"", limit, most)
    if not data and start and byte is None:
        raise ValueError(f"it has only {line - 1} lines")
    file.seek(start + len(data))
    after, ended = _count_lines(file)
    size = max(os.fstat(file.fileno()).st_size, start + len(data))
    return _Page(data, start, line if byte is None else None, size, after, ended)


def _skip_lines(file: BinaryIO, count: int) -> None:
    """Move behind the first `count` lines. Raises ValueError when there are too few, or they are too long."""
    left = count
    while left and file.tell() < SCANNED:
        block = file.read(BLOCK) or b""
        if not block:
            raise ValueError(f"it has fewer than {count + 1} lines")
        pieces = block.split(b"\n", left)
        left -= len(pieces) - 1
        if not left:
            file.seek(-len(pieces[-1]), os.SEEK_CUR)
    if left:
        raise ValueError(f"line {count + 1} is not in its first {SCANNED} bytes; use byte")


def _whole_lines(data: bytes, limit: int | None, most: int) -> bytes:
    """The first `limit` lines within `most` bytes; part of a line only when not one fits."""
    if limit is not None:
        lines = data.split(b"\n", limit)
        data = data if len(lines) <= limit else data[: len(data) - len(lines[-1])]
    if len(data) <= most:
        return data
    end = data.rfind(b"\n", 0, most) + 1
    return data[:end] if end else _without_torn_character(data[:most])


def _without_torn_character(data: bytes) -> bytes:
    """Without the last UTF-8 character of several bytes, of which some may be missing."""
    start = len(data.rstrip(CONTINUATION_BYTES)) - 1
    return data[:start] if start > 0 and data[start] >= 0xC0 else data


def _count_lines(file: BinaryIO) -> tuple[int | None, bool]:
    """(lines from here to the end, None when they are too many to count; whether the end is here)."""
    lines, ended = 0, True
    last = b"\n"
    while block := file.read(BLOCK) or b"":
        ended = False
        if file.tell() > SCANNED:
            return None, ended
        lines += block.count(b"\n")
        last = block[-1:]
    return lines + (last != b"\n"), ended


def _result(page: _Page, real_name: str) -> ToolResult:
    if b"\0" in page.data:
        return ToolResult(f"[{describe(page.data, page.size)}{real_name}]", size=page.size, truncated=True)
    text = page.data.decode("utf-8", "backslashreplace")
    shown = printable(text)
    remarks = real_name
    if "\r\n" in text:
        remarks += ", lines end in CR LF"
    if len(shown) < len(text.replace("\r\n", "\n")):
        remarks += ", control characters left out"
    if text and page.ended and not text.endswith("\n"):
        remarks += ", no line end at the end"
    body = shown if not shown or shown.endswith("\n") else f"{shown}\n"
    partial = bool(page.start) or not page.ended
    return ToolResult(f"{body}[{_place(page)}{remarks}]", size=page.size, truncated=partial)


def _place(page: _Page) -> str:
    """Which part of the file this is, and where to go on."""
    if not page.size:
        return "an empty file"
    end = page.start + len(page.data)
    whole_lines = page.data.endswith(b"\n")
    if page.line is None or not (whole_lines or page.ended):
        onward = "" if page.ended else f"; go on with byte {end}"
        return f"bytes {page.start} to {end} of {page.size}{onward}"
    last = page.line + page.data.count(b"\n") - whole_lines
    total = "" if page.lines_after is None else f" of {last + page.lines_after}"
    onward = "" if page.ended else f"; go on with offset {last + 1}"
    return f"lines {page.line} to {last}{total}, {page.size} bytes in all{onward}"


def _listing(folder: Path, real_name: str, most: int) -> ToolResult:
    """The names in a folder, as many as fit."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    lines: list[str] = []
    for entry in entries:
        lines.append(_entry_line(entry))
        most -= len(lines[-1]) + 1
        if most < 0:
            lines[-1] = f"[... {len(entries) - len(lines) + 1} more ...]"
            break
    count = f"[a folder; entries: {len(entries)}{real_name}]"
    return ToolResult("\n".join([*lines, count]), size=len(entries), truncated=most < 0)


def _entry_line(entry: "os.DirEntry[str]") -> str:
    name = printable(entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")).replace(
        "\n", "?"
    )
    if entry.is_symlink():
        return f"{name} -> {printable(str(Path(entry.path).readlink()))}"
    return f"{name}/" if entry.is_dir() else name

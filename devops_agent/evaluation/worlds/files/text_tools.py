"""Programs that read text and print some of it: grep, head, tail, wc, sort, uniq, cut, awk, tr."""

import re
from collections.abc import Callable

from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails
from devops_agent.evaluation.worlds.shell import Machine, Program


def text_programs(machine: Machine) -> dict[str, Program]:
    """The programs by name."""
    tools = {"grep": _grep, "head": _head, "tail": _tail, "wc": _wc, "sort": _sort, "cat": _cat, "uniq": _uniq}
    tools |= {"cut": _cut, "awk": _awk, "tr": _tr, "egrep": _grep}
    return {name: _with_machine(tool, machine) for name, tool in tools.items()}


def _with_machine(tool: "Callable[[Machine, list[str], str], Result]", machine: Machine) -> Program:
    return lambda words, stdin: tool(machine, words, stdin)


def _sources(machine: Machine, names: list[str], stdin: str, tool: str) -> tuple[list[tuple[str, str]], str]:
    """(name, text) of each input, and the complaints about those that cannot be read."""
    if not names:
        return [("-", stdin)], ""
    found, complaints = [], ""
    for name in [path for pattern in names for path in machine.files.matching(machine.cwd, pattern)]:
        path = machine.files.absolute(machine.cwd, name)
        text = machine.files.text(path)
        if text is not None:
            found.append((name, text))
        else:
            complaints += _complaint(tool, name, machine.files.is_folder(path))
    return found, complaints


def _complaint(tool: str, name: str, folder: bool) -> str:
    if folder:
        return (
            f"head: error reading '{name}': Is a directory\n" if tool == "head" else f"{tool}: {name}: Is a directory\n"
        )
    if tool in ("head", "tail"):
        return f"{tool}: cannot open '{name}' for reading: No such file or directory\n"
    return f"{tool}: {name}: No such file or directory\n"


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _cat(machine: Machine, words: list[str], stdin: str) -> Result:
    options = read_options(words)
    sources, complaints = _sources(machine, options.operands, stdin, "cat")
    text = "".join(text for _, text in sources)
    if options.has("-n"):
        text = "".join(f"{number:6d}\t{line}" for number, line in enumerate(_lines(text), 1))
    return Result(text, complaints, 1 if complaints else 0)


def _count(options: Options, usual: int = 10) -> str:
    short = next(
        (name[1:] + "".join(n[1:] for n in options.given if n != name) for name in options.given if name[1:].isdigit()),
        "",
    )
    return options.get("-n", "--lines") or short or str(usual)


def _head(machine: Machine, words: list[str], stdin: str) -> Result:
    return _ends(machine, words, stdin, "head", lambda lines, count: lines[: int(count)])


def _tail(machine: Machine, words: list[str], stdin: str) -> Result:
    def last(lines: list[str], count: str) -> list[str]:
        return lines[int(count[1:]) - 1 :] if count.startswith("+") else lines[max(0, len(lines) - int(count)) :]

    return _ends(machine, words, stdin, "tail", last)


def _ends(
    machine: Machine, words: list[str], stdin: str, tool: str, choose: "Callable[[list[str], str], list[str]]"
) -> Result:
    words = [f"-n{word[1:]}" if re.fullmatch(r"-\d+", word) else word for word in words]
    options = read_options(words, "-n --lines -c")
    sources, complaints = _sources(machine, options.operands, stdin, tool)
    parts = ["".join(choose(_lines(text), _count(options))) for _, text in sources]
    if len(sources) > 1:
        parts = [f"==> {name} <==\n{part}" for (name, _), part in zip(sources, parts, strict=True)]
    return Result(("\n" if len(sources) > 1 else "").join(parts), complaints, 1 if complaints else 0)


def _grep(machine: Machine, words: list[str], stdin: str) -> Result:
    options = read_options(words, "-e -A -B -C -m --include")
    pattern = options.get("-e") or options.operands.pop(0)
    expression = _expression(pattern, options)
    names = options.operands
    if options.has("-r", "-R"):
        sources, complaints = _tree(machine, names, options.get("--include")), ""
    else:
        sources, complaints = _sources(machine, names, stdin, "grep")
    many = len(sources) > 1 or options.has("-r", "-R", "-H") and not options.has("-h")
    out = "".join(_grep_text(name if many else "", text, expression, options) for name, text in sources)
    return Result(out, complaints, 2 if complaints else 0 if _matched(out, options) else 1)


def _matched(out: str, options: Options) -> bool:
    return bool(re.search(r"[1-9]\d*$", out, re.MULTILINE)) if options.has("-c") else bool(out)


def _expression(pattern: str, options: Options) -> "re.Pattern[str]":
    if options.has("-F"):
        pattern = re.escape(pattern)
    elif not options.has("-E", "-P"):
        pattern = pattern.replace("\\|", "\0").replace("|", "\\|").replace("\0", "|")
        pattern = re.sub(r"(?<!\\)([+?(){}])", r"\\\1", pattern)
    if options.has("-w"):
        pattern = rf"\b(?:{pattern})\b"
    return re.compile(pattern, re.IGNORECASE if options.has("-i") else 0)


def _tree(machine: Machine, names: list[str], include: str) -> list[tuple[str, str]]:
    found = []
    for name in names or ["."]:
        top = machine.files.absolute(machine.cwd, name)
        for path in machine.files.below(top):
            text = machine.files.text(path)
            shown = name.rstrip("/") + path[len(top) :] if names else path[len(top) + 1 :]
            if text is not None and (not include or path.endswith(include.lstrip("*"))):
                found.append((shown, text))
    return found


def _grep_text(name: str, text: str, expression: "re.Pattern[str]", options: Options) -> str:
    lines = text.splitlines()
    hits = [i for i, line in enumerate(lines) if bool(expression.search(line)) != options.has("-v")]
    prefix = f"{name}:" if name else ""
    if options.has("-c"):
        return f"{prefix}{len(hits)}\n"
    if options.has("-l"):
        return f"{name}\n" if hits else ""
    if options.has("-o"):
        return "".join(f"{prefix}{found[0]}\n" for i in hits for found in expression.finditer(lines[i]))
    after = int(options.get("-A", "-C", default="0"))
    before = int(options.get("-B", "-C", default="0"))
    return _with_context(prefix, lines, hits, before, after, numbered=options.has("-n"))


def _with_context(prefix: str, lines: list[str], hits: list[int], before: int, after: int, *, numbered: bool) -> str:
    shown = sorted({i for hit in hits for i in range(max(0, hit - before), min(len(lines), hit + after + 1))})
    out, last = "", -1
    for i in shown:
        mark = ":" if i in hits else "-"
        out += "--\n" if (before or after) and last >= 0 and i > last + 1 else ""
        out += f"{prefix[:-1] + mark if prefix else ''}{f'{i + 1}{mark}' if numbered else ''}{lines[i]}\n"
        last = i
    return out


def _wc(machine: Machine, words: list[str], stdin: str) -> Result:
    options = read_options(words)
    sources, complaints = _sources(machine, options.operands, stdin, "wc")
    counts = [(_counts(text, options), name) for name, text in sources]
    if len(counts) > 1:
        counts.append(([sum(column) for column in zip(*(count for count, _ in counts), strict=True)], "total"))
    one_number = bool(counts) and len(counts) == 1 and len(counts[0][0]) == 1
    size = sum(len(text.encode()) for _, text in sources)
    width = 1 if one_number else len(str(size)) if options.operands else 7
    rows = [
        " ".join(f"{number:{width}d}" for number in count) + ("" if name == "-" else f" {name}")
        for count, name in counts
    ]
    return Result("".join(f"{row}\n" for row in rows), complaints, 1 if complaints else 0)


def _counts(text: str, options: Options) -> list[int]:
    numbers = {"-l": text.count("\n"), "-w": len(text.split()), "-c": len(text.encode())}
    return [number for name, number in numbers.items() if options.has(name) or not options.given]


def _sort(machine: Machine, words: list[str], stdin: str) -> Result:
    options = read_options(words, "-k -t")
    sources, complaints = _sources(machine, options.operands, stdin, "sort")
    lines = [line.rstrip("\n") for _, text in sources for line in _lines(text)]
    lines.sort()
    if options.has("-n", "-h"):
        lines.sort(key=lambda line: _magnitude(_field(line, options.get("-k")), suffix=options.has("-h")))
    elif options.has("-k"):
        lines.sort(key=lambda line: _field(line, options.get("-k")))
    lines = list(dict.fromkeys(lines)) if options.has("-u") else lines
    return Result("".join(f"{line}\n" for line in (reversed(lines) if options.has("-r") else lines)), complaints)


def _field(line: str, key: str) -> str:
    number = re.match(r"\d+", key)
    return " ".join(line.split()[int(number[0]) - 1 :]) if number else line


def _magnitude(text: str, *, suffix: bool) -> float:
    number = re.match(r"\s*(-?\d+(?:\.\d+)?)([KMGT]?)", text)
    if not number:
        return 0.0
    return float(number[1]) * (1024.0 ** " KMGT".index(number[2] or " ") if suffix else 1)


def _uniq(machine: Machine, words: list[str], stdin: str) -> Result:
    groups: list[tuple[str, int]] = []
    for line in stdin.splitlines():
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    counted = "-c" in words
    return Result("".join(f"{count:7d} {line}\n" if counted else f"{line}\n" for line, count in groups))


def _cut(machine: Machine, words: list[str], stdin: str) -> Result:
    options = read_options(words, "-d -f")
    sources, complaints = _sources(machine, options.operands, stdin, "cut")
    index = int(options.get("-f", default="1")) - 1
    mark = options.get("-d", default="\t")
    rows = [line.split(mark) for _, text in sources for line in text.splitlines()]
    return Result("".join(f"{row[index] if index < len(row) else row[0]}\n" for row in rows), complaints)


def _awk(machine: Machine, words: list[str], stdin: str) -> Result:
    """Only `{print $N, $M}`, with `NR>1` before it at times."""
    options = read_options(words, "-F")
    program = options.operands.pop(0)
    sources, complaints = _sources(machine, options.operands, stdin, "awk")
    fields = [int(number) for number in re.findall(r"\$(\d+)", program.partition("print")[2])]
    if not fields:
        return fails("awk: this program is not known")
    rows = [line for _, text in sources for line in text.splitlines()]
    rows = rows[1:] if "NR>1" in program.replace(" ", "") else rows
    parts = [row.split(options.get("-F") or None) for row in rows]
    return Result(
        "".join(" ".join(_nth(row, line, n) for n in fields) + "\n" for row, line in zip(parts, rows, strict=True)),
        complaints,
    )


def _nth(row: list[str], line: str, number: int) -> str:
    return line if number == 0 else row[number - 1] if number <= len(row) else ""


def _tr(machine: Machine, words: list[str], stdin: str) -> Result:
    if words[0] == "-d":
        return Result("".join(letter for letter in stdin if letter not in words[1].replace("\\n", "\n")))
    table = str.maketrans(words[0].replace("\\n", "\n"), words[1].replace("\\n", "\n"))
    return Result(stdin.translate(table))

"""Text cut to what a model should read at once."""


def gap(missing: int) -> str:
    """The line that stands for what is not shown."""
    return f"[... {missing} bytes left out; narrow the command ...]"


def cut(text: str, limit: int, missing: int = 0) -> tuple[str, bool]:
    """Keep the first and the last of `limit` characters, in whole lines where possible, and say how much lay between.

    `missing` bytes were lost from the middle before. Returns (text, whether anything was cut).
    """
    if len(text) <= limit:
        return text, False
    head, tail = _whole_lines(text[: limit // 2]), _whole_lines(text[-(limit - limit // 2) :][::-1])[::-1]
    middle = text[len(head) : len(text) - len(tail)]
    missing += len(middle.encode("utf-8", "surrogatepass"))
    return f"{head.rstrip(chr(10))}\n{gap(missing)}\n{tail.lstrip(chr(10))}", True


def _whole_lines(text: str) -> str:
    """Without the line that is cut off at the end, unless that line is most of the text."""
    end = text.rfind("\n")
    return text[: end + 1] if end >= len(text) // 2 else text

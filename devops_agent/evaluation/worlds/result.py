"""What a command gives back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Standard output, standard error and the exit code."""

    out: str = ""
    err: str = ""
    code: int = 0


def fails(text: str, code: int = 1) -> Result:
    """A failure that says so on standard error."""
    return Result("", f"{text}\n", code)


def prints(text: str) -> Result:
    """A success; the text gets its line end."""
    return Result(text if not text or text.endswith("\n") else f"{text}\n")

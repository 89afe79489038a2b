"""What a setting may be. Each check gives the value, or raises ValueError with what is allowed. Pure."""

from collections.abc import Callable
from typing import Any

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def yes_or_no(value: Any) -> bool:
    word = str(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("1 or 0, in the file also true or false")


def approval_mode(value: Any) -> str:
    """REQUIRE_APPROVAL is yes or no; the file and DEVOPS_AGENT_APPROVAL name the mode."""
    word = str(value).strip().lower()
    word = {"1": "always", "true": "always", "0": "never", "false": "never"}.get(word, word)
    return one_of("always", "changes", "never")(word)


def one_of(*allowed: str) -> Callable[[Any], str]:
    def convert(value: Any) -> str:
        if value in allowed:
            return str(value)
        raise ValueError(f"one of: {', '.join(allowed)}")

    return convert


def whole_number(least: int, most: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = least - 1
        if least <= number <= most:
            return number
        raise ValueError(f"a whole number from {least} to {most}")

    return convert


def decimal_number(least: float, most: float) -> Callable[[Any], float]:
    def convert(value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = least - 1
        if least <= number <= most:
            return number
        raise ValueError(f"a number from {least:g} to {most:g}")

    return convert


def plain_text(value: Any) -> str:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError("text")


def model_name(value: Any) -> str:
    if name := plain_text(value).strip():
        return name
    raise ValueError("the name of a model, or a GGUF file")

"""Rules as they are written: TOML files that are believed only when nobody else could have written them."""

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

from devops_agent.disk import open_regular
from devops_agent.errors import ConfigurationError
from devops_agent.policy import lexer, syntax
from devops_agent.policy.quoting import NotPlain
from devops_agent.policy.words import Word
from devops_agent.rules.rule import CONDITIONS, DECISIONS, STARTERS, Rule
from devops_agent.text import visible

LARGEST = 256_000
KEYS = frozenset({"argv", "decision", "when", "flags", "exact", "expires", "match", "not_match"})
HINT = "every rule has argv and decision, and may have when, flags, exact, expires, match and not_match"
UNREADABLE = "rules that cannot be read may forbid what you are about to do: make the file readable, or move it away"


def read_rules(path: Path, *, may_allow: bool = True) -> list[Rule]:
    """The rules in a file; none when there is no such file.

    A file with `may_allow` must belong to the user or to root, and only they may write it and its folder. Raises
    ConfigurationError, naming the file and the rule, for anything that is wrong.
    """
    try:
        with open_regular(path) as file:
            if may_allow:
                _check_owner(path, os.fstat(file.fileno()))
                _check_owner(path.parent, path.parent.stat())
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError(f"cannot read the rules in {visible(str(path))}: {reason}", UNREADABLE) from None
    if len(data) > LARGEST:
        raise ConfigurationError(f"the rules in {visible(str(path))} are longer than {LARGEST} bytes")
    return parse_rules(data.decode("utf-8", "surrogateescape"), str(path), may_allow=may_allow)


def parse_rules(text: str, source: str, *, may_allow: bool = True) -> list[Rule]:
    """The rules in a text, each with its examples checked. Raises ConfigurationError."""
    tables = _tables(text, source)
    rules = []
    for number, table in enumerate(tables, 1):
        try:
            rules.append(_rule(table, f"{source} rule {number}", may_allow=may_allow))
        except ValueError as error:
            raise ConfigurationError(visible(f"{source}: rule {number}: {error}"), hint=HINT) from None
    return rules


def commands_in(text: str) -> tuple[list[Sequence[Word]], bool]:
    """The commands of a script, and whether it is so plain that these are all of them."""
    try:
        return [command.words for command in lexer.parse(text, {}).commands], True
    except NotPlain:
        return [words for words in syntax.look(text).commands if words], False


def _check_owner(path: Path, status: os.stat_result) -> None:
    is_sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
    if status.st_uid not in (0, os.geteuid()):
        raise ConfigurationError(f"{path} belongs to another user", hint="rules count only if they are your own")
    if status.st_mode & 0o022 and not is_sticky:
        raise ConfigurationError(f"others may write {path}", hint=f"chmod go-w {path}")


def _tables(text: str, source: str) -> list[Mapping[str, Any]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        content: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(visible(f"{source} is not valid TOML: {error}"), hint=HINT) from None
    tables = content.pop("rule", [])
    if content or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError(visible(f"{source} may hold nothing but [[rule]] tables"), hint=HINT)
    return tables


def _rule(table: Mapping[str, Any], name: str, *, may_allow: bool) -> Rule:
    """The rule of one table. Raises ValueError."""
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise ValueError(f"there is no key {unknown[0]!r}")
    argv = tuple(tuple(_texts(word, "argv")) for word in _list(table.get("argv"), "argv"))
    decision = table.get("decision")
    if not argv or not all(argv) or decision not in DECISIONS:
        raise ValueError(f"needs argv, and a decision that is one of: {', '.join(DECISIONS)}")
    expires = _day(table.get("expires"), decision)
    exact, flags = table.get("exact", False), frozenset(_texts(table.get("flags", []), "flags"))
    if not isinstance(exact, bool):
        raise ValueError("exact must be true or false")
    rule = Rule(argv, decision, _conditions(table.get("when", {})), flags, exact, name, expires)
    _check_allowance(rule, may_allow=may_allow)
    _check_examples(rule, table)
    return rule


def _day(value: Any, decision: str) -> date | None:
    if value is not None and type(value) is not date:
        raise ValueError("expires must be a day such as 2027-01-31, without quotes")
    if value is not None and decision != "allow":
        raise ValueError("only a rule that allows may expire")
    return value


def _check_allowance(rule: Rule, *, may_allow: bool) -> None:
    if rule.decision != "allow":
        return
    if not may_allow:
        raise ValueError("a file in a working folder may only tighten: ask, typed or forbid")
    starter = next((word for word in rule.argv[0] if word.rpartition("/")[2] in STARTERS), "")
    if starter:
        raise ValueError(f"{starter} starts other programs, so that no rule can allow it")


def _check_examples(rule: Rule, table: Mapping[str, Any]) -> None:
    for key, wanted in (("match", True), ("not_match", False)):
        for example in _texts(table.get(key, []), key):
            if _is_about(rule, example) != wanted:
                raise ValueError(f"the example {example!r} is {'not ' * wanted}matched")


def _is_about(rule: Rule, example: str) -> bool:
    commands, is_plain = commands_in(example)
    if rule.decision == "allow":
        return is_plain and all(map(rule.allows, commands))
    return any(rule.tightens([word.text for word in words]) for words in commands)


def _conditions(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(pattern, str) for pattern in value.values()):
        raise ValueError("when must be a table of patterns")
    unknown = sorted(set(value) - set(CONDITIONS))
    if unknown:
        raise ValueError(f"when knows {', '.join(CONDITIONS)}, not {unknown[0]!r}")
    return cast("dict[str, str]", value)


def _list(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{key} must be a list")
    return value


def _texts(value: Any, key: str) -> Iterator[str]:
    for item in [value] if isinstance(value, str) else _list(value, key):
        if not isinstance(item, str) or not item:
            raise ValueError(f"{key} must hold texts that are not empty")
        yield item

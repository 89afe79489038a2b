"""What tree-sitter-bash finds in a text that is not plain. It may only raise: its mistakes cannot lower a risk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from devops_agent.policy.words import Word

# The grammar's scanner asks C for the class of a character, which crashes now and then for one beyond a byte.
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
EXPANSIONS = {"simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion"}
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)
CONTROL = dict(zip("abefnrtvE", "\a\b\x1b\f\n\r\t\v\x1b", strict=True))
ARGUMENT_LISTS = {"declaration_command", "unset_command", "test_command"}


@dataclass
class Found:
    """Commands, the pairs of commands that a pipe joins, redirections as (operator, target), texts fed to commands."""

    commands: list[tuple[Word, ...]] = field(default_factory=list)
    pipes: list[tuple[tuple[Word, ...], tuple[Word, ...]]] = field(default_factory=list)
    redirects: list[tuple[str, str, tuple[Word, ...]]] = field(default_factory=list)
    fed: list[tuple[tuple[Word, ...], str]] = field(default_factory=list)
    broken: bool = False


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def look(text: str) -> Found:
    """Every command in `text`, however deep: loops, substitutions, functions, subshells, pipes and here-documents."""
    root = _parser().parse(NOT_ASCII.sub("x", text).encode()).root_node
    found = Found(broken=root.has_error)
    first = cache(_first_command)
    for node in _all_nodes(root):
        if node.type == "command":
            found.commands.append(_command(node))
        elif node.type == "pipeline":
            stages = [words for child in node.named_children if (words := first(child))]
            found.pipes += zip(stages, stages[1:], strict=False)
        elif node.type == "file_redirect":
            found.redirects.append((*_redirect(node), first(_statement_of(node))))
        elif node.type in ("heredoc_redirect", "herestring_redirect"):
            found.fed.append((first(_statement_of(node)), _text(node)))
        elif node.type in ARGUMENT_LISTS:
            found.commands.append(tuple(_word(child) for child in node.children))
    return found


def _all_nodes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)


def _statement_of(redirect: Node) -> Node | None:
    """What a redirection belongs to; one after a here-document hangs below it."""
    node = redirect.parent
    while node is not None and node.type == "heredoc_redirect":
        node = node.parent
    return node


def _first_command(node: Node | None) -> tuple[Word, ...]:
    """The words of the first command at or below `node`."""
    if node is None:
        return ()
    return next((_command(inner) for inner in _all_nodes(node) if inner.type == "command"), ())


def _command(node: Node) -> tuple[Word, ...]:
    skipped = {"variable_assignment", "file_redirect", "herestring_redirect", "heredoc_redirect"}
    return tuple(_word(child) for child in node.children if child.type not in skipped)


def _redirect(node: Node) -> tuple[str, str]:
    operator = next((_text(child) for child in node.children if child.type[:1] in "<>&"), "")
    target = node.child_by_field_name("destination")
    return operator, _literal(target) if target is not None else ""


def _word(node: Node) -> Word:
    text = _literal(node)
    return Word(text, _text(node), any(character in text for character in "*?["))


def _literal(node: Node) -> str:
    """The text without its quotes, as far as it can be told."""
    text = _text(node)
    if node.type == "raw_string":
        return text[1:-1]
    if node.type == "ansi_c_string":
        return ESCAPE.sub(_unescaped, text[2:-1])
    if node.type in ("string", "translated_string"):
        return text.removeprefix("$")[1:-1].replace('\\"', '"')
    if node.type in ("concatenation", "command_name") and node.named_children:
        return "".join(_literal(child) for child in node.children)
    if node.type in EXPANSIONS:
        return text
    return text.replace("\\", "")


def _unescaped(found: re.Match[str]) -> str:
    """The character that an escape of `$'…'` stands for."""
    *hexadecimal, octal, other = found.groups()
    if other is not None:
        return CONTROL.get(other, other)
    number = int(octal, 8) if octal is not None else int(next(filter(None, hexadecimal)), 16)
    return chr(number) if number < 0x110000 else "?"


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")

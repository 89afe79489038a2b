"""Shells and languages: what they are given to run decides how bad it is."""

import re
from collections.abc import Sequence
from dataclasses import replace

from devops_agent.policy.judgement import Judgement, change, destroy, read, worst
from devops_agent.policy.redirects import edited_in_place
from devops_agent.policy.rows import Use, program
from devops_agent.policy.vocabulary import destructive_code
from devops_agent.policy.words import Word, plain

SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "rbash", "mksh", "tcsh", "csh", "pwsh"})
LANGUAGES = frozenset(
    {
        "python", "python2", "python3", "perl", "ruby", "irb", "node", "nodejs", "ts-node", "deno", "bun", "php", "lua",
        "tclsh", "Rscript", "osascript", "groovy", "jshell", "scala", "julia", "elixir", "swift",
    }
)  # fmt: skip
INTERPRETERS = SHELLS | LANGUAGES | {"source", ".", "eval"}
DOWNLOADERS = frozenset(
    {
        "curl",
        "wget",
        "fetch",
        "aria2c",
        "http",
        "https",
        "lynx",
        "nc",
        "ncat",
        "socat",
        "ftp",
        "base64",
        "xxd",
        "openssl",
        "gpg",
        "ssh",
    }
)
WRAPPERS = frozenset(
    {
        "sudo",
        "doas",
        "env",
        "xargs",
        "nohup",
        "timeout",
        "nice",
        "time",
        "command",
        "exec",
        "stdbuf",
        "busybox",
        "setsid",
        "su",
        "runuser",
        "chroot",
        "ssh",
        "parallel",
    }
)
PROGRAM_FLAGS = {"-c", "-e", "-m", "-E"}
DOWNLOADED = re.compile(r"[(`]\s*(?:sudo\s+)?(?:curl|wget|fetch|base64|nc|ncat)\b")
SHELL_COMMAND = re.compile(r"-[a-zA-Z]*c[a-zA-Z]*")
VERSION_QUESTIONS = (["--version"], ["-V"], ["-v"], ["version"], ["--help"], ["-h"], ["-version"], ["-VV"])
CODE_FLAGS = {
    "-c",
    "-e",
    "-E",
    "-r",
    "--eval",
    "-p",
    "--print",
    "-n",
    "-ne",
    "-pe",
    "-lne",
    "-ple",
    "eval",
    "-pi",
    "-le",
}
HARMLESS_MODULES = {"json.tool", "this", "platform", "sysconfig", "calendar"}


def feeds_downloads(words: Sequence[Word]) -> bool:
    """Whether a command's output is something downloaded or decoded."""
    return any(word.text.rsplit("/", 1)[-1] in DOWNLOADERS for word in words[:4])


def interpreter_of(words: Sequence[Word]) -> int:
    """Where in a command the interpreter stands that it runs, perhaps by a wrapper; -1 if there is none."""
    names = [word.text.rsplit("/", 1)[-1] for word in words]
    if not names or names[0] in INTERPRETERS:
        return 0 if names else -1
    if names[0] not in WRAPPERS:
        return -1
    return next((index for index, name in enumerate(names[:8]) if name in SHELLS | LANGUAGES), -1)


def has_own_program(words: Sequence[Word]) -> bool:
    """Whether the interpreter was given its code as an argument, so that what it reads is only data."""
    rest = [word.text for word in words[interpreter_of(words) + 1 :]]
    from_arguments = any(not text.startswith("-") or text in PROGRAM_FLAGS for text in rest if text != "-")
    return from_arguments and words[0].text != "xargs"


def _shell(use: Use) -> Judgement:
    if use.texts in VERSION_QUESTIONS[:1]:
        return read(f"{use.name} --version")
    if DOWNLOADED.search(" ".join(use.texts)):
        return destroy("runs what it downloads or decodes", "EXEC")
    for index, text in enumerate(use.texts):
        if SHELL_COMMAND.fullmatch(text) and index + 1 < len(use.texts):
            return worst([use.judge_text(use.texts[index + 1]), change(f"runs a command line by {use.name}", "EXEC")])
    if use.texts == ["-n"] or "-n" in use.texts[:1]:
        return change(f"checks a script by {use.name}")
    return change("runs a script" if use.texts else "runs a shell that waits for input", "EXEC")


def _language(use: Use) -> Judgement:
    if (
        use.texts in VERSION_QUESTIONS
        and use.texts != ["-v"]
        or use.texts == ["-v"]
        and use.name in ("node", "nodejs", "perl", "php", "ruby", "lua")
    ):
        return read(f"{use.name} {use.texts[0]}")
    if use.name.startswith("python") and use.texts[:1] in (["-m"], ["-I"]):
        isolated = use.texts[:1] == ["-I"] and use.texts[1:2] == ["-m"]
        return _module(replace(use, arguments=use.arguments[1:]) if isolated else use)
    code = " ".join(use.texts)
    if any(text in CODE_FLAGS or re.fullmatch(r"-[a-zA-Z]*[ecE]", text) for text in use.texts) and destructive_code(
        code
    ):
        return destroy("runs code that deletes or starts other programs", "EXEC")
    edited = worst(edited_in_place(use))
    return worst([change(f"runs {use.name} code", "EXEC"), *([edited] if edited.risk in ("DESTROY", "FORBID") else [])])


def _module(use: Use) -> Judgement:
    """A module of Python's own, run so that none of the same name in the working folder takes its place."""
    module = use.texts[1] if use.texts[:1] == ["-m"] and len(use.texts) > 1 else ""
    own = replace(read(f"python -m {module}"), words=(plain("-I"), *use.arguments))
    if module in HARMLESS_MODULES and len(use.texts) == 2:
        return own
    if (
        module == "json.tool"
        and len(use.texts) == 3
        and not use.texts[2].startswith("-")
        and not use.ground.secret(use.arguments[2])
    ):
        return own
    if module in ("venv", "ensurepip"):
        return change("makes an environment")
    if module == "pip":
        return worst([use.judge_words(use.arguments[1:]), change("runs a pip that may lie in the folder", "EXEC")])
    return change(f"runs the Python module {module}", "EXEC")


def _evaluated(use: Use) -> Judgement:
    if DOWNLOADED.search(" ".join(use.texts)):
        return destroy("runs what it downloads or decodes", "EXEC")
    return worst([use.judge_text(" ".join(use.texts)), change(f"{use.name} runs text as a command", "EXEC")])


def _trap(use: Use) -> Judgement:
    return worst([use.judge_text(use.texts[0]) if use.texts else read(), change("trap runs a command later", "EXEC")])


def _busybox(use: Use) -> Judgement:
    inner = use.judge_words(use.arguments) if use.arguments else read()
    return worst([inner, change("runs a busybox applet", "EXEC")])


PROGRAMS = (
    program(" ".join(sorted(SHELLS)), judge=_shell),
    program(" ".join(sorted(LANGUAGES)), judge=_language),
    program("eval", judge=_evaluated),
    program("trap", judge=_trap),
    program("busybox toybox", judge=_busybox),
    program("source .", otherwise="runs a file in this shell", tags="EXEC"),
)

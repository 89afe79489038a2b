"""Stream editors and queries: sed, awk, jq and yq. Their programs are checked too."""

import re
from dataclasses import replace

from devops_agent.policy.judgement import Judgement, change, sensitive, worst
from devops_agent.policy.options import Unlisted, flags, read_options
from devops_agent.policy.redirects import edited_in_place
from devops_agent.policy.rows import Operands, Use, program, row
from devops_agent.policy.words import Word

JQ = (
    "-[rceMSsnaCjhRj] --raw-output --compact-output --slurp --null-input --sort-keys --exit-status --tab "
    "--color-output "
    "--monochrome-output --join-output --ascii-output --raw-input --indent=N --raw-output0 --unbuffered --seq --stream"
)


YQ = (
    "-[rPCMNejn0v] --prettyPrint --colors --no-colors --no-doc --exit-status -o|--output-format= -p|"
    "--input-format= -I|--indent=N --unwrapScalar[=] --raw-output -y -c"
)


JQ_ESCAPES = re.compile(
    r"\benv\b|\$ENV|input_filename|\binclude\b|\bimport\b|\$__prog|get_search_list|\$__loc__|\bdebug\b|\binput_line"
)


YQ_ESCAPES = re.compile(r"\benv\b|\benvsubst\b|strenv|\bload|\bsystem\b|\beval\b|file_?name")


AWK_ESCAPES = re.compile(
    r"system|getline|[@`]|close|fflush|ENVIRON|ARGV|ARGC|PROCINFO|SYMTAB|FUNCTAB|/inet|include|load|"
    r"\\(?![nt\"./$|\[\](){}+*?^-])"
)


SED_ADDRESS = r"(?:\d+|\$|/[^/\\\n]{0,200}(?:\\[^\n][^/\\\n]{0,200}){0,20}/I?)"


SED_COMMAND = re.compile(
    rf"(?:{SED_ADDRESS}(?:,(?:{SED_ADDRESS}|\+\d+|~\d+))?|\d+~\d+)?\s*!?\s*(?:[pdqDPNnGhHgx=lF]|q\d*)"
)


SED_SUBSTITUTE = re.compile(
    rf"(?:{SED_ADDRESS}(?:,(?:{SED_ADDRESS}|\+\d+))?)?\s*s([/|#,:@!])(?:(?!\1)[^\\\n]|\\[^\n]){{0,500}}\1"
    r"(?:(?!\1)[^\\\n]|\\[^\n]){0,500}\1[gpIi0-9]*"
)


def _jq_program(use: Use, escapes: re.Pattern[str]) -> Judgement | None:
    found = use.options.operands
    if not found or found[0].glob:
        return change(f"{use.name} without a quoted program")
    if escapes.search(found[0].text):
        return change(f"the {use.name} program reads the environment or other files", "SENSITIVE")
    secret = next((word for word in found[1:] if use.ground.secret(word)), None)
    return sensitive(f"reads {secret.text}, which may hold secrets") if secret else None


def _jq(use: Use) -> Judgement:
    """jq has flags with two values; they are taken out before the rest is read."""
    kept, index = [], 0
    while index < len(use.arguments):
        if use.texts[index] in ("--arg", "--argjson") and not any(
            word.glob for word in use.arguments[index : index + 3]
        ):
            index += 3
            continue
        kept.append(use.arguments[index])
        index += 1
    return _by_flags(use, tuple(kept), JQ, JQ_ESCAPES)


def _by_flags(use: Use, arguments: tuple[Word, ...], allowed: str, escapes: re.Pattern[str]) -> Judgement:
    try:
        options = read_options(arguments, flags(allowed))
    except Unlisted as refusal:
        return change(f"{use.name}: {refusal}")
    objection = _jq_program(replace(use, options=options), escapes)
    return objection or Judgement("READ", rule=use.name, words=tuple(word.in_this_folder() for word in use.arguments))


def _yq(use: Use) -> Judgement:
    kept = use.arguments[1:] if use.texts[:1] in (["eval"], ["e"], ["eval-all"], ["ea"]) else use.arguments
    return _by_flags(use, kept, YQ, YQ_ESCAPES)


def _awk(use: Use) -> Judgement | None:
    found = use.options.operands
    if found[0].glob:
        return change("an awk program that the shell would expand")
    program_text = found[0].text
    output = program_text.partition("print")[2].replace("||", "")
    if AWK_ESCAPES.search(program_text) or ">" in output or "|" in output:
        return change("the awk program may write files or run commands", "EXEC")
    if any(word.text.startswith("/inet") for word in found[1:]):
        return change("awk opens a network connection", "NETWORK")
    secret = next((word for word in found[1:] if use.ground.secret(word)), None)
    if secret or any("=" in word.text and use.ground.secret_text(word.text.partition("=")[2]) for word in found[1:]):
        return sensitive("reads a file that may hold secrets")
    return None


def _sed(use: Use) -> Judgement | None:
    scripts = use.options.values("-e", "--expression")
    operands = use.options.operands
    if not scripts:
        if not operands or operands[0].glob:
            return change("sed without a quoted script")
        scripts, operands = [operands[0].text], operands[1:]
    if not all(_is_reading_sed(script) for script in scripts):
        return change("the sed script is not on the read-only list", "EXEC")
    secret = next((word for word in operands if use.ground.secret(word)), None)
    return sensitive(f"reads {secret.text}, which may hold secrets") if secret else None


def _is_reading_sed(script: str) -> bool:
    """Whether every command of the script is one that only prints; commands are parted by `;` or newlines."""
    position = 0
    while position < len(script):
        if script[position] in "; \t\n{}":
            position += 1
            continue
        found = (
            SED_SUBSTITUTE.match(script, position)
            or SED_COMMAND.match(script, position)
            or _sed_block(script, position)
        )
        if not found:
            return False
        position = found.end()
        if script[position : position + 1] not in ("", ";", "\n", "}", " ") and script[position - 1] != "{":
            return False
    return bool(script.strip())


def _sed_block(script: str, position: int) -> re.Match[str] | None:
    return re.compile(rf"{SED_ADDRESS}(?:,{SED_ADDRESS})?\s*\{{").match(script, position)


PROGRAMS = (
    program(
        "sed gsed",
        row(
            "",
            "-n|--quiet|--silent -E -r|--regexp-extended -s|--separate -z|--null-data -u|--unbuffered -e|"
            "--expression= --posix -l=N --debug",
            Operands(kind="name"),
            _sed,
        ),
        inner=lambda use: worst(edited_in_place(use)),
        otherwise="may edit files",
    ),
    program(
        "awk gawk mawk nawk",
        row("", "-F|--field-separator= -v|--assign= --posix --re-interval", Operands(1, 1000, "name"), _awk),
        otherwise="awk may run a file",
    ),
    program("jq gojq jaq", judge=_jq),
    program("yq", judge=_yq),
)

"""Tools that search: grep, rg, find and fd."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, sensitive, worst
from devops_agent.policy.rows import LISTED, SOME_FILES, Operands, Use, program, row, simple
from devops_agent.policy.words import Word

GREP = (
    "-[acEFGhHiIlLnoPqrRsTuUvVwxyzZ0] -# -A|--after-context=N -B|--before-context=N -C|--context=N -e|--regexp= "
    "-m|--max-count=N "
    "--ignore-case --invert-match --count --line-number --only-matching --recursive --dereference-recursive "
    "--extended-regexp "
    "--perl-regexp --fixed-strings --basic-regexp --with-filename --no-filename --files-with-matches "
    "--files-without-match "
    "--quiet --silent --word-regexp --line-regexp --text --no-messages --color[=] --colour[=] --include= --exclude= "
    "--exclude-dir= --line-buffered --null --null-data --byte-offset --initial-tab --no-ignore-case "
    "--binary-files= --label= "
    "-b --group-separator= --no-group-separator"
)


RIPGREP = (
    "-[niwvclLoFSsUHNuPaIx0.pb] -e|--regexp= -g|--glob= -t|--type= -T|--type-not= -A|--after-context=N -B|"
    "--before-context=N "
    "-C|--context=N -M|--max-columns=N -m|--max-count=N -d|--max-depth=N -j|--threads=N -r|--replace= --files --hidden "
    "--no-ignore --no-ignore-vcs --line-number --no-line-number --ignore-case --smart-case --case-sensitive --count "
    "--count-matches --files-with-matches --files-without-match --no-heading --heading --json --stats --fixed-strings "
    "--word-regexp --line-regexp --multiline --multiline-dotall --color= --colors= --sort= --sortr= --iglob= --follow "
    "--no-filename --with-filename --only-matching --invert-match --quiet --pcre2 --vimgrep --column --trim --text "
    "--type-list --no-messages --passthru --glob-case-insensitive --no-config --null -h"
)


AG = "-[iwvclLoFsuHhnaf] -A=N -B=N -C=N -m=N --hidden --ignore-case --smart-case --count --files-with-matches"
"""What ag and ack have in common with rg; others of its flags take a value there, or none."""

FIND_ALONE = frozenset(
    {
        "-print", "-print0", "-ls", "-prune", "-xdev", "-mount", "-daystart", "-not", "!", "-o", "-a", "-or", "-and",
        "(", ")", "-empty", "-readable", "-writable", "-executable", "-depth", "-follow", "-true", "-false", "-quit",
        "-nouser", "-nogroup", "-noleaf", "-L", "-H", "-P", "-ignore_readdir_race", ",", "-E", "-X", "-x", "-d",
        "-s",
    }
)  # fmt: skip


FIND_WITH_VALUE = frozenset(
    {
        "-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-regex", "-iregex", "-type", "-xtype",
        "-size", "-mtime", "-mmin", "-ctime", "-cmin", "-atime", "-amin", "-newer", "-newermt", "-anewer", "-cnewer",
        "-user", "-group", "-uid", "-gid", "-perm", "-maxdepth", "-mindepth", "-links", "-inum", "-printf",
        "-regextype", "-samefile", "-lname", "-ilname", "-fstype", "-used", "-context", "-O", "-D", "-newerct",
        "-newerat", "-newermm", "-neweram", "-newercm",
    }
)  # fmt: skip


FIND_RUNS = ("-exec", "-execdir", "-ok", "-okdir")


def _searches_secrets(use: Use, *, recursive: bool, first_is_pattern: bool) -> Judgement | None:
    """A recursive search must stay clear of secrets, and plain operands must not name one."""
    found = use.options.operands[1 if first_is_pattern else 0 :]
    secret = next((word for word in found if use.ground.secret(word)), None)
    if secret:
        return sensitive(f"reads {secret.text}, which may hold secrets")
    if recursive and any(use.ground.holds_secrets(path) for path in [word.literal_start for word in found] or ["."]):
        return sensitive("searches through a folder that holds secrets")
    return None


def _grep(use: Use) -> Judgement | None:
    recursive = use.options.has("-r", "-R", "--recursive", "--dereference-recursive")
    return _checked_pattern(use) or _searches_secrets(
        use, recursive=recursive, first_is_pattern=not use.options.has("-e")
    )


def _checked_pattern(use: Use) -> Judgement | None:
    """A pattern left unquoted may become several words, the first of which is the pattern."""
    first = use.options.operands[:1]
    if first and first[0].glob and not use.options.has("-e"):
        return None if first[0].literal_start[:1].isalnum() else change("a search pattern that the shell would expand")
    return None


def _ripgrep(use: Use) -> Judgement | None:
    if use.options.has("--files", "--type-list"):
        return None
    has_pattern = use.options.has("-e")
    return _checked_pattern(use) or _searches_secrets(use, recursive=True, first_is_pattern=not has_pattern)


def _find(use: Use) -> Judgement:
    found: list[Judgement] = []
    index = 0
    in_expression = False
    while index < len(use.texts):
        text, word = use.texts[index], use.arguments[index]
        if text in FIND_RUNS:
            end = next((i for i in range(index, len(use.texts)) if use.texts[i] in (";", "+")), len(use.texts))
            found += [use.judge_words(use.arguments[index + 1 : end]), change(f"find {text} runs a command", "EXEC")]
            index = end
        elif text == "-delete":
            found.append(destroy("find -delete removes what it finds"))
        elif text in FIND_WITH_VALUE or re.fullmatch(r"-newer[aBcmt]{2}", text):
            in_expression = True
            index += 1
            found += _find_value(use, index)
        elif text in FIND_ALONE or re.fullmatch(r"-O\d|-D[a-z]+", text):
            in_expression = in_expression or text not in ("-L", "-H", "-P")
        elif text.startswith("-") or in_expression:
            found.append(change(f"find {text} is not on the read-only list"))
        elif word.glob and not word.starts_open and word.literal_start[:1] in "-(!":
            found.append(change("find with a pattern that the shell would expand"))
        index += 1
    judgement = worst(found)
    if judgement.risk != "READ":
        return judgement
    return Judgement("READ", rule="find", words=_find_words(use))


def _find_words(use: Use) -> tuple[Word, ...]:
    """The folders to search get `./` where they could be taken for flags."""
    start = next((i for i, text in enumerate(use.texts) if text.startswith("-") or text in "!("), len(use.texts))
    return (*(word.in_this_folder() for word in use.arguments[:start]), *use.arguments[start:])


def _find_value(use: Use, index: int) -> list[Judgement]:
    """A value that the shell may turn into several words must not be able to become an action."""
    word = use.arguments[index] if index < len(use.arguments) else None
    if word is None or not word.glob:
        return [] if word else [change("find misses a value")]
    ending = re.sub(r"^.*[*?\]]", "", word.text)
    harmless = "." in ending or word.literal_start[:1].isalnum()
    return [] if harmless else [change("find with a pattern that the shell would expand")]


PROGRAMS = (
    simple("grep egrep fgrep", GREP, LISTED, _grep),
    simple("rg", RIPGREP, LISTED, _ripgrep),
    simple("ag ack", AG, LISTED, _ripgrep),
    program(
        "zgrep zegrep zfgrep bzgrep xzgrep zstdgrep",
        row("", "-[ivncHhlEFowqr] -A=N -B=N -C=N -m=N -e=", SOME_FILES),
        otherwise="unpacks files",
    ),
    program("zcat bzcat xzcat zstdcat gzcat lz4cat", row("", "-f -v -q", SOME_FILES), otherwise="unpacks files"),
    program("find", judge=_find),
    program(
        "fd fdfind",
        row(
            "",
            "-H|--hidden -I|--no-ignore -e|--extension= -t|--type= -d|--max-depth=N -i -s -g|--glob -F -p|"
            "--full-path -a|--absolute-path -L|--follow -E|--exclude= -S|--size= --changed-within= "
            "--changed-before= -0 -l|--list-details --color= -u -1 --min-depth=N --max-results=N",
            Operands(0, 10, "name"),
        ),
        otherwise="fd may run a command on what it finds",
    ),
)

"""Tools that search, cut and compare text. Several of them can write or run programs; their programs are checked too."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, sensitive, worst
from devops_agent.policy.options import Unlisted, flags, read_options
from devops_agent.policy.redirects import edited_in_place
from devops_agent.policy.rows import FILES, SOME_FILES, WORDS, Operands, Use, files, program, row, simple

GREP = (
    "-[acEFGhHiIlLnoPqrRsTuUvVwxyzZ0] -# -A|--after-context=N -B|--before-context=N -C|--context=N -e|--regexp= -m|--max-count=N "
    "--ignore-case --invert-match --count --line-number --only-matching --recursive --dereference-recursive --extended-regexp "
    "--perl-regexp --fixed-strings --basic-regexp --with-filename --no-filename --files-with-matches --files-without-match "
    "--quiet --silent --word-regexp --line-regexp --text --no-messages --color[=] --colour[=] --include= --exclude= "
    "--exclude-dir= --line-buffered --null --null-data --byte-offset --initial-tab --no-ignore-case --binary-files= --label= "
    "-b --group-separator= --no-group-separator"
)
RIPGREP = (
    "-[niwvclLoFSsUHNuPaIx0.pb] -e|--regexp= -g|--glob= -t|--type= -T|--type-not= -A|--after-context=N -B|--before-context=N "
    "-C|--context=N -M|--max-columns=N -m|--max-count=N -d|--max-depth=N -j|--threads=N -r|--replace= --files --hidden "
    "--no-ignore --no-ignore-vcs --line-number --no-line-number --ignore-case --smart-case --case-sensitive --count "
    "--count-matches --files-with-matches --files-without-match --no-heading --heading --json --stats --fixed-strings "
    "--word-regexp --line-regexp --multiline --multiline-dotall --color= --colors= --sort= --sortr= --iglob= --follow "
    "--no-filename --with-filename --only-matching --invert-match --quiet --pcre2 --vimgrep --column --trim --text "
    "--type-list --no-messages --passthru --glob-case-insensitive --no-config --null -h"
)
JQ = (
    "-[rceMSsnaCjhRj] --raw-output --compact-output --slurp --null-input --sort-keys --exit-status --tab --color-output "
    "--monochrome-output --join-output --ascii-output --raw-input --indent=N --raw-output0 --unbuffered --seq --stream"
)
YQ = "-[rPCMNejnsi0v] --prettyPrint --colors --no-colors --no-doc --exit-status -o|--output-format= -p|--input-format= -I|--indent=N --unwrapScalar[=] --raw-output -y -c -S"
JQ_ESCAPES = re.compile(
    r"\benv\b|\$ENV|input_filename|\binclude\b|\bimport\b|\$__prog|get_search_list|\$__loc__|\bdebug\b|\binput_line"
)
YQ_ESCAPES = re.compile(r"\benv\b|\benvsubst\b|strenv|\bload|\bsystem\b|\beval\b|file_?name")
AWK_ESCAPES = re.compile(
    r"system|getline|[|@`]|close|fflush|ENVIRON|ARGV|ARGC|PROCINFO|SYMTAB|FUNCTAB|/inet|include|load|\\(?![nt\"./$|\[\](){}+*?^-])"
)
AWK_WRITES = re.compile(r"(?:print|printf)\b[^;}\n]{0,400}>")
SED_ADDRESS = r"(?:\d+|\$|/[^/\\\n]{0,200}(?:\\[^\n][^/\\\n]{0,200}){0,20}/I?)"
SED_COMMAND = re.compile(
    rf"(?:{SED_ADDRESS}(?:,(?:{SED_ADDRESS}|\+\d+|~\d+))?|\d+~\d+)?\s*!?\s*(?:[pdqDPNnGhHgx=lF]|q\d*)"
)
SED_SUBSTITUTE = re.compile(
    rf"(?:{SED_ADDRESS}(?:,(?:{SED_ADDRESS}|\+\d+))?)?\s*s([/|#,:@!])(?:(?!\1)[^\\\n]|\\[^\n]){{0,500}}\1"
    r"(?:(?!\1)[^\\\n]|\\[^\n]){0,500}\1[gpIi0-9]*"
)
FIND_ALONE = frozenset(
    {"-print", "-print0", "-ls", "-prune", "-xdev", "-mount", "-daystart", "-not", "!", "-o", "-a", "-or", "-and", "(", ")", "-empty", "-readable", "-writable", "-executable", "-depth", "-follow", "-true", "-false", "-quit", "-nouser", "-nogroup", "-noleaf", "-L", "-H", "-P", "-ignore_readdir_race", ",", "-E", "-X", "-x", "-d", "-s"}
)  # fmt: skip
FIND_WITH_VALUE = frozenset(
    {"-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-regex", "-iregex", "-type", "-xtype", "-size", "-mtime", "-mmin", "-ctime", "-cmin", "-atime", "-amin", "-newer", "-newermt", "-anewer", "-cnewer", "-user", "-group", "-uid", "-gid", "-perm", "-maxdepth", "-mindepth", "-links", "-inum", "-printf", "-regextype", "-samefile", "-lname", "-ilname", "-fstype", "-used", "-context", "-O", "-D", "-newerct", "-newerat", "-newermm", "-neweram", "-newercm"}
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
    listing = use.options.has("--files", "--type-list")
    return (
        None
        if listing
        else _checked_pattern(use) or _searches_secrets(use, recursive=True, first_is_pattern=not use.options.has("-e"))
    )


def _zgrep(use: Use) -> Judgement | None:
    return change("starts other programs to unpack")


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
        if use.texts[index] in ("--arg", "--argjson"):
            index += 3
            continue
        kept.append(use.arguments[index])
        index += 1
    return _by_flags(use, tuple(kept), JQ, JQ_ESCAPES)


def _by_flags(use: Use, arguments, allowed: str, escapes: re.Pattern[str]) -> Judgement:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    try:
        options = read_options(arguments, flags(allowed))
    except Unlisted as refusal:
        return change(f"{use.name}: {refusal}")
    objection = _jq_program(replace(use, options=options), escapes)
    return objection or Judgement("READ", rule=use.name, words=tuple(word.in_this_folder() for word in use.arguments))


def _yq(use: Use) -> Judgement:
    if any(
        text == "-i"
        or text.startswith(("--inplace", "--in-place", "-i="))
        or re.fullmatch(r"-[A-Za-z]*i[A-Za-z]*", text)
        for text in use.texts
    ):
        return change("yq -i edits the file")
    kept = use.arguments[1:] if use.texts[:1] in (["eval"], ["e"], ["eval-all"], ["ea"]) else use.arguments
    return _by_flags(use, kept, YQ, YQ_ESCAPES)


def _awk(use: Use) -> Judgement | None:
    found = use.options.operands
    if found[0].glob:
        return change("an awk program that the shell would expand")
    program_text = found[0].text
    if AWK_ESCAPES.search(program_text) or AWK_WRITES.search(program_text):
        return change("the awk program may write files or run commands")
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
        return change("the sed script is not on the read-only list")
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


def _find_words(use: Use):  # type: ignore[no-untyped-def]
    start = next((i for i, text in enumerate(use.texts) if text.startswith("-") or text in "!("), len(use.texts))
    return (*(word.in_this_folder() for word in use.arguments[:start]), *use.arguments[start:])


def _find_value(use: Use, index: int) -> list[Judgement]:
    """A value that the shell may turn into several words must not be able to become an action."""
    word = use.arguments[index] if index < len(use.arguments) else None
    if word is None or not word.glob:
        return [] if word else [change("find misses a value")]
    ending = re.sub(r"^.*[*?\]]", "", word.text)
    return (
        []
        if "." in ending or word.literal_start[:1].isalnum()
        else [change("find with a pattern that the shell would expand")]
    )


def _fd(use: Use) -> Judgement | None:
    return None


PROGRAMS = (
    simple("grep egrep fgrep", GREP, Operands(), _grep)
    if False
    else program("grep egrep fgrep", row("", GREP, Operands(kind="name"), _grep)),
    program("rg ag ack", row("", RIPGREP, Operands(kind="name"), _ripgrep)),
    program(
        "zgrep zcat bzcat xzcat zstdcat bzgrep xzgrep gzcat lz4cat",
        row("", "-[ivncHhlEFowqr] -A=N -B=N -C=N -m=N -e=", SOME_FILES),
        otherwise="unpacks files",
    ),
    program("find", judge=_find),
    program(
        "fd fdfind",
        row(
            "",
            "-H|--hidden -I|--no-ignore -e|--extension= -t|--type= -d|--max-depth=N -i -s -g|--glob -F -p|--full-path -a|--absolute-path -L|--follow -E|--exclude= -S|--size= --changed-within= --changed-before= -0 -l|--list-details --color= -u -1 --min-depth=N --max-results=N",
            Operands(0, 10, "name"),
            _fd,
        ),
        otherwise="fd may run a command on what it finds",
    ),
    program(
        "sed gsed",
        row(
            "",
            "-n|--quiet|--silent -E -r|--regexp-extended -s|--separate -z|--null-data -u|--unbuffered -e|--expression= --posix -l=N --debug",
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
    simple(
        "cut",
        "-b|--bytes= -c|--characters= -d|--delimiter= -f|--fields= -n -s|--only-delimited --complement --output-delimiter= -z",
        FILES,
    ),
    simple("tr", "-[cCdst] --complement --delete --squeeze-repeats --truncate-set1", Operands(1, 2, "text")),
    simple("paste", "-d|--delimiters= -s|--serial -z", FILES),
    simple("join", "-1= -2= -t= -a= -e= -o= -v= -i --header --check-order --nocheck-order -j= -z", files(2, 2)),
    program(
        "sort",
        row(
            "",
            "-[bdfgiMhnRrVcCmsuz] -k|--key= -t|--field-separator= --reverse --numeric-sort --unique --human-numeric-sort --version-sort --ignore-case --stable --general-numeric-sort --month-sort --sort= --check[=] --zero-terminated --ignore-leading-blanks --dictionary-order --parallel=N -S|--buffer-size= --debug --merge",
            FILES,
        ),
        otherwise="sort may write a file",
    ),
    program(
        "uniq",
        row(
            "",
            "-[cdDuiz] --count --repeated --unique --ignore-case --all-repeated[=] --group[=] -f|--skip-fields=N -s|--skip-chars=N -w|--check-chars=N",
            Operands(0, 1, "content"),
        ),
        otherwise="uniq writes its second operand",
    ),
    simple("shuf", "-n|--head-count=N -e|--echo -i|--input-range= -r|--repeat -z", FILES),
    simple("fold fmt expand unexpand", "-w|--width=N -s|--spaces -b|--bytes -c -t -u -p= -# -a -i -t|--tabs=", FILES),
    simple("pr", "-[aBdDeFfhJlmnNorstTwW] -# --columns=N -w=N -l=N", FILES),
    simple(
        "column",
        "-[tnxeRJL] --table -s|--separator= -o|--output-separator= -c|--output-width=N -N|--table-columns= -O|--table-order= -H|--table-hide= -R|--table-right= -E= -T= --json --table-name= -W= -d --table-noheadings",
        FILES,
    ),
    program(
        "diff colordiff",
        row(
            "",
            "-[uqrNwBbiycEsaptdZ0] -# -U|--unified[=] -C|--context[=] -U=N -C=N -W=N -I= -x= --brief --recursive --side-by-side --suppress-common-lines --ignore-all-space --ignore-space-change --ignore-case --ignore-blank-lines --new-file --exclude= --label= --width=N --color[=] --report-identical-files --text --minimal --strip-trailing-cr --normal --no-dereference --left-column",
            files(2, 2),
            lambda use: _diff(use),
        ),
    ),
    simple("sdiff diff3", "-[swbBiadlmEW] -w=N -A -e -x", files(2, 3)),
    simple("look", "-d -f -t=", files(1, 2)),
    simple(
        "csvlook csvcut csvstat csvgrep csvsort mlr xsv",
        "-[cdnrmil] -c= -d= -t -H -K=N --icsv --ojson --opprint --ijson --c2p --c2j",
        FILES,
        lambda use: change("not understood in full") if use.name == "mlr" else None,
    ),
    simple("iconv", "-f|--from-code= -t|--to-code= -l|--list -c -s", FILES),
    simple("dos2unix_info enca isutf8", "", FILES),
    simple(
        "xmllint",
        "--format --noout --xpath= --nonet",
        Operands(1, 20, "content"),
        lambda use: None if use.options.has("--nonet") else change("xmllint may fetch from the network"),
    ),
    simple("yamllint jsonlint shellcheck", "-f|--format= -d= -s|--strict -s= -e= -S= --no-warnings -q -x", SOME_FILES),
    simple("bc", "-l|--mathlib -q|--quiet -s"),
    simple("less more most view", "", WORDS, lambda use: change("needs a terminal; use cat, head or tail")),
    program("vim vi nano emacs ed ex nvim micro joe pico code man info", otherwise="needs a terminal"),
)


def _diff(use: Use) -> Judgement | None:
    recursive = use.options.has("-r", "--recursive")
    return _searches_secrets(use, recursive=recursive, first_is_pattern=False)

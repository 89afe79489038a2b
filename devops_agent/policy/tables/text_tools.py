"""Tools that cut, sort and compare text."""

from devops_agent.policy.judgement import Judgement, change, sensitive
from devops_agent.policy.rows import FILES, SOME_FILES, WORDS, Operands, Use, files, program, row, simple


def _searches_secrets(use: Use, *, recursive: bool, first_is_pattern: bool) -> Judgement | None:
    """A recursive search must stay clear of secrets, and plain operands must not name one."""
    found = use.options.operands[1 if first_is_pattern else 0 :]
    secret = next((word for word in found if use.ground.secret(word)), None)
    if secret:
        return sensitive(f"reads {secret.text}, which may hold secrets")
    if recursive and any(use.ground.holds_secrets(path) for path in [word.literal_start for word in found] or ["."]):
        return sensitive("searches through a folder that holds secrets")
    return None


def _diff(use: Use) -> Judgement | None:
    recursive = use.options.has("-r", "--recursive")
    return _searches_secrets(use, recursive=recursive, first_is_pattern=False)


PROGRAMS = (
    simple(
        "cut",
        "-b|--bytes= -c|--characters= -d|--delimiter= -f|--fields= -n -s|--only-delimited --complement "
        "--output-delimiter= -z",
        FILES,
    ),
    simple("tr", "-[cCdst] --complement --delete --squeeze-repeats --truncate-set1", Operands(1, 2, "text")),
    simple("paste", "-d|--delimiters= -s|--serial -z", FILES),
    simple("join", "-1= -2= -t= -a= -e= -o= -v= -i --header --check-order --nocheck-order -j= -z", files(2, 2)),
    program(
        "sort",
        row(
            "",
            "-[bdfgiMhnRrVcCmsuz] -k|--key= -t|--field-separator= --reverse --numeric-sort --unique "
            "--human-numeric-sort --version-sort --ignore-case --stable --general-numeric-sort --month-sort "
            "--sort= --check[=] --zero-terminated --ignore-leading-blanks --dictionary-order --parallel=N -S|"
            "--buffer-size= --debug --merge",
            FILES,
        ),
        otherwise="sort may write a file",
    ),
    program(
        "uniq",
        row(
            "",
            "-[cdDuiz] --count --repeated --unique --ignore-case --all-repeated[=] --group[=] -f|--skip-fields=N "
            "-s|--skip-chars=N -w|--check-chars=N",
            Operands(0, 1, "content"),
        ),
        otherwise="uniq writes its second operand",
    ),
    simple("shuf", "-n|--head-count=N -e|--echo -i|--input-range= -r|--repeat -z", FILES),
    simple("fold fmt expand unexpand", "-w|--width=N -s|--spaces -b|--bytes -c -t -u -p= -# -a -i -t|--tabs=", FILES),
    simple("pr", "-[aBdDeFfhJlmnNorstTwW] -# --columns=N -w=N -l=N", FILES),
    simple(
        "column",
        "-[tnxeRJL] --table -s|--separator= -o|--output-separator= -c|--output-width=N -N|--table-columns= -O|"
        "--table-order= -H|--table-hide= -R|--table-right= -E= -T= --json --table-name= -W= -d --table-noheadings",
        FILES,
    ),
    program(
        "diff colordiff",
        row(
            "",
            "-[uqrNwBbiycEsaptdZ0] -# -U|--unified[=] -C|--context[=] -U=N -C=N -W=N -I= -x= --brief --recursive "
            "--side-by-side --suppress-common-lines --ignore-all-space --ignore-space-change --ignore-case "
            "--ignore-blank-lines --new-file --exclude= --label= --width=N --color[=] --report-identical-files "
            "--text --minimal --strip-trailing-cr --normal --no-dereference --left-column",
            files(2, 2),
            lambda use: _diff(use),
        ),
    ),
    simple("sdiff diff3", "-[swbBiadlmEW] -w=N -A -e -x", files(2, 3)),
    simple("look", "-d -f -t=", files(1, 2)),
    simple(
        "csvlook csvcut csvstat csvgrep csvsort",
        "-[cdnrmil] -c= -d= -t -H -K=N --icsv --ojson --opprint --ijson --c2p --c2j",
        FILES,
    ),
    program("mlr xsv qsv", otherwise="may write files"),
    simple("iconv", "-f|--from-code= -t|--to-code= -l|--list -c -s", FILES),
    simple("enca isutf8", "", FILES),
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

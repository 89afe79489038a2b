"""The everyday tools of a Unix system that look at files and at the machine."""

from devops_agent.policy.judgement import Judgement, change
from devops_agent.policy.rows import (
    FILES,
    LISTED,
    NONE,
    SOME_FILES,
    WORDS,
    Operands,
    Use,
    files,
    program,
    row,
    simple,
    words,
)

CHECKSUM = (
    "-b|--binary -t|--text -c|--check --tag -w|--warn --quiet --status -z|--zero --strict --ignore-missing -a= -l="
)
DIGEST_TOOLS = "md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum shasum md5"


def _prints_date(use: Use) -> Judgement | None:
    return None if all(text.startswith("+") for text in use.operands) else change("date sets the clock")


PROGRAMS = (
    simple(
        "ls dir vdir exa eza lsd",
        "-[aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ1] -I|--ignore= -w|--width=N -T[=] --all --almost-all "
        "--human-readable --recursive "
        "--reverse --si --size --inode --full-time --group-directories-first --numeric-uid-gid --directory "
        "--classify[=] "
        "--color[=] --sort= --time= --time-style= --format= --hide= --indicator-style= --author --no-group "
        "--dereference "
        "--escape --literal --quote-name --show-control-chars --zero --hyperlink[=] --block-size= --context --git "
        "--icons "
        "--long --tree --level=N --header --dired --kibibytes --oneline",
        LISTED,
    ),
    simple(
        "cat bat batcat",
        "-[AbeEnstTuv] --number --show-all --number-nonblank --show-ends --show-tabs --squeeze-blank --plain "
        "--paging=never --style= --color= -p -l= --language= --line-range=",
        FILES,
    ),
    simple("head", "-# -n|--lines= -c|--bytes= -q|--quiet|--silent -v|--verbose -z", FILES),
    simple(
        "tail",
        "-# -n|--lines= -c|--bytes= -f|--follow[=] -F -q|--quiet|--silent -v|--verbose -r -z --retry --pid=N -s|"
        "--sleep-interval=N --max-unchanged-stats=N",
        FILES,
    ),
    simple("wc", "-c|--bytes -m|--chars -l|--lines -w|--words -L|--max-line-length --total=", FILES),
    simple("nl", "-b= -n= -s= -w=N -v=N -i=N -h= -f= -p -d= -l=N", FILES),
    simple("tac", "-b -r -s=", FILES),
    simple("rev", "-0", FILES),
    simple("stat", "-c|--format= --printf= -f|--file-system -L|--dereference -t|--terse -x -s", LISTED),
    simple("file", "-[bikLhNrs0zZS] --mime --mime-type --mime-encoding --brief --dereference -F= -e=", LISTED),
    simple(
        "readlink realpath",
        "-f|--canonicalize -e|--canonicalize-existing -m|--canonicalize-missing -n|--no-newline -q|--quiet -s|"
        "--silent|--strip|--no-symlinks -v|--verbose -z|--zero --relative-to= --relative-base= -L -P",
        LISTED,
    ),
    simple("basename dirname", "-a|--multiple -s|--suffix= -z|--zero", LISTED),
    simple(DIGEST_TOOLS, CHECKSUM, FILES),
    simple("cmp", "-b|--print-bytes -i|--ignore-initial= -l|--verbose -n|--bytes= -s|--quiet|--silent", files(1, 4)),
    simple("comm", "-1 -2 -3 -[123] --check-order --nocheck-order --output-delimiter= --total -z", files(2, 2)),
    simple(
        "du",
        "-[abcDhHklLmPsSx0] -d|--max-depth=N -t|--threshold= --all --apparent-size --bytes --total --dereference "
        "--human-readable --inodes --si --summarize --one-file-system --exclude= --time[=] --time-style= -B|"
        "--block-size= "
        "--separate-dirs --count-links --null",
        LISTED,
    ),
    simple(
        "df",
        "-[ahHiklmPTv] -B|--block-size= -t|--type= -x|--exclude-type= --all --human-readable --si --inodes "
        "--local --no-sync --output[=] --portability --print-type --total -I -g",
        LISTED,
    ),
    simple(
        "ncdu dust duf",
        "-d=N -n=N --only= --hide= --json --depth=N --all",
        LISTED,
        lambda use: change("needs a terminal") if use.name == "ncdu" else None,
    ),
    simple(
        "tree",
        "-[adfilpsghDFnCNqQrtucUvxSJX] -L=N -P= -I= --dirsfirst --filesfirst --noreport --du --prune "
        "--filelimit=N --matchdirs --ignore-case --sort= --si --charset= --inodes --device --gitignore --noreport",
        LISTED,
    ),
    program(
        "date",
        row(
            "",
            "-u|--utc|--universal -R|--rfc-email -I[=] --iso-8601[=] --rfc-3339= -d|--date= -r|--reference= --debug",
            WORDS,
            _prints_date,
        ),
        otherwise="date may set the clock",
    ),
    simple("cal ncal", "-[13hjmyYsSwBA] -m= -n=N", words(0, 2)),
    program(
        "hostname",
        row("", "-[fiIsdAay] --fqdn --ip-address --all-ip-addresses --short --domain --all-fqdns --long --alias"),
        otherwise="hostname sets the name of the machine",
    ),
    simple("domainname dnsdomainname nisdomainname", "", NONE),
    simple(
        "uname arch nproc",
        "-[asnrvmpio] --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor "
        "--operating-system --ignore=N --hardware-platform",
    ),
    simple("whoami logname tty", "-s --silent --quiet"),
    simple("id groups", "-[uGgnrzaZ] --user --group --groups --name --real --zero", words(0, 5)),
    simple(
        "users who w",
        "-[abdHlmpqrsTtuwhfiVo] --all --boot --heading --short --no-header --ips --from --users --count",
        words(0, 2),
    ),
    simple(
        "last lastb lastlog",
        "-[axFwidRh] -n|--limit=N -# -f=PATH -u= -t= -b=N -s|--since= -p|--present= --until= --time-format= "
        "--fulltimes --hostlast --nohostname --system",
        WORDS,
    ),
    simple("uptime", "-p|--pretty -s|--since"),
    simple(
        "free",
        "-[bkmgthwlvL] --bytes --kilo --mega --giga --tera --human --si --wide --total --kibi --mebi --gibi "
        "--lohi --line --committed -s|--seconds=N -c|--count=N",
    ),
    simple("getconf", "-a -v=", words(0, 2)),
    simple("locale", "-a|--all-locales -m|--charmaps -k|--keyword-name -c|--category-name", WORDS),
    simple("seq", "-f|--format= -s|--separator= -w|--equal-width", words(1, 3)),
    simple("expr", "", WORDS),
    simple("factor primes", "", WORDS),
    simple(
        "numfmt",
        "--to= --from= --suffix= --padding=N --field= --format= --round= --grouping --header[=] -d= --invalid= "
        "--to-unit= --from-unit=",
        WORDS,
    ),
    simple("which whereis", "-a -[bmsu] --all --skip-alias --skip-functions --skip-dot --skip-tilde", WORDS),
    simple("printenv", "-0|--null", words(0, 3), lambda use: None),
    simple(
        "lsattr getfacl", "-[RadlvpcentsS] --omit-header --numeric --absolute-names --skip-base --recursive", LISTED
    ),
    simple("namei", "-[lmnoxv] --long --modes --owners", LISTED),
    simple("pathchk", "-p -P", LISTED),
    simple("lsb_release", "-[aidrcsv] --all --id --description --release --codename --short"),
    simple("mountpoint", "-q -d -x", LISTED),
    simple(
        "findmnt",
        "-[aAbcDdefikJlMnPRrStuUvy] -o|--output= -t|--types= -T|--target= -S|--source= --df --fstab --json --list "
        "--real --pseudo --tree --noheadings --raw --verify --output-all",
        LISTED,
    ),
    program("mount", row("", "-l -v -t= --show-labels --types="), otherwise="mounts a file system"),
    simple(
        "locate mlocate plocate",
        "-[icbewAqrLSP0] --ignore-case --count --basename --limit|-n|-l=N --regex --regexp --existing --statistics",
        WORDS,
    ),
    simple("getent", "-s=", words(1, 20), lambda use: _getent(use)),
    simple("crc32", "", SOME_FILES),
    simple("strings", "-[afowTdn] -n|--bytes=N -t|--radix=d|o|x -e= -# --all --print-file-name", SOME_FILES),
    simple(
        "od",
        "-[abcdfilosxv] -A= -j= -N= -t= -w[=] --address-radix= --skip-bytes= --read-bytes= --format= --width[=]",
        FILES,
    ),
    simple("hexdump hd", "-[bcCdoxv] -n= -s= -e=", FILES),
    program(
        "xxd",
        row("", "-[abeEipuC] -c=N -g=N -l= -s= -o=N -d -n=", Operands(0, 1, "content")),
        otherwise="xxd may write its second operand",
    ),
    simple(
        "base64 base32 basenc",
        "-d|--decode|-D -w|--wrap=N -i|--ignore-garbage --base64 --base64url --base32 --base16",
        Operands(0, 1, "content"),
    ),
    program("yes", otherwise="prints without end"),
    simple("tput", "", WORDS, lambda use: change("changes the terminal")),
    simple("lsns", "-[JlnruW] -o|--output= -p|--task=N -t|--type= --json --list --noheadings --raw", words(0, 1)),
    simple(
        "lslogins lslocks lsipc lsmem lsirq",
        "-[abcefgGHhiJlLmnPprsSuvzqt] -o|--output= -i= --json --list --noheadings --raw --bytes --summary[=] --all -x",
        words(0, 2),
    ),
    simple("lsinitramfs lsinitrd", "-l", words(0, 1)),
    simple("cloc tokei scc", "--by-file --json --yaml --quiet --exclude-dir= --include-lang= --md -f=", LISTED),
)


def _getent(use: Use) -> Judgement | None:
    safe = use.operands[0] in ("passwd", "group", "services", "protocols", "networks", "rpc", "ethers", "aliases")
    if safe or use.operands[0] in ("hosts", "ahosts", "ahostsv4") and use.operands[1:] == ["localhost"]:
        return None
    return change("getent looks up a name on the network, or passwords", "NETWORK")

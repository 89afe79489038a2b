"""Tools that reach other machines. Asking this machine is a read; any other may carry data away, so it asks."""

import re
from urllib.parse import urlsplit

from devops_agent.policy.judgement import Judgement, change
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Operands,
    Use,
    alarm,
    change_alarms,
    destroy_alarms,
    only,
    program,
    row,
    simple,
    words,
)

HERE = frozenset({"localhost", "127.0.0.1", "::1"})


URL = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:[/?#][\w./?=&%+,:;~#*$!'()-]*)?")


CURL = (
    "-[sSfiIvkgNG460#] -m|--max-time= -H|--header= -w|--write-out= -o|--output=/dev/null|- -A|--user-agent= -X|"
    "--request=GET|HEAD "
    "--silent --show-error --fail --include --head --verbose --insecure --compressed --no-progress-meter "
    "--connect-timeout= "
    "--retry=N --retry-delay=N --retry-connrefused --retry-max-time=N --fail-with-body --http1.1 --http2 --ipv4 "
    "--ipv6 --no-buffer "
    "--globoff --progress-bar --url= --max-redirs=0 -r|--range= --path-as-is --tlsv1.2 --tlsv1.3 --http1.0"
)


WGET = (
    "-q|--quiet -O|--output-document=-|/dev/null -S|--server-response --spider -T|--timeout=N -t|--tries=N "
    "--no-check-certificate -nv --no-verbose --max-redirect=0"
)


URLS = Operands(1, 4, "address")


def _is_here(url: str) -> bool:
    """Whether a URL certainly leads to this machine."""
    if not URL.fullmatch(url):
        return False
    parts = urlsplit(url if "://" in url else f"http://{url}")
    return parts.hostname in HERE and parts.username is None


def _only_here(use: Use) -> Judgement | None:
    """Requests to this machine that send nothing and write nothing."""
    urls = [*use.operands, *use.options.values("--url")]
    if not urls or not all(map(_is_here, urls)):
        return change("sends a request to another machine", "NETWORK")
    given = use.options.values("-w", "-H")
    if any("%output" in value or value.startswith("@") for value in given):
        return change("reads or writes a file by a curl option")
    if any(re.search("method|upgrade", value, re.IGNORECASE) for value in given):
        return change("asks the server to take the request for more than a GET")
    return None


def _prints_from_here(use: Use) -> Judgement | None:
    prints = use.options.has("-O", "--spider")
    return _only_here(use) if prints else change("writes what it downloads")


def _names_here(use: Use) -> Judgement | None:
    return None if use.operands and use.operands[0] in HERE else change("sends packets to another machine", "NETWORK")


def _remote_command(use: Use) -> Judgement | None:
    """What ssh runs on the other machine."""
    index = 0
    while index < len(use.texts) and use.texts[index].startswith("-"):
        index += 2 if use.texts[index][1:] in "bcDEeFIiJLlmOopQRSWw" and len(use.texts[index]) == 2 else 1
    rest = use.texts[index + 1 :]
    inner = use.judge_text(" ".join(rest)) if rest else None
    return (
        Judgement(inner.risk, tuple(f"on the other machine: {reason}" for reason in inner.reasons))
        if inner and inner.risk != "READ"
        else None
    )


PROGRAMS = (
    program(
        "curl",
        row("", CURL, URLS, _only_here),
        only("-V"),
        only("-h[=]"),
        otherwise="sends a request to another machine",
        tags="NETWORK",
        alarms=(
            *destroy_alarms({"-X|--request=DELETE|PURGE|delete": "sends DELETE"}),
            *change_alarms("sends data away", "-d|--data*|-F|--form|-T|--upload-file|--data-binary", tag="NETWORK"),
        ),
    ),
    program(
        "wget",
        row("", WGET, words(1, 1), _prints_from_here, after="--max-redirect=0"),
        otherwise="downloads from the network",
        tags="NETWORK",
    ),
    program(
        "http https xh httpie",
        otherwise="sends a request to another machine",
        tags="NETWORK",
        alarms=(alarm("DELETE", "sends DELETE"),),
    ),
    program(
        "ping ping6",
        row("", "-c=N -w=N -W=N -i=N -n -q -4 -6 -D -v -s=N -t=N -A", words(1, 1), _names_here),
        otherwise="sends packets to another machine",
        tags="NETWORK",
    ),
    program(
        "nc ncat netcat",
        row(
            "",
            "-[zvnu46] -w=N",
            words(2, 3),
            lambda use: _names_here(use) if use.options.has("-z") else change("opens a connection", "NETWORK"),
        ),
        otherwise="opens a connection",
        tags="NETWORK",
    ),
    program(
        "dig nslookup host traceroute traceroute6 tracepath mtr whois delv drill kdig dog fping arping nmap masscan "
        "telnet ftp lftp sftp socat tcpdump tshark iperf iperf3 hping3 iftop nethogs ab wrk hey k6 vegeta grpcurl "
        "websocat aria2c lynx links w3m ngrep speedtest speedtest-cli snmpwalk snmpget ldapsearch mail sendmail "
        "mosh rsh",
        otherwise="uses the network",
        tags="NETWORK",
    ),
    program(
        "ssh",
        only("-V"),
        inner=lambda use: _remote_command(use),
        otherwise="runs on another machine",
        tags="NETWORK EXEC",
    ),
    program(
        "ssh-keygen",
        row(
            "",
            "-l -v -f=PATH -E= -F= ",
            NONE,
            lambda use: None if use.options.has("-l", "-F") else change("makes or changes a key"),
        ),
        alarms=destroy_alarms({"-R": "removes a host key"}),
        otherwise="makes or changes a key",
    ),
    program("ssh-add ssh-agent ssh-copy-id", only("-l -L"), otherwise="hands out keys", tags="SENSITIVE"),
    simple("ssh-keyscan", "", WORDS, lambda use: change("reaches another machine", "NETWORK")),
)

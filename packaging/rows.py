"""What is tried of install.sh, and on which machine: each row is a script that must end with 0."""

import shutil
from dataclasses import dataclass

from machines import USER, Machine, home

BARE = Machine("bookworm")
OLD = Machine("bullseye", ("python3", "python3-venv"))
PLAIN = Machine("bookworm", ("python3-venv", "libgomp1"))
NO_LIBGOMP = Machine("bookworm", ("python3-venv",))
NEW = Machine("trixie", ("python3-venv", "libgomp1"))
ARM = Machine("bookworm", ("python3-venv", "libgomp1"), emulated="arm64")
NETWORK = "--network=host"

PRELUDE = r"""
set -eu
export XDG_STATE_HOME=/tmp/state
program=$HOME/.local/bin/devops-agent
which=now
fetch() { curl -fsSL "$RELEASES/$which/latest/download/install.sh"; }
install() { fetch | DEVOPS_AGENT_RELEASES="$RELEASES/$which" bash -s -- "$@"; }
refuses() { if "$@" >/tmp/said 2>&1; then echo "it should have failed" && exit 1; fi; }
said() { grep -qF -- "$1" /tmp/said || { echo "it did not say: $1" && cat /tmp/said && exit 1; }; }
# pip asks rustc for its version, and the rustup that may stand in for it leaves a folder.
traces() { find "$HOME" -mindepth 1 ! -path '*/.rustup*' | sort; }
gone() { traces | diff /tmp/before -; }
work() {
    times >/tmp/times
    awk 'NR == 2 { gsub(/[ms]/, " "); print "note: " int($1 * 60 + $2 + $3 * 60 + $4) " s of CPU time" }' /tmp/times
}
size() { echo "size: $(du -sm "$HOME/.local/share/devops-agent" | cut -f1)"; }
runs() {
    printf '%s\n' '"<tool_call>{\"name\": \"bash\", \"arguments\": {\"command\": \"uname -s\"}}</tool_call>"' \
        '"This is Linux."' >/tmp/script
    answer=$(DEVOPS_AGENT_SCRIPT=/tmp/script "$program" -q --backend scripted "which system is this?" </dev/null)
    [ "$answer" = "This is Linux." ]
}
answers() {
    mkdir -p /tmp/project/src && cd /tmp/project
    printf 'what to do\n' >notes.txt
    head -c 9000 /dev/zero >app.py
    head -c 70000 /dev/zero >server.log
    "$program" "which files here are the largest?" </dev/null >/tmp/answer 2>/tmp/steps || touch /tmp/failed
    cd /
    if [ -e /tmp/failed ] || ! grep -qF server.log /tmp/answer; then cat /tmp/answer /tmp/steps && exit 1; fi
    echo "note: the embedded model answered right"
}
traces >/tmp/before
"""


@dataclass(frozen=True)
class Row:
    """One thing to try. What it prints as `size: MEGABYTES` and `note: TEXT` comes into the table."""

    name: str
    machine: Machine
    script: str
    user: str = USER
    options: tuple[str, ...] = (NETWORK,)


def _small_home(size: str) -> tuple[str, ...]:
    return NETWORK, f"--tmpfs={home(USER)}:size={size},uid=1000"


WHOLE_LIFE = "install; runs; size; install --uninstall; gone"
AFTER_ADVICE = """
    refuses install
    said "hint: sudo apt-get install -y python3 python3-venv libgomp1"
    gone
    apt-get update && apt-get install -y python3 python3-venv libgomp1
    install
    runs
"""
OLD_PYTHON = """
    refuses install
    said "Python 3.10 or newer is needed, and Python 3.9"
    said "hint: install uv"
    gone
"""
MISSING_LIBRARY = """
    install >/tmp/said 2>&1
    said "apt install libgomp1"
    apt-get update && apt-get install -y libgomp1
    answers
"""
REFUSING_PROXY = """
    fetch >/tmp/install.sh
    export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 DEVOPS_AGENT_RELEASES="$RELEASES/now"
    refuses bash /tmp/install.sh
    said "hint: is the proxy right? it is set to http://127.0.0.1:9"
    gone
"""
REFUSING_PROXY_FOR_PACKAGES = """
    export https_proxy=http://127.0.0.1:9 PIP_RETRIES=0
    refuses install
    said "hint: is the proxy right? it is set to http://127.0.0.1:9"
    [ ! -e "$program" ]
"""
CUT_OFF = """
    fetch >/tmp/install.sh
    bytes=$(wc -c </tmp/install.sh)
    for tenth in 0 1 2 3 4 5 6 7 8 9; do
        head -c $((bytes * tenth / 10)) /tmp/install.sh >/tmp/cut.sh
        DEVOPS_AGENT_RELEASES="$RELEASES/now" bash </tmp/cut.sh >/tmp/said 2>&1 || true
        if grep -q '^==>' /tmp/said; then exit 1; fi
        gone
    done
"""
FULL_DISK = """
    refuses install
    said "MB free, and"
    gone
"""
FILLING_DISK = r"""
    mkdir /tmp/bin
    printf '#!/bin/sh\necho; echo x 1 1 9999999 1%% /\n' >/tmp/bin/df
    chmod +x /tmp/bin/df
    PATH=/tmp/bin:$PATH
    refuses install
    said "hint: the disk is full"
    [ ! -e "$program" ]
"""
UPGRADE = """
    install
    before=$("$program" --version)
    which=next
    install
    [ "$("$program" --version)" != "$before" ]
    [ "$(ls "$HOME/.local/share/devops-agent/versions" | wc -l)" = 1 ]
    runs
    size
    install --uninstall
    gone
"""
FAILED_UPGRADE = """
    install
    before=$("$program" --version)
    which=broken
    refuses install
    said "the installed one stays"
    [ "$("$program" --version)" = "$before" ]
    runs
"""
NOT_ON_PATH = """
    export PATH=/usr/bin:/bin SHELL=/bin/bash
    install >/tmp/said
    said "is not on your PATH"
    eval "$(grep -o "echo 'export.*" /tmp/said)"
    bash -ic 'devops-agent --version'
"""
OFFLINE = """
    bash /bundle/install.sh --offline /bundle/*.tar.gz
    answers
    "$program" doctor --offline
    size
    bash /bundle/install.sh --uninstall
    gone
"""
FIRST_ANSWER = "apt-get install -y python3 python3-venv libgomp1; install; answers; size; work"
UNCACHED_ANSWER = f"apt-get update; {FIRST_ANSWER}"
CACHED = (NETWORK, "CACHES")

WARM_UP = Row("filling the caches", BARE, UNCACHED_ANSWER, "root", CACHED)
ROWS = [
    Row("Python 3.11 of the system (PEP 668), as a user: install, run, uninstall leaves nothing", PLAIN, WHOLE_LIFE),
    Row("the same as root", PLAIN, WHOLE_LIFE, "root"),
    Row("Python 3.13: install, run, uninstall leaves nothing", NEW, WHOLE_LIFE),
    Row(
        "uv in place of pip: install, run, uninstall leaves nothing",
        PLAIN,
        WHOLE_LIFE,
        options=(NETWORK, f"--volume={shutil.which('uv')}:/usr/local/bin/uv:ro"),
    ),
    Row(
        "arm64: install, run, answer, uninstall leaves nothing",
        ARM,
        "install; runs; answers; size; install --uninstall; gone",
    ),
    Row("no Python: says what to install, and works after that", BARE, AFTER_ADVICE, "root"),
    Row("Python 3.9: says so, and leaves nothing", OLD, OLD_PYTHON),
    Row("no libgomp1: installs, says what is missing, and answers after that", NO_LIBGOMP, MISSING_LIBRARY, "root"),
    Row(
        "no libgomp1 and --embedded-only: fails with what is missing",
        NO_LIBGOMP,
        'refuses install --embedded-only; said "apt install libgomp1"',
    ),
    Row("a proxy that refuses all: named, and nothing is left", PLAIN, REFUSING_PROXY),
    Row("a proxy that refuses the packages: named, and nothing runs", PLAIN, REFUSING_PROXY_FOR_PACKAGES),
    Row("a script cut off at every tenth of its bytes: runs nothing", PLAIN, CUT_OFF),
    Row("20 MB of disk: refused before anything is done", PLAIN, FULL_DISK, options=_small_home("20m")),
    Row("a disk that fills up on the way: says so, and nothing runs", PLAIN, FILLING_DISK, options=_small_home("90m")),
    Row("run again: upgrades, and keeps one version", PLAIN, UPGRADE),
    Row("a release that does not run: the old one stays", PLAIN, FAILED_UPGRADE),
    Row("PATH without ~/.local/bin: told for bash, and what is told works", PLAIN, NOT_ON_PATH),
    Row(
        "a bundle, without a network: installs, answers, reaches out to nobody, uninstalls",
        PLAIN,
        OFFLINE,
        options=("--network=none", "BUNDLE"),
    ),
    Row(
        "bare container to first answer in two commands, nothing cached",
        BARE,
        UNCACHED_ANSWER,
        "root",
    ),
    Row(
        "bare container to first answer in two commands, packages cached",
        BARE,
        FIRST_ANSWER,
        "root",
        options=CACHED,
    ),
]

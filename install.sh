#!/usr/bin/env bash
# Installs devops-agent for the current user, upgrades it, and takes it away again: see --help.
# Only functions are defined until the last line has arrived, so a download that was cut off does nothing.
# It has to run in bash 3.2, which is what macOS ships.
# Functions are also called by trap and by run_logged, and ps is read only where there is no /proc:
# shellcheck disable=SC2317,SC2329,SC2009

usage() {
    cat <<'END'
Usage: install.sh [OPTIONS]      or: curl -fsSL URL/install.sh | bash -s -- [OPTIONS]

Installs devops-agent into an environment of its own, or upgrades it. No package of the system is touched.
Run from a clone it installs the clone, else the newest release.

  --version X        this release in place of the newest
  --prefix DIR       install below DIR in place of ~/.local
  --embedded-only    the built-in model alone: say nothing of Ollama, and fail if the engine cannot run here
  --with-ollama      install Ollama too unless it is there, start it, and fetch the fine-tuned model
  --model NAME       fetch this model into Ollama in place of the fine-tuned one
  --offline BUNDLE   install from a bundle (a .tar.gz, or the folder it holds) and use no network
  --yes              ask nothing
  --uninstall        remove what was installed; settings, rules, history and sessions stay
  --help             this text

DEVOPS_AGENT_RELEASES names another place of releases, DEVOPS_AGENT_PYTHON another Python. The settings of curl, pip
and uv (HTTPS_PROXY, PIP_INDEX_URL, pip.conf, UV_DEFAULT_INDEX …) count as always.
END
}

settings() {
    set -euo pipefail
    umask 022
    releases="${DEVOPS_AGENT_RELEASES:-https://github.com/OWNER/devops-agent/releases}"
    ollama_releases="${DEVOPS_AGENT_OLLAMA_RELEASES:-https://github.com/ollama/ollama/releases}"
    needed_megabytes=400
    own_model=qwen3-devops
    wanted_version="" prefix="" embedded_only="" with_ollama="" model="" bundle="" yes="" uninstall=""
    new="" activated="" locked="" created="" log="" source_folder=""
}

main() {
    settings
    read_options "$@"
    name_places
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ -n "$uninstall" ]; then
        take_away
    else
        check_machine
        choose_python
        explain
        install_or_upgrade
        finish
    fi
}

say() { printf '%s\n' "$*"; }

step() { printf '==> %s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$1" >&2
    [ -z "${2:-}" ] || printf 'hint: %s\n' "$2" >&2
    exit "${3:-1}"
}

have() { command -v "$1" >/dev/null 2>&1; }

at_terminal() { (: </dev/tty) >/dev/null 2>&1; }

# ask QUESTION ANSWER: the answer is what an empty line means; without a terminal it is no.
ask() {
    local reply
    [ -z "$yes" ] || return 0
    at_terminal || return 1
    printf '%s ' "$1" >/dev/tty
    read -r reply </dev/tty || reply=n
    case "${reply:-$2}" in [yY]*) return 0 ;; *) return 1 ;; esac
}

read_options() {
    while [ $# -gt 0 ]; do
        case "$1" in
            --version | --prefix | --model | --offline)
                [ -n "${2:-}" ] || fail "$1 needs a value" "see install.sh --help" 2
                case "$1" in
                    --version) wanted_version="${2#v}" ;;
                    --prefix) prefix="$2" ;;
                    --model) model="$2" ;;
                    --offline) bundle="$2" ;;
                esac
                shift
                ;;
            --embedded-only) embedded_only=1 ;;
            --with-ollama) with_ollama=1 ;;
            --yes | -y) yes=1 ;;
            --uninstall) uninstall=1 ;;
            --help | -h) usage && exit 0 ;;
            *) fail "there is no option $1" "see install.sh --help" 2 ;;
        esac
        shift
    done
    check_options
}

check_options() {
    case "$wanted_version" in *[!0-9A-Za-z.+]*) fail "'$wanted_version' is no version" "for example: --version 1.2.0" 2 ;; esac
    if [ -n "$embedded_only" ] && [ -n "$with_ollama$model" ]; then
        fail "--embedded-only goes with neither --with-ollama nor --model" "leave one of them out" 2
    fi
    if [ -n "$bundle" ] && [ -n "$with_ollama$model$wanted_version" ]; then
        fail "--offline takes what is in the bundle: no --with-ollama, --model or --version" "leave them out" 2
    fi
}

name_places() {
    [ -n "${HOME:-}" ] || fail "HOME is not set" "run it as the user who will use the program"
    if [ -z "$prefix" ] && [ "$(id -u)" = 0 ] && [ ! -O "$HOME" ]; then
        fail "$HOME belongs to another user than the one who runs this" "run it without sudo, or with --prefix DIR"
    fi
    prefix="${prefix:-$HOME/.local}"
    case "$prefix" in /*) ;; *) prefix="$PWD/$prefix" ;; esac
    home="$prefix/share/devops-agent"
    program="$prefix/bin/devops-agent"
    current="$home/current"
    manifest="$home/manifest"
    cache="${XDG_CACHE_HOME:-$HOME/.cache}/devops-agent"
    downloads="$cache/install"
    work=$(mktemp -d) || fail "no temporary folder can be made" "free some space, or set TMPDIR to a folder with some"
    log="$work/log"
}

# Runs at every end. What was begun and not finished goes, with the folders that were made for it.
clean_up() {
    local code=$?
    if [ -n "$new" ] && [ -z "$activated" ]; then rm -rf "$new"; fi
    [ -z "$locked" ] || rm -rf "$home/lock"
    if [ "$code" -ne 0 ] && [ ! -L "$current" ]; then
        printf '%s' "$created" >>"$work/created"
        remove_empty "$work/created"
    fi
    rm -rf "$work"
    exit "$code"
}

# make_folder DIR: remembers each folder that was not there before, the innermost first.
make_folder() {
    local folder="$1" missing=""
    while [ ! -d "$folder" ] && [ "$folder" != / ]; do
        missing="$missing$folder"$'\n'
        folder=$(dirname "$folder")
    done
    mkdir -p "$1" || fail "the folder $1 cannot be made" "choose a place that you may write to: --prefix DIR"
    created="$missing$created"
}

# remove_empty FILE: removes the folders that it names, where they are empty.
remove_empty() {
    local folder
    while IFS= read -r folder; do
        [ -z "$folder" ] || rmdir "$folder" 2>/dev/null || true
    done <"$1"
}

check_machine() {
    local system machine
    system=$(uname -s)
    machine=$(uname -m)
    case "$system" in
        Linux | Darwin) ;;
        MINGW* | MSYS* | CYGWIN*) fail "Windows is not supported" "install it inside WSL: wsl --install" ;;
        *) fail "$system is not supported" "devops-agent runs on Linux and macOS, on x86-64 and arm64" ;;
    esac
    case "$machine" in
        x86_64 | amd64) architecture=amd64 ;;
        aarch64 | arm64) architecture=arm64 ;;
        *) fail "$machine is not supported" "devops-agent runs on x86-64 and arm64" ;;
    esac
    if [ "$system" = Linux ] && ! has_glibc; then
        fail "this Linux has no glibc, and the model engine is not built for musl" "use the container image"
    fi
    platform="$(printf %s "$system" | tr '[:upper:]' '[:lower:]')"
    have sha256sum || have shasum || have openssl || fail "there is no sha256sum" "install coreutils"
    check_space
    check_link
}

has_glibc() {
    local loader
    for loader in /lib/ld-musl-*; do
        if [ -e "$loader" ] && ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then return 1; fi
    done
}

check_space() {
    local folder="$home" free
    while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
    [ "${free:-0}" -ge "$needed_megabytes" ] || fail "$folder has $free MB free, and $needed_megabytes MB are needed" \
        "free some space, or install elsewhere: --prefix DIR"
}

check_link() {
    if [ -L "$program" ] && [ "$(readlink "$program")" = "$current/bin/devops-agent" ]; then return; fi
    if [ -e "$program" ] || [ -L "$program" ]; then
        fail "$program exists and is not from this installer" "remove it, or install elsewhere: --prefix DIR"
    fi
}

# uv where it is there, unless pip was told of another index: uv does not read pip's settings.
choose_python() {
    if [ -n "${DEVOPS_AGENT_PYTHON:-}" ] && ! is_new_enough "$DEVOPS_AGENT_PYTHON"; then
        fail "DEVOPS_AGENT_PYTHON names $DEVOPS_AGENT_PYTHON, which does not run or is older than Python 3.10" \
            "name another one, or unset it to let the installer look for one"
    fi
    tool=pip python=$(find_python) old_python=""
    [ -n "$python" ] || ! has_python3 || old_python=$(python3 --version 2>&1) || old_python="one that does not run"
    if have uv && { [ -z "$python" ] || ! pip_has_settings; }; then
        tool=uv
    elif [ -z "$python" ]; then
        fail "Python 3.10 or newer is needed${old_python:+, and $old_python is here}" "$(python_advice)"
    elif ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        fail "$python cannot make environments" "$(venv_advice)"
    fi
}

# What macOS has in place of a python3 opens a window that offers to install one.
has_python3() {
    have python3 || return 1
    [ "$platform" != darwin ] || [ "$(command -v python3)" != /usr/bin/python3 ] || xcode-select -p >/dev/null 2>&1
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in ${DEVOPS_AGENT_PYTHON:+"$DEVOPS_AGENT_PYTHON"} python3 python3.13 python3.12 python3.11 python3.10; do
        [ "$candidate" != python3 ] || has_python3 || continue
        if is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
}

pip_has_settings() {
    local file
    [ -z "${PIP_INDEX_URL:-}${PIP_EXTRA_INDEX_URL:-}${PIP_FIND_LINKS:-}" ] || return 0
    for file in "${PIP_CONFIG_FILE:-}" /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" \
        "$HOME/Library/Application Support/pip/pip.conf"; do
        if [ -f "$file" ] && grep -qE '^ *(extra-)?index-url|^ *find-links' "$file"; then return 0; fi
    done
    return 1
}

python_advice() {
    local uv_line="install uv, which fetches one of its own: https://docs.astral.sh/uv"
    if have brew; then
        say "brew install python, or $uv_line"
    elif have dnf; then
        say "sudo dnf install -y python3${old_python:+.12} libgomp, or $uv_line"
    elif have apt-get && [ -z "$old_python" ]; then
        say "sudo apt-get install -y python3 python3-venv libgomp1, or $uv_line"
    else
        say "$uv_line"
    fi
}

venv_advice() {
    local package
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if have apt-get; then say "sudo apt-get install -y $package"; else say "install Python's venv module"; fi
}

explain() {
    find_source
    say "This installs devops-agent for $(id -un), from ${source_words}:"
    say "  $home    the program, about 200 MB, in an environment made with $tool"
    say "  $program    the command"
    if [ -n "$with_ollama" ]; then say "  Ollama, unless it is there, and the model ${model:-$own_model}: 1 to 2 GB more"; fi
    say "Take it away again with: install.sh --uninstall${prefix_words:-}"
    if [ -z "$yes" ] && at_terminal; then
        ask "Go on? [Y/n]" y || fail "nothing was installed"
    fi
}

find_source() {
    local folder
    folder=$(dirname "${BASH_SOURCE[0]:-/nowhere/install.sh}")
    [ "$prefix" = "$HOME/.local" ] || prefix_words=" --prefix $prefix"
    if [ -n "$bundle" ]; then
        source_kind=bundle source_words="the bundle $bundle"
    elif [ -z "$wanted_version" ] && [ -f "$folder/pyproject.toml" ] && [ -f "$folder/devops_agent/__init__.py" ]; then
        source_folder=$(cd "$folder" && pwd)
        source_kind=clone source_words="the clone $source_folder"
    else
        case "$releases" in *OWNER*)
            fail "this copy of install.sh names no place of releases" "take a release's own, or set DEVOPS_AGENT_RELEASES"
            ;;
        esac
        source_kind=release source_words="${wanted_version:-the newest release} at $releases"
    fi
}

digest_of() {
    [ -f "$1" ] || return 0
    if have sha256sum; then
        sha256sum "$1"
    elif have shasum; then
        shasum -a 256 "$1"
    else
        openssl dgst -sha256 -r "$1"
    fi | cut -d' ' -f1
}

# listed_digest LIST NAME: what a list in the form of sha256sum says of a file.
listed_digest() {
    awk -v name="$2" '{ sub(/^[*.\/]+/, "", $2) } $2 == name { print $1; exit }' "$1"
}

# transfer URL FILE: goes on where an earlier try stopped.
transfer() {
    local quiet="-sS" code=0 errors="$log.transfer"
    if [ -t 2 ]; then quiet="--progress-bar" errors=/dev/stderr; fi
    if have curl; then
        curl -fL $quiet --retry 3 --connect-timeout 20 -C - -o "$2" "$1" </dev/null 2>"$errors" || code=$?
    elif have wget; then
        wget -q -c --tries=3 --timeout=20 -O "$2" "$1" </dev/null 2>"$errors" || code=$?
    else
        fail "there is neither curl nor wget" "install one of them"
    fi
    return "$code"
}

fetch() {
    local code=0
    transfer "$1" "$2" || code=$?
    if [ "$code" -ne 0 ] && [ -f "$2" ]; then
        case "$code" in 22 | 33 | 36) rm -f "$2" && code=0 && { transfer "$1" "$2" || code=$?; } ;; esac
    fi
    [ "$code" -eq 0 ] || fail "cannot fetch $1: $(reason_of "$code")" "$(network_advice "$code")"
}

reason_of() { tail -n 1 "$log.transfer" 2>/dev/null | grep . || say "error $1"; }

network_advice() {
    local proxy="${HTTPS_PROXY:-${https_proxy:-${ALL_PROXY:-${all_proxy:-${http_proxy:-}}}}}"
    if [ "$1" = 22 ] || [ "$1" = 8 ]; then say "is there such a release? see $releases" && return; fi
    if [ "$1" = 23 ]; then say "is the disk full? what has arrived is kept" && return; fi
    if [ -n "$proxy" ]; then say "is the proxy right? it is set to $proxy" && return; fi
    say "check the network and run it again: it goes on where it stopped; or use --offline BUNDLE"
}

# fetch_checked BASE LIST NAME: the file of a release lies in $downloads when its digest is the listed one.
fetch_checked() {
    local expected file="$downloads/$3"
    expected=$(listed_digest "$2" "$3")
    [ -n "$expected" ] || fail "the list of digests does not name $3" "report this release as broken"
    [ "$(digest_of "$file")" != "$expected" ] || return 0
    step "Fetching $3"
    if [ -f "$file" ]; then
        fetch "$1/$3" "$file"
        [ "$(digest_of "$file")" != "$expected" ] || return 0
        rm -f "$file"
    fi
    fetch "$1/$3" "$file"
    [ "$(digest_of "$file")" = "$expected" ] && return
    rm -f "$file"
    fail "$3 arrived damaged: its SHA-256 is not the listed one" "run it again; if it stays so, do not install it"
}

# Each source leaves $version, $lock, and $wheel unless it is yet to be built.
get_release() {
    local base="$releases/latest/download"
    [ -z "$wanted_version" ] || base="$releases/download/v$wanted_version"
    make_folder "$downloads"
    fetch "$base/SHA256SUMS" "$work/SHA256SUMS"
    name_wheel "$work/SHA256SUMS"
    if [ "${wanted_version:-$version}" != "$version" ]; then
        fail "the release $wanted_version holds $version" "report this release as broken"
    fi
    fetch_checked "$base" "$work/SHA256SUMS" requirements.lock
    fetch_checked "$base" "$work/SHA256SUMS" "$wheel_name"
    lock="$downloads/requirements.lock" wheel="$downloads/$wheel_name"
}

name_wheel() {
    wheel_name=$(awk '{ sub(/^[*.\/]+/, "", $2) } $2 ~ /^devops_agent-[0-9A-Za-z.+]+-py3-none-any\.whl$/ { print $2 }' "$1")
    case "$wheel_name" in
        "" | *$'\n'*) fail "the list of digests names no single wheel of devops-agent" "report this release as broken" ;;
    esac
    version="${wheel_name#devops_agent-}"
    version="${version%%-*}"
}

get_bundle() {
    local folder="$bundle" list expected
    if [ -f "$bundle" ]; then
        list="$(dirname "$bundle")/SHA256SUMS"
        expected=$(listed_digest "$list" "$(basename "$bundle")" 2>/dev/null) || true
        if [ -n "$expected" ] && [ "$expected" != "$(digest_of "$bundle")" ]; then
            fail "$bundle is damaged: its SHA-256 is not the one in $list" "fetch the bundle again"
        fi
        step "Unpacking the bundle"
        tar -xzf "$bundle" -C "$work" 2>"$log" || fail "$bundle cannot be unpacked: $(tail -n 1 "$log")" \
            "fetch the bundle again, and see that there is space in ${TMPDIR:-/tmp}"
        folder=$(echo "$work"/devops-agent-*)
    fi
    if [ -z "$(listed_digest "$folder/SHA256SUMS" requirements.lock 2>/dev/null)" ]; then
        fail "$bundle is no bundle of devops-agent" "make one with: make bundle"
    fi
    check_bundle "$folder"
    name_wheel "$folder/SHA256SUMS"
    lock="$folder/requirements.lock" wheel="$folder/$wheel_name" wheels="$folder/wheels"
}

check_bundle() {
    local digest name
    while read -r digest name; do
        [ "$(digest_of "$1/${name#\*}")" = "$digest" ] || fail "${name#\*} in the bundle is damaged or missing" \
            "fetch the bundle again"
    done <"$1/SHA256SUMS"
}

get_clone() {
    version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$source_folder/devops_agent/__init__.py")
    lock="$source_folder/requirements.lock" wheel=""
}

install_or_upgrade() {
    wheels=""
    make_folder "$home/versions"
    make_folder "$prefix/bin"
    take_lock
    "get_$source_kind"
    if [ -L "$current" ]; then step "Upgrading to $version"; else step "Installing $version"; fi
    make_environment
    install_packages
    [ -n "$wheel" ] || build_wheel
    run_logged install_command --no-deps --no-index "$wheel"
    remove_tools
    check_new
    switch_over
    remember
}

take_lock() {
    local owner
    if ! mkdir "$home/lock" 2>/dev/null; then
        owner=$(cat "$home/lock/pid" 2>/dev/null || true)
        if [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null; then
            fail "another installation is running (process $owner)" "wait for it to end"
        fi
        mkdir -p "$home/lock"
    fi
    locked=1
    echo $$ >"$home/lock/pid"
}

# A cache that the user has is used; else one that goes when all is done.
prepare_tools() {
    local default="${XDG_CACHE_HOME:-$HOME/.cache}"
    unset PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_ROOT
    [ -n "${PIP_CACHE_DIR:-}" ] || [ -d "$default/pip" ] || [ -d "$HOME/Library/Caches/pip" ] || export PIP_CACHE_DIR="$downloads/pip"
    [ -n "${UV_CACHE_DIR:-}" ] || [ -d "$default/uv" ] || export UV_CACHE_DIR="$downloads/uv"
    [ -n "${UV_PYTHON_INSTALL_DIR:-}" ] || [ -d "$HOME/.local/share/uv/python" ] || export UV_PYTHON_INSTALL_DIR="$home/python"
    export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
}

make_environment() {
    prepare_tools
    make_folder "$downloads"
    new=$(mktemp -d "$home/versions/$version.XXXXXX")
    chmod 755 "$new"
    if [ "$tool" = uv ]; then
        run_logged uv venv --quiet --allow-existing --python "${python:->=3.10}" "$new"
    else
        run_logged "$python" -m venv "$new"
    fi
}

install_packages() {
    step "Installing the packages it needs, each checked against its hash"
    set -- --only-binary :all: --require-hashes --requirement "$lock"
    [ -z "$wheels" ] || set -- --no-index --find-links "$wheels" "$@"
    run_logged install_command "$@"
}

install_command() {
    if [ "$tool" = uv ]; then
        uv pip install --python "$new/bin/python" "$@"
    else
        "$new/bin/python" -m pip install --no-compile "$@"
    fi
}

run_logged() {
    "$@" >"$log" 2>&1 </dev/null || explain_failure
}

explain_failure() {
    local hint="the lines above are from $tool; run it again, or report them" reach
    reach='proxyerror|connectionerror|connection (refused|reset|broken|aborted)|failed to (connect|fetch|resolve)|error sending'
    reach="$reach|temporary failure|timed out|from versions: none"
    grep -v '^ *$' "$log" | tail -n 8 >&2 || true
    if grep -qi 'no space left\|quota exceeded' "$log"; then
        hint="the disk is full: free some space, or install elsewhere with --prefix DIR"
    elif grep -qi 'do not match the hashes\|hash mismatch' "$log"; then
        hint="a package is not the one that was tested: check the index that $tool uses, and do not install it"
    elif grep -qi 'certificate' "$log"; then
        hint="the index shows a certificate that is not trusted here: name yours in PIP_CERT for pip, SSL_CERT_FILE for uv"
    elif grep -qiE "$reach" "$log"; then
        hint=$(network_advice 0)
    fi
    fail "the packages could not be installed" "$hint"
}

# The clone stays as it is: what building leaves behind is left in a copy.
build_wheel() {
    step "Building the wheel of the clone"
    mkdir -p "$work/source/docs"
    cp -R "$source_folder"/{devops_agent,pyproject.toml,README.md,LICENSE} "$work/source"
    cp "$source_folder"/docs/*.1 "$work/source/docs"
    awk '/^setuptools==/ { on = 1 } on { print } on && !/\\$/ { exit }' "$source_folder/requirements-dev.lock" >"$work/build.lock"
    run_logged install_command --target "$work/build" --require-hashes --requirement "$work/build.lock"
    (cd "$work/source" && PYTHONPATH="$work/build" run_logged "$new/bin/python" -c \
        'import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])' "$work")
    wheel=$(echo "$work"/devops_agent-*.whl)
}

# Neither is needed to run, and they are a tenth of the size.
remove_tools() {
    [ "$tool" = uv ] || "$new/bin/python" -m pip uninstall --quiet --yes setuptools pip >/dev/null 2>&1 || true
}

# What this loads is compiled by it, and nothing else: that is faster than compiling all, and takes less space.
check_new() {
    step "Checking that it runs"
    "$new/bin/python" -c 'import devops_agent.agent' >"$log" 2>&1 || refuse_new
    "$new/bin/devops-agent" --version >"$log" 2>&1 </dev/null || refuse_new
    grep -qxF "devops-agent $version" "$log" || refuse_new
}

refuse_new() {
    local kept=""
    tail -n 5 "$log" >&2
    [ ! -L "$current" ] || kept="; the installed one stays"
    fail "the new version does not run${kept}" "report the lines above, or install another with --version X"
}

# point LINK TARGET: in one step, also where the link exists.
point() {
    "$new/bin/python" - "$1" "$2" <<'END'
import os, sys
link, target = sys.argv[1:]
if os.path.lexists(link + ".new"):
    os.unlink(link + ".new")
os.symlink(target, link + ".new")
os.replace(link + ".new", link)
END
}

switch_over() {
    local old=""
    [ ! -L "$current" ] || old=$(readlink "$current")
    point "$current" "$new"
    point "$program" "$current/bin/devops-agent"
    if ! "$program" --version >"$log" 2>&1 </dev/null; then
        if [ -n "$old" ]; then point "$current" "$old"; else rm -f "$current" "$program"; fi
        refuse_new
    fi
    activated=1
    remove_old
}

remove_old() {
    local folder
    for folder in "$home"/versions/*; do
        [ "$folder" != "$new" ] || continue
        if in_use "$folder"; then say "kept while it runs: $folder (the next upgrade removes it)"; else rm -rf "$folder"; fi
    done
}

in_use() {
    printf '%s/' "$1" >"$work/pattern"
    if [ -d /proc/self ]; then
        grep -qsaFf "$work/pattern" /proc/[0-9]*/cmdline
    else
        ps -A -o command= | grep -qFf "$work/pattern"
    fi
}

# The manifest names what lies outside of $home, links and files first and then folders, for --uninstall.
remember() {
    local page="share/man/man1/devops-agent.1"
    add_file "$program"
    if [ -f "$current/$page" ]; then
        make_folder "$prefix/share/man/man1"
        point "$prefix/$page" "$current/$page"
        add_file "$prefix/$page"
    fi
    note_folders
    rm -rf "$downloads"
    rmdir "$cache" 2>/dev/null || true
}

note_folders() {
    printf '%s' "$created" >>"$manifest"
    created=""
}

add_file() {
    grep -qsxF "file $1" "$manifest" || printf 'file %s\n' "$1" >>"$manifest"
}

finish() {
    offer_completions
    if [ -n "$with_ollama$model" ]; then set_up_ollama; fi
    path_advice
    if is_ready; then
        step "Done: $("$program" --version). Try: devops-agent \"which files here are the largest?\""
    else
        say_what_is_missing
    fi
}

completion_file() {
    case "$1" in
        bash) say "$prefix/share/bash-completion/completions/devops-agent" ;;
        zsh) say "$prefix/share/zsh/site-functions/_devops-agent" ;;
        fish) say "$prefix/share/fish/vendor_completions.d/devops-agent.fish" ;;
    esac
}

offer_completions() {
    local shell file
    shell=$(basename "${SHELL:-sh}")
    file=$(completion_file "$shell")
    [ -n "$file" ] || return 0
    if grep -qsxF "file $file" "$manifest" || ask "Install completions for $shell into $file? [y/N]" n; then
        make_folder "$(dirname "$file")"
        "$program" completion "$shell" >"$file" && add_file "$file"
        note_folders
        say "completions for $shell: $file"
        [ "$shell" != zsh ] || say "  zsh finds them with this line before compinit in ~/.zshrc: fpath+=($(dirname "$file"))"
    else
        say "completions: devops-agent completion $shell"
    fi
}

is_ready() {
    local backend=""
    [ -z "$embedded_only" ] || backend="--backend=embedded"
    XDG_STATE_HOME="$work/state" "$program" $backend doctor >"$work/doctor" 2>&1 </dev/null
}

# Without a network, or a model elsewhere, what is missing fails the installation; else a server may yet be started.
say_what_is_missing() {
    local next="do what the lines above say, then: devops-agent doctor"
    awk '/^[^ ]/ { on = /^fail/ } on' "$work/doctor"
    if grep -q 'libgomp' "$work/doctor"; then next="$(library_advice), then: devops-agent doctor"; fi
    [ -z "$embedded_only$bundle" ] || fail "it is installed, but not ready: no task can be done yet" "$next"
    step "Installed, but not ready: $next"
}

library_advice() {
    local package=libgomp1 tool="apt-get install -y"
    if have dnf; then package=libgomp tool="dnf install -y"; fi
    say "this machine needs the package $package, which neither a release nor a bundle brings: sudo $tool $package"
}

path_advice() {
    local line="export PATH=\"$prefix/bin:\$PATH\"" file
    case ":$PATH:" in *":$prefix/bin:"*) return ;; esac
    case "$(basename "${SHELL:-sh}")" in
        fish) say "$prefix/bin is not on your PATH; put it there with: fish_add_path $prefix/bin" && return ;;
        zsh) file="$HOME/.zshrc" ;;
        bash) if [ "$platform" = darwin ]; then file="$HOME/.bash_profile"; else file="$HOME/.bashrc"; fi ;;
        *) file="$HOME/.profile" ;;
    esac
    say "$prefix/bin is not on your PATH; put it there with:"
    say "  echo '$line' >>$file && $line"
}

set_up_ollama() {
    if ! have ollama; then
        [ -n "$with_ollama" ] || fail "there is no ollama to fetch $model into" "add --with-ollama, or leave --model out"
        install_ollama
    fi
    ollama list >/dev/null 2>&1 </dev/null || start_ollama
    step "Fetching the model ${model:-$own_model}"
    if [ "${model:-$own_model}" = "$own_model" ]; then
        "$program" model install </dev/null || fail "the model was not fetched" "go on later with: devops-agent model install"
    else
        ollama pull "$model" </dev/null || fail "the model was not fetched" "go on later with: ollama pull $model"
        say "use it with: devops-agent --model $model"
    fi
}

install_ollama() {
    local base="$ollama_releases/latest/download" name=""
    step "Installing Ollama into $home/ollama"
    make_folder "$downloads"
    fetch "$base/sha256sum.txt" "$work/ollama-digests"
    for name in "ollama-$platform-$architecture.tar.zst" "ollama-$platform-$architecture.tgz" "ollama-$platform.tgz"; do
        [ -z "$(listed_digest "$work/ollama-digests" "$name")" ] || break
    done
    case "$name" in *.zst) have zstd || fail "zstd is needed to unpack Ollama" "install the package zstd, and run it again" ;; esac
    fetch_checked "$base" "$work/ollama-digests" "$name"
    unpack_ollama "$downloads/$name"
    rm -f "$downloads/$name"
    make_folder "$prefix/bin"
    ln -s "$(find "$home/ollama" -type f -name ollama | head -n 1)" "$prefix/bin/ollama"
    add_file "$prefix/bin/ollama"
    PATH="$prefix/bin:$PATH"
}

unpack_ollama() {
    mkdir -p "$home/ollama"
    case "$1" in
        *.zst) zstd -dcq "$1" | tar -xf - -C "$home/ollama" ;;
        *) tar -xzf "$1" -C "$home/ollama" ;;
    esac || fail "Ollama could not be unpacked" "free some space, and run it again"
    [ -n "$(find "$home/ollama" -type f -name ollama)" ] || fail "there is no ollama in $1" "install it from https://ollama.com"
}

start_ollama() {
    local tries=0
    step "Starting Ollama (later: ollama serve)"
    nohup ollama serve >"$home/ollama.log" 2>&1 </dev/null &
    echo $! >"$home/ollama.pid"
    until ollama list >/dev/null 2>&1 </dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || fail "Ollama does not start: see $home/ollama.log" "start it with: ollama serve"
        sleep 0.5
    done
}

stop_ollama() {
    local process tries=0
    process=$(cat "$home/ollama.pid" 2>/dev/null) || return 0
    if { tr '\0' ' ' <"/proc/$process/cmdline" || ps -p "$process" -o command=; } 2>/dev/null | grep -q 'ollama serve'; then
        kill "$process" 2>/dev/null || return 0
        while kill -0 "$process" 2>/dev/null && [ "$tries" -lt 50 ]; do
            sleep 0.1
            tries=$((tries + 1))
        done
    fi
}

take_away() {
    local line folders="$work/folders"
    if [ ! -d "$home" ]; then
        say "There is nothing to remove: $home does not exist."
        return
    fi
    if [ -z "$yes" ] && at_terminal; then
        ask "Remove $program and $home? [Y/n]" y || fail "nothing was removed"
    fi
    stop_ollama
    : >"$folders"
    while IFS= read -r line; do
        case "$line" in "file "*) rm -f "${line#file }" ;; *) printf '%s\n' "$line" >>"$folders" ;; esac
    done <<END
$(cat "$manifest" 2>/dev/null)
END
    if [ -L "$program" ] && [ "$(readlink "$program")" = "$current/bin/devops-agent" ]; then rm -f "$program"; fi
    rm -rf "$home" "$cache"
    sort -ru -o "$folders" "$folders"
    remove_empty "$folders"
    step "Removed devops-agent"
    name_kept
}

name_kept() {
    local path kept=""
    for path in "${XDG_CONFIG_HOME:-$HOME/.config}/devops-agent" "${XDG_STATE_HOME:-$HOME/.local/state}/devops-agent" \
        "$HOME/.devops_agent_history" "$HOME/.ollama"; do
        [ ! -e "$path" ] || kept="$kept '$path'"
    done
    [ -z "$kept" ] || say "Kept, as it is yours; to remove that too: rm -r$kept"
}

{ main "$@"; exit; }

#!/bin/sh
# devops-agent @VERSION@ in one file: this script, then an archive of everything it needs.
# The first start unpacks the archive, later ones find it; `places` says where.
set -u
digest=@DIGEST@
size=@SIZE@
platform='@PLATFORM@'
libc=@LIBC@
reasons=
nl='
'

places() {
    case ${DEVOPS_AGENT_UNPACK_TO:-} in /*) printf '%s\n' "$DEVOPS_AGENT_UNPACK_TO"; return ;; esac
    case ${XDG_CACHE_HOME:-}:${HOME:-} in
        /*:*) printf '%s\n' "$XDG_CACHE_HOME/devops-agent/program" ;;
        *:/*) printf '%s\n' "$HOME/.cache/devops-agent/program" ;;
    esac
    case ${TMPDIR:-} in /*) ;; *) TMPDIR=/tmp ;; esac
    printf '%s\n' "$TMPDIR/devops-agent-$(id -u)"
}

# Nobody else may have put these folders there, nor be able to change them.
ours() {
    for folder; do
        [ -d "$folder" ] && [ ! -L "$folder" ] && [ -O "$folder" ] || return 1
    done
    # shellcheck disable=SC2012 # The options of stat differ from system to system.
    for line in $(ls -ldn "$@" | cut -c 1-10); do
        case $line in drwx?-??-?) ;; *) return 1 ;; esac
    done
}

because() {
    reasons="$reasons  $1: $2$nl"
}

whole() {
    sum=$(tail -c "$size" "$self" | { sha256sum 2>/dev/null || shasum -a 256; })
    [ "${sum%% *}" = "$digest" ]
}

unpack() {
    place=$1
    mkdir -p "${place%/*}" 2>/dev/null
    mkdir -m 700 "$place" 2>/dev/null
    [ -d "$place" ] || { because "$place" 'cannot be made'; return 1; }
    ours "$place" || { because "$place" 'belongs to somebody else, or others may write there'; return 1; }
    fresh=$(mktemp -d "$place/.unpacking-XXXXXX" 2>/dev/null) || { because "$place" 'cannot be written'; return 1; }
    [ -t 2 ] && printf 'devops-agent: unpacking to %s, this once\n' "$place" >&2
    if said=$( (tail -c "$size" "$self" | tar -xzof - -C "$fresh") 2>&1); then
        said=$("$fresh/bin/python3" -I -S "$fresh/settle.py" "$fresh" "$place/$digest" 2>&1) && return 0
        need_glibc "$said"
    fi
    rm -rf "$fresh"
    because "$place" "$(explained "$said")"
    return 1
}

# An older glibc, or none where programs look for it, is the same in every folder.
need_glibc() {
    advice='use the container image'
    case $1 in
        *GLIBC_*)
            there=$(getconf GNU_LIBC_VERSION 2>/dev/null) || there='an older one'
            advice="install it with install.sh, or $advice"
            ;;
        *'not found'*) there='none in its usual place' ;;
        *) return ;;
    esac
    fail "this file needs glibc $libc or later, and this system has $there" "$advice"
}

explained() {
    case $1 in
        *'ermission denied'*) printf 'programs may not run from there (noexec?): %s' "$1" ;;
        *) printf '%s' "$1" ;;
    esac
}

fail() {
    printf 'error: %s\n' "$1" >&2
    printf 'hint: %s\n' "$2" >&2
    exit 2
}

main() {
    self=$0
    [ -f "$self" ] || self=$(command -v "$0")
    IFS=$nl
    set -f
    choices=$(places)
    for place in $choices; do
        [ -f "$place/$digest/start.py" ] && ours "$place" "$place/$digest" && root=$place/$digest && return 0
    done
    [ "$(uname -sm)" = "$platform" ] || fail "this file is for $platform, and this is $(uname -sm)" 'get the one for this machine'
    whole || fail "$self is damaged" 'get it anew: it was cut short or changed on the way'
    fresh=
    trap 'rm -rf "$fresh"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    for place in $choices; do
        if unpack "$place"; then
            root=$place/$digest
            trap - EXIT INT TERM HUP
            return 0
        fi
    done
    fail "there is no folder to unpack to:$nl${reasons%"$nl"}" 'DEVOPS_AGENT_UNPACK_TO=/a/folder/of/yours names one'
}

main
unset IFS
set +f
exec "$root/bin/python3" -I -S "$root/start.py" "$@"
# What follows is not text.

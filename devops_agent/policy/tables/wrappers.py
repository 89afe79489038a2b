"""Programs that run another program given as their arguments."""

import re
from dataclasses import dataclass

from devops_agent.policy.judgement import Judgement, change, read, worst
from devops_agent.policy.options import Flags, Unlisted, flags, read_options
from devops_agent.policy.rows import Program, Use, destroy_alarms, program
from devops_agent.policy.words import Word, texts

ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


@dataclass(frozen=True)
class Wrapper:
    """Its flags, how many operands come before the inner command, and why it asks ("" if only the inner one counts)."""

    allowed: Flags
    skipped: int = 0
    reason: str = ""
    tags: frozenset[str] = frozenset()


def _wrapper(allowed: str = "", skipped: int = 0, reason: str = "", tags: str = "") -> Wrapper:
    return Wrapper(flags(allowed), skipped, reason, frozenset(tags.split()))


OTHER_USER = "runs as another user"
SUDO = "-u|--user= -g|--group= -h|--host= -C= -D= -p= -R= -T= -r= -t= -E -H -n -S -i -s -k -b -A -P -v -l"
XARGS = (
    "-0|--null -r|--no-run-if-empty -t|--verbose -p -x -I= -i[=] -E= -P|--max-procs= -n|--max-args= -L= -l[=] -s= "
    "-d|--delimiter= -a|--arg-file="
)
NSENTER = "-t|--target= -m[=] -u[=] -i[=] -n[=] -p[=] -C -U -T= -a|--all -S= -G= -r[=] -w[=] -F --mount --net --pid"
UNSHARE = "-r -m -u -i -n -p -U -C -f --fork --pid --net --user --mount --map-root-user --mount-proc"
SYSTEMD_RUN = (
    "--user --scope --pty --wait -p= -u|--unit= -t -P -q --on-calendar= --on-active= --uid= --gid= --property="
)
TRANSPARENT = {
    "timeout": _wrapper("-k|--kill-after= -s|--signal= --preserve-status --foreground -v|--verbose", 1),
    "nice": _wrapper("-n|--adjustment= -#"),
    "nohup": _wrapper(),
    "stdbuf": _wrapper("-i|--input= -o|--output= -e|--error="),
    "ionice": _wrapper("-c|--class= -n|--classdata= -t|--ignore"),
    "unbuffer": _wrapper("", 0, "runs a command as if on a terminal"),
    "chrt": _wrapper("-b -i -o", 1, "changes the scheduling of a command"),
    "setarch": _wrapper("-R", 1, "changes the personality of a command"),
}
RAISING = {
    "sudo": _wrapper(SUDO, 0, OTHER_USER),
    "doas": _wrapper("-u= -C= -n -s -L", 0, OTHER_USER),
    "pkexec": _wrapper("--user=", 0, OTHER_USER),
    "runuser": _wrapper("-u= -g= -l", 0, OTHER_USER),
    "env": _wrapper(
        "-i|--ignore-environment -u|--unset= -C|--chdir= -0|--null -v", 0, "changes a command's environment"
    ),
    "xargs": _wrapper(XARGS, 0, "xargs runs a command on whatever it reads", "EXEC"),
    "parallel": _wrapper("-j|--jobs= -k --dry-run --bar -N= -m -X -0 -a= --colsep=", 0, "runs many commands", "EXEC"),
    "watch": _wrapper("-n|--interval= -d|--differences[=] -t -b -e -g -c -x -p", 0, "watch runs until it is stopped"),
    "time": _wrapper("-p -v -f= -o= -a", 0, "time is not on the plain list"),
    "command": _wrapper("-p", 0, "runs a command by another"),
    "builtin": _wrapper("", 0, "runs a shell builtin by name"),
    "exec": _wrapper("-a= -c -l", 0, "replaces the shell"),
    "setsid": _wrapper("-c -f -w", 0, "runs a command out of reach", "EXEC"),
    "strace": _wrapper("-f -c -t -T -y -v -q -tt -ff -o= -e= -p= -s= -P= -u= -E= -S=", 0, "traces a process", "EXEC"),
    "ltrace": _wrapper("-f -c -o= -e= -p= -s=", 0, "traces a process", "EXEC"),
    "gdb": _wrapper("--args -p= -batch -ex= -q", 0, "debugs a program", "EXEC"),
    "valgrind": _wrapper("--tool= -q", 0, "runs a program", "EXEC"),
    "perf": _wrapper("-e= -a -g -p= -o=", 1, "records a program", "EXEC"),
    "nsenter": _wrapper(NSENTER, 0, "enters another namespace as root", "EXEC"),
    "unshare": _wrapper(UNSHARE, 0, "makes new namespaces", "EXEC"),
    "chroot": _wrapper("--userspec= --groups=", 1, "runs in another root", "EXEC"),
    "proot": _wrapper("-r= -b=", 0, "runs in another root"),
    "fakeroot": _wrapper("", 0, "runs a command as if root"),
    "firejail": _wrapper("--noprofile --quiet", 0, "runs in a sandbox"),
    "flock": _wrapper("-n -s -x -w= -o -u -E=", 1, "holds a lock while a command runs"),
    "systemd-run": _wrapper(SYSTEMD_RUN, 0, "starts a unit", "EXEC"),
    "systemd-cat": _wrapper("-t= -p=", 0, "writes to the journal"),
    "taskset": _wrapper("-c -a -p", 1, "binds a command to processors"),
    "numactl": _wrapper("-N= -m= -i= --cpunodebind= --membind=", 0, "binds a command to memory"),
    "dbus-run-session": _wrapper("", 0, "starts a bus"),
    "xvfb-run": _wrapper("-a", 0, "starts a display"),
    "chronic": _wrapper("-v", 0, "runs a command quietly"),
    "ts": _wrapper("", 0, "stamps lines"),
    "direnv": _wrapper("", 1, "loads a folder's environment"),
    "aws-vault": _wrapper("--no-session --duration=", 2, "hands credentials to a command", "SENSITIVE"),
    "doppler": _wrapper("", 1, "hands secrets to a command", "SENSITIVE"),
}


KEEPERS = destroy_alarms({"remove|delete": "removes a credential"})


def _transparent(use: Use) -> Judgement:
    wrapper = TRANSPARENT[use.name]
    try:
        options = read_options(use.arguments, wrapper.allowed, interspersed=False)
    except Unlisted as refusal:
        return worst([change(f"{use.name}: {refusal}"), _loosely_inside(use, wrapper)])
    inner = options.operands[wrapper.skipped :]
    if not inner:
        return change(f"{use.name} without a command")
    if any(word.glob for word in use.arguments[: len(use.arguments) - len(inner)]):
        return change(f"{use.name} with a pattern that the shell would expand")
    judgement = use.judge_words(inner)
    if wrapper.reason:
        return worst([judgement, change(wrapper.reason)])
    before = use.arguments[: len(use.arguments) - len(inner)]
    words = (*before, *judgement.words) if judgement.words else ()
    return Judgement(judgement.risk, judgement.reasons, judgement.tags, judgement.rule, words)


def _loosely_inside(use: Use, wrapper: Wrapper) -> Judgement:
    """The inner command of a wrapper whose flags are not all known: the guess is only used to raise."""
    words = use.arguments
    while words and (words[0].text.startswith("-") or ASSIGNMENT.fullmatch(words[0].text)):
        name = words[0].text
        flag = wrapper.allowed.get(name)
        words = words[2 if flag is not None and flag.needs_value else 1 :]
        if name == "--":
            break
    inner = words[wrapper.skipped :]
    return use.judge_words(inner) if inner else read()


def _raising(use: Use) -> Judgement:
    wrapper = RAISING[use.name]
    if use.name == "sudo" and use.texts in (["-l"], ["-v"], ["--version"], ["-V"]):
        return change("sudo may ask for a password")
    inside = _loosely_inside(use, wrapper)
    return worst([inside, *_command_strings(use), change(wrapper.reason, *wrapper.tags)])


def _command_strings(use: Use) -> list[Judgement]:
    """Command lines given as one text: `-c TEXT`, `env -S TEXT`, `watch TEXT`."""
    found: list[Judgement] = []
    for index, text in enumerate(use.texts):
        if text in ("-c", "--command", "-S", "--split-string", "-ex") and index + 1 < len(use.texts):
            found.append(use.judge_text(use.texts[index + 1]))
        elif text.startswith(("--split-string=", "--command=")):
            found.append(use.judge_text(text.partition("=")[2]))
        elif text.startswith("-S") and len(text) > 2:
            found.append(use.judge_text(text[2:]))
    if use.name in ("watch", "parallel", "xargs"):
        found.append(use.judge_text(" ".join(_after_flags(use.arguments))))
    return found


def _after_flags(words: tuple[Word, ...]) -> list[str]:
    start = next((i for i, word in enumerate(words) if not word.text.startswith("-") and not word.text.isdigit()), 0)
    return texts(words[start:])


def _switch_user(use: Use) -> Judgement:
    return worst([*_command_strings(use), change(f"{use.name} runs as another user or in another terminal")])


def _numactl(use: Use) -> Judgement:
    return read("numactl") if use.texts in (["--hardware"], ["-H"], ["--show"], ["-s"]) else _raising(use)


def _env(use: Use) -> Judgement:
    """`env` alone prints the environment, which is cleaned before any command starts."""
    return read("env") if not use.arguments else _raising(use)


def _command(use: Use) -> Judgement:
    if use.texts[:1] in (["-v"], ["-V"]) and all(not word.glob for word in use.arguments):
        return read("command -v")
    return _raising(use)


def _wrapped(name: str) -> Program:
    judge = {"env": _env, "command": _command, "numactl": _numactl}.get(name, _raising)
    return program(name, judge=judge, alarms=KEEPERS if "SENSITIVE" in RAISING[name].tags else ())


PROGRAMS = (
    *(program(name, judge=_transparent) for name in TRANSPARENT),
    *(_wrapped(name) for name in RAISING),
    program("su script screen tmux sg newgrp", judge=_switch_user),
)

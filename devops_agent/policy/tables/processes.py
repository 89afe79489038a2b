"""Processes and performance."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, read, sensitive
from devops_agent.policy.rows import NONE, WORDS, Use, destroy_alarms, only, program, row, simple, words

PS_VALUES = re.compile(
    r"-[A-Za-z]*[opuUCgGtqsO]|--(?:sort|format|pid|ppid|user|group|User|Group|tty|sid|cols|columns|width|rows|"
    r"lines|quick-pid)"
)
PS_FLAGS = re.compile(
    r"-[AadeflFjlLmMNTcHywZVPxrOopuUCgGtqsSGwnk]+[\w,.:%=+-]*|"
    r"--(?:sort|format|pid|ppid|user|User|group|Group|tty|sid|cols|columns|width|rows|lines|forest|headers?|no-headers?|"
    r"deselect|cumulative|info|version|quick-pid)(?:=[\w,.:%=+*-]*)?"
)
PS_BSD = re.compile(r"[acdfghjlmnrsuvwxALNSTUXZkotpe]+(?:[\w,.+-]*)")


def _ps(use: Use) -> Judgement:
    """BSD's `e` prints the environment of every process; `-e` does not."""
    takes_value = False
    for word in use.arguments:
        if word.glob:
            return change("ps with a pattern that the shell would expand")
        if takes_value:
            takes_value = False
        elif PS_VALUES.fullmatch(word.text):
            takes_value = True
        elif word.text.startswith("-"):
            if not PS_FLAGS.fullmatch(word.text):
                return change(f"ps {word.text} is not on the read-only list")
        elif not re.fullmatch(r"[\d,]+", word.text):
            if "e" in word.text or not PS_BSD.fullmatch(word.text):
                return sensitive("ps e prints the environment of processes")
            takes_value = word.text[-1:] in "okptU"
    return read("ps")


def _top(use: Use) -> Judgement | None:
    once = use.options.has("-b") and use.options.has("-n") or use.options.has("-l")
    return None if once else change("top runs until it is stopped; use top -b -n 1")


def _kill(use: Use) -> Judgement:
    targets = [
        text for text in use.texts if not re.fullmatch(r"-[A-Z0-9]+|-s|-n|--signal(=.*)?|--", text)
    ] or use.texts[-1:]
    if use.texts in (["-l"], ["-L"]):
        return read("kill -l")
    if any(text in ("-1", "1", "0") for text in use.texts[1:]) or use.texts in (["-1"], ["1"], ["0"]):
        return destroy("signals every process, or the first one")
    if any(text in ("-9", "-KILL", "-SIGKILL", "SIGKILL", "KILL") or text.endswith("=9") for text in use.texts):
        return destroy(f"kills {' '.join(targets)} at once, without a chance to save its work")
    return change(f"sends a signal to {' '.join(targets)}")


def _kill_by_name(use: Use) -> Judgement:
    return destroy(f"{use.name} ends every process that matches")


def _only_measures(use: Use) -> Judgement | None:
    if use.name == "pidstat" and use.options.has("-e"):
        return change("pidstat -e runs a program", "EXEC")
    return change("sar -o writes a file") if use.name == "sar" and use.options.has("-o") else None


def _local_process(use: Use) -> Judgement | None:
    """A process may be named on another machine, as in `1@host`."""
    local = all(re.fullmatch(r"\d+(?:ms|s)?", operand) for operand in use.operands)
    return None if local else change("asks another machine", "NETWORK")


STATS = "-[AaUudxcktmyzhpNrsSwWnbBdDfiPqRTvVelFo] -P= -p= -I= -j= -g= -o= --human --pretty --dec=N --help"
PROGRAMS = (
    program("ps", judge=_ps),
    program(
        "top",
        row("", "-b -c -H -i -S -1 -E= -e= -n=N -o= -d= -u= -U= -p= -w[=] -l=N -s=N", NONE, _top),
        otherwise="needs a terminal",
    ),
    program("htop btop atop glances nmon iotop bpytop gtop bashtop", otherwise="needs a terminal"),
    simple("pstree", "-[aAcghGlnNpsStTuUZ] -H=N", words(0, 1)),
    simple(
        "pgrep",
        "-[acfilLnovwxr] -d|--delimiter= -u|--euid= -U|--uid= -g= -G= -P|--parent= -s= -t= --list-name "
        "--list-full --full --count --newest --oldest --exact --ignore-case --ns=N",
        words(0, 1),
    ),
    simple("pidof", "-s -c -n -q -x -w -S= -o=", WORDS),
    simple("pmap", "-[xXdqpcn]", words(1, 5)),
    simple("pwdx", "", words(1, 10)),
    simple("vmstat", "-[aSwntdDsfmp] -S= -p= -t -w --wide --unit= --timestamp --active --stats --disk", words(0, 3)),
    simple(
        "iostat mpstat sar pidstat cifsiostat nfsiostat",
        STATS,
        words(0, 4),
        _only_measures,
    ),
    simple(
        "tload slabtop",
        "-o -s=",
        NONE,
        lambda use: None if use.options.has("-o") else change("runs until it is stopped"),
    ),
    simple("dstat", "-[tcdnmpsrygil] --top-cpu --top-mem --nocolor --noheaders -C= -D= -N=", words(0, 2)),
    simple(
        "nvidia-smi",
        "-q -L  -i= -d= -x --query-gpu= --query-compute-apps= --query-accounted-apps= --format= --list-gpus -B "
        "--id= --query --display= ",
        NONE,
    ),
    program(
        "rocm-smi",
        only("-a --showtemp --showuse --showmeminfo= --showid --json -d=N"),
        alarms=destroy_alarms({"--gpureset": "resets the GPU"}),
    ),
    simple("numastat", "-[cmnpsvz]", words(0, 3)),
    simple("lsclocks  ", ""),
    simple("ipcs", "-[aqmslutcp] -i=N --human -b"),
    program("ipcrm", judge=lambda use: destroy("ipcrm removes shared memory that programs use")),
    program("kill", judge=_kill),
    program("pkill killall skill xkill", judge=_kill_by_name),
    program("renice  prlimit", otherwise="changes how a process is treated"),
    simple(
        "jps",
        "-[lmvqV]",
        NONE,
        lambda use: sensitive("prints arguments of Java programs") if use.options.has("-v") else None,
    ),
    program(
        "jstat",
        row("", "-gc -gcutil -gccause -class -gcnew -gcold", words(1, 4), _local_process),
        otherwise="reads a Java program",
    ),
    program("jstack jmap jcmd jinfo", otherwise="signals a Java program"),
)

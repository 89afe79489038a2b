"""The tools that are not a shell: read_file, write_file, get_env, final_answer."""

from collections.abc import Callable

from devops_agent.events import Call
from devops_agent.policy.judgement import Judgement, change, read, sensitive
from devops_agent.policy.paths import Ground
from devops_agent.policy.redirects import judge_written
from devops_agent.policy.words import plain


def judge_read_file(call: Call, ground: Ground) -> Judgement:
    path = call.arguments.get("path")
    if not isinstance(path, str) or not path:
        return change("names no file")
    return sensitive(f"reads {path}, which may hold secrets") if ground.secret(plain(path)) else read("read_file")


def judge_write_file(call: Call, ground: Ground) -> Judgement:
    path = call.arguments.get("path")
    if not isinstance(path, str) or not path:
        return change("names no file")
    judgement = judge_written(path, ground)
    system_only = judgement.risk == "DESTROY" and not ground.starts_programs(path)
    return change(f"writes {path}, a file of the operating system") if system_only else judgement


def judge_nothing(call: Call, ground: Ground) -> Judgement:
    """A tool that only speaks to the user, or hides secrets by itself."""
    return read(call.tool)


FILE_TOOLS: dict[str, Callable[[Call, Ground], Judgement]] = {
    "read_file": judge_read_file,
    "write_file": judge_write_file,
    "get_env": judge_nothing,
    "final_answer": judge_nothing,
}

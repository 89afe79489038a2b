"""What a redirection writes or opens."""

from collections.abc import Sequence

from devops_agent.policy.judgement import Judgement, change, destroy, forbid, read, sensitive
from devops_agent.policy.paths import HARMLESS_DEVICES, Ground, is_block_device
from devops_agent.policy.rows import Use
from devops_agent.policy.words import Word, plain, texts

SAYS_NOTHING = {(), (":",), ("true",), ("cat", "/dev/null"), ("echo", "-n"), ("echo",), ("echo", ""), ("printf", "")}


def judge_redirect(operator: str, target: str, words: Sequence[Word], ground: Ground) -> Judgement:
    """Judge `operator target` of the command `words`."""
    if target.startswith(("/dev/tcp/", "/dev/udp/")):
        return change("opens a network connection", "NETWORK")
    if target in HARMLESS_DEVICES or target.isdigit() or target == "-":
        return read()
    if ">" not in operator:
        return sensitive(f"reads {target}, which may hold secrets") if ground.secret(plain(target)) else read()
    return judge_written(
        target, ground, emptied=operator in (">", ">|", "&>") and tuple(texts(tuple(words))) in SAYS_NOTHING
    )


def judge_written(path: str, ground: Ground, *, emptied: bool = False) -> Judgement:
    """Judge writing the file at `path`; `emptied` says that nothing would be left in it."""
    if ground.is_own(path):
        return forbid("would change the agent's own configuration or records")
    if any(is_block_device(candidate) for candidate in ground.absolutes(path)):
        return forbid(f"overwrites the device {path}")
    if ground.starts_programs(path):
        return destroy(f"writes {path}, which later starts programs or grants access", "EXEC")
    if ground.is_system(path):
        return destroy(f"overwrites {path}, a file of the operating system")
    if emptied:
        return destroy(f"empties {path}")
    return change(f"writes {path}")


def edited_in_place(use: Use) -> list[Judgement]:
    """What `sed -i` and its like would write."""
    if not any(text.startswith(("-i", "--in-place", "-pi")) for text in use.texts):
        return []
    return [judge_written(text, use.ground) for text in use.texts if "/" in text and not text.startswith(("-", "s/"))]

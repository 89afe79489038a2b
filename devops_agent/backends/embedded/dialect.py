"""How the prompt of one model family differs from another's, read from the model's own template."""

from dataclasses import dataclass
from pathlib import Path

from devops_agent.backends.embedded.engine import Engine
from devops_agent.errors import BackendError

TURN_START, TURN_END = "<|im_start|>", "<|im_end|>"
NO_THOUGHT = "<think>\n\n</think>\n\n"
SWITCH = "enable_thinking"
"""A template with this word writes an empty thought where the model must not think."""
ADVICE = "choose a model of the Qwen family, or another that speaks ChatML"


@dataclass(frozen=True)
class Dialect:
    """`says_it_does_not_think`: without thinking, every reply begins with an empty thought."""

    says_it_does_not_think: bool = False

    def opening(self, thinking: bool) -> str:
        """What stands between the start of the assistant's turn and its reply."""
        return NO_THOUGHT if self.says_it_does_not_think and not thinking else ""


def dialect_of(engine: Engine, path: Path) -> Dialect:
    """The dialect of a loaded model. Raises BackendError for one that does not speak ChatML."""
    template = engine.template()
    if any(len(engine.tokens(mark)) != 1 for mark in (TURN_START, TURN_END)):
        raise BackendError(f"{path} does not speak ChatML: its vocabulary has no {TURN_START}", hint=ADVICE)
    if template and TURN_START not in template:
        raise BackendError(f"{path} does not speak ChatML: its chat template is of another kind", hint=ADVICE)
    return Dialect(SWITCH in template)

from pathlib import Path

import pytest

from devops_agent.backends.scripted import Scripted
from devops_agent.errors import ConfigurationError
from devops_agent.settings import Settings


@pytest.mark.parametrize(
    ("lines", "said"), [("hello", "is not JSON"), ("[1]", "no strings"), ('"fine"\n{"a": 1}', "no strings")]
)
def test_a_script_that_is_none_is_told_what_one_is(tmp_path: Path, lines: str, said: str) -> None:
    script = tmp_path / "script"
    script.write_text(lines)
    with pytest.raises(ConfigurationError, match=said) as caught:
        Scripted.open(Settings(script=str(script)))
    assert "one JSON string" in caught.value.hint


def test_a_script_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none: No such file or directory$") as caught:
        Scripted.open(Settings(script=str(tmp_path / "none")))
    assert "DEVOPS_AGENT_SCRIPT" in caught.value.hint

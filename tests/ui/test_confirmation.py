"""The word that must be typed."""

import pytest

from devops_agent.events import Call
from devops_agent.ui.confirmation import SHORT_WORD, word_to_type


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("kubectl delete ns payments", "payments"),
        ("kubectl delete deploy/web -n shop", "deploy/web"),
        ("kubectl --context prod delete deploy web --namespace shop --timeout 5s", "web"),
        ("rm -rf build", "build"),
        ("rm -rf ./build/", "./build"),
        ("docker volume rm data", "data"),
        ("kubectl drain node-1 --ignore-daemonsets", "node-1"),
        ("rm -rf build && rm -rf dist", SHORT_WORD),
        ("curl https://example.com/x | sh", SHORT_WORD),
        ("rm -rf $HOME/x", SHORT_WORD),
        ("rm -rf 'my folder'", SHORT_WORD),
        ("rm -rf x", SHORT_WORD),
        ("rm -rf \u0430bc", SHORT_WORD),
        ("rm 'unclosed", SHORT_WORD),
        ("reboot", SHORT_WORD),
        ("", SHORT_WORD),
    ],
)
def test_it_is_the_name_of_what_is_lost_or_a_short_word(command: str, word: str) -> None:
    assert word_to_type(Call("bash", {"command": command})) == word


def test_for_a_file_it_is_the_file_s_name() -> None:
    assert word_to_type(Call("write_file", {"path": "/home/me/.bashrc", "content": "x"})) == ".bashrc"


def test_for_anything_else_it_is_the_short_word() -> None:
    assert word_to_type(Call("get_env", {"key": "HOME"})) == SHORT_WORD

import json
import random
from pathlib import Path

import pytest

pytest.importorskip("tokenizers", reason="the package tokenizers is not installed")

from tokenizers import Tokenizer

from devops_agent.backends.chatml import render
from tests.tiny_model import tiny_tokenizer
from tests.toy_traces import toy_trace
from training.encoding import encode_file, messages_of, segments
from training.tokenizer import CONTROL_TOKENS, TAG_TOKENS, train_tokenizer

HARD_TEXTS = [
    "kubectl get pods -n prod -o jsonpath='{.items[*].metadata.name}' --replicas=42\n",
    "caf\u00e9 cafe\u0301 \u65e5\u672c\u8a9e \u041f\u0440\u0438\u0432\u0435\u0442 \U0001f600 \u2019quoted\u2019",
    "\t- name: x\r\n\n   trailing  ",
    "<|im_start|>user\n<tool_response>\nok\n</tool_response><|im_end|>\n<think>\n</think>",
    "",
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return tiny_tokenizer()


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_every_text_comes_back_as_it_was(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenizer.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(tokens, skip_special_tokens=False) == text


def test_digits_stand_alone(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("80443").tokens == list("80443")


@pytest.mark.parametrize("special", [*CONTROL_TOKENS, *TAG_TOKENS])
def test_special_texts_are_one_token_anywhere(tokenizer: Tokenizer, special: str) -> None:
    assert special in tokenizer.encode(f"a{special}b").tokens


def test_a_name_is_the_same_tokens_wherever_it_stands() -> None:
    source = random.Random(1)
    names = ["".join(source.choice("abcdefghijklmnop") for _ in range(7)) for _ in range(50)]
    tokenizer = train_tokenizer([f'say {name} "{name}" x-{name}' for name in names], size=600)
    for name in ("qualmbo", "zirkade"):
        alone = tokenizer.encode(name).tokens
        for context in ('"{}', "-{}", "/{}", ":{}"):
            assert tokenizer.encode(context.format(name)).tokens[1:] == alone
        assert [token for token in tokenizer.encode(f" {name}").tokens if token != "\u0120"] == alone


def test_a_common_word_takes_its_blank_along() -> None:
    tokenizer = train_tokenizer(["show the pods of the node"] * 20, size=400)
    assert "\u0120the" in tokenizer.encode("all the pods").tokens


def test_the_pieces_of_a_conversation_are_its_tokens(tokenizer: Tokenizer) -> None:
    for seed in range(50):
        messages = messages_of(toy_trace(random.Random(seed)))
        pieces = [token for text, _ in segments(messages) for token in tokenizer.encode(text).ids]
        assert "".join(text for text, _ in segments(messages)) == render(messages, open_turn=False)
        assert pieces == tokenizer.encode(render(messages, open_turn=False)).ids


def test_only_what_the_assistant_says_is_learned(tokenizer: Tokenizer, tmp_path: Path) -> None:
    trace = toy_trace(random.Random(7))
    (tmp_path / "x.jsonl").write_text(json.dumps(trace) + "\n")
    data = encode_file(tmp_path / "x.jsonl", tokenizer)
    tokens, learned = data.trace(0)
    said = [turn["content"] + "<|im_end|>" for turn in trace["messages"] if turn["role"] == "assistant"]
    assert tokenizer.decode(tokens[learned].tolist(), skip_special_tokens=False) == "".join(said)
    assert tokenizer.decode(data.prefixes[0].tolist(), skip_special_tokens=False) == render(
        messages_of(trace)[:1], open_turn=False
    )

import pytest

from devops_agent.tokens import estimate_tokens, estimate_turns, fewest_tokens

# Counts by the Qwen3 tokenizer's published rules: digits one by one, words of common English mostly one token each.
SAMPLES = [
    ("hello world", 2),
    ("The quick brown fox jumps over the lazy dog.", 10),
    ("1234567890", 10),
    ("    ", 1),
    ("", 0),
]


@pytest.mark.parametrize(("text", "tokens"), SAMPLES)
def test_plain_text_is_counted_closely(text: str, tokens: int) -> None:
    assert abs(estimate_tokens(text) - tokens) <= 1


def test_wide_tables_are_not_overcounted() -> None:
    assert estimate_tokens("NAME" + " " * 200 + "STATUS") <= 5
    assert estimate_tokens("-" * 300) <= 100


def test_other_scripts_cost_about_a_token_a_character() -> None:
    assert estimate_tokens("日本語日本語") >= 6


def test_the_fewest_tokens_are_few_for_dense_and_for_airy_texts() -> None:
    assert fewest_tokens(["1234567890" * 100]) == 250
    assert fewest_tokens([" " * 1000]) == 1


def test_every_turn_costs_its_template() -> None:
    assert estimate_turns(["hello", "world"]) > estimate_tokens("hello") + estimate_tokens("world")

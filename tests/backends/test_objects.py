import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent.backends.objects import read_object, read_value, sentence, text_field
from devops_agent.text import printable

HOSTILE = [
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"NaN",
    b"-Infinity",
    b"9" * 10_000,
    b'"\xff"',
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b"{} {}",
    b"<html>",
]


@pytest.mark.parametrize("data", HOSTILE)
def test_what_is_no_json_is_one_short_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match="is not JSON") as caught:
        read_value(data, ValueError)
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_the_failure_that_was_asked_for(data: bytes) -> None:
    try:
        read_object(data, LookupError)
    except LookupError as error:
        assert printable(str(error)) == str(error)


@given(st.text(st.characters(), max_size=50))
def test_text_can_always_be_encoded_again(text: str) -> None:
    text_field({"key": text}, "key", ValueError).encode()


def test_the_halves_of_one_character_are_joined_and_a_lone_half_is_replaced() -> None:
    assert text_field({"key": "\ud83d\ude80 \ud83d"}, "key", ValueError) == "🚀 \ufffd"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("boom", "boom"),
        ({"message": "boom", "code": 500}, "boom"),
        ('{"error":{"message":"too long","code":400}}', "too long"),
        ('{"error":', '{"error":'),
        ("a\x1b[2Jb\nc", "ab c"),
        ("half \ud83d", "half \ufffd"),
        (None, "None"),
        ("x" * 1000, "x" * 299 + "…"),
    ],
)
def test_an_error_is_put_into_one_printable_line(said: object, expected: str) -> None:
    assert sentence(said) == expected

import json
import random

import pytest

from devops_agent.backends.json_reader import MAX_DEPTH, BadJson, read_json


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2.5, true, null]", '"x"', '{"a": {"b": [{"c": "d"}]}}', " [ ] "])
def test_json_is_read_as_json(text: str) -> None:
    assert read_json(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ("[1, 2, ]", [1, 2]),
        ('{"a": [1, 2', {"a": [1, 2]}),
        ('{"a": "x\ty\nz"}', {"a": "x\ty\nz"}),
        ('{"a": ",}"', {"a": ",}"}),
    ],
)
def test_safe_repairs(text: str, value: object) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "}", "]", "nul", "NaN", "[Infinity]", "[-Infinity]", "{'a': 1}", '{"a" 1}', '{"a": 1} {"b": 2}'),
        *('{"a": 1, "a": 2}', '["\\ud800"]', '["\\uDC00x"]', '{"a": "x', "[1 2]", "{,}", "[,]", "[1,,]", "01", "+1"),
        *("1.", ".5", "0x1", "[" * 500_000, "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), '{"a":' * 5000, '"' * 3),
        *("\ufeff{}", "\x00", '["\\x41"]', "// comment\n1", "True", "'a'", "[1}", '{"a": 1]', "1e", '{1: "a"}'),
        "9" * 5000,
    ],
)
def test_everything_else_is_bad(text: str) -> None:
    with pytest.raises(BadJson):
        read_json(text)


def test_depth_up_to_the_limit_is_read() -> None:
    assert read_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_random_damage_never_raises_anything_else() -> None:
    dice = random.Random(7)
    good = json.dumps({"name": "bash", "arguments": {"command": 'echo "{[}" \\ \u00e9', "n": [1, 2, {"x": None}]}})
    for _ in range(3000):
        letters = list(good)
        for _ in range(dice.randint(1, 4)):
            letters[dice.randrange(len(letters))] = dice.choice('{}[]",:\\\n\x00é1')
        try:
            read_json("".join(letters))
        except BadJson as error:
            assert str(error)

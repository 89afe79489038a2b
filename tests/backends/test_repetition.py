import pytest

from devops_agent.backends.repetition import LoopDetector

TABLE = "\n".join(f"pod-{number:04d}   1/1   Running   0   {number}d" for number in range(400))


def notices(text: str, size: int = 5) -> bool:
    detector = LoopDetector()
    return any(detector.add(text[start : start + size]) for start in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 5, 64, 5000])
@pytest.mark.parametrize(
    "again", ["a", "no. ", "I will check the pods now.\n", "x" * 49 + "\n", "0123456789" * 12 + "\n"]
)
def test_a_chunk_that_comes_back_ten_times_is_a_loop(again: str, size: int) -> None:
    assert notices("Let me see.\n" + again * 3000, size)


def test_a_line_without_end_is_a_loop() -> None:
    assert notices("".join(f"{number:x}," for number in range(9000)))


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE.replace("\n", "\\n"),
        "-" * 300 + "\n" + TABLE,
        "yes\n" * 20,
        " " * 200 + "x",
    ],
)
@pytest.mark.parametrize("size", [1, 5, 5000])
def test_ordinary_output_is_none(text: str, size: int) -> None:
    assert not notices(text, size)

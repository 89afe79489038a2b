import pytest

from devops_agent.command_line import SETTING_FLAGS, build_parser, command_parser, parse
from devops_agent.commands import COMMANDS
from devops_agent.errors import ConfigurationError
from devops_agent.settings import SETTING_FIELDS
from tests.program import run


def test_words_are_the_task() -> None:
    line = parse(["list", "all", "pods"])
    assert (line.task, line.word, line.flags) == ("list all pods", "", {})


def test_options_stand_only_before_the_task() -> None:
    """Earlier project, row 41."""
    line = parse(["-v", "run", "ls", "-a", "-v", "-i", "--help", "--", "here"])
    assert line.task == "run ls -a -v -i --help -- here"
    assert (line.flags, line.interactive) == ({"verbose": True}, False)


@pytest.mark.parametrize(
    ("words", "late"),
    [
        (["remove old files", "--read-only"], "--read-only"),
        (["remove old files", "-a"], "-a"),
        (["remove old files", "--model", "x"], "--model"),
        (["remove old files", "--model=x"], "--model"),
        (["remove", "old", "files", "--read-only"], "--read-only"),
        (["remove", "old", "files", "--max-steps", "3"], "--max-steps"),
        (["-i", "show pods", "--read-only"], "--read-only"),
    ],
)
def test_an_option_that_would_be_lost_in_the_task_is_refused(words: list[str], late: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{late} comes after the task") as caught:
        parse(words)
    assert f"devops-agent {late} …" in caught.value.hint
    line = parse(["--", *words])
    assert (line.task, line.flags) == (" ".join(words), {})


@pytest.mark.parametrize(
    "words",
    [
        ["why does docker run --read-only"],
        ["why", "does", "ls", "-a", "fail"],
        ["explain", "ls", "-a"],
        ["what", "does", "docker", "run", "--read-only", "do"],
        ["what does this do:", "ls", "--color"],
    ],
)
def test_options_of_others_may_stand_in_a_task(words: list[str]) -> None:
    assert parse(words).task == " ".join(words)


@pytest.mark.parametrize(
    ("words", "meant"), [(["--readonly", "x"], "--read-only"), (["--modle=x", "y"], "--model"), (["--zzz", "x"], "")]
)
def test_a_misspelt_option_is_named_rightly(words: list[str], meant: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(words)
    assert caught.value.hint.startswith(f"did you mean {meant}?" if meant else "see ")


def test_after_two_dashes_everything_is_the_task() -> None:
    assert parse(["--", "-v is what?"]).task == "-v is what?"
    assert parse(["-q", "--", "doctor", "who"]).task == "doctor who"


@pytest.mark.parametrize(
    "words", [["--mdoel", "x"], ["-x"], ["--modell=x", "task"], ["--verb", "task"], ["-z", "list"]]
)
def test_an_unknown_option_is_a_usage_error(words: list[str]) -> None:
    """Earlier project, row 40."""
    with pytest.raises(ConfigurationError) as caught:
        parse(words)
    assert words[0].split("=")[0] in str(caught.value) and "--help" in caught.value.hint


@pytest.mark.parametrize("words", [[""], ["   "], ["--", ""]])
def test_an_empty_task_is_a_usage_error(words: list[str]) -> None:
    """Earlier project, row 43."""
    with pytest.raises(ConfigurationError, match="empty"):
        parse(words)


@pytest.mark.parametrize("word", ["undo", "redo"])
def test_a_single_word_after_continue_is_a_task(word: str) -> None:
    line = parse(["-c", word])
    assert (line.continues, line.word, line.task) == (True, "", word)


def test_interactive_keeps_its_task() -> None:
    """Earlier project, row 42."""
    line = parse(["-i", "show", "pods"])
    assert (line.interactive, line.task) == (True, "show pods")


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["-a", "x"], {"approval": "always"}),
        (["--require-approval", "x"], {"approval": "always"}),
        (["-na", "x"], {"approval": "never"}),
        (["--no-approval", "x"], {"approval": "never"}),
        (["--model", "m", "--max-steps=3", "x"], {"model": "m", "max_steps": "3"}),
        (["--output", "json", "--read-only", "x"], {"output": "json", "read_only": True}),
    ],
)
def test_flags_become_settings(words: list[str], flags: dict[str, object]) -> None:
    assert parse(words).flags == flags


def test_every_flag_is_a_setting() -> None:
    assert SETTING_FLAGS - {"config"} <= set(SETTING_FIELDS)


@pytest.mark.parametrize("word", COMMANDS)
def test_every_word_has_its_own_help_and_the_common_options(word: str) -> None:
    text = command_parser(word).format_help()
    assert f"devops-agent {word}" in text and "--output" in text


def test_options_after_a_known_word_count() -> None:
    line = parse(["--model", "a", "config", "show", "--output", "json"])
    assert (line.word, line.arguments.action) == ("config", "show")
    assert line.flags == {"model": "a", "output": "json"}


@pytest.mark.parametrize(
    "words", [["config"], ["config", "shout"], ["completion", "tcsh"], ["doctor", "--what"], ["doctor", " "]]
)
def test_a_known_word_used_wrongly_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(ConfigurationError):
        parse(words)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["audit", "the", "containers"], "devops-agent -- audit the containers"),
        (["model", "x" * 500], f"devops-agent -- model {'x' * 54}..."),
    ],
)
def test_a_task_that_starts_with_a_known_word_is_told_how_to_be_one(words: list[str], shown: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(["-q", *words])
    assert caught.value.hint.endswith(shown)


@pytest.mark.parametrize(("word", "meant"), [("docter", "doctor"), ("session", "sessions"), ("polcy", "policy")])
def test_a_misspelt_word_is_not_sent_to_the_model_as_a_task(word: str, meant: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse([word])
    assert f"did you mean `devops-agent {meant}`?" in raised.value.hint
    assert parse(["--", word]).task == word


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["session", "list"], "sessions list"),
        (["polcy", "check", "ls"], "policy check ls"),
        (["modle", "pull"], "model pull"),
        (["docter", "--offline"], "doctor --offline"),
    ],
)
def test_a_misspelt_word_before_one_of_its_own_is_not_sent_to_the_model_either(words: list[str], meant: str) -> None:
    finished = run(*words)
    assert finished.code == 2 and finished.out == ""
    assert f"error: there is no word '{words[0]}'\n" in finished.err
    assert f"did you mean `devops-agent {meant}`? If it is a task: devops-agent -- {' '.join(words)}" in finished.err
    assert parse(["--", *words]).task == " ".join(words)


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["uptime"],
        ["pods?"],
        ["session", "of", "whom?"],
        ["session list of the web pod?"],
        ["models", "in", "the", "list"],
    ],
)
def test_a_short_task_is_not_taken_for_a_misspelt_word(words: list[str]) -> None:
    assert parse(words).task == " ".join(words)


def test_help_names_every_option_word_and_exit_code() -> None:
    text = build_parser().format_help()
    for name in ("--read-only", "--no-approval", "doctor", "completion", "124", "answered and verified"):
        assert name in text

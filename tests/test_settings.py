import json
import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from devops_agent.errors import ConfigurationError
from devops_agent.settings import SETTING_FIELDS, Settings, environment_variables, expanded
from tests.program import run


def load(
    flags: dict[str, Any] | None = None, environment: dict[str, str] | None = None, home: Path | None = None
) -> Settings:
    return Settings.load(flags, {"HOME": str(home or "/nonexistent"), **(environment or {})})


def write_config(home: Path, text: str) -> Path:
    path = home / ".config/devops-agent/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    path = write_config(tmp_path, 'model = "from-file"\nmax_steps = 7\ntimeout = 9')
    settings = load({"model": "from-flag"}, {"DEVOPS_AGENT_MODEL": "from-env", "DEVOPS_AGENT_MAX_STEPS": "8"}, tmp_path)
    assert (settings.model, settings.max_steps, settings.timeout, settings.num_ctx) == ("from-flag", 8, 9, 8192)
    assert [settings.source(name) for name in ("model", "max_steps", "timeout", "num_ctx")] == [
        "--model",
        "DEVOPS_AGENT_MAX_STEPS",
        str(path),
        "default",
    ]


@pytest.mark.parametrize("name", SETTING_FIELDS)
def test_every_setting_listens_to_its_own_variable(name: str) -> None:
    assert environment_variables(name)[0] == f"DEVOPS_AGENT_{name.upper()}"
    default = getattr(Settings(), name)
    other = {bool: "0" if default else "1", int: "2100", float: "0.5", str: "x"}[type(default)]
    if name in ("backend", "output", "approval"):
        other = {"backend": "scripted", "output": "jsonl", "approval": "never"}[name]
    settings = load(
        environment={f"DEVOPS_AGENT_{name.upper()}": other} if name != "max_steps" else {"DEVOPS_AGENT_MAX_STEPS": "9"}
    )
    assert getattr(settings, name) != default


@pytest.mark.parametrize(
    ("environment", "name", "value"),
    [
        ({"OLLAMA_HOST": "0.0.0.0:9"}, "host", "0.0.0.0:9"),
        ({"OLLAMA_HOST": "a", "DEVOPS_AGENT_HOST": "b"}, "host", "b"),
        ({"REQUIRE_APPROVAL": "1"}, "approval", "always"),
        ({"REQUIRE_APPROVAL": "0"}, "approval", "never"),
        ({"VERBOSE": "1"}, "verbose", True),
        ({"NO_COLOR": "1"}, "color", False),
        ({"NO_COLOR": ""}, "color", True),
        ({"OPENAI_API_KEY": "k"}, "api_key", "k"),
    ],
)
def test_the_variables_people_know_are_heard(environment: dict[str, str], name: str, value: object) -> None:
    assert getattr(load(environment=environment), name) == value


@pytest.mark.parametrize(
    ("flags", "environment", "words"),
    [
        ({"max_steps": "many"}, {}, ["max_steps", "'many'", "--max-steps", "1 to 1000"]),
        ({"backend": "gpt"}, {}, ["backend", "'gpt'", "--backend", "ollama, embedded, openai, scripted"]),
        ({}, {"DEVOPS_AGENT_TIMEOUT": "0"}, ["timeout", "'0'", "DEVOPS_AGENT_TIMEOUT", "1 to 86400"]),
        ({}, {"REQUIRE_APPROVAL": "perhaps"}, ["approval", "REQUIRE_APPROVAL", "always, changes, never"]),
        ({}, {"DEVOPS_AGENT_TEMPERATURE": "nan"}, ["temperature", "0 to 2"]),
        ({}, {"VERBOSE": "maybe"}, ["verbose", "VERBOSE", "1 or 0"]),
    ],
)
def test_a_wrong_value_names_the_setting_its_source_and_what_is_allowed(
    flags: dict[str, Any], environment: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(flags, environment)
    said = f"{caught.value} {caught.value.hint}"
    assert [word for word in words if word not in said] == []
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_step = 3", ["unknown setting 'max_step'", "did you mean max_steps?"]),
        ("read-only = true", ["unknown setting 'read-only'", "did you mean read_only?"]),
        ("zzz = 3", ["unknown setting 'zzz'", "the settings are: backend"]),
        ("max_steps = ", ["not valid TOML", "mend it"]),
        ("read_only = []", ["read_only", "true or false"]),
        ("max_steps = [1]", ["max_steps", "config.toml"]),
        ('verbose = "perhaps"', ["verbose", "config.toml"]),
        ("model = true", ["model"]),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, words: list[str]) -> None:
    write_config(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load(home=tmp_path)
    said = f"{caught.value} {caught.value.hint}"
    assert [word for word in words if word not in said] == []


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no configuration file"):
        load({"config": str(tmp_path / "none.toml")})
    assert load(home=tmp_path).max_steps == 15


def test_a_file_that_is_not_text_is_said(tmp_path: Path) -> None:
    path = write_config(tmp_path, "")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot read"):
        load(home=tmp_path)


def test_a_folder_in_place_of_the_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load({"config": str(tmp_path)})
    assert str(caught.value) == f"cannot read the configuration file {tmp_path}: Is a directory"


def test_the_tilde_of_an_unknown_user_is_part_of_the_name() -> None:
    with pytest.raises(ConfigurationError, match="there is no configuration file ~nobody-here/x"):
        load({"config": "~nobody-here/x"})


def test_who_has_no_home_is_told_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", unknown)
    with pytest.raises(ConfigurationError) as caught:
        Settings.load({}, {})
    assert "HOME is not set" in str(caught.value) and "set HOME" in caught.value.hint
    assert Settings.load({}, {"HOME": "/h"}).home == Path("/h")


@pytest.mark.parametrize("unset", [True, False])
def test_an_empty_home_is_the_one_of_the_list_of_users_as_if_it_were_unset(
    monkeypatch: pytest.MonkeyPatch, unset: bool
) -> None:
    monkeypatch.setenv("HOME", "")
    if unset:
        monkeypatch.delenv("HOME")
    home = pwd.getpwuid(os.getuid()).pw_dir
    found = {check["name"]: check["found"] for check in json.loads(run("doctor", "--output", "json").out)["checks"]}
    assert f"{home}/.config/devops-agent/config.toml" in found["configuration"]
    assert found["state folder"].startswith(f"{home}/.local/state/devops-agent")
    settings = Settings.load()
    assert settings.cache_folder == Path(home, ".cache/devops-agent") and expanded("~/x") == Path(home, "x")


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        *(("READONLY", "DEVOPS_AGENT_READ_ONLY"), ("read_only", "DEVOPS_AGENT_READ_ONLY")),
        *(("MODLE", "DEVOPS_AGENT_MODEL"), ("TIME_OUT", "DEVOPS_AGENT_TIMEOUT")),
        *(("REQUIRE_APPROVAL", "REQUIRE_APPROVAL"), ("OLLAMA_HOST", "OLLAMA_HOST")),
    ],
)
def test_a_variable_that_nearly_names_a_setting_is_refused(variable: str, meant: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(environment={"HOME": "/x", f"DEVOPS_AGENT_{variable}": "1"})
    assert caught.value.hint == f"did you mean {meant}?"


@pytest.mark.parametrize(
    "variable",
    ["PYTHON", "CONFIG_DIR_OF_MINE", "TEST_DOCKER", "RELEASES", "SESSION", "PROJECT", "OLLAMA_PORT", "STORAGE"],
)
def test_a_variable_of_somebody_else_is_left_alone(variable: str) -> None:
    assert Settings.load(environment={"HOME": "/x", f"DEVOPS_AGENT_{variable}": "1"}).source("model") == "default"


def test_a_secret_is_never_shown() -> None:
    settings = load(environment={"OPENAI_API_KEY": "sk-secret"})
    assert "sk-secret" not in repr({name: settings.source(name) for name in SETTING_FIELDS})


def test_folders_follow_xdg() -> None:
    assert load(environment={"XDG_STATE_HOME": "/x"}).state_folder == Path("/x/devops-agent")
    assert load(environment={"XDG_STATE_HOME": "relative"}).state_folder == Path(
        "/nonexistent/.local/state/devops-agent"
    )

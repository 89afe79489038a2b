"""The one place that reads the environment and the configuration file. Everything else is handed a `Settings`.

Precedence: flags > environment > file > defaults. Every value remembers where it came from.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from devops_agent.conversions import (
    approval_mode,
    decimal_number,
    model_name,
    one_of,
    plain_text,
    whole_number,
    yes_or_no,
)
from devops_agent.errors import ConfigurationError

VARIABLE_PREFIX = "DEVOPS_AGENT_"
NEARLY = 0.8
"""How alike, from 0 to 1, the name of a variable and a setting must be for one to be taken for the other misspelt."""
OTHER_NAMES = {"PROJECT", "STORAGE"}
"""What somebody may well call a variable after DEVOPS_AGENT_ that only looks like a setting misspelt."""
HOME_HINT = "set HOME to a folder that you may write, such as HOME=/tmp"
EXPLICIT_HINT = "name one that exists with --config or DEVOPS_AGENT_CONFIG, or leave both out"
FILE_HINT = "mend it or move it away; every setting has a default"


def _setting(default: Any, convert: Callable[[Any], Any], help_text: str, *variables: str, secret: bool = False) -> Any:
    """A field of `Settings`: its default, its check, its help, and the other environment variables it listens to."""
    return field(
        default=default, metadata={"convert": convert, "help": help_text, "variables": variables, "secret": secret}
    )


@dataclass(frozen=True)
class Settings:
    """Everything a run can be told. Build one with `Settings.load`, or directly in a test."""

    backend: str = _setting(
        "auto",
        one_of("auto", "ollama", "embedded", "openai", "scripted"),
        "Where the model runs; auto is Ollama if it has the model, else embedded.",
    )
    model: str = _setting("qwen3-devops", model_name, "The model's name, or a GGUF file for the embedded backend.")
    host: str = _setting("", plain_text, "The model server's address, by Ollama's own rules.", "OLLAMA_HOST")
    api_key: str = _setting("", plain_text, "The key for an OpenAI-compatible server.", "OPENAI_API_KEY", secret=True)
    approval: str = _setting(
        "changes",
        approval_mode,
        "Calls to ask about: always (all), changes (what is not plainly a read), never.",
        "REQUIRE_APPROVAL",
    )
    read_only: bool = _setting(False, yes_or_no, "Refuse every call that is not plainly a read.")
    protect: str = _setting(
        "prod, production, prd, live",
        plain_text,
        "Words in names of contexts, namespaces and servers that mark production.",
    )
    max_steps: int = _setting(15, whole_number(1, 1000), "Model turns one task may take.")
    num_ctx: int = _setting(8192, whole_number(2048, 1_048_576), "Context window to ask the server for, in tokens.")
    temperature: float = _setting(0.2, decimal_number(0, 2), "Sampling temperature; embedded takes 0 unless told.")
    thinking: bool = _setting(False, yes_or_no, "Let a thinking model think before each call.")
    keep_alive: str = _setting("10m", plain_text, "How long the server keeps the model loaded after a request.")
    idle_timeout: int = _setting(300, whole_number(1, 86_400), "Seconds the server may stay silent.")
    timeout: int = _setting(120, whole_number(1, 86_400), "Seconds one command may run.")
    output: str = _setting(
        "text", one_of("text", "json", "jsonl"), "What stdout carries: text, one json object, jsonl events."
    )
    verbose: bool = _setting(False, yes_or_no, "Show thinking, raw calls, timings and tokens.", "VERBOSE")
    quiet: bool = _setting(False, yes_or_no, "Print the answer and nothing else.")
    color: bool = _setting(True, yes_or_no, "Use colour on a terminal; NO_COLOR turns it off.")
    debug: bool = _setting(False, yes_or_no, "Write the traceback of an unexpected error to a file.")
    store: bool = _setting(True, yes_or_no, "Keep sessions and the audit trail; nothing runs that cannot be recorded.")
    keep_days: int = _setting(
        90, whole_number(0, 36_500), "Days that sessions and the rows of the audit trail are kept; 0: for ever."
    )
    keep_megabytes: int = _setting(
        200, whole_number(1, 100_000), "Size above which the oldest sessions and rows of the audit trail go."
    )
    rule_days: int = _setting(30, whole_number(0, 36_500), "Days that a rule kept at the prompt counts; 0: for ever.")
    show_secrets: bool = _setting(False, yes_or_no, "Show secrets on the screen; everything else still hides them.")
    script: str = _setting("", plain_text, "File of replies for the scripted backend, one JSON string a line.")

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> "Settings":
        """Merge flags (`config` names the file), environment and file.

        Raises ConfigurationError naming the setting, its source and what is allowed.
        """
        flags = {name: value for name, value in (flags or {}).items() if value is not None}
        environment = dict(_own_environment() if environment is None else environment)
        environment["HOME"] = str(_home(environment))
        path = configuration_path(flags, environment)
        layers = [
            _from_file(path, explicit="config" in flags or "DEVOPS_AGENT_CONFIG" in environment),
            _from_environment(environment),
            {name: (value, f"--{name.replace('_', '-')}") for name, value in flags.items() if name != "config"},
        ]
        values: dict[str, Any] = {}
        sources: dict[str, str] = {}
        for layer in layers:
            for name, (raw, source) in layer.items():
                values[name], sources[name] = _checked(name, raw, source), source
        return cls(**values, environment=environment, sources=sources)

    def source(self, name: str) -> str:
        """Where the value of `name` came from, as a user would look for it."""
        return self.sources.get(name, "default")

    @property
    def home(self) -> Path:
        return _home(self.environment)

    @property
    def state_folder(self) -> Path:
        """Where undo copies and crash reports live (XDG base directories)."""
        return _base_folder(self.environment, "XDG_STATE_HOME", ".local/state")

    @property
    def configuration_folder(self) -> Path:
        """Where the user's own rules live (XDG base directories)."""
        return _base_folder(self.environment, "XDG_CONFIG_HOME", ".config")

    @property
    def cache_folder(self) -> Path:
        """Where downloads live (XDG base directories)."""
        return _base_folder(self.environment, "XDG_CACHE_HOME", ".cache")


SETTING_FIELDS = {item.name: item for item in fields(Settings) if "convert" in item.metadata}


def environment_variables(name: str) -> tuple[str, ...]:
    """The environment variables a setting listens to, the strongest first."""
    return (f"{VARIABLE_PREFIX}{name.upper()}", *SETTING_FIELDS[name].metadata["variables"])


def configuration_path(flags: Mapping[str, Any], environment: Mapping[str, str]) -> Path:
    """The configuration file that a run with these flags and this environment reads."""
    named = flags.get("config") or environment.get("DEVOPS_AGENT_CONFIG")
    if named:
        return expanded(named)
    return _base_folder(environment, "XDG_CONFIG_HOME", ".config") / "config.toml"


def expanded(name: str | Path) -> Path:
    """A path with its ~ replaced; the ~ of a user that nobody knows stays, as in a shell."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def _own_environment() -> Mapping[str, str]:
    """The environment of this process. An empty HOME is taken out of it: whoever expands a ~ would take it for /."""
    if os.environ.get("HOME") == "":
        del os.environ["HOME"]
    return os.environ


def _home(environment: Mapping[str, str]) -> Path:
    """The user's own folder. Raises ConfigurationError where neither HOME nor the list of users names one."""
    try:
        return Path(environment.get("HOME") or Path.home())
    except RuntimeError:
        raise ConfigurationError("HOME is not set, and you are not in the list of users", hint=HOME_HINT) from None


def _base_folder(environment: Mapping[str, str], variable: str, default: str) -> Path:
    named = environment.get(variable, "")
    base = Path(named) if named.startswith("/") else _home(environment) / default
    return base / "devops-agent"


def _checked(name: str, raw: Any, source: str) -> Any:
    try:
        return SETTING_FIELDS[name].metadata["convert"](raw)
    except ValueError as error:
        shown = "<hidden>" if SETTING_FIELDS[name].metadata["secret"] else repr(raw)
        raise ConfigurationError(
            f"{name} = {shown} (from {source}) is not allowed", hint=f"it must be {error}"
        ) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    _refuse_misspelt(environment)
    found: dict[str, tuple[Any, str]] = {}
    for name in SETTING_FIELDS:
        variable = next((v for v in environment_variables(name) if v in environment), None)
        if variable is not None and (environment[variable] or name == "host"):
            found[name] = (environment[variable], variable)
    if environment.get("NO_COLOR"):
        found["color"] = ("0", "NO_COLOR")
    return found


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    """Raises ConfigurationError for a variable that nearly names a setting: READONLY must not pass for READ_ONLY."""
    known = {variable for name in SETTING_FIELDS for variable in environment_variables(name)}
    for variable in environment:
        name = variable.removeprefix(VARIABLE_PREFIX)
        if variable == name or variable in known or name in OTHER_NAMES:
            continue
        nearest = _nearest(name.lower(), NEARLY)
        if meant := name if name in known else nearest and environment_variables(nearest)[0]:
            raise ConfigurationError(f"the environment variable {variable} names no setting", f"did you mean {meant}?")


def _from_file(path: Path, *, explicit: bool) -> dict[str, tuple[Any, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if explicit:
            raise ConfigurationError(f"there is no configuration file {path}", hint=EXPLICIT_HINT) from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigurationError(f"cannot read the configuration file {path}: {reason}", hint=FILE_HINT) from None
    values = _parse_toml(text, path)
    unknown = sorted(set(values) - set(SETTING_FIELDS))
    if unknown:
        raise ConfigurationError(f"unknown setting {unknown[0]!r} in {path}", hint=_meant(unknown[0]))
    return {name: (value, str(path)) for name, value in values.items()}


def _meant(name: str) -> str:
    nearest = _nearest(name.lower().replace("-", "_"), 0.6)
    return f"did you mean {nearest}?" if nearest else f"the settings are: {', '.join(SETTING_FIELDS)}"


def _nearest(name: str, likeness: float) -> str:
    """The setting whose name is at least so like this one, from 0 to 1; none where there is no such."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, SETTING_FIELDS, n=1, cutoff=likeness)), "")


def _parse_toml(text: str, path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}", hint=FILE_HINT) from None
    return values

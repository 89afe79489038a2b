"""Write the parts of the documentation that come from the code, or with --check say whether they are current."""

import argparse
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from manual import manual  # noqa: E402

from devops_agent.command_line import build_parser  # noqa: E402
from devops_agent.errors import EXIT_CODE_MEANINGS  # noqa: E402
from devops_agent.settings import SETTING_FIELDS, environment_variables  # noqa: E402

HERE = Path(__file__).parent


def reference() -> str:
    """The whole reference: help text, settings, exit codes."""
    return f"""# Reference

Generated from the code by `make docs`; do not edit.

## Command line

```
{_help()}
```

## Settings

Precedence: flags, then environment, then `~/.config/devops-agent/config.toml`, then the default.
In the file, a setting stands under its own name: `max_steps = 20`.

| setting | default | environment | meaning |
|---|---|---|---|
{_settings()}

## Exit codes

| code | meaning |
|---|---|
{_exit_codes()}
"""


def _help() -> str:
    parser = build_parser()
    parser.formatter_class = partial(argparse.RawDescriptionHelpFormatter, width=98)  # type: ignore[assignment]
    return parser.format_help().rstrip()


def _settings() -> str:
    rows = []
    for name, item in SETTING_FIELDS.items():
        variables = ", ".join(f"`{variable}`" for variable in environment_variables(name))
        rows.append(f"| `{name}` | `{item.default!r}` | {variables} | {item.metadata['help']} |")
    return "\n".join(rows)


def _exit_codes() -> str:
    return "\n".join(f"| {int(code)} | {meaning} |" for code, meaning in EXIT_CODE_MEANINGS.items())


PAGES = {HERE / "reference.md": reference, HERE / "devops-agent.1": manual}

if __name__ == "__main__":
    for path, text in PAGES.items():
        if "--check" not in sys.argv:
            path.write_text(text(), encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text():
            sys.exit(f"{path} is not current: run `make docs`")

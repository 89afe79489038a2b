"""`devops-agent config show`: every setting with its value and where it came from, in the form of the file."""

import json
from argparse import ArgumentParser, Namespace

from devops_agent.settings import SETTING_FIELDS, Settings


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=["show"], help="print all settings")


def run(arguments: Namespace, settings: Settings) -> int:
    rows = {name: (_shown(name, settings), settings.source(name)) for name in SETTING_FIELDS}
    if settings.output == "text":
        for name, (value, source) in rows.items():
            print(f"{f'{name} = {json.dumps(value)}':<36} # {source}")
    else:
        print(json.dumps({name: {"value": value, "source": source} for name, (value, source) in rows.items()}))
    return 0


def _shown(name: str, settings: Settings) -> object:
    value = getattr(settings, name)
    return "<set, hidden>" if value and SETTING_FIELDS[name].metadata["secret"] else value

"""Our Modelfile: the one source of the template and parameters that Ollama's models are made with."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGED = Path(__file__).parent.parent / "Modelfile"
_TEMPLATE = re.compile(r'^TEMPLATE """(.*?)"""$', re.MULTILINE | re.DOTALL)
_PARAMETER = re.compile(r"^PARAMETER (\w+) (.+)$", re.MULTILINE)
_SOURCE = re.compile(r"^FROM (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Modelfile:
    """What a Modelfile says, in the types of Ollama's API."""

    source: str
    template: str
    parameters: dict[str, Any]


def parse(text: str) -> Modelfile:
    """Read the instructions our own Modelfile uses: FROM, one quoted TEMPLATE, PARAMETER."""
    template, source = _TEMPLATE.search(text), _SOURCE.search(text)
    if template is None or source is None:
        raise ValueError("a Modelfile of ours has FROM and a TEMPLATE in triple quotes")
    parameters: dict[str, Any] = {}
    for name, value in _PARAMETER.findall(text.replace(template[0], "")):
        if name == "stop":
            parameters.setdefault(name, []).append(json.loads(value))
        else:
            parameters[name] = json.loads(value)
    return Modelfile(source[1], template[1], parameters)


def packaged() -> Modelfile:
    """The Modelfile that comes with the package."""
    return parse(PACKAGED.read_text(encoding="utf-8"))

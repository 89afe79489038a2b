"""Events as JSON records: the documented, versioned form that `--output json` and `jsonl` print.

`schema.json` beside this file describes one record; SCHEMA_VERSION counts up when a record loses or changes a field.
"""

import json
from dataclasses import asdict
from typing import Any, TextIO

from devops_agent.events import Answered, Call, Event, Observed, Proposed, Refused, Stumbled, Usage, Verdict

SCHEMA_VERSION = 1


def record(event: Event) -> dict[str, Any]:
    """One event as a JSON object; `event` names its kind."""
    match event:
        case Proposed(step, call, verdict):
            return _record("proposed", step=step, **_call(call), verdict=verdict_record(verdict))
        case Refused(step, call, by, reason):
            return _record("refused", step=step, **_call(call), by=by, reason=reason)
        case Observed(step, call, result, repeated):
            return _record(
                "observed",
                step=step,
                **_call(call),
                ok=result.ok,
                exit_code=result.exit_code,
                bytes=result.size,
                truncated=result.truncated,
                duration=round(result.seconds, 3),
                repeated=repeated,
                output=result.text,
            )
        case Stumbled(step, fault, message):
            return _record("stumbled", step=step, fault=fault, message=message)
        case Answered(text, evidence, verified, problem, outcome):
            return _record(
                "answered", text=text, evidence=list(evidence), verified=verified, problem=problem, outcome=outcome
            )
        case Usage():
            return _record("usage", **{name: _short(value) for name, value in asdict(event).items()})


def pending_record(proposed: Proposed) -> dict[str, Any]:
    """The call that waits for a yes: what it is and what the policy makes of it."""
    return {**_call(proposed.call), "verdict": verdict_record(proposed.verdict)}


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """A policy verdict as a JSON object."""
    return {
        "class": verdict.risk,
        "tags": sorted(verdict.tags),
        "reasons": list(verdict.reasons),
        "canonical": verdict.canonical,
        "rule": verdict.rule,
    }


def print_record(value: dict[str, Any], stdout: TextIO) -> None:
    """Write one record as one line, at once."""
    stdout.write(json.dumps(value) + "\n")
    stdout.flush()


def _record(event: str, **values: Any) -> dict[str, Any]:
    return {"event": event, "version": SCHEMA_VERSION, **values}


def _call(call: Call) -> dict[str, Any]:
    return {"tool": call.tool, "arguments": call.arguments}


def _short(value: float) -> float:
    return round(value, 3) if isinstance(value, float) else value

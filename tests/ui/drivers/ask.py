"""Ask for one approval. Arguments: the request as JSON, and the file that receives the decision as JSON."""

import json
import os
import sys
import termios
from pathlib import Path

from devops_agent.approval import Offer, Request, Trial
from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Call, Verdict
from devops_agent.guard.targets import targets
from devops_agent.settings import Settings
from devops_agent.ui.approval import TerminalApprover


def main() -> None:
    given = json.loads(sys.argv[1])
    settings = Settings.load()
    aims = targets(given["arguments"].get("command", ""), settings.environment, Path("/srv/ops"))
    trials = [
        Trial(key, name, command, lambda output=output: output)
        for key, name, command, output in given.get("trials", ())
    ]
    rule_file = Path(sys.argv[2]).with_suffix(".rule")

    def keep() -> None:
        try:
            rule_file.write_text(given["rule"])
        except OSError as error:
            raise DevOpsAgentError(f"cannot write {rule_file}: {error.strerror}") from None

    request = Request(
        Call(given.get("tool", "bash"), given["arguments"]),
        Verdict(given.get("risk", "CHANGE"), reasons=tuple(given.get("reasons", ()))),
        Path("/srv/ops"),
        preview=given.get("preview", ""),
        typed=given.get("typed", False),
        parts=tuple(tuple(part) for part in given.get("parts", ())),
        facts=tuple((target.program, target.text) for target in aims),
        notes=tuple(given.get("notes", ())),
        said=given.get("said", ""),
        trials=tuple(trials),
        offer=Offer(given["rule"], keep) if "rule" in given else None,
    )
    before = _terminal_state()
    try:
        decision = vars(TerminalApprover(settings)(request))
    except DevOpsAgentError as error:
        decision = {"error": type(error).__name__, "message": str(error), "hint": error.hint}
    except KeyboardInterrupt:
        decision = {"error": "KeyboardInterrupt"}
    Path(sys.argv[2]).write_text(json.dumps({**decision, "restored": _terminal_state() == before}))


def _terminal_state() -> str:
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return "none"
    try:
        return repr(termios.tcgetattr(descriptor))
    finally:
        os.close(descriptor)


main()

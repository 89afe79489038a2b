"""Draw one scenario on stderr, the answer on stdout.

Arguments: the scenario's name, and "slowly" where the model is to think until a human has seen the timer count.
"""

import signal
import sys

from devops_agent.errors import BackendError
from devops_agent.events import Answered, Call, Observed, OutputSeen, Proposed, Stumbled, ToolResult, Usage, Verdict
from devops_agent.settings import Settings
from devops_agent.ui.console import Screen

PODS = Call("bash", {"command": "kubectl get pods -n shop"})


SEEN = {signal.SIGUSR1}


def think() -> None:
    if "slowly" in sys.argv:
        signal.sigwait(SEEN)


def whole(screen: Screen) -> None:
    think()
    screen.draw(Proposed(1, PODS, Verdict("READ")))
    for number in range(40):
        screen.watch(OutputSeen(f"web-{number} [red]1/1[/red]\n"))
    screen.draw(Observed(1, PODS, ToolResult("web\n[exit code 0]", exit_code=0, size=900, seconds=0.2)))
    screen.draw(Stumbled(2, "no_call", "No tool call found.\nSend exactly one."))
    screen.draw(Answered("All 40 pods run: [a, b]", (1,)))
    screen.draw(Usage(2, 3, 800, 90, 4.0, 3.5))


def unverified(screen: Screen) -> None:
    screen.draw(Answered("Everything is fine.", verified=False, problem="nothing was run"))


def wordy(screen: Screen) -> None:
    screen.draw(Answered("The deployment web has three pods, and all of them answer."))
    raise BackendError("the server at the other end of the line has gone")


def dead(screen: Screen) -> None:
    think()
    raise BackendError("cannot reach the server", hint="ollama serve")


def cancelled(screen: Screen) -> None:
    screen.draw(Proposed(1, PODS, Verdict("READ")))
    think()
    raise KeyboardInterrupt


def main() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, SEEN)
    screen = Screen(Settings.load())
    try:
        with screen.turn():
            globals()[sys.argv[1]](screen)
    except BackendError as error:
        screen.error(error)
    except KeyboardInterrupt:
        screen.note("cancelled")


main()

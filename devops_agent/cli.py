"""The one door: parses first, loads the heavy modules only when there is work, and turns every error into words."""

import sys

from devops_agent import __version__
from devops_agent.streams import prepare_streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(argv: "Sequence[str] | None" = None, work: "Callable[[list[str]], int] | None" = None) -> int:
    """Run the program and return its exit code. No exception but SystemExit leaves this function.

    `work` does something else with the words, under the same care for the output and for what goes wrong.
    """
    prepare_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    from devops_agent.errors import DevOpsAgentError, ExitCode

    try:
        code = (work or _run)(words)
        sys.stdout.flush()
        return code
    except DevOpsAgentError as error:
        from devops_agent.crash import without_secrets

        _say(without_secrets(f"error: {error}"), without_secrets(f"hint: {error.hint}") if error.hint else "")
        return error.exit_code
    except BrokenPipeError:
        _discard_the_rest()
        return ExitCode.OK
    except KeyboardInterrupt:
        _say("interrupted")
        return ExitCode.INTERRUPTED
    except OSError as error:
        from devops_agent.crash import without_secrets

        _say(without_secrets(_in_words(error)))
        _discard_the_rest()
        return ExitCode.UNVERIFIED
    except Exception as error:
        from devops_agent.crash import explain

        _say(*explain(error, wanted="--debug" in words))
        return ExitCode.UNVERIFIED


def _run(words: list[str]) -> int:
    if words in (["--version"], ["-V"]):
        print(f"devops-agent {__version__}")
        return 0
    from devops_agent.command_line import parse

    line = parse(words)
    from devops_agent.settings import Settings

    settings = Settings.load(line.flags)
    if line.word:
        from importlib import import_module

        code: int = import_module(f"devops_agent.commands.{line.word}").run(line.arguments, settings)
        return code
    from devops_agent.run import run

    return run(settings, line.task, interactive=line.interactive, continues=line.continues)


def _in_words(error: OSError) -> str:
    """What the system refused, and on what: where it names no file, that was the standard output."""
    why = error.strerror or str(error)
    return f"error: {error.filename or 'cannot write the output'}: {why}"


def _say(*lines: str) -> None:
    """Print to stderr, whatever its encoding; a closed stderr is nobody's problem."""
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    for line in filter(None, lines):
        try:
            print(line.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
        except OSError:
            return


def _discard_the_rest() -> None:
    """Whatever stdout still holds cannot be written, as after `| head`: let Python close the stream in peace."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

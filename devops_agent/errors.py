"""Every error the program raises on purpose, named by who must act. `cli.main` turns them into words and an exit code.

DevOpsAgentError            1    the task failed
├── ConfigurationError      2    the user: a flag, setting or file is wrong
├── BackendError            3    the operator: the model server is missing, refuses, or speaks nonsense
├── ApprovalNeededError     5    the user: a call waits for a yes and there is no terminal to ask on
└── LimitError              6    the user: the step or context limit was reached
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller. The numbers are a contract: scripts test for them."""

    OK = 0
    UNVERIFIED = 1
    USAGE = 2
    BACKEND = 3
    REFUSED = 4
    APPROVAL_NEEDED = 5
    LIMIT = 6
    TIME_LIMIT = 124
    INTERRUPTED = 130


EXIT_CODE_MEANINGS = {
    ExitCode.OK: "answered and verified",
    ExitCode.UNVERIFIED: "the task failed, or the answer is unverified",
    ExitCode.USAGE: "usage or configuration error",
    ExitCode.BACKEND: "backend or model unavailable",
    ExitCode.REFUSED: "refused by the policy or by the user",
    ExitCode.APPROVAL_NEEDED: "approval needed but no terminal; the pending call is on stdout as JSON",
    ExitCode.LIMIT: "step or context limit reached",
    ExitCode.TIME_LIMIT: "the last command was stopped at its time limit",
    ExitCode.INTERRUPTED: "interrupted",
}


class DevOpsAgentError(Exception):
    """Something the user can act on: what happened (`str(error)`), and what to do next (`hint`)."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigurationError(DevOpsAgentError):
    """A flag, setting or file is wrong."""

    exit_code = ExitCode.USAGE


class BackendError(DevOpsAgentError):
    """The model or its server is missing, refused, or answered with something that is not its protocol."""

    exit_code = ExitCode.BACKEND


class ApprovalNeededError(DevOpsAgentError):
    """A call waits for a yes and there is no terminal to ask on."""

    exit_code = ExitCode.APPROVAL_NEEDED


class LimitError(DevOpsAgentError):
    """The step limit was reached, or the conversation does not fit the model's context."""

    exit_code = ExitCode.LIMIT

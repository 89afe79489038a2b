"""What a gate asks about a call beyond the policy's verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devops_agent.approval import Request
from devops_agent.events import Call
from devops_agent.guard.provenance import Provenance
from devops_agent.guard.seal import seal


@dataclass
class Guard:
    """A guard that knows what was said and read, and nothing about the machine.

    `read_only` says that nothing may change right now; whoever sets the mode sets it.
    """

    provenance: Provenance = field(default_factory=Provenance)
    read_only: bool = False

    @property
    def environment(self) -> Mapping[str, str]:
        """What decides where commands go; empty when this guard does not know."""
        return {}

    def brief(self, request: Request) -> Request:
        """The request with what else a human needs to judge it."""
        return request

    def destination(self, call: Call) -> str:
        """Where a call goes, for the record; "" for one that reaches no cluster and no engine."""
        return ""

    def seal(self, call: Call, folder: Path) -> str:
        """A digest of all that a yes to this call rests on."""
        return seal(call, folder, "")

    def drift(self) -> str:
        """What has changed about where commands go since the user last knew; "" for nothing."""
        return ""

    def accept(self) -> None:
        """The user has been shown the drift, and goes on."""

    def close(self) -> None:
        """Give back files and processes."""

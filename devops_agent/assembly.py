"""Puts an agent together from settings. The one place that knows every part."""

from collections.abc import Callable

from devops_agent import __version__
from devops_agent.agent import DevOpsAgent
from devops_agent.approval import Approver, Mode
from devops_agent.backends import open_backend
from devops_agent.backends.base import ChatModel
from devops_agent.backends.choice import choose
from devops_agent.events import Watch
from devops_agent.gate import Gate
from devops_agent.guard.session import SessionGuard
from devops_agent.place import current_folder
from devops_agent.rules.book import open_rules
from devops_agent.secrets import Redactor
from devops_agent.secrets.veil import LiveVeil, asked_without_secrets, judged_with_values, veiled
from devops_agent.sessions.journal import Journal, NoJournal, SessionJournal
from devops_agent.sessions.retention import Keep
from devops_agent.settings import Settings
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace


def open_agent(
    settings: Settings,
    approve: Approver,
    watch: Watch,
    redactor: Redactor,
    notify: Callable[[str], None],
    *,
    session: int = 0,
    model: ChatModel | None = None,
) -> DevOpsAgent:
    """An agent with the default tools that works in the current folder; `notify` tells the user of earlier sessions.

    It goes on with the kept session of that number, or starts one. Without a `model` it opens that of the settings.
    Raises DevOpsAgentError.
    """
    settings = settings if model else _decided(settings, notify)
    live = LiveVeil(watch, redactor.redact)
    workspace = Workspace(
        folder=current_folder(),
        environment=settings.environment,
        state_folder=settings.state_folder,
        timeout=settings.timeout,
        observation_limit=min(Workspace.observation_limit, settings.num_ctx),
        watch=watch if settings.show_secrets else live,
        redact=redactor.redact,
    )
    rules = open_rules(settings.configuration_folder, workspace.folder, days=settings.rule_days)
    model = model or open_backend(settings)
    model.watch = watch
    guard = SessionGuard(workspace, rules, settings.protect, redact=redactor.redact)
    return DevOpsAgent(
        [veiled(tool, redactor, live) for tool in default_tools(workspace, redactor.redact)],
        model,
        gate=Gate(
            mode_of(settings),
            asked_without_secrets(approve, redactor.redact),
            judged_with_values(guard.judge, redactor),
            guard,
        ),
        max_steps=settings.max_steps,
        journal=_journal(settings, str(model.model_id), guard, redactor, notify, session),
        redact=redactor.redact,
    )


def _decided(settings: Settings, notify: Callable[[str], None]) -> Settings:
    """Settings that name the backend."""
    choice = choose(settings)
    if choice.reason and not settings.quiet:
        notify(choice.reason)
    return choice.settings


def _journal(
    settings: Settings,
    model: str,
    guard: SessionGuard,
    redactor: Redactor,
    notify: Callable[[str], None],
    session: int,
) -> Journal:
    if not settings.store:
        return NoJournal()
    about = {
        "folder": str(current_folder()),
        "model": model,
        "backend": settings.backend,
        "version": __version__,
    }
    keep = Keep(settings.keep_days, settings.keep_megabytes)
    return SessionJournal(settings.state_folder, about, redactor.redact, guard.destination, notify, session, keep)


def mode_of(settings: Settings) -> Mode:
    """The mode these settings ask for; read-only is stronger than any approval."""
    if settings.read_only:
        return "read-only"
    modes: dict[str, Mode] = {"always": "always", "changes": "changes", "never": "never"}
    return modes[settings.approval]

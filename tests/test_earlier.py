from pathlib import Path

from devops_agent.earlier import latest_here
from devops_agent.sessions.journal import SessionJournal
from devops_agent.settings import Settings


def test_the_last_conversation_is_the_one_that_was_last_at_work(tmp_path: Path) -> None:
    settings = Settings(environment={"HOME": str(tmp_path)})

    def say(task: str, session: int = 0) -> None:
        about = {"folder": str(Path.cwd())}
        journal = SessionJournal(settings.state_folder, about, str, lambda _: "", [].append, session)
        journal.begin(task)
        journal.close()

    for task, session in (("one", 0), ("two", 0), ("one again", 1)):
        say(task, session)
    assert [task.text for task in latest_here(settings).tasks] == ["one", "one again"]

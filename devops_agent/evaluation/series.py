"""Many tasks, one contestant after the other."""

from collections.abc import Callable, Sequence

from devops_agent.evaluation.contestants import Contestant
from devops_agent.evaluation.outcome import Outcome
from devops_agent.evaluation.playing import play
from devops_agent.evaluation.results import Scored
from devops_agent.evaluation.tasks import Task
from devops_agent.settings import Settings

Heard = Callable[[Outcome], None]


def run_series(contestant: Contestant, tasks: Sequence[Task], settings: Settings, scored: Scored, heard: Heard) -> None:
    """Play the tasks that `scored` does not hold yet, add what comes of each, and let it be heard.

    Raises BackendError when the model cannot be asked; what was finished by then stays in `scored`.
    """
    finished = {one.task for one in scored.outcomes}
    for task in tasks:
        if task.name in finished:
            continue
        outcome = play(task, contestant.model_for(task), settings)
        scored.outcomes.append(outcome)
        heard(outcome)

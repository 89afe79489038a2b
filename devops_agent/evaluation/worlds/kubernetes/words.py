"""What the sub-commands of kubectl share."""

from typing import TYPE_CHECKING, Any

from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster
from devops_agent.evaluation.worlds.kubernetes.get import selected
from devops_agent.evaluation.worlds.kubernetes.kinds import KINDS, Kind, kind_named, objects
from devops_agent.evaluation.worlds.kubernetes.objects import Pod, Workload
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World


class KubectlWords:
    """Sub-commands, one method each: options and namespace to result."""

    def __init__(self, world: "World") -> None:
        self.world = world

    @property
    def cluster(self) -> Cluster:
        return self.world.cluster

    def _resolve(self, options: Options, namespace: str) -> tuple[Kind | None, list[Any], Result]:
        """(kind, the objects named, the complaint if one is missing)."""
        kind, names = _named(options.operands)
        if kind is None:
            return (
                None,
                [],
                fails(f'error: the server doesn\'t have a resource type "{options.operand(0).partition("/")[0]}"'),
            )
        pool = {one.name: one for one in objects(self.cluster, kind, "" if not kind.namespaced else namespace)}
        missing = next((name for name in names if name not in pool), None)
        if missing is not None:
            return kind, [], fails(f'Error from server (NotFound): {kind.qualified} "{missing}" not found')
        return kind, [pool[name] for name in names] if names else selected(list(pool.values()), options), Result()

    def _pod_of(self, name: str, namespace: str) -> tuple[Pod | None, Result]:
        kind, _, rest = name.rpartition("/")
        if kind:
            pods = self._pods_below(kind, rest, namespace)
            named = (kind_named(kind) or KINDS[0]).qualified
            several = f"Found {len(pods)} pods, using pod/{pods[0].name}\n" if len(pods) > 1 else ""
            return (pods[0], Result("", several)) if pods else (None, _no_logs(named, rest, namespace))
        pod = self.cluster.pod(name, namespace)
        return pod, Result() if pod else _no_logs("pods", name, namespace)

    def _pods_below(self, kind: str, name: str, namespace: str) -> list[Pod]:
        """The pods of a workload or a job."""
        if kind_named(kind) is kind_named("job"):
            return [
                pod for pod in self.cluster.pods if (pod.labels.get("job-name"), pod.namespace) == (name, namespace)
            ]
        found = (one for one in self.cluster.workloads if (one.name, one.namespace) == (name, namespace))
        workload = next(found, None)
        return self.cluster.pods_of(workload) if workload else []

    def _workload(self, options: Options, namespace: str) -> tuple[Workload | None, Result]:
        kind, found, missing = self._resolve(options, namespace)
        if missing.code or not found:
            return None, missing
        return found[0], Result()


def _named(operands: list[str]) -> tuple[Kind | None, list[str]]:
    """(kind, names) from `deployment web` or `deployment/web`."""
    first = operands[0] if operands else ""
    if "/" in first:
        return kind_named(first.partition("/")[0]), [word.partition("/")[2] for word in operands]
    return kind_named(first), operands[1:]


def _no_logs(kind: str, name: str, namespace: str) -> Result:
    return fails(f'error: error from server (NotFound): {kind} "{name}" not found in namespace "{namespace}"')


def qualified(one: Workload) -> str:
    return f"{one.kind.lower()}.apps/{one.name}"

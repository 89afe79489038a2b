"""kubectl's sub-commands that change what runs in a workload."""

from devops_agent.evaluation.worlds.kubernetes.objects import Workload
from devops_agent.evaluation.worlds.kubernetes.words import KubectlWords, qualified
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


class Rollout(KubectlWords):
    """scale, rollout and set."""

    def _scale(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return fails(f"error: no objects passed to scale {missing.err.rstrip().partition('): ')[2]}")
        self.cluster.scale(workload, int(options.get("--replicas")))
        return prints(f"{qualified(workload)} scaled")

    def _rollout_restart(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        workload.old_images.append(workload.image)
        self.cluster.roll(workload, workload.health)
        return prints(f"{qualified(workload)} restarted")

    def _rollout_status(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        ready = sum(pod.ready for pod in self.cluster.pods_of(workload))
        done, waiting = _progress(workload, ready)
        if ready == workload.replicas:
            return prints(done)
        return Result(f"{waiting}\n", "error: timed out waiting for the condition\n", 1)

    def _rollout_undo(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        wanted = options.get("--to-revision", default="0")
        known = _revisions(workload)
        if wanted != "0" and wanted not in map(str, known):
            return fails(f"error: unable to find specified revision {wanted} in history")
        if not workload.old_images:
            return fails(f'error: no rollout history found for deployment "{workload.name}"')
        workload.image = workload.old_images.pop()
        workload.renumbered.add(known[-2] if len(known) > 1 else 0)
        self.cluster.roll(workload)
        return prints(f"{qualified(workload)} rolled back")

    def _rollout_history(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        known = _revisions(workload)
        if options.get("--revision", default=str(workload.revision)) not in map(str, known):
            return fails("error: unable to find the specified revision")
        rows = [("REVISION", "CHANGE-CAUSE"), *((str(number), "<none>") for number in known)]
        return prints(f"{qualified(workload)} \n" + "".join(f"{a:<10}{b}\n" for a, b in rows) + "\n")

    def _rollout_pause(self, options: Options, namespace: str) -> Result:
        return self._paused(options, namespace, "paused", "already paused", value=True)

    def _rollout_resume(self, options: Options, namespace: str) -> Result:
        return self._paused(options, namespace, "resumed", "not paused", value=False)

    def _paused(self, options: Options, namespace: str, word: str, otherwise: str, *, value: bool) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        if workload.paused == value:
            return fails(f'error: {workload.kind.lower()}s.apps "{workload.name}" is {otherwise}')
        workload.paused = value
        return prints(f"{qualified(workload)} {word}")

    def _set_image(self, options: Options, namespace: str) -> Result:
        pairs = _taken_pairs(options)
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        container, _, image = pairs[0].partition("=")
        if container not in (workload.name, "*"):
            return fails(f'error: unable to find container named "{container}"')
        if image == workload.image:
            return Result()
        workload.old_images.append(workload.image)
        workload.image = image
        self.cluster.roll(workload)
        return prints(f"{qualified(workload)} image updated")

    def _set_env(self, options: Options, namespace: str) -> Result:
        pairs = _taken_pairs(options)
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        if options.has("--list"):
            listed = "".join(f"{key}={value}\n" for key, value in workload.environment.items())
            return prints(f"# {workload.kind} {workload.name}, container {workload.name}\n{listed}")
        workload.environment |= dict(pair.partition("=")[::2] for pair in pairs)
        return prints(f"{qualified(workload)} env updated")


def _progress(workload: Workload, ready: int) -> tuple[str, str]:
    """What is said of a rollout that is complete, and of one that goes on."""
    name, wanted = workload.name, workload.replicas
    if workload.kind == "StatefulSet":
        done = f"partitioned roll out complete: {wanted} new pods have been updated..."
        return done, f"Waiting for {wanted - ready} pods to be ready..."
    kind = "daemon set" if workload.kind == "DaemonSet" else "deployment"
    pods = "pods" if workload.kind == "DaemonSet" else "replicas"
    waiting = f'Waiting for {kind} "{name}" rollout to finish: {ready} of {wanted} updated {pods} are available...'
    return f'{kind} "{name}" successfully rolled out', waiting


def _revisions(workload: Workload) -> list[int]:
    """The newest revisions that the history holds."""
    newest = range(max(1, workload.revision - 4), workload.revision + 1)
    return [number for number in newest if number not in workload.renumbered]


def _taken_pairs(options: Options) -> list[str]:
    """The operands NAME=VALUE, taken out of the options."""
    pairs = [word for word in options.operands if "=" in word]
    options.operands = [word for word in options.operands if "=" not in word]
    return pairs

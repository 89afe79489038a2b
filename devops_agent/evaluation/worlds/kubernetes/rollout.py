"""kubectl's sub-commands that change what runs in a workload."""

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
        self.cluster.roll(workload, workload.health)
        return prints(f"{qualified(workload)} restarted")

    def _rollout_status(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        pods = self.cluster.pods_of(workload)
        ready = sum(pod.ready for pod in pods)
        if ready == workload.replicas:
            return prints(f'deployment "{workload.name}" successfully rolled out')
        text = (
            f'Waiting for deployment "{workload.name}" rollout to finish: {ready} of {workload.replicas} '
            "updated replicas are available...\n"
        )
        return Result(text, "error: timed out waiting for the condition\n", 1)

    def _rollout_undo(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        if not workload.old_images:
            return fails(f'error: no rollout history found for deployment "{workload.name}"')
        workload.image = workload.old_images.pop()
        self.cluster.roll(workload)
        return prints(f"{qualified(workload)} rolled back")

    def _rollout_history(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        rows = [
            ("REVISION", "CHANGE-CAUSE"),
            *((str(n), "<none>") for n in range(max(1, workload.revision - 4), workload.revision + 1)),
        ]
        return prints(f"{qualified(workload)} \n" + "".join(f"{a:<10}{b}\n" for a, b in rows) + "\n")

    def _rollout_pause(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        return prints(f"{qualified(workload)} paused") if workload else missing

    def _rollout_resume(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        return prints(f"{qualified(workload)} resumed") if workload else missing

    def _set_image(self, options: Options, namespace: str) -> Result:
        pairs = _taken_pairs(options)
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        container, _, image = pairs[0].partition("=")
        if container not in (workload.name, "*"):
            return fails(f'error: unable to find container named "{container}"')
        workload.old_images.append(workload.image)
        workload.image = image
        self.cluster.roll(workload)
        return prints(f"{qualified(workload)} image updated")

    def _set_env(self, options: Options, namespace: str) -> Result:
        pairs = _taken_pairs(options)
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        workload.environment |= dict(pair.partition("=")[::2] for pair in pairs)
        return prints(f"{qualified(workload)} env updated")


def _taken_pairs(options: Options) -> list[str]:
    """The operands NAME=VALUE, taken out of the options."""
    pairs = [word for word in options.operands if "=" in word]
    options.operands = [word for word in options.operands if "=" not in word]
    return pairs

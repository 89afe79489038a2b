"""kubectl's sub-commands that look at objects."""

from collections.abc import Callable
from typing import Any

from devops_agent.evaluation.render import describe
from devops_agent.evaluation.render.tables import kubectl_table
from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster
from devops_agent.evaluation.worlds.kubernetes.get import got
from devops_agent.evaluation.worlds.kubernetes.kinds import KINDS, kind_named
from devops_agent.evaluation.worlds.kubernetes.words import KubectlWords
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints

NO_POD_NAMED = """\
error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command
See 'kubectl logs -h' for help and examples"""
STOPPED = {"CrashLoopBackOff", "OOMKilled", "ImagePullBackOff", "ErrImagePull", "ContainerCreating"}
"""What the status of a pod says while its container does not run."""


class Looking(KubectlWords):
    """get, describe, logs, exec and top."""

    def _get(self, options: Options, namespace: str) -> Result:
        return got(self.cluster, options, namespace)

    def _describe(self, options: Options, namespace: str) -> Result:
        kind, found, missing = self._resolve(options, namespace)
        writer: dict[str, Callable[[Any, Cluster], str]] = {
            "pod": describe.describe_pod,
            "service": describe.describe_service,
            "deployment": describe.describe_deployment,
            "node": describe.describe_node,
        }
        if not kind or missing.code:
            return missing
        if not found:
            return Result("", f"No resources found in {namespace} namespace.\n")
        if kind.singular not in writer:
            return prints(f"Name:         {found[0].name}\nNamespace:    {namespace}")
        return prints("\n\n".join(writer[kind.singular](one, self.cluster) for one in found))

    def _logs(self, options: Options, namespace: str) -> Result:
        if options.has("-l", "--selector"):
            key, _, value = options.get("-l", "--selector").partition("=")
            pods = [pod for pod in self.cluster.pods if pod.namespace == namespace and pod.labels.get(key) == value]
            if not pods:
                return Result("", f"No resources found in {namespace} namespace.\n", 0)
            return prints("\n".join(line for pod in pods for line in pod.logs[-10:]))
        if not options.operand(0):
            return fails(NO_POD_NAMED)
        pod, said = self._pod_of(options.operand(0), namespace)
        if not pod:
            return said
        container = options.get("-c", "--container", default=pod.container)
        if container != pod.container:
            return fails(f"error: container {container} is not valid for pod {pod.name}")
        if pod.phase == "Pending":
            reason = {
                "imagepull": "trying and failing to pull image",
                "creating": "ContainerCreating",
                "config": "CreateContainerConfigError",
            }
            if pod.health == "pending":
                return Result()
            return fails(
                f'Error from server (BadRequest): container "{pod.container}" in pod "{pod.name}" is '
                f"waiting to start: {reason[pod.health]}"
            )
        lines = pod.logs
        if options.has("--previous", "-p"):
            if not pod.restarts:
                return fails(
                    f'Error from server (BadRequest): previous terminated container "{pod.container}" in '
                    f'pod "{pod.name}" not found'
                )
            lines = pod.previous or pod.logs
        count = options.get("--tail")
        text = "\n".join(lines[-int(count) :] if count.isdigit() and int(count) else lines)
        return Result(prints(text).out, said.err)

    def _exec(self, options: Options, namespace: str, inner: list[str]) -> Result:
        pod, _ = self._pod_of(options.operand(0), namespace)
        if not pod:
            kind, _, name = options.operand(0).rpartition("/")
            named = (kind_named(kind) or KINDS[0]).qualified
            return fails(f'Error from server (NotFound): {named} "{name}" not found')
        workload = next(
            (one for one in self.cluster.workloads if one.name == pod.owner and one.namespace == namespace), None
        )
        values = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME": pod.name,
            **(workload.environment if workload else {}),
            "HOME": "/root",
        }
        if not inner:
            return fails("error: you must specify at least one command for the container")
        if pod.health == "pending":
            return fails(f"Error from server (BadRequest): pod {pod.name} does not have a host assigned")
        if pod.status in STOPPED:
            return fails(f'error: unable to upgrade connection: container not found ("{pod.container}")')
        if inner[0] in ("env", "printenv") and len(inner) == 1:
            return prints("\n".join(f"{key}={value}" for key, value in values.items()))
        if inner[0] == "printenv":
            return prints(values[inner[1]]) if inner[1] in values else fails("command terminated with exit code 1")
        if inner[0] == "ls":
            return prints("\n".join(sorted(self.world.source(pod.name).different(4))))
        if inner[0] == "hostname":
            return prints(pod.name)
        return fails(
            f'error: Internal error occurred: error executing command in container: exec: "{inner[0]}": '
            "executable file not found in $PATH: unknown"
        )

    def _top(self, options: Options, namespace: str) -> Result:
        if not self.cluster.metrics:
            return fails("error: Metrics API not available")
        kind = kind_named(options.operand(0))
        if kind and kind.singular == "node":
            return prints(kubectl_table(self._node_usage()))
        everywhere = options.has("-A", "--all-namespaces")
        pods = [
            pod for pod in self.cluster.pods if (everywhere or pod.namespace == namespace) and pod.phase == "Running"
        ]
        if not pods:
            return Result("", f"No resources found in {namespace} namespace.\n", 0)
        by = options.get("--sort-by")
        if by:
            pods.sort(key=lambda pod: -(pod.memory if by == "memory" else pod.cpu))
        else:
            pods.sort(key=lambda pod: (pod.namespace, pod.name))
        head = (("NAMESPACE",) if everywhere else ()) + ("NAME", "CPU(cores)", "MEMORY(bytes)")
        body = [((pod.namespace,) if everywhere else ()) + (pod.name, f"{pod.cpu}m", f"{pod.memory}Mi") for pod in pods]
        return prints(kubectl_table([head, *body]))

    def _node_usage(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = [("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")]
        for one in self.cluster.nodes:
            cpu, memory = one.cpu * one.cpu_used * 10, one.memory_gib * 1024 * one.memory_used // 100
            rows.append((one.name, f"{cpu}m", f"{one.cpu_used}%", f"{memory}Mi", f"{one.memory_used}%"))
        return rows

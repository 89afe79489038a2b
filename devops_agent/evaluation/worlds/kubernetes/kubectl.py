"""kubectl, answered by a made-up cluster: which sub-command, for which kind, in which namespace."""

from collections.abc import Callable

from devops_agent.evaluation.render.tables import kubectl_table
from devops_agent.evaluation.worlds.kubernetes.changing import Changing
from devops_agent.evaluation.worlds.kubernetes.kinds import KINDS, kind_named
from devops_agent.evaluation.worlds.kubernetes.looking import Looking
from devops_agent.evaluation.worlds.kubernetes.rollout import Rollout
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints

VALUED = (
    "-n --namespace -o --output -l --selector --field-selector --sort-by --tail --replicas --image -f "
    "--filename -c --container "
    "--port --target-port --type --since --to-revision --revision --pod-selector --context --name --timeout "
    "--min --max --cpu-percent --from-literal --schedule"
)
FAILURES = {
    "unknown-host": "Unable to connect to the server: dial tcp: lookup {host} on 127.0.0.53:53: no such host",
    "expired": "Unable to connect to the server: x509: certificate has expired or is not yet valid",
    "timed-out": "Unable to connect to the server: dial tcp: i/o timeout",
    "unauthorized": "error: You must be logged in to the server (Unauthorized)",
    "unreadable": 'error: error loading config file "{folder}/config": open {folder}/config: permission denied',
    "malformed": 'error: error loading config file "{folder}/config": yaml: line 3: mapping values are not allowed in '
    "this context",
    "absent-context": 'error: context "{host}" does not exist',
}
"""What kubectl says when it does not get as far as the question."""
REFUSED = "The connection to the server {server} was refused - did you specify the right host or port?"
FORBIDDEN = (
    'Error from server (Forbidden): {what} is forbidden: User "{user}" cannot list resource "{resource}" '
    'in API group "" '
    'in the namespace "{namespace}"'
)


class Kubectl(Looking, Rollout, Changing):
    """The client: what is wrong with the cluster, else the sub-command."""

    def run(self, words: list[str], stdin: str) -> Result:
        if not words:
            return prints("kubectl controls the Kubernetes cluster manager.")
        inner = words[words.index("--") + 1 :] if "--" in words else []
        words = words[: words.index("--")] if "--" in words else words
        valued = VALUED.replace("-f --filename", "--filename") if words[0] == "logs" else VALUED
        valued = valued if words[0] != "logs" else valued.replace("-c ", "-c ")
        options = read_options(words, valued)
        name = options.operands.pop(0) if options.operands else ""
        if (
            name in ("rollout", "set", "config", "top", "create", "auth", "cluster-info")
            and options.operands
            and name not in ("top", "create")
        ):
            name = f"{name}_{options.operands.pop(0)}"
        handler: Callable[..., Result] | None = getattr(self, f"_{name.replace('-', '_')}", None)
        if handler is None:
            return fails(f'error: unknown command "{name}" for "kubectl"')
        if refusal := self._unreachable(name, options):
            return refusal
        namespace = options.get("-n", "--namespace", default=self.cluster.current_namespace)
        return handler(options, namespace, inner) if name == "exec" else handler(options, namespace)

    def _unreachable(self, name: str, options: Options) -> Result | None:
        if name.startswith("config") or not self.cluster.problem:
            return None
        if self.cluster.problem == "refused":
            return fails(REFUSED.format(server=f"{self.cluster.nodes[0].address}:6443"))
        if self.cluster.problem == "no-context":
            return fails(REFUSED.format(server="localhost:8080"))
        if self.cluster.problem in FAILURES:
            found = {"host": f"{self.cluster.context}.example", "folder": f"{self.world.home}/.kube"}
            return fails(FAILURES[self.cluster.problem].format(**found))
        kind = kind_named(options.operand(0)) or KINDS[0]
        namespace = options.get("-n", "--namespace", default="default")
        return fails(
            FORBIDDEN.format(what=kind.plural, resource=kind.plural, user=self.world.user, namespace=namespace)
        )

    def _config_current_context(self, options: Options, namespace: str) -> Result:
        if self.cluster.problem == "no-context":
            return fails("error: current-context is not set")
        return prints(self.cluster.context)

    def _config_get_contexts(self, options: Options, namespace: str) -> Result:
        rows: list[tuple[object, ...]] = [("CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE")]
        rows += [("*" if name == self.cluster.context else "", name, name, name, "") for name in self.cluster.contexts]
        return prints(kubectl_table(rows))

    def _config_use_context(self, options: Options, namespace: str) -> Result:
        name = options.operand(0)
        if name not in self.cluster.contexts:
            return fails(f'error: no context exists with the name: "{name}"')
        self.cluster.context = name
        return prints(f'Switched to context "{name}".')

    def _config_set_context(self, options: Options, namespace: str) -> Result:
        self.cluster.current_namespace = options.get("--namespace")
        self.cluster.namespaces.setdefault(self.cluster.current_namespace, 86400)
        return prints(f'Context "{self.cluster.context}" modified.')

    def _version(self, options: Options, namespace: str) -> Result:
        return prints(f"Client Version: v1.32.4\nKustomize Version: v5.5.0\nServer Version: {self.cluster.version}")

    def _cluster_info(self, options: Options, namespace: str) -> Result:
        address = f"https://{self.cluster.nodes[0].address}:6443"
        return prints(
            f"Kubernetes control plane is running at {address}\n"
            f"CoreDNS is running at {address}/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy\n\n"
            "To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'."
        )

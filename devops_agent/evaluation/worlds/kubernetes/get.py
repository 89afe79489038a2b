"""`kubectl get`."""

import json
from typing import Any

from devops_agent.evaluation.render.tables import kubectl_table
from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster
from devops_agent.evaluation.worlds.kubernetes.kinds import Kind, Space, kind_named, objects
from devops_agent.evaluation.worlds.kubernetes.objects import Event, Pod, Record, Workload
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


def got(cluster: Cluster, options: Options, namespace: str) -> Result:
    """Answer `kubectl get` with these options."""
    words = [kind for kind in options.operand(0).split(",") if kind]
    names = options.operands[1:]
    if not words:
        return fails(
            'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list '
            "of supported resources.\n\nerror: Required resource not specified.\n"
            'Use "kubectl explain <resource>" for a detailed description of that resource '
            "(e.g. kubectl explain pods).\n"
            "See 'kubectl get -h' for help and examples"
        )
    if words == ["all"]:
        return _all(cluster, options, namespace)
    if "/" in words[0]:
        words, names = [words[0].partition("/")[0]], [words[0].partition("/")[2]]
    kind = kind_named(words[0])
    if kind is None:
        return fails(f'error: the server doesn\'t have a resource type "{words[0]}"')
    everywhere = options.has("-A", "--all-namespaces")
    if kind.singular == "event":
        return _events(cluster, options, "" if everywhere else namespace)
    found = list(objects(cluster, kind, "" if everywhere or not kind.namespaced else namespace))
    complaints = ""
    if names:
        pool = {one.name: one for one in found}
        missing = [name for name in names if name not in pool]
        complaints = "".join(f'Error from server (NotFound): {kind.qualified} "{name}" not found\n' for name in missing)
        found = [pool[name] for name in names if name in pool]
        if not found:
            return Result("", complaints, 1)
    found = selected(found, options)
    shown = _shown(cluster, kind, found, options, namespace, everywhere and kind.namespaced, bool(names))
    return Result(shown.out, shown.err + complaints, 1) if complaints else shown


def selected(found: list[Any], options: Options) -> list[Any]:
    """Those that the selectors among the options leave, in the order that is asked for."""
    for pair in filter(None, options.get("-l", "--selector").split(",")):
        key, _, value = pair.partition("=")
        found = [one for one in found if getattr(one, "labels", {"app": getattr(one, "name", "")}).get(key) == value]
    for pair in filter(None, options.get("--field-selector").split(",")):
        negative = "!=" in pair
        key, _, value = pair.replace("!=", "=").replace("==", "=").partition("=")
        found = [one for one in found if (_field(one, key) == value) != negative]
    if "restartCount" in options.get("--sort-by"):
        found.sort(key=lambda one: one.restarts)
    if "creationTimestamp" in options.get("--sort-by"):
        found.sort(key=lambda one: -one.age)
    return found


def _field(one: Any, key: str) -> str:
    known = {
        "status.phase": "phase",
        "spec.nodeName": "node",
        "metadata.name": "name",
        "metadata.namespace": "namespace",
    }
    return str(getattr(one, known.get(key, key), ""))


def _shown(
    cluster: Cluster, kind: Kind, found: list[Any], options: Options, namespace: str, everywhere: bool, named: bool
) -> Result:
    output = options.get("-o", "--output")
    if not found and not output.startswith(("json", "yaml")):
        where = f" in {namespace} namespace" if kind.namespaced and not everywhere else ""
        return Result("", f"No resources found{where}.\n" if where else "No resources found\n", 0)
    if output == "name":
        prefix = f"{kind.singular}.{kind.group}" if kind.group else kind.singular
        return prints("\n".join(f"{prefix}/{one.name}" for one in found))
    if output.startswith("jsonpath"):
        return Result(_jsonpath(output.partition("=")[2], found, named))
    if output == "yaml" and named:
        return prints(_yaml(kind, found[0], cluster))
    if output == "json" and named:
        return prints(json.dumps({"kind": kind.singular, "metadata": {"name": found[0].name}}, indent=4))
    return prints(
        _table(
            cluster, kind, found, wide=output == "wide", everywhere=everywhere, headed=not options.has("--no-headers")
        )
    )


def _table(
    cluster: Cluster,
    kind: Kind,
    found: list[Any],
    *,
    wide: bool,
    everywhere: bool,
    headed: bool = True,
    prefix: str = "",
) -> str:
    heading = f"{kind.heading} {kind.wide_heading}" if wide and kind.wide else kind.heading
    head = tuple(name.replace("_", " ") for name in heading.split())
    rows: list[tuple[object, ...]] = [("NAMESPACE", *head) if everywhere else head] if headed else []
    for one in found:
        cells = kind.cells(one, cluster) + (kind.wide(one, cluster) if wide and kind.wide else ())
        cells = (prefix + str(cells[0]), *cells[1:])
        rows.append((one.namespace, *cells) if everywhere else cells)
    return kubectl_table(rows)


def _all(cluster: Cluster, options: Options, namespace: str) -> Result:
    parts = []
    for word in (
        "pods",
        "services",
        "daemonsets",
        "deployments",
        "replicasets",
        "statefulsets",
        "hpa",
        "cronjobs",
        "jobs",
    ):
        kind = kind_named(word)
        assert kind is not None
        found = list(objects(cluster, kind, namespace))
        if found:
            prefix = f"{kind.singular}.{kind.group}/" if kind.group else f"{kind.singular}/"
            parts.append(_table(cluster, kind, found, wide=False, everywhere=False, prefix=prefix))
    if not parts:
        return Result("", f"No resources found in {namespace} namespace.\n", 0)
    return Result("\n".join(parts))


def _events(cluster: Cluster, options: Options, namespace: str) -> Result:
    found = [
        (pod.namespace, event)
        for pod in cluster.pods
        if not namespace or pod.namespace == namespace
        for event in pod.events
    ]
    for pair in filter(None, options.get("--field-selector").split(",")):
        key, _, value = pair.partition("=")
        wanted = {"involvedObject.name": "about", "type": "kind", "reason": "reason"}.get(key, "about")
        found = [(space, event) for space, event in found if getattr(event, wanted) == value]
    found.sort(key=lambda pair: -pair[1].age)
    if not found:
        return Result("", f"No resources found in {namespace} namespace.\n" if namespace else "No resources found\n", 0)
    return prints(kubectl_table(_event_rows(found, everywhere=not namespace)))


def _event_rows(found: list[tuple[str, Event]], *, everywhere: bool) -> list[tuple[object, ...]]:
    from devops_agent.evaluation.render.kubectl import event_cells

    before = ("NAMESPACE",) if everywhere else ()
    rows: list[tuple[object, ...]] = [(*before, "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")]
    return rows + [(*((space,) if everywhere else ()), *event_cells(event, None)) for space, event in found]  # type: ignore[arg-type]


def _jsonpath(template: str, found: list[Any], named: bool) -> str:
    """The few paths that the tasks use."""
    one = found[0]
    if isinstance(one, Workload):
        known = {
            ".spec.replicas": str(one.replicas),
            ".spec.template.spec.containers[0].image": one.image,
            ".spec.template.spec.containers[*].image": one.image,
        }
        return known.get(template.strip("{}"), "")
    if isinstance(one, Pod):
        if ".items[*].spec.containers[*].image" in template:
            return " ".join(pod.image for pod in found)
        if ".items[*].metadata.name" in template:
            return " ".join(pod.name for pod in found)
        known = {
            ".spec.containers[0].image": one.image,
            ".spec.containers[*].image": one.image,
            ".spec.nodeName": one.node,
            ".status.podIP": one.address,
            ".status.phase": one.phase,
        }
        return known.get(template.strip("{}"), "")
    return ""


def _yaml(kind: Kind, one: Any, cluster: Cluster) -> str:
    if isinstance(one, Record):
        data = "".join(f"  {key}: {_quoted(value)}\n" for key, value in sorted(one.data.items()))
        created = f"{_iso(cluster.now - one.age)}"
        return (
            f'apiVersion: v1\ndata:\n{data}kind: ConfigMap\nmetadata:\n  creationTimestamp: "{created}"\n'
            f'  name: {one.name}\n  namespace: {one.namespace}\n  resourceVersion: "{one.age * 7}"\n'
        )
    if isinstance(one, Space):
        return f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {one.name}\nstatus:\n  phase: Active\n"
    return f"kind: {kind.singular}\nmetadata:\n  name: {one.name}\n"


def _iso(seconds: int) -> str:
    from devops_agent.evaluation.worlds.logs import moment

    return f"{moment(seconds):%Y-%m-%dT%H:%M:%SZ}"


def _quoted(value: str) -> str:
    return f'"{value}"' if value.isdigit() or value in ("true", "false", "") else value

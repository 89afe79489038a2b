"""`kubectl apply -f` and `kubectl create -f`."""

from typing import TYPE_CHECKING, Any

import yaml

from devops_agent.evaluation.worlds.result import Result, fails, prints

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

GROUPS = {
    "Deployment": "deployment.apps",
    "StatefulSet": "statefulset.apps",
    "Ingress": "ingress.networking.k8s.io",
    "Job": "job.batch",
    "CronJob": "cronjob.batch",
}


def applied(world: "World", name: str, namespace: str) -> Result:
    """Apply a manifest from the world's files."""
    documents, problem = manifest(world, name)
    if problem:
        return problem
    missing = next(
        (
            one
            for one in documents
            if _namespace(one, namespace) not in world.cluster.namespaces and one.get("kind") != "Namespace"
        ),
        None,
    )
    if missing:
        return fails(
            f'Error from server (NotFound): error when creating "{name}": namespaces '
            f'"{_namespace(missing, namespace)}" not found'
        )
    return prints("\n".join(_apply_one(world, one, _namespace(one, namespace)) for one in documents))


def manifest(world: "World", name: str) -> tuple[list[Any], Result | None]:
    """(the objects in one of the world's files, the complaint if it cannot be read)."""
    text = world.files.text(world.files.absolute(world.cwd, name))
    if text is None:
        return [], fails(f'error: the path "{name}" does not exist')
    try:
        return [one for one in yaml.safe_load_all(text) if one], None
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        return [], fails(
            f"error: error parsing {name}: error converting YAML to JSON: yaml: line {line}: mapping values "
            "are not allowed in this context"
        )


def _namespace(document: Any, usual: str) -> str:
    return str(document.get("metadata", {}).get("namespace", usual))


def _apply_one(world: "World", document: Any, namespace: str) -> str:
    kind, name = document.get("kind", ""), document.get("metadata", {}).get("name", "")
    shown = f"{GROUPS.get(kind, kind.lower())}/{name}"
    cluster = world.cluster
    if kind == "Namespace":
        state = "unchanged" if name in cluster.namespaces else "created"
        cluster.namespace(name)
        return f"{shown} {state}"
    if kind == "Deployment":
        return f"{shown} {_deployment(world, document, name, namespace)}"
    return f"{shown} created"


def _deployment(world: "World", document: Any, name: str, namespace: str) -> str:
    specification = document.get("spec", {})
    image = specification.get("template", {}).get("spec", {}).get("containers", [{}])[0].get("image", "")
    replicas = int(specification.get("replicas", 1))
    found = world.cluster.find("Deployment", name, namespace)
    if found and (found.image, found.replicas) == (image, replicas):
        return "unchanged"
    workload = found or world.cluster.deploy(namespace, "running", name, replicas)
    workload.image, workload.replicas, workload.age = image, replicas, workload.age if found else 1
    world.cluster.roll(workload)
    return "configured" if found else "created"

"""A world as JSON and back, so that a task can carry the machine it is about."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from devops_agent.evaluation.worlds.docker import objects as docker_objects
from devops_agent.evaluation.worlds.files import tree
from devops_agent.evaluation.worlds.git import repository
from devops_agent.evaluation.worlds.kubernetes import helm
from devops_agent.evaluation.worlds.kubernetes import objects as cluster_objects
from devops_agent.evaluation.worlds.system import state
from devops_agent.evaluation.worlds.world import World

PARTS = ("docker", "cluster", "system", "git", "helm")
TRAITS = ("now", "user", "home", "cwd", "environment", "missing")
NOT_STATE = frozenset({"values", "files", "now"})
TAG = "$"
"""Marks an object that stands for something other than a JSON object; its value names what."""

KNOWN = {
    kind.__name__: kind
    for module in (cluster_objects, docker_objects, tree, repository, helm, state)
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind)
}


def dumped(world: World) -> dict[str, Any]:
    """The world as it is now: only the parts that were made; the others follow from its seed."""
    parts = {name: _state(getattr(world, name)) for name in PARTS if name in vars(world)}
    traits = {name: _encoded(getattr(world, name)) for name in TRAITS}
    return {"seed": world.seed, "pool": world.pool, **traits, "tree": _encoded(world.files.tree), "parts": parts}


def loaded(record: Mapping[str, Any]) -> World:
    """The world of a record. Raises KeyError, TypeError or ValueError for one that `dumped` did not make."""
    world = World(record["seed"], record["pool"])
    for name in TRAITS:
        setattr(world, name, _decoded(record[name]))
    world.files.now, world.files.tree = world.now, _decoded(record["tree"])
    for name, kept in record["parts"].items():
        if name not in PARTS:
            raise ValueError(f"a world has no part {name!r}")
        vars(getattr(world, name)).update({key: _decoded(value) for key, value in kept.items()})
    return world


def _state(part: Any) -> dict[str, Any]:
    return {name: _encoded(value) for name, value in vars(part).items() if name not in NOT_STATE}


def _encoded(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        given = {item.name: getattr(value, item.name) for item in fields(value)}
        return {TAG: type(value).__name__, **{name: _encoded(one) for name, one in given.items()}}
    if isinstance(value, (tuple, set, frozenset)):
        kind = "tuple" if isinstance(value, tuple) else "set"
        return {TAG: kind, "items": [_encoded(one) for one in (value if kind == "tuple" else sorted(value))]}
    if isinstance(value, list):
        return [_encoded(one) for one in value]
    return {str(key): _encoded(one) for key, one in value.items()} if isinstance(value, dict) else value


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(one) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(TAG)
    if kind is None:
        return {key: _decoded(one) for key, one in value.items()}
    if kind in ("tuple", "set"):
        items = [_decoded(one) for one in value["items"]]
        return tuple(items) if kind == "tuple" else set(items)
    if kind not in KNOWN:
        raise ValueError(f"a world holds no {kind!r}")
    return KNOWN[kind](**{key: _decoded(one) for key, one in value.items() if key != TAG})

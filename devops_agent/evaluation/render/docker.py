"""What the docker client prints."""

from collections.abc import Mapping, Sequence

from devops_agent.evaluation.render.durations import docker_age
from devops_agent.evaluation.render.sizes import decimal_size, mebibytes
from devops_agent.evaluation.render.tables import docker_table
from devops_agent.evaluation.worlds.docker.objects import Container, Image, Network, Volume
from devops_agent.evaluation.worlds.go_template import render_template

HEADINGS = {name: name.upper() for name in "Names Image Command Status State Ports Repository Tag Size".split()}
HEADINGS |= {"RunningFor": "CREATED", "CreatedSince": "CREATED"}


def status(container: Container) -> str:
    """The STATUS column."""
    since = docker_age(container.since)
    if container.state == "running":
        health = f" (health: {container.health})" if container.health == "starting" else f" ({container.health})"
        return f"Up {since}{health if container.health else ''}"
    if container.state == "paused":
        return f"Up {since} (Paused)"
    if container.state == "restarting":
        return f"Restarting ({container.code}) {since} ago"
    if container.state == "exited":
        return f"Exited ({container.code}) {since} ago"
    return {"created": "Created", "dead": "Dead"}[container.state]


def ports(container: Container) -> str:
    """The PORTS column; only of running containers."""
    if container.state not in ("running", "paused"):
        return ""
    published = {inner for _, inner in container.ports}
    shown = [f"0.0.0.0:{host}->{inner}/tcp, [::]:{host}->{inner}/tcp" for host, inner in container.ports]
    shown += [f"{port}/tcp" for port in container.exposed if port not in published]
    return ", ".join(shown)


def containers_table(containers: Sequence[Container]) -> str:
    """`docker ps`."""
    rows = [("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES")]
    rows += [
        (one.id[:12], one.image, f'"{one.command}"', f"{docker_age(one.age)} ago", status(one), ports(one), one.name)
        for one in containers
    ]
    return docker_table(rows)


def formatted_containers(template: str, containers: Sequence[Container]) -> str:
    """`docker ps --format`."""
    return _formatted(template, [_container_fields(one) for one in containers], "CONTAINER ID")


def formatted_images(template: str, images: Sequence[Image]) -> str:
    """`docker images --format`."""
    return _formatted(template, [_image_fields(one) for one in images], "IMAGE ID")


def _container_fields(one: Container) -> dict[str, str]:
    return {
        "ID": one.id[:12],
        "Names": one.name,
        "Image": one.image,
        "Command": f'"{one.command}"',
        "RunningFor": f"{docker_age(one.age)} ago",
        "Status": status(one),
        "State": one.state,
        "Ports": ports(one),
    }


def _image_fields(one: Image) -> dict[str, str]:
    return {
        "ID": one.id[:12],
        "Repository": one.repository or "<none>",
        "Tag": one.tag or "<none>",
        "CreatedSince": f"{docker_age(one.age)} ago",
        "Size": decimal_size(one.size),
    }


def _formatted(template: str, rows: Sequence[Mapping[str, str]], identifier: str) -> str:
    """Each row through a template; one that begins with `table` gets headings and columns."""
    body = template.removeprefix("table ")
    lines = [render_template(body, row) for row in rows]
    if body == template:
        return "".join(f"{line}\n" for line in lines)
    heading = render_template(body, {**HEADINGS, "ID": identifier})
    return docker_table([line.split("\t") for line in (heading, *lines)])


def images_table(images: Sequence[Image]) -> str:
    rows: list[tuple[object, ...]] = [("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE")]
    rows += [
        (
            one.repository or "<none>",
            one.tag or "<none>",
            one.id[:12],
            f"{docker_age(one.age)} ago",
            decimal_size(one.size),
        )
        for one in images
    ]
    return docker_table(rows)


def volumes_table(volumes: Sequence[Volume]) -> str:
    return docker_table([("DRIVER", "VOLUME NAME"), *(("local", volume.name) for volume in volumes)])


def networks_table(networks: Sequence[Network]) -> str:
    rows = [("NETWORK ID", "NAME", "DRIVER", "SCOPE")]
    return docker_table([*rows, *((one.id, one.name, one.driver, "local") for one in networks)])


def stats_table(containers: Sequence[Container], total_memory: int) -> str:
    """`docker stats --no-stream`."""
    rows: list[tuple[object, ...]] = [
        ("CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O", "BLOCK I/O", "PIDS")
    ]
    for one in containers:
        limit = one.limit or total_memory
        used = f"{mebibytes(one.memory)} / {mebibytes(limit)}"
        network = f"{decimal_size(one.pids * 7919)} / {decimal_size(one.pids * 1009)}"
        block = f"{decimal_size(one.age * 977)} / {decimal_size(0)}"
        share = f"{100 * one.memory / limit:.2f}%"
        rows.append((one.id[:12], one.name, f"{one.cpu:.2f}%", used, share, network, block, one.pids))
    return docker_table(rows)


def compose_table(containers: Sequence[Container]) -> str:
    """`docker compose ps`."""
    rows = [("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS")]
    rows += [
        (one.name, one.image, f'"{one.command}"', one.service, f"{docker_age(one.age)} ago", status(one), ports(one))
        for one in containers
    ]
    return docker_table(rows)


def disk_table(
    images: Sequence[Image], containers: Sequence[Container], volumes: Sequence[Volume], used: set[str]
) -> str:
    """`docker system df`."""
    in_use = [image for image in images if image.name in used]
    free = sum(image.size for image in images if image.name not in used)
    active = [one for one in containers if one.up]
    written, idle = len(containers) * 48_213, (len(containers) - len(active)) * 48_213
    mounted = {name for one in containers for name, _ in one.volumes}
    space, unused = sum(one.size for one in volumes), sum(one.size for one in volumes if one.name not in mounted)
    rows: list[tuple[object, ...]] = [("TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE")]
    rows.append(("Images", len(images), len(in_use), *_reclaimable(sum(one.size for one in images), free)))
    rows.append(("Containers", len(containers), len(active), *_reclaimable(written, idle)))
    rows.append(
        ("Local Volumes", len(volumes), sum(one.name in mounted for one in volumes), *_reclaimable(space, unused))
    )
    rows.append(("Build Cache", 0, 0, "0B", "0B"))
    return docker_table(rows)


def _reclaimable(total: int, free: int) -> tuple[str, str]:
    share = f" ({100 * free // total}%)" if total else ""
    return decimal_size(total), f"{decimal_size(free)}{share}"

"""Changing a Docker host."""

from devops_agent.evaluation.render.docker import status
from devops_agent.evaluation.worlds.docker.objects import Container
from devops_agent.evaluation.worlds.values import Values

from training.tasks.docker_look import a_container, host_with
from training.tasks.scene import Oracle, Scene, bash, body, counted, error_line, failed, intent, listed


def _misnamed(s: Scene, one: Container, share: float = 0.06) -> str:
    """The name of a container, or of one that does not exist."""
    return s.v.name() if s.v.chance(share) else one.name


def _refused_with(v: Values) -> str | None:
    return (
        v.pick(
            ["not that one", "no, leave it running", "wait until tonight", "don't", "not now, just tell me its status"]
        )
        if v.chance(0.05)
        else None
    )


@intent(
    "docker.start",
    """
    start [the] [container] {name}
    start [the] {name} container
    [docker] start {name}
    (bring|get) [the] [container] {name} [back] up
    boot [up] container {name}
    launch the stopped container {name}
    turn {name} on
    run the existing container {name} again
    {name} is stopped, start it
    make [sure] container {name} run[s]
    start up {name}
    bring container {name} back
    """,
    weight=2,
)
def start(s: Scene) -> Oracle:
    one = a_container(s, "stopped", "crashed", "killed", "created", "plain")
    clash = s.v.chance(0.12) and one.ports
    if clash:
        other = s.world.docker.add("plain")
        other.ports = [one.ports[0]]
    name = _misnamed(s, one)
    s.ask(name=name)
    told = yield bash(f"docker start {name}")
    if not failed(told):
        yield bash(f"docker ps --filter name={name}")
        return f"Started {name}: {status(one)}."
    if name != one.name:
        return f"Not started: there is no container named {name}."
    port = one.ports[0][0]
    yield bash(f"docker ps --filter publish={port}")
    return f"{name} could not be started: port {port} is already taken by {other.name}."


@intent(
    "docker.stop",
    """
    stop [the] [container] {name}
    stop [the] {name} container
    [docker] stop {name}
    shut down [the] [container] {name}
    (take|bring) [the] [container] {name} down
    halt container {name}
    turn {name} off
    i don't need container {name} any more, stop it
    end the container {name}
    {name} must not run any longer, stop the container
    make container {name} stop
    please shut the {name} container off
    """,
    weight=2,
)
def stop(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "unhealthy")
    name = _misnamed(s, one)
    s.ask(name=name)
    feedback = _refused_with(s.v)
    told = yield bash(f"docker stop {name}", feedback)
    if told.startswith("User rejected"):
        if feedback and "status" in feedback:
            yield bash(f"docker ps -a --filter name={name}")
            return (
                f"Not stopped, as you said. {name} is {one.state} ({status(one)})."
                if name == one.name
                else f"Not stopped. There is no container named {name}."
            )
        return f"{name} was not stopped: you rejected it."
    return f"Stopped {name}." if not failed(told) else f"Not stopped: there is no container named {name}."


@intent(
    "docker.restart",
    """
    restart [the] [container] {name}
    restart [the] {name} container
    [docker] restart {name}
    bounce [the] [container] {name}
    stop and start [container] {name} again
    reboot [the] container {name}
    give [the] container {name} a restart
    {name} hangs, restart the container
    cycle container {name}
    container {name} needs a restart
    turn container {name} off and on again
    re-launch container {name}
    """,
    weight=2,
)
def restart(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "unhealthy", "crashed")
    name = _misnamed(s, one)
    s.ask(name=name)
    told = yield bash(f"docker restart {name}")
    if failed(told):
        return f"Not restarted: there is no container named {name}."
    yield bash(f"docker ps --filter name={name}")
    return f"Restarted {name}: {status(one)}."


@intent(
    "docker.remove",
    """
    (remove|delete) [the] [stopped] container {name}
    (remove|delete) [the] {name} container
    docker rm {name}
    get rid of [the] container {name}
    rm container {name}
    throw [the] container {name} away
    delete {name} from docker
    container {name} can go
    clean up the container {name}
    erase the docker container {name}
    """,
    weight=1.5,
)
def remove(s: Scene) -> Oracle:
    one = a_container(s, "stopped", "crashed", "done", "plain")
    name = _misnamed(s, one)
    s.ask(name=name)
    told = yield bash(f"docker rm {name}")
    if not failed(told):
        return f"Removed container {name}."
    if name != one.name:
        return f"Not removed: there is no container named {name}."
    yield bash(f"docker stop {name}")
    yield bash(f"docker rm {name}")
    return f"Container {name} was running, so I stopped it first. Removed {name}."


@intent(
    "docker.run",
    """
    run [an|a] {image} [container] on port {port}
    (run|start) [a container from] {image} [in the background] and publish port {port}
    start {image} and expose port {port}
    docker run {image} [in the background] with port {port}
    launch {image}, port {port}
    run image {image} detached[,] on port {port}
    spin up {image} on port {port}
    bring up a container of {image} listening on {port}
    deploy {image} locally on port {port}
    i need {image} running on {port}
    get {image} going on port {port}
    """,
    weight=1.5,
)
def run(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 1))
    image, port = s.v.image(), s.v.port()
    if s.v.chance(0.12):
        s.world.docker.add("plain").ports = [(port, port)]
    if s.v.chance(0.08):
        s.world.docker.remote_missing.add(image.rpartition(":")[0])
    s.ask(image=image, port=port)
    told = yield bash(f"docker run -d -p {port}:{port} {image}")
    if not failed(told):
        return f"Started {image} on port {port}, container {body(told)[:12]}."
    if "already allocated" in told:
        yield bash(f"docker ps --filter publish={port}")
        taken = next(one for one in s.world.docker.containers if one.up and any(host == port for host, _ in one.ports))
        return f"{image} failed to start: port {port} is already allocated to {taken.name}."
    return f"{image} could not be started: {error_line(told)}"


@intent(
    "docker.run_named",
    """
    run {image} as {name}
    start a container [named|called] {name} from [image] {image}
    run [a] {image} [container] named {name}
    create [a] container {name} from {image}
    launch {image} with the name {name}
    docker run --name {name} {image}
    spin up {image} and call it {name}
    i want a container {name} of the image {image}
    start {image}, name it {name}
    """,
    weight=1.3,
)
def run_named(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 1))
    image = s.v.image()
    name = s.world.docker.containers[0].name if s.world.docker.containers and s.v.chance(0.15) else s.v.name()
    s.ask(image=image, name=name)
    told = yield bash(f"docker run -d --name {name} {image}")
    if failed(told):
        return f"Not started: the name {name} is already in use by another container."
    return f"Started container {name} from {image}."


@intent(
    "docker.run_full",
    """
    run {image} as {name} on port {port} with {key}={value}
    start [a] {image} container named {name}, port {port}, env {key}={value}
    run {image}: name {name}, publish {port}, set {key} to {value}
    launch {image} called {name} with {key}={value} on port {port}
    start container {name} from {image} publishing {port} with environment {key}={value}
    i need {image} as {name} with variable {key} set to {value}, reachable on {port}
    docker run {image} name={name} port={port} env {key}={value}
    create container {name}, image {image}, port {port}, {key}={value}
    """,
)
def run_full(s: Scene) -> Oracle:
    image, name, port, key, value = s.v.image(), s.v.name(), s.v.port(), s.v.variable(), s.v.setting()
    s.ask(image=image, name=name, port=port, key=key, value=value)
    yield bash(f"docker run -d --name {name} -p {port}:{port} -e {key}={value} {image}")
    return f"Started container {name} from {image} on port {port} with {key}={value}."


@intent(
    "docker.pull",
    """
    pull [the] [image] {image}
    docker pull {image}
    download [the] [docker] image {image}
    get [the] image {image} from the registry
    fetch image {image}
    pull down {image}
    update the image {image}
    i need the image {image} locally
    refresh image {image} from its registry
    """,
)
def pull(s: Scene) -> Oracle:
    image = s.v.image()
    if s.v.chance(0.2):
        s.world.docker.remote_missing.add(image.rpartition(":")[0])
    elif s.v.chance(0.2):
        s.world.docker.know_image(image)
    s.ask(image=image)
    told = yield bash(f"docker pull {image}")
    if failed(told):
        return f"{image} could not be pulled: {error_line(told)}"
    return f"{image} was already up to date." if "up to date" in told else f"Pulled {image}."


@intent(
    "docker.build",
    """
    build [an|the] [docker] image {image} (from here|from this folder|from the Dockerfile [here])
    build the Dockerfile [here] as {image}
    docker build -t {image} .
    build [and tag] {image}
    make a docker image {image} from this directory
    build my image {image}
    create the image {image} from the current folder
    build the container image {image} here
    """,
)
def build(s: Scene) -> Oracle:
    image = f"{s.v.name()}:{s.v.tag()}"
    if s.v.chance(0.8):
        s.world.files.write(f"{s.world.cwd}/Dockerfile", "FROM alpine:3.20\n")
    s.ask(image=image)
    told = yield bash(f"docker build -t {image} .")
    return "The build failed: there is no Dockerfile in this folder." if failed(told) else f"Built the image {image}."


@intent(
    "docker.tag",
    """
    tag [the] [image] {image} as {new}
    docker tag {image} {new}
    give [the] image {image} the tag {new}
    add the tag {new} to image {image}
    name image {image} also {new}
    re-tag {image} to {new}
    tag image {image} with {new}
    label the docker image {image} as {new}
    """,
)
def tag(s: Scene) -> Oracle:
    image, new = s.v.image(), s.v.image()
    if s.v.chance(0.85):
        s.world.docker.know_image(image)
    s.ask(image=image, new=new)
    told = yield bash(f"docker tag {image} {new}")
    return f"Not tagged: there is no image {image} here." if failed(told) else f"Tagged {image} as {new}."


@intent(
    "docker.remove_image",
    """
    (remove|delete) [the] [docker] image {image}
    docker rmi {image}
    get rid of [the] image {image}
    drop the image {image}
    delete {image} from the local images
    the image {image} can go
    rm image {image}
    erase docker image {image}
    """,
)
def remove_image(s: Scene) -> Oracle:
    used = s.v.chance(0.25)
    image = s.world.docker.add("plain").image if used else s.v.image()
    if not used and s.v.chance(0.9):
        s.world.docker.know_image(image)
    s.ask(image=image)
    told = yield bash(f"docker rmi {image}")
    if not failed(told):
        return f"Removed the image {image}."
    if "container" in told:
        yield bash(f"docker ps -a --filter ancestor={image}")
        one = next(one for one in s.world.docker.containers if one.image == image)
        return f"The image {image} was not removed: container {one.name} uses it."
    return f"Not removed: there is no image {image}."


@intent(
    "docker.prune_containers",
    """
    (remove|delete|prune) [all] [the] stopped containers
    docker container prune
    clean up [all] [the] (stopped|exited|dead) containers
    get rid of [all] [the] exited containers
    prune containers
    throw away all containers that are not running
    delete every stopped container
    tidy up dead containers
    """,
)
def prune_containers(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 4))
    gone = [one for one in s.world.docker.containers if not one.up]
    told = yield bash("docker container prune -f")
    space = body(told).splitlines()[-1].partition(": ")[2]
    return (
        f"Removed {counted(len(gone), 'stopped container')}, {space} reclaimed."
        if gone
        else "There were no stopped containers to remove: 0B reclaimed."
    )


@intent(
    "docker.prune_images",
    """
    (remove|delete|prune) [all] unused [docker] images
    docker image prune -a
    clean up [the] unused images
    free space by removing unused docker images
    get rid of images no container uses
    prune all unused images
    delete the docker images nobody needs
    throw out old unused images
    """,
)
def prune_images(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 1))
    for _ in range(s.v.between(0, 3)):
        s.world.docker.know_image(s.v.image())
    told = yield bash("docker image prune -a -f")
    space = body(told).splitlines()[-1].partition(": ")[2]
    return (
        f"Removed the unused images, {space} reclaimed."
        if "Deleted" in told
        else "There were no unused images to remove: 0B reclaimed."
    )


@intent(
    "docker.kill",
    """
    kill [the] [container] {name}
    [docker] kill [container] {name}
    force stop [the] container {name}
    kill the {name} container at once
    container {name} does not stop, kill it
    stop container {name} immediately by force
    send a kill to container {name}
    hard stop container {name}
    """,
)
def kill(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "stopped")
    s.ask(name=one.name)
    told = yield bash(f"docker kill {one.name}")
    return f"{one.name} was not killed: it is not running." if failed(told) else f"Killed {one.name}."


@intent(
    "docker.pause",
    """
    pause [the] [container] {name}
    freeze [the] container {name}
    docker pause {name}
    suspend container {name}
    put container {name} on hold
    pause the {name} container for now
    freeze {name} without stopping it
    halt the container {name} with pause
    """,
)
def pause(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "paused", "stopped")
    s.ask(name=one.name)
    told = yield bash(f"docker pause {one.name}")
    if failed(told):
        return f"Not paused: {one.name} is {'already paused' if 'already' in told else 'not running'}."
    return f"Paused {one.name}."


@intent(
    "docker.unpause",
    """
    unpause [the] [container] {name}
    resume [the] [paused] container {name}
    docker unpause {name}
    unfreeze container {name}
    let container {name} go on
    continue the paused container {name}
    wake up the paused container {name}
    take {name} out of pause
    """,
)
def unpause(s: Scene) -> Oracle:
    one = a_container(s, "paused", "paused", "plain")
    s.ask(name=one.name)
    told = yield bash(f"docker unpause {one.name}")
    return f"{one.name} is not paused, so nothing was done." if failed(told) else f"Unpaused {one.name}."


@intent(
    "docker.rename",
    """
    rename [the] container {name} to {new}
    docker rename {name} {new}
    change the name of container {name} to {new}
    call the container {name} {new} from now on
    give container {name} the name {new}
    container {name} should be called {new}
    rename {name} to {new} in docker
    set the name of the container {name} to {new}
    """,
)
def rename(s: Scene) -> Oracle:
    one, new = a_container(s), s.v.name()
    old = one.name
    s.ask(name=old, new=new)
    yield bash(f"docker rename {old} {new}")
    return f"Renamed container {old} to {new}."


@intent(
    "docker.create_volume",
    """
    create [a|the] [docker] volume [named|called] {name}
    docker volume create {name}
    make a [docker] volume {name}
    add a docker volume called {name}
    i need a [docker] volume {name}
    new volume {name}
    set up a volume named {name} in docker
    create volume {name} please
    """,
)
def create_volume(s: Scene) -> Oracle:
    name = s.v.name()
    s.ask(name=name)
    yield bash(f"docker volume create {name}")
    return f"Created volume {name}."


@intent(
    "docker.remove_volume",
    """
    (remove|delete) [the] [docker] volume {name}
    docker volume rm {name}
    get rid of [the] volume {name}
    drop volume {name}
    the volume {name} can go
    erase the docker volume {name}
    rm volume {name}
    delete the volume named {name}
    """,
)
def remove_volume(s: Scene) -> Oracle:
    used = s.v.chance(0.25)
    name = s.world.docker.new_volume().name
    if used:
        s.world.docker.add("plain").volumes = [(name, "/data")]
    if s.v.chance(0.08):
        name, used = s.v.name(), False
    s.ask(name=name)
    told = yield bash(f"docker volume rm {name}")
    if failed(told):
        return f"The volume {name} was not removed: {'it is in use' if used else 'no such volume'}."
    return f"Removed volume {name}."


@intent(
    "docker.create_network",
    """
    create [a|the] [docker] network [named|called] {name}
    docker network create {name}
    make a [docker] network {name}
    add a docker network called {name}
    i need a [docker] network {name}
    new docker network {name}
    set up a network named {name} in docker
    create network {name}
    """,
)
def create_network(s: Scene) -> Oracle:
    name = s.v.name()
    s.ask(name=name)
    yield bash(f"docker network create {name}")
    return f"Created network {name}."


@intent(
    "docker.connect_network",
    """
    connect [the] container {name} to [the] [network] {network}
    docker network connect {network} {name}
    attach container {name} to [the] network {network}
    put container {name} into [the] network {network}
    add container {name} to network {network}
    join {name} to the docker network {network}
    container {name} should be in network {network}
    plug {name} into network {network}
    """,
)
def connect_network(s: Scene) -> Oracle:
    one, network = a_container(s, "plain"), s.v.name()
    known = s.v.chance(0.8)
    if known:
        yield_network = type(s.world.docker.networks[0])
        s.world.docker.networks.append(yield_network(s.v.hexadecimal(12), network))
    s.ask(name=one.name, network=network)
    told = yield bash(f"docker network connect {network} {one.name}")
    if failed(told):
        return f"Not connected: there is no network {network}."
    return f"Connected {one.name} to network {network}."


@intent(
    "docker.exec",
    """
    run {command} in [the] container {name}
    execute {command} inside container {name}
    docker exec {name} {command}
    in container {name}, run {command}
    what does {command} say inside [the] container {name}
    run the command {command} in {name} with docker
    exec {command} in container {name}
    do a {command} in container {name}
    """,
)
def execute(s: Scene) -> Oracle:
    one = a_container(s, "plain", "plain", "healthy", "stopped")
    command = s.v.pick(["hostname", "ls", "ls /app", "nginx -t", f"{s.v.name()} --version", "env"])
    s.ask(name=one.name, command=command)
    told = yield bash(f"docker exec {one.name} {command}")
    if failed(told):
        return f"`{command}` failed in {one.name}: {error_line(told)}"
    return f"`{command}` in {one.name} gave: {listed(body(told).splitlines(), 'nothing')}"


@intent(
    "docker.stop_all",
    """
    stop all [running] containers
    shut down all [docker] containers
    stop every container
    halt all containers
    stop all docker containers on this host
    take all containers down
    turn off every running container
    stop everything in docker
    """,
)
def stop_all(s: Scene) -> Oracle:
    host_with(s, (0, 3), (0, 1))
    yield bash("docker ps")
    names = [one.name for one in s.world.docker.containers if one.up]
    if not names:
        return "No containers are running, so there was nothing to stop."
    yield bash(f"docker stop {' '.join(names)}")
    return f"Stopped {counted(len(names), 'container')}: {listed(names)}."


@intent(
    "docker.restart_unhealthy",
    """
    restart [all] [the] unhealthy container[s]
    find the unhealthy containers and restart them
    restart what is unhealthy in docker
    bounce every unhealthy container
    some container is unhealthy, restart it
    if a container is unhealthy restart it
    heal the unhealthy containers by a restart
    restart containers that fail their health check
    """,
)
def restart_unhealthy(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 0))
    for _ in range(s.v.pick([0, 1, 1, 2])):
        s.world.docker.add("unhealthy")
    yield bash("docker ps --filter health=unhealthy")
    sick = [one.name for one in s.world.docker.containers if one.state == "running" and one.health == "unhealthy"]
    if not sick:
        return "No container is unhealthy, so nothing was restarted."
    yield bash(f"docker restart {' '.join(sick)}")
    return f"Restarted {listed(sick)}."


@intent(
    "docker.look_then_act",
    """
    is {name} running
    status of container {name}
    check container {name}
    is the container {name} up
    show me the state of {name} in docker
    """,
)
def look_then_act(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "unhealthy")
    s.ask(name=one.name)
    yield bash(f"docker ps -a --filter name={one.name}")
    verb = s.v.pick(["stop", "restart", "logs", "remove"])
    words = {
        "stop": "stop it [then]\nok stop it\nthen stop it\nshut it down\nturn it off",
        "restart": "restart it\nok, restart it\nthen restart it\nbounce it\ngive it a restart",
        "logs": "show [me] its logs\nand its logs\nwhat does it log\nlogs please\nwhat do its logs say",
        "remove": "remove it\ndelete it\nget rid of it\nthen remove it\nthrow it away",
    }
    yield s.then(f"Yes: container {one.name} is {one.state} ({status(one)}).", words[verb])
    if verb == "logs":
        yield bash(f"docker logs --tail 50 {one.name}")
        return f"The last log line of {one.name} is: {one.logs[-1]}" if one.logs else f"{one.name} has logged nothing."
    if verb == "remove":
        yield bash(f"docker stop {one.name}")
        yield bash(f"docker rm {one.name}")
        return f"Stopped and removed container {one.name}."
    yield bash(f"docker {verb} {one.name}")
    return f"Stopped {one.name}." if verb == "stop" else f"Restarted {one.name}."


@intent(
    "docker.set_restart_policy",
    """
    set the restart policy of [container] {name} to {policy}
    make container {name} restart {policy}
    change the restart policy of {name} to {policy}
    container {name} should restart {policy}
    docker update --restart {policy} {name}
    update container {name} with restart policy {policy}
    use restart policy {policy} for container {name}
    let docker restart {name} {policy}
    """,
)
def set_restart_policy(s: Scene) -> Oracle:
    one, policy = a_container(s, "plain"), s.v.pick(["always", "unless-stopped", "on-failure", "no"])
    s.ask(name=one.name, policy=policy)
    yield bash(f"docker update --restart {policy} {one.name}")
    return f"Updated {one.name}: its restart policy is now {policy}."


@intent(
    "docker.copy_out",
    """
    copy {file} out of [the] container {name}
    get the file {file} from container {name}
    docker cp {file} from {name} [to here]
    copy {file} from container {name} to this folder
    take {file} out of the {name} container
    download {file} from container {name}
    save {file} of container {name} here
    extract {file} from docker container {name}
    """,
)
def copy_out(s: Scene) -> Oracle:
    one = a_container(s, "plain")
    file = f"/{s.v.pick(['app', 'etc', 'var/log', 'data'])}/{s.v.name()}.{s.v.pick(['log', 'conf', 'json', 'yaml'])}"
    s.ask(name=one.name, file=file)
    yield bash(f"docker cp {one.name}:{file} .")
    return f"Copied {file} from {one.name} to the current folder."


@intent(
    "compose.up",
    """
    (bring|start) [up] the compose (stack|project) [here]
    docker compose up
    docker-compose up -d
    start the [compose] services [in the background]
    start everything with [docker] compose
    bring the stack up
    launch the docker compose project
    up the compose stack
    run docker compose here
    start all services of the compose file
    """,
)
def compose_up(s: Scene) -> Oracle:
    project = s.world.docker.compose(s.world.cwd, s.v.between(1, 4)) if s.v.chance(0.85) else None
    yield bash("docker compose up -d")
    if not project:
        return "Not started: there is no Compose file here (no configuration file provided: not found)."
    return f"Started {counted(len(project.services), 'service')} of {project.name}: {listed(list(project.services))}."


@intent(
    "compose.down",
    """
    (take|bring) down the compose (stack|project)
    docker compose down
    docker-compose down
    stop [and remove] the compose (stack|project)
    shut the compose stack down
    tear down the stack
    stop everything of docker compose here
    down the compose project
    remove the compose containers
    """,
)
def compose_down(s: Scene) -> Oracle:
    project = s.world.docker.compose(s.world.cwd, s.v.between(1, 3), ["plain"] * 3)
    yield bash("docker compose down")
    return f"Stopped and removed {counted(len(project.services), 'service')} of {project.name}."


@intent(
    "compose.ps",
    """
    (list|show) [me] [the] compose services [and their state]
    docker compose ps
    which compose services are running
    status of the compose (stack|project)
    are all compose services up
    how is the compose stack doing
    what is running in the compose project
    state of the services in this compose project
    show docker-compose containers
    is the stack up
    """,
    weight=1.3,
)
def compose_ps(s: Scene) -> Oracle:
    count = s.v.between(1, 4)
    fates = [s.v.pick(["plain", "plain", "healthy", "unhealthy", "crashed", "restarting"]) for _ in range(count)]
    project = s.world.docker.compose(s.world.cwd, count, fates)  # type: ignore[arg-type]
    yield bash("docker compose ps -a")
    rows = [f"{one.service} ({status(one)})" for one in s.world.docker.of_project(project)]
    return f"{counted(len(rows), 'service')} in {project.name}: {listed(rows)}."


@intent(
    "compose.logs",
    """
    (show|get) [me] [the] logs of [the] [compose] service {service}
    docker compose logs {service}
    compose logs of {service}
    what does the compose service {service} log
    logs for the {service} service of the stack
    print the logs of compose service {service}
    read the compose logs of {service}
    see what service {service} in compose writes
    """,
)
def compose_logs(s: Scene) -> Oracle:
    project = s.world.docker.compose(s.world.cwd, 2, ["plain", s.v.pick(["plain", "crashed"])])
    known = s.v.chance(0.9)
    service = s.v.pick(list(project.services)) if known else s.v.name()
    s.ask(service=service)
    told = yield bash(f"docker compose logs --tail 50 {service}")
    if not known:
        return f"There is no service {service} in the Compose file: {error_line(told)}"
    logs = next(one for one in s.world.docker.of_project(project) if one.service == service).logs
    return f"The last log line of {service} is: {logs[-1]}" if logs else f"{service} has logged nothing."


@intent(
    "compose.restart",
    """
    restart [the] [compose] service {service}
    docker compose restart {service}
    restart {service} in the compose (stack|project)
    bounce the compose service {service}
    compose restart {service}
    restart only {service} of the stack
    give the service {service} of compose a restart
    stop and start compose service {service}
    """,
)
def compose_restart(s: Scene) -> Oracle:
    project = s.world.docker.compose(s.world.cwd, 2, ["plain", "unhealthy"])
    service = s.v.pick(list(project.services)) if s.v.chance(0.9) else s.v.name()
    s.ask(service=service)
    told = yield bash(f"docker compose restart {service}")
    return f"Not restarted: {error_line(told)}" if failed(told) else f"Restarted {service}."


@intent(
    "compose.services",
    """
    (which|what) services are (in|defined in) the compose file
    list [the] services of the compose file
    docker compose config --services
    names of the compose services
    what does the compose file define
    show the services defined in docker-compose
    which services does this compose project have
    tell me the compose services
    """,
)
def compose_services(s: Scene) -> Oracle:
    project = s.world.docker.compose(s.world.cwd, s.v.between(1, 5))
    yield bash("docker compose config --services")
    return f"{counted(len(project.services), 'service')}: {listed(list(project.services))}."


@intent(
    "compose.projects",
    """
    list [all] [the] compose projects
    docker compose ls
    which compose (stacks|projects) are running
    show running compose projects
    what compose stacks run here
    compose project list
    all docker compose projects on this host
    which docker-compose projects exist
    """,
)
def compose_projects(s: Scene) -> Oracle:
    for name in s.v.different(s.v.between(0, 2)):
        s.world.docker.compose(f"/srv/{name}", 1, ["plain"])
    told = yield bash("docker compose ls")
    names = [line.split()[0] for line in body(told).splitlines()[1:]]
    return f"{counted(len(names), 'project')} running: {listed(names)}." if names else "No Compose project is running."


@intent(
    "compose.why_down",
    """
    why is [the] [compose] service {service} (down|failing|not running) [in compose]
    the compose service {service} does not start, why
    what is wrong with the compose service {service}
    debug the service {service} of the stack
    {service} in docker compose keeps failing
    find out why the compose service {service} fails
    compose service {service} is down, what happened
    investigate the failing compose service {service}
    """,
    weight=1.3,
)
def compose_why_down(s: Scene) -> Oracle:
    project = s.world.docker.compose(s.world.cwd, 2, ["plain", s.v.pick(["crashed", "oom", "restarting"])])
    one = next(one for one in s.world.docker.of_project(project) if one.state in ("exited", "restarting"))
    s.ask(service=one.service)
    yield bash("docker compose ps -a")
    yield bash(f"docker compose logs --tail 20 {one.service}")
    if one.logs and one.cause:
        return f"{one.service} is {status(one)}. Its last log line is: {one.logs[-1]}"
    return f"{one.service} is {status(one)}; its logs do not say why."

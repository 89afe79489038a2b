"""Looking at a Docker host."""

from devops_agent.evaluation.render.docker import status
from devops_agent.evaluation.render.sizes import mebibytes
from devops_agent.evaluation.worlds.docker.objects import Container

from training.tasks.endings import end_otherwise, explained
from training.tasks.scene import Oracle, Scene, bash, body, counted, error_line, failed, intent, lengthen, listed

FACTS = (
    "docker inspect -f '{{.State.Status}} exit={{.State.ExitCode}} oom={{.State.OOMKilled}} error={{.State.Error}}' "
)


def described(one: Container) -> str:
    return f"{one.name} ({status(one)})"


def host_with(s: Scene, running: tuple[int, int], stopped: tuple[int, int]) -> None:
    s.world.docker.populate(s.v.between(*running), s.v.between(*stopped))


def a_container(s: Scene, *fates: str) -> Container:
    """One container to talk about, among a few others."""
    host_with(s, (0, 2), (0, 1))
    return s.world.docker.add(s.v.pick(fates or ("plain", "healthy", "crashed")))  # type: ignore[arg-type]


@intent(
    "docker.running",
    """
    list [all] [the] running containers
    list all running containers
    (show|display) [me] [all] [the] running [docker] containers
    (what|which) containers are (running|up|active)
    docker ps
    what is running in docker [right now]
    which docker containers are (up|alive|running) [right now|currently]
    containers running on this (host|machine|server)
    what's running
    show me what docker is running
    get [all] running containers
    is anything running in docker
    give me the list of (active|running|live) containers
    [list] containers
    show containers
    see active docker containers
    any containers up on this box
    i need to see which containers are running
    what docker containers do we have up
    running containers
    """,
    weight=2.5,
)
def running(s: Scene) -> Oracle:
    host_with(s, (0, 4), (0, 2))
    yield bash("docker ps")
    up = [one for one in s.world.docker.containers if one.up]
    if not up:
        return "No containers are running."
    return f"{counted(len(up), 'container')} running: {listed([described(one) for one in up])}."


@intent(
    "docker.all",
    """
    list all containers[,] including [the] stopped ones
    show all [docker] containers, also [the] (exited|stopped) [ones]
    docker ps -a
    show every container, even [the] stopped [ones]
    all containers, running or not
    list (running and stopped|stopped and running) containers
    what containers (exist|are there) on this host, [also|including] stopped [ones]
    display containers in any state
    show me (every|each) container with its status
    list containers with their status
    give me all containers dead or alive
    what containers do i have, (running or stopped|dead or alive)
    full list of [docker] containers
    which containers exist here including exited ones
    """,
    weight=1.5,
)
def everything(s: Scene) -> Oracle:
    host_with(s, (0, 3), (0, 3))
    yield bash("docker ps -a")
    found = s.world.docker.containers
    if not found:
        return "There are no containers on this host."
    return f"{counted(len(found), 'container')}: {listed([described(one) for one in found])}."


@intent(
    "docker.stopped",
    """
    (list|show) [me] [all] [the] (stopped|exited) containers
    which containers (are stopped|have exited|are not running|are down)
    what containers are (down|stopped|dead)
    any (stopped|exited|dead) containers
    did any container (exit|stop|die|go down)
    show containers that are not running
    list dead containers
    which docker containers died
    is any container down
    find [the] containers that stopped
    exited containers
    containers that crashed or stopped
    """,
    weight=1.5,
)
def stopped(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 4))
    yield bash("docker ps -a --filter status=exited")
    found = [one for one in s.world.docker.containers if one.state == "exited"]
    if not found:
        return "No container is stopped."
    return f"{counted(len(found), 'stopped container')}: {listed([described(one) for one in found])}."


@intent(
    "docker.count",
    """
    how many containers are (running|up)
    count [the] running containers
    number of running [docker] containers
    how many docker containers do (i|we) have running
    how many containers are active [right now]
    tell me how many containers run here
    running container count
    what is the number of containers running
    """,
)
def count(s: Scene) -> Oracle:
    host_with(s, (0, 9), (0, 2))
    told = yield bash("docker ps -q | wc -l")
    number = int(body(told))
    return f"{counted(number, 'container')} {'is' if number == 1 else 'are'} running."


@intent(
    "docker.is_running",
    """
    is {name} running [in docker]
    is [the] container {name} (up|running|alive)
    check (if|whether) [the] [container] {name} is running
    is the {name} container (up|running|ok|still up)
    what is the (status|state) of [the] container {name}
    status of container {name}
    {name} container status
    container {name}: up or down
    did container {name} (stop|start)
    how is the {name} container doing
    check container {name}
    is my {name} container still alive
    """,
    weight=2,
)
def is_running(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "unhealthy", "crashed", "stopped", "oom", "restarting", "paused")
    name = one.name if s.v.chance(0.85) else s.v.name()
    s.ask(name=name)
    yield bash(f"docker ps -a --filter name={name}")
    if name != one.name:
        return f"There is no container named {name} on this host."
    return f"{'Yes' if one.state == 'running' else 'No'}: container {name} is {_in_words(one)}."


def _in_words(one: Container) -> str:
    return f"{one.state} ({status(one)})"


@intent(
    "docker.logs",
    """
    show [me] [the] logs of {name}
    show me logs of {name}
    [docker] logs {name}
    (get|print|display|fetch) [the] logs (of|for|from) [the] [container] {name}
    what do the logs of {name} say
    logs of [the] container {name}
    logs for {name}
    {name} logs
    what is [the container] {name} logging
    let me see the [container] logs of {name}
    read the logs of [docker] container {name}
    what's in the {name} container logs
    can i see the log output of container {name}
    what does {name} write to its log
    check [the] logs of {name}
    show container logs {name}
    """,
    weight=2.5,
)
def logs(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "crashed", "stopped", "unhealthy", "restarting")
    name = one.name if s.v.chance(0.9) else s.v.name()
    s.ask(name=name)
    if one.logs:
        lengthen(s, one.logs)
    told = yield bash(f"docker logs --tail 50 {name}")
    if name != one.name:
        return f"There is no container named {name}: {error_line(told)}"
    return _last_words(one)


def _last_words(one: Container) -> str:
    if not one.logs:
        return f"{one.name} has logged nothing."
    return f"The last log line of {one.name} is: {one.logs[-1]}"


@intent(
    "docker.logs_tail",
    """
    show [me] the last {n} (lines|log lines) of [container] {name}
    tail {n} lines of [the] logs of {name}
    last {n} log lines of [the] container {name}
    [docker] logs {name}, last {n} [lines]
    get [the] (last|latest|most recent) {n} lines from the {name} logs
    print the final {n} log lines of container {name}
    docker logs --tail {n} {name}
    only the last {n} lines of {name}'s logs
    what are the latest {n} lines logged by {name}
    give me {n} recent log lines (of|from) {name}
    """,
)
def logs_tail(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "crashed")
    n = s.v.pick([1, 2, 3, 5, 10, 20, 30, 50, 100, s.v.between(1, 500)])
    s.ask(name=one.name, n=n)
    yield bash(f"docker logs --tail {n} {one.name}")
    return _last_words(one)


@intent(
    "docker.logs_errors",
    """
    (any|are there) errors in [the] logs of [container] {name}
    (find|search|show|grep) [the] errors in the {name} [container] logs
    did {name} log any errors
    check [the] logs of container {name} for errors
    show only [the] error lines of container {name}
    does container {name} report errors
    errors of container {name}
    what errors does the {name} container have
    look for errors in docker logs of {name}
    """,
)
def logs_errors(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "crashed", "unhealthy")
    s.ask(name=one.name)
    told = yield bash(f"docker logs {one.name} 2>&1 | grep -i error")
    if failed(told):
        return f"No errors in the logs of {one.name}: no line contains 'error'."
    lines = body(told).splitlines()
    return f"{counted(len(lines), 'line')} with errors in the logs of {one.name}, the last: {lines[-1]}"


@intent(
    "docker.why_stopped",
    """
    why did {name} stop
    why did [the] [container] {name} (stop|exit|die|crash)
    why is [the] [container] {name} (down|stopped|not running|dead|exited)
    what happened to [the] [container] {name}
    find out why [container] {name} (stopped|crashed|exited)
    {name} stopped, why
    {name} (died|crashed|went down|is down)[, why|, what happened|, find out why]
    what killed {name}
    explain why the {name} container (exited|stopped|crashed)
    debug the (dead|stopped|crashed) container {name}
    investigate why container {name} is not running
    the {name} container keeps dying
    my {name} container is dead, what is wrong
    reason for the exit of container {name}
    container {name} won't stay up
    figure out why {name} went down
    """,
    weight=4,
)
def why_stopped(s: Scene) -> Oracle:
    one = a_container(s, "crashed", "crashed", "crashed", "oom", "stopped", "killed", "done", "restarting", "plain")
    name = one.name if s.v.chance(0.92) else s.v.name()
    s.ask(name=name)
    end_otherwise(one, s)
    told = yield bash(FACTS + name)
    if name != one.name:
        return f"There is no container named {name}: {error_line(told)}"
    if one.state == "running":
        return f"{name} has not stopped: it is running."
    yield bash(f"docker logs --tail 20 {name}")
    return explained(one)


@intent(
    "docker.why_then_start",
    """
    why did {name} stop
    why is [container] {name} (down|not running)
    what happened to [container] {name}
    {name} crashed, why
    find out why {name} exited
    """,
    weight=1.5,
)
def why_then_start(s: Scene) -> Oracle:
    one = a_container(s, "crashed", "oom", "stopped", "killed")
    end_otherwise(one, s)
    s.ask(name=one.name)
    yield bash(FACTS + one.name)
    yield bash(f"docker logs --tail 20 {one.name}")
    yield s.then(
        explained(one),
        """
        start it again
        start it
        (restart|start) it [now|again]
        bring it back [up]
        ok, start it
        get it running again
        can you start it again
        """,
    )
    told = yield bash(f"docker start {one.name}")
    if failed(told):
        return f"{one.name} could not be started: {error_line(told)}"
    yield bash(f"docker ps --filter name={one.name}")
    return f"Started {one.name}: {status(one)}."


@intent(
    "docker.start_again",
    """
    start it again
    start it [again]
    bring it back up
    restart the stopped container
    start the (stopped|exited) container [again]
    start the container that (stopped|died|exited)
    bring the dead container back
    the container stopped, start it again
    """,
)
def start_again(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 0))
    count = s.v.pick([0, 1, 1, 1, 2, 3])
    gone = [s.world.docker.add(s.v.pick(["crashed", "stopped", "killed"])) for _ in range(count)]
    yield bash("docker ps -a --filter status=exited")
    if not gone:
        return "No container is stopped, so there is nothing to start."
    if len(gone) > 1:
        names = [one.name for one in s.world.docker.containers if one in gone]
        return f"{counted(len(gone), 'container')} are stopped: {listed(names)}. Which one shall I start? None was started."
    one = gone[0]
    told = yield bash(f"docker start {one.name}")
    if failed(told):
        return f"{one.name} could not be started: {error_line(told)}"
    yield bash(f"docker ps --filter name={one.name}")
    return f"Started {one.name}: {status(one)}."


@intent(
    "docker.images",
    """
    (list|show) [me] [all] [the] [docker|local] images
    docker images
    (what|which) [docker] images (are there|do i have|are on this host|exist here)
    display [the] local docker images
    show images with their sizes
    how big are my [docker] images
    what images are (pulled|downloaded) [here]
    list all docker images on this machine
    images on this host
    give me the docker image list
    """,
    weight=1.5,
)
def images(s: Scene) -> Oracle:
    for _ in range(s.v.between(0, 4)):
        s.world.docker.know_image(s.v.image())
    told = yield bash("docker images")
    rows = [line.split() for line in body(told).splitlines()[1:]]
    if not rows:
        return "There are no images on this host."
    return f"{counted(len(rows), 'image')}: {listed([f'{row[0]}:{row[1]} ({row[-1]})' for row in rows])}."


@intent(
    "docker.image_of",
    """
    (what|which) image does [container] {name} (use|run|have)
    image of [the] container {name}
    which image is [container] {name} running
    what version of the image is {name} on
    show the image of container {name}
    tell me the image {name} was started from
    what is {name} built from, which image
    container {name} image
    """,
)
def image_of(s: Scene) -> Oracle:
    one = a_container(s)
    s.ask(name=one.name)
    yield bash(f"docker inspect -f '{{{{.Config.Image}}}}' {one.name}")
    return f"{one.name} uses the image {one.image}."


@intent(
    "docker.address_of",
    """
    what is the ip [address] of [the] container {name}
    ip [address] of container {name}
    get [the] ip of [docker container] {name}
    which ip does container {name} have
    show container {name}'s ip address
    find the ip address of the {name} container
    container ip {name}
    on which address is the {name} container
    """,
)
def address_of(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy")
    s.ask(name=one.name)
    yield bash(f"docker inspect -f '{{{{range .NetworkSettings.Networks}}}}{{{{.IPAddress}}}}{{{{end}}}}' {one.name}")
    return f"The IP address of {one.name} is {one.address}."


@intent(
    "docker.ports",
    """
    (what|which) ports does [container] {name} (publish|expose|use|have|map)
    ports of [the] container {name}
    show [me] the port mapping[s] of {name}
    on which port is [container] {name} (reachable|published|available)
    docker port {name}
    what port is the {name} container on
    port mappings for container {name}
    how can i reach the container {name}, which port
    """,
)
def ports(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy")
    s.ask(name=one.name)
    told = yield bash(f"docker port {one.name}")
    if not one.ports:
        return f"{one.name} publishes no ports."
    return f"{one.name} publishes: {listed(sorted({line.split(' -> ')[1].rpartition(':')[2] + ' -> ' + line.split(' -> ')[0] for line in body(told).splitlines()}))}."


@intent(
    "docker.who_has_port",
    """
    which container (uses|publishes|has|is on|occupies) port {port}
    what container (is listening|listens) on port {port}
    container on port {port}
    find the container (publishing|using|with) port {port}
    which docker container exposes {port}
    who has port {port} in docker
    what is docker running on port {port}
    tell me the container behind port {port}
    """,
)
def who_has_port(s: Scene) -> Oracle:
    host_with(s, (1, 3), (0, 0))
    published = [(one, port) for one in s.world.docker.containers for port, _ in one.ports]
    port = s.v.pick(published)[1] if published and s.v.chance(0.8) else s.v.between(1024, 65000)
    s.ask(port=port)
    yield bash(f"docker ps --filter publish={port}")
    found = next((one for one, other in published if other == port and one.up), None)
    return (
        f"{found.name} ({found.image}) publishes port {port}."
        if found
        else f"No running container publishes port {port}."
    )


@intent(
    "docker.stats",
    """
    how much (cpu|memory|ram) do[es] [the|my] containers use
    docker stats
    (show|get) [the] (resource|memory|cpu) usage of [all] [the] containers
    which container uses the most (memory|cpu|ram)
    what container is eating [all] my (memory|ram|cpu)
    container resource usage
    what is the heaviest container
    memory consumption of my containers
    which docker container is hogging (memory|cpu)
    show container stats
    """,
    weight=1.2,
)
def stats(s: Scene) -> Oracle:
    host_with(s, (1, 4), (0, 1))
    yield bash("docker stats --no-stream")
    up = [one for one in s.world.docker.containers if one.up]
    if not up:
        return "No containers are running."
    cpu, memory = max(up, key=lambda one: one.cpu), max(up, key=lambda one: one.memory)
    return f"Most CPU: {cpu.name} with {cpu.cpu:.2f}%. Most memory: {memory.name} with {mebibytes(memory.memory)}."


@intent(
    "docker.disk",
    """
    how much (disk|space|disk space) does docker use
    docker disk usage
    docker system df
    (show|check) [the] docker disk usage
    what is docker using on disk
    how much space (can i reclaim|is reclaimable) in docker
    is docker eating my disk
    space used by docker images and volumes
    how big is docker on this machine
    """,
)
def disk(s: Scene) -> Oracle:
    host_with(s, (0, 3), (0, 3))
    told = yield bash("docker system df")
    rows = [line.split() for line in body(told).splitlines()[1:4]]
    images, volumes = rows[0], rows[2]
    return f"Docker uses {images[3]} for {images[1]} images ({images[4]} reclaimable) and {volumes[4]} for {volumes[2]} volumes ({volumes[5]} reclaimable)."


@intent(
    "docker.volumes",
    """
    (list|show) [me] [all] [the] [docker] volumes
    docker volume ls
    (what|which) [docker] volumes (are there|exist|do i have)
    display docker volumes
    volumes on this docker host
    get the volume list of docker
    what volumes does docker have
    show me docker's volumes
    """,
)
def volumes(s: Scene) -> Oracle:
    for _ in range(s.v.between(0, 4)):
        s.world.docker.new_volume()
    yield bash("docker volume ls")
    names = [one.name for one in s.world.docker.volumes]
    return f"{counted(len(names), 'volume')}: {listed(names)}." if names else "There are no volumes."


@intent(
    "docker.networks",
    """
    (list|show) [me] [all] [the] [docker] networks
    docker network ls
    (what|which) docker networks (are there|exist|do i have)
    display docker networks
    networks in docker
    get the docker network list
    what networks does docker have
    show me docker's networks
    """,
)
def networks(s: Scene) -> Oracle:
    for name in s.v.different(s.v.between(0, 2)):
        s.world.docker.networks.append(type(s.world.docker.networks[0])(s.v.hexadecimal(12), name))
    yield bash("docker network ls")
    names = sorted(one.name for one in s.world.docker.networks)
    return f"{counted(len(names), 'network')}: {listed(names)}."


@intent(
    "docker.health",
    """
    (are|is) (my|the|all|any) container[s] (healthy|unhealthy)
    which containers are unhealthy
    (show|list|find) [the] unhealthy containers
    any unhealthy containers
    check the health of [all] [my] containers
    do all containers pass their health checks
    is a container failing its health check
    container health
    docker health check failures
    """,
)
def health(s: Scene) -> Oracle:
    host_with(s, (0, 2), (0, 0))
    for _ in range(s.v.pick([0, 1, 1, 2])):
        s.world.docker.add("unhealthy")
    yield bash("docker ps --filter health=unhealthy")
    sick = [one for one in s.world.docker.containers if one.state == "running" and one.health == "unhealthy"]
    if not sick:
        return "No container is unhealthy."
    return f"{counted(len(sick), 'unhealthy container')}: {listed([described(one) for one in sick])}."


@intent(
    "docker.why_unhealthy",
    """
    why is [the] [container] {name} unhealthy
    {name} is unhealthy, why
    (find out|check|explain) why [container] {name} is unhealthy
    why does the health check of {name} fail
    what is wrong with the health of container {name}
    debug the failing health check of {name}
    the health check of {name} fails
    container {name} shows unhealthy, what's up
    """,
)
def why_unhealthy(s: Scene) -> Oracle:
    one = a_container(s, "unhealthy")
    s.ask(name=one.name)
    yield bash(f"docker inspect -f '{{{{json .State.Health}}}}' {one.name}")
    return f"{one.name} is unhealthy: its check failed 3 times in a row with: {one.cause}"


@intent(
    "docker.restart_policy",
    """
    what is the restart policy of [container] {name}
    which policy for restarts does container {name} have
    does [container] {name} restart automatically
    will container {name} come back after a reboot
    show the restart policy of the {name} container
    which restart policy does {name} have
    is {name} set to restart on failure
    check restart policy for container {name}
    """,
)
def restart_policy(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy")
    s.ask(name=one.name)
    yield bash(f"docker inspect -f '{{{{.HostConfig.RestartPolicy.Name}}}}' {one.name}")
    return f"{one.name} has the restart policy {one.restart_policy}."


@intent(
    "docker.environment",
    """
    (show|list) the environment [variables] of [container] {name}
    (what|which) environment variables does [container] {name} have
    env of container {name}
    print the env vars (of|in) container {name}
    what env is set in the {name} container
    get the environment of docker container {name}
    docker exec {name} env
    environment variables in {name}
    """,
)
def environment(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy")
    s.ask(name=one.name)
    told = yield bash(f"docker exec {one.name} env")
    if failed(told):
        return f"The environment could not be read: {error_line(told)}"
    own = [f"{key}={value}" for key, value in one.env.items()]
    return f"The variables of {one.name} are {listed(own)}, besides PATH, HOSTNAME and HOME."


@intent(
    "docker.mounts",
    """
    which volumes does [container] {name} (use|mount|have)
    (show|list) the mounts of [container] {name}
    what is mounted in[to] [container] {name}
    mounts of {name}
    where does container {name} store its data
    volume mounts of the {name} container
    which volume belongs to container {name}
    does {name} have volumes
    """,
)
def mounts(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "stopped")
    s.ask(name=one.name)
    yield bash(f"docker inspect -f '{{{{range .Mounts}}}}{{{{.Name}}}} -> {{{{.Destination}}}} {{{{end}}}}' {one.name}")
    if not one.volumes:
        return f"{one.name} has no volumes mounted."
    return f"{one.name} mounts {listed([f'volume {name} at {path}' for name, path in one.volumes])}."


@intent(
    "docker.processes",
    """
    (what|which) processes run (in|inside) [container] {name}
    show the processes of [container] {name}
    docker top {name}
    processes inside the {name} container
    what is running inside container {name}
    list processes in {name} container
    which command does container {name} run
    see the process list of container {name}
    """,
)
def processes(s: Scene) -> Oracle:
    one = a_container(s, "plain", "healthy", "crashed")
    s.ask(name=one.name)
    told = yield bash(f"docker top {one.name}")
    if failed(told):
        return f"{one.name} is not running, so it has no processes."
    row = body(told).splitlines()[1].split()
    return f"{one.name} runs one process: {' '.join(row[7:])} (pid {row[1]})."

"""Looking at and changing an operating system."""

from devops_agent.evaluation.render.durations import uptime_text
from devops_agent.evaluation.render.sizes import binary_size, free_size
from devops_agent.evaluation.worlds.system.state import Unit

from training.tasks.scene import Oracle, Scene, bash, body, counted, error_line, failed, get_env, intent, listed


def busy(s: Scene, processes: tuple[int, int] = (2, 5)) -> None:
    for _ in range(s.v.between(*processes)):
        s.world.system.add_process()


@intent(
    "system.disk",
    """
    how much disk [space] is (free|left|used)
    [show|check] [the] disk (space|usage)
    df -h
    is the disk full
    how full is the disk
    free disk space
    how much space is left [on this machine]
    (am i|are we) running out of disk [space]
    do i have enough disk space
    storage left on this server
    which filesystems are (nearly full|full)
    check free space on the disks
    disk usage of this machine
    """,
    weight=2,
)
def disk(s: Scene) -> Oracle:
    system = s.world.system
    for mount in s.v.different(
        s.v.between(0, 2), lambda: s.v.pick(["/data", "/var", "/home", "/boot", f"/mnt/{s.v.name()}"])
    ):
        system.add_disk(mount)
    if s.v.chance(0.2):
        system.disks[0].device = "overlay"
    if s.v.chance(0.6):
        system.add_passing_file_systems()
    yield bash("df -h")
    rows = [
        f"{one.mount} is {one.share}% full ({binary_size(one.size - one.used)} free)"
        for one in system.disks
        if one.lasts
    ]
    return f"{listed(rows)}."


@intent(
    "system.disk_of",
    """
    how (full|much space) is {path}
    disk space [left] on {path}
    df -h {path}
    how much space is left on {path}
    is {path} full
    free space (in|on|under) {path}
    check the disk usage of the filesystem {path}
    is there room left on {path}
    """,
)
def disk_of(s: Scene) -> Oracle:
    mount = s.v.pick(["/data", "/var", "/home", f"/mnt/{s.v.name()}", "/"])
    one = s.world.system.disks[0] if mount == "/" else s.world.system.add_disk(mount)
    s.ask(path=mount)
    yield bash(f"df -h {mount}")
    return f"{mount} is {one.share}% full: {binary_size(one.used)} of {binary_size(one.size)} used, {binary_size(one.size - one.used)} free."


def a_full_folder(s: Scene, folder: str, count: int = 4) -> list[str]:
    """Sub-folders with large files, the paths in order of size, the largest first."""
    files, values = s.world.files, s.v
    names = values.different(count, values.name)
    sizes = sorted(
        (values.between(1, 900) * 1024 ** values.pick([2, 2, 3]) // values.pick([1, 7]) for _ in names), reverse=True
    )
    for name, size in zip(names, sizes, strict=True):
        files.write(
            f"{folder}/{name}/{values.name()}.{values.pick(['log', 'dat', 'db', 'tar'])}",
            "x",
            size=size,
            owner="root",
            group="root",
        )
    return [f"{folder}/{name}" for name in names]


@intent(
    "system.what_eats_disk",
    """
    what is (eating|filling|using) [up] (my|the) disk
    what's eating my disk
    what takes [up] [all] the space (in|under) {path}
    (which|what) (folders|directories) (in|under) {path} are the (largest|biggest)
    find the biggest directories (in|under) {path}
    where did (my|all the) disk space go
    disk is full, what takes the space
    what uses the most space under {path}
    biggest folders in {path}
    largest directories under {path}
    why is my disk full
    the disk is full, find out why
    """,
    weight=2,
)
def what_eats_disk(s: Scene) -> Oracle:
    general = s.v.chance(0.5)
    folder = (
        "/var"
        if general
        else s.v.pick(["/var", "/opt", "/srv", "/home", f"/data/{s.v.name()}", "/var/lib", "/var/log"])
    )
    paths = a_full_folder(s, folder, s.v.between(2, 5))
    if general:
        system = s.world.system
        system.disks[0].used = system.disks[0].size * s.v.between(85, 99) // 100
        s.said(
            "what is (eating|filling|using) [up] (my|the) disk",
            "what's eating my disk",
            "where did (my|all the) disk space go",
            "disk is full, what takes the space",
            "why is (my|the) disk full",
            "the disk is full, find out why",
            "my disk is (nearly|almost) full, what is it",
            "no space left on device, what uses the space",
            "find out what fills the disk",
            "something fills my disk",
        )
        yield bash("df -h")
    else:
        s.said(
            "what takes [up] [all] the space (in|under) {path}",
            "(which|what) (folders|directories) (in|under) {path} are the (largest|biggest)",
            "find the biggest directories (in|under) {path}",
            "what uses the most space under {path}",
            "biggest folders in {path}",
            "largest directories under {path}",
            "why is {path} so (big|large)",
            "what is eating the space in {path}",
            "show the sizes of the folders in {path}",
        )
        s.ask(path=folder)
    told = yield bash(f"du -sh {folder}/* | sort -rh | head -5")
    size, _, top = body(told).splitlines()[0].partition("\t")
    full = f" The root file system is {s.world.system.disks[0].share}% full." if general else ""
    assert top in paths
    return f"The largest is {top} with {size}.{full}"


@intent(
    "system.memory",
    """
    how much (memory|ram) is (free|used|left|available)
    free -h
    [show|check] [the] memory [usage]
    ram usage
    how much ram does this machine have
    is the memory full
    (am i|are we) running out of (memory|ram)
    memory left on this host
    do we swap
    is there enough free memory
    check ram
    """,
    weight=1.5,
)
def memory(s: Scene) -> Oracle:
    yield bash("free -h")
    system = s.world.system
    cache = (system.memory - system.memory_used) // 3
    available = system.memory - system.memory_used - cache + cache * 9 // 10
    return f"{free_size(system.memory_used)} of {free_size(system.memory)} memory is used, {free_size(available)} is available."


@intent(
    "system.top_memory",
    """
    (what|which process) (uses|takes|eats) the most (memory|ram)
    what is eating [all] my (memory|ram)
    top processes by memory
    which processes use [the] most memory
    find the process that hogs the memory
    who uses all the ram
    memory hogs
    list processes sorted by memory
    the machine is out of memory, which process is it
    biggest memory consumers
    """,
    weight=1.5,
)
def top_memory(s: Scene) -> Oracle:
    busy(s)
    yield bash("ps aux --sort=-%mem | head -6")
    one = max(s.world.system.processes, key=lambda process: process.memory)
    share = 100 * one.memory / s.world.system.memory
    return f"{one.command} (pid {one.pid}) uses the most memory: {share:.1f}%."


@intent(
    "system.top_cpu",
    """
    (what|which process) (uses|takes|eats) the most cpu
    what is eating [all] my cpu
    top processes by cpu
    which processes use [the] most cpu
    why is (this machine|the server|my computer) [so] slow
    find the process that hogs the cpu
    the cpu is at 100%, what is it
    list processes sorted by cpu
    what keeps the cpu busy
    cpu hogs
    """,
    weight=1.5,
)
def top_cpu(s: Scene) -> Oracle:
    busy(s)
    yield bash("ps aux --sort=-%cpu | head -6")
    one = max(s.world.system.processes, key=lambda process: process.cpu)
    return f"{one.command} (pid {one.pid}) uses the most CPU: {one.cpu:.1f}%."


@intent(
    "system.uptime",
    """
    how long (is|has) (this machine|the server|the system|it) [been] up
    uptime
    [show] [the] uptime
    when was (this machine|the server) [last] (rebooted|started)
    [what is] the load [average]
    how (busy|loaded) is (this machine|the system|the server)
    system load
    is the server under load
    how long since the last reboot
    """,
    weight=1.2,
)
def uptime(s: Scene) -> Oracle:
    yield bash("uptime")
    system = s.world.system
    return f"Up {uptime_text(system.uptime).strip()}, load average {', '.join(f'{one:.2f}' for one in system.load)}."


@intent(
    "system.is_process",
    """
    is [a] [process] {name} running [on this machine]
    check (if|whether) a process {name} is running
    is there a {name} process
    find [the] process {name}
    pid of {name}
    what is the pid of [the process] {name}
    which process id does {name} have
    ps {name}
    look for a running {name} process
    """,
)
def is_process(s: Scene) -> Oracle:
    busy(s, (1, 3))
    one = s.v.pick(s.world.system.processes)
    name = one.name if s.v.chance(0.75) else s.v.name()
    s.ask(name=name)
    s.said(
        "is a process {name} running [on this machine]",
        "check (if|whether) a process {name} is running",
        "is there a {name} process",
        "find [the] process {name}",
        "pid of {name}",
        "what is the pid of [the process] {name}",
        "which process id does {name} have",
        "ps {name}",
        "look for a running {name} process",
    )
    told = yield bash(f"pgrep -af {name}")
    if failed(told):
        return f"No process {name} is running."
    rows = [line.split(" ", 1) for line in body(told).splitlines()]
    return f"{listed([f'{command} (pid {pid})' for pid, command in rows])} {'is' if len(rows) == 1 else 'are'} running."


@intent(
    "system.kill",
    """
    kill [the] process {pid}
    kill [pid] {pid}
    end [the] process [with pid] {pid}
    terminate process {pid}
    stop the process {pid}
    get rid of process {pid}
    process {pid} must be killed
    send a term signal to {pid}
    """,
)
def kill(s: Scene) -> Oracle:
    busy(s, (1, 3))
    one = s.v.pick(s.world.system.processes)
    pid = one.pid if s.v.chance(0.85) else s.v.between(100, 99999)
    s.ask(pid=pid)
    told = yield bash(f"kill {pid}")
    if failed(told):
        return f"Not killed: there is no process {pid}."
    yield bash(f"ps aux -p {pid}")
    return f"Killed process {pid}; it is no longer there."


@intent(
    "system.ports",
    """
    which ports are (open|listening|in use)
    [list|show] [me] [all] [the] (open|listening) ports
    what is listening on this machine
    ss -ltnp
    what ports are in use
    listening sockets
    which services listen on the network
    open ports on this host
    show processes with their listening ports
    """,
    weight=1.5,
)
def ports(s: Scene) -> Oracle:
    for _ in range(s.v.between(1, 4)):
        s.world.system.listen()
    yield bash("ss -ltnp")
    rows = [f"{one.port} ({one.process})" for one in s.world.system.listeners]
    return f"{counted(len(rows), 'listening port')}: {listed(rows)}."


@intent(
    "system.port_owner",
    """
    (what|who|which process) (is using|uses|is listening on|listens on|occupies) port {port}
    what is on port {port}
    which process has port {port}
    who has port {port}
    port {port} is (already in use|taken|busy), by (what|whom)
    is port {port} (free|open|in use|taken)
    find the process on port {port}
    what runs on port {port}
    address already in use on port {port}
    something blocks port {port}, what is it
    check port {port}
    lsof port {port}
    """,
    weight=2,
)
def port_owner(s: Scene) -> Oracle:
    one = s.world.system.listen()
    for _ in range(s.v.between(0, 2)):
        s.world.system.listen()
    port = one.port if s.v.chance(0.8) else s.v.between(1024, 65000)
    s.ask(port=port)
    told = yield bash(f"ss -ltnp | grep :{port}")
    if failed(told):
        return f"Nothing is listening on port {port}: it is free, no process uses it."
    return f"{one.process} (pid {one.pid}) is listening on port {port}."


@intent(
    "system.free_port",
    """
    free [up] port {port}
    kill whatever (listens|is) on port {port}
    kill the process on port {port}
    stop what is using port {port}
    port {port} is taken, free it
    make port {port} free
    get rid of the process on port {port}
    end the program that occupies port {port}
    """,
    weight=1.2,
)
def free_port(s: Scene) -> Oracle:
    one = s.world.system.listen()
    port = one.port if s.v.chance(0.85) else s.v.between(1024, 65000)
    s.ask(port=port)
    told = yield bash(f"ss -ltnp | grep :{port}")
    if failed(told):
        return f"Nothing is listening on port {port}, so nothing was killed."
    told = yield bash(f"kill {one.pid}")
    if told.startswith("User rejected"):
        return f"{one.process} (pid {one.pid}) still has port {port}: you rejected the kill."
    return f"Killed {one.process} (pid {one.pid}), which had port {port}."


def a_unit(s: Scene, *states: str) -> Unit:
    for _ in range(s.v.between(0, 2)):
        s.world.system.add_unit(s.v.pick(["active", "active", "inactive", "failed"]))
    return s.world.system.add_unit(s.v.pick(states or ("active", "failed", "inactive")))  # type: ignore[arg-type]


@intent(
    "systemd.status",
    """
    is [the] [service] {name} [service] (running|up|active) [as a service]
    status of [the] service {name}
    systemctl status {name}
    check [the] {name} service
    what is the (status|state) of [the] {name} service
    [is] the {name} (daemon|service) (ok|alive)
    how is the {name} service doing
    show [me] the status of {name} [in systemd]
    does the {name} service work
    {name} service status
    """,
    weight=2,
)
def status(s: Scene) -> Oracle:
    one = a_unit(s)
    name = one.name if s.v.chance(0.9) else s.v.name()
    s.ask(name=name)
    s.said(
        "is [the] service {name} (running|up|active)",
        "status of [the] service {name}",
        "systemctl status {name}",
        "check [the] {name} service",
        "what is the (status|state) of [the] {name} service",
        "is the {name} (daemon|service) (ok|alive|up)",
        "how is the {name} service doing",
        "show [me] the status of service {name}",
        "does the {name} service work",
        "{name} service status",
        "state of the systemd unit {name}",
    )
    told = yield bash(f"systemctl status {name} --no-pager")
    if name != one.name and "could not be found" in told:
        return f"There is no service {name}: it could not be found."
    unit = s.world.system.units[name]
    enabled = "enabled" if unit.enabled else "not enabled"
    if unit.state == "inactive":
        return f"The service {name} is inactive (not running) and {enabled} at boot."
    return (
        f"The service {name} is {unit.state} and {enabled} at boot."
        if unit.state != "failed"
        else f"The service {name} failed ({unit.result}): {unit.cause}"
    )


@intent(
    "systemd.why_failed",
    """
    why (did|does) [the] [service] {name} [service] (fail|not start|crash)
    why is [the] service {name} (down|failed|not running)
    the {name} service (fails|failed|does not start|is down)[, why]
    what is wrong with [the] service {name}
    find out why the {name} service (failed|does not start|is down)
    debug [the] {name} service
    diagnose [the] service {name}
    systemd says {name} failed, why
    investigate the failed service {name}
    {name}.service failed
    what happened to the {name} daemon
    """,
    weight=2.5,
)
def why_failed(s: Scene) -> Oracle:
    one = a_unit(s, "failed", "failed", "failed", "inactive", "active")
    s.ask(name=one.name)
    yield bash(f"systemctl status {one.name} --no-pager")
    if one.state == "active":
        return f"The service {one.name} is active: it has not failed."
    if one.state == "inactive":
        return f"The service {one.name} did not fail: it was stopped and is inactive."
    yield bash(f"journalctl -u {one.name} -n 20 --no-pager")
    return f"The service {one.name} failed with result '{one.result}'. It said: {one.cause}"


def _changes(verb: str, phrases: str, weight: float = 1.0) -> None:
    """An intent that starts, stops or restarts a unit."""

    @intent(f"systemd.{verb}", phrases, weight)
    def change(s: Scene) -> Oracle:
        one = (
            a_unit(s, "failed", "inactive")
            if verb == "start"
            else a_unit(s, "active", "active", "failed" if verb == "restart" else "active")
        )
        name = one.name if s.v.chance(0.93) else s.v.name()
        s.ask(name=name)
        told = yield bash(f"systemctl {verb} {name}")
        done = {"start": "Started", "stop": "Stopped", "restart": "Restarted"}[verb]
        if failed(told) and "not found" in told or "not loaded" in told:
            return f"Nothing was done: there is no service {name}."
        if failed(told):
            yield bash(f"journalctl -u {name} -n 20 --no-pager")
            return f"The service {name} failed to {verb}. It said: {one.cause}"
        told = yield bash(f"systemctl is-active {name}")
        if verb == "stop":
            return f"Stopped the service {name}: it is {body(told)}, no longer active."
        return f"{done} the service {name}: it is {body(told)}."


_changes(
    "restart",
    """
    restart [the] service {name}
    restart [the] {name} service
    systemctl restart {name}
    bounce [the] {name} service
    reload and restart {name} with systemd
    give the {name} service a restart
    restart the {name} daemon
    the {name} service hangs, restart it
    restart systemd unit {name}
    """,
    2,
)
_changes(
    "start",
    """
    start [the] service {name}
    start [the] {name} service
    systemctl start {name}
    bring [the] {name} service up
    launch the {name} daemon
    turn the {name} service on
    start systemd unit {name}
    get the {name} service running
    """,
    1.3,
)
_changes(
    "stop",
    """
    stop [the] service {name}
    stop [the] {name} service
    systemctl stop {name}
    shut down [the] {name} service
    halt the {name} daemon
    turn the {name} service off
    stop systemd unit {name}
    take the {name} service down
    """,
    1.3,
)


@intent(
    "systemd.enable",
    """
    enable [the] service {name}
    enable {name} at boot
    systemctl enable {name}
    start {name} automatically at boot
    make {name} start on boot
    the {name} service should start with the system
    autostart the service {name}
    let the service {name} come up after a reboot
    """,
)
def enable(s: Scene) -> Oracle:
    one = a_unit(s, "active", "inactive")
    s.ask(name=one.name)
    yield bash(f"systemctl enable {one.name}")
    return f"Enabled the service {one.name}: it starts at boot."


@intent(
    "systemd.disable",
    """
    disable [the] service {name}
    disable {name} at boot
    systemctl disable {name}
    don't start {name} at boot [any more]
    the {name} service should not start with the system
    no autostart for the service {name}
    keep {name} from starting at boot
    remove {name} from the boot services
    """,
)
def disable(s: Scene) -> Oracle:
    one = a_unit(s, "active", "inactive")
    s.ask(name=one.name)
    yield bash(f"systemctl disable {one.name}")
    return f"Disabled the service {one.name}: it no longer starts at boot."


@intent(
    "systemd.failed",
    """
    (which|what) services (have failed|failed|are failed|are broken)
    (list|show) [me] [the|all] failed (services|units)
    systemctl --failed
    any failed (services|units)
    did any service fail
    are all services (ok|up|running)
    is any systemd unit broken
    show broken services
    failed systemd units
    """,
    weight=1.3,
)
def failed_units(s: Scene) -> Oracle:
    for _ in range(s.v.between(1, 3)):
        s.world.system.add_unit(s.v.pick(["active", "active", "failed"]))
    yield bash("systemctl list-units --failed --no-pager")
    names = sorted(one.name for one in s.world.system.units.values() if one.state == "failed")
    return f"{counted(len(names), 'failed service')}: {listed(names)}." if names else "No service has failed."


@intent(
    "systemd.running",
    """
    (list|show) [me] [the|all] running services
    which services are running [on this machine]
    what systemd services are active
    systemctl list-units --type=service
    active services
    all services that run here
    what daemons are running
    show active systemd units
    """,
)
def running_units(s: Scene) -> Oracle:
    for _ in range(s.v.between(1, 4)):
        s.world.system.add_unit(s.v.pick(["active", "active", "inactive", "failed"]))
    yield bash("systemctl list-units --type=service --state=running --no-pager")
    names = sorted(one.name for one in s.world.system.units.values() if one.state == "active")
    return f"{counted(len(names), 'service')} running: {listed(names)}." if names else "No services are running."


@intent(
    "systemd.logs",
    """
    (show|get) [me] [the] [last] logs of [the] [service] {name} [service]
    journal of [the] {name} service
    journalctl -u {name}
    what does the {name} service log
    system logs of {name}
    show the journal of {name}
    logs of the {name} daemon
    read the log of the service {name}
    last messages of the {name} service
    """,
    weight=1.5,
)
def unit_logs(s: Scene) -> Oracle:
    one = a_unit(s)
    s.ask(name=one.name)
    s.said(
        "(show|get) [me] [the] [last] logs of [the] service {name}",
        "journal of [the] {name} service",
        "journalctl -u {name}",
        "what does the {name} service log",
        "system logs of the service {name}",
        "show the journal of {name}",
        "logs of the {name} daemon",
        "read the log of the service {name}",
        "last messages of the {name} service",
        "service logs for {name}",
    )
    yield bash(f"journalctl -u {one.name} -n 20 --no-pager")
    return f"The last line in the journal of {one.name} is: {one.journal[-1]}"


@intent(
    "system.hostname",
    """
    what is the hostname [of this machine]
    hostname
    name of this (machine|host|server)
    which (machine|host|server) am i on
    what is this computer called
    show the host name
    on which server is this running
    tell me the hostname
    """,
)
def hostname(s: Scene) -> Oracle:
    yield bash("hostname")
    return f"The hostname is {s.world.system.host}."


@intent(
    "system.address",
    """
    what is (my|the) ip [address] [of this machine]
    ip [address] of this (machine|host|server)
    show my ip
    hostname -I
    which ip does this (machine|server) have
    my local ip
    find out the ip address of this host
    what address has this box
    """,
)
def address(s: Scene) -> Oracle:
    yield bash("hostname -I")
    return f"The IP address of this machine is {s.world.system.address}."


@intent(
    "system.kernel",
    """
    (what|which) kernel [version] (is running|do i have|runs here)
    kernel version
    uname -r
    show the [linux] kernel version
    version of the linux kernel
    which linux kernel does this machine use
    what kernel are we on
    tell me the kernel release
    """,
)
def kernel(s: Scene) -> Oracle:
    yield bash("uname -r")
    return f"The kernel is {s.world.system.kernel}."


@intent(
    "system.distribution",
    """
    (what|which) (os|operating system|distribution|linux distro) is (this|running)
    which (linux|distro) (is this|am i on)
    os version
    cat /etc/os-release
    what version of (linux|ubuntu|debian) is this
    show the operating system
    which os does this machine run
    what system is installed here
    """,
)
def distribution(s: Scene) -> Oracle:
    name, version, code = s.world.system.distribution
    identity = name.split()[0].lower()
    number = version.split()[0].rsplit(".", 1)[0] if identity == "ubuntu" else version
    text = f'PRETTY_NAME="{name} {version}{f" ({code})" if identity == "debian" else ""}"\nNAME="{name}"\nVERSION_ID="{number}"\nVERSION="{version} ({code})"\nVERSION_CODENAME={code.split()[0].lower()}\nID={identity}\n'
    s.world.files.write("/etc/os-release", text)
    yield bash("cat /etc/os-release")
    return f"This is {name} {version} ({code})."


@intent(
    "system.whoami",
    """
    who am i
    whoami
    which user am i
    what user (is this|am i logged in as)
    as which user do you run
    current user
    am i root
    what is my user name
    show the current user
    """,
)
def whoami(s: Scene) -> Oracle:
    told = yield bash("whoami")
    return f"You are {body(told)}."


@intent(
    "system.cores",
    """
    how many (cpus|cores|processors) (does this machine have|are there|do i have)
    nproc
    number of [cpu] cores
    cpu count
    how many cpu cores has this server
    count the processors
    what is the core count of this machine
    how many cores here
    """,
)
def cores(s: Scene) -> Oracle:
    yield bash("nproc")
    return f"This machine has {counted(s.world.system.cores, 'core')}."


@intent(
    "system.date",
    """
    what (time|date) is it
    date
    what is the (time|date) [on this machine]
    show [me] the (current|system) (date|time)
    current time
    what day is it
    tell me the date
    which time does the server have
    """,
)
def date(s: Scene) -> Oracle:
    told = yield bash("date")
    return f"It is {body(told)}."


@intent(
    "system.crontab",
    """
    (show|list) [me] [my|the] (cron jobs|crontab)
    crontab -l
    (which|what) cron jobs (do i have|are there|are set up)
    what is scheduled in cron
    are there [any] cron jobs
    scheduled jobs of this user
    what runs periodically through cron
    display my crontab
    """,
)
def crontab(s: Scene) -> Oracle:
    system = s.world.system
    for _ in range(s.v.between(0, 3)):
        system.crontab.append(
            f"{s.v.pick(['*/5 * * * *', '0 3 * * *', '@daily', '30 1 * * 0', '0 * * * *'])} /{s.v.pick(['opt', 'usr/local/bin', 'home/' + s.world.user])}/{s.v.name()}.sh"
        )
    yield bash("crontab -l")
    return (
        f"{counted(len(system.crontab), 'cron job')}: {listed(system.crontab)}."
        if system.crontab
        else f"There is no crontab for {s.world.user}."
    )


@intent(
    "system.ping",
    """
    ping {host}
    can (you|this machine|we) reach {host}
    is {host} (reachable|up|alive)
    check the connection to {host}
    does {host} answer
    test whether {host} responds
    is the host {host} online
    try to ping {host}
    """,
)
def ping(s: Scene) -> Oracle:
    host = s.v.pick([f"{s.v.name()}.{s.v.pick(['com', 'internal', 'local', 'io'])}", s.v.address(10), s.v.name()])
    s.ask(host=host)
    told = yield bash(f"ping -c 3 {host}")
    return (
        f"{host} cannot be reached: {error_line(told)}"
        if failed(told)
        else f"{host} is reachable: 3 packets sent, 3 received."
    )


@intent(
    "system.curl",
    """
    does http://localhost:{port} (respond|answer|work)
    is something (answering|serving) on localhost:{port}
    curl localhost:{port}
    check (if|whether) localhost:{port} (responds|answers)
    is the web server on port {port} (up|responding)
    try http://localhost:{port}
    test the http endpoint localhost:{port}
    make a request to localhost:{port}
    """,
)
def curl(s: Scene) -> Oracle:
    one = s.world.system.listen()
    port = one.port if s.v.chance(0.6) else s.v.between(1024, 65000)
    s.ask(port=port)
    told = yield bash(f"curl -sS -m 5 http://localhost:{port}")
    if failed(told):
        return f"http://localhost:{port} does not answer: {error_line(told)}"
    return f"http://localhost:{port} answers: {body(told)}"


@intent(
    "system.which",
    """
    is {program} installed
    which {program}
    where is {program} [installed]
    do (i|we) have {program} [installed]
    check (if|whether) {program} is installed
    is the program {program} available [here]
    find the path of {program}
    is {program} on this machine
    """,
)
def which(s: Scene) -> Oracle:
    program = s.v.pick(
        [
            "docker",
            "kubectl",
            "helm",
            "git",
            "curl",
            s.v.name(),
            s.v.name(),
            "terraform",
            "ansible",
            "jq",
            "nginx",
            "python3",
        ]
    )
    s.ask(program=program)
    told = yield bash(f"which {program}")
    return f"{program} is not installed here." if failed(told) else f"{program} is installed: {body(told)}."


@intent(
    "env.get",
    """
    what is [the value of] {key} [set to]
    (show|print|echo) [me] [the] [environment variable] {key}
    value of [the] [env] variable {key}
    get [the] environment variable {key}
    is {key} set
    read {key} from the environment
    what does ${key} hold
    env var {key}
    which value does the variable {key} have
    check the environment variable {key}
    """,
    weight=2,
)
def environment(s: Scene) -> Oracle:
    key, value = s.v.variable(), s.v.setting()
    known = s.v.chance(0.8)
    if known:
        s.world.environment[key] = value
    s.ask(key=key)
    s.said(
        "what is the value of {key}",
        "what is {key} set to",
        "(show|print|echo) [me] [the] environment variable {key}",
        "value of [the] [env] variable {key}",
        "get [the] environment variable {key}",
        "is [the variable] {key} set",
        "read {key} from the environment",
        "env var {key}",
        "echo ${key}",
        "which value does the variable {key} have",
        "check the environment variable {key}",
        "what does ${key} hold",
    )
    told = yield get_env(key)
    if not known:
        return f"{key} is not set."
    if "hidden" in told:
        return f"{key} is set, but its value is hidden as a secret."
    return f"{key} is {value}."


@intent(
    "env.secret",
    """
    what is {key}
    show me {key}
    print the environment variable {key}
    give me the value of {key}
    is {key} set
    what is {key} set to
    read the env variable {key}
    do i have a {key}
    """,
)
def secret(s: Scene) -> Oracle:
    key = f"{s.v.name().upper().replace('-', '_')}_{s.v.pick(['TOKEN', 'PASSWORD', 'SECRET', 'API_KEY'])}"
    known = s.v.chance(0.75)
    value = s.v.letters(s.v.between(12, 40))
    if known:
        s.world.environment[key] = value
    s.ask(key=key)
    s.said(
        "what is the value of {key}",
        "show me [the variable] {key}",
        "print the environment variable {key}",
        "give me the value of {key}",
        "is [the variable] {key} set",
        "what is {key} set to",
        "read the env variable {key}",
        "get {key} from the environment",
    )
    yield get_env(key)
    return (
        f"{key} is set ({len(value)} characters), but its value is hidden as a secret."
        if known
        else f"{key} is not set."
    )


@intent(
    "env.path",
    """
    what is my PATH
    show [me] [the] PATH
    echo $PATH
    print [the] PATH [variable]
    which folders are in (the|my) PATH
    value of PATH
    what does PATH contain
    what is PATH set to
    """,
)
def path(s: Scene) -> Oracle:
    yield get_env("PATH")
    return f"PATH is {s.world.environment['PATH']}."

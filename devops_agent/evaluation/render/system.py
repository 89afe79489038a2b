"""What df, free, ps, ss, uptime and their like print."""

from collections.abc import Sequence

from devops_agent.evaluation.render.durations import uptime_text
from devops_agent.evaluation.render.sizes import binary_size, free_size
from devops_agent.evaluation.worlds.logs import moment
from devops_agent.evaluation.worlds.system.state import Disk, Listener, Process, System

MIB = 1024**2


def df(disks: Sequence[Disk], system: System, *, inodes: bool = False) -> str:
    """`df -h`, or `df -ih`."""
    heading = (
        ("Filesystem", "Inodes", "IUsed", "IFree", "IUse%", "Mounted on")
        if inodes
        else ("Filesystem", "Size", "Used", "Avail", "Use%", "Mounted on")
    )
    rows: list[tuple[str, ...]] = [heading]
    memory = system.memory // 10
    every = (
        [*disks, Disk("tmpfs", "/run", memory, memory // 97, 1)]
        if len(disks) > 1 or disks[0].mount == "/"
        else list(disks)
    )
    for disk in every:
        if inodes:
            total = disk.size // 16384
            used = total * disk.inodes_used // 100
            cells = (binary_size(total), binary_size(used), binary_size(total - used), f"{disk.inodes_used}%")
        else:
            cells = (
                binary_size(disk.size),
                binary_size(disk.used),
                binary_size(disk.size - disk.used),
                f"{disk.share}%",
            )
        rows.append((disk.device, *cells, disk.mount))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths = [max(14, widths[0]), *(max(5 if i < 3 else 4, width) for i, width in enumerate(widths[1:5]))]
    return "".join(f"{_df_row(row, widths)}\n" for row in rows)


def _df_row(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.rjust(width) for cell, width in zip(row[1:5], widths[1:], strict=True)]
    return " ".join([row[0].ljust(widths[0]), *cells, row[5]])


def free(system: System) -> str:
    """`free -h`."""
    cache = (system.memory - system.memory_used) // 3
    idle = system.memory - system.memory_used - cache
    available = idle + cache * 9 // 10
    memory = [system.memory, system.memory_used, idle, 20 * MIB, cache, available]
    swap = [system.swap, system.swap_used, system.swap - system.swap_used]
    head = "               total        used        free      shared  buff/cache   available"
    return f"{head}\n{_free_row('Mem:', memory)}\n{_free_row('Swap:', swap)}\n"


def _free_row(name: str, values: Sequence[int]) -> str:
    return f"{name:<8}{free_size(values[0]):>12}" + "".join(f"{free_size(value):>12}" for value in values[1:])


def uptime(system: System) -> str:
    users = f"{system.users} user{'s' if system.users != 1 else ''}"
    load = ", ".join(f"{one:.2f}" for one in system.load)
    return f" {moment(system.now):%H:%M:%S} up {uptime_text(system.uptime)},  {users},  load average: {load}\n"


def ps_aux(processes: Sequence[Process], system: System) -> str:
    """`ps aux`."""
    lines = ["USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"]
    for one in processes:
        started = moment(system.now - one.age)
        start = (
            f"{started:%H:%M}" if one.age < 86400 else f"{started:%b%d}" if one.age < 300 * 86400 else f"{started:%Y}"
        )
        user = one.user if len(one.user) <= 8 else one.user[:7] + "+"
        size, share = one.memory // 1024, 100 * one.memory / system.memory
        time = f"{one.seconds // 60}:{one.seconds % 60:02d}"
        lines.append(
            f"{user:<8} {one.pid:>7} {one.cpu:>4.1f} {share:>4.1f} {size * 3:>6} {size:>5} {'?':<8} "
            f"{'Ssl':<4} {start:>5} {time:>6} {one.command}"
        )
    return "\n".join(lines) + "\n"


def ss_listening(listeners: Sequence[Listener]) -> str:
    """`ss -ltnp`."""
    rows = [
        (f"{one.address}:{one.port}", f'users:(("{one.process}",pid={one.pid},fd={3 + one.pid % 9}))')
        for one in listeners
    ]
    peers = ["*:*" if one.address == "*" else "0.0.0.0:*" for one in listeners]
    width = max([len("Local Address:Port"), *(len(local) for local, _ in rows)])
    lines = [
        f"{'State':<6} {'Recv-Q':<6} {'Send-Q':<6} {'Local Address:Port':>{width}} {'Peer Address:Port':>17}Process"
    ]
    for (local, users), peer in zip(rows, peers, strict=True):
        lines.append(f"{'LISTEN':<6} {'0':<6} {'4096':<6} {local:>{width}} {peer:>17}{users}")
    return "\n".join(lines) + "\n"

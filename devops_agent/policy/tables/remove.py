"""Removing, overwriting, and changing what is hard to get back: files, disks, accounts, permissions."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, forbid, worst
from devops_agent.policy.paths import is_block_device
from devops_agent.policy.redirects import judge_written
from devops_agent.policy.rows import Operands, Program, Use, alarm, only, program, row

WIDE_OPEN = re.compile(r"0?[0-7]?777|0?666|000|0|[ugoa]*[+=][rwx]*w[rwx]*|[2467][0-7]{3}|[ugoa]*\+[rwxX]*[st]")


def _operands(use: Use) -> list[str]:
    """Everything that is not a flag."""
    if "--" in use.texts:
        cut = use.texts.index("--")
        return [text for text in use.texts[:cut] if not text.startswith("-")] + use.texts[cut + 1 :]
    return [text for text in use.texts if not text.startswith("-")]


def _is_recursive(use: Use, letters: str = "rR") -> bool:
    clusters = "".join(text[1:] for text in use.texts if re.fullmatch(r"-[A-Za-z]+", text))
    return any(letter in clusters for letter in letters) or any(
        len(text) > 4 and "--recursive".startswith(text) for text in use.texts
    )


def _is_forced(use: Use) -> bool:
    return any(
        re.fullmatch(r"-[A-Za-z]*f[A-Za-z]*", text) or len(text) > 3 and "--force".startswith(text)
        for text in use.texts
    )


def _remove(use: Use) -> Judgement:
    targets = _operands(use)
    own = [
        forbid("would remove the agent's own configuration or records")
        for target in targets
        if use.ground.is_own(target)
    ]
    wide = (_is_recursive(use) or _is_forced(use)) and any(use.ground.is_top_level(target) for target in targets)
    if wide or "--no-preserve-root" in use.texts:
        own.append(forbid(f"removes a whole system folder, a home or the working folder: {' '.join(targets)}"))
    named = ", ".join(targets[:4]) or "whatever it is given"
    return worst([destroy(f"removes {named} for good"), *own])


def _permissions(use: Use) -> Judgement:
    targets = _operands(use)[1:]
    if _is_recursive(use, "R") and any(use.ground.is_top_level(target) for target in targets):
        return forbid(f"changes permissions of a whole system folder: {' '.join(targets)}")
    if _is_recursive(use, "R"):
        return destroy("changes permissions of everything below, and what they were is not kept")
    if any(map(WIDE_OPEN.fullmatch, _operands(use)[:1])) and use.name == "chmod":
        return destroy("opens a file to everybody, or lets it run as its owner")
    return worst([change(f"{use.name} changes permissions"), *_system_targets(use, targets)])


def _system_targets(use: Use, targets: list[str]) -> list[Judgement]:
    written = [judge_written(target, use.ground) for target in targets]
    return [judgement for judgement in written if judgement.risk in ("DESTROY", "FORBID")]


def _write(use: Use) -> Judgement:
    """cp, mv, ln, install, tee and rsync: the targets are written, and mv takes its sources away."""
    targets = _operands(use)
    written = targets if use.name == "tee" else targets[-1:]
    written += [text.partition("=")[2] for text in use.texts if text.startswith("--target-directory=")]
    found = [change(f"{use.name} writes {' '.join(written) or 'files'}"), *_system_targets(use, written)]
    if use.name == "mv" and (any(use.ground.is_top_level(target) for target in targets[:-1]) or "/dev/null" in targets):
        found.append(destroy("mv takes away its source"))
    if use.name == "mv" and any(use.ground.is_system(target) for target in targets[:-1]):
        found.append(destroy("mv takes away a file of the operating system"))
    if use.name in ("cp", "mv", "ln") and "/dev/null" in targets[:-1]:
        found.append(destroy(f"{use.name} from /dev/null empties its target"))
    if any(use.ground.is_own(target) for target in targets):
        found.append(forbid("would change the agent's own configuration or records"))
    return worst(found)


def _rsync(use: Use) -> Judgement:
    deletes = any(text.startswith(("--delete", "--del", "--remove-source")) for text in use.texts)
    remote = (
        "runs another program" if any(text in ("-e", "--rsh", "--rsync-path") for text in use.texts) else "copies files"
    )
    found = [change(f"rsync {remote}", "NETWORK"), *_system_targets(use, _operands(use)[-1:])]
    dry = any(text == "--dry-run" or re.fullmatch(r"-[A-Za-z]*n[A-Za-z]*", text) for text in use.texts)
    return worst([*found, destroy("rsync --delete removes files")]) if deletes and not dry else worst(found)


def _dd(use: Use) -> Judgement:
    targets = [text[3:] for text in use.texts if text.startswith("of=")]
    if any(is_block_device(target) for target in targets):
        return forbid("dd overwrites a disk")
    return destroy(f"dd overwrites {targets[0]}") if targets else change("dd copies raw data")


def _disk(use: Use) -> Judgement:
    if any(is_block_device(text) for text in use.texts):
        return forbid(f"{use.name} erases or repartitions a disk")
    return destroy(f"{use.name} erases or repartitions a disk")


def _destroying(names: str, reason: str) -> Program:
    return program(names, judge=lambda use: destroy(f"{use.name} {reason}"))


PROGRAMS = (
    program("rm unlink srm trash-empty rimraf trash shred", judge=_remove),
    program("chmod chown chgrp setfacl chattr chcon", judge=_permissions),
    program("cp mv ln install tee sponge scp", judge=_write),
    program("rsync", judge=_rsync),
    program(
        "truncate",
        judge=lambda use: worst([destroy("truncate cuts files short"), *_system_targets(use, _operands(use))]),
    ),
    program("dd dcfldd", judge=_dd),
    program(
        "wipefs blkdiscard mkfs mke2fs mkswap badblocks sgdisk cfdisk "
        + " ".join(
            f"mkfs.{kind}"
            for kind in (
                "ext2",
                "ext3",
                "ext4",
                "xfs",
                "btrfs",
                "vfat",
                "ntfs",
                "f2fs",
                "fat",
                "minix",
                "exfat",
                "cramfs",
                "bfs",
                "msdos",
            )
        ),
        judge=_disk,
    ),
    program(
        "fdisk sfdisk",
        row(
            "",
            "-l|--list",
        ),
        judge=lambda use: (
            Judgement("READ", rule=f"{use.name} -l")
            if use.texts in (["-l"], ["--list"])
            else destroy(f"{use.name} changes partitions")
        ),
    ),
    program(
        "parted gdisk partprobe",
        judge=lambda use: (
            Judgement("READ", rule="parted -l")
            if use.texts in (["-l"], ["--list"])
            else destroy(f"{use.name} changes partitions")
        ),
    ),
    _destroying(
        "hdparm debugfs tune2fs resize2fs xfs_growfs e2fsck fsck xfs_repair fsck.ext4 sg_format nvme-format scrub",
        "changes a file system or a disk itself",
    ),
    _destroying("userdel groupdel deluser delgroup dropuser dropdb", "removes an account or a database"),
    _destroying("shutdown reboot poweroff halt telinit init kexec", "stops the machine"),
    _destroying("killall5 swapoff umount", "takes away what running programs use"),
    program("rmdir", judge=lambda use: destroy("rmdir removes a folder")),
    program(
        "mdadm",
        only("-D|--detail -E|--examine -Q|--query --scan", Operands(0, 4, "name")),
        otherwise="changes how disks are put together",
        alarms=(alarm("", "changes how disks are put together"),),
    ),
    _destroying("cryptsetup drbdadm", "changes how disks are put together"),
)

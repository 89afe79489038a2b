"""Disks, volumes and file systems."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy
from devops_agent.policy.rows import NONE, WORDS, Operands, Use, destroy_alarms, program, row, simple, words

LVM_FLAGS = (
    "-[vaPo] -o|--options= --units= --noheadings --separator= --nosuffix --reportformat= -S= --all --aligned -O= "
    "--segments -c --rows --unbuffered --readonly -s -m"
)


def _questions(use: Use) -> Judgement | None:
    allowed = {
        "multipath": {"-ll", "-l"},
        "showmount": {"-e", "-a", "-d"},
        "exportfs": {"-v", "-s"},
        "nfsstat": {"-c", "-s", "-n", "-r", "-m", "-4", "-l"},
        "rpcinfo": {"-p", "-s"}, "dmsetup": set(), "iscsiadm": set(),
    }  # fmt: skip
    given = {name for name, _ in use.options.given}
    here = use.name != "showmount" or not use.operands or use.operands == ["localhost"]
    fine = bool(given) and given <= allowed[use.name] and here and (not use.operands or use.operands == ["localhost"])
    return (
        None
        if fine or use.name == "nfsstat" and not use.operands and given <= allowed["nfsstat"]
        else change(f"{use.name} may reach another machine or change it")
    )


def _only_logs(use: Use) -> Judgement | None:
    """`-l scterc,70,70` sets the timers, and `-l sataphy,reset` the counters, that `-l` alone prints."""
    sets = any(re.search(r"scttempint|,(?:reset|\d+,\d+)", log) for log in use.options.values("-l"))
    return change("smartctl sets what it is asked to log") if sets else None


PROGRAMS = (
    simple(
        "lsblk",
        "-[abdfilmnoOpPrsStzJTDMNvxy] -o|--output= -e= -I= -x|--sort= --json --bytes --all --fs --noheadings "
        "--paths --raw --tree[=] --list --topology --perms --scsi --nodeps --discard --output-all --ascii "
        "--inverse",
        Operands(0, 5, "name"),
    ),
    program(
        "blkid",
        row(
            "",
            "-o=full|value|device|export|udev -s= -k -L= -U= -i -t= -l -c=/dev/null",
            Operands(0, 5, "name"),
            after="-c /dev/null",
        ),
        otherwise="may write its cache",
    ),
    program(
        "smartctl",
        row(
            "",
            "-[aHicAxgl] --all --info --health --attributes --scan --scan-open -d= -l|--log= --json[=] -j -x "
            "--xall -n=",
            words(0, 1),
            _only_logs,
        ),
        otherwise="starts a test or changes a disk",
    ),
    program(
        "nvme",
        row(
            "list|list-subsys|smart-log|id-ctrl|id-ns|error-log|fw-log|list-ns|show-regs|version",
            "-o= -v -H",
            words(0, 1),
        ),
        alarms=destroy_alarms({"format|sanitize|write*|reset|delete-ns|fw-*|security*": "erases or changes a disk"}),
    ),
    simple("pvs vgs lvs pvdisplay vgdisplay lvdisplay pvscan  lvscan", LVM_FLAGS, words(0, 5)),
    program(
        "lvremove vgremove pvremove lvreduce vgreduce pvmove lvconvert",
        judge=lambda use: destroy(f"{use.name} removes or shrinks volumes"),
    ),
    program(
        "lvextend lvcreate vgextend vgcreate pvcreate pvresize lvchange vgchange lvresize",
        otherwise="changes volumes",
        alarms=destroy_alarms({"-ff|--force|-f": "overrides a protection", "-L=-*": "shrinks a volume"}),
    ),
    program(
        "zfs",
        row("list|get|diff|holds|version", "-[rHpotsdSj] -t= -o= -s= -d=N -S=", WORDS),
        alarms=destroy_alarms(
            {"destroy|rollback|promote|inherit|unmount|umount|release|receive|recv|unload-key": "removes data"}
        ),
    ),
    program(
        "zpool",
        row("list|status|get|iostat|history|version|events", "-[vHpLPxTDsjt] -o= -T= -x", WORDS),
        alarms=destroy_alarms(
            {
                "destroy|remove|detach|offline|labelclear|export|clear|split": "takes disks or pools away",
                "create|add -f": "overwrites disks",
            }
        ),
    ),
    program(
        "btrfs",
        row(
            "filesystem|fi|subvolume|sub|device|dev|scrub|qgroup|balance show|df|usage|du|list|stats|status",
            "-[hmbTsptoagdru] --raw",
            Operands(0, 2, "name"),
        ),
        alarms=destroy_alarms(
            {
                "delete|remove": "removes subvolumes or devices",
                "balance|replace|check|rescue|restore": "rewrites a file system",
            }
        ),
    ),
    program("xfs_info dumpe2fs", row("", "-h", Operands(1, 1, "name"))),
    simple(
        "swapon",
        "-s --show[=] --summary --noheadings --raw --bytes",
        NONE,
        lambda use: None if use.options.has("-s", "--show", "--summary") else change("turns swap on"),
    ),
    program(
        "losetup",
        row("", "-a|--all -l|--list --json -O=", words(0, 0)),
        otherwise="makes a loop device",
        alarms=destroy_alarms({"-d|-D|--detach|--detach-all": "detaches a device"}),
    ),
    program(
        "multipath dmsetup iscsiadm showmount exportfs nfsstat rpcinfo",
        row("", "-ll -l -v -[acdenmrs4lzpo]", words(0, 1), lambda use: _questions(use)),
        row(
            "ls|info|status|table|deps|targets",
            "--tree",
            words(0, 1),
            lambda use: None if use.name == "dmsetup" else change("not understood"),
        ),
        alarms=destroy_alarms({"remove|remove_all|wipe_table|-F|-f|delete|logout": "takes a device away"}),
    ),
    program("quota repquota", row("", "-[avsugpq] -u= -g=", words(0, 3))),
)

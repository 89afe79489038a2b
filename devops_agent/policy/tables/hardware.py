"""Hardware, disks and volumes, users."""

from devops_agent.policy.judgement import Judgement, change, destroy
from devops_agent.policy.rows import NONE, WORDS, Operands, Use, destroy_alarms, program, row, simple, words

LVM_FLAGS = "-[vaPo] -o|--options= --units= --noheadings --separator= --nosuffix --reportformat= -S= --all --aligned -O= --segments -c --rows --unbuffered --readonly -s -m"
PROGRAMS = (
    simple(
        "lsblk",
        "-[abdfilmnoOpPrsStzJTDMNvxy] -o|--output= -e= -I= -x|--sort= --json --bytes --all --fs --noheadings --paths --raw --tree[=] --list --topology --perms --scsi --nodeps --discard --output-all --ascii --inverse",
        Operands(0, 5, "name"),
    ),
    simple("blkid", "-o= -s=  -k -L= -U= -i -t= -l", Operands(0, 5, "name")),
    simple(
        "lscpu",
        "-[abcexJpByhs] -e[=] -p[=] --all --extended[=] --parse[=] --json --caches[=] --online --offline --bytes --output-all",
    ),
    simple(
        "lspci lsusb lspcmcia lsscsi lshw lsgpio",
        "-[vntkmbDqxPHAogsdtiwlpUcC] -s= -d= -class= -C= -short -businfo -quiet -json -sanitize -numeric -vv -vvv -nn -k --verbose --tree -nnk",
        words(0, 2),
    ),
    simple(
        "hwinfo inxi", "-[FxzCDGmMnNsASbdIlPpuw] --short --cpu --disk --memory --network --block --pci --usb --bios"
    ),
    simple("neofetch fastfetch screenfetch", "--stdout --off"),
    simple("dmidecode biosdecode", "-t|--type= -s|--string= -q|--quiet --no-sysfs -H="),
    simple("sensors", "-[ufAj]", words(0, 2)),
    simple("acpi upower", "-[abitcsVfd] -e -i= -d --enumerate --dump", words(0, 1)),
    program(
        "smartctl",
        row(
            "",
            "-[aHicAxgl] --all --info --health --attributes --scan --scan-open -d= -l|--log= --json[=] -j -x --xall -n=",
            words(0, 1),
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
            {
                "destroy|rollback|promote|inherit|unmount|umount|release|receive|recv|unload-key": "removes or rolls back data"
            }
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
    program("mdstat", otherwise=""),
    program("quota repquota", row("", "-[avsugpq] -u= -g=", words(0, 3))),
    program(
        "efibootmgr",
        row("", "-v"),
        otherwise="changes how the machine boots",
        alarms=destroy_alarms({"-B|--delete-bootnum": "removes a boot entry"}),
    ),
    program(
        "ipmitool",
        row("sensor|sdr|fru|sel|lan|chassis|mc|user list|print|status|elist|info|type", "", words(0, 2)),
        row("sensor|sdr|fru"),
        alarms=destroy_alarms(
            {
                "power off|cycle|reset|soft": "takes a machine down",
                "sel clear": "clears the log",
                "mc reset": "resets the controller",
            }
        ),
        tags="NETWORK",
    ),
    program(
        "useradd usermod groupadd groupmod adduser addgroup passwd chpasswd chage gpasswd chsh chfn vipw vigr visudo newusers",
        row(
            "",
            "-l|--list -S|--status",
            words(0, 1),
            lambda use: (
                None
                if use.name in ("chage", "passwd")
                and use.options.has("-l", "-S")
                and use.name == ("chage" if use.options.has("-l") else "passwd")
                else change("changes an account")
            ),
        ),
        otherwise="changes an account",
        alarms=destroy_alarms({"-l|--lock|-L|-d|--delete|-e": "locks or weakens an account"}),
    ),
    program(
        "mkdir touch mkfifo mknod mktemp split csplit tempfile fallocate rename patch dos2unix unix2dos",
        otherwise="makes or changes files",
    ),
    program(
        "grub-install grub-mkconfig update-grub update-initramfs dracut mkinitcpio grub2-mkconfig",
        judge=lambda use: destroy(f"{use.name} changes how the machine boots"),
    ),
    program("xclip xsel pbcopy wl-copy", otherwise="changes the clipboard"),
    program("hwclock", row("", "-r --show --verbose"), otherwise="sets the clock"),
    program("rfkill", row("list", "", words(0, 1))),
    program("cpupower", row("frequency-info|idle-info|info", "-[a]", NONE)),
    program("tuned-adm", row("active|list|recommend|verify", "", NONE)),
)


def _questions(use: Use) -> Judgement | None:
    allowed = {
        "multipath": {"-ll", "-l"}, "showmount": {"-e", "-a", "-d"}, "exportfs": {"-v", "-s"}, "nfsstat": set("-c -s -n -r -m -4 -l".split()),  # noqa: SIM905
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

"""Hardware, disks and volumes, users."""

from devops_agent.policy.rows import NONE, destroy_alarms, program, row, simple, words

PROGRAMS = (
    simple(
        "lscpu",
        "-[abcexJpByhs] -e[=] -p[=] --all --extended[=] --parse[=] --json --caches[=] --online --offline --bytes "
        "--output-all",
    ),
    simple(
        "lspci lsusb lspcmcia lsscsi lsgpio",
        "-[vntkmbDxPHAogstiwlpUcC] -s= -d= -vv -vvv -nn -k --verbose --tree -nnk",
        words(0, 2),
    ),
    simple("lshw", "-class= -C= -c= -short -businfo -quiet -json -sanitize -numeric -notime"),
    simple("hwinfo inxi", "-[FxzCDGmMnNsASbdIlPpu] --short --cpu --disk --memory --network --block --pci --usb --bios"),
    simple("neofetch fastfetch screenfetch", "--stdout --off"),
    simple("dmidecode biosdecode", "-t|--type= -s|--string= -q|--quiet --no-sysfs -H="),
    simple("sensors", "-[ufAj]", words(0, 2)),
    simple("acpi upower", "-[abitcsVfd] -e -i= -d --enumerate --dump", words(0, 1)),
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
    program("hwclock", row("", "-r --show --verbose"), otherwise="sets the clock"),
    program("rfkill", row("list", "", words(0, 1))),
    program("cpupower", row("frequency-info|idle-info|info", "-[a]", NONE)),
    program("tuned-adm", row("active|list|recommend|verify", "", NONE)),
)

"""Virtual machines and system containers."""

from devops_agent.policy.rows import (
    WORDS,
    destroy_alarms,
    program,
    row,
    words,
)

PROGRAMS = (
    program(
        "virsh",
        row(
            "list|dominfo|domstate|nodeinfo|net-list|pool-list|vol-list|version|domblklist|domiflist|"
            "snapshot-list|capabilities|net-info|pool-info|vcpuinfo|dommemstat|dumpxml|hostname|uri|domifaddr",
            "--all --inactive --title --name --uuid --details",
            WORDS,
        ),
        shared="-r|--readonly -q",
        alarms=destroy_alarms(
            {
                "destroy|undefine|shutdown|reset|vol-delete|pool-destroy|pool-delete|net-destroy|net-undefine|"
                "snapshot-delete|snapshot-revert|managedsave-remove|vol-wipe|suspend": "stops or removes machines"
            }
        ),
    ),
    program(
        "lxc incus lxd",
        row("list|info|version, image|storage|network|profile list, config show", "--format= -c=", WORDS),
        row("ls", "", WORDS),
        alarms=destroy_alarms({"delete|rm": "removes containers", "stop": "stops containers", "restore": "goes back"}),
        otherwise="reaches into containers",
    ),
    program(
        "lxc-ls lxc-info",
        row("", "-f --fancy -n= -s -p -i -1 --active --running --stopped --frozen", words(0, 2)),
    ),
    program(
        "pct qm",
        row("list|status|config", "", words(0, 1)),
        alarms=destroy_alarms({"destroy|stop|shutdown|rollback|delsnapshot": "stops or removes machines"}),
    ),
    program(
        "multipass",
        row("list|ls|info|version|networks|find", "--format= --all", WORDS),
        alarms=destroy_alarms({"delete|purge|stop": "stops or removes machines"}),
    ),
    program(
        "openstack",
        row("* list|show", "-f= -c= --long --all-projects --project= --name=", WORDS),
        row("* * list|show", "-f= -c= --long --all-projects", WORDS),
        alarms=destroy_alarms({"delete|remove|stop|rebuild|shelve|suspend|unset": "removes or stops it"}),
    ),
)

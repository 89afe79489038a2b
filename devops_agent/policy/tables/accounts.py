"""Accounts, and tools that only make or change files."""

from devops_agent.policy.judgement import change, destroy
from devops_agent.policy.rows import destroy_alarms, program, row, words

PROGRAMS = (
    program(
        "useradd usermod groupadd groupmod adduser addgroup passwd chpasswd chage gpasswd chsh chfn vipw vigr "
        "visudo newusers",
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
)

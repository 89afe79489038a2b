"""Archives: listing is a read, everything else writes files."""

import re

from devops_agent.policy.judgement import Judgement, change, destroy, read, sensitive
from devops_agent.policy.rows import (
    NONE,
    SOME_FILES,
    Operands,
    Use,
    destroy_alarms,
    program,
    row,
    simple,
    words,
)

TAR_LIST = re.compile(r"-?(?=[a-zA-Z]*t)[tvfzjJaOPpxlZ]*")
TAR_RUNS = re.compile(
    r"--(?:checkpoint-action|to-command|use-compress-program|rsh-command|info-script|new-volume-script)|-[IF]"
)


TAR_REMOVES = ("--delete", "--recursive-unlink", "--unlink-first", "-U", "--overwrite")


def _tar(use: Use) -> Judgement:
    first = use.texts[0] if use.texts else ""
    if any(TAR_RUNS.match(text) for text in use.texts):
        return change("tar runs another program", "EXEC")
    if any(text in TAR_REMOVES or text.startswith("--remove-files") for text in use.texts):
        return destroy("tar removes or replaces files")
    if first in ("--version", "--help") and len(use.texts) == 1:
        return read("tar")
    return _tar_list(use) or change("tar packs or unpacks files")


def _tar_list(use: Use) -> Judgement | None:
    """`tar tzf FILE [MEMBER...]` and `tar --list --file=FILE`."""
    letters = use.texts[0].lstrip("-") if use.texts else ""
    short = re.fullmatch(r"-?[tvfzjJa]+", use.texts[0]) if use.texts else None
    rest = use.arguments[1:]
    if short and "t" in letters and "f" in letters:
        plain = not any(word.text.startswith("-") or word.starts_open for word in rest) and len(rest) >= 1
        if plain and ":" not in rest[0].text:
            return sensitive(f"reads {rest[0].text}") if use.ground.secret(rest[0]) else read("tar -t")
        return None
    if (
        all(
            re.fullmatch(r"--list|-t|-v|-z|-j|-J|--file=[\w./@+-]+|--verbose|--gzip|-tv|-tvf|-f", text)
            for text in use.texts
        )
        and use.texts
    ):
        return read("tar --list") if {"--list", "-t", "-tv"} & set(use.texts) else None
    return None


def _is_no_packer(use: Use) -> Judgement | None:
    """p7zip has the name of its relatives, but takes every word for a file to pack."""
    return change("p7zip packs what it is given, and removes it") if use.name == "p7zip" else None


def _no_list_of_flags(use: Use) -> Judgement | None:
    """binutils read more flags, and with them plugins to load, from a file named `@FILE`."""
    listed = any(operand.startswith("@") for operand in use.operands)
    return change("loads what a file of flags names", "EXEC") if listed else None


PROGRAMS = (
    program("tar bsdtar gtar", judge=_tar),
    program(
        "unzip",
        row(
            "",
            "-[lvZqt1hcp]",
            Operands(1, 20, "content"),
            lambda use: None if use.options.has("-l", "-v", "-Z", "-t", "-c", "-p") else change("unpacks files"),
        ),
        otherwise="unpacks files",
    ),
    simple("zipinfo", "-[12smlvhMtTzZC]", Operands(1, 20, "content")),
    program(
        "zip",
        row("", "-sf", words(1, 1)),
        otherwise="packs files",
        alarms=destroy_alarms({"-m|--move": "removes what it packs", "-d|--delete": "removes members"}),
    ),
    program(
        "gzip gunzip xz unxz zstd unzstd pigz",
        row("", "-l|--list -v -t|--test -q", SOME_FILES, needs="-l -t"),
        row("", "-d|--decompress -c|--stdout -f -v -q", SOME_FILES, needs="-c"),
        otherwise="packs or unpacks files",
    ),
    program(
        "bzip2 bunzip2 lz4 lzma pbzip2",
        row("", "-v -t|--test -q", SOME_FILES, needs="-t"),
        otherwise="packs or unpacks files",
    ),
    program("compress uncompress", otherwise="packs or unpacks files"),
    program(
        "7z 7za 7zr p7zip rar unrar",
        row("l|t|lt|lb|v|i", "-slt -ba", Operands(1, 5, "content"), _is_no_packer),
        alarms=destroy_alarms({"d": "removes members", "* -sdel|-df|-dw": "removes what it packs"}),
        otherwise="packs or unpacks files",
    ),
    program("ar", row("t|tv|p", "", Operands(1, 5, "content"), _no_list_of_flags), otherwise="packs or unpacks files"),
    program("cpio pax", otherwise="packs or unpacks files"),
    simple("ldd", "", NONE, lambda use: change("ldd may run the program", "EXEC")),
    simple(
        "nm objdump readelf size addr2line",
        "-[aACDghlnprstuvwxdSRTVeWIGX0] -j= --demangle[=] --dynamic --defined-only --headers --all --wide --syms "
        "--sections -# --dwarf[=] --private-headers --file-headers --section-headers",
        Operands(1, 5, "content"),
        _no_list_of_flags,
    ),
)

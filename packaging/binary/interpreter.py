"""A copy of the running Python that needs nothing of the machine it was built on but the C library."""

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

UNUSED_FOLDERS = shutil.ignore_patterns(
    *("__pycache__", "*.pyc", "*.a", "site-packages", "dist-packages", "config-*", "test", "tests", "idlelib"),
    *("tkinter", "turtledemo", "turtle.py", "ensurepip", "lib2to3", "pydoc_data", "venv"),
)
UNUSED_EXTENSIONS = ("readline", "nis", "ossaudiodev", "spwd", "xxlimited", "xxsubtype", "_crypt", "_curses", "_dbm")
UNUSED_EXTENSIONS += ("_gdbm", "_tkinter", "_test", "_ctypes_test", "_xx")
"""Tests, and what would bring in a library that is large or under a licence we do not ship."""
OF_THE_SYSTEM = re.compile(r"(ld-linux|libc|libm|libdl|librt|libpthread|libutil|libresolv|libgcc_s|libstdc\+\+)[-.\d]")
"""Libraries every Linux of the kind has, and that must be its own."""
FOUND = re.compile(r"^\s*(\S+) => (/\S+)", re.MULTILINE)
VERSION = re.compile(rb"GLIBC_2\.(\d+)\x00")


def copy_interpreter(root: Path) -> Path:
    """Put the interpreter and its standard library under `root`; the path of the program there."""
    name = f"python{sysconfig.get_python_version()}"
    standard = Path(sysconfig.get_path("stdlib"))
    program = root / "bin" / name
    program.parent.mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), program)
    (program.parent / "python3").symlink_to(name)
    shutil.copytree(standard, root / "lib" / name, ignore=UNUSED_FOLDERS, symlinks=False)
    for extension in (root / "lib" / name / "lib-dynload").glob("*.so"):
        if extension.name.startswith(UNUSED_EXTENSIONS):
            extension.unlink()
    return program


def compile_modules(root: Path, program: Path, own: Path) -> None:
    """Compile all modules with the copied interpreter, and leave out the sources of those that are not our `own`."""
    compiling = [program, "-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", root]
    subprocess.run([*compiling, "-b", "-x", f"^{re.escape(str(own))}/", root / "lib", own.parent], check=True)
    subprocess.run([*compiling, own], check=True)
    for compiled in list(root.rglob("*.pyc")):
        if compiled.parent.name != "__pycache__":
            compiled.with_suffix(".py").unlink()


def drop_orphans(packages: Path) -> None:
    """Remove the libraries that came along for parts that were left out."""
    files = list(elf_files(packages))
    brought = {file.name: file for file in files if file.parent.suffix == ".libs"}
    asking = [file for file in files if file not in brought.values()]
    while asking:
        needed = _patchelf("--print-needed", asking.pop()).split()
        asking += [brought.pop(name) for name in needed if name in brought]
    for orphan in brought.values():
        orphan.unlink()


def complete(root: Path) -> list[Path]:
    """Bring the libraries that the tree's code needs into `root`/lib, and make it look there first.

    The originals of those that are not Python's own, so that their licences can be found.
    """
    files = list(elf_files(root))
    needed = {name: Path(origin) for file in files for name, origin in _needed(file).items()}
    brought = {name: origin for name, origin in needed.items() if _to_bring(name, origin, root)}
    for name, origin in brought.items():
        shutil.copy2(origin.resolve(), root / "lib" / name)
    for file in (*files, *(root / "lib" / name for name in brought)):
        _lighten(file)
        if brought.keys() & set(_patchelf("--print-needed", file).split()):
            _look_into(root / "lib", file)
    return sorted(origin for name, origin in brought.items() if not name.startswith("libpython"))


def _to_bring(name: str, origin: Path, root: Path) -> bool:
    return not OF_THE_SYSTEM.match(name) and root not in origin.parents


def elf_files(root: Path) -> Iterator[Path]:
    """Every program and library of a tree."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def needed_libc(root: Path) -> str:
    """The oldest version of the C library that all of a tree can run with."""
    versions = (int(found) for file in elf_files(root) for found in VERSION.findall(file.read_bytes()))
    return f"2.{max(versions)}"


def _needed(file: Path) -> dict[str, str]:
    """The libraries a file is loaded with here, those of the libraries included."""
    listed = subprocess.run(["ldd", file], capture_output=True, text=True).stdout
    if "not found" in listed:
        raise SystemExit(f"{file} lacks a library:\n{listed}")
    return dict(FOUND.findall(listed))


def _lighten(file: Path) -> None:
    """Drop the symbols that only a debugger reads."""
    file.chmod(0o755)
    subprocess.run(["strip", "--strip-unneeded", file], check=True)


def _look_into(folder: Path, file: Path) -> None:
    """Make a file find its libraries relative to itself, whatever LD_LIBRARY_PATH says."""
    file.chmod(0o755)
    upwards = "/".join([".."] * len(file.parent.relative_to(folder.parent).parts))
    kept = [path for path in _patchelf("--print-rpath", file).strip().split(":") if path.startswith("$ORIGIN")]
    _patchelf("--force-rpath", "--set-rpath", ":".join([*kept, f"$ORIGIN/{upwards}/{folder.name}"]), file)


def _patchelf(*words: str | Path) -> str:
    return subprocess.run(["patchelf", *words], capture_output=True, text=True, check=True).stdout

"""The licences of everything a tree carries: their texts in one file, and nothing that may not be shipped."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import cast

RUNTIME = "GPL-3.0-or-later WITH GCC-exception-3.1"
"""Of the compiler's run-time library; its exception covers every program that uses it."""
ALLOWED = frozenset(
    ("MIT", "MIT-CMU", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "PSF-2.0")
    + ("Zlib", "bzip2-1.0.6", "blessing", RUNTIME)
)
NAMES = {
    **dict.fromkeys(("MIT License", "The MIT License"), "MIT"),
    **dict.fromkeys(("BSD License", "BSD"), "BSD-3-Clause"),
    **dict.fromkeys(("Apache Software License", "Apache 2.0", "Apache License 2.0"), "Apache-2.0"),
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}
UNDECLARED = {"smolagents": "Apache-2.0"}
"""Distributions that name their licence in its text only."""
LIBRARIES = {
    "libcrypto": "Apache-2.0",
    "libssl": "Apache-2.0",
    "libffi": "MIT",
    "libexpat": "MIT",
    "libz": "Zlib",
    "libbz2": "bzip2-1.0.6",
    "liblzma": "0BSD",
    "libsqlite3": "blessing",
    "libuuid": "BSD-3-Clause",
    "libgomp": RUNTIME,
}
TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
COMMON = re.compile(r"/usr/share/common-licenses/[A-Za-z]+-[0-9.]*[0-9]")
DOCUMENTS = Path("/usr/share/doc")
NOTICES = Path(__file__).with_name("notices")
RULE = "=" * 78
SOURCES = """The sources of each distribution are at https://pypi.org/project/<name>/<version>/, those of Python at
https://www.python.org/downloads/source/, and those of the libraries at https://snapshot.debian.org.
"""


class NotAllowedError(SystemExit):
    """Something has a licence that is unknown or may not be shipped, or comes without its text."""


@dataclass(frozen=True)
class Part:
    """One thing a tree carries: name, version, SPDX expression, the texts of its licence, and where it is from.

    `origin` is the kind and namespace of a package URL, as far as there is one.
    """

    name: str
    version: str
    license: str
    texts: tuple[str, ...]
    origin: str = ""

    @property
    def title(self) -> str:
        return f"{' '.join(filter(None, (self.name, self.version)))}: {self.license}"


def checked(parts: Iterable[Part]) -> list[Part]:
    """The same parts. Raises NotAllowedError."""
    every = list(parts)
    wrong = [part.title for part in every if not allowed(part.license)]
    wrong += [f"{part.title} (without its text)" for part in every if not part.texts]
    if wrong:
        raise NotAllowedError("these licences may not be shipped, or are not known:\n" + "\n".join(wrong))
    return every


def allowed(expression: str) -> bool:
    """Whether an SPDX expression leaves a choice of licences that may all be shipped."""
    choices = re.sub("[()]", "", expression).split(" OR ")
    return any(all(name.strip() in ALLOWED for name in choice.split(" AND ")) for choice in choices)


def written(parts: list[Part]) -> str:
    """One text: what is carried, then the licences."""
    listed = "".join(f"  {part.title}\n" for part in parts)
    bodies = (f"{RULE}\n{part.title}\n{RULE}\n\n" + "\n\n".join(part.texts) for part in parts)
    return f"This program carries, as far as it uses them:\n\n{listed}\n{SOURCES}\n" + "\n\n".join(bodies) + "\n"


def installed(packages: Path) -> list[Part]:
    """The distributions in a folder."""
    found = (_distribution(one) for one in distributions(path=[str(packages)]))
    return sorted(found, key=lambda part: part.name.lower())


def notices() -> list[Part]:
    """What is compiled into a distribution that does not bring the licence along."""
    return [Part(path.stem, "", "MIT", (_read(path),)) for path in sorted(NOTICES.glob("*.txt"))]


def interpreter(version: str, standard: Path) -> Part:
    """Python itself; `standard` is the folder of its standard library."""
    places = [standard / "LICENSE.txt", DOCUMENTS / f"python{version.rpartition('.')[0]}" / "copyright"]
    return Part("Python", version, "PSF-2.0", tuple(_read(path) for path in places if path.is_file())[:1])


def library(path: Path) -> Part:
    """A library of the system, whose licence stands where Debian keeps it."""
    license_ = LIBRARIES.get(path.name.partition(".so")[0], "")
    package, version = _package(path)
    copyright_ = DOCUMENTS / package.partition(":")[0] / "copyright"
    return Part(path.name, version, license_, tuple(_with_what_it_names(copyright_)))


def _with_what_it_names(copyright_: Path) -> Iterator[str]:
    """A text, and those it only gives the place of, as Debian does with common licences."""
    if copyright_.is_file():
        yield _read(copyright_)
        for name in sorted(set(COMMON.findall(_read(copyright_)))):
            yield f"{name}:\n\n{_read(Path(name))}"


def _package(path: Path) -> tuple[str, str]:
    """The Debian package of a file, by the path it was installed at, and its version."""
    for name in (path, Path("/", *path.parts[2:]), path.resolve()):
        found = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if found.returncode == 0:
            package = found.stdout.partition(": ")[0]
            shown = subprocess.run(["dpkg-query", "--show", package], capture_output=True, text=True, check=True)
            return package, shown.stdout.split()[1]
    return "", ""


def _distribution(one: Distribution) -> Part:
    metadata = cast(Message, one.metadata)
    name = str(metadata["Name"])
    paths = [Path(str(one.locate_file(file))) for file in one.files or () if TEXT.search(str(file))]
    texts = tuple(_read(path) for path in paths if path.suffix != ".py" and path.is_file())
    return Part(name, one.version, _declared(metadata) or UNDECLARED.get(name, ""), texts, "pypi")


def _declared(metadata: Message) -> str:
    """What a distribution says its licence is, from the first of three fields that names one."""
    classifiers = [str(line).rpartition(" :: ")[2] for line in metadata.get_all("Classifier", []) if "License" in line]
    said = [str(metadata.get(field, "")) for field in ("License-Expression", "License")] + classifiers
    known = (NAMES.get(name, name) for name in said)
    return next((name for name in known if allowed(name)), " ".join(filter(None, said)))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")

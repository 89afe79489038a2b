"""What may be inside the single file and the image, by its licence."""

import subprocess
import sys
from pathlib import Path

import pytest

BINARY = Path(__file__).parents[2] / "packaging" / "binary"
CHECK = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
import licenses
print(licenses.written(licenses.checked(licenses.installed(Path(sys.argv[2])))))
"""


def distribution(folder: Path, name: str, *fields: str, text: str | None = "the text") -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "\n".join(("Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *fields)) + "\n"
    )
    record = [f"{info.name}/METADATA,,"]
    if text is not None:
        (info / "LICENSE").write_text(text)
        record.append(f"{info.name}/LICENSE,,")
    (info / "RECORD").write_text("\n".join(record) + "\n")


def checked(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", CHECK, BINARY, folder], capture_output=True, text=True)


@pytest.mark.parametrize(
    "field",
    [
        "License-Expression: MIT",
        "License-Expression: MPL-2.0 AND MIT",
        "License-Expression: GPL-2.0-only OR Apache-2.0",
        "License: Apache 2.0",
        "Classifier: License :: OSI Approved :: BSD License",
    ],
)
def test_what_may_be_shipped_is_listed_with_its_text(tmp_path: Path, field: str) -> None:
    distribution(tmp_path, "good", field, text="all of the text")
    done = checked(tmp_path)
    assert done.returncode == 0 and "  good 1.0: " in done.stdout and "all of the text" in done.stdout


@pytest.mark.parametrize(
    "fields",
    [
        ["License-Expression: GPL-3.0-only"],
        ["License-Expression: MIT AND LGPL-2.1-only"],
        ["Classifier: License :: OSI Approved :: GNU Affero General Public License v3"],
        ["License: of our own"],
        [],
    ],
)
def test_what_may_not_be_shipped_fails_the_build(tmp_path: Path, fields: list[str]) -> None:
    distribution(tmp_path, "fine", "License-Expression: MIT")
    distribution(tmp_path, "wrong", *fields)
    done = checked(tmp_path)
    assert done.returncode == 1 and "wrong 1.0: " in done.stderr and "fine" not in done.stderr


def test_a_licence_without_its_text_fails_the_build(tmp_path: Path) -> None:
    distribution(tmp_path, "silent", "License-Expression: MIT", text=None)
    done = checked(tmp_path)
    assert done.returncode == 1 and "silent 1.0: MIT (without its text)" in done.stderr

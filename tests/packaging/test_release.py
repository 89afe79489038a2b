"""The scripts that make a release, and the workflows that call them."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from devops_agent import __version__
from tests.packaging.tiny_release import Releases, program_wheel, wheel

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "packaging"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")
CALL = re.compile(r"(?:make (?P<word>[a-z-]+)|(?:bash |\S*python3? )?(?P<script>[.\w/-]+))")
MAY_REPEAT_THE_VERSION = {"CHANGELOG.md", "docs/install-matrix.md"}


def script(name: str, *words: str | Path, **extra: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPTS / name] if name.endswith(".py") else [SCRIPTS / name]
    return subprocess.run([*command, *words], capture_output=True, text=True, env={**os.environ, **extra})


def test_a_bundle_holds_for_each_python_what_its_markers_say(tmp_path: Path) -> None:
    with Releases(tmp_path) as releases:
        newer = wheel(releases.packages, "tiny_newer", "2.0", {"tiny_newer.py": ""})
        digest = subprocess.check_output(["sha256sum", newer], text=True).split()[0]
        lock = tmp_path / "requirements.lock"
        marked = f"tiny-newer==2.0 ; python_full_version >= '3.11' \\\n    --hash=sha256:{digest}\n"
        lock.write_text(releases.lock + marked)
        program = program_wheel(tmp_path / "dist", "1.0")
        sources = {"PIP_FIND_LINKS": str(releases.packages), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
        names = {}
        for version in ("3.10", "3.12"):
            done = script("bundle.py", "--wheel", program, "--lock", lock, "--python", version, **sources)
            assert done.returncode == 0, done.stderr
            with tarfile.open(done.stdout.strip()) as archive:
                names[version] = {Path(name).name for name in archive.getnames()}
    always = {"install.sh", "requirements.lock", "SHA256SUMS", program.name, "tiny_dependency-1.0-py3-none-any.whl"}
    assert always <= names["3.10"]
    assert names["3.12"] - names["3.10"] == {newer.name}


def test_a_release_names_its_place_and_the_digests_of_all_its_files(tmp_path: Path) -> None:
    program_wheel(tmp_path, "1.0")
    done = script("release.py", "--dist", tmp_path, "--repository", "someone/thing", "--tag", "v1.0")
    assert done.returncode == 0, done.stderr
    assert "https://github.com/someone/thing/releases" in (tmp_path / "install.sh").read_text()
    assert "OWNER/" not in (tmp_path / "install.sh").read_text()
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)
    listed = {line.split()[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()}
    assert listed == {"install.sh", "requirements.lock", "devops_agent-1.0-py3-none-any.whl"}


def test_a_tag_that_is_not_the_version_of_the_wheel_stops_the_release(tmp_path: Path) -> None:
    program_wheel(tmp_path, "1.0")
    done = script("release.py", "--dist", tmp_path, "--repository", "someone/thing", "--tag", "v1.1")
    assert done.returncode == 1
    assert "must hold devops_agent-1.1-py3-none-any.whl" in done.stderr


def test_the_notes_of_a_release_are_its_section_of_the_changes() -> None:
    assert "### Added" in script("publish", "--notes", f"v{__version__}").stdout
    missing = script("publish", "--notes", "v99.0")
    assert missing.returncode == 1
    assert "CHANGELOG.md has no section '## 99.0'" in missing.stderr


def test_the_image_goes_to_both_places_under_its_version_and_as_the_latest() -> None:
    printed = script("push-image", "--print", "v1.2.0", "ghcr.io/Someone/thing", "docker.io/someone/thing").stdout
    for image in ("ghcr.io/someone/thing", "docker.io/someone/thing"):
        assert f"--tag {image}:1.2.0 --tag {image}:latest" in printed
    assert "--platform linux/amd64,linux/arm64" in printed


def steps(workflow: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_and_every_step_calls_what_the_repository_holds(workflow: Path) -> None:
    words = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for step in steps(workflow):
        if "uses" in step:
            assert PINNED.fullmatch(step["uses"]), step["uses"]
            continue
        call = CALL.match(step["run"])
        assert call, step["run"]
        assert "\n" not in step["run"].strip(), "more than one line belongs into a script"
        assert call["word"] in words if call["word"] else (ROOT / call["script"]).is_file(), step["run"]


def test_the_version_stands_in_one_place() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    watched = re.compile(r"install\.sh|pyproject\.toml|Makefile|(docs|packaging|\.github|\.ci)/.*|[^/]*\.md|Dockerfile")
    for name in filter(watched.fullmatch, set(listed) - MAY_REPEAT_THE_VERSION):
        text = (ROOT / name).read_bytes().decode(errors="replace") if (ROOT / name).is_file() else ""
        assert not re.search(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])", text), name


@pytest.mark.parametrize("command", [["mandoc", "-Tlint", "-Werror"], ["man", "--warnings", "-l"]], ids=lambda c: c[0])
def test_the_manual_page_is_well_formed(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    page = ROOT / "docs/devops-agent.1"
    done = subprocess.run([*command, page], capture_output=True, text=True, env={**os.environ, "MANPAGER": "cat"})
    assert (done.returncode, done.stderr) == (0, "")

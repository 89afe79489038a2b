"""What the renderers print is what the real tools print."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from devops_agent.evaluation.render.durations import docker_age, kubectl_age
from devops_agent.evaluation.render.sizes import binary_size, decimal_size, free_size
from devops_agent.evaluation.render.tables import docker_table, helm_table, kubectl_table
from devops_agent.evaluation.worlds.world import World

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "GIT_CONFIG_GLOBAL": "/dev/null"}


def real(command: str, folder: Path) -> tuple[str, str, int]:
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env={**ENVIRONMENT, "HOME": str(folder)}, capture_output=True, text=True
    )
    return done.stdout, done.stderr, done.returncode


def needs(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed here")


TEXT = "alpha one\nbeta two\nERROR gamma three\nalpha four\nwarning five\n"
SAME_AS_REAL = [
    "cat a.txt",
    "cat -n a.txt",
    "cat missing.txt",
    "cat folder",
    "head -n 2 a.txt",
    "head -3 a.txt",
    "head missing.txt",
    "tail -n 2 a.txt",
    "tail -n +4 a.txt",
    "tail missing.txt",
    "wc -l a.txt",
    "wc a.txt",
    "wc -l a.txt b.txt",
    "cat a.txt | wc -l",
    "grep alpha a.txt",
    "grep -n alpha a.txt",
    "grep -ic error a.txt",
    "grep -v alpha a.txt",
    "grep -A 1 beta a.txt",
    "grep -n -B 1 -A 1 gamma a.txt",
    "grep nothing a.txt",
    "grep alpha missing.txt",
    "grep alpha a.txt b.txt",
    "grep -r alpha folder",
    "grep -E 'one|two' a.txt",
    "grep 'one\\|two' a.txt",
    "grep -w four a.txt",
    "grep -l alpha a.txt b.txt",
    "sort a.txt",
    "sort -r a.txt | head -n 1",
    "cut -d ' ' -f 2 a.txt",
    "awk '{print $2}' a.txt",
    "ls",
    "ls missing",
    "ls -a folder",
    "ls a.txt folder",
    "ls *.txt",
    "find . -name '*.txt' | sort",
    "find folder -type f",
    "find missing",
    "rm missing.txt",
    "rm folder",
    "cp missing.txt x",
    "cp folder x",
    "mv missing.txt x",
    "mkdir folder",
    "mkdir a/b/c",
    "rmdir folder",
    "touch no/such",
    "chmod 600 missing.txt",
    "sed 's/alpha/omega/g' a.txt",
    "sed -n 2,3p a.txt",
    "stat -c %s a.txt",
    "echo hello",
    "cd missing",
    "cd a.txt",
    "cat a.txt | grep alpha | wc -l",
    "echo x > folder/y; cat folder/y",
    "frobnicate",
]


@pytest.mark.parametrize("command", SAME_AS_REAL)
def test_files_and_texts_are_shown_as_the_real_tools_show_them(command: str, tmp_path: Path) -> None:
    world = World("render")
    for name, text in {"a.txt": TEXT, "b.txt": "alpha\n", "folder/c.txt": "alpha and more\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        world.files.write(f"{world.cwd}/{name}", text)
    assert world.run(command) == real(command, tmp_path)


def test_a_long_listing_is_that_of_ls(tmp_path: Path) -> None:
    world = World("listing")
    stamp = world.now - 90_000
    for name, text in {"a.txt": TEXT, "notes.md": "x" * 5000}.items():
        path = tmp_path / name
        path.write_text(text)
        path.chmod(0o644)
        os.utime(path, (stamp, stamp))
        world.files.write(f"{world.cwd}/{name}", text, modified=stamp, owner="U", group="G")
    owner = f"{tmp_path.owner()} {tmp_path.group()}"
    ours, theirs = world.run("ls -lh")[0], real("ls -lh", tmp_path)[0].replace(owner, "U G")
    columns = [line.split()[:5] for line in theirs.splitlines()]
    assert [line.split()[:5] for line in ours.splitlines()] == columns


@pytest.mark.parametrize(
    "size", [0, 1, 999, 1023, 1024, 1025, 10_239, 10_240, 1_048_575, 1_048_576, 5_000_000, 123_456_789_012]
)
def test_sizes_are_rounded_as_ls_rounds_them(size: int, tmp_path: Path) -> None:
    with (tmp_path / "f").open("wb") as file:
        file.truncate(size)
    assert binary_size(size) == real("ls -lh f", tmp_path)[0].split()[4]


@pytest.mark.parametrize(
    "size, shown", [(0, "0B"), (20 * 1024**2, "20Mi"), (15_887_000_000, "14Gi"), (1024**3, "1.0Gi")]
)
def test_memory_is_shown_as_free_shows_it(size: int, shown: str) -> None:
    assert free_size(size) == shown


def test_the_heading_of_free_is_the_real_one(tmp_path: Path) -> None:
    needs("free")
    theirs, ours = real("free -h", tmp_path)[0], World("free").run("free -h")[0]
    assert ours.splitlines()[0] == theirs.splitlines()[0]
    assert [len(line) for line in ours.splitlines()] == [len(line) for line in theirs.splitlines()]


def test_the_columns_of_df_are_the_real_ones(tmp_path: Path) -> None:
    theirs, ours = real("df -h /", tmp_path)[0], World("df").run("df -h /")[0]
    assert ours.splitlines()[0].split() == theirs.splitlines()[0].split()
    assert len(ours.splitlines()) == len(theirs.splitlines())


def test_the_columns_of_ps_are_the_real_ones(tmp_path: Path) -> None:
    needs("ps")
    world = World("ps")
    world.system.add_process()
    ours, theirs = world.run("ps aux")[0], real("ps aux", tmp_path)[0]
    assert ours.splitlines()[0].split() == theirs.splitlines()[0].split()


def test_the_columns_of_ss_are_the_real_ones(tmp_path: Path) -> None:
    needs("ss")
    assert World("ss").run("ss -ltnp")[0].split() == real("ss -ltnp", tmp_path)[0].splitlines()[0].split()


def test_git_status_and_log_are_the_real_ones(tmp_path: Path) -> None:
    needs("git")
    identity = "-c user.name='Ada Byron' -c user.email=ada@example.com"
    real(f"git init -q -b main . && echo 1 > a.py && git add a.py && git {identity} commit -qm 'add a'", tmp_path)
    real("echo 2 > a.py && echo 3 > new.py", tmp_path)
    world = World("git")
    world.git.branch, world.git.branches, world.git.commits = "main", ["main"], world.git.commits[:1]
    world.git.ahead = world.git.behind = 0
    world.git.commits[0].subject, world.git.author, world.git.mail = "add a", "Ada Byron", "ada@example.com"
    world.git.changed, world.git.untracked = ["a.py"], ["new.py"]
    tracking = "Your branch is up to date with 'origin/main'.\n\n"
    assert world.run("git status")[0].replace(tracking, "") == real("git status", tmp_path)[0]
    assert world.run("git status --short") == real("git status --short", tmp_path)
    assert world.run("git branch") == real("git branch", tmp_path)
    for command in ("git checkout nowhere", "git branch -d nowhere", "git add nothing.py", "git frob", "git stash pop"):
        assert world.run(command)[2] == real(command, tmp_path)[2], command
    assert world.run("git branch -d nowhere") == real("git branch -d nowhere", tmp_path)
    assert world.run("git checkout -b side") == real("git checkout -b side", tmp_path)
    real("git add -A", tmp_path), world.run("git add -A")
    ours = world.run("git commit -m 'more'")[0].splitlines()[1]
    theirs = real(f"git {identity} commit -m more", tmp_path)[0].splitlines()[1]
    assert ours.split(",")[0] == theirs.split(",")[0]


def test_git_outside_a_repository_fails_as_it_really_does(tmp_path: Path) -> None:
    needs("git")
    world = World("no git")
    world.git.exists = False
    assert world.run("git status") == real("GIT_CEILING_DIRECTORIES=/ git status", tmp_path)


def test_kubectl_tables_part_columns_by_three_blanks() -> None:
    table = kubectl_table([("NAME", "READY", "AGE"), ("web-1", "1/1", "5m")])
    assert table == "NAME    READY   AGE\nweb-1   1/1     5m\n"


def test_docker_tables_have_columns_of_ten_at_least() -> None:
    table = docker_table([("DRIVER", "VOLUME NAME"), ("local", "data")])
    assert table == "DRIVER    VOLUME NAME\nlocal     data\n"


def test_helm_tables_part_columns_by_tabs() -> None:
    assert helm_table([("NAME", "URL"), ("a", "https://b")]) == "NAME\tURL      \na   \thttps://b\n"


@pytest.mark.parametrize(
    "seconds, shown",
    [
        (5, "5s"),
        (119, "119s"),
        (120, "2m"),
        (195, "3m15s"),
        (3600, "60m"),
        (10_800, "3h"),
        (13_380, "3h43m"),
        (90_000, "25h"),
        (172_800, "2d"),
        (637_200, "7d9h"),
        (10_108_800, "117d"),
    ],
)
def test_ages_are_written_as_kubectl_writes_them(seconds: int, shown: str) -> None:
    assert kubectl_age(seconds) == shown


@pytest.mark.parametrize(
    "seconds, shown",
    [
        (1, "1 second"),
        (45, "45 seconds"),
        (61, "About a minute"),
        (300, "5 minutes"),
        (3600, "About an hour"),
        (7200, "2 hours"),
        (86_400, "24 hours"),
        (259_200, "3 days"),
        (1_814_400, "3 weeks"),
        (7_776_000, "3 months"),
    ],
)
def test_ages_are_written_as_docker_writes_them(seconds: int, shown: str) -> None:
    assert docker_age(seconds) == shown


@pytest.mark.parametrize(
    "size, shown", [(0, "0B"), (48_213, "48.2kB"), (142_000_000, "142MB"), (1_230_000_000, "1.23GB")]
)
def test_image_sizes_are_written_as_docker_writes_them(size: int, shown: str) -> None:
    assert decimal_size(size) == shown


AS_KUBECTL_SAYS = {
    "kubectl get pods -n empty": (0, "No resources found in empty namespace.\n"),
    "kubectl get deployment nope -n shop": (1, 'Error from server (NotFound): deployments.apps "nope" not found\n'),
    "kubectl logs nope -n shop": (
        1,
        'error: error from server (NotFound): pods "nope" not found in namespace "shop"\n',
    ),
    "kubectl scale deployment nope --replicas=2 -n shop": (
        1,
        'error: no objects passed to scale deployments.apps "nope" not found\n',
    ),
    "kubectl scale deployment web --replicas=2 -n shop": (0, "deployment.apps/web scaled\n"),
    "kubectl set image deployment/web other=nginx:1.26 -n shop": (
        1,
        'error: unable to find container named "other"\n',
    ),
    "kubectl create deployment web --image=x -n shop": (
        1,
        'error: failed to create deployment: deployments.apps "web" already exists\n',
    ),
    "kubectl create deployment y --image=x -n nope": (
        1,
        'error: failed to create deployment: namespaces "nope" not found\n',
    ),
    "kubectl create namespace shop": (1, 'Error from server (AlreadyExists): namespaces "shop" already exists\n'),
    "kubectl get foo -n shop": (1, 'error: the server doesn\'t have a resource type "foo"\n'),
    "kubectl cordon nope": (1, 'Error from server (NotFound): nodes "nope" not found\n'),
    "kubectl config use-context nope": (1, 'error: no context exists with the name: "nope"\n'),
    "kubectl apply -f nope.yaml": (1, 'error: the path "nope.yaml" does not exist\n'),
    "kubectl rollout history deployment web -n shop": (
        0,
        "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n\n",
    ),
    "kubectl expose deployment web --port=80 -n shop": (0, "service/web exposed\n"),
}
"""What kubectl 1.32 said of a cluster in which namespace shop holds one Deployment named web."""


@pytest.mark.parametrize("command", AS_KUBECTL_SAYS)
def test_kubectl_is_answered_in_its_own_words(command: str) -> None:
    world = World("kubectl")
    world.cluster.deploy("shop", "running", "web", 1).revision = 1
    out, error, code = world.run(command)
    assert (code, out + error) == AS_KUBECTL_SAYS[command]


def test_the_headings_of_kubectl_are_its_own() -> None:
    world = World("headings")
    world.cluster.deploy("shop", "pending", "web", 1)
    headings = {
        "pods": ["NAME", "READY", "STATUS", "RESTARTS", "AGE"],
        "deployments": ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"],
        "rs": ["NAME", "DESIRED", "CURRENT", "READY", "AGE"],
        "cm": ["NAME", "DATA", "AGE"],
    }
    for kind, heading in headings.items():
        assert world.run(f"kubectl get {kind} -n shop")[0].splitlines()[0].split() == heading

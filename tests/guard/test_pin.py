"""A run stays with the cluster and the engine it began with."""

import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path
from shutil import which

import pytest

from devops_agent.docker_endpoint import read_endpoint
from devops_agent.guard.pin import Pin
from devops_agent.kubernetes_context import read_context

CONFIG = """
current-context: {current}
contexts:
- {{name: staging, context: {{cluster: s, namespace: shop}}}}
- {{name: prod, context: {{cluster: p}}}}
clusters:
- {{name: s, cluster: {{server: "{server}"}}}}
- {{name: p, cluster: {{server: "https://p"}}}}
"""


class User:
    """A home with a kubeconfig and a docker configuration."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
        for name in ("remote", "elsewhere"):
            meta = home / ".docker" / "contexts" / "meta" / sha256(name.encode()).hexdigest() / "meta.json"
            meta.parent.mkdir(parents=True)
            meta.write_text(json.dumps({"Endpoints": {"docker": {"Host": f"ssh://{name}"}}}))
        self.use("staging")
        self.use_engine("remote")

    def use(self, context: str, server: str = "https://s") -> None:
        (self.home / ".kube").mkdir(exist_ok=True)
        (self.home / ".kube" / "config").write_text(CONFIG.format(current=context, server=server))

    def use_engine(self, context: str) -> None:
        (self.home / ".docker" / "config.json").write_text(json.dumps({"currentContext": context}))


@pytest.fixture
def user(tmp_path: Path) -> User:
    (tmp_path / "home").mkdir()
    return User(tmp_path / "home")


@pytest.fixture
def pin(user: User, tmp_path: Path) -> Pin:
    (tmp_path / "run").mkdir()
    return Pin(user.environment, tmp_path / "run", tmp_path)


def test_commands_go_where_the_run_began_whatever_is_chosen_meanwhile(user: User, pin: Pin) -> None:
    user.use("prod")
    user.use_engine("elsewhere")
    environment = pin.environment_for("kubectl get pods")
    assert read_context(environment).name == "staging"
    assert read_endpoint(environment) == "ssh://remote (context remote)"


@pytest.mark.skipif(which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_itself_obeys_the_pin(user: User, pin: Pin) -> None:
    user.use("prod")
    command = ["kubectl", "config", "view", "--minify", "-o", "jsonpath={.current-context} {..namespace} {..server}"]
    seen = subprocess.run(command, env=dict(pin.environment), capture_output=True, text=True, timeout=30)
    assert seen.stdout == "staging shop https://s"


def test_the_file_that_pins_holds_one_thing_and_is_the_users_alone(pin: Pin) -> None:
    file = Path(pin.environment["KUBECONFIG"].partition(":")[0])
    assert file.read_text() == "apiVersion: v1\nkind: Config\ncurrent-context: staging\n"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda user: user.use("prod"), "context prod, https://p, namespace default, at first context staging"),
        (lambda user: user.use("staging", "https://evil"), "https://evil"),
        (
            lambda user: user.use_engine("elsewhere"),
            "docker ssh://elsewhere (context elsewhere), at first ssh://remote",
        ),
        (lambda user: (user.home / ".kube" / "config").unlink(), "the kubeconfig has no context staging"),
        (lambda user: (user.home / ".kube" / "config").write_text("{"), "not valid YAML"),
    ],
)
def test_a_change_on_disk_is_noticed_once(user: User, pin: Pin, change: object, said: str) -> None:
    assert pin.drift() == ""
    change(user)  # type: ignore[operator]
    assert said in pin.drift()
    pin.accept()
    assert pin.drift() == ""


def test_new_credentials_for_the_same_place_are_no_change(user: User, pin: Pin) -> None:
    file = user.home / ".kube" / "config"
    file.write_text(file.read_text() + "users: [{name: me, user: {token: renewed}}]\n")
    assert pin.drift() == ""


@pytest.mark.parametrize(
    "command",
    [
        "kubectl config use-context prod",
        "kubectl config set-context --current --namespace=shop",
        "aws eks update-kubeconfig --name shop",
        "gcloud container clusters get-credentials shop",
        "kind create cluster",
        "docker context use elsewhere",
    ],
)
def test_a_command_that_is_meant_to_choose_writes_the_users_own_files_and_the_run_follows(
    user: User, pin: Pin, command: str
) -> None:
    """Once approved, it must not end in a file that vanishes with the run."""
    assert pin.environment_for(command) == user.environment
    user.use("prod")
    assert read_context(pin.environment_for("kubectl get pods")).name == "prod"
    assert pin.drift() == ""


def test_a_script_that_writes_into_the_pin_is_noticed(pin: Pin) -> None:
    file = Path(pin.environment_for("./deploy.sh")["KUBECONFIG"].partition(":")[0])
    file.write_text("current-context: prod\n")
    assert "context prod" in pin.drift()


def test_a_relative_kubeconfig_means_the_folder_where_the_run_began(user: User, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "config").write_text(CONFIG.format(current="prod", server="https://s"))
    pin = Pin({**user.environment, "KUBECONFIG": "config"}, tmp_path / "run", tmp_path)
    assert read_context(pin.environment, (), Path("/")).name == "prod"


def test_an_engine_that_the_environment_names_needs_no_pin(user: User, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    environment = {**user.environment, "DOCKER_HOST": "tcp://10.0.0.1:2375"}
    assert "DOCKER_CONTEXT" not in Pin(environment, tmp_path / "run", tmp_path).environment


def test_without_any_configuration_nothing_is_pinned_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    pin = Pin({"HOME": str(tmp_path)}, tmp_path / "run", tmp_path)
    assert "KUBECONFIG" not in pin.environment
    assert pin.drift() == ""
    assert list((tmp_path / "run").iterdir()) == []

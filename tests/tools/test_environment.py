import re

import pytest

from devops_agent.tools.environment import DEFAULT_PATH, child_environment

USERS = {
    "PATH": ".::bin:/usr/bin:/bin:",
    "HOME": "/home/me",
    "KUBECONFIG": "/home/me/kube",
    "LC_TIME": "de_DE.UTF-8",
    "XDG_RUNTIME_DIR": "/run/user/1",
    "https_proxy": "http://proxy:3128",
    "TERM": "xterm",
}

STEERING = re.findall(
    r"\S+",
    """
    LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES PYTHONPATH PYTHONSTARTUP NODE_OPTIONS PERL5OPT RUBYOPT LESSOPEN
    GIT_CONFIG_COUNT GIT_EXTERNAL_DIFF GIT_SSH_COMMAND KUBECTL_EXTERNAL_DIFF BASH_ENV ENV SHELLOPTS PS4 PROMPT_COMMAND
    IFS CDPATH EDITOR VISUAL KUBE_EDITOR BROWSER SSH_AUTH_SOCK SSH_ASKPASS AWS_SECRET_ACCESS_KEY GITHUB_TOKEN
    BASH_FUNC_ls%% DOCKER_HOST_X XKUBECONFIG
    """,
)


def test_a_command_inherits_what_it_needs():
    child = child_environment(USERS)
    assert child["PATH"] == "/usr/bin:/bin"
    assert {name: child[name] for name in list(USERS)[1:-1]} == {name: USERS[name] for name in list(USERS)[1:-1]}
    assert (child["TERM"], child["GIT_PAGER"], child["LANG"]) == ("dumb", "cat", "C.UTF-8")


@pytest.mark.parametrize("name", STEERING)
def test_nothing_else_gets_through(name):
    assert name not in child_environment({**USERS, name: "/tmp/evil"})


def test_applying_it_twice_changes_nothing():
    assert child_environment(child_environment(USERS)) == child_environment(USERS)


def test_a_language_of_the_user_is_kept():
    assert child_environment({"LC_ALL": "C"}).get("LANG") is None


@pytest.mark.parametrize("path", [None, "", ".", "bin:.:"])
def test_without_a_usable_search_path_there_is_a_default(path):
    environment = {} if path is None else {"PATH": path}
    assert child_environment(environment)["PATH"] == DEFAULT_PATH

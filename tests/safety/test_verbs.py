"""The quick part of `safety/verbs.py`, and whether its recorder can tell."""

import pytest

from safety.figure import NOT_MEASURED
from safety.recording import Request
from safety.verbs import changes, figures


def test_auto_run_commands_ask_their_servers_for_nothing_that_changes() -> None:
    found = list(figures(quick=True))
    if found[0].measured.startswith(NOT_MEASURED):
        pytest.skip(found[0].measured)
    assert [figure for figure in found if not figure.reached] == []


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/pods", False),
        ("GET", "/api/v1/namespaces/default/pods/web/exec?command=id", True),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", False),
        ("POST", "/api/v1/namespaces?dryRun=All", False),
        ("POST", "/api/v1/namespaces", True),
        ("DELETE", "/v1.47/containers/web", True),
        ("POST", "/v1.47/containers/web/wait", False),
        ("POST", "/v1.47/containers/web/restart", True),
    ],
)
def test_a_request_that_changes_something_is_told_from_one_that_does_not(method, path, expected) -> None:
    assert changes(Request(method, path)) is expected

"""Where everything that training needs has to be there, nothing is skipped."""

import os

import pytest

REQUIRED = "DEVOPS_AGENT_REQUIRE_TRAINING"


def _required(report: pytest.CollectReport | pytest.TestReport) -> None:
    """Make a failure of a skip, reason and all."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(REQUIRED) == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{REQUIRED} is set, and this was not run. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):  # type: ignore[no-untyped-def]
    report = yield
    _required(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):  # type: ignore[no-untyped-def]
    report = yield
    _required(report)
    return report

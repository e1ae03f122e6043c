"""`pytest --no-skips` fails a test that is skipped because a program or package is missing. `.ci/run` uses it."""

from __future__ import annotations

import re
from collections.abc import Generator

import pytest

# Skips whose reason no installation can remove.
ALLOWED = re.compile(
    r"may not be committed|the committed check|permission to mount|the contact is named|no package registry"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail tests that would be skipped for a missing program")


def fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that names its reason, unless the reason is allowed."""
    if report.outcome == "skipped" and isinstance(report.longrepr, tuple) and not hasattr(report, "wasxfail"):
        path, line, reason = report.longrepr
        if not ALLOWED.search(reason):
            report.outcome = "failed"
            report.longrepr = f"{path}:{line}: {reason}\n--no-skips allows no skip for a missing program or package."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if item.config.getoption("--no-skips"):
        fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if collector.config.getoption("--no-skips"):
        fail_if_skipped(report)
    return report

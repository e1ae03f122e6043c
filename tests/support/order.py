"""Files that take long start first, so that at the end no process waits for another one's long file."""

from __future__ import annotations

import pytest

# From the longest on, by `pytest --durations=0`. Without this list, the files with the fewest tests would start last.
FIRST = (
    "tests/trust/test_calls_nobody.py",
    "tests/service/test_supervisor.py",
    "tests/widget/test_package.py",
    "tests/demo/test_own_policy_tab.py",
    "tests/widget/test_page_around.py",
    "tests/deploy/test_sub_path.py",
    "tests/service/test_connections.py",
    "tests/widget/test_whole_answers.py",
    "tests/trust/test_load.py",
    "tests/trust/test_model_faults.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {file: rank for rank, file in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.nodeid.split("::")[0], len(ranks)))

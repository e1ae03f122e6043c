"""Shared fixtures: settings that point to a temporary folder, and one bot over the Mass.gov policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from bot.opening import index_policy, open_bot
from bot.pipeline import Bot
from bot.settings import Settings, load_settings
from tests.support.browser import chromium
from tests.support.order import pytest_collection_modifyitems
from tests.support.postgres import database, own_postgres, postgres
from tests.support.skips import pytest_addoption, pytest_make_collect_report, pytest_runtest_makereport

__all__ = [
    "chromium",
    "database",
    "own_postgres",
    "postgres",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
]

ROOT = Path(__file__).resolve().parents[1]

# No deadline, because test machines are busy. The same examples each time, so that failures can be reproduced.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, max_examples=25)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Ignore the developer's own settings and keep indexes out of the checkout. Subprocesses inherit this."""
    base = tmp_path_factory.mktemp("askpolicy")
    shutil.copytree(ROOT / "corpus" / "massgov", base / "corpus" / "massgov")
    with pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.startswith("ASKPOLICY_")]:
            patch.delenv(variable)
        # Otherwise, each of the many processes that the tests start would compile every module again.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("ASKPOLICY_HOME", str(base / "home"))
        patch.setenv("ASKPOLICY_CORPUS", str(base / "corpus"))
        patch.setenv("PYTHONPATH", str(ROOT))
        # `make test` has built the index for all processes; texts that changed since then are embedded again. Otherwise
        # the first test that needs the index builds it.
        if (indexed := ROOT / ".askpolicy" / "massgov").is_dir():
            index_policy("massgov", load_settings(), reuse=indexed)
        yield base
        # Two tests that index policies of one name in one home would read each other's index.
        left = {path.parent.name for path in (base / "home").glob("*/CURRENT")} - {"massgov"}
        assert not left, f"A test built an index in the home of all tests. Set ASKPOLICY_HOME or `home` in it: {left}"


@pytest.fixture(scope="session")
def settings(environment: Path) -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def bot(settings: Settings) -> Bot:
    """Open the shipped bot once: its model and its visitor questions."""
    return open_bot(settings)


@pytest.fixture
def small_policy_file(tmp_path: Path) -> Path:
    """Write a policy of three sentences without visitor questions."""
    path = tmp_path / "harbour.txt"
    path.write_text(
        "Harbour Privacy Policy\n\n"
        "Cookies\n\n"
        "We set one cookie that remembers your language. It is deleted when you close the browser.\n\n"
        "Sharing\n\n"
        "We never sell your e-mail address.\n",
        encoding="utf-8",
    )
    return path

"""One service for the tests in this folder, and their figures, printed at the end of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from bot.pipeline import Bot
from tests.support.running import Running, serving

SITE = "https://www.mass.gov"
_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function: `figure("50 kills, 0 mixes")` prints the sentence at the end of the run."""
    return request.config.stash.setdefault(_FIGURES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if figures := config.stash.get(_FIGURES, []):
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(figures))


@pytest.fixture(scope="session")
def service(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run a service without a rate limit and with one allowed site. The `bot` fixture has built the index."""
    folder = tmp_path_factory.mktemp("trust")
    with serving(
        folder / "log",
        SERVE__QUESTIONS_PER_MINUTE=0,
        SERVE__ORIGINS=[SITE],
        FEEDBACK__PATH=str(folder / "feedback.sqlite"),
    ) as running:
        yield running


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with service.client() as http:
        yield http

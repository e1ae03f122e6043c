"""One service for most tests: two workers, no rate limit, one allowed site."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from bot.pipeline import Bot
from tests.support.running import Running, serving

SITE = "https://www.example.org"


@pytest.fixture(scope="session")
def running(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    # The `bot` fixture has built the index.
    log = tmp_path_factory.mktemp("service") / "log"
    settings = {
        "SERVE__QUESTIONS_PER_MINUTE": 0,
        "FEEDBACK__PER_HOUR": 0,
        "SERVE__ORIGINS": [SITE],
        "SERVE__BODY_SECONDS": 3.0,
    }
    with serving(log, workers=2, **settings) as service:
        yield service


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    with running.client() as http:
        yield http

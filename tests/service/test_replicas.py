"""Three replicas behind nginx: one is killed, one is stopped; what they share."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from bot.settings import Settings
from tests.support.behind_nginx import Proxy, needs_nginx
from tests.support.policies import index_all, write_policy
from tests.support.redis_server import needs_redis, redis_server
from tests.support.replicas import Replica, replicas, visiting

NAMES = ["alder", "birch"]
LIMIT = 6
pytestmark = [pytest.mark.thorough, needs_nginx, needs_redis]


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, list[Replica]]]:
    folder = tmp_path_factory.mktemp("replicas")
    corpus, home = folder / "corpus", folder / "home"
    for name in NAMES:
        write_policy(corpus, name)
    index_all(settings.model_copy(update={"corpus": corpus, "home": home}), NAMES)
    with (
        redis_server(folder) as shared,
        replicas(
            folder,
            HOME=str(home),
            CORPUS=str(corpus),
            POLICY=NAMES[0],
            SERVE__POLICIES="*",
            SERVE__QUESTIONS_PER_MINUTE=LIMIT,
            SERVE__RATE_STORE=shared,
            SERVE__ADDRESS_SECRET="the same on each",  # noqa: S106
        ) as started,
    ):
        yield started


def test_replicas_share_one_limit(service: tuple[Proxy, list[Replica]]) -> None:
    """The test asks them without nginx, so that it knows who answers."""
    _, running = service
    urls = [replica.running.url for replica in running if replica.running]
    began = time.monotonic()
    statuses = Counter(
        httpx.post(f"{urls[number % 3]}/v1/answers", json={"question": "Hello"}, trust_env=False).status_code
        for number in range(2 * LIMIT)
    )
    minutes = 1 + int((time.monotonic() - began) // 60)
    assert LIMIT <= statuses[200] <= LIMIT * minutes
    assert statuses.keys() <= {200, 429}


def test_replicas_come_and_go_without_a_lost_or_wrong_answer(service: tuple[Proxy, list[Replica]]) -> None:
    proxy, (first, second, _) = service
    with visiting(proxy, NAMES) as visits:
        first.kill()
        second.stop()
        first.start()
    assert (visits.lost, visits.wrong) == ([], [])
    assert visits.asked > 20

"""The rate limit: its keys, its window, and the window that workers share."""

from __future__ import annotations

import contextlib
import multiprocessing
import secrets
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hypothesis import given, strategies

from bot.pipeline import Bot
from bot.service.limits import MAX_KEYS, Kind, LimitServer, MemoryLimit, ParentLimit, StoredLimit, Window, client_key
from bot.types import AskPolicyError
from tests.support.redis_server import needs_redis, redis_server
from tests.support.running import Running, assert_problem, serving, wait_for

SECRET = b"s" * 32
LIMIT = 5


def test_a_key_does_not_reveal_the_address_and_depends_on_the_secret() -> None:
    key = client_key("192.0.2.1", SECRET)
    assert len(key) == 32
    assert b"192" not in key
    assert key == client_key("192.0.2.1", SECRET)
    assert key != client_key("192.0.2.2", SECRET)
    assert key != client_key("192.0.2.1", b"t" * 32)


def test_an_ipv6_network_counts_as_one_address() -> None:
    assert client_key("2001:db8::1", SECRET) == client_key("2001:db8::ffff:2", SECRET)
    assert client_key("2001:db8::1", SECRET) != client_key("2001:db8:0:1::1", SECRET)
    same = {"2001:db8::1", "2001:DB8:0:0::9", "2001:0db8:0000:0000:ffff:ffff:ffff:ffff", "2001:db8::1%eth0"}
    assert len({client_key(address, SECRET) for address in same}) == 1
    mapped = {"192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201", "0:0:0:0:0:ffff:192.0.2.1"}
    assert len({client_key(address, SECRET) for address in mapped}) == 1


@pytest.mark.parametrize("address", ["", "a name", "\ud800"])
def test_an_invalid_address_has_a_key_too(address: str) -> None:
    assert len(client_key(address, SECRET)) == 32


def windows(questions: int, feedback: int = 0) -> dict[Kind, Window]:
    return {Kind.QUESTION: Window(questions, 60), Kind.FEEDBACK: Window(feedback, 3_600)}


class Clock:
    """A clock that a test can set."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_refusal_says_how_long_to_wait() -> None:
    clock = Clock()
    limit = MemoryLimit(windows(3), clock)
    for _ in range(3):
        assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 0
        clock.now += 10
    assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 30
    assert limit.seconds_to_wait(Kind.QUESTION, b"b") == 0
    clock.now += 29.5
    assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 1
    clock.now += 0.5
    assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 0
    assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 10


def test_questions_and_feedback_have_separate_windows() -> None:
    limit = MemoryLimit(windows(1, 2), Clock())
    waits = [limit.seconds_to_wait(kind, b"a") for kind in (Kind.QUESTION, Kind.FEEDBACK) for _ in range(3)]
    assert waits == [0, 60, 60, 0, 0, 3_600]


def test_0_sets_no_limit() -> None:
    limit = MemoryLimit(windows(0), Clock())
    assert {limit.seconds_to_wait(kind, b"a") for kind in Kind for _ in range(99)} == {0}
    assert len(limit) == 0


@given(strategies.lists(strategies.tuples(strategies.floats(0, 40), strategies.sampled_from([b"a", b"b"]))))
def test_no_minute_accepts_more_than_the_limit(asked: list[tuple[float, bytes]]) -> None:
    clock = Clock()
    limit = MemoryLimit(windows(LIMIT), clock)
    let_in: dict[bytes, list[float]] = {b"a": [], b"b": []}
    for later, key in asked:
        clock.now += later
        wait = limit.seconds_to_wait(Kind.QUESTION, key)
        recent = [time for time in let_in[key] if time > clock.now - 60]
        assert (wait == 0) == (len(recent) < LIMIT)
        if wait == 0:
            let_in[key].append(clock.now)
        else:
            assert wait - 1 < recent[-LIMIT] + 60 - clock.now <= wait


def test_the_limit_survives_a_change_of_the_system_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set back by an hour, the clock used to lock everybody out for an hour; set forward, it would accept everybody."""
    limit = MemoryLimit(windows(1))
    assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 0
    for hours in (-1, 1):
        set_to = time.time() + hours * 3_600
        monkeypatch.setattr(time, "time", lambda set_to=set_to: set_to)
        assert 1 <= limit.seconds_to_wait(Kind.QUESTION, b"a") <= 60


def test_old_keys_are_dropped() -> None:
    clock = Clock()
    limit = MemoryLimit(windows(1), clock)
    for number in range(MAX_KEYS + 10):
        limit.seconds_to_wait(Kind.QUESTION, b"%d" % number)
    assert len(limit) == MAX_KEYS
    clock.now += 61
    limit.seconds_to_wait(Kind.QUESTION, b"a")
    assert len(limit) == 1


@pytest.mark.parametrize("store", ["nowhere://x", "no store"])
def test_an_invalid_store_is_refused(store: str) -> None:
    with pytest.raises(AskPolicyError, match="rate_store"):
        StoredLimit(store, windows(3))


@needs_redis
def test_machines_that_share_a_store_share_the_limit(tmp_path: Path) -> None:
    with redis_server(tmp_path) as address:
        machines = [StoredLimit(address, windows(LIMIT)) for _ in range(2)]
        waits = [machines[number % 2].seconds_to_wait(Kind.QUESTION, b"a") for number in range(2 * LIMIT)]
    assert waits.count(0) == LIMIT
    assert 1 <= waits[-1] <= 61


def test_everybody_is_accepted_if_the_store_is_unreachable(caplog: pytest.LogCaptureFixture) -> None:
    limit = StoredLimit("redis://127.0.0.1:1", windows(1))
    assert [limit.seconds_to_wait(Kind.QUESTION, b"a") for _ in range(3)] == [0, 0, 0]
    assert [record.message for record in caplog.records] == [
        "The rate limit's store does not respond: there is no limit until it does."
    ]


def test_a_store_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has lost its power sends nothing, not even that it has gone."""
    monkeypatch.setattr("bot.service.limits.STORE_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limit = StoredLimit(f"redis://127.0.0.1:{silent.getsockname()[1]}", windows(1))
        assert [limit.seconds_to_wait(Kind.QUESTION, b"a") for _ in range(50)] == [0] * 50
        silent.settimeout(0.2)
        tries = 0
        with contextlib.suppress(TimeoutError):
            for tries in range(50):  # noqa: B007
                silent.accept()[0].close()
    assert tries == 2  # of the first of them, and its retry


@needs_redis
def test_the_limit_is_back_when_its_store_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.limits._PAUSE_SECONDS", 0.0)
    with redis_server(tmp_path) as address:
        limit = StoredLimit(address, windows(1))
        assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 0
    assert limit.seconds_to_wait(Kind.QUESTION, b"a") == 0
    with redis_server(tmp_path):
        waits = [limit.seconds_to_wait(Kind.QUESTION, b"a") for _ in range(2)]
    assert waits[0] == 0
    assert waits[1] > 0


def ask_parent(address: Path, authkey: bytes, times: int) -> int:
    """Return how many of `times` requests the parent process accepts; runs in another process."""
    limit = ParentLimit(address, authkey)
    return sum(limit.seconds_to_wait(Kind.QUESTION, b"k" * 32) == 0 for _ in range(times))


def test_processes_share_one_window(tmp_path: Path) -> None:
    authkey = secrets.token_bytes(32)
    with closing(LimitServer(MemoryLimit(windows(LIMIT)), tmp_path / "limit", authkey)):
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            let_in = pool.starmap(ask_parent, [(tmp_path / "limit", authkey, LIMIT)] * 2)
        assert sum(let_in) == LIMIT


def test_a_client_without_the_key_is_refused_at_the_socket(tmp_path: Path) -> None:
    with closing(LimitServer(MemoryLimit(windows(1, 1)), tmp_path / "limit", b"right")):
        with pytest.raises(multiprocessing.AuthenticationError):
            ParentLimit(tmp_path / "limit", b"wrong")
        limit = ParentLimit(tmp_path / "limit", b"right")
        key = secrets.token_bytes(32)
        assert [limit.seconds_to_wait(kind, key) for kind in Kind] == [0, 0]
        assert limit.seconds_to_wait(Kind.FEEDBACK, key) > 60


@pytest.fixture(scope="module")
def limited(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("limited") / "log"
    with serving(log, workers=2, SERVE__QUESTIONS_PER_MINUTE=LIMIT, FEEDBACK__PER_HOUR=LIMIT) as running:
        yield running


def statuses(running: Running, requests: int, forwarded_for: str = "") -> Counter[int]:
    """Return the status of each of that many requests, each over its own connection."""

    def ask(number: int) -> int:
        headers = {"X-Forwarded-For": forwarded_for.format(number)} if forwarded_for else {}
        with running.client() as client:
            return client.post("/v1/answers", json={"question": "Hello"}, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        return Counter(pool.map(ask, range(requests)))


def assert_limited(running: Running, limit: int, requests: int, forwarded_for: str = "") -> None:
    """Check that `limit` requests a minute are accepted; on a slow machine they may take more than one minute."""
    began = time.monotonic()
    counted = statuses(running, requests, forwarded_for)
    minutes = 1 + int((time.monotonic() - began) // 60)
    assert limit <= counted[200] <= limit * minutes
    assert counted[200] + counted[429] == requests


def fill(client: httpx.Client) -> None:
    """Ask until the window of the current minute is full."""
    wait_for(lambda: client.post("/v1/answers", json={"question": "Hello"}).status_code == 429)


@pytest.mark.thorough
def test_all_workers_together_accept_no_more_than_the_limit(limited: Running) -> None:
    assert_limited(limited, LIMIT, 4 * LIMIT)
    with limited.client() as client:
        fill(client)
        refused = client.post("/v1/answers", json={"question": "x"})
        assert_problem(refused, 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        page = client.post("/ask", data={"question": "kept & shown"})
        assert page.status_code == 429
        assert "kept &amp; shown" in page.text
        assert client.get("/v1/policies").status_code == 200


def test_feedback_has_its_own_limit(limited: Running) -> None:
    verdict = {"policy": "massgov", "outcome": "answered", "helpful": True}
    with limited.client() as client:
        fill(client)
        given = [client.post("/v1/feedback", json={**verdict, "answer_id": f"{n:032x}"}) for n in range(LIMIT + 2)]
        assert [response.status_code for response in given] == [201] * LIMIT + [429] * 2
        assert_problem(given[-1], 429)
        assert 60 < int(given[-1].headers["retry-after"]) <= 3_600


@pytest.mark.thorough
def test_a_forged_address_is_ignored(limited: Running) -> None:
    with limited.client() as client:
        fill(client)
    # If the service trusted these addresses, each would be a new visitor.
    assert statuses(limited, LIMIT, "198.51.100.{}")[429] > 0


def test_a_trusted_proxy_names_its_visitors(bot: Bot, tmp_path: Path) -> None:
    settings = {
        "SERVE__QUESTIONS_PER_MINUTE": 2,
        "SERVE__TRUSTED_PROXIES": ["127.0.0.1", "10.0.0.0/8"],
    }
    with serving(tmp_path / "log", **settings) as running:
        assert statuses(running, 6, "198.51.100.{}") == {200: 6}
        # The visitor claims the addresses that come before the one that the proxy saw.
        assert_limited(running, 2, 6, "203.0.113.{}, 198.51.100.77, 10.1.2.3")


@pytest.mark.thorough
def test_the_socket_folder_is_removed_when_the_service_ends(bot: Bot, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        with serving(tmp_path / "log") as running:
            (folder,) = scratch.glob("askpolicy-*")
            assert folder.stat().st_mode & 0o077 == 0
            assert running.stop() == 0
    assert list(scratch.glob("askpolicy-*")) == []

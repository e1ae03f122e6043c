"""The rate limit: its keys, its window, and one window for several workers."""

from __future__ import annotations

import multiprocessing
import secrets
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.api.limits import LimitServer, ParentLimit, StoredLimit, client_key
from bot.pipeline import Bot
from bot.types import AskPolicyError
from tests.api.running import Running, assert_problem, serving, wait_for

SECRET = b"s" * 32
LIMIT = 5


def test_a_key_tells_nothing_of_the_address_and_changes_with_the_secret() -> None:
    key = client_key("192.0.2.1", SECRET)
    assert len(key) == 32
    assert b"192" not in key
    assert key == client_key("192.0.2.1", SECRET)
    assert key != client_key("192.0.2.2", SECRET)
    assert key != client_key("192.0.2.1", b"t" * 32)


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    assert client_key("2001:db8::1", SECRET) == client_key("2001:db8::ffff:2", SECRET)
    assert client_key("2001:db8::1", SECRET) != client_key("2001:db8:0:1::1", SECRET)
    assert client_key("::ffff:192.0.2.1", SECRET) == client_key("192.0.2.1", SECRET)


@pytest.mark.parametrize("address", ["", "a name", "\ud800"])
def test_what_is_no_address_has_a_key_too(address: str) -> None:
    assert len(client_key(address, SECRET)) == 32


def test_beyond_the_limit_it_says_how_long_to_wait() -> None:
    limit = StoredLimit("memory://", 3)
    assert [limit.seconds_to_wait(b"a") for _ in range(3)] == [0, 0, 0]
    assert 1 <= limit.seconds_to_wait(b"a") <= 61
    assert limit.seconds_to_wait(b"b") == 0


@pytest.mark.parametrize("store", ["nowhere://x", "no store"])
def test_a_store_that_is_none_is_refused(store: str) -> None:
    with pytest.raises(AskPolicyError, match="rate_store"):
        StoredLimit(store, 3)


def test_a_store_that_several_machines_share_counts_once(tmp_path: Path) -> None:
    pytest.importorskip("redis", reason="the shared store is Redis: pip install redis")
    if shutil.which("redis-server") is None:
        pytest.skip("the shared store is tried with a redis-server, which is not here")
    socket = tmp_path / "redis"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as redis:
        try:
            wait_for(socket.exists)
            machines = [StoredLimit(f"redis+unix://{socket}", LIMIT) for _ in range(2)]
            waits = [machines[number % 2].seconds_to_wait(b"a") for number in range(2 * LIMIT)]
        finally:
            redis.terminate()
    assert waits.count(0) == LIMIT
    assert 1 <= waits[-1] <= 61


def test_a_store_that_is_away_lets_everybody_in() -> None:
    pytest.importorskip("redis", reason="the shared store is Redis: pip install redis")
    assert StoredLimit("redis://127.0.0.1:1", 1).seconds_to_wait(b"a") == 0


def ask_parent(address: Path, authkey: bytes, times: int) -> int:
    """In another process: how many of `times` were let in."""
    limit = ParentLimit(address, authkey)
    return sum(limit.seconds_to_wait(b"one visitor") == 0 for _ in range(times))


def test_processes_count_in_one_window(tmp_path: Path) -> None:
    authkey = secrets.token_bytes(32)
    with closing(LimitServer(StoredLimit("memory://", LIMIT), tmp_path / "limit", authkey)):
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            let_in = pool.starmap(ask_parent, [(tmp_path / "limit", authkey, LIMIT)] * 2)
        assert sum(let_in) == LIMIT


def test_a_stranger_at_the_socket_is_turned_away(tmp_path: Path) -> None:
    with closing(LimitServer(StoredLimit("memory://", 1), tmp_path / "limit", b"right")):
        with pytest.raises(multiprocessing.AuthenticationError):
            ParentLimit(tmp_path / "limit", b"wrong")
        assert ParentLimit(tmp_path / "limit", b"right").seconds_to_wait(b"a") == 0


@pytest.fixture(scope="module")
def limited(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("limited") / "log"
    with serving(log, workers=2, SERVE__QUESTIONS_PER_MINUTE=LIMIT) as running:
        yield running


def statuses(running: Running, requests: int, forwarded_for: str = "") -> Counter[int]:
    """How that many requests end, each over a connection of its own."""

    def ask(number: int) -> int:
        headers = {"X-Forwarded-For": forwarded_for.format(number)} if forwarded_for else {}
        with running.client() as client:
            return client.post("/v1/answers", json={"question": "Hello"}, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        return Counter(pool.map(ask, range(requests)))


def assert_limited(running: Running, limit: int, requests: int, forwarded_for: str = "") -> None:
    """Of that many requests, `limit` a minute are let in: on a slow machine they may take more than one."""
    began = time.monotonic()
    counted = statuses(running, requests, forwarded_for)
    minutes = 1 + int((time.monotonic() - began) // 60)
    assert limit <= counted[200] <= limit * minutes
    assert counted[200] + counted[429] == requests


def fill(client: httpx.Client) -> None:
    """Ask until the window of this minute is full."""
    wait_for(lambda: client.post("/v1/answers", json={"question": "Hello"}).status_code == 429)


@pytest.mark.thorough
def test_all_workers_together_let_in_no_more_than_the_limit(limited: Running) -> None:
    assert_limited(limited, LIMIT, 4 * LIMIT)
    with limited.client() as client:
        fill(client)
        for path in ("/v1/answers", "/v1/feedback"):
            verdict = {"answer_id": "ab" * 16, "policy": "massgov", "outcome": "answered", "helpful": True}
            refused = client.post(path, json=verdict if path.endswith("feedback") else {"question": "x"})
            assert_problem(refused, 429)
            assert 1 <= int(refused.headers["retry-after"]) <= 61
        page = client.post("/ask", data={"question": "kept & shown"})
        assert page.status_code == 429
        assert "kept &amp; shown" in page.text
        assert client.get("/v1/policies").status_code == 200


@pytest.mark.thorough
def test_a_forged_address_is_not_believed(limited: Running) -> None:
    with limited.client() as client:
        fill(client)
    # Believed, each would be a visitor who has not asked yet.
    assert statuses(limited, LIMIT, "198.51.100.{}")[429] > 0


def test_a_trusted_proxy_names_its_visitors(bot: Bot, tmp_path: Path) -> None:
    settings = {
        "SERVE__QUESTIONS_PER_MINUTE": 2,
        "SERVE__TRUSTED_PROXIES": ["127.0.0.1", "10.0.0.0/8"],
    }
    with serving(tmp_path / "log", **settings) as running:
        assert statuses(running, 6, "198.51.100.{}") == {200: 6}
        # What stands before the address that the proxy saw is the visitor's own claim.
        assert_limited(running, 2, 6, "203.0.113.{}, 198.51.100.77, 10.1.2.3")


@pytest.mark.thorough
def test_the_sockets_folder_goes_with_the_service(bot: Bot, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        with serving(tmp_path / "log") as running:
            (folder,) = scratch.glob("askpolicy-*")
            assert folder.stat().st_mode & 0o077 == 0
            assert running.stop() == 0
    assert list(scratch.glob("askpolicy-*")) == []

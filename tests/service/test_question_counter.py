"""Questions are counted in the background, so that no answer waits for it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.pipeline import Bot
from bot.service import question_counter
from bot.service.question_counter import QuestionCounter
from bot.types import Outcome
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count
from tests.support.running import assert_problem, serving, wait_for

DAY = date.today()
VERDICT = {"policy": "massgov", "outcome": "answered", "helpful": True, "answer_id": "ab" * 16}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feedback.sqlite"


@pytest.fixture
def counting(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QuestionCounter]:
    monkeypatch.setattr(question_counter, "FLUSH_SECONDS", 0.01)
    counting = QuestionCounter(SqliteStore(path, 90, busy_seconds=0.05))
    counting.start()
    yield counting
    counting.stop()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock the database, like another program whose write does not end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def counted(path: Path) -> int:
    with closing(SqliteStore(path, 90)) as store:
        return sum(count.number for count in store.counts(DAY))


def test_counts_are_written_soon(counting: QuestionCounter, path: Path) -> None:
    for outcome in (Outcome.ANSWERED, Outcome.ANSWERED, Outcome.OFF_TOPIC):
        counting.add(Count(DAY, "harbour", outcome, "en"))
    wait_for(lambda: counted(path) == 3)
    counting.add(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
    wait_for(lambda: counted(path) == 4)


def test_the_last_counts_are_written_at_shutdown(path: Path) -> None:
    counting = QuestionCounter(SqliteStore(path, 90))
    counting.start()
    counting.add(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
    counting.stop()
    assert counted(path) == 1


def test_threads_lose_no_counts(counting: QuestionCounter, path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(2_000):
            pool.submit(counting.add, Count(DAY, "harbour", Outcome.ANSWERED, "en"))
    counting.stop()
    assert counted(path) == 2_000


def test_counts_wait_for_a_lock_which_is_logged_once(
    counting: QuestionCounter, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wait_for(path.exists)
    with locked(path):
        counting.add(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
        # The counter may log first that it could not delete old feedback either.
        wait_for(lambda: any("counted in memory" in message for message in caplog.messages))
        for _ in range(500):
            counting.add(Count(DAY, "harbour", Outcome.OFF_TOPIC, "en"))
    wait_for(lambda: counted(path) == 501)
    counting.stop()
    assert [message for message in caplog.messages if "counted in memory" in message] == [
        f"Questions are counted in memory until this is fixed: The feedback database {path} is locked by another "
        "program: stop that program, try again, or choose another path with the setting feedback.path."
    ]


def test_counts_that_cannot_be_written_at_shutdown_are_logged(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    counting = QuestionCounter(SqliteStore(path, 90, busy_seconds=0.05))
    counting.start()
    wait_for(path.exists)
    with locked(path), caplog.at_level(logging.ERROR):
        for _ in range(3):
            counting.add(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
        counting.stop()
    assert caplog.messages[-1] == "3 questions were answered but not counted."


def test_waiting_counts_are_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_counter, "_MAX_KEYS", 2)
    counting = QuestionCounter(SqliteStore(path, 90))
    for name in ("a", "b", "c", "a"):
        counting.add(Count(DAY, name, Outcome.ANSWERED, "en"))
    counting.start()
    counting.stop()
    assert counted(path) == 3


def test_old_rows_are_deleted_at_startup(path: Path) -> None:
    with closing(SqliteStore(path, 90)) as store:
        store.count(Count(date(2020, 1, 1), "harbour", Outcome.ANSWERED, "en"))
    counting = QuestionCounter(SqliteStore(path, 90))
    counting.start()
    counting.stop()
    with closing(SqliteStore(path, 90)) as store:
        assert store.counts(date.min) == []


def test_a_locked_database_blocks_no_answer_and_loses_no_count(bot: Bot, tmp_path: Path, path: Path) -> None:
    """A single thread answers, so an answer that waited for the lock would delay all later ones."""
    with (
        serving(tmp_path / "log", SERVE__QUESTIONS_PER_MINUTE=0, SERVE__THREADS=1, FEEDBACK__PATH=str(path)) as running,
        running.client() as client,
    ):

        def ask(_: int = 0) -> httpx.Response:
            return client.post("/v1/answers", json={"question": "Do you sell my data?"})

        assert client.post("/v1/feedback", json=VERDICT).status_code == 201
        with locked(path):
            with ThreadPoolExecutor(4) as pool:
                refused = pool.submit(client.post, "/v1/feedback", json={**VERDICT, "helpful": False})
                answers = list(pool.map(ask, range(8)))
                # The feedback still waits a second for the lock, so no answer has waited for it.
                assert {answer.status_code for answer in answers} == {200}
            assert_problem(refused.result(), 503)
            assert int(refused.result().headers["retry-after"]) > 0
            seconds = sum(answer.elapsed.total_seconds() for answer in [ask() for _ in range(20)])
            assert seconds < 20  # otherwise each would have waited a second
        assert client.post("/v1/feedback", json=VERDICT).status_code == 201
        ask()
        assert running.stop() == 0
    assert counted(path) == 29

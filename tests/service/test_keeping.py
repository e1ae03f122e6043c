"""Feedback over HTTP: texts that are too long, a full database, and the share of each address."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.service.app import create_app
from bot.settings import Settings
from bot.usage.postgres import PostgresStore
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Feedback
from tests.support.running import PATIENCE, Running, assert_problem, serving, wait_for

VERDICT = {"policy": "massgov", "outcome": "answered", "helpful": True}


def give(client: httpx.Client, number: int, **changes: Any) -> httpx.Response:
    return client.post("/v1/feedback", json={**VERDICT, "answer_id": f"{number:032x}", **changes})


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "feedback.sqlite"


@pytest.fixture(scope="module")
def keeping(bot: Bot, path: Path) -> Iterator[Running]:
    with serving(
        path.with_name("log"), FEEDBACK__PATH=str(path), FEEDBACK__PER_HOUR=0, FEEDBACK__MAX_ROWS=30
    ) as running:
        yield running


@pytest.fixture
def client(keeping: Running) -> Iterator[httpx.Client]:
    with keeping.client() as http:
        yield http


def kept(path: Path) -> list[Feedback]:
    with closing(SqliteStore(path, 90)) as store:
        return store.feedback(date.min)


@pytest.mark.parametrize(
    "words",
    [
        {"comment": "x" * 501},
        {"comment": "ﷺ" * 500},
        {"question": "x" * 2_001},
        {"question": "x" * 20_001},
        {"question": "ﷺ" * 2_000},
        {"question": "6-" * 9_999},
    ],
    ids=["comment", "comment that grows", "question", "long question", "question that grows", "digits"],
)
def test_texts_that_are_too_long_are_refused(client: httpx.Client, path: Path, words: dict[str, str]) -> None:
    before = kept(path)
    problem = assert_problem(give(client, 1, **words), 422)
    assert "too long" in str(problem)
    assert "shorten it" in problem["detail"] or problem["errors"][0]["detail"] == "This is too long."
    assert kept(path) == before


def test_any_texts_that_fit_are_kept(client: httpx.Client, path: Path) -> None:
    given = give(client, 2, comment="é" * 500, question="ﷺ" * 111)
    assert given.status_code == 201
    (mine,) = [f for f in kept(path) if f.answer_id == given.json()["id"]]
    assert (len(mine.comment or ""), len(mine.question or "")) == (500, 111 * 18)


def test_a_full_database_refuses_feedback_and_the_service_keeps_answering(client: httpx.Client, path: Path) -> None:
    statuses = [give(client, number).status_code for number in range(100, 140)]
    assert sorted(set(statuses)) == [201, 507]
    assert len(kept(path)) == 30
    refused = assert_problem(give(client, 999), 507)
    assert refused["detail"] == "Your feedback was not kept: there is no room for more."
    assert give(client, 100, helpful=False).status_code == 201  # a visitor may still change a verdict
    assert client.post("/v1/answers", json={"question": "Hello"}).status_code == 200


def test_a_verdict_is_kept_without_its_texts_when_space_is_short(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.sqlite"
    with closing(SqliteStore(path, 90)) as store:  # eight of the ten megabytes are used
        store.purge()
        with store._database.connected() as connection:
            connection.execute("BEGIN")
            connection.executemany(
                "INSERT INTO feedback VALUES (?, ?, 'massgov', 'answered', 1, NULL, ?, NULL)",
                [(f"{number:032x}", date.today().isoformat(), "words " * 80) for number in range(14_000)],
            )
            connection.execute("COMMIT")
    with (
        serving(tmp_path / "log", FEEDBACK__PATH=str(path), FEEDBACK__MAX_MEGABYTES=10) as running,
        running.client() as client,
    ):
        refused = assert_problem(give(client, 1, helpful=False, comment="pelican"), 507)
        assert refused["detail"] == "Your verdict was kept, but not your words: there is no room for more."
        assert give(client, 2, helpful=False).status_code == 201
        assert 'askpolicy_feedback_total{helpful="no"} 2.0' in client.get("/metrics").text
    assert "raise feedback.max_rows or feedback.max_megabytes" in (tmp_path / "log").read_text()
    assert [f.comment for f in kept(path) if not f.helpful] == [None, None]


def test_a_shared_database_that_is_down_costs_feedback_and_nothing_else(
    bot: Bot, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = SecretStr("postgresql:///db?host=/nowhere")
    monkeypatch.setattr("bot.service.service.open_store", lambda *_: PostgresStore(nowhere, 90, busy_seconds=1.0))
    serve = settings.serve.model_copy(update={"demo": False})
    with TestClient(create_app(settings.model_copy(update={"serve": serve})), base_url="http://a.test") as client:
        wait_for(lambda: client.get("/readyz").status_code == 200)
        for number in range(3):
            assert client.post("/v1/answers", json={"question": "Do you sell my data?"}).status_code == 200
            assert_problem(give(client, number), 503)
        wait_for(lambda: "Questions are counted in memory" in caplog.text)
    assert caplog.text.count("Questions are counted in memory until this is fixed") == 1


def test_a_flood_from_one_address_leaves_room_for_others(bot: Bot, tmp_path: Path) -> None:
    settings = {"SERVE__QUESTIONS_PER_MINUTE": 0, "SERVE__THREADS": 1, "SERVE__MAX_IN_WORK": 8, "CACHED_ANSWERS": 0}
    with serving(tmp_path / "log", **settings) as running:

        def ask(address: str, times: int) -> set[int]:
            transport = httpx.HTTPTransport(local_address=address)
            with httpx.Client(base_url=running.url, transport=transport, timeout=PATIENCE) as client:
                return {
                    client.post("/v1/answers", json={"question": "Do you sell my data?"}).status_code
                    for _ in range(times)
                }

        with ThreadPoolExecutor(20) as pool:
            flood = [pool.submit(ask, "127.0.0.2", 20) for _ in range(16)]
            assert ask("127.0.0.3", 20) == {200}
        assert {status for statuses in flood for status in statuses.result()} == {200, 503}

"""Questions without an answer that visitors pass on, over HTTP and on the page; and a service that keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.service.app import create_app
from bot.settings import Settings
from bot.types import Outcome
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Unanswered
from bot.wording import LANGUAGES, page_words
from tests.support.running import assert_problem, wait_for

GIVEN = {"answer_id": "ab" * 16, "policy": "massgov", "outcome": "not_covered", "question": "Who hosts this site?"}
WEATHER = "What is the weather in Boston?"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("passed_on") / "feedback.sqlite"


def serving_with(settings: Settings, **feedback: Any) -> TestClient:
    limits = settings.serve.model_copy(update={"questions_per_minute": 0, "demo": False})
    changes = {"serve": limits, "feedback": settings.feedback.model_copy(update=feedback)}
    return TestClient(create_app(settings.model_copy(update=changes)), base_url="http://pages.test")


@pytest.fixture(scope="module")
def service(bot: Bot, settings: Settings, path: Path) -> Iterator[TestClient]:
    with serving_with(settings, path=path, per_hour=0) as client:
        wait_for(lambda: client.get("/readyz").status_code == 200)
        yield client


@pytest.fixture(scope="module")
def keeping_nothing(bot: Bot, settings: Settings, path: Path) -> Iterator[TestClient]:
    with serving_with(settings, path=path.with_name("none.sqlite"), retention_days=0) as client:
        wait_for(lambda: client.get("/readyz").status_code == 200)
        yield client


def kept(path: Path) -> list[Unanswered]:
    with closing(SqliteStore(path, 90)) as store:
        return store.unanswered(date.min)


class TestApi:
    def test_a_question_is_kept_cleaned(self, service: TestClient, path: Path) -> None:
        response = service.post("/v1/unanswered", json={**GIVEN, "question": "Is 617-555-0100 with you?"})
        assert response.status_code == 201
        (mine,) = [question for question in kept(path) if question.answer_id == response.json()["id"]]
        assert (mine.policy, mine.outcome) == ("massgov", Outcome.NOT_COVERED)
        assert "617" not in mine.question

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"policy": "none"}, 404),
            ({"outcome": "answered"}, 422),
            ({"outcome": "urgent"}, 422),
            ({"question": ""}, 422),
            ({"question": "x" * 2_001}, 422),
            ({"answer_id": "me"}, 422),
            ({"name": "Ann"}, 422),
        ],
    )
    def test_anything_else_is_refused(
        self, service: TestClient, path: Path, change: dict[str, Any], status: int
    ) -> None:
        before = kept(path)
        assert_problem(service.post("/v1/unanswered", json={**GIVEN, **change}), status)
        assert kept(path) == before

    def test_topics_are_counted_and_no_words(self, service: TestClient, path: Path) -> None:
        service.post("/v1/answers", json={"question": "how long do you keep my ip address"})

        def topics() -> set[str]:
            with closing(SqliteStore(path, 90)) as store:
                return {count.topic for count in store.counts(date.min)}

        wait_for(lambda: "ip-address-kept" in topics())


class TestPage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_one_click_keeps_a_question_that_was_not_answered(
        self, service: TestClient, path: Path, language: str
    ) -> None:
        say = page_words(language)
        asked = service.post("/ask", data={"question": f"{WEATHER} {language}", "language": language}).text
        form = re.search(r'<form class="pass-on".*?</form>', asked, re.DOTALL)
        assert form
        assert say["pass_on"] in form[0]
        assert say["pass_on_consent"].format(days=90) in form[0]
        assert say["share_record"] in form[0]  # what reaches Mass.gov may become a public record
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
        page = service.post("/unanswered", data=fields)
        assert page.status_code == 200
        assert say["passed_on"] in page.text
        assert f'name="history" value="{WEATHER} {language}"' in page.text  # the conversation goes on
        assert f"{WEATHER} {language}" in {question.question for question in kept(path)}

    @pytest.mark.parametrize("question", ["do you sell my data?", "Hello", "I want to kill myself", ""])
    def test_other_answers_have_no_such_button(self, service: TestClient, question: str) -> None:
        assert 'class="pass-on"' not in service.post("/ask", data={"question": question}).text

    def test_a_question_in_a_link_has_none(self, service: TestClient) -> None:
        """Its words may not be the visitor's own."""
        page = service.get("/ask", params={"question": WEATHER}).text
        assert "</textarea>" in page
        assert 'class="pass-on"' not in page

    def test_a_form_that_the_page_did_not_write_is_refused(self, service: TestClient, path: Path) -> None:
        before = kept(path)
        for fields in ({}, {**GIVEN, "outcome": "urgent"}, {**GIVEN, "answer_id": "<b>"}):
            page = service.post("/unanswered", data=fields)
            assert page.status_code == 422
            assert "Something went wrong" in page.text
        assert kept(path) == before

    def test_the_privacy_page_says_what_is_kept(self, service: TestClient) -> None:
        words = page_words()["privacy_passed_on"].format(days=90)
        assert words in service.get("/privacy").text


class TestKeepingNothing:
    def test_nothing_is_offered_accepted_or_stored(self, keeping_nothing: TestClient, path: Path) -> None:
        assert keeping_nothing.get("/v1/policies/massgov").json()["feedback_days"] == 0
        asked = keeping_nothing.post("/ask", data={"question": WEATHER})
        assert asked.status_code == 200
        assert 'class="pass-on"' not in asked.text
        verdict = {"answer_id": "ab" * 16, "policy": "massgov", "outcome": "answered", "helpful": True}
        assert_problem(keeping_nothing.post("/v1/feedback", json=verdict), 404)
        assert_problem(keeping_nothing.post("/v1/unanswered", json=GIVEN), 404)
        assert keeping_nothing.post("/unanswered", data=GIVEN).status_code == 404
        assert not path.with_name("none.sqlite").exists()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_privacy_page_says_so(self, keeping_nothing: TestClient, language: str) -> None:
        page = keeping_nothing.get("/privacy", params={"language": language}).text
        assert page_words(language)["privacy_nothing"] in page
        assert page_words(language)["privacy_counts"].format(days=0) not in page

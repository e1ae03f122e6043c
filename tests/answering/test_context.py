"""A quote goes nowhere without the words that govern it: with the real model, from the answer to what shows it."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.answering.compose import Citer
from bot.integrations.langchain import PolicyRetriever
from bot.opening import open_bot
from bot.pipeline import Bot
from bot.service.app import create_app
from bot.settings import Settings, load_settings
from bot.types import AskPolicyError, Quote
from evals.safety.injections import deviations

CASES = Path(__file__).parents[1] / "policies" / "statement_cases"
QUESTION = "do you sell my name"


@pytest.fixture(scope="module")
def small_settings(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Settings:
    policy = str(CASES / "01-negated-list.md")
    return load_settings(home=tmp_path_factory.mktemp("small"), policy=policy)


@pytest.fixture(scope="module")
def small(small_settings: Settings) -> Bot:
    return open_bot(small_settings)


def test_an_answer_shows_an_item_behind_the_line_that_governs_it(small: Bot) -> None:
    answer = small.ask(QUESTION)
    first = answer.to_json()["citations"][0]
    assert answer.text.startswith("We will not: sell your name [1]")
    assert first["quote"] == "sell your name"
    text = small.bundle.policy.text
    assert [text[words["start"] : words["end"]] for words in first["context"]] == ["We will not:"]
    assert [words["quote"] for words in first["context"]] == ["We will not:"]


@pytest.mark.parametrize(
    "change",
    [
        lambda context: context[0].update(quote="We will:"),
        lambda context: context[0].update(start=context[0]["start"] + 1),
        lambda context: context.clear(),
        lambda context: context.append({"quote": "your number", "start": 0, "end": 1}),
    ],
)
def test_a_context_that_was_tampered_with_is_found_out(small: Bot, change: object) -> None:
    answer = small.ask(QUESTION).to_json()
    assert deviations(answer, QUESTION, small.bundle.policy, small.settings.guard) == []
    tampered = copy.deepcopy(answer)
    change(tampered["citations"][0]["context"])  # type: ignore[operator]
    assert "citations" in deviations(tampered, QUESTION, small.bundle.policy, small.settings.guard)


def test_words_that_the_policy_does_not_hold_govern_nothing(small: Bot) -> None:
    passages = list(small.bundle.passages)
    passages[4] = dataclasses.replace(passages[4], context=(Quote("We will:", 0, 8),))
    with pytest.raises(AskPolicyError, match="build it again"):
        Citer(passages, small.bundle.policy).cite([4])


def test_a_retrieved_document_has_its_context(small: Bot) -> None:
    document = PolicyRetriever(bot=small).invoke(QUESTION)[0]
    assert document.page_content == "sell your name"
    assert [words["quote"] for words in document.metadata["context"]] == ["We will not:"]


def test_the_service_and_its_page_show_the_context(small: Bot, small_settings: Settings) -> None:
    with TestClient(create_app(small_settings)) as client:
        answer = client.post("/v1/answers", json={"question": QUESTION}).json()
        page = client.get("/ask", params={"question": QUESTION}).text
    assert answer["citations"][0]["context"][0]["quote"] == "We will not:"
    assert '<span class="context">We will not:</span> sell your name' in page

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.policies.folder import load_policy_folder
from bot.types import Outcome
from bot.usage.opening import open_store
from bot.usage.values import Feedback, Unanswered
from tests.studio.conftest import ANSWERS, QUESTIONS, Browser, write_folder


def asked(corpus: Path) -> list[dict[str, Any]]:
    text = (corpus / "maple" / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_question_is_added_with_the_saved_statements(browser: Browser, corpus: Path) -> None:
    fields = {"topic": "data-sale", "show": "all", "question": "  Is my <data> for sale? ", "kind": "answerable"}
    status, location, _ = browser.send("questions", **fields)
    assert (status, "topic=data-sale" in location) == (303, True)
    assert asked(corpus)[-1] == {
        "question": "Is my <data> for sale?",
        "kind": "answerable",
        "evidence": ["We do not sell your data.", "However, a court may ask for it."],
    }
    assert load_policy_folder("maple", corpus).questions[-1].evidence == (0, 1)
    assert "The question was added." in browser.get(location.removeprefix("./").partition("#")[0])
    browser.until_built()


@pytest.mark.parametrize("kind", ["not_covered", "off_topic"])
@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_question_without_an_answer_is_added(browser: Browser, corpus: Path, kind: str, ending: str) -> None:
    write_folder(corpus, questions=QUESTIONS.rstrip("\n") + ending)
    status, location, _ = browser.send("questions", question="do you scan faces", kind=kind)
    assert (status, location) == (303, "questions?done=added")
    assert asked(corpus) == [json.loads(QUESTIONS), {"question": "do you scan faces", "kind": kind}]
    assert "do you scan faces" in browser.get(location)


def test_the_first_question_creates_the_file(browser: Browser, corpus: Path) -> None:
    (corpus / "maple" / "questions.jsonl").unlink()
    assert browser.send("questions", question="any cake?", kind="off_topic")[0] == 303
    assert asked(corpus) == [{"question": "any cake?", "kind": "off_topic"}]


def test_personal_data_is_removed_from_a_question(browser: Browser, corpus: Path) -> None:
    _, location, _ = browser.send("questions", question="do you sell kim@maple.example", kind="not_covered")
    assert "masked" in location
    assert "kim@maple" not in json.dumps(asked(corpus))
    assert "Personal data in it was removed first." in browser.get(location)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"question": " ?! ", "kind": "off_topic"}, "There is no question"),
        ({"question": "WILL you sell me out", "kind": "off_topic"}, "in the folder already"),
        ({"question": "hm?", "kind": "small_talk"}, "Say whether the policy answers"),
        ({"question": "hm?", "kind": "answerable"}, "Choose the statements that answer"),
        ({"question": "hm?", "kind": "answerable", "topic": "gdpr"}, "Choose the statements that answer"),
        ({"question": "word " * 500, "kind": "off_topic"}, "The question is too long: write at most 2000"),
    ],
)
def test_a_question_that_cannot_be_added_gets_one_sentence(
    browser: Browser, corpus: Path, fields: dict[str, str], why: str
) -> None:
    status, _, page = browser.send("questions", **fields)
    assert (status, why in page) == (422, True)
    assert asked(corpus) == [json.loads(QUESTIONS)]
    assert fields["question"].strip() in page  # what was typed is still there


def test_other_ways_to_ask_are_tried(browser: Browser) -> None:
    browser.until_built()
    page = browser.get("?topic=data-sale&show=all&ways=1")
    assert page.count(' aria-label="Add “') > 3
    assert "answered like this" in page
    page = browser.get("?topic=gdpr&show=all&ways=1")
    assert page.count(' aria-label="Add “') == 0  # it has to be saved first
    assert "To add them, save an answer first." in page
    assert ">not answered</span>" in page
    assert "answered like this" not in page


def test_shared_questions_are_offered_and_the_store_is_only_read(browser: Browser) -> None:
    browser.until_built()
    assert "There are none. They appear here when visitors share" in browser.get("questions")
    store = open_store(browser.desk.settings)
    for number, (question, outcome, helpful) in enumerate(
        [
            ("do you sell my <b>cakes</b>", Outcome.NOT_COVERED, False),
            ("do you sell my <b>cakes</b>", Outcome.NOT_COVERED, False),
            ("is my data sold", Outcome.ANSWERED, False),
            ("do you use cookies", Outcome.ANSWERED, True),
            (None, Outcome.NOT_COVERED, False),
            ("will you sell me out", Outcome.NOT_COVERED, False),
        ]
    ):
        store.add(Feedback(str(number), "maple", outcome, helpful, question=question))
    store.keep(Unanswered("passed on", "maple", Outcome.NOT_COVERED, "is there a newsletter"))
    store.add(Feedback("other", "massgov", Outcome.NOT_COVERED, False, question="of another policy"))
    before = sorted(map(str, store.feedback(Feedback("", "", Outcome.ERROR, True).day)))
    page = browser.get("questions").split("Added last")[0]
    assert "“do you sell my <b>cakes</b>”" in page
    assert "Shared 2 times, not covered, 2 found it unhelpful." in page
    assert "is my data sold" in page
    assert "is there a newsletter" in page
    assert '<option value="data-sale" selected>' in page
    for absent in ("do you use cookies", "of another policy", "will you sell me out", "<b>cakes</b>&#34;"):
        assert absent not in page
    assert "&lt;b&gt;cakes" in browser.client.get("/the-token/questions").text
    assert sorted(map(str, store.feedback(Feedback("", "", Outcome.ERROR, True).day))) == before
    store.close()
    # A question that was added is no longer offered.
    browser.send("questions", question="do you sell my <b>cakes</b>", kind="not_covered")
    assert "Shared 2 times" not in browser.get("questions")


def test_a_damaged_store_is_told_in_one_sentence(browser: Browser) -> None:
    path = browser.desk.settings.home / "feedback.sqlite"
    kept = path.read_bytes() if path.exists() else None
    path.write_bytes(b"not a database" * 100)
    try:
        assert "is damaged" in browser.get("questions")
    finally:
        path.unlink()
        if kept:
            path.write_bytes(kept)


def test_a_line_that_is_no_question_is_told_in_one_sentence(browser: Browser, corpus: Path) -> None:
    write_folder(corpus, answers=ANSWERS, questions=QUESTIONS + "[]\n")
    response = browser.client.get("/the-token/questions")
    assert (response.status_code, "line 2, is not a visitor question" in response.text) == (409, True)


GROUP = ("do brokers get my name", "are brokers told my name", "Do brokers get my name")
NEAR = "can a broker get my name"


def share(browser: Browser, *questions: str) -> None:
    store = open_store(browser.desk.settings)
    for number, question in enumerate(questions):
        store.keep(Unanswered(f"group {number}", "maple", Outcome.NOT_COVERED, question))
    store.close()


def test_a_group_is_listed_together_and_becomes_ways_to_ask_about_a_topic(browser: Browser, corpus: Path) -> None:
    browser.until_built()
    share(browser, *GROUP)
    page = browser.get("questions")
    boxes = re.findall(r'name="question" value="([^"]*broker[^"]*)" checked', page)
    assert sorted(boxes) == sorted(GROUP)  # one group
    assert "“Do you buy data from data brokers?”, which has no answer yet" in page
    before = browser.desk.live.ask(NEAR)
    assert before.citations[0].quote != "We do not sell your data."
    status, location, _ = browser.send("questions", kind="topic", into="data-sale", question=list(GROUP))
    assert (status, location) == (303, "questions?done=added&number=2")
    evidence = ["We do not sell your data.", "However, a court may ask for it."]
    added = asked(corpus)[1:]
    assert [record["evidence"] for record in added] == [evidence, evidence]
    assert {record["question"].casefold() for record in added} == {words.casefold() for words in GROUP}
    page = browser.get(location)
    assert "2 questions were added." in page
    assert 'value="do brokers' not in page  # no longer offered
    browser.until_built()
    # It also changes the answer to a question that is only like them.
    assert browser.desk.live.ask(NEAR).citations[0].quote == "We do not sell your data."


def test_a_group_on_a_topic_that_is_not_mentioned_is_not_covered(browser: Browser, corpus: Path) -> None:
    silent = '[[answers]]\ntopics = ["gdpr"]\nverdict = "silent"\nreviewed = 2026-11-27\n'
    write_folder(corpus, answers=silent)
    assert browser.send("questions", kind="topic", into="gdpr", question=["eu law?", "european rules?"])[0] == 303
    assert [record["kind"] for record in asked(corpus)[1:]] == ["not_covered", "not_covered"]


@pytest.mark.parametrize(
    ("into", "problem"),
    [
        ("", "Choose the topic that answers this first."),
        ("no-such-topic", "Choose the topic that answers this first."),
        ("children-data", "Choose the statements that answer"),
    ],
)
def test_a_group_needs_a_topic_that_has_an_answer(browser: Browser, corpus: Path, into: str, problem: str) -> None:
    status, _, page = browser.send("questions", kind="topic", into=into, question=["one?", "two?"])
    assert (status, problem in page) == (422, True)
    assert asked(corpus) == [json.loads(QUESTIONS)]


def test_a_group_is_added_as_a_whole_or_not_at_all(browser: Browser, corpus: Path) -> None:
    fields = {"kind": "off_topic", "question": ["is there cake?", "will you sell me out"]}
    assert browser.send("questions", **fields)[0] == 422
    assert browser.send("questions", kind="off_topic", question=["is there cake?"], revision="old")[0] == 409
    assert asked(corpus) == [json.loads(QUESTIONS)]

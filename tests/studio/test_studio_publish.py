from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.opening import open_bot
from bot.policies.reviewed import AnswerEntry
from bot.postgres import bundles, migrations
from bot.postgres.connection import connect
from bot.settings import Settings
from bot.studio.board import Board, TopicState
from bot.studio.publish import outlook
from bot.topics.catalog import policy_topics
from tests.studio.conftest import ANSWERS, TEXT, Browser, opened, write_folder
from tests.support.sharing import with_database


def published(browser: Browser) -> str:
    """Publish, and return the report."""
    status, location, page = browser.send("publish")
    assert (status, location) == (303, "publish#report"), page
    return browser.get("publish").split('id="report"')[1]


def test_publishing_checks_and_puts_a_new_index_in_place(browser: Browser) -> None:
    report = published(browser)
    assert "Published at" in report
    assert "The new index is in" in report
    assert "6 statements and 1 question." in report
    assert "A question was answered." in report  # what `askpolicy check` finds
    assert "Wrong: " not in report
    assert open_bot(browser.desk.settings, "maple").ask("do you sell my data").reviewed == "2026-11-27"


def test_the_shared_database_gets_the_version_too(
    browser: Browser, database: SecretStr, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_database(browser.desk.settings, database)
    publisher = browser.desk.publisher
    monkeypatch.setattr(publisher, "_settings", settings)
    report = published(browser)
    # The index is in use here; the database has no tables yet.
    assert "Published at" in report
    assert "has no tables" in report
    assert "switches to the new index after a reload" in report
    with closing(connect(database)) as connection:
        migrations.migrate(connection)
        report = published(browser)
        assert "The shared database has this version." in report
        assert "switch to this version immediately" in report
        (shared,) = bundles.in_use(connection)
    assert shared.policy == "maple"


def test_after_publishing_the_page_says_how_visitors_get_it(browser: Browser) -> None:
    report = published(browser)
    assert "<code>askpolicy serve --policy maple</code>" in report
    assert "<code>askpolicy embed</code>" in report


def test_a_draft_is_checked_and_never_said_to_be_published(settings: Settings, tmp_path: Path) -> None:
    home = write_folder(tmp_path)
    write_folder(tmp_path / "next", text=f"{TEXT}\nWe bake.\n", answers="")
    (tmp_path / "next" / "maple").rename(home / "draft")
    (home / "draft" / "unplaced.toml").write_text('[[statements]]\nwas = "a"\nwhy = "b"\n', encoding="utf-8")
    own = settings.model_copy(update={"home": tmp_path / "home"})
    with opened("maple/draft", tmp_path, own) as browser:
        page = browser.get("publish")
        assert "Draft of the next version" in page
        assert "Visitors get the version in use until you put the draft in its place." in page
        assert "<button>Check the draft</button>" in page
        report = published(browser)
        assert "Not ready to be published, checked at" in report
        assert "Wrong: </span>Topics that had a reviewed answer and have none now: 2." in report
        assert report.index("Wrong: </span>") < report.index("Good: </span>All labels")  # what is wrong comes first
        assert "A running service" not in report
        # Once the topics are reviewed, the statements that were not placed keep nobody from publishing.
        (home / "draft" / "answers.toml").write_text(ANSWERS, encoding="utf-8")
        report = published(browser)
        assert "Ready to be published, checked at" in report
        assert '<button name="do" value="use">Put it in use</button>' in report
        # What keeps it from being published keeps it from being put in use.
        (home / "draft" / "answers.toml").write_text("", encoding="utf-8")
        assert browser.send("publish", do="use")[0] == 303
        assert "Wrong: </span>The draft of 'maple' is not ready:" in browser.get("publish")
        assert browser.send("publish", do="use", revision="old")[0] == 409
        (home / "draft" / "answers.toml").write_text(ANSWERS, encoding="utf-8")
        assert browser.send("publish", do="use")[0] == 303
        # The studio goes on with the version in use.
        report = browser.get("publish")
        assert "Published at" in report
        assert "run <code>askpolicy rollback maple</code> in a terminal" in report
        assert "Draft of the next version" not in report
        assert not (home / "draft").exists()
        browser.until_built()
        assert browser.send("publish", do="use")[0] == 303  # there is no draft now: the folder is published again
        assert "Published at" in browser.get("publish")
    assert "We bake." in (home / "policy.txt").read_text(encoding="utf-8")
    with opened("maple", tmp_path, own) as browser:
        assert "Draft of the next version" not in browser.get("publish")


def test_drafts_are_counted_and_not_published(browser: Browser) -> None:
    page = browser.get("publish")
    assert "2 topics will be answered in your reviewed words." in page
    assert "1 topic with a draft. Drafts are not used before you review them." in page
    published(browser)
    assert [answer.topics for answer in open_bot(browser.desk.settings, "maple").bundle.policy.reviewed] == [
        ("data-sale", "data-rent-trade")
    ]


@pytest.mark.parametrize(
    ("verdicts", "lines"),
    [
        (["yes", "silent"], ["1 topic will be answered in your reviewed words.",
                             "The chat will say about 1 topic that the policy does not mention it."]),
        (["yes", "no", "partly"], ["3 topics will be answered in your reviewed words."]),
        (["silent", "silent"], ["The chat will say about 2 topics that the policy does not mention them."]),
        ([], ["No topic is reviewed yet: the chat will answer with quotes alone."]),
    ],
)  # fmt: skip
def test_topics_on_which_the_policy_is_silent_are_counted_apart(verdicts: list[str], lines: list[str]) -> None:
    states = tuple(
        TopicState(topic, AnswerEntry.model_validate({"topics": [topic.id], "verdict": verdict,
                   "reviewed": "2026-11-27", "cite": [] if verdict == "silent" else ["We sell."],
                   "text": {} if verdict == "silent" else {"en": "Maple sells."}}), (), (), (), None)
        for topic, verdict in zip(policy_topics(), verdicts, strict=False)
    )  # fmt: skip
    assert [line.text for line in outlook(Board(states, 0, 0))] == lines


def test_the_outlook_names_what_keeps_from_publishing_and_what_does_not(browser: Browser, corpus: Path) -> None:
    browser.until_built()
    page = browser.get("publish")
    assert "to correct before you can publish" not in page
    assert re.search(r'"good"><span class="unseen">Good: </span>\d+ doubtful topics without a review', page)
    write_folder(corpus, answers=ANSWERS.replace("but a court may ask for it.", "ever."))
    browser.until_built()
    found = '"bad"><span class="unseen">Look: </span>2 reviewed topics to correct before you can publish: see Doubtful.'
    assert found in browser.get("publish")
    write_folder(corpus, answers="")
    browser.until_built()
    page = browser.get("publish")
    assert '"bad"><span class="unseen">Look: </span>No topic is reviewed yet: the chat will answer with quotes' in page
    assert "0 topics" not in page


def test_what_the_checker_refuses_is_not_published(browser: Browser, corpus: Path) -> None:
    published(browser)
    current = (browser.desk.settings.home / "maple" / "CURRENT").read_text()
    for answers, text, why in (
        (ANSWERS.replace("does not sell", "never sells"), TEXT, "The reviewed answer on 'data-sale'"),
        (ANSWERS, TEXT.replace("a court may", "a judge may"), "does not name one statement of maple"),
    ):
        write_folder(corpus, answers=answers.replace("but a court may ask for it.", "ever."), text=text)
        report = published(browser)
        assert "Not published at" in report
        assert why in report
        assert (browser.desk.settings.home / "maple" / "CURRENT").read_text() == current


def test_a_folder_that_cannot_be_answered_from_says_so(browser: Browser, corpus: Path) -> None:
    manifest = corpus / "maple" / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('sha256 = "', 'sha256 = "0'))
    while not browser.desk.live.is_current(browser.revision):
        browser.desk.live.wake()
    assert "The chat cannot be built. The text of 'maple' is not the one" in browser.get("publish")
    assert "Not published at" in published(browser)
    state = browser.client.get("/the-token/api/state").json()
    assert (state["failed"], "is not the one" in state["words"]) == (True, True)


def test_the_preview_answers_as_the_folder_is(browser: Browser, corpus: Path) -> None:
    browser.until_built()
    listed = browser.client.get("/the-token/preview/v1/policies").json()["policies"]
    policy = browser.client.get(f"/the-token/preview/v1/policies/{listed[0]['id']}").json()
    assert (policy["title"], policy["max_question_chars"]) == ("Maple Bakery Privacy Policy", 2000)
    reply = browser.client.post("/the-token/preview/v1/answers", json={"question": "do you sell my data?"}).json()
    assert reply["reviewed"] == "2026-11-27"
    write_folder(corpus, answers="")
    browser.until_built()
    reply = browser.client.post("/the-token/preview/v1/answers", json={"question": "do you sell my data?"}).json()
    assert reply["reviewed"] is None
    assert browser.client.get("/the-token/preview/v1/policies/other").status_code == 404
    assert browser.client.post("/the-token/preview/v1/answers", json={"language": "xx"}).status_code == 422
    assert browser.client.get("/the-token/preview/widget.js").status_code == 200
    assert json.loads(browser.client.get("/the-token/preview/widget/es.json").text)["ask"]
    assert browser.client.get("/the-token/preview/widget/xx.json").status_code == 404
    assert browser.client.post("/the-token/preview/v1/feedback", json={"helpful": True}).status_code == 201

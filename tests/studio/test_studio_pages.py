from __future__ import annotations

import datetime
import json
import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from bot.policies.reviewed import read_reviewed
from bot.settings import Settings
from bot.types import Answer, AskPolicyError
from tests.studio.conftest import ANSWERS, TEXT, Browser, checked, opened, write_folder

SENTENCE = "Maple sets one cookie that remembers your language."
TODAY = datetime.date.today().isoformat()


def answers(corpus: Path) -> str:
    return (corpus / "maple" / "answers.toml").read_text(encoding="utf-8")


def topic_of(location: str) -> str:
    return parse_qs(urlparse(location).query)["topic"][0]


def test_a_reviewed_answer_is_shown_with_its_statements(browser: Browser) -> None:
    browser.until_built()
    page = browser.get("?topic=data-sale&show=all")
    assert "Reviewed November 27, 2026" in page
    assert checked(page, "cite") == ["0", "1"]
    assert checked(page, "best") == ["0"]
    assert checked(page, "verdict") == ["no"]
    assert checked(page, "member") == ["data-rent-trade"]
    assert "Maple Bakery does not sell your data, but a court may ask for it.</textarea>" in page
    assert "The checker agrees" in page
    assert '<p class="opening">Maple Bakery does not sell your data' in page  # what the chat says
    assert "will you sell me out" in page
    assert "2 of 250 topics reviewed" in page
    assert "quote 2 of the 6 statements" in page


def test_only_languages_that_the_chat_is_offered_in_are_asked_for(browser: Browser, corpus: Path) -> None:
    home = write_folder(
        corpus, answers=ANSWERS.replace('court may ask for it."\n\n', 'court may ask for it."\npt = "x"\n\n')
    )
    manifest = home / "manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + 'languages = ["en", "es"]\n', encoding="utf-8")
    fields = r'name="text-(\w+)"'
    assert re.findall(fields, browser.get("?topic=cookies-used&show=all")) == ["en", "es"]
    # A translation that is there is not lost.
    assert re.findall(fields, browser.get("?topic=data-sale&show=all")) == ["en", "es", "pt"]
    words = browser.get("words?language=vi")
    assert re.findall(r'href="words\?language=(\w+)"', words) == ["en", "es"]


def test_a_draft_is_accepted_with_a_sentence(browser: Browser, corpus: Path) -> None:
    page = browser.get("?topic=cookies-used")
    assert "Draft, not in use" in page
    status, location, _ = browser.send(
        "answers", topic="cookies-used", show="review", do="review", verdict="yes", cite=["2"], text_en=SENTENCE
    )
    assert (status, topic_of(location) != "cookies-used") == (303, True)
    _, entry = read_reviewed(corpus / "maple")
    assert (entry.verdict, entry.reviewed, entry.text) == ("yes", TODAY, {"en": SENTENCE})
    assert answers(corpus).startswith(ANSWERS[: ANSWERS.index('topics = ["cookies-used"]')])
    assert "Reviewed: “Do you use cookies?”" in browser.get(location.removeprefix("./"))
    browser.until_built()
    assert SENTENCE in browser.get("?topic=cookies-used&show=all").split("Your answer")[0]


def test_a_topic_without_an_answer_starts_with_what_the_chat_finds(browser: Browser, corpus: Path) -> None:
    write_folder(corpus, answers="")
    browser.until_built()
    page = browser.get("?topic=data-sale&show=all")
    assert "Nothing is saved yet. This is what the chat finds on its own" in page
    assert "0" in checked(page, "cite")
    assert answers(corpus) == ""
    status, _, _ = browser.send("answers", topic="data-sale", do="draft", verdict="no", cite=["0", "1"], best="1")
    assert status == 303
    (entry,) = tomllib.loads(answers(corpus))["answers"]
    assert entry == {
        "topics": ["data-sale"],
        "verdict": "no",
        "cite": ["However, a court may ask for it.", "We do not sell your data."],
    }


def test_silent_needs_no_sentence_and_keeps_what_comes_near(browser: Browser, corpus: Path) -> None:
    status, _, _ = browser.send(
        "answers", topic="gdpr", do="review", verdict="silent", cite=["0"], text_en="Something else."
    )
    assert status == 303
    entry = read_reviewed(corpus / "maple")[-1]
    assert (entry.topics, entry.verdict, entry.text) == (("gdpr",), "silent", {})
    assert [anchor.words for anchor in entry.cite if not isinstance(anchor, int)] == ["We do not sell your data."]
    browser.until_built()
    assert browser.send("questions", topic="gdpr", kind="topic", into="gdpr", question="does gdpr count here")[0] == 303
    added = json.loads((corpus / "maple" / "questions.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (added["kind"], added.get("evidence")) == ("not_covered", None)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"verdict": "", "cite": ["2"], "text_en": SENTENCE}, "Choose a verdict."),
        ({"verdict": "never", "cite": ["2"], "text_en": SENTENCE}, "Choose a verdict."),
        ({"verdict": "yes", "text_en": SENTENCE}, "Choose at least one statement"),
        ({"verdict": "yes", "cite": ["2"], "text_en": " "}, "Write one plain sentence"),
        ({"verdict": "yes", "cite": ["2"], "text_en": "We sell your data."}, "It says “sell”"),
        ({"verdict": "no", "cite": ["2"], "text_en": SENTENCE}, "It is a no, but"),
        ({"verdict": "yes", "cite": ["2"], "text_en": SENTENCE, "text_es": "Otra cosa 5."}, "other numbers in 'es'"),
        ({"verdict": "yes", "cite": ["2"], "text_en": "cookie " * 60}, "words: use 2 and 40 at most"),
    ],
)
def test_what_the_checker_refuses_is_not_marked_as_reviewed(
    browser: Browser, corpus: Path, fields: dict[str, object], why: str
) -> None:
    status, _, page = browser.send("answers", topic="cookies-used", do="review", **fields)
    assert status == 422
    assert why in page
    assert answers(corpus) == ANSWERS
    text = str(fields.get("text_en", "")).strip()
    assert text in page  # what was typed is still there


def test_a_statement_that_the_policy_does_not_have_is_refused(browser: Browser, corpus: Path) -> None:
    status, _, page = browser.send("answers", topic="cookies-used", do="draft", verdict="yes", cite=["6"])
    assert (status, "The policy has changed since this page was opened" in page) == (409, True)
    assert answers(corpus) == ANSWERS


def test_text_that_is_too_long_cannot_be_saved_even_as_a_draft(browser: Browser, corpus: Path) -> None:
    status, _, page = browser.send("answers", topic="cookies-used", do="draft", verdict="yes", text_en="a" * 301)
    assert (status, answers(corpus)) == (422, ANSWERS)
    assert "The text in 'en' must be one line of 1 to 300 characters." in page


def test_an_answer_is_removed(browser: Browser, corpus: Path) -> None:
    status, location, _ = browser.send("answers", topic="data-rent-trade", do="remove")
    assert (status, topic_of(location)) == (303, "data-rent-trade")
    assert [entry.topics for entry in read_reviewed(corpus / "maple")] == [("data-sale",), ("cookies-used",)]
    browser.send("answers", topic="data-sale", do="remove")
    assert [entry.topics for entry in read_reviewed(corpus / "maple")] == [("cookies-used",)]


def test_topics_that_share_a_silent_answer_keep_it_if_one_is_edited(browser: Browser, corpus: Path) -> None:
    silent = '[[answers]]\ntopics = ["gdpr", "ccpa", "hipaa"]\nverdict = "silent"\nreviewed = 2026-11-27\n'
    write_folder(corpus, answers=silent)
    assert "California" not in browser.get("?topic=ccpa&show=all").split('id="answer-heading"')[1].split("<select")[0]
    browser.send("answers", topic="ccpa", do="draft", verdict="yes", cite=["0"])
    first, second = read_reviewed(corpus / "maple")
    assert (first.topics, first.reviewed) == (("gdpr", "hipaa"), "2026-11-27")
    assert (second.topics, second.verdict, second.reviewed) == (("ccpa",), "yes", None)


def test_topics_join_and_leave_an_answer(browser: Browser, corpus: Path) -> None:
    common = {"topic": "data-sale", "do": "draft", "verdict": "no", "cite": ["0"]}
    browser.send("answers", **common, member=["data-rent-trade", "data-sale", "gdpr", ""])
    assert read_reviewed(corpus / "maple")[0].topics == ("data-rent-trade", "data-sale", "gdpr")
    browser.send("answers", **common, member=["gdpr"])
    assert read_reviewed(corpus / "maple")[0].topics == ("data-sale", "gdpr")
    status, _, page = browser.send("answers", **common, member=["cookies-used"])
    assert (status, "the topic 'cookies-used' is in answer 1 too" in page) == (422, True)
    browser.send("answers", **common, member=["nonsense"])
    assert read_reviewed(corpus / "maple")[0].topics == ("data-sale",)


@pytest.mark.parametrize("name", ["answers.toml", "questions.jsonl", "wording.toml", "manifest.toml"])
@pytest.mark.parametrize("path", ["answers", "questions", "publish"])
def test_an_edit_made_elsewhere_is_not_overwritten(browser: Browser, corpus: Path, name: str, path: str) -> None:
    revision = browser.revision
    file = corpus / "maple" / name
    file.write_text((file.read_text() if file.exists() else "") + ("\n" if name != "questions.jsonl" else "") + "")
    with file.open("a") as more:
        more.write('{"question": "new", "kind": "off_topic"}\n' if name == "questions.jsonl" else "# A comment.\n")
    before = {each.name: each.read_bytes() for each in (corpus / "maple").iterdir()}
    fields = {"topic": "cookies-used", "question": "hm?", "kind": "off_topic", "do": "draft", "verdict": "no"}
    status, _, page = browser.send(path, revision=revision, **fields)
    assert status == 409
    assert "have changed since this page was opened, so nothing was" in page
    assert {each.name: each.read_bytes() for each in (corpus / "maple").iterdir()} == before
    assert browser.client.get("/the-token/api/state").json()["revision"] != revision


def test_a_file_that_cannot_be_read_gets_one_sentence_until_it_is_right(browser: Browser, corpus: Path) -> None:
    (corpus / "maple" / "answers.toml").write_text("[[answers")
    for path in ("", "questions", "publish"):
        response = browser.client.get(f"/the-token/{path}")
        assert (response.status_code, "answers.toml is not TOML" in response.text) == (409, True)
    state = browser.client.get("/the-token/api/state")
    assert (state.status_code, "is not TOML" in state.json()["detail"]) == (409, True)
    write_folder(corpus)
    assert "Do you sell my data?" in browser.get("?show=all&topic=data-sale")


def test_words_that_the_policy_lost_are_shown_and_others_can_be_chosen(browser: Browser, corpus: Path) -> None:
    write_folder(corpus, text=TEXT.replace("a court may", "a judge may"))
    page = browser.get("?topic=data-sale")
    assert "no longer in the policy" in page
    assert "“However, a court may ask for it.”" in page
    assert checked(page, "cite") == ["0"]
    sentence = "Maple Bakery does not sell your data, but a judge may ask for it."
    fields = {"topic": "data-sale", "do": "review", "verdict": "no", "cite": ["0", "1"], "text_en": sentence}
    assert browser.send("answers", **fields, member=["data-sale", "data-rent-trade"])[0] == 303
    browser.until_built()


def test_the_list_is_filtered_and_searched(browser: Browser) -> None:
    browser.until_built()
    listed = browser.get("?show=reviewed").split('id="list"')[1]
    assert (listed.count("<li "), "Do you sell my data?" in listed) == (2, True)
    listed = browser.get("?show=all&find=rent+trade").split('id="list"')[1]
    assert listed.count("<li ") == 1
    assert "No topic has these words." in browser.get("?show=all&find=xyzzy")
    assert browser.get("?topic=nonsense&show=nonsense&find=%00")


def test_the_chat_is_asked_other_questions(browser: Browser) -> None:
    browser.until_built()
    page = browser.get("?topic=gdpr&show=all&ask=do+you+sell+my+data%3F")
    assert '<p class="opening">Maple Bakery does not sell your data' in page
    reply = browser.client.post("/the-token/api/ask", json={"question": "do you sell my data?"}).json()
    assert (reply["answered"], reply["quotes"][0]["index"]) == (True, 0)
    both = "do you sell my data? do you read my mind?"
    reply = browser.client.post("/the-token/api/ask", json={"question": both}).json()
    selling, mind = reply["opening"].splitlines()
    assert selling.startswith("Do you sell my data? Maple Bakery does not sell")
    assert mind.startswith("Do you read my mind? ")
    assert any(note.startswith("Do you sell my data? Your reviewed answer, from ") for note in reply["notes"])


def test_the_checkers_word_comes_while_somebody_types(browser: Browser) -> None:
    said = browser.check(topic="cookies-used", verdict="yes", cite=["2"], text_en=SENTENCE)
    assert said["objections"] == []
    assert 0 < float(str(said["grade"])) < 8
    assert said["words"] == 8
    said = browser.check(topic="cookies-used", verdict="yes", cite=["2"], text_en=SENTENCE.replace("one", "two"))
    assert "“two”" in str(said["objections"])
    assert browser.client.post("/the-token/api/check", data={"cite": "99"}).status_code == 409


def test_a_chat_that_is_done_while_a_page_is_made_is_shown_after_a_reload(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.until_built()
    built = browser.desk.live.built

    def ask(question: str) -> Answer:
        browser.desk.live.built = built  # it is done in the meantime
        raise AskPolicyError("The chat is being built.")

    monkeypatch.setattr(browser.desk.live, "built", None)
    monkeypatch.setattr(browser.desk.live, "ask", ask)
    page = browser.get("?topic=cookies-used&show=all")
    assert "The chat is being built." in page
    assert 'data-built=""' in page  # so the script loads the page again


def test_a_doubtful_topic_says_why(browser: Browser) -> None:
    browser.until_built()
    state = next(each for each in browser.desk.board(browser.desk.files.read()).states if each.is_unclear)
    assert "not clear whether the policy speaks to this" in browser.get(f"?topic={state.topic.id}&show=all")
    assert "not clear whether" not in browser.get("?topic=data-sale&show=all")


def test_a_page_is_safe_with_any_text(browser: Browser, corpus: Path) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} "quoted"'
    text = TEXT.replace("Selling", f"Selling {evil}").replace("We do not sell", f"{evil} We do not sell")
    question = evil.replace('"', '\\"')
    write_folder(corpus, text=text, answers="", questions=f'{{"question": "{question}", "kind": "off_topic"}}\n')
    for path in (f"?topic=data-sale&ask={evil}&find={evil}&question={evil}", "questions", "publish", "preview/page"):
        page = browser.client.get(f"/the-token/{path}").text
        assert "<script>" not in page
        assert "<img" not in page
        assert "49" not in page.replace("149", "")


def test_a_draft_shows_what_its_new_words_may_speak_to(settings: Settings, tmp_path: Path) -> None:
    silent = '[[answers]]\ntopics = ["biometrics"]\nverdict = "silent"\n'
    home = write_folder(tmp_path, answers=silent)
    write_folder(tmp_path / "next", text=f"{TEXT}\nFaces\n\nWe scan your face at the door.\n", answers=silent)
    (tmp_path / "next" / "maple").rename(home / "draft")
    with opened(str(home / "draft"), tmp_path, settings) as browser:
        browser.until_built()
        page = browser.get("?show=new")
        assert 'href="?show=new&find=#topics-heading" aria-current="true"' in page
        assert "Draft: not mentioned · new words" in page
        page = browser.get("?topic=biometrics&show=new")
        assert "New in this version, and perhaps about this topic: “We scan your face at the door.”" in page
        # Reviewed with the new words, it is done.
        sent = {
            "topic": "biometrics",
            "do": "review",
            "verdict": "yes",
            "cite": "6",
            "text_en": "We scan your face at the door.",
        }
        assert browser.send("answers", **sent)[0] == 303
        browser.until_built()
        assert "New in this version" not in browser.get("?topic=biometrics&show=all")
    # The version in use has no new words.
    with opened("maple", tmp_path, settings) as browser:
        browser.until_built()
        assert "There is no topic in this list." in browser.get("?show=new")


def test_a_draft_shows_what_became_of_the_words_that_are_quoted_now(settings: Settings, tmp_path: Path) -> None:
    home = write_folder(tmp_path)
    draft = ANSWERS.replace("reviewed = 2026-11-27\n", "").replace('    "We do not sell your data.",\n', "")
    write_folder(tmp_path / "next", text=TEXT.replace("sell your data", "sell any of your data"), answers=draft)
    (tmp_path / "next" / "maple").rename(home / "draft")
    with opened("maple/draft", tmp_path, settings) as browser:
        page = browser.get("?topic=data-sale&show=all")
        assert "quotes words here that this version does not have: “We do not sell your data.”" in page
        assert '<a href="#s0">“We do not sell any of your data.”</a>' in page
        assert "“However, a court" not in page  # it is still there
        reviewed = draft.replace('verdict = "no"', 'verdict = "no"\nreviewed = 2026-11-28')
        (home / "draft" / "answers.toml").write_text(reviewed, encoding="utf-8")
        assert "The version in use quotes" not in browser.get("?topic=data-sale&show=all")
        (home / "draft" / "answers.toml").write_text(draft, encoding="utf-8")
        (home / "answers.toml").write_text("[[answers", encoding="utf-8")
        assert "The version in use quotes" not in browser.get("?topic=data-sale&show=all")
    (home / "answers.toml").write_text(ANSWERS, encoding="utf-8")
    with opened("maple", tmp_path, settings) as browser:
        assert "The version in use quotes" not in browser.get("?topic=data-sale&show=all")


def test_a_draft_says_which_reviews_stay(settings: Settings, tmp_path: Path) -> None:
    silent = '[[answers]]\ntopics = ["biometrics"]\nverdict = "silent"\nreviewed = 2026-11-27\n'
    home = write_folder(tmp_path, answers=silent)
    write_folder(tmp_path / "next", text=f"{TEXT}\nBread\n\nWe bake at night.\n", answers=silent)
    (tmp_path / "next" / "maple").rename(home / "draft")
    stays = "No new words of this version come near this, so your review stays."
    with opened("maple/draft", tmp_path, settings) as browser:
        assert stays in browser.get("?topic=biometrics&show=all")
        assert stays not in browser.get("?topic=gdpr&show=all")
        (home / "draft" / "answers.toml").write_text(silent.replace("11-27", "11-28"), encoding="utf-8")
        assert stays not in browser.get("?topic=biometrics&show=all")  # somebody has read it again
    with opened("maple", tmp_path, settings) as browser:
        assert stays not in browser.get("?topic=biometrics&show=all")


def test_the_owner_of_a_policy_in_another_language_is_told_that_reviews_are_not_used(
    browser: Browser, corpus: Path
) -> None:
    assert "uses no reviewed answer" not in browser.get()
    manifest = corpus / "maple" / "manifest.toml"
    manifest.write_text(f'language = "de"\n{manifest.read_text(encoding="utf-8")}', encoding="utf-8")
    assert "This policy is in German, and the chat reads English" in browser.get()

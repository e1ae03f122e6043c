"""Topics of the owner's own in the studio: made from a group of questions, edited, renamed, reviewed, and removed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bot.policies.reviewed import read_reviewed
from bot.types import Outcome
from bot.usage.opening import open_store
from bot.usage.values import Unanswered
from tests.studio.conftest import ANSWERS, QUESTIONS, Browser

WAYS = ("do you keep the names on birthday cakes", "how long are cake inscriptions kept")
NAME = "how long the words on a cake are kept"
ID = "own:how-long-the-words-on-a-cake-are-kept"
SENTENCE = "A court may ask for it."


def answers(corpus: Path) -> str:
    return (corpus / "maple" / "answers.toml").read_text(encoding="utf-8")


def make(browser: Browser, **fields: object) -> tuple[int, str, str]:
    """Make a topic of a group of questions."""
    return browser.send("questions", **{"kind": "own", "name": NAME, "question": list(WAYS), "another": ""} | fields)


def review(browser: Browser, **fields: object) -> tuple[int, str, str]:
    """Save the form of the topic."""
    form = {"topic": ID, "show": "all", "name": NAME, "questions": "\r\n".join(WAYS), "verdict": "stated", "cite": "1"}
    return browser.send("answers", **form | {"text-en": SENTENCE, "do": "review"} | fields)


def test_a_group_becomes_a_draft_that_opens(browser: Browser, corpus: Path) -> None:
    status, location, _ = make(browser)
    assert (status, f"topic={ID.replace(':', '%3A')}" in location) == (303, True)
    assert answers(corpus) == (
        f'{ANSWERS}\n[[answers]]\nname = "{NAME}"\nquestions = [\n    "{WAYS[0]}",\n    "{WAYS[1]}",\n]\n'
    )
    page = browser.get(location.removeprefix("./").partition("#")[0])
    assert f'<h1 id="topic" tabindex="-1">{WAYS[0]}</h1>' in page
    assert f'name="name" value="{NAME}"' in page
    assert "\n".join(WAYS) + "</textarea>" in page
    assert "Saved the draft." in page
    assert 'name="member"' not in page
    assert "Try other ways to ask this" not in page
    assert WAYS[0] in browser.get("?show=review")  # in the list, like the others
    browser.until_built()
    assert browser.desk.live.ask(WAYS[0]).topics != (ID,)  # a draft is not used


def test_a_topic_is_made_without_any_shared_questions(browser: Browser, corpus: Path) -> None:
    assert 'name="ways"' in browser.get("questions")
    typed = {"kind": "own", "name": NAME, "ways": f"{WAYS[0]}\r\n\r\n{WAYS[1]}\r\n"}
    status, location, _ = browser.send("questions", **typed)
    assert (status, f"topic={ID.replace(':', '%3A')}" in location) == (303, True)
    assert read_reviewed(corpus / "maple")[-1].questions == WAYS
    status, _, page = browser.send("questions", **typed | {"name": "cakes?", "ways": "who bakes\nwho baked"})
    assert (status, "The name 'cakes?' does not complete" in page) == (422, True)
    assert 'id="own-name" name="name" value="cakes?"' in page
    assert "who bakes\nwho baked</textarea>" in page


def test_a_reviewed_topic_is_answered_renamed_and_removed(browser: Browser, corpus: Path) -> None:
    make(browser)
    assert review(browser, questions="\n".join([*WAYS, "", WAYS[0].upper(), "is my icing text saved"]))[0] == 303
    entry = read_reviewed(corpus / "maple")[-1]
    assert (entry.questions, entry.reviewed) == (
        (*WAYS, "is my icing text saved"),
        datetime.date.today().isoformat(),
    )
    assert entry.cite[0].words == "However, a court may ask for it."  # type: ignore[union-attr]
    browser.until_built()
    answer = browser.desk.live.ask(WAYS[1])
    assert (answer.opening, answer.topics) == (SENTENCE, (ID,))
    _, location, _ = review(browser, name="how long icing is kept")
    assert "own%3Ahow-long-icing-is-kept" in location
    assert [each.ids for each in read_reviewed(corpus / "maple")][2:] == [("own:how-long-icing-is-kept",)]
    status, location, _ = browser.send("answers", topic="own:how-long-icing-is-kept", show="all", do="remove")
    assert status == 303
    assert "Removed the topic." in browser.get(location.removeprefix("./").partition("#")[0])
    assert answers(corpus) == ANSWERS


def test_a_topic_that_is_not_mentioned_keeps_its_ways_to_ask(browser: Browser, corpus: Path) -> None:
    make(browser)
    assert review(browser, verdict="silent")[0] == 303
    assert read_reviewed(corpus / "maple")[-1].questions == WAYS
    browser.until_built()
    assert f"does not mention {NAME}." in browser.desk.live.ask(WAYS[0]).opening
    assert browser.get(f"?show=gaps&topic={ID}").count("Ways to ask") == 1


def test_a_topic_gets_names_in_other_languages(browser: Browser, corpus: Path) -> None:
    make(browser)
    spanish = "cuánto se guardan las palabras de un pastel"
    assert review(browser, **{"verdict": "silent", "name-es": f" {spanish} ", "name-pt": "  "})[0] == 303
    assert read_reviewed(corpus / "maple")[-1].names == {"es": spanish}
    page = browser.get(f"?show=gaps&topic={ID}")
    assert f'id="name-es" name="name-es" lang="es" value="{spanish}"' in page
    assert 'id="name-pt" name="name-pt" lang="pt" value=""' in page
    browser.until_built()
    built = browser.desk.live.built
    assert built is not None
    assert f"no menciona {spanish}." in built.bot.ask(WAYS[0], language="es").opening
    status, _, page = review(browser, **{"verdict": "silent", "name-es": f"{spanish}."})
    assert (status, "The name in 'es' must be one line" in page) == (422, True)


def test_more_questions_are_added_to_the_topic_and_no_longer_offered(browser: Browser, corpus: Path) -> None:
    make(browser)
    store = open_store(browser.desk.settings)
    for number, question in enumerate((*WAYS, "are the words on my cake saved")):
        store.keep(Unanswered(f"cake {number}", "maple", Outcome.NOT_COVERED, question))
    store.close()
    browser.until_built()
    shared = browser.get("questions").split("Add a question")[0]
    assert "“are the words on my cake saved”" in shared
    assert f"“{WAYS[0]}”" not in shared
    assert f'<option value="{ID}">{WAYS[0]}</option>' in shared
    added = {"kind": "topic", "into": ID, "question": "are the words on my cake saved"}
    assert browser.send("questions", **added)[:2] == (303, "questions?done=added")
    assert read_reviewed(corpus / "maple")[-1].questions == (*WAYS, "are the words on my cake saved")
    assert (corpus / "maple" / "questions.jsonl").read_text(encoding="utf-8") == QUESTIONS
    assert "in the folder already" in browser.send("questions", **added)[2]


def test_a_group_that_asks_for_a_reviewed_topic_is_offered_to_it(browser: Browser) -> None:
    make(browser)
    review(browser)
    browser.until_built()
    store = open_store(browser.desk.settings)
    store.keep(Unanswered("near", "maple", Outcome.NOT_COVERED, "how long are inscriptions on cakes kept"))
    store.close()
    assert f'<option value="{ID}" selected>' in browser.get("questions")


def test_personal_data_is_removed_from_the_ways_to_ask(browser: Browser, corpus: Path) -> None:
    _, location, _ = make(browser, another="is kim@maple.example on my cake")
    assert "done=masked" in location
    review(browser, questions=f"{WAYS[0]}\nwrite to lee@maple.example\n{WAYS[1]}")
    assert "@maple" not in answers(corpus)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": " "}, "The name '' does not complete “The policy does not mention …”"),
        ({"name": "How long?"}, "The name 'How long?' does not complete"),
        ({"question": WAYS[0]}, "A topic of your own needs 2 different 'questions' or more: add some."),
        ({"question": [WAYS[0], WAYS[0].upper()]}, "A topic of your own needs 2 different 'questions' or more"),
        ({"question": []}, "There is no question: type one as a visitor would."),
        ({"question": ["will you sell me out", WAYS[0]]}, "This question is in the folder already."),
    ],
)
def test_a_topic_that_does_not_fit_gets_one_sentence(
    browser: Browser, corpus: Path, fields: dict[str, object], why: str
) -> None:
    status, _, page = make(browser, **fields)
    assert (status, why in page) == (422, True)
    assert answers(corpus) == ANSWERS
    assert make(browser, revision="old")[0] == 409


def test_two_topics_share_neither_a_name_nor_a_way_to_ask(browser: Browser, corpus: Path) -> None:
    make(browser)
    before = answers(corpus)
    assert "There is a topic with this name already" in make(browser, question=["who bakes", "who baked"])[2]
    assert "This question is in the folder already." in make(browser, name="cakes")[2]
    assert answers(corpus) == before
    make(browser, name="who bakes the cakes", question=["who bakes", "who baked"])
    before = answers(corpus)
    status, _, page = review(browser, name="who bakes the cakes")
    assert (status, "the topic 'who bakes the cakes' is in answer 3 too" in page) == (422, True)
    status, _, page = review(browser, questions=f"{WAYS[0]}\nWho bakes")
    assert (status, "the question 'who bakes' is in answer 3 too" in page) == (422, True)
    assert answers(corpus) == before
    assert f"{WAYS[0]}\nWho bakes</textarea>" in page  # what was typed is still there


def test_a_single_question_needs_another_way_to_ask(browser: Browser, corpus: Path) -> None:
    assert make(browser, question=WAYS[0], another=WAYS[1])[0] == 303
    assert read_reviewed(corpus / "maple")[-1].questions == WAYS


def test_an_unknown_topic_is_told_in_one_sentence(browser: Browser) -> None:
    status, _, page = browser.send("answers", topic="own:nothing", name="nothing", verdict="silent", do="review")
    assert (status, "There is no such topic" in page) == (422, True)


def test_the_checker_speaks_while_somebody_types(browser: Browser) -> None:
    found = browser.check(topic=ID, name=NAME, verdict="stated", cite="1", text_en="We sell cakes.")
    assert any("“sell”" in str(each) for each in found["objections"])  # type: ignore[attr-defined]

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.definitions import Definitions
from bot.opening import open_bot
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Outcome, Passage


def passage(index: int, text: str, *headings: str) -> Passage:
    return Passage(index, f"p-{index}", "p", "s0", headings, text, 0, len(text), text)


def definitions(*texts: str, heading: str = "About us") -> Definitions:
    return Definitions([passage(index, text, heading) for index, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("“Ticket Data” means what a reader notes.", "ticket data"),
        ('By "Ticket Data", we mean what a reader notes.', "ticket data"),
        ("Our readers note when you board (“Ticket Data”).", "ticket data"),
        ("We note your stops and times (together, the “Ticket Data” or “Taps”).", "taps"),
        ("Ticket Data refers to what a reader notes.", "ticket data"),
        ("What a reader notes is called “Ticket Data”.", "ticket data"),
        ('A "tap" is one use of a reader.', "tap"),
        ("The Regional Transit Board (RTB) sees the counts.", "rtb"),
        ("Rider (referred to as “You”) means whoever boards.", "rider"),
    ],
)
def test_a_term_is_defined(text: str, term: str) -> None:
    known = definitions("We run buses.", text)
    assert known.asked(f"what does {term} mean?") == 1


@pytest.mark.parametrize(
    "text",
    [
        "This means that we keep no names.",
        "Riders should refer to the map.",
        "Press “Delete” to remove your card.",
        "We ask questions (e.g. “Where do you board?”).",
        "Ask the front desk (TFD) if you are lost.",
    ],
)
def test_other_statements_define_nothing(text: str) -> None:
    known = definitions(text)
    for term in ("this", "riders", "riders should", "delete", "where do you board", "tfd"):
        assert known.asked(f"what is {term}?") is None


def test_a_glossary_defines_with_is_and_a_colon() -> None:
    texts = ("Taps are single uses of a reader.", "Reader: the box at the door.")
    known = definitions(*texts, heading="Definitions")
    assert [known.asked(f"what is a {term}") for term in ("tap", "reader")] == [0, 1]
    assert definitions(*texts).asked("what is a tap") is None


@pytest.mark.parametrize(
    "question",
    [
        "what does 'Log Data' mean?",
        "What do you mean by log data",
        "what is meant by the “Log Data”",
        "so what exactly is log data?",
        "what's log data",
        "define log data",
        "log data definition",
        "what is the definition of log data?",
        "how do you define Log Data in this policy?",
        "how is log data defined",
    ],
)
def test_a_meaning_is_asked_for_in_many_ways(question: str) -> None:
    assert definitions("We run buses.", "Servers note visits (“Log Data”).").asked(question) == 1


@pytest.mark.parametrize("question", ["what do you do with log data", "who sees the log data", "is log data kept?"])
def test_other_questions_on_a_term_ask_for_no_meaning(question: str) -> None:
    assert definitions("Servers note visits (“Log Data”).").asked(question) is None


def test_the_surest_definition_counts() -> None:
    known = definitions("We share it (“Log Data”).", "“Log Data” means what a server notes.")
    assert known.asked("what is log data") == 1


def test_what_is_only_used_has_the_statements_that_use_it() -> None:
    known = definitions("Staff with a “need to know” see it.", "We run buses.", "You need to know the stop.")
    assert known.using("what does 'need to know' mean here?") == (0, 2)
    assert known.using("what does 'stops' mean?") == (2,)
    assert known.using("who needs to know") == ()
    assert definitions(*["We run buses."] * 4).using("what is meant by buses") == ()


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_text_can_be_read(text: str, question: str) -> None:
    known = definitions(text)
    assert known.asked(question) in {None, 0}
    assert known.using(question) in {(), (0,)}


def test_a_bot_answers_with_the_definition(tmp_path: Path) -> None:
    policy = tmp_path / "transit.md"
    policy.write_text(
        "# Privacy Policy\n\nEffective May 1, 2024.\n\n## Riding\n\n"
        "Our readers note the stop and the time when you board (“Boarding Marks”). "
        "We share Boarding Marks with the planners of the county. We keep Boarding Marks for ninety days.\n\n"
        "## Contact\n\nWrite to privacy@transit.example.\n",
        encoding="utf-8",
    )
    bot = open_bot(Settings(home=tmp_path / "home"), str(policy))
    answer = bot.ask("What is meant by “Boarding Marks”?")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations[0].quote.endswith("when you board (“Boarding Marks”).")


def test_a_word_that_the_policy_uses_is_not_off_topic(bot: Bot) -> None:
    answer = bot.ask("what does byte mean")
    assert answer.outcome is Outcome.NOT_COVERED
    assert ["bytes" in citation.quote for citation in answer.related] == [True]

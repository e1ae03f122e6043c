from __future__ import annotations

import pytest

from bot.answering.understand import Asked, is_follow_up, needed_history, understand
from bot.settings import GuardSettings

FIRST = "Do you store my IP address?"


@pytest.mark.parametrize(
    "question",
    [
        "and for how long?",
        "What about cookies?",
        "why?",
        "who else can see them?",
        "is that legal?",
        "can I refuse?",
        "who else can read and copy those records?",
        "why not store addresses?",
        "How about children under thirteen years of age visiting your website?",
        "",
    ],
)
def test_a_follow_up_is_read_with_the_question_before_it(question: str) -> None:
    assert is_follow_up(question)
    assert needed_history(question, [FIRST]) == (FIRST,)


@pytest.mark.parametrize(
    "question",
    [
        "Do you sell personal information to advertisers?",
        "How long are server logs kept by Mass.gov?",
        "Which third-party tools collect analytics data on the website?",
        "If I disable it, will the persistent cookies that this website stores on my computer still be there?",
    ],
)
def test_a_complete_question_is_read_alone(question: str) -> None:
    assert not is_follow_up(question)
    assert needed_history(question, [FIRST]) == ()


def test_without_history_only_the_question_is_read() -> None:
    assert needed_history("and for how long?", []) == ()


def test_a_chain_of_follow_ups_reaches_back_to_a_complete_question() -> None:
    assert needed_history("why?", [FIRST, "and for how long?"]) == (FIRST, "and for how long?")
    assert needed_history("why?", ["and then?", FIRST]) == (FIRST,)


def test_a_chain_of_follow_ups_reaches_back_at_most_two_questions() -> None:
    assert needed_history("why?", [FIRST, "really?", "since when?"]) == ("really?", "since when?")


def test_the_question_is_read_after_the_one_it_follows() -> None:
    asked = understand("and for how long?", [FIRST], GuardSettings())
    assert asked == Asked("and for how long?", (FIRST,))
    assert asked.in_full == f"{FIRST} and for how long?"


def test_earlier_questions_are_cleaned_and_empty_ones_are_skipped() -> None:
    asked = understand("and why?", ["is my SSN 078-05-1120 public?", "  "], GuardSettings())
    assert asked.earlier == ("is my SSN [social security number] public?",)


def test_only_the_most_recent_questions_count() -> None:
    assert understand("why?", [FIRST, "really?", "since when?"], GuardSettings(max_history=1)).earlier == (
        "since when?",
    )
    assert understand("why?", [FIRST], GuardSettings(max_history=0)).earlier == ()

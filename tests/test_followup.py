from __future__ import annotations

import pytest

from bot.followup import leaves_out, search_text

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
def test_a_follow_up_is_read_with_what_it_follows(question: str) -> None:
    assert leaves_out(question)
    assert search_text(question, [FIRST]) == f"{FIRST} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Do you sell personal information to advertisers?",
        "How long are server logs kept by Mass.gov?",
        "Which third-party tools collect analytics data on the website?",
        "If I disable it, will the persistent cookies that this website stores on my computer still be there?",
    ],
)
def test_a_whole_question_stands_alone(question: str) -> None:
    assert not leaves_out(question)
    assert search_text(question, [FIRST]) == question


def test_without_history_there_is_only_the_question() -> None:
    assert search_text("and for how long?", []) == "and for how long?"


def test_a_chain_reaches_back_to_the_question_that_stands_alone() -> None:
    assert search_text("why?", [FIRST, "and for how long?"]) == f"{FIRST} and for how long? why?"
    assert search_text("why?", ["and then?", FIRST]) == f"{FIRST} why?"


def test_a_chain_reaches_back_two_questions_and_no_more() -> None:
    assert search_text("why?", [FIRST, "really?", "since when?"]) == "really? since when? why?"

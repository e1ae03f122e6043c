from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline import Bot
from bot.understanding.fronted import in_place


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Zundra who are they and do they sell my data", "who is Zundra and do they sell my data"),
        ("Zundra what is that and who owns it", "what is Zundra and who owns it"),
        ("trackers, what are they?", "what are trackers?"),
        ("the form on here is it encrypted", "is the form on here encrypted"),
        ("My photos: can others see them?", "can others see my photos?"),
        ("session cookies do you use them", "do you use session cookies"),
        ("my birthday who sees it", "who sees my birthday"),
        ("my order how long do you keep it", "how long do you keep my order"),
    ],
)
def test_what_is_named_first_is_put_in_its_place(question: str, expected: str) -> None:
    assert in_place(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "who are they",
        "is it safe",
        "hello is it safe",
        "I lost my card, how do I report it",
        "the dog ate my card, how do I report it",
        "My letter is long. Is it read?",
        "do you use cookies and do you sell them",
        "my data isn't sold, is it?",
        "my list should have carrots on it",
        "cookies, how long and do they have my name",
        "who sees my email",
        "",
    ],
)
def test_other_questions_stay_as_they_are(question: str) -> None:
    assert in_place(question) == question


@given(st.lists(st.sampled_from("my form , is it they who are what do you sell - ? . can how long".split())))
def test_no_text_is_too_odd(words: list[str]) -> None:
    assert isinstance(in_place(" ".join(words)), str)


def test_both_questions_about_what_is_named_first_are_answered(bot: Bot) -> None:
    answer = bot.ask("formstack, who are they and is my name sold by them")
    assert [part.question for part in answer.parts] == ["Who is formstack?", "Is my name sold by them?"]
    first, second = answer.parts
    quotes = {citation.number: citation.quote for citation in answer.citations}
    assert any("form service providers" in quotes[number] for number in second.citations)
    assert first.citations[0] not in second.citations

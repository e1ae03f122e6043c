"""A question is shown as a person would write it, or not at all."""

from __future__ import annotations

import pytest

from bot.understanding.restating import restated


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("ok and so how long do u keep ur logs tho", "How long do you keep your logs?"),
        ("do you keep the cookies I guess?", "Do you keep the cookies?"),
        ("can i see it or no?", "Can I see it?"),
        ("so you keep it?", "Do you keep it?"),
        ("do you keep my ip?", "Do you keep my IP?"),
        ("what is that?", "What is that?"),
        ("is what I send kept if it is old?", "Is what I send kept if it is old?"),
    ],
)
def test_a_question_is_shown_without_fillers(question: str, shown: str) -> None:
    assert restated(question) == shown


@pytest.mark.parametrize(
    "question",
    [
        "is is it kept?",
        "my english is not good",
        "does it list: cards?",
        "is it ok for her? she is ten",
        "does you use it?",
        "isn't one and two are the same?",
        "",
    ],
)
def test_what_does_not_read_well_is_not_shown(question: str) -> None:
    assert restated(question) is None

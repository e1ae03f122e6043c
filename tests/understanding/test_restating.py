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
    ],
)
def test_a_question_is_shown_without_fillers(question: str, shown: str) -> None:
    assert restated(question) == shown


@pytest.mark.parametrize("question", ["is is it kept?", "my english is not good", "does it list: cards?", ""])
def test_what_does_not_read_well_is_not_shown(question: str) -> None:
    assert restated(question) is None


def test_only_the_question_before_is_shown() -> None:
    assert restated("and why?", "I sent a form. do you keep it?") == "Do you keep it? Why?"
    assert restated("and why?", "I sent a form.") is None

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.types import Outcome
from bot.understanding.stories import readings


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "I uploaded my license to a form this morning! who can see it",
            ("who can see my license to a form?", "who can see my license?", "who can see the form?"),
        ),
        ("my aunt put her bank account in a survey. is it safe?", "is her bank account safe?"),
        ("We mailed photos of our garden yesterday, are they public", "are the photos public?"),
        ("i typed my phone number in a form last night do you still have it", "do you still have my phone number?"),
        ("Oh no. I sent a file. How long do you keep it?", "How long do you keep the file?"),
        ("so someone calls me all day. did you guys sell my number?", "did you sell my number?"),
        ("I live on a boat. Do you use cookies?", "Do you use cookies?"),
    ],
)
def test_a_question_after_a_story_is_read_with_its_things(question: str, expected: str | tuple[str, ...]) -> None:
    found = readings(question)
    assert found == expected if isinstance(expected, tuple) else expected in found


@pytest.mark.parametrize(
    "question",
    [
        "who can see my form",
        "do you sell my number? I get calls all day.",
        "I want to know who can see my form",
        "tell me what you do with my name",
        "I used another name. is it a problem?",
        "my sister came by. when did that happen?",
        "I read the rules. are they fair?",
        "if I delete my account do you keep my name",
        "people who visit and who sign up",
        "I sent a form.",
        "",
    ],
)
def test_without_a_story_or_a_thing_there_is_no_other_reading(question: str) -> None:
    assert readings(question) == ()


def test_what_is_found_without_the_story_answers(bot: Bot) -> None:
    answer = bot.ask("omg I put my diploma scan in the wrong form on sunday! can anyone see that")
    assert (answer.outcome, answer.read_as) == (Outcome.ANSWERED, "Can anyone see the form?")
    assert "need to know" in answer.citations[0].quote


def test_a_story_that_is_answered_as_a_whole_stays_whole(bot: Bot) -> None:
    answer = bot.ask("I sent a form. How long do you keep it?")
    assert (answer.outcome, answer.read_as) == (Outcome.ANSWERED, None)


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("My bus pass is gone. how do I get another one", Outcome.OFF_TOPIC),
        ("I am 12. Can I use this site?", Outcome.NOT_COVERED),
        ("I am hungry! which restaurants are open", Outcome.OFF_TOPIC),
    ],
)
def test_what_is_not_answered_without_the_story_stays_refused(bot: Bot, question: str, outcome: Outcome) -> None:
    answer = bot.ask(question)
    assert (answer.outcome, answer.read_as) == (outcome, None)

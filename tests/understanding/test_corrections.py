"""What a visitor means takes the place of what is not meant, in the last question that has a place for it."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.types import Outcome
from bot.understanding.corrections import Correction, asked_by, correction_in


def asked(message: str, *earlier: str) -> str:
    correction = correction_in(message)
    assert correction is not None
    return asked_by(correction, earlier)[0]


@pytest.mark.parametrize(
    ("message", "before", "question"),
    [
        ("No, I meant my photos", "do you keep my name?", "do you keep my photos?"),
        ("my photos, I mean", "do you keep my name?", "do you keep my photos?"),
        ("not my name, my photos", "do you keep my name?", "do you keep my photos?"),
        ("I mean my photos lol not my name", "do you keep my name?", "do you keep my photos?"),
        ("I was asking about my photos, not my name.", "and who sees it?", "who sees my photos?"),
        ("That's about cookies, I asked about my photos!", "who sees that?", "who sees my photos?"),
        ("I don't mean the name, I mean the photos", "do you keep it?", "do you keep the photos?"),
        ("Photos forever I mean, not the name", "do you keep it forever?", "do you keep photos forever?"),
        ("I meant through my phone", "can you find me?", "can you find me through my phone?"),
        ("not on my tablet, on my phone", "is it kept on my tablet?", "is it kept on my phone?"),
        ("Not the name, on the phone. The photos I guess", "would anything stay on it?",
         "would the photos stay on the phone?"),
        ("not the landlord, you", "do they sell it?", "do you sell it?"),
        ("I meant my landlord", "does anyone see it?", "does my landlord see it?"),
        ("I meant letters and calls", "how do the two differ?", "how do letters and calls differ?"),
        ("no, not my name, cookies", "what do you collect when I visit?", "do you collect cookies when I visit?"),
        ("I meant now, not last year", "who sees my mail?", "who sees my mail now?"),
        ("Not my name", "do you keep it?", "do you keep it?"),
        ("I'm asking about birth dates.", "does it list what is exempt?", "does it list what is exempt: birth dates?"),
    ],
)  # fmt: skip
def test_what_is_meant_takes_the_place_of_what_is_not(message: str, before: str, question: str) -> None:
    assert asked(message, before) == question


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("That's not what I asked. Who reads my mail?", "Who reads my mail?"),
        ("you didn't answer me. who reads my mail", "who reads my mail?"),
        ("No, I'm asking who reads my mail", "who reads my mail?"),
        ("I mean if I send a letter, who reads it?", "if I send a letter, who reads it?"),
        ("I meant my mail. Does the policy cover it?", "Does the policy cover my mail?"),
        ("No, I mean the tax office. What's their address?", "What's the tax office’s address?"),
        ("I asked about the mail. Is mail kept?", "Is mail kept?"),
    ],
)
def test_a_question_in_a_correction_stands_by_itself(message: str, question: str) -> None:
    assert asked(message, "do you keep my name?") == question


@pytest.mark.parametrize("message", ["Yes or no, you give my name?", "you just said that", "I don't understand"])
def test_the_last_question_is_asked_again(message: str) -> None:
    assert asked(message, "do you give my name to the police?") == "do you give my name to the police?"


def test_what_was_told_stays_before_the_question() -> None:
    before = "I sent a letter. Who are you? Do you keep my name?"
    assert asked("No, I meant my photos", before) == "I sent a letter. Do you keep my photos?"


def test_without_a_question_before_it_says_what_it_is_about() -> None:
    assert asked("I meant my photos") == "what about my photos"


@pytest.mark.parametrize(
    "message",
    [
        "do you keep my name?",
        "I mean it",
        "not sure",
        "not even in private mode?",
        "not my name?",
        "I only look, not write anything. Do you know me?",
        "I want to know if you sell my data",
        "I asked you to delete my data",
        "what I meant to keep",
        "no",
        "",
    ],
)
def test_what_corrects_nothing(message: str) -> None:
    assert correction_in(message) is None


def test_a_text_that_names_only_what_is_not_meant_is_left_out() -> None:
    correction = Correction(("the email address",), ("the IP address", "it"), "")
    assert correction.leaves_out("We store your IP address.")
    assert not correction.leaves_out("We store your IP address and emails.")
    assert not correction.leaves_out("We store your name.")


def test_the_answer_leaves_out_what_is_not_meant(bot: Bot) -> None:
    answer = bot.ask("the pages I look at, not my IP address", ["do you keep my IP address?"])
    assert (answer.outcome, answer.read_as) == (Outcome.ANSWERED, "Do you keep the pages I look at?")
    assert all("IP" not in citation.quote for citation in answer.citations)


def test_a_statement_that_names_what_is_not_meant_comes_not_first(bot: Bot) -> None:
    before = "what do you collect when I visit?"
    assert "IP" in bot.ask(before).citations[0].quote
    answer = bot.ask("Not the IP address", [before])
    assert answer.citations or answer.related
    assert all("IP" not in citation.quote for citation in (*answer.citations, *answer.related))


def test_what_is_meant_is_answered_by_a_statement_that_names_both(bot: Bot) -> None:
    answer = bot.ask("the date and time, not the IP address", ["do you keep my IP address?"])
    assert answer.outcome is Outcome.ANSWERED
    assert "date and time" in answer.citations[0].quote


def test_the_same_answer_is_not_given_again(bot: Bot) -> None:
    first = bot.ask("how long do you keep my IP address?")
    again = bot.ask(
        "That's not what I asked. How long do you keep my IP address?", ["how long do you keep my IP address?"]
    )
    assert again.act == "complaint"
    shown = {citation.passage_id for citation in first.citations}
    assert shown.isdisjoint(citation.passage_id for citation in (*again.citations, *again.related))

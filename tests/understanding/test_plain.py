"""Marks, courtesies, and capitals change nothing, and what the site is told to do is a question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline import Bot
from bot.types import Outcome
from bot.understanding.plain import as_question, plain

SETS = Path("evals/sets")
QUESTIONS = st.sampled_from(
    [
        json.loads(line)["question"]
        for name in ("massgov_dev", "voices_a", "voices_b")
        for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
)
ENDS = st.sampled_from(["", ".", "!", "?", "!!!", "??", "?!", " ...", "…", " !"])
COURTESIES = st.sampled_from(
    ["", " Thanks!", " thank you so much", ", pls!!", " Thanks in advance.", " Thank you for your help. Bye!"]
)
GREETINGS = st.sampled_from(["", "Hi, ", "hello there! ", "Good morning. "])


@given(QUESTIONS, GREETINGS, ENDS, COURTESIES)
def test_marks_and_courtesies_change_nothing(question: str, greeting: str, end: str, courtesy: str) -> None:
    bare = question.rstrip(" .,;:!?…")
    mark = "?" if "?" in end else ""
    assert as_question(plain(f"{greeting}{bare}{end}{courtesy}")) == as_question(plain(f"{bare}{mark}"))


@given(QUESTIONS)
def test_capitals_throughout_are_small_letters(question: str) -> None:
    assert as_question(plain(question.upper())) == as_question(plain(question.lower()))


@given(st.text(max_size=100))
def test_any_text_stays_a_text_with_words(text: str) -> None:
    assert bool(plain(text)) == bool(text)


@pytest.mark.parametrize(
    "text", ["Thanks", "", "??", "[email]", "IP", "cookies", "is my feedback appreciated", "why do you say thanks"]
)
def test_what_is_asked_stays(text: str) -> None:
    assert plain(text).casefold() == text.casefold()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("ok so who sees it", "so who sees it"),
        ("lol ok. who sees it?", "who sees it?"),
        ("Thanks! And my photos?", "And my photos?"),
        ("sorry, wait - and my photos", "and my photos"),
        ("No. Who sees it?", "Who sees it?"),
        ("That sounds hard. Who sees it?", "Who sees it?"),
        ("ok back to my question. Who sees it?", "Who sees it?"),
        ("thanks. last one: who sees it?", "who sees it?"),
        ("ok, now something else: who sees it?", "who sees it?"),
        ("One more thing: who sees it?", "who sees it?"),
        ("and another question - who sees it", "who sees it"),
        ("I have a quick question. Who sees it", "Who sees it"),
        ("question: who sees it", "who sees it"),
    ],
)
def test_what_is_said_to_the_answer_or_to_the_question_before_is_left_out(text: str, asked: str) -> None:
    assert plain(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "right to be forgotten",
        "ok",
        "well-known sites",
        "good cookies",
        "i mean it",
        "i meant you",
        "no photos",
        "forms, questions: who sees them",
    ],
)
def test_what_may_be_the_question_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("STOP SELLING MY DATA!!!", "can you stop selling my data?"),
        ("please stop tracking me", "can you stop tracking me?"),
        ("Show me my data", "can you Show me my data?"),
        ("selling", "do you sell my data?"),
        ("Delete!", "can I delete my data?"),
        ("remove me from your list", "can you remove me from your list?"),
        ("take my photo down", "can you take my photo down?"),
        ("Tell me what you know about me", "can you Tell me what you know about me?"),
        ("I do not want my IP stored", "is my IP stored?"),
        ("i don't want my survey answers to be public", "is my survey answers public?"),
        ("Tell me a joke", "Tell me a joke"),
        ("get me a flight", "get me a flight"),
        ("remove ginger ale from my shopping list", "remove ginger ale from my shopping list"),
        ("stop the music!", "stop the music"),
    ],
)
def test_what_the_site_is_told_is_asked(told: str, asked: str) -> None:
    assert as_question(plain(told)) == asked


@pytest.mark.parametrize("text", ["STOP SELLING MY DATA!!!", "Stop tracking me", "Do you sell my data. Thanks!"])
def test_the_visitor_is_told_of_no_other_reading(bot: Bot, text: str) -> None:
    answer = bot.ask(text)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.read_as is None
    assert answer.parts == ()

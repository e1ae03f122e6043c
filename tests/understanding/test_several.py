from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.several import as_heading, asks, compared, halves, split


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("do you sell my data and how long do you keep it?", ["do you sell my data", "how long do you keep it?"]),
        ("what do you log? can i turn it off? who do i ask",
         ["what do you log?", "can i turn it off?", "who do i ask"]),
        ("I sent a form. How long do you keep it? Who sees it?",
         ["I sent a form. How long do you keep it?", "Who sees it?"]),
        ("what is logged and can such logs be deleted?", ["what is logged", "can such logs be deleted?"]),
        ("tell me what you collect and how you use it", ["tell me what you collect", "how you use it"]),
        ("Do you sell data? And what about cookies?", ["Do you sell data?", "And what about cookies?"]),
        ("Do you share it? If yes, can I opt out?", ["Do you share it?", "If yes, can I opt out?"]),
        ("what do you log, who sees it, and how long is it kept?",
         ["what do you log", "who sees it", "how long is it kept?"]),
        ("why do you need it, who can look at it, and when is it erased?",
         ["why do you need it", "who can look at it", "when is it erased?"]),
        ("do you encrypt emails and are backups kept?", ["do you encrypt emails", "are backups kept?"]),
        ("1) do you use cookies 2) who can I call", ["do you use cookies", "who can I call"]),
        ("a. is it sold b. who sees it", ["is it sold", "who sees it"]),
        ("how are you? do you sell data and is it safe", ["how are you? do you sell data", "is it safe"]),
    ],
)  # fmt: skip
def test_several_questions_are_split(question: str, parts: list[str]) -> None:
    assert list(split(question)) == parts


@pytest.mark.parametrize(
    "question",
    [
        "see section 1. do you share it with b. dylan",
        "do you collect and store my IP address", "names and addresses", "cookies and similar tools",
        "do you sell or share my data", "is it safe and secure", "I filled out a form. How long do you keep it?",
        "hi, do you sell data?", "how are you? do you sell my data", "when I visit, do you track me",
        "can you see what I type and where I click", "do you collect data, which is shared with others",
        "do you share it with staff, who can read it", "what is collected and is then deleted",
        "can I see what is kept and is public", "do you share it with people who sign up and who pay",
        "do you keep it or do you delete it", "do you sell my data? yes or no?", "do you comply with U.S. law?",
    ],
)  # fmt: skip
def test_one_question_stays_one(question: str) -> None:
    assert split(question) == (question,)


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("do i have to pay", "Do I have to pay?"),
        ("and do you text people?", "Do you text people?"),
        ("And also, can I opt out", "Can I opt out?"),
        ("tell me what you keep", "Tell me what you keep."),
        ("android phones", "Android phones?"),
        ("and", "And?"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_a_heading_is_the_question_alone(question: str, heading: str) -> None:
    assert as_heading(question) == heading


def test_there_are_at_most_four_parts_and_no_word_is_lost() -> None:
    parts = split("do you log me? do you sell it? do you keep it? do you encrypt it? do you share it?")
    assert len(parts) == 4
    assert parts[3] == "do you encrypt it? do you share it?"


@given(st.lists(st.sampled_from("do you sell it ? . , and what who is the data how long if so ; can i".split())))
def test_every_text_has_parts_in_its_own_words(words: list[str]) -> None:
    text = " ".join(words)
    parts = split(text)
    assert 1 <= len(parts) <= 4
    kept = " ".join(parts).split()
    assert all(kept.count(word) <= words.count(word) for word in kept)


@pytest.mark.parametrize(
    ("question", "two"),
    [
        ("face scans or GPS data", ("face scans", "GPS data")),
        ("are there trackers and pixels used?", ("are there trackers used", "are there pixels used")),
        ("is there any profiling or microphone access", ("is there any profiling", "is there any microphone access")),
        ("do you collect my age or my fingerprints", ("do you collect my age", "do you collect my fingerprints")),
        ("do you read my mail or record calls", ("do you read my mail", "do you record calls")),
        ("do you collect and share my info", ("do you collect my info", "do you share my info")),
        (
            "will the site keep or read forms I send?",
            ("will the site keep forms I send", "will the site read forms I send"),
        ),
        ("will it sell or read my mail", ("will it sell my mail", "will it read my mail")),
        ("will my sister's name be kept or sold", ("will my sister's name be kept", "will my sister's name be sold")),
        ("can notes be easily lost or sold to shops", ("can notes be easily lost", "can notes be sold to shops")),
        ("are photos encrypted and kept here", ("are photos encrypted", "are photos kept here")),
        ("is my private mail sold or shared", ("is my private mail sold", "is my private mail shared")),
        ("are orders kept forever or deleted", ("are orders kept forever", "are orders deleted")),
        ("are you allowed or required to ask", None),
        ("are my name and address sold", None),
        ("will my name or address be sold", None),
        ("is it or is it not kept", None),
        ("do you sell or share", None),
        ("do you sell it or not", None),
        ("who sees my name or age", None),
        ("age, name or email or phone", None),
        ("is it safe or dangerous", None),
        ("cookies", None),
        ("or", None),
        ("", None),
    ],
)
def test_the_halves_of_a_question_are_asked_alike(question: str, two: tuple[str, str] | None) -> None:
    found = halves(question)
    assert (found and found[:2]) == two


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("I sent a form. who sees it", True),
        ("I was there, do you know that", True),
        ("really?", True),
        ("tell me what you keep", True),
        ("I sent a form.", False),
        ("who knows", False),
    ],
)
def test_whether_a_message_asks_something(message: str, expected: bool) -> None:
    assert asks(message) is expected


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("can I see and delete my records?", True),
        ("are my records kept or deleted", True),
        ("do you read my mail or record calls", False),
        ("do you collect my age or my fingerprints", False),
        ("cookies and pixels", False),
    ],
)
def test_a_pair_of_verbs_has_one_object(question: str, pair: bool) -> None:
    found = halves(question)
    assert found is not None
    assert found.is_pair is pair


@pytest.mark.parametrize(
    ("question", "each"),
    [
        (
            "What's the difference between daily and weekly passes?",
            ("what are daily passes?", "what are weekly passes?"),
        ),
        ("how is a pass different from a ticket", ("what is a pass?", "what is a ticket?")),
        ("how are passes different from paper ones", ("what are passes?", "what are paper passes?")),
        ("how do you differ from other sites", ()),
        ("what is the difference", ()),
    ],
)
def test_a_comparison_asks_what_each_thing_is(question: str, each: tuple[str, ...]) -> None:
    assert compared(question) == each

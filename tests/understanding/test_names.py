"""An owner's names in a question: which ones mean "you", and which belong to somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.names import OwnNames

BAKERY = OwnNames(["Maple Bakery", "Maple Bakery Ltd", "maplebakery.com"])


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("does Maple Bakery sell my data", "do you sell my data"),
        ("Does maple bakery sell my data?", "Do you sell my data?"),
        ("is Maple Bakery GDPR compliant?", "are you GDPR compliant?"),
        ("what is Maple Bakery's email address", "what is your email address"),
        ("Maple Bakery’s cookies?", "Your cookies?"),
        ("tell me what Maple Bakery collects about me", "tell me what you collect about me"),
        ("how long does maple-bakery keep it", "how long do you keep it"),
        ("does the Maple Bakery website use cookies", "does your website use cookies"),
        ("delete my Maple Bakery account", "delete my account"),
        ("does maplebakery.com use cookies", "do you use cookies"),
        ("what happens on maplebakery.com", "what happens on your site"),
        ("the privacy policy of Maple Bakery", "your privacy policy"),
        ("doesn't Maple Bakery share my data", "don't you share my data"),
        ("if Maple Bakery doesn't sell data, why ads", "if you don't sell data, why ads"),
        ("Has Maple Bakery ever sold my data", "Have you ever sold my data"),
        ("how do I reach Maple Bakery Ltd?", "how do I reach you?"),
        ("hasn't Maple Bakery been hacked", "haven't you been hacked"),
        ("does Google or Maple Bakery sell my data", "does Google or you sell my data"),
        ("is Maple Bakery giving my data to banks", "are you giving my data to banks"),
        ("does Maple Bakery store my data", "do you store my data"),
        ("can Maple Bakery contact me", "can you contact me"),
        ("does Maple Bakery record calls", "do you record calls"),
        ("does the Maple Bakery store sell my data", "does your store sell my data"),
        ("can I write to Maple Bakery support", "can I write to your support"),
        ("who sees my Maple Bakery orders", "who sees my orders"),
    ],
)
def test_the_owners_names_mean_you(asked: str, read: str) -> None:
    assert BAKERY.as_you(asked) == read


@pytest.mark.parametrize(
    "asked",
    [
        "does Maple Bakery Supply sell my data",
        "does Old Maple Bakery sell my data",
        "does Maple Bakery & Sons keep data",
        "does Maple Bakery and Co sell data",
        "write to info@maplebakery.com",
        "is maplebakery.company safe",
        "does Maple Bakerysoft sell data",
        "does Google sell my data",
        "does sub.maplebakery.com track me",
        "do the friends of maple bakery get my address",
    ],
)
def test_other_organizations_stay_what_they_are(asked: str) -> None:
    assert BAKERY.as_you(asked) == asked


def test_abbreviations_and_ordinary_words() -> None:
    registry = OwnNames(["Registry of Motor Vehicles", "RMV"])
    assert registry.as_you("does the RMV sell my data") == "do you sell my data"
    assert registry.as_you("does the rmv sell my data") == "do you sell my data"
    assert registry.as_you("is this an rmv") == "is this an rmv"
    signal = OwnNames(["Signal"])
    assert signal.as_you("is there a signal from my phone") == "is there a signal from my phone"
    assert signal.as_you("does the signal track me") == "does the signal track me"
    assert signal.as_you("does signal sell my data") == "do you sell my data"
    assert signal.as_you("Is Signal tracking me") == "Are you tracking me"


LIBRARY = OwnNames(["Alder Library", "the Library", "the Town Library", "Parks"])


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("does the library share what I borrow", "do you share what I borrow"),
        ("Does the Town Library store my searches?", "Do you store my searches?"),
        ("is the library selling my data", "are you selling my data"),
        ("the library's cameras", "Your cameras"),
        ("does the library website track me", "does your website track me"),
        ("can I get a copy from the library?", "can I get a copy from you?"),
        ("does Parks share my data", "do you share my data"),
    ],
)
def test_what_people_call_the_owner_means_you(asked: str, read: str) -> None:
    assert LIBRARY.as_you(asked) == read


@pytest.mark.parametrize(
    "asked",
    [
        "does a library share what I borrow",
        "is my library card safe",
        "does the library card expire",
        "does the library of congress see it",
        "does the library board see it",
        "do the friends of the library get my address",
        "are there cameras at the library",
        "does the Library Guild see it",
        "does the state library see it",
        "do parks have cameras",
    ],
)
def test_the_same_words_for_something_else(asked: str) -> None:
    assert LIBRARY.as_you(asked) == asked


def test_a_long_question_is_read_to_its_end() -> None:
    many = 60 * "does Google sell my data, or does Maple Bakery sell my data, "
    assert BAKERY.as_you(many) == many.replace("does Maple Bakery", "do you")


@given(words=st.text(max_size=80))
def test_a_question_without_the_names_is_unchanged(words: str) -> None:
    if "maple" not in words.lower():
        assert BAKERY.as_you(words) == words


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_any_question_can_be_read(before: str, after: str) -> None:
    assert isinstance(BAKERY.as_you(f"{before} Maple Bakery {after}"), str)


def test_without_names_nothing_changes() -> None:
    assert OwnNames(()).as_you("does Maple Bakery sell") == "does Maple Bakery sell"

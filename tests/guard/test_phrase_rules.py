from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.phrases import END, START, Phrases

PARTS = {"i": "i im ive"}


def occurs(phrase: str, text: str) -> bool:
    phrases, words = Phrases([phrase], PARTS), [START, *text.split(), END]
    found = phrases.found(words)
    assert phrases.may_occur(words) or not found
    return bool(found)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("a b", "x a b y", True),
        ("a b", "a x b", False),
        ("a/c b", "c b", True),
        ("{i} b", "ive b", True),
        ("a x? b", "a b", True),
        ("a x? b", "a x b", True),
        ("a x? y? b", "a y b", True),
        ("a x? b", "a z b", False),
        ("a .. b", "a b", True),
        ("a .. b", "a 1 2 3 4 b", True),
        ("a .. b", "a 1 2 3 4 5 b", False),
        ("< a", "a b", True),
        ("< a", "b a", False),
        ("a >", "b a", True),
        ("a >", "a b", False),
        ("a a b", "a a a b", True),
        ("想 .. 死", "我 想 去 死", True),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str, found: bool) -> None:
    assert occurs(phrase, text) is found


def test_a_gap_does_not_cross_the_end_of_a_sentence() -> None:
    assert not Phrases(["a .. b"], {}).found([START, "a", END, START, "b", END])


def test_a_phrase_may_occur_only_with_its_rarest_word() -> None:
    phrases = Phrases(["{i} .. want to die", "< who is >"], PARTS)
    assert phrases.may_occur(["i", "die"])
    assert not phrases.may_occur([START, "i", "want", "to", "know", END])


ELEMENTS = st.sampled_from(["a", "b", "c", "a/b", "c?", "a?", ".."])


@given(st.lists(st.lists(ELEMENTS, min_size=1, max_size=5), min_size=1, max_size=4), st.text("abcd", max_size=12))
def test_all_phrases_at_once_agree_with_regular_expressions(phrases: list[list[str]], text: str) -> None:
    # A phrase starts and ends with a word that must be there.
    written = [f"a {' '.join(phrase)} b" for phrase in phrases]
    patterns = {"..": "[abcd]{0,4}", "a/b": "[ab]"}
    wanted = {
        index
        for index, phrase in enumerate(written)
        if re.search("".join(patterns.get(element, element) for element in phrase.split()), text)
    }
    together, words = Phrases(written, {}), [START, *text, END]
    assert together.found(words) == wanted
    assert together.may_occur(words) or not wanted

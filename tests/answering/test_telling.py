from __future__ import annotations

import pytest

from bot.answering.telling import share_of_words, telling_words
from bot.index.lexical import Lexical

TEXTS = ["We keep your photos for a month.", "We keep the map.", "We keep the fee.", "Cookies are erased."]


def test_what_every_sentence_may_say_is_not_telling() -> None:
    assert telling_words("Do you share my data with the site, or its photos?") == {"photo", "my"}
    assert telling_words("What do we collect?") == frozenset()


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    lexical = Lexical(TEXTS)
    rare = share_of_words("do you keep photos", "Photos", lexical)
    frequent = share_of_words("do you keep photos", "We keep it", lexical)
    assert rare is not None
    assert frequent is not None
    assert rare + frequent == pytest.approx(1)
    assert rare > 0.7


@pytest.mark.parametrize(
    ("question", "statement", "share"),
    [
        ("are my photos erased?", "We erase a photo.", 1),
        ("are my photos erased?", "We bake bread.", 0),
        ("do you do that with my data?", "We do.", None),
        ("", "We do.", None),
    ],
)
def test_share_of_words(question: str, statement: str, share: float | None) -> None:
    assert share_of_words(question, statement, Lexical(TEXTS)) == share

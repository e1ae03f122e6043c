"""Whether a word in lowercase is the name of a company or a product, such as "gitlab", or may be: "quorvex"."""

from __future__ import annotations

import functools
from importlib.resources import files

from bot.understanding.english import is_english

_LISTED = "# Companies, products and services"
# Shorter words that are in no list are rather typing errors.
_LEAST_CHARS = 5


def is_company(word: str) -> bool:
    """Return whether a word in lowercase is in the list of companies, products and services."""
    return word in _companies()


def may_be_company(word: str) -> bool:
    """Return whether a word in lowercase is in no list of words, so that it may be the name of a company."""
    return len(word) >= _LEAST_CHARS and word.isalpha() and not is_english(word)


@functools.cache
def _companies() -> frozenset[str]:
    text = files("bot.understanding").joinpath("words", "other.txt").read_text(encoding="utf-8")
    return frozenset(text.partition(_LISTED)[2].partition("#")[0].split())

"""English words, so that no right word is taken for a misspelled one.

`words/english.txt` is SCOWL (http://wordlist.aspell.net), the list of the usual spell checkers, in American and British
spelling with common names; `scripts/word_list.py` writes it. `words/other.txt` has what it lacks: products, services,
abbreviations, terms of the web, and what people write in a chat. A set of these words would take 12 MB and 20 ms; the
lines take 1.6 MB and 9 ms, and a word is found in a line of about 300 characters.
"""

from __future__ import annotations

import functools
from importlib.resources import files


def is_english(word: str) -> bool:
    """Return whether a word in lowercase, with straight apostrophes, is in the lists."""
    return is_plain_english(word) or word in _others()


def is_plain_english(word: str) -> bool:
    """Return whether a word is English and no name of a product, no abbreviation, and nothing people write in a chat.

    word: in lowercase.
    """
    return f" {word} " in _by_start().get(word[:3], "")


@functools.cache
def _by_start() -> dict[str, str]:
    """Return the words between spaces, by their first three letters. A line has those with the same."""
    return {line[:3]: f" {line} " for line in _read("english.txt")}


@functools.cache
def _others() -> frozenset[str]:
    lines = (line for line in _read("other.txt") if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


def _read(name: str) -> list[str]:
    return files("bot.understanding").joinpath("words", name).read_text(encoding="utf-8").splitlines()

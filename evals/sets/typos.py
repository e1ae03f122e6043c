"""Misspells words as people do, the same way in every run.

A typo swaps two letters, drops one, adds any one, or replaces one by any other. Only words of four or more letters get
one, at most one each, and never at the last letter.
"""

from __future__ import annotations

import random
import re
import string

_WORD = re.compile(r"[A-Za-z]{4,}")


def with_typos(text: str, count: int, seed: str) -> str:
    """Return a text with a typo in each of `count` of its words, or in as many as there are."""
    rng = random.Random(f"{seed} {count}")
    words = list(_WORD.finditer(text))
    for word in sorted(rng.sample(words, min(count, len(words))), key=lambda match: -match.start()):
        text = text[: word.start()] + _typo(word[0], rng) + text[word.end() :]
    return text


def _typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    other = rng.choice(string.ascii_lowercase.replace(letter.lower(), ""))
    return rng.choice([before + after[0] + letter + after[1:], before + after, before + other + letter + after,
                       before + other + after])  # fmt: skip

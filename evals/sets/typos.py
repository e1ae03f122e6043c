"""Puts one-letter typos into questions. The same question always gets the same ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

# Typos in shorter words more often make another word.
_WORD = re.compile(r"([A-Za-z]{4,})")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def misspelled(question: str, most: int) -> Iterator[str]:
    """Yield a question with 1 to `most` typos, 3 or fewer, each in another word as long as there are some.

    A typo swaps two letters, drops one, doubles one, or hits the key next to it. Yields nothing if no word has four
    letters.
    """
    generator = random.Random(question)
    pieces = _WORD.split(question)
    words = list(range(1, len(pieces), 2))
    generator.shuffle(words)
    made = [question]
    for count in range(most if words else 0):
        place = words[count % len(words)]
        word = pieces[place]
        while "".join(pieces) in made:  # swapping two equal letters changes nothing, and a typo may undo another
            pieces[place] = _misspell(word, generator)
        made.append("".join(pieces))
        yield made[-1]


def _misspell(word: str, generator: random.Random) -> str:
    """Return a word with one typo, which may change nothing. word: at least two letters."""
    at = generator.randrange(len(word) - 1)
    letter, after = word[at], word[at + 1 :]
    return generator.choice(
        [
            word[:at] + after[0] + letter + after[1:],
            word[:at] + after,
            word[:at] + letter + letter + after,
            word[:at] + _key_next_to(letter, generator) + after,
        ]
    )


def _key_next_to(letter: str, generator: random.Random) -> str:
    row = next(row for row in _KEYBOARD if letter.lower() in row)
    at = row.index(letter.lower())
    near = generator.choice(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
    return near.upper() if letter.isupper() else near

"""Message -> the plain message that the rules for personal data read.

It has compatibility forms and accents resolved, hidden characters removed, each run of white space as one space,
look-alikes and the digits of all scripts as ASCII, three or more spoken digits ("six one seven") as digits, and each
mask as one character.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.guard.personal_data_file import DATA, HIDDEN, MASK, compiled

# Python's `lower` also changes other letters, and the length of a text.
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
# The character that stands for a mask.
_TAKEN: str = DATA["parts"]["taken"]
_BLANK = re.compile(DATA["blank"])
_ALIKE = str.maketrans({other: same for same, others in DATA["alike"].items() for other in others})
_SPOKEN_DIGIT = compiled("|".join(f"({words})" for words in DATA["spoken"]))
_SPOKEN = compiled(f"(?<![a-z])(?:(?:{'|'.join(DATA['spoken'])})(?![a-z])[ ,.-]{{0,2}}){{3,32}}")
# The letters O and l, typed for the digits 0 and 1.
_TYPED_LETTER = re.compile(r"(?<=\d)[olOL](?=[\d-])|(?<=-)[olOL](?=\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlainMessage:
    """A plain message. spans: for each of its characters, the span of the original text that it comes from."""

    text: str
    spans: list[tuple[int, int]]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that a span of this one comes from."""
        return self.spans[start][0], self.spans[end - 1][1]

    def widened(self, start: int, end: int) -> tuple[int, int]:
        """Return the span, widened so that it does not split an original character, such as a fraction."""
        while start > 0 and self.spans[start - 1] == self.spans[start]:
            start -= 1
        while end < len(self.spans) and self.spans[end] == self.spans[end - 1]:
            end += 1
        return start, end

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> PlainMessage:
        """Return the message with the span of each edit replaced by one character. edits: in order."""
        text: list[str] = []
        spans: list[tuple[int, int]] = []
        position = 0
        for start, end, character in edits:
            text += self.text[position:start], character
            spans += self.spans[position:start]
            spans.append(self.original(start, end))
            position = end
        return PlainMessage("".join(text) + self.text[position:], spans + self.spans[position:])


def plain_message(text: str) -> PlainMessage:
    """Return the plain form of a message."""
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    position = 0
    for mask in [*MASK.finditer(text), None]:
        end = mask.start() if mask else len(text)
        part = text[position:end]
        # A usual character stands for itself or a look-alike, so there is no need to look it up.
        is_usual = part.isascii() and part.isprintable()
        made = list(part.translate(_ALIKE)) if is_usual else list(map(_plain_character, part))
        joined = "".join(made)
        if {*map(len, made)} <= {1} and "  " not in joined and not joined.startswith(" "):  # the usual case
            characters += made
            spans += zip(range(position, end), range(position + 1, end + 1), strict=True)
        else:
            for offset, several in enumerate(made, position):
                for character in several:
                    if character != " " or characters[-1:] != [" "]:
                        characters.append(character)
                        spans.append((offset, offset + 1))
        if mask:
            characters.append(_TAKEN)
            spans.append(mask.span())
            position = mask.end()
    fixed = _TYPED_LETTER.sub(lambda letter: "0" if letter[0] in "oO" else "1", "".join(characters))
    plain = PlainMessage(fixed, spans)
    spoken = list(_spoken_digits(fixed.translate(LOWER)))
    return plain.replaced(spoken) if spoken else plain


def _spoken_digits(plain: str) -> Iterator[tuple[int, int, str]]:
    """Yield each spoken digit in a run of three or more: the span up to the next one, and the digit."""
    for run in _SPOKEN.finditer(plain):
        words = list(_SPOKEN_DIGIT.finditer(plain, *run.span()))
        ends = [word.start() for word in words[1:]] + [words[-1].end()]
        for word, end in zip(words, ends, strict=True):
            yield word.start(), end, str((word.lastindex or 1) - 1)


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    resolved = HIDDEN.sub("", unicodedata.normalize("NFKD", character))
    bare = "".join(c for c in resolved if not unicodedata.category(c).startswith("M"))
    ascii_digits = "".join(str(unicodedata.decimal(c, c)) for c in bare)
    return _BLANK.sub(" ", ascii_digits.translate(_ALIKE))

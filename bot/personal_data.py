"""Personal data in a message: found and taken out by rules that the widget applies too.

`personal_data.json` holds the rules, `widget/personal_data.js` is this module in JavaScript, and the tests run both on
the same messages. A rule is a regular expression over the *plain* message: compatibility forms and accents resolved,
hidden characters taken out, every blank one space, look-alike digits and dashes as ASCII. Its fields:

    kind          what the warning names
    pattern       in the part of the syntax that Python (ASCII) and JavaScript (with the flag u) read alike;
                  `%name%` stands for one of `parts`; the group `secret`, or all of it, is taken out
    cased         letters count as written
    check         a test that the digits have to pass: luhn, iban, ssn
    unless_after  not where this matches the 24 characters before
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

RULES_FILE = Path(__file__).with_name("personal_data.json")
_DATA: dict[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
_BEFORE = 24


@dataclass(frozen=True, slots=True)
class Found:
    """Where personal data stands in a text: code points, half open."""

    kind: str
    start: int
    end: int


def find_personal_data(text: str) -> tuple[Found, ...]:
    """What the rules find in one pass, in the order of the text, none overlapping. Masks are never found."""
    plain, places = _plain(text)
    found: list[Found] = []
    for rule in _RULES:
        position = 0
        while match := rule.pattern.search(plain, position):
            start, end = match.span("secret" if "secret" in rule.pattern.groupindex else 0)
            if not rule.holds(plain, start, end):
                position = match.start() + 1
                continue
            # A character that stands for several, such as a fraction, goes as a whole.
            while start > 0 and places[start - 1] == places[start]:
                start -= 1
            while end < len(plain) and places[end] == places[end - 1]:
                end += 1
            found.append(Found(rule.kind, places[start][0], places[end - 1][1]))
            # What one rule took, none takes again.
            plain = plain[:start] + _TAKEN * (end - start) + plain[end:]
            position = end
    return tuple(sorted(found, key=lambda item: item.start))


def mask_personal_data(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace personal data by `[its kind]`; return the text and the kinds found, each once, in order.

    Looks again until nothing is left, because one cue may stand before two secrets. It ends: every round takes
    characters away that are not part of a mask, and none adds any.
    """
    kinds: dict[str, None] = {}
    while found := find_personal_data(text):
        kinds.update(dict.fromkeys(item.kind for item in found))
        for item in reversed(found):
            text = f"{text[: item.start]}[{_shown(item.kind)}]{text[item.end :]}"
    return text, tuple(kinds)


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool] | None
    unless_after: re.Pattern[str] | None

    def holds(self, plain: str, start: int, end: int) -> bool:
        if self.check and not self.check(plain[start:end]):
            return False
        before = plain[max(0, start - _BEFORE) : start]
        return not (self.unless_after and self.unless_after.search(before))


def _shown(kind: str) -> str:
    return kind.replace("_", " ")


def _compiled(pattern: str, cased: bool = False) -> re.Pattern[str]:
    before = None
    while pattern != before:
        before = pattern
        pattern = re.sub(r"%(\w+)%", lambda part: _DATA["parts"][part[1]], pattern)
    flags = re.ASCII if cased else re.ASCII | re.IGNORECASE
    return re.compile(pattern.replace("(?<secret>", "(?P<secret>"), flags)


def _luhn(text: str) -> bool:
    """True where the number, or the first 15 or 16 digits of it, has the check digit of cards.

    An expiry date or a security code may follow the number.
    """
    digits = [int(digit) for digit in re.sub(r"\D", "", text)]
    return any(_luhn_sum(digits[:length]) % 10 == 0 for length in (15, 16, len(digits)) if length <= len(digits))


def _luhn_sum(digits: list[int]) -> int:
    doubled = [2 * digit - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled)


def _iban(text: str) -> bool:
    """True where the letters and digits have the check digits of ISO 13616."""
    account = text.replace(" ", "").upper()
    return int("".join(str(int(character, 36)) for character in account[4:] + account[:4])) % 97 == 1


def _ssn(text: str) -> bool:
    """True where nine digits may be a Social Security number: no part of it is all zeros, its area is given out."""
    digits = re.sub(r"\D", "", text)
    return not re.match(r"000|666|9|...00|.....0000", digits)


_CHECKS = {"luhn": _luhn, "iban": _iban, "ssn": _ssn}
_TAKEN: str = _DATA["parts"]["taken"]
# Zero-width, bidirectional-control, variation and tag characters: they hide text from the person who reads it.
HIDDEN = re.compile(_DATA["hidden"])
_BLANK = re.compile(_DATA["blank"])
_ALIKE = str.maketrans({other: same for same, others in _DATA["alike"].items() for other in others})
_RULES = tuple(
    _Rule(
        rule["kind"],
        _compiled(rule["pattern"], rule.get("cased", False)),
        _CHECKS[rule["check"]] if "check" in rule else None,
        _compiled(rule["unless_after"]) if "unless_after" in rule else None,
    )
    for rule in _DATA["rules"]
)
KINDS = tuple(dict.fromkeys(rule.kind for rule in _RULES))
_PIECE = re.compile(rf"\[(?:{'|'.join(map(_shown, KINDS))})\]|.", re.DOTALL)


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The plain message, and for each of its characters the place of what it was made from."""
    plain: list[str] = []
    places: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(text):
        for character in _TAKEN if len(piece[0]) > 1 else _plain_character(piece[0]):
            if character != " " or plain[-1:] != [" "]:
                plain.append(character)
                places.append(piece.span())
    return "".join(plain), places


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    resolved = HIDDEN.sub("", unicodedata.normalize("NFKD", character))
    bare = "".join(c for c in resolved if not unicodedata.category(c).startswith("M"))
    return _BLANK.sub(" ", bare.translate(_ALIKE))

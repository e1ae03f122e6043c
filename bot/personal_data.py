"""Personal data in a message: found and masked by rules.

`personal_data.json` holds the rules, `widget/src/personal-data.js` is this module in JavaScript, and the tests run both
on the same messages. Rules read the *plain* message: compatibility forms and accents resolved, hidden characters
removed, every run of blanks one space, look-alikes and digits of all scripts as ASCII, three or more spoken digits
("six one seven") as digits, and each mask one character. The fields of a rule:

    kind          what the warning names
    cue           words that come before the secret, parted by `|`; the first two characters of each are literal
    link          what may be between cue and secret
    many          more secrets may follow, parted by commas or "and"
    at            without a cue, what a secret begins with, parted by `|`: word, mixed (a word with a digit in it),
                  number, house (a number before a word), code (a number with a letter in it), digits (seven or more),
                  sign, or its own first characters
    secret        what is masked, in the syntax that Python (ASCII) and JavaScript (with the flag u) read alike;
                  `%name%` is one of `parts`
    cased         letters of the secret count as written
    check         a test that the digits have to pass: luhn, iban, ssn
    after         only if this matches the 24 characters before
    unless_after  not if this does

The message is read once, from left to right. At the start of a word, a number or a sign, the rules for what begins
there are tried in the order of the file; the field `start` says what such a start is. Every repetition in a rule has an
upper bound, so the work at one place has one too, and all of it grows linearly with the length of the message.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

RULES_FILE = Path(__file__).with_name("personal_data.json")
_DATA: dict[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
_BEFORE = 24


@dataclass(frozen=True, slots=True)
class Found:
    """Where personal data is in a text: code points, half open."""

    kind: str
    start: int
    end: int


def find_personal_data(text: str) -> tuple[Found, ...]:
    """Find personal data: in the order of the text, none overlapping. Masks are never found."""
    plain = _plain(text)
    free = bytearray(b"1") * len(plain.text)
    found: list[Found] = []
    small = plain.text.translate(_SMALL)
    led_to = {place.end() for place in _LEAD.finditer(small)}
    for start in _START.finditer(small):
        position = start.start()
        if not free[position]:
            continue
        name = start.lastgroup or ""
        first = _AFTER_LEAD if position in led_to else len(_RULES)
        for gate in _GATES[name]:
            first = min(first, gate.first(plain.text if gate.as_written else small, position))
        for rule in _rules_for(name, first, small[position : position + _CUE_CHARS]):
            if not (rule.cued or free[position]):
                continue
            if match := rule.opening.match(plain.text if rule.as_written else small, position):
                for span in rule.secrets(plain.text, small, match):
                    span = plain.whole(*span)
                    if all(free[slice(*span)]):
                        free[slice(*span)] = bytes(span[1] - span[0])
                        found.append(Found(rule.kind, *plain.place(*span)))
    return tuple(sorted(found, key=lambda item: item.start))


def mask_personal_data(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace personal data by `[its kind]`; return the text and the kinds found, each once, in order."""
    pieces: list[str] = []
    position = 0
    found = find_personal_data(text)
    for item in found:
        pieces += text[position : item.start], f"[{_shown(item.kind)}]"
        position = item.end
    return "".join(pieces) + text[position:], tuple(dict.fromkeys(item.kind for item in found))


@dataclass(frozen=True, slots=True)
class _Plain:
    """The plain message, and for each of its characters the place that it was made from."""

    text: str
    places: list[tuple[int, int]]

    def place(self, start: int, end: int) -> tuple[int, int]:
        return self.places[start][0], self.places[end - 1][1]

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """The span, with all of a character that stands for several, such as a fraction."""
        while start > 0 and self.places[start - 1] == self.places[start]:
            start -= 1
        while end < len(self.places) and self.places[end] == self.places[end - 1]:
            end += 1
        return start, end

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> _Plain:
        """Each span of the edits, in order, as one character."""
        text: list[str] = []
        places: list[tuple[int, int]] = []
        position = 0
        for start, end, character in edits:
            text += self.text[position:start], character
            places += self.places[position:start]
            places.append(self.place(start, end))
            position = end
        return _Plain("".join(text) + self.text[position:], places + self.places[position:])


@dataclass(frozen=True, slots=True)
class _Rule:
    """opening: cue, link and secret; without the secret if that has a pattern of its own. more: the next of a list.

    `secret`, and `opening` if `as_written`, read the plain message. All other patterns read it in small letters: that
    is far faster than to ignore case in each of them.
    """

    kind: str
    starts: frozenset[str]
    opening: re.Pattern[str]
    as_written: bool
    cued: bool
    secret: re.Pattern[str] | None
    more: re.Pattern[str] | None
    check: Callable[[str], bool] | None
    after: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None

    @property
    def conditional(self) -> bool:
        """Whether more than the pattern decides."""
        return bool(self.check or self.after or self.unless_after)

    def secrets(self, plain: str, small: str, match: re.Match[str] | None) -> Iterator[tuple[int, int]]:
        """The spans of the secret that the opening has or leads to, and of those that a list adds to it."""
        if match and self.secret:
            match = self.secret.match(plain, match.end())
        if match and self._holds(small, *match.span("secret")):
            while match:
                yield match.span("secret")
                match = self.more.match(small, match.end("secret")) if self.more else None

    def _holds(self, small: str, start: int, end: int) -> bool:
        if self.check and not self.check(small[start:end]):
            return False
        before = small[max(0, start - _BEFORE) : start]
        if self.after and not self.after.search(before):
            return False
        return not (self.unless_after and self.unless_after.search(before))


def _shown(kind: str) -> str:
    return kind.replace("_", " ")


def _expanded(pattern: str) -> str:
    before = None
    while pattern != before:
        before = pattern
        pattern = re.sub(r"%(\w+)%", lambda part: _DATA["parts"][part[1]], pattern)
    return pattern


def _compiled(pattern: str, as_written: bool = False) -> re.Pattern[str]:
    """Compile a pattern for the plain message as written, or else in small letters."""
    pattern = _expanded(pattern)
    if not as_written:
        pattern = re.sub(r"\\.|\(\?P|[A-Z]", lambda part: part[0].lower() if len(part[0]) == 1 else part[0], pattern)
    return re.compile(pattern, re.ASCII)


def _rule(
    kind: str,
    secret: str,
    cue: str = "",
    link: str = "",
    at: str = "",
    many: bool = False,
    cased: bool = False,
    check: str = "",
    after: str = "",
    unless_after: str = "",
) -> _Rule:
    cues = _expanded(cue)
    before = f"(?<![a-z0-9])(?:{cues})(?:{link})" if cue else ""
    secret = f"(?P<secret>{secret})"
    parted = cased and cue != ""
    return _Rule(
        kind,
        frozenset(_LITERAL.findall(cues) if cue else at.split("|")),
        _compiled(before if parted else before + secret, cased and not parted),
        cased and not parted,
        cue != "",
        _compiled(secret, cased) if parted else None,
        _compiled(f"%also%{secret}") if many else None,
        _CHECKS[check] if check else None,
        _compiled(after) if after else None,
        _compiled(unless_after) if unless_after else None,
    )


@dataclass(frozen=True, slots=True)
class _Gate:
    """Rules for one start in one pattern: most starts open none of them, and to ask once is faster.

    Rules that may open and then not hold are not among them: what comes after them would be tried one by one.
    """

    places: tuple[int, ...]
    pattern: re.Pattern[str]
    as_written: bool

    def first(self, text: str, position: int) -> int:
        """The place of the first rule that opens, or the number of all rules."""
        match = self.pattern.match(text, position)
        return self.places[match.lastindex - 1] if match and match.lastindex else len(_RULES)


def _gates(keys: set[str]) -> Iterator[_Gate]:
    for as_written in (False, True):
        opened = {
            place: rule.opening.pattern.replace("(?P<secret>", "(?:")
            for place, rule in enumerate(_RULES)
            if rule.as_written == as_written and not rule.conditional and keys & rule.starts
        }
        if opened:
            yield _Gate(tuple(opened), re.compile(f"({')|('.join(opened.values())})", re.ASCII), as_written)


def _luhn(text: str) -> bool:
    """Whether the number, or the first 15 or 16 digits of it, has the check digit of cards.

    An expiry date or a security code may follow the number.
    """
    # Bytes, since a message can be made of such numbers alone: they are cut, translated and added without a loop here.
    digits = text.encode("ascii", "ignore").translate(None, _NO_DIGITS)
    return any(_luhn_sum(digits[:length]) % 10 == 0 for length in {15, 16, len(digits)} if length <= len(digits))


def _luhn_sum(digits: bytes) -> int:
    # Counted from the right, every second digit is doubled, and the digits of that are added.
    return sum(digits[::-2].translate(_VALUE)) + sum(digits[-2::-2].translate(_DOUBLED))


def _iban(text: str) -> bool:
    """Whether the letters and digits have the check digits of ISO 13616."""
    account = text.replace(" ", "").upper()
    return int("".join(str(int(character, 36)) for character in account[4:] + account[:4])) % 97 == 1


def _ssn(text: str) -> bool:
    """Whether nine digits may be a Social Security number: no part of it is all zeros, its area is given out."""
    digits = re.sub(r"\D", "", text)
    return not re.match(r"000|666|9|...00|.....0000", digits)


_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_VALUE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_CHECKS = {"luhn": _luhn, "iban": _iban, "ssn": _ssn}
# What a cue begins with, as far as its characters mean themselves.
_CUE_CHARS = 4
_LITERAL = re.compile(r"(?:(?<=^)|(?<=\|))[^\W_](?:[^\W_]|[ /,]){0,3}(?![?*+{])")
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_TAKEN: str = _DATA["parts"]["taken"]
# Zero-width, bidirectional-control, variation and tag characters: they hide text from the person who reads it.
HIDDEN = re.compile(_DATA["hidden"])
_BLANK = re.compile(_DATA["blank"])
_ALIKE = str.maketrans({other: same for same, others in _DATA["alike"].items() for other in others})
_RULES = tuple(_rule(**rule) for rule in _DATA["rules"])
# Where a secret or a cue may begin.
_START = _compiled(_DATA["start"].replace("(?<", "(?P<").replace("(?P<!", "(?<!"))
_INCLUDED = {name: {name} for name in _START.groupindex} | {
    "mixed": {"mixed", "word"},
    "house": {"house", "number"},
    "code": {"code", "number"},
    "digits": {"digits", "code", "number"},
}
# Start or first characters -> the places of its rules in the file.
_PLACES = {
    key: frozenset(place for place, rule in enumerate(_RULES) if key in rule.starts)
    for key in frozenset().union(*(rule.starts for rule in _RULES))
}
# A rule with `after` is tried only where such words end.
_AFTER_LEAD = min(place for place, rule in enumerate(_RULES) if rule.after)
_LEADS = [rule["after"].removesuffix("$") for rule in _DATA["rules"] if "after" in rule]
_LEAD = _compiled(rf"(?:{'|'.join(_LEADS)})(?=\d)")
_GATES = {name: tuple(_gates(keys)) for name, keys in _INCLUDED.items()}
KINDS = tuple(dict.fromkeys(rule.kind for rule in _RULES))
_MASK = re.compile(rf"\[(?:{'|'.join(map(_shown, KINDS))})\]")
_SPOKEN_DIGIT = _compiled("|".join(f"({words})" for words in _DATA["spoken"]))
_SPOKEN = _compiled(f"(?<![a-z])(?:(?:{'|'.join(_DATA['spoken'])})(?![a-z])[ ,.-]{{0,2}}){{3,32}}")
# The letters O and l for the digits 0 and 1.
_SLIP = re.compile(r"(?<=\d)[olOL](?=[\d-])|(?<=-)[olOL](?=\d)", re.ASCII)


@lru_cache(maxsize=65_536)
def _rules_for(name: str, first: int, characters: str) -> tuple[_Rule, ...]:
    """The rules for such a start from the first that opens on, and those for what begins with these characters."""
    starts = {place for key in _INCLUDED[name] for place in _PLACES.get(key, ())}
    places = {place for place in starts if place >= first or _RULES[place].check or _RULES[place].unless_after}
    for length in range(1, _CUE_CHARS + 1):
        places |= _PLACES.get(characters[:length], frozenset())
    return tuple(_RULES[place] for place in sorted(places))


def _plain(text: str) -> _Plain:
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    position = 0
    for mask in [*_MASK.finditer(text), None]:
        end = mask.start() if mask else len(text)
        made = list(map(_plain_character, text[position:end]))
        joined = "".join(made)
        if {*map(len, made)} <= {1} and "  " not in joined and not joined.startswith(" "):  # as a rule
            characters += made
            places += zip(range(position, end), range(position + 1, end + 1), strict=True)
        else:
            for place, several in enumerate(made, position):
                for character in several:
                    if character != " " or characters[-1:] != [" "]:
                        characters.append(character)
                        places.append((place, place + 1))
        if mask:
            characters.append(_TAKEN)
            places.append(mask.span())
            position = mask.end()
    slips = _SLIP.sub(lambda slip: "0" if slip[0] in "oO" else "1", "".join(characters))
    plain = _Plain(slips, places)
    return plain.replaced(_spoken_digits(plain.text.translate(_SMALL)))


def _spoken_digits(plain: str) -> Iterator[tuple[int, int, str]]:
    """Each spoken digit of the longer runs, with what parts it from the next, and the digit that it names."""
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

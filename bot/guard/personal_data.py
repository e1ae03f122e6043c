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
from functools import cached_property, lru_cache
from itertools import accumulate
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
    message = _Message(plain.text)
    free = bytearray(b"1") * len(plain.text)
    found: list[Found] = []
    led_to = {place.end() for place in _LEAD.finditer(message.small)}
    for start in _START.finditer(message.small):
        position = start.start()
        if not free[position]:
            continue
        name = message.small[position]
        if name not in _AT:
            name = start.lastgroup or ""
        first = _first(message, name, position)
        for rule in _rules_for(name, first, position in led_to, message.small[position : position + _CUE_CHARS]):
            if not (rule.cued or free[position]):
                continue
            for span in rule.secrets(message, position):
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


class _Message:
    """The plain message, as written and in small letters."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.small = written.translate(_SMALL)

    def luhn(self, start: int, end: int) -> bool:
        """Whether the digits there, or the first 15 or 16 of them, have the check digit of cards.

        An expiry date or a security code may follow the number.
        """
        before, *sums = self._luhn_sums
        first, last = before[start], before[end]
        for end in (first + 15, first + 16, last):
            # Counted from the right, every second digit is doubled.
            if end <= last and (sums[end % 2][end] - sums[end % 2][first]) % 10 == 0:
                return True
        return False

    @cached_property
    def _luhn_sums(self) -> tuple[list[int], list[int], list[int]]:
        """How many digits are before each character; and the sum before each digit, with even or with odd ones doubled.

        Counted once, since a message can be made of such numbers alone, each with most of its digits in the next.
        """
        characters = self.small.encode("ascii", "replace")
        digits = characters.translate(None, _NO_DIGITS)
        even, odd = bytearray(digits.translate(_VALUE)), bytearray(digits.translate(_VALUE))
        even[::2] = digits[::2].translate(_DOUBLED)
        odd[1::2] = digits[1::2].translate(_DOUBLED)
        before = accumulate(characters.translate(_IS_DIGIT))
        return [0, *before], [0, *accumulate(even)], [0, *accumulate(odd)]


@dataclass(frozen=True, slots=True)
class _Rule:
    """at: the names of starts. begins: the first characters of cues, or of the secret.

    opening: cue, link and secret; without the secret if that has a pattern of its own. more: the next of a list.

    `secret`, and `opening` if `as_written`, read the plain message. All other patterns read it in small letters: that
    is far faster than to ignore case in each of them.
    """

    kind: str
    at: frozenset[str]
    begins: frozenset[str]
    opening: re.Pattern[str]
    as_written: bool
    cued: bool
    secret: re.Pattern[str] | None
    more: re.Pattern[str] | None
    check: Callable[[_Message, int, int], bool] | None
    after: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None

    def secrets(self, message: _Message, position: int) -> Iterator[tuple[int, int]]:
        """The spans of the secret that begins here or whose cue does, and of those that a list adds to it."""
        match = self.opening.match(message.written if self.as_written else message.small, position)
        if match and self.secret:
            match = self.secret.match(message.written, match.end())
        if match and self.holds(message, *match.span("secret")):
            while match:
                yield match.span("secret")
                match = self.more.match(message.small, match.end("secret")) if self.more else None

    def holds(self, message: _Message, start: int, end: int) -> bool:
        """Whether a secret that the pattern has found is one."""
        if self.check and not self.check(message, start, end):
            return False
        before = message.small[max(0, start - _BEFORE) : start]
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
        frozenset(_INCLUDED.keys() & at.split("|")),
        frozenset(_LITERAL.findall(cues)) if cue else frozenset(at.split("|")) - _INCLUDED.keys(),
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
    """The rules for one start in one pattern: most starts open none of them, and to ask once is faster."""

    places: tuple[int, ...]
    pattern: re.Pattern[str]


def _gate(places: Iterable[int], *, as_written: bool) -> _Gate | None:
    places = tuple(place for place in places if _RULES[place].as_written == as_written)
    # The empty group at the end of an alternative tells which one it is, and costs nothing until then.
    opened = "|".join(_RULES[place].opening.pattern.replace("(?P<secret>", "(?:") + "()" for place in places)
    return _Gate(places, re.compile(opened, re.ASCII)) if places else None


def _first(message: _Message, name: str, position: int) -> int:
    """The place of the first rule for this start, without a cue, that opens and holds; _NONE if there is none."""
    first = _NONE
    while True:
        in_small, as_written = _GATES[name, first]
        first, end = _NONE, 0
        if in_small and (match := in_small.pattern.match(message.small, position)):
            first, end = in_small.places[(match.lastindex or 1) - 1], match.end()
        if as_written and (match := as_written.pattern.match(message.written, position)):
            place = as_written.places[(match.lastindex or 1) - 1]
            if place < first:
                first, end = place, match.end()
        if first not in _UNSURE or _RULES[first].holds(message, position, end):
            return first


def _iban(message: _Message, start: int, end: int) -> bool:
    """Whether the letters and digits have the check digits of ISO 13616."""
    account = message.small[start:end].translate(_IBAN_DIGITS)
    # The country's two letters are two digits each.
    return int(account[6:] + account[:6]) % 97 == 1


def _ssn(message: _Message, start: int, end: int) -> bool:
    """Whether nine digits may be a Social Security number: no part of it is all zeros, its area is given out."""
    digits = re.sub(r"\D", "", message.small[start:end])
    return not re.match(r"000|666|9|...00|.....0000", digits)


_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_IBAN_DIGITS = str.maketrans({letter: str(int(letter, 36)) for letter in string.ascii_lowercase} | {" ": ""})
_IS_DIGIT = bytes(chr(byte).isdecimal() for byte in range(128)) + bytes(128)
_VALUE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_CHECKS = {"luhn": _Message.luhn, "iban": _iban, "ssn": _ssn}
# What a cue begins with, as far as its characters mean themselves.
_CUE_CHARS = 4
_LITERAL = re.compile(r"(?:(?<=^)|(?<=\|))[^\W_](?:[^\W_]|[ /,]){0,3}(?![?*+{])")
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_TAKEN: str = _DATA["parts"]["taken"]
# Zero-width, bidirectional-control, variation and tag characters: they hide text from the person who reads it.
HIDDEN = re.compile(_DATA["hidden"])
_BLANK = re.compile(_DATA["blank"])
_ALIKE = str.maketrans({other: same for same, others in _DATA["alike"].items() for other in others})
# Where a secret or a cue may begin.
_START = _compiled(_DATA["start"].replace("(?<", "(?P<").replace("(?P<!", "(?<!"))
_INCLUDED = {name: {name} for name in _START.groupindex} | {
    "mixed": {"mixed", "word"},
    "house": {"house", "number"},
    "code": {"code", "number"},
    "digits": {"digits", "code", "number"},
}
# Each sign that a secret begins with is a start of its own.
_SIGNS = {part for rule in _DATA["rules"] for part in rule.get("at", "").split("|") if not part[:1].isalnum()} - {""}
_INCLUDED |= {sign: {sign, "sign"} for sign in _SIGNS}
_RULES = tuple(_rule(**rule) for rule in _DATA["rules"])
_NONE = len(_RULES)
# The places of the rules for what begins with these characters.
_PLACES = {
    key: frozenset(place for place, rule in enumerate(_RULES) if key in rule.begins)
    for key in frozenset().union(*(rule.begins for rule in _RULES))
}
_UNSURE = {place for place, rule in enumerate(_RULES) if rule.check or rule.unless_after}
# A rule with `after` is tried only where such words end.
_LEADS = [rule["after"].removesuffix("$") for rule in _DATA["rules"] if "after" in rule]
_LEAD = _compiled(rf"(?:{'|'.join(_LEADS)})(?=\d)")
# The rules of each start, but for those that wait for words before it.
_AT = {
    name: tuple(place for place, rule in enumerate(_RULES) if rule.at & included and not rule.after)
    for name, included in _INCLUDED.items()
}
# Start and the rule that did not hold, or _NONE -> the gates of the rules after it, in small letters and as written.
_GATES = {
    (name, last): tuple(
        _gate(places[places.index(last) + 1 if last in places else 0 :], as_written=w) for w in (False, True)
    )
    for name, places in _AT.items()
    for last in (_NONE, *_UNSURE.intersection(places))
}
KINDS = tuple(dict.fromkeys(rule.kind for rule in _RULES))
_MASK = re.compile(rf"\[(?:{'|'.join(map(_shown, KINDS))})\]")
_SPOKEN_DIGIT = _compiled("|".join(f"({words})" for words in _DATA["spoken"]))
_SPOKEN = _compiled(f"(?<![a-z])(?:(?:{'|'.join(_DATA['spoken'])})(?![a-z])[ ,.-]{{0,2}}){{3,32}}")
# The letters O and l for the digits 0 and 1.
_SLIP = re.compile(r"(?<=\d)[olOL](?=[\d-])|(?<=-)[olOL](?=\d)", re.ASCII)


@lru_cache(maxsize=65_536)
def _rules_for(name: str, first: int, led: bool, characters: str) -> tuple[_Rule, ...]:
    """The rules to try at a start, in order.

    first: the first that opens of those without a cue. led: whether the words before are what a rule with `after` waits
    for. characters: what the start begins with.
    """
    places = {place for place in _AT[name] if place >= first}
    if led:
        places |= {place for place, rule in enumerate(_RULES) if rule.after and rule.at & _INCLUDED[name]}
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

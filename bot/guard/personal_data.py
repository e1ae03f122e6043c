"""Finds and masks personal data in a message, by rules.

`personal_data.json` holds the rules, `widget/src/personal-data.js` is this module in JavaScript, and the tests run both
on the same messages. The rules read the *plain* message. It has compatibility forms and accents resolved, hidden
characters removed, each run of white space as one space, look-alikes and the digits of all scripts as ASCII, three or
more spoken digits ("six one seven") as digits, and each mask as one character. The fields of a rule:

    kind          the kind of personal data, shown in the warning
    cue           words that come before the secret, separated by `|`; the first two characters of each are literal
    link          what may be between cue and secret
    many          more secrets may follow, separated by commas or "and"
    at            for a rule without a cue, what the secret starts with, separated by `|`: word, mixed (a word with a
                  digit in it), number, house (a number before a word), code (a number with a letter in it), digits
                  (seven or more), sign, or the literal first characters
    secret        what is masked, in regular-expression syntax that means the same in Python (ASCII) and in JavaScript
                  (flag u); `%name%` stands for one of `parts`
    cased         the secret is case-sensitive
    check         a check that the digits must pass: luhn, iban, ssn
    after         the rule applies only if this matches the 24 characters before
    unless_after  the rule does not apply if this matches them

The message is read once, from left to right. At the start of each word, number or sign, the rules for what starts there
are tried in the order of the file; the field `start` defines these starts. Every repetition in a rule has an upper
bound, so the time at one position is bounded, and the total time grows linearly with the length of the message.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

RULES_FILE = Path(__file__).with_name("personal_data.json")
_DATA: dict[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
_BEFORE = 24


@dataclass(frozen=True, slots=True)
class Found:
    """The position of personal data in a text. start, end: offsets in code points, half-open."""

    kind: str
    start: int
    end: int


def find_personal_data(text: str) -> tuple[Found, ...]:
    """Return the personal data in a text, in its order and without overlaps. Masks such as `[email]` are skipped."""
    plain = _plain(text)
    message = _Message(plain.text)
    free = bytearray(b"1") * len(plain.text)
    found: list[Found] = []
    led_to = {place.end() for place in _LEAD.finditer(message.lowered)}
    for start in _START.finditer(message.lowered):
        position = start.start()
        if not free[position]:
            continue
        name = message.lowered[position]
        if name not in _AT:
            name = start.lastgroup or ""
        first = _first(message, name, position)
        for rule in _rules_for(name, first, position in led_to, message.lowered[position : position + _CUE_CHARS]):
            if not (rule.has_cue or free[position]):
                continue
            for span in rule.secrets(message, position):
                span = plain.widened(*span)
                if all(free[slice(*span)]):
                    free[slice(*span)] = bytes(span[1] - span[0])
                    found.append(Found(rule.kind, *plain.original(*span)))
    return tuple(sorted(found, key=lambda item: item.start))


def mask_personal_data(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace personal data with its kind in brackets. Return the text, and the kinds found, each once, in order."""
    pieces: list[str] = []
    position = 0
    found = find_personal_data(text)
    for item in found:
        pieces += text[position : item.start], f"[{_shown(item.kind)}]"
        position = item.end
    return "".join(pieces) + text[position:], tuple(dict.fromkeys(item.kind for item in found))


@dataclass(frozen=True, slots=True)
class _Plain:
    """The plain message, and for each of its characters the span of the original text that it comes from."""

    text: str
    spans: list[tuple[int, int]]

    def original(self, start: int, end: int) -> tuple[int, int]:
        return self.spans[start][0], self.spans[end - 1][1]

    def widened(self, start: int, end: int) -> tuple[int, int]:
        """Return the span, widened so that it does not split an original character, such as a fraction."""
        while start > 0 and self.spans[start - 1] == self.spans[start]:
            start -= 1
        while end < len(self.spans) and self.spans[end] == self.spans[end - 1]:
            end += 1
        return start, end

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> _Plain:
        """Return the message with the span of each edit replaced by one character. edits: in order."""
        text: list[str] = []
        spans: list[tuple[int, int]] = []
        position = 0
        for start, end, character in edits:
            text += self.text[position:start], character
            spans += self.spans[position:start]
            spans.append(self.original(start, end))
            position = end
        return _Plain("".join(text) + self.text[position:], spans + self.spans[position:])


class _Message:
    """The plain message, as written and in lower case."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.lowered = written.translate(_LOWER)

    def luhn(self, start: int, end: int) -> bool:
        """Return whether the digits in the span, or the first 15 or 16 of them, end in the check digit of a card.

        An expiration date or a security code may follow the number.
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
        """Return the number of digits before each character, and the Luhn sums before each digit.

        The first sums double the digits at even positions, the second those at odd ones. They are computed once for the
        whole message, because a message can consist of overlapping candidates.
        """
        characters = self.lowered.encode("ascii", "replace")
        digits = characters.translate(None, _NO_DIGITS)
        even, odd = bytearray(digits.translate(_VALUE)), bytearray(digits.translate(_VALUE))
        even[::2] = digits[::2].translate(_DOUBLED)
        odd[1::2] = digits[1::2].translate(_DOUBLED)
        before = accumulate(characters.translate(_IS_DIGIT))
        return [0, *before], [0, *accumulate(even)], [0, *accumulate(odd)]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A compiled rule.

    at: names of the starts at which to try it. begins: the first characters of its cues or of its secret.
    opening: the pattern of cue, link and secret, without the secret if that has its own pattern. more: the pattern of
    the next secret in a list.

    `secret`, and `opening` if `as_written`, match the plain message. All other patterns match it in lower case, which
    is far faster than ignoring case in each of them.
    """

    kind: str
    at: frozenset[str]
    begins: frozenset[str]
    opening: re.Pattern[str]
    as_written: bool
    has_cue: bool
    secret: re.Pattern[str] | None
    more: re.Pattern[str] | None
    check: Callable[[_Message, int, int], bool] | None
    after: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None

    def secrets(self, message: _Message, position: int) -> Iterator[tuple[int, int]]:
        """Yield the span of the secret that starts here, or whose cue does, and the spans of others in its list."""
        match = self.opening.match(message.written if self.as_written else message.lowered, position)
        if match and self.secret:
            match = self.secret.match(message.written, match.end())
        if match and self.holds(message, *match.span("secret")):
            while match:
                yield match.span("secret")
                match = self.more.match(message.lowered, match.end("secret")) if self.more else None

    def holds(self, message: _Message, start: int, end: int) -> bool:
        """Return whether a match of the pattern passes the rule's other tests."""
        if self.check and not self.check(message, start, end):
            return False
        before = message.lowered[max(0, start - _BEFORE) : start]
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
    """Compile a pattern for the plain message: as written, or by default in lower case."""
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
    separate = cased and cue != ""
    return _Rule(
        kind,
        frozenset(_INCLUDED.keys() & at.split("|")),
        frozenset(_LITERAL.findall(cues)) if cue else frozenset(at.split("|")) - _INCLUDED.keys(),
        _compiled(before if separate else before + secret, cased and not separate),
        cased and not separate,
        cue != "",
        _compiled(secret, cased) if separate else None,
        _compiled(f"%also%{secret}") if many else None,
        _CHECKS[check] if check else None,
        _compiled(after) if after else None,
        _compiled(unless_after) if unless_after else None,
    )


@dataclass(frozen=True, slots=True)
class _Alternatives:
    """The rules of one start in one pattern: no rule matches at most starts, and one pattern finds out faster."""

    indexes: tuple[int, ...]
    pattern: re.Pattern[str]


def _alternatives(indexes: Iterable[int], *, as_written: bool) -> _Alternatives | None:
    indexes = tuple(index for index in indexes if _RULES[index].as_written == as_written)
    # The empty group at the end of each alternative tells which one matched. It costs nothing until then.
    opened = "|".join(_RULES[index].opening.pattern.replace("(?P<secret>", "(?:") + "()" for index in indexes)
    return _Alternatives(indexes, re.compile(opened, re.ASCII)) if indexes else None


@cache
def _after(name: str, last: int) -> tuple[_Alternatives | None, _Alternatives | None]:
    """Return the rules for a start, in lower case and as written: all of them, or those after `last`, which failed.

    Compiled on first use: most starts never need the rules after one that failed.
    """
    indexes = _AT[name]
    later = indexes[indexes.index(last) + 1 :] if last != _NONE else indexes
    return _alternatives(later, as_written=False), _alternatives(later, as_written=True)


def _first(message: _Message, name: str, position: int) -> int:
    """Return the index of the first rule without a cue that matches at this start, or _NONE."""
    first = _NONE
    while True:
        in_lower_case, as_written = _after(name, first)
        first, end = _NONE, 0
        if in_lower_case and (match := in_lower_case.pattern.match(message.lowered, position)):
            first, end = in_lower_case.indexes[(match.lastindex or 1) - 1], match.end()
        if as_written and (match := as_written.pattern.match(message.written, position)):
            index = as_written.indexes[(match.lastindex or 1) - 1]
            if index < first:
                first, end = index, match.end()
        if first not in _UNSURE or _RULES[first].holds(message, position, end):
            return first


def _iban(message: _Message, start: int, end: int) -> bool:
    """Return whether the letters and digits have valid check digits (ISO 13616)."""
    account = message.lowered[start:end].translate(_IBAN_DIGITS)
    # The two letters of the country take two digits each.
    return int(account[6:] + account[:6]) % 97 == 1


def _ssn(message: _Message, start: int, end: int) -> bool:
    """Return whether nine digits can be a Social Security number: the area is in use and no part is all zeros."""
    digits = re.sub(r"\D", "", message.lowered[start:end])
    return not re.match(r"000|666|9|...00|.....0000", digits)


_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_IBAN_DIGITS = str.maketrans({letter: str(int(letter, 36)) for letter in string.ascii_lowercase} | {" ": ""})
_IS_DIGIT = bytes(chr(byte).isdecimal() for byte in range(128)) + bytes(128)
_VALUE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_CHECKS = {"luhn": _Message.luhn, "iban": _iban, "ssn": _ssn}
# The literal characters that each cue starts with.
_CUE_CHARS = 4
_LITERAL = re.compile(r"(?:(?<=^)|(?<=\|))[^\W_](?:[^\W_]|[ /,]){0,3}(?![?*+{])")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_TAKEN: str = _DATA["parts"]["taken"]
# Zero-width, bidirectional-control, variation and tag characters. They can hide text from a human reader.
HIDDEN = re.compile(_DATA["hidden"])
_BLANK = re.compile(_DATA["blank"])
_ALIKE = str.maketrans({other: same for same, others in _DATA["alike"].items() for other in others})
# Matches wherever a secret or a cue can start.
_START = _compiled(_DATA["start"].replace("(?<", "(?P<").replace("(?P<!", "(?<!"))
_INCLUDED = {name: {name} for name in _START.groupindex} | {
    "mixed": {"mixed", "word"},
    "house": {"house", "number"},
    "code": {"code", "number"},
    "digits": {"digits", "code", "number"},
}
# Each sign that a secret can start with is a start of its own.
_SIGNS = {part for rule in _DATA["rules"] for part in rule.get("at", "").split("|") if not part[:1].isalnum()} - {""}
_INCLUDED |= {sign: {sign, "sign"} for sign in _SIGNS}
_RULES = tuple(_rule(**rule) for rule in _DATA["rules"])
_NONE = len(_RULES)
# First characters -> the indexes of the rules to try.
_RULES_BY_PREFIX = {
    key: frozenset(index for index, rule in enumerate(_RULES) if key in rule.begins)
    for key in frozenset().union(*(rule.begins for rule in _RULES))
}
_UNSURE = {index for index, rule in enumerate(_RULES) if rule.check or rule.unless_after}
# A rule with `after` is tried only right after a match of it.
_LEADS = [rule["after"].removesuffix("$") for rule in _DATA["rules"] if "after" in rule]
_LEAD = _compiled(rf"(?:{'|'.join(_LEADS)})(?=\d)")
# Start -> the indexes of its rules, except those with `after`.
_AT = {
    name: tuple(index for index, rule in enumerate(_RULES) if rule.at & included and not rule.after)
    for name, included in _INCLUDED.items()
}
KINDS = tuple(dict.fromkeys(rule.kind for rule in _RULES))
# What a message has instead of personal data.
MASK = re.compile(rf"\[(?:{'|'.join(map(_shown, KINDS))})\]")
_SPOKEN_DIGIT = _compiled("|".join(f"({words})" for words in _DATA["spoken"]))
_SPOKEN = _compiled(f"(?<![a-z])(?:(?:{'|'.join(_DATA['spoken'])})(?![a-z])[ ,.-]{{0,2}}){{3,32}}")
# The letters O and l, typed for the digits 0 and 1.
_TYPED_LETTER = re.compile(r"(?<=\d)[olOL](?=[\d-])|(?<=-)[olOL](?=\d)", re.ASCII)


@lru_cache(maxsize=65_536)
def _rules_for(name: str, first: int, led: bool, characters: str) -> tuple[_Rule, ...]:
    """Return the rules to try at a start, in order.

    first: index of the first rule without a cue that matches. led: whether the words before match a rule's `after`.
    characters: the first characters at the start.
    """
    indexes = {index for index in _AT[name] if index >= first}
    if led:
        indexes |= {index for index, rule in enumerate(_RULES) if rule.after and rule.at & _INCLUDED[name]}
    for length in range(1, _CUE_CHARS + 1):
        indexes |= _RULES_BY_PREFIX.get(characters[:length], frozenset())
    return tuple(_RULES[index] for index in sorted(indexes))


def _plain(text: str) -> _Plain:
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    position = 0
    for mask in [*MASK.finditer(text), None]:
        end = mask.start() if mask else len(text)
        made = list(map(_plain_character, text[position:end]))
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
    plain = _Plain(fixed, spans)
    return plain.replaced(_spoken_digits(plain.text.translate(_LOWER)))


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

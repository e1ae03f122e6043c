"""A compiled rule for personal data: what it matches in a plain message, and the checks that digits must pass."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from bot.guard.personal_data_file import DATA, compiled, expanded
from bot.guard.personal_data_text import LOWER

# How many characters before a secret `after` and `unless_after` are matched with.
_BEFORE = 24
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_IBAN_DIGITS = str.maketrans({letter: str(int(letter, 36)) for letter in string.ascii_lowercase} | {" ": ""})
_IS_DIGIT = bytes(chr(byte).isdecimal() for byte in range(128)) + bytes(128)
_VALUE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
# The literal characters that each cue starts with, CUE_CHARS at most.
CUE_CHARS = 4
_LITERAL = re.compile(r"(?:(?<=^)|(?<=\|))[^\W_](?:[^\W_]|[ /,]){0,3}(?![?*+{])")
# Matches wherever a secret or a cue can start.
START = compiled(DATA["start"].replace("(?<", "(?P<").replace("(?P<!", "(?<!"))
# Start -> the values of a rule's field `at` that are tried there.
INCLUDED = {name: {name} for name in START.groupindex} | {
    "mixed": {"mixed", "word"},
    "house": {"house", "number"},
    "code": {"code", "number"},
    "digits": {"digits", "code", "number"},
}
# Each sign that a secret can start with is a start of its own.
_SIGNS = {part for rule in DATA["rules"] for part in rule.get("at", "").split("|") if not part[:1].isalnum()} - {""}
INCLUDED |= {sign: {sign, "sign"} for sign in _SIGNS}


class Message:
    """The plain message, as written and in lowercase."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.lowered = written.translate(LOWER)

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


def _iban(message: Message, start: int, end: int) -> bool:
    """Return whether the letters and digits have valid check digits (ISO 13616)."""
    account = message.lowered[start:end].translate(_IBAN_DIGITS)
    # The two letters of the country take two digits each.
    return int(account[6:] + account[:6]) % 97 == 1


def _ssn(message: Message, start: int, end: int) -> bool:
    """Return whether nine digits can be a Social Security number: the area is in use and no part is all zeros."""
    digits = re.sub(r"\D", "", message.lowered[start:end])
    return not re.match(r"000|666|9|...00|.....0000", digits)


_CHECKS = {"luhn": Message.luhn, "iban": _iban, "ssn": _ssn}


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule.

    at: names of the starts at which to try it. begins: the first characters of its cues or of its secret.
    opening: the pattern of cue, link and secret, without the secret if that has its own pattern. more: the pattern of
    the next secret in a list.

    `secret`, and `opening` if `as_written`, match the plain message. All other patterns match it in lowercase, which is
    far faster than ignoring case in each of them.
    """

    kind: str
    at: frozenset[str]
    begins: frozenset[str]
    opening: re.Pattern[str]
    as_written: bool
    has_cue: bool
    secret: re.Pattern[str] | None
    more: re.Pattern[str] | None
    check: Callable[[Message, int, int], bool] | None
    after: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None

    def secrets(self, message: Message, position: int) -> Iterator[tuple[int, int]]:
        """Yield the span of the secret that starts here, or whose cue does, and the spans of others in its list."""
        match = self.opening.match(message.written if self.as_written else message.lowered, position)
        if match and self.secret:
            match = self.secret.match(message.written, match.end())
        if match and self.holds(message, *match.span("secret")):
            while match:
                yield match.span("secret")
                match = self.more.match(message.lowered, match.end("secret")) if self.more else None

    def holds(self, message: Message, start: int, end: int) -> bool:
        """Return whether a match of the pattern passes the rule's other tests."""
        if self.check and not self.check(message, start, end):
            return False
        before = message.lowered[max(0, start - _BEFORE) : start]
        if self.after and not self.after.search(before):
            return False
        return not (self.unless_after and self.unless_after.search(before))


def make_rule(
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
) -> Rule:
    """Compile a rule from its fields in the file: see `bot.guard.personal_data_file`."""
    cues = expanded(cue)
    before = f"(?<![a-z0-9])(?:{cues})(?:{link})" if cue else ""
    secret = f"(?P<secret>{secret})"
    separate = cased and cue != ""
    return Rule(
        kind,
        frozenset(INCLUDED.keys() & at.split("|")),
        frozenset(_LITERAL.findall(cues)) if cue else frozenset(at.split("|")) - INCLUDED.keys(),
        compiled(before if separate else before + secret, cased and not separate),
        cased and not separate,
        cue != "",
        compiled(secret, cased) if separate else None,
        compiled(f"%also%{secret}") if many else None,
        _CHECKS[check] if check else None,
        compiled(after) if after else None,
        compiled(unless_after) if unless_after else None,
    )

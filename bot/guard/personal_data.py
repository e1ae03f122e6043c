"""Finds and masks personal data in a message, by the rules that `bot.guard.personal_data_file` documents.

`widget/src/personal-data.js` is this module and the three that it imports, in JavaScript. The tests run both on the
same messages.

The plain form of the message is read once, from left to right. At the start of each word, number or sign, the rules for
what starts there are tried in the order of the file; the field `start` defines these starts. Every repetition in a rule
has an upper bound, so the time at one position is bounded, and the total time grows linearly with the length of the
message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.guard.personal_data_file import DATA, HIDDEN, KINDS, MASK, RULES_FILE, compiled, shown
from bot.guard.personal_data_rule import CUE_CHARS, INCLUDED, START, Message, Rule, make_rule
from bot.guard.personal_data_text import plain_message

__all__ = ["HIDDEN", "KINDS", "MASK", "RULES_FILE", "FoundData", "find_personal_data", "mask_personal_data"]

_RULES = tuple(make_rule(**rule) for rule in DATA["rules"])
_NONE = len(_RULES)
# First characters -> the indexes of the rules to try.
_RULES_BY_PREFIX = {
    key: frozenset(index for index, rule in enumerate(_RULES) if key in rule.begins)
    for key in frozenset().union(*(rule.begins for rule in _RULES))
}
_UNSURE = {index for index, rule in enumerate(_RULES) if rule.check or rule.unless_after}
# A rule with `after` is tried only directly after a match of that pattern.
_LEADS = [rule["after"].removesuffix("$") for rule in DATA["rules"] if "after" in rule]
_LEAD = compiled(rf"(?:{'|'.join(_LEADS)})(?=\d)")
# Start -> the indexes of its rules, except those with `after`.
_AT = {
    name: tuple(index for index, rule in enumerate(_RULES) if rule.at & included and not rule.after)
    for name, included in INCLUDED.items()
}


@dataclass(frozen=True, slots=True)
class FoundData:
    """The position of personal data in a text. start, end: offsets in code points, half-open."""

    kind: str
    start: int
    end: int


def find_personal_data(text: str) -> tuple[FoundData, ...]:
    """Return the personal data in a text, in its order and without overlaps. Masks such as `[email]` are skipped."""
    plain = plain_message(text)
    message = Message(plain.text)
    free = bytearray(b"1") * len(plain.text)
    found: list[FoundData] = []
    led_to = {place.end() for place in _LEAD.finditer(message.lowered)}
    for start in START.finditer(message.lowered):
        position = start.start()
        if not free[position]:
            continue
        name = message.lowered[position]
        if name not in _AT:
            name = start.lastgroup or ""
        first = _first(message, name, position)
        for rule in _rules_for(name, first, position in led_to, message.lowered[position : position + CUE_CHARS]):
            if not (rule.has_cue or free[position]):
                continue
            for span in rule.secrets(message, position):
                span = plain.widened(*span)
                if all(free[slice(*span)]):
                    free[slice(*span)] = bytes(span[1] - span[0])
                    found.append(FoundData(rule.kind, *plain.original(*span)))
    return tuple(sorted(found, key=lambda item: item.start))


def mask_personal_data(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace personal data with its kind in brackets. Return the text, and the kinds found, each once, in order."""
    pieces: list[str] = []
    position = 0
    found = find_personal_data(text)
    for item in found:
        pieces += text[position : item.start], f"[{shown(item.kind)}]"
        position = item.end
    return "".join(pieces) + text[position:], tuple(dict.fromkeys(item.kind for item in found))


@dataclass(frozen=True, slots=True)
class _Alternatives:
    """The rules of one start in one pattern. At most starts, no rule matches, and one pattern finds that out faster."""

    indexes: tuple[int, ...]
    pattern: re.Pattern[str]


def _alternatives(indexes: Iterable[int], *, as_written: bool) -> _Alternatives | None:
    indexes = tuple(index for index in indexes if _RULES[index].as_written == as_written)
    # The empty group at the end of each alternative tells which one matched. It costs nothing until then.
    opened = "|".join(_RULES[index].opening.pattern.replace("(?P<secret>", "(?:") + "()" for index in indexes)
    return _Alternatives(indexes, re.compile(opened, re.ASCII)) if indexes else None


@cache
def _after(name: str, last: int) -> tuple[_Alternatives | None, _Alternatives | None]:
    """Return the rules for a start, in lowercase and as written: all of them, or those after `last`, which failed.

    Compiled on first use: most starts never need the rules after one that failed.
    """
    indexes = _AT[name]
    later = indexes[indexes.index(last) + 1 :] if last != _NONE else indexes
    return _alternatives(later, as_written=False), _alternatives(later, as_written=True)


def _first(message: Message, name: str, position: int) -> int:
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


@lru_cache(maxsize=65_536)
def _rules_for(name: str, first: int, led: bool, characters: str) -> tuple[Rule, ...]:
    """Return the rules to try at a start, in order.

    first: index of the first rule without a cue that matches. led: whether the words before match a rule's `after`.
    characters: the first characters at the start.
    """
    indexes = {index for index in _AT[name] if index >= first}
    if led:
        indexes |= {index for index, rule in enumerate(_RULES) if rule.after and rule.at & INCLUDED[name]}
    for length in range(1, CUE_CHARS + 1):
        indexes |= _RULES_BY_PREFIX.get(characters[:length], frozenset())
    return tuple(_RULES[index] for index in sorted(indexes))

"""A text -> groups of lines that belong together. Blank lines separate them, but not those in a list or an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.policies.facts import is_fact_line
from bot.policies.openings import opens_tail
from bot.policies.phrases import are_postal_address, is_address_line, is_field
from bot.policies.sentences import strip

MAX_HEADING_CHARS = 100
_WORD = re.compile(r"[^\W_]")
# A line above a list is a clause that ends in a colon. One of these words makes it a clause.
_COLONS = (":", "：")
_CLAUSE = re.compile(
    r"\b(?:we|you|they|i|us|following|not|never|may|can|will|is|are|do|does|have|has)\b", re.IGNORECASE
)

# A heading of Markdown with one of these may have items below it; others have headings of their own.
_SUBJECT_HEADING = re.compile(r"\b(?:we|you|your|i|us|our|data|information|rights)\b", re.IGNORECASE)
DENIES = re.compile(r"\b(?:not|never|no|cannot|\w+n['’]t|only|except|without|nobody)\b", re.IGNORECASE)


class Line(NamedTuple):
    """A line without the white space at its ends.

    indent: the columns before it; tabs stop at every fourth. apart: whether a blank line is above it.
    """

    start: int
    end: int
    indent: int
    apart: bool


def read_groups(text: str) -> list[list[Line]]:
    """Return the groups of a text, in order; those without a word are left out."""
    return list(_join_lists(text, list(_join_addresses(text, list(_groups(text))))))


def _groups(text: str) -> Iterator[list[Line]]:
    """Yield runs of lines between blank lines."""
    group: list[Line] = []
    start = 0
    for line in [*text.splitlines(keepends=True), ""]:
        words = strip(text, start, start + len(line))
        if words.start < words.end:
            indent = len(text[start : words.start].expandtabs(4))
            group.append(Line(words.start, words.end, indent, not group))
        elif group:
            if any(has_words(text[each.start : each.end]) for each in group):
                yield group
            group = []
        start += len(line)


def _join_addresses(text: str, groups: Sequence[list[Line]]) -> Iterator[list[Line]]:
    """Yield the groups. Lines of one postal address that blank lines separate are one group."""
    at = 0
    while at < len(groups):
        end = at
        while end < len(groups) and len(groups[end]) == 1 and is_address_line(_words(text, groups[end][0])):
            end += 1
        lines = [line for group in groups[at:end] for line in group]
        if end - at > 2 and are_postal_address([_words(text, line) for line in lines]):
            yield lines
        else:
            end = max(end, at + 1)
            yield from groups[at:end]
        at = end


def _join_lists(text: str, groups: Sequence[list[Line]]) -> Iterator[list[Line]]:
    """Yield the groups. Paragraphs that are items without marks are one with what governs them.

    That is a line above them that ends in a colon, or a heading such as "What we never collect".
    """
    at = 0
    while at < len(groups):
        end = at + 1
        above = _words(text, groups[at][0])
        if len(groups[at]) == 1 and _governs(above):
            while end < len(groups) and len(groups[end]) == 1 and _is_bare_item(_words(text, groups[end][0])):
                end += 1
            below = _words(text, groups[end][0]) if end < len(groups) else ""
            if below.endswith((".", "!", "?")) and not opens_tail(below):
                end -= 1  # the last one may be the heading of what is below
        if end - at > (1 if above.startswith("#") and DENIES.search(above) else 2):
            yield [line for group in groups[at:end] for line in group]
        else:
            end = at + 1
            yield groups[at]
        at = end


def may_list(heading: str) -> bool:
    """Return whether lines below a heading may be its items: "What we collect", and not "Contact"."""
    return _SUBJECT_HEADING.search(heading) is not None


def _governs(words: str) -> bool:
    if words.startswith("#"):
        return may_list(words)
    return words.endswith(_COLONS) and _CLAUSE.search(words) is not None


def _is_bare_item(words: str) -> bool:
    return (
        len(words) <= MAX_HEADING_CHARS
        and words[0].isalpha()
        and words[-1] not in ".!?:…。！？："
        and not is_field(words)
        and not is_fact_line(words)
        and "|" not in words
    )


def _words(text: str, line: Line) -> str:
    return text[line.start : line.end]


def find_fields(text: str, groups: Sequence[Sequence[Line]]) -> set[int]:
    """Return where the lines start that are fields of a record, such as "Purpose: …" below "Type: …"."""
    fields: set[int] = set()
    first_before: int | None = None  # the start of the first line of the group before, if that is a field
    for group in groups:
        found = [line.start for line in group if is_field(text[line.start : line.end])]
        first = group[0].start if group[0].start in found else None
        if len(found) > 1:
            fields.update(found)
        if first is not None and first_before is not None:
            fields.update((first_before, first))
        first_before = first
    return fields


def has_words(words: str) -> bool:
    """Return whether there is a letter or a digit."""
    return _WORD.search(words) is not None

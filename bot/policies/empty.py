"""Statements that say nothing by themselves, such as a link's words, and those that add nothing to another one."""

from __future__ import annotations

import re

from bot.policies.dated import dated_updated, is_nothing_but_date
from bot.policies.dates import find_dates
from bot.policies.phrases import is_fragment
from bot.types import Policy, Sentence, Span

# A link or button with one of these says what a visitor can do, as do the words of `bot.policies.phrases`.
_DOES = re.compile(
    r"(?:request|download|export|get|manage|access|correct|edit|withdraw|object|submit|file|complain|do not|don['’]t"
    r"|unsubscribe|cancel|close|deactivate|limit|control|adjust|view|show|exercise|talk|chat)\b",
    re.IGNORECASE,
)
# A line above something that is not a list, so that it governs nothing: "We use it for purposes such as the
# following:".
_ANNOUNCES = re.compile(r"\b(?:the following|as follows|for example|includes?|including)\s*:$", re.IGNORECASE)
# "Last updated June 1, 2024 – added a section".
_CHANGED = re.compile(r"\W*(?:last |latest )?(?:updated?|revised|revision|modified|amended|changed?)\b", re.IGNORECASE)
# An entry in a list of changes has its date within this many first characters: "Version 2 (May 3, 2024): …".
_DATE_WITHIN = 12
_WITHOUT_VALUE = frozenset(["", "n/a", "na", "not applicable", "-", "–", "—"])
_NONE = _WITHOUT_VALUE | {"none", "no", "nil"}


def says_nothing(sentence: Sentence, policy: Policy) -> bool:
    """Return whether a statement says nothing.

    These are a link's words alone, the rest of a line, an announcement without its content, or a row without values. In
    a table, "None" is a value behind the name of its row: "Data that we sell | None".
    """
    if "|" in sentence.text:
        cells = _cells(sentence.text)
        return _WITHOUT_VALUE.issuperset(cells[1:]) or _NONE.issuperset(cells)
    if any(span not in sentence.neighbors for span in sentence.context):
        return False  # as an item of a list, "Email address" says much
    words = sentence.text.strip()
    if _ANNOUNCES.search(words):
        return True
    if _DOES.match(words) or not words[-1].isalnum() or not is_fragment(f"{words}."):
        return False
    is_link = any(link.start <= sentence.start and sentence.end <= link.end for link in policy.links)
    return is_link or words[0].islower()


def adds_nothing(sentence: Sentence, policy: Policy) -> bool:
    """Return whether a statement adds nothing to another one.

    These are a table's header, a row of which most cells are "N/A", or what only says when, or how, the policy was
    changed.
    """
    if _is_of_changes(sentence, policy):
        return True
    if "|" not in sentence.text:
        return False
    cells = _cells(sentence.text)
    without_value = sum(bool(cell) and cell in _WITHOUT_VALUE for cell in cells[1:])
    return 2 * without_value > len(cells[1:]) or _is_head(sentence, cells, policy)


def _is_of_changes(sentence: Sentence, policy: Policy) -> bool:
    """Return whether a statement is a date of the policy, or opens with it, as an entry of a list of changes does."""
    words = sentence.text
    first = next(find_dates(words), None)
    if first is None:
        return False
    above = [policy.text[start:end] for start, end in sentence.context]
    is_entry = first.span.start <= _DATE_WITHIN and dated_updated(words, above) > 0
    return is_entry or is_nothing_but_date(words) or _CHANGED.match(words) is not None


def _is_head(sentence: Sentence, cells: list[str], policy: Policy) -> bool:
    """Return whether a row names the columns of those below it, or repeats the names of its own."""
    own = Span(sentence.start, sentence.end)
    below = policy.sentences[sentence.index + 1 : sentence.index + 2]
    repeats = any(_cells(policy.text[start:end]) == cells for start, end in sentence.context)
    return repeats or any(own in following.context and own not in following.neighbors for following in below)


def _cells(row: str) -> list[str]:
    return [" ".join(cell.split()).casefold() for cell in row.split("|")]

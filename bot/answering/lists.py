"""Lists and tables of a policy: which ones an answer quotes only a part of.

A visitor who asks for a list gets its most relevant entries. If others are about as relevant, the answer continues with
them if they are few and short; otherwise it says that the list goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.types import Hit, Policy, Span

# A list is asked for if at least this many of its entries are cited, and these are most of them, or another one is at
# least this share as relevant as the least relevant of them: .5 to .9 if the list is asked for, .05 if an entry is.
_LEAST_CITED, _AS_RELEVANT = 2, 0.5
# The entries that are added at most, and their characters together.
_MOST_ADDED, _MOST_ADDED_CHARS = 5, 400
_WORD = re.compile(r"\w{4,}")


class PolicyLists:
    """The lists and tables of one policy. Threads can share it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._lists: dict[Span, list[int]] = {}
        self._list_of: dict[int, Span] = {}
        for lead, entries in _entries(policy).items():
            marked = any(entry.marker for entry in entries)
            outermost = min(entry.depth for entry in entries)
            for entry in entries:
                # A line without a mark continues with the entry above it.
                if entry.depth == outermost and (entry.marker or not marked):
                    self._lists.setdefault(lead, []).append(entry.row)
                    self._list_of[entry.row] = lead

    def all(self) -> list[tuple[str, list[int]]]:
        """Return the line above each list, or the heads of each table, with the statements that open its entries."""
        return [(self._policy.text[lead.start : lead.end], rows) for lead, rows in self._lists.items()]

    def asked_for(self, chosen: Sequence[int], hits: Sequence[Hit]) -> list[int]:
        """Return all entries of the list that is asked for and cited in part; none if there is no such list.

        chosen: the statements to cite, as indexes. hits: in answering order.
        """
        relevance = {hit.passage.index: hit.relevance for hit in hits}
        cited: dict[Span, list[int]] = {}
        for index in chosen:
            if lead := self._list_of.get(index):
                cited.setdefault(lead, []).append(index)
        for lead, some in sorted(cited.items(), key=lambda each: -len(each[1])):
            least = _AS_RELEVANT * min(relevance.get(index, 0.0) for index in some)
            entries = self._lists[lead]
            others = [index for index in entries if index not in some]
            as_relevant = any(relevance.get(index, 0.0) >= least for index in others)
            if len(some) >= _LEAST_CITED and others and (as_relevant or len(some) > len(others)):
                return entries
        return []

    def add_short(self, chosen: Sequence[int], entries: Sequence[int]) -> tuple[int, ...]:
        """Return the statements to cite, with the other entries of their list if these are few and short."""
        missing = [index for index in entries if index not in chosen]
        chars = sum(len(self._policy.sentences[index].text) for index in missing)
        if len(missing) > _MOST_ADDED or chars > _MOST_ADDED_CHARS:
            return tuple(chosen)
        return (*chosen, *missing)

    def goes_on(self, chosen: Sequence[int], entries: Sequence[int], hits: Sequence[Hit]) -> bool:
        """Return whether the list clearly has more of what is asked for than is cited.

        It does if its entries are most of the answer, and another one is about as relevant as the best.
        """
        relevance = {hit.passage.index: hit.relevance for hit in hits}
        others = [relevance.get(index, 0.0) for index in entries if index not in chosen]
        cited = [index for index in chosen if index in entries]
        if not others or chosen[0] not in entries or 2 * len(cited) <= len(chosen):
            return False
        return max(others) >= _AS_RELEVANT * relevance[chosen[0]]


class _Entry(NamedTuple):
    """A statement that opens an entry. marker: what is before it in its line. depth: how many lines govern it."""

    row: int
    marker: str
    depth: int


def _entries(policy: Policy) -> dict[Span, list[_Entry]]:
    """Return for the line above each list, or the heads of each table, the statements that open an entry."""
    found: dict[Span, list[_Entry]] = {}
    text, end = policy.text, 0
    for sentence in policy.sentences:
        line = text.rfind("\n", 0, sentence.start) + 1
        goes_on, end = end > line, sentence.end
        if goes_on:
            continue
        governing = [span for span in sentence.context if span not in sentence.neighbors and span.end <= sentence.start]
        labels = [span for span in governing if span.start >= line]  # "Account data." in the entry's own line
        leads = [span for span in governing if _is_lead(text[span.start : span.end])]
        marker = text[line : sentence.start]
        for label in labels:
            marker = marker.replace(text[label.start : label.end], "", 1)
        if leads and not _WORD.search(marker):
            found.setdefault(leads[-1], []).append(_Entry(sentence.index, marker.strip(), len(governing) - len(labels)))
    return found


def _is_lead(words: str) -> bool:
    """Return whether words are the line above a list, or the heads of a table."""
    return words.rstrip().endswith(":") or "|" in words

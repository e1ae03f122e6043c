"""The section of the statement that answers best. If it is short, an answer quotes it to its end: there is most often
what limits or completes it. From other sections, an answer quotes less.

"If the Company is sold, your data may be transferred" is followed by "We will provide notice before". Such a sentence
is seldom like the question, so that no ranking finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.policies.empty import adds_nothing
from bot.types import Hit, Passage, Policy

# What a statement needs of the relevance of the first one: in the first one's section, in another one that is quoted
# already or is the second to be, and in any later one. On the set `reading`, this leaves out 80 of 483 statements, of
# which 13 belong to the answer. If the first two are 0 and .5, and the third rises to .75, it is 58 and 12.
_IN_FIRST, _IN_QUOTED, _IN_ANOTHER = 0.4, 0.5, 0.7
# A section is short up to this many statements, and this many characters of them together.
_MOST_STATEMENTS, _MOST_CHARS = 4, 500


class ShortSections:
    """The short sections of one policy. Threads can share it.

    passages: all of the policy, in order. title: of the policy. What is directly below it may be about anything.
    """

    def __init__(self, passages: Sequence[Passage], title: str) -> None:
        self._passages = passages
        self._of: dict[int, tuple[int, ...]] = {}
        for _, section in groupby(passages, key=lambda passage: passage.section_id):
            statements = list(section)
            chars = sum(len(passage.text) for passage in statements)
            is_headed = statements[0].headings not in ((), (title,))
            if is_headed and len(statements) <= _MOST_STATEMENTS and chars <= _MOST_CHARS:
                rows = tuple(passage.index for passage in statements)
                self._of.update(dict.fromkeys(rows, rows))

    def add(self, chosen: Sequence[int]) -> tuple[int, ...]:
        """Return the statements to cite, with those after the first in its section if that is short.

        chosen: indexes of passages, the best first.
        """
        said = {self._passages[row].text for row in chosen}
        after = [row for row in self._of.get(chosen[0], ()) if row > chosen[0]]
        return (*chosen, *(row for row in after if self._passages[row].text not in said))


def without_weak(chosen: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits to cite without those that are far less relevant than the first, above all of more sections.

    chosen: the best first.
    """
    first = chosen[0]
    kept = [first]
    quoted = [first.passage.section_id]
    for number, hit in enumerate(chosen[1:], start=1):
        section = hit.passage.section_id
        is_quoted = number == 1 or section in quoted
        needed = _IN_FIRST if section == quoted[0] else _IN_QUOTED if is_quoted else _IN_ANOTHER
        if hit.relevance >= needed * first.relevance:
            kept.append(hit)
            quoted.append(section)
    return tuple(kept)


def without_empty(rows: Sequence[int], policy: Policy) -> tuple[int, ...]:
    """Return the statements to cite without those after the first that add nothing to it.

    rows: indexes of statements, the best first. If the first is of that kind, such statements are what is asked for.
    """
    empty = {row for row in rows if adds_nothing(policy.sentences[row], policy)}
    return tuple(rows) if rows[0] in empty else tuple(row for row in rows if row not in empty)

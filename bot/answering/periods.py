"""Questions how long something is kept or takes, which a statement with a period answers: "how long are my chats kept".

The encoder finds any statement on chats, and one that they can be deleted is as near as one that says when.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.rank import with_near_first
from bot.types import Hit

_HOW_LONG = re.compile(
    r"\b(?:how long|how many (?:days|weeks|months|years)|when (?:do|does|will|is|are)\b[^.?!]{0,60}\b"
    r"(?:deleted?|erased?|expires?|gone|removed?))\b",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|ninety|few|several)"
)
_PERIOD = re.compile(
    rf"\b{_NUMBER}[ -](?:business |calendar |working )?(?:second|minute|hour|day|night|week|month|year)s?\b"
    r"|\b(?:as long as|no longer than|until|indefinitely|forever|permanently|immediately|overnight|session|at once"
    r"|right away)\b",
    re.IGNORECASE,
)
# Among how many statements one with a period is looked for, and how relevant it must be, as a share of the best. On the
# set `reading`, the first statement has a period for 26 of 30 such questions, and so it is for 29; on the invented
# policies, for 138 and 140 of 147. None gets a worse one, from .2 to .5.
_AMONG, _AS_RELEVANT = 5, 0.35


def asks_how_long(question: str) -> bool:
    """Return whether a question asks how long something is kept or takes."""
    return _HOW_LONG.search(question) is not None


def with_period_first(question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return hits with one that names a period first, if the question is how long and one is about as relevant.

    hits: in answering order, at least one.
    """
    if not asks_how_long(question) or _PERIOD.search(hits[0].passage.text):
        return tuple(hits)
    return with_near_first(
        hits, lambda hit: _PERIOD.search(hit.passage.text) is not None, among=_AMONG, as_relevant=_AS_RELEVANT
    )

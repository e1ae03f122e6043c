"""The part of a policy that says with whom data is shared, and whether a question asks for that in general.

"Who gets my data?" is answered with one statement on each group that this part lists: service providers, affiliates,
authorities. The statements that are most like the question may all be on the same group.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.documents import other_documents
from bot.answering.lists import PolicyLists
from bot.answering.telling import telling_words
from bot.policies.about import known_names
from bot.types import Hit, Passage, Policy

_DATA = r"(?:data|info\w*|details|stuff)"
_WHO = (
    r"(?:with |to )?(?:who(?:m|se?|['’]?s)?|which (?:companies|people|others|third parties|organi[sz]ations)"
    r"|what (?:companies|others|third parties))"
)
# Questions on some data, on a sale, or on a case are no general ones.
_SPECIAL = (
    r"(?:sell|sold|buys?|staff|employees?|health|medical|child\w*|kids?|location|payment|card|e-?mail|camera|video"
    r"|face|dna|search\w*|forms?|if|when|after|why|i (?:write|contact|ask|tell)|wrong|got|law|last)"
)
_GETS = (
    r"(?:gets?|getting|sees?|seeing|has|have|share|shared|sharing|gives?|giving|given|pass\w*|sent|sends?|sending"
    r"|disclos\w+|receives?|receiving|access\w*|handed)"
)
_GIVEN = r"(?:shared|given|passed|disclosed|sent)"
_ASKS = re.compile(
    rf"\W*(?:(?:and|so|but|ok|hi|hello|please)\W+)*{_WHO}\b(?!.*\b{_SPECIAL}\b).{{0,60}}\b{_GETS}\b.{{0,40}}\b{_DATA}\b"
    rf"|\W*(?:with|to) whom\b.{{0,40}}\b{_DATA} {_GIVEN}\b"
    rf"|.{{0,20}}\b(?:my|our) (?:personal )?{_DATA} (?:\w+ )?{_GIVEN} (?:\w+ )?(?:to|with) whom?\b",
    re.IGNORECASE,
)
_SHARES = r"(?:shar(?:e|es|ed|ing)|disclos(?:es?|ed|ing)|disclosures?|recipients?|with whom)"
_WHO_GETS = r"who (?:else )?(?:can |may )?(?:gets?|sees?|has|receives?)"
_HEADING = re.compile(
    r"(?!.*\b(?:not|never|rights?|collection|disputes?|direct marketing|how to|opt)\b)"
    rf".*\b(?:{_SHARES}|{_WHO_GETS})\b.*",
    re.IGNORECASE,
)
# "We may share your information in the following situations:"
_LEAD = re.compile(rf"(?!.*\b(?:not|never|if|when)\b).*\b(?:we|us)\b.*\b{_SHARES}\b.*:", re.IGNORECASE | re.DOTALL)
# Headings of parts for some people, of another notice, or on what visitors share themselves.
_FOR_SOME = re.compile(
    r"\b(?:residents?|supplemental|california\w*|nevada|state|EEA|notice|(?:when|what) you)\b", re.IGNORECASE
)
# The telling words of questions in general; with any other, a question is on something.
_IN_GENERAL = telling_words(
    "who whom whos whose with and so but ok hi hello please else all besides outside apart other others than except "
    "me my mine our am is are was be been being going able to of at from in into on by get gets getting got gotten "
    "see sees seeing look looks looking share shared sharing give gives giving given pass passed passing pass send "
    "sent sending disclose disclosed receive receives access accessed hand handed allowed third party parties "
    "company companies organization organizations people person anybody anyone somebody someone details stuff info "
    "information private account user visitors them it this out over"
)
# What says that somebody gets something.
_GIVES = re.compile(
    r"\b(?:shar(?:e|es|ed|ing)|disclos(?:e|es|ed|ing)|provide[sd]?|transfer(?:s|red)?|giv(?:e|es|en)|release[sd]?"
    r"|sen[dt]s?|receives?|access\w*|engage|available|work with|uses? (?:\w+ ){0,3}(?:providers|vendors|processors))\b",
    re.IGNORECASE,
)
_LEAST_GROUPS = 2


class SharingPart:
    """The groups with whom a policy says that it shares data. Threads can share it."""

    def __init__(self, passages: Sequence[Passage], policy: Policy, lists: PolicyLists) -> None:
        others = other_documents(policy)
        own = [passage for passage in passages if passage.section_id not in others]
        self._general = _IN_GENERAL | telling_words(" ".join(known_names(policy)))
        found = [_groups(part, lists) for part in _parts(own)]
        found += [[[row] for row in entries] for lead, entries in lists.all() if _LEAD.fullmatch(lead)]
        self._groups = max(found, key=len, default=[])

    def asked_for(self, question: str, hits: Sequence[Hit], most: int) -> tuple[int, ...]:
        """Return a statement on each group, in order, if a question asks who gets data in general; otherwise none.

        hits: the most relevant first; of more than `most` groups, those with the most relevant statements are taken.
        """
        if len(self._groups) < _LEAST_GROUPS or not _ASKS.match(question):
            return ()
        if telling_words(question) - self._general:
            return ()
        relevance = {hit.passage.index: hit.relevance for hit in hits}
        best = [max(group, key=lambda row: relevance.get(row, 0.0)) for group in self._groups]
        kept = sorted(best, key=lambda row: -relevance.get(row, 0.0))[:most]
        return tuple(sorted(kept))

    def has_more(self, rows: Sequence[int]) -> bool:
        """Return whether there are more groups than those of `rows`, which `asked_for` returned."""
        return len(rows) < len(self._groups)


def _parts(passages: Sequence[Passage]) -> list[list[Passage]]:
    """Return the passages of each part whose heading says that it is on sharing."""
    found: list[list[Passage]] = []
    before: tuple[str, ...] = ()
    for passage in passages:
        headings = passage.headings
        at = next((n for n, words in enumerate(headings, start=1) if _HEADING.fullmatch(words)), 0)
        if at and not any(map(_FOR_SOME.search, headings)):
            if headings[:at] != before or passage.index != found[-1][-1].index + 1:
                found.append([])
            found[-1].append(passage)
        before = headings[:at]
    return found


def _groups(part: Sequence[Passage], lists: PolicyLists) -> list[list[int]]:
    """Return the statements on each group: in a section below the part's own, or in an entry of its list."""
    by_section: dict[str, list[Passage]] = {}
    for passage in part:
        by_section.setdefault(passage.section_id, []).append(passage)
    groups = list(by_section.values())
    if len(groups) <= _LEAST_GROUPS:
        entries = {row for _, rows in lists.all() for row in rows}
        groups = [[passage] for passage in part if passage.index in entries]
    giving = [[each.index for each in group if _gives(each)] for group in groups]
    return [group for group in giving if group]


def _gives(passage: Passage) -> bool:
    """Return whether a statement says that somebody gets something."""
    is_lead = passage.text.endswith(":") and " not " not in passage.text
    return _GIVES.search(passage.read_as) is not None and not is_lead

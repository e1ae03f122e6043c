"""Sections of a policy that concern some people only, such as children, or the residents of a state or a union.

"The right to object" below "European Economic Area > Your rights" is not everybody's. Such a statement is quoted with
the heading that says whose it is. One on children, applicants, or people who do not use the service comes after one for
everybody, unless the question is about them. So does one of another document in the file, such as a notice on payments.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.answering.documents import other_documents
from bot.answering.rank import with_near_first
from bot.answering.telling import telling_words
from bot.types import Hit, Passage, Policy, Quote

_CHILDREN, _STAFF, _OTHERS = "children", "staff", "others"
# Whom the heading of a section names.
_NAMED = {
    _CHILDREN: re.compile(
        r"\b(?:child|children|minors?|teens?|teenagers?|kids?|parents?|guardians?"
        r"|under(?:[ -]the[ -]age[ -]of)?[ -]1\d)\b",
        re.IGNORECASE,
    ),
    "places": re.compile(
        r"\b(?:EEA|EU(?!-)|U\.?K\.?|Europe(?:an)?|United Kingdom|Switzerland|Swiss|Californian?s?|Colorado|Connecticut"
        r"|Virginia|Nevada|Utah|Texas|Oregon|Montana|Qu[eé]bec|Canad(?:a|ians?)|Brazil|Australia|Japan|Korea"
        r"|[Rr]esidents)\b"
    ),
    _STAFF: re.compile(
        r"\b(?:(?:job )?applicants?|job (?:candidates?|seekers?)|employees?|volunteers?|workforce)\b", re.IGNORECASE
    ),
    _OTHERS: re.compile(r"\bnon-?(?:users?|members?|customers?)\b", re.IGNORECASE),
}
# Headings on where data goes, and on whom somebody has named there, name a place and concern everybody.
_NOT_THERE = re.compile(r"\b(?:transfer\w*|outside|framework\w*|representatives?|storage|shield)\b", re.IGNORECASE)
# What a question about them says. Most sections on a place say what holds for everybody, so they keep their rank.
_ASKED = {
    _CHILDREN: re.compile(
        rf"{_NAMED[_CHILDREN].pattern}|\b(?:child\w*|sons?|daughters?|young|underage|(?:years?|yrs?|months?)[ -]olds?"
        r"|old|age|ages|aged|famil(?:y|ies)|school\w*|students?|i(?:['’]?m| am) 1\d)\b",
        re.IGNORECASE,
    ),
    _STAFF: re.compile(
        r"\b(?:jobs?|appl(?:y|ied|ying|icants?|ications?)|candidates?|recruit\w*|employ\w*|work(?:s|ed|ing|ers?)?"
        r"|volunteer\w*|careers?|staff|hir(?:e|ed|ing)|cv|r[eé]sum[eé])\b",
        re.IGNORECASE,
    ),
    _OTHERS: re.compile(
        rf"{_NAMED[_OTHERS].pattern}|(?:\b(?:without|no|never|not)|n['’]t)\b.{{0,20}}\b(?:accounts?|us(?:e|ed|er|ing)"
        r"|sign\w*|join\w*|members?)\b",
        re.IGNORECASE,
    ),
}
# How many headings are looked at, from the innermost on. Those farther out are often on another level than they look.
_NEAREST = 2
# The marks before a heading's words.
_MARK = 12
# If so much of a policy concerns the same people, it is for them.
_MOST = 0.4
# Among how many statements one for everybody is looked for, and how relevant it must be, as a share of the best. Who
# writes "my chats" uses the service.
_AMONG, _AS_RELEVANT, _FOR_USERS = 5, 0.4, 0.2
# The same if the best is in another document. Such a document repeats most of what the policy says, in fewer words.
_OF_POLICY = 0.3


class Audiences:
    """Whom the sections of one policy concern, if not everybody. Threads can share it.

    passages: all of the policy, in order.
    """

    def __init__(self, passages: Sequence[Passage], policy: Policy) -> None:
        self._titles = other_documents(policy)
        self._words = {title: telling_words(title) for title in self._titles.values()}
        named = [_named(passage.headings) for passage in passages]
        counts = Counter(name for names in named for name in names)
        self._of_some = [name for name in _NAMED if counts[name] <= _MOST * len(passages)]
        self._starts = {section.headings: section.start for section in reversed(policy.sections)}
        self._text = policy.text

    def heading(self, passage: Passage) -> Quote | None:
        """Return the heading that says whom a statement concerns; None if it concerns everybody, or says it itself."""
        shown = [passage.text, *(words.quote for words in passage.context)]
        headings = passage.headings
        for count in range(len(headings), max(0, len(headings) - _NEAREST), -1):
            names = [name for name in self._of_some if name in _named(headings[count - 1 : count])]
            if names and not any(_NAMED[name].search(words) for name in names for words in shown):
                return self._quote(headings[:count])
        return None

    def _quote(self, headings: tuple[str, ...]) -> Quote | None:
        """Return the words of a section's heading; None if they are not in the text as they are."""
        start = self._starts.get(headings, -1)
        at = self._text.find(headings[-1], start, start + _MARK + len(headings[-1])) if start >= 0 else -1
        return Quote(headings[-1], at, at + len(headings[-1])) if at >= 0 else None

    def everybody_first(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return hits with one for everybody first if the best one is on people whom the question is not about.

        hits: in answering order, at least one.
        """
        not_asked = self._not_asked(question)
        concerned = not_asked & self._concerned(hits[0].passage)
        if not concerned:
            return tuple(hits)
        in_other = hits[0].passage.section_id in self._titles
        least = _OF_POLICY if in_other else _AS_RELEVANT
        return with_near_first(
            hits,
            lambda hit: (
                not_asked.isdisjoint(self._concerned(hit.passage))
                and not (in_other and hit.passage.section_id in self._titles)
            ),
            among=_AMONG,
            as_relevant=_FOR_USERS if _OTHERS in concerned else least,
        )

    def for_everybody(self, question: str, chosen: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return the hits to cite without those on children or non-users, unless the question or the best is on them.

        Those of other documents are left out, too. chosen: the best first; at least one.
        """
        left_out = self._not_asked(question) - {_STAFF}
        if not left_out.isdisjoint(self._concerned(chosen[0].passage)):
            return tuple(chosen)
        return tuple(hit for hit in chosen if left_out.isdisjoint(self._concerned(hit.passage)))

    def _concerned(self, passage: Passage) -> frozenset[str]:
        """Return the kinds of people whom a statement concerns, and the title of its document if that is another."""
        title = self._titles.get(passage.section_id, "")
        return _named((*passage.headings, title)) | ({title} - {""})

    def _not_asked(self, question: str) -> frozenset[str]:
        """Return the kinds of people that the policy speaks of, and titles of other documents, but not the question."""
        kinds = {name for name in self._of_some if name in _ASKED and not _ASKED[name].search(question)}
        words = telling_words(question) if self._words else frozenset()
        for title, titled in self._words.items():
            of_them = any(_ASKED[name].search(question) for name in _named([title]) if name in _ASKED)
            if not of_them and words.isdisjoint(titled):
                kinds.add(title)
        return frozenset(kinds)


def names_children(words: str) -> bool:
    """Return whether words name children or their parents."""
    return _NAMED[_CHILDREN].search(words) is not None


def _named(headings: Sequence[str]) -> frozenset[str]:
    """Return the kinds of people that headings name."""
    return frozenset(
        name
        for name, pattern in _NAMED.items()
        if any(pattern.search(words) and not _NOT_THERE.search(words) for words in headings)
    )

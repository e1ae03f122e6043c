"""Questions what a word means, which the statement that defines it answers: "what does 'Log Data' mean?".

The encoder does not know the words that a policy coins, so it finds any statement that uses them, or none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.types import Passage

_QUOTED = r"[\"“”]([^\"“”()]{2,50}?)[,.;]?[\"“”]"
_MEANS = r"(?:means?|refers? to|is short for|stands? for|has the meaning|have the meaning)"
_TERM = (
    r"(?!(?:This|That|These|Those|It|They|Which|What|Also|Please)\b)[A-Z][\w’'-]*"
    r"(?: (?!(?:should|may|must|we|you|that|also|refers?|means?)\b)[\w’'-]+){0,3}?"
)
# How clearly each pattern defines the term, the clearest first. A term may be defined more than once.
_DEFINING = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_QUOTED}(?:,? (?:or|and|,) {_QUOTED}){{0,4}},? (?:\w+ ){{0,2}}{_MEANS}\b",  # "Log Data" means …
        rf"^({_TERM}),? (?:\([^()]{{1,90}}\) )?{_MEANS}\b",  # Account means …
        rf"\b(?:[Bb]y|[Ww]e say|[Tt]he terms?|[Tt]he words?) {_QUOTED}",  # by "Log Data", we mean …
        rf"{_QUOTED}(?: \w+)? (?:is|are) (?:an?|the|any|all|one|information|data)\b",  # a "cookie" is a …
        rf"\b(?:call(?:ed|s)?|known as|refer(?:red|s)? to .{{0,40}}?as|define[sd]? as|termed) (?:the |our )?{_QUOTED}",
    )
)
# ("Log Data"), (the "Site" or "Sites"), (collectively, our "Services").
_LEAD = (
    r"(?:the|our|an?|and|or|each|collectively|together|hereinafter|here|in|below|described|also|we|call|called|these|this"
    r"|it|them|known|referred|refer|to|as|either|other|words|i\.e\.)"
)
_IN_GLOSSARY = re.compile(rf"^({_TERM})(?: is| are|:| [–—-]) ")
_GLOSSARY = re.compile(r"\b(?:definitions?|glossary|key terms|terms we use|meaning of)\b", re.IGNORECASE)
_IN_PARENTHESES = re.compile(rf"\((?:{_LEAD},?\s+){{0,8}}{_QUOTED}[^()]{{0,80}}\)", re.IGNORECASE)
_IN_QUOTES = re.compile(_QUOTED)
_SHORT_FORM = re.compile(r"\(([A-Z][A-Za-z]{0,4}[A-Z])s?\)")
_BEFORE = 120  # characters that hold what a short form stands for
_WORD = re.compile(r"[A-Za-z][\w’']*")
_ASKED = re.compile(
    r"(?:(?:and|so|but|ok|okay|please)[, ]+)*(?:"
    r"what(?:['’]?s| is| are) (?:the |your )?(?:meaning|definition) of (?P<meaning>.{1,60}?)"
    r"|(?:what|which) (?:exactly |precisely )?(?:does|do|did|would|is|are)(?: you| this policy| the policy| they| it)?"
    r"(?: exactly| actually)?(?: mea?n?t? (?:by|with)| call| consider(?:ed)?)? (?P<what>.{1,60}?)"
    r"(?: (?:exactly|even|actually|mean|means|stand for|stands for|refer to|supposed to mean|here|anyway)){0,3}"
    r"|how (?:do|does|is|are) (?:you |this policy |the policy |they )?(?:define|defined?) (?P<how>.{1,60}?)"
    r"|how (?:is|are) (?P<passive>.{1,60}?) defined"
    r"|(?:(?:can|could) you )?(?:please )?(?:define|explain(?: what)?) (?P<define>.{1,60}?)(?: (?:is|are|means?))?"
    r"|what(?:['’]?s)(?: an?| the)? (?P<whats>.{1,60}?)(?: mean(?:t)?)?"
    r"|(?P<alone>.{1,60}?) (?:meaning|definition)"
    r")(?: (?:in|under|for|according to) (?:this|the|your) (?:privacy )?(?:policy|notice|statement))?[ ?.!]*",
    re.IGNORECASE,
)
_MEANING = re.compile(r"\b(?:mean\w*|define[ds]?|definitions?|stands? for)\b", re.IGNORECASE)
# A word that is in more statements is no word that only the policy uses so.
_MOST_USES = 3
_ARTICLE = re.compile(r"^(?:an?|the|your|this|these|that|those|term|word|phrase|abbreviation|by)\s+", re.IGNORECASE)
_MARKS = re.compile(r"[\"“”‘’'«»]+")


class Definitions:
    """Knows the terms that one policy defines, and the statements that do so. Threads can share it."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        defined: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for passage in passages:
            for rank, term in _terms(passage):
                defined[_key(term)].append((rank, passage.index))
        self._rows = {key: min(found)[1] for key, found in defined.items() if key}

    def asked(self, question: str) -> int | None:
        """Return the index of the statement that defines the word whose meaning is asked for, or None."""
        if not self._rows or not (asked := _ASKED.fullmatch(question.strip())):
            return None
        return self._rows.get(_key(_asked_term(asked)))

    def using(self, question: str) -> tuple[int, ...]:
        """Return the indexes of the statements that use the words whose meaning is asked for, if not too many do."""
        asked = _ASKED.fullmatch(question.strip())
        if asked is None or not _MEANING.search(question) or not (term := _key(_asked_term(asked))):
            return ()
        words = r"[\s-]+".join(map(re.escape, term.removesuffix("y").split()))
        used = re.compile(rf"(?<!\w){words}(?:s|y|ies)?(?!\w)")
        found = tuple(passage.index for passage in self._passages if used.search(passage.text.lower()))
        return found if len(found) <= _MOST_USES else ()


def _asked_term(asked: re.Match[str]) -> str:
    return next(found for found in asked.groups() if found is not None)


def _terms(passage: Passage) -> Iterable[tuple[int, str]]:
    """Yield the terms that a statement defines, each with how far its form is from the surest one, from 0."""
    text = passage.text
    if passage.headings and _GLOSSARY.search(passage.headings[-1]) and (found := _IN_GLOSSARY.match(text)):
        yield 0, found[1]
    for rank, pattern in enumerate(_DEFINING):
        for found in pattern.finditer(text):
            yield from ((rank, term) for term in found.groups() if term)
    if "(" not in text:
        return
    for found in _IN_PARENTHESES.finditer(text):
        yield from ((len(_DEFINING), term) for term in _IN_QUOTES.findall(found[0]))
    for found in _SHORT_FORM.finditer(text):
        if _is_short_for(found[1], _WORD.findall(text[max(0, found.start() - _BEFORE) : found.start()])):
            yield len(_DEFINING) + 1, found[1]


def _is_short_for(short: str, words: Sequence[str]) -> bool:
    """Return whether words end with those that a short form stands for: "European Economic Area" (EEA)."""
    initials = [word[0].upper() for word in words if word[0].isupper()]
    return initials[-len(short) :] == list(short.upper())


def _key(term: str) -> str:
    """Return a term without marks, articles, case and the last plural: "the “Cookies”" is "cookie"."""
    words = _MARKS.sub("", term).lower().replace("-", " ").split()
    plain = " ".join("information" if word == "info" else word for word in words).strip(" .,;:?!")
    while (bare := _ARTICLE.sub("", plain)) != plain:
        plain = bare
    if plain.endswith("ies") and len(plain) > 4:
        return f"{plain[:-3]}y"
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > 3 else plain

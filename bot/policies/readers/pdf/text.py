"""Lines -> words that follow each other: hyphens and addresses that a line's end cut are joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_SOFT = "\u00ad"
_HYPHENS = "-\u2010\u00ad\u2011"
_CUT = re.compile(rf"(\w+)[{_HYPHENS}]$")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_START = re.compile(r"[^\W\d_]+")
# First parts of words that keep their hyphen, and last ones.
_FIRST = frozenset(
    "self non third first second one two three opt e co cross ex long short real high low up well multi single full "
    "half check sign log day year post mid pre anti all in on off so".split()
)
_LAST = frozenset(
    "out in up off on party parties time based related specific level free term wide friendly only to date side like "
    "minded party's mail mails commerce profit identifying personal public essential sensitive house person".split()
)
_ADDRESS = re.compile(r"(?:://|www\.|@)\S*$|^\S+@$")


class Joiner:
    """Joins lines with what the document's other words say about hyphens."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._known: Counter[str] = Counter()
        cut = False
        for line in lines:
            # The parts of a word at the end of one line and at the start of the next are no words.
            words = line.split()[cut:]
            cut = line.endswith(tuple(_HYPHENS))
            inner = " ".join(words[:-1] if cut else words)
            self._known.update(word.replace("\u2010", "-").casefold() for word in _WORD.findall(inner))

    def join(self, before: str, after: str) -> str:
        """Return two lines as one."""
        if not before or not after:
            return before + after
        cut = _CUT.search(before)
        if cut and after[0].isalnum():
            start = _START.match(after)
            return self._hyphen(before, cut[1], after, start[0]) if start else before + after
        last = before.split()[-1]
        glued = (before[-1] in "/—–_" and before[-2:-1].isalnum()) or (
            _ADDRESS.search(last) and before[-1] in "/-_=&?#@."
        )
        if glued and not (before[-1] == "." and after[:1].isupper()):
            return before + after
        return f"{before} {after}"

    def _hyphen(self, before: str, first: str, after: str, rest: str) -> str:
        """Join at a hyphen, and keep it if the word has one."""
        plain = before[:-1] + after
        if before[-1] == _SOFT:
            return plain
        kept = f"{before[:-1]}-{after}"
        address = _ADDRESS.search(before.split()[-1])
        if address or not first[-1].isalpha() or not rest[0].islower():
            return kept
        first, rest = first.casefold(), rest.casefold()
        whole, parts = self._known[first + rest], self._known[f"{first}-{rest}"]
        if whole or parts:
            return plain if whole >= parts else kept
        return kept if (first in _FIRST or rest in _LAST) and self._known[rest] + (rest in _LAST) else plain


def clean(text: str) -> str:
    """Return the text without hyphens that show nothing."""
    return text.replace(_SOFT, "").replace("\u2010", "-").replace("\u2011", "-")

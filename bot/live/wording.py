"""Two texts of one policy -> which statements of the first are in the second, word for word."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from dataclasses import dataclass

from bot.policies.anchors import fold
from bot.policies.differences import Alignment, Piece
from bot.types import Policy

# How many words around a change are shown.
_AROUND = 8
_SENTENCE_END = re.compile(r"[.!?:;…]['\")\]]*$")
# Marks of lists, tables and headings, which differ between the formats that a policy is kept in.
_WORD = re.compile(r"\w+|[^\w\s#|*•‣◦▪●–-]")


@dataclass(frozen=True, slots=True)
class Changed:
    """A statement whose words have changed. index: of the stored statement. pieces: the words of both, in order."""

    index: int
    pieces: tuple[Piece, ...]

    @property
    def marked(self) -> str:
        """Return the words of both versions, removed ones in [- -], added ones in {+ +}, and the words around them."""
        marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
        last = len(self.pieces) - 1
        return " ".join(
            marks[piece.kind].format(piece.words)
            if piece.kind != "same"
            else _ends(piece.words, before=number > 0, after=number < last)
            for number, piece in enumerate(self.pieces)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a stored policy and its page differ. gone: indexes of stored statements. added: of statements of the page.

    moved: how many are in another place.
    """

    changed: tuple[Changed, ...]
    gone: tuple[int, ...]
    added: tuple[int, ...]
    moved: int

    @property
    def missing(self) -> int:
        """Return how many of the stored statements the page does not have."""
        return len(self.changed) + len(self.gone)


def compare(stored: Policy, live: Policy) -> Comparison:
    """Compare two texts. How the words are divided into statements makes no difference, but what governs them does."""
    in_stored, in_live = Whole(stored), Whole(live)
    changed, gone, added = [], [], []
    moved = 0
    for difference in Alignment(stored, live).differences():
        was, now = difference.was, difference.now
        if difference.kind == "moved":
            moved += 1
            continue
        was_missing = was is not None and not in_live.has(stored, was)
        now_missing = now is not None and not in_stored.has(live, now)
        if was is not None and was_missing and now_missing:
            changed.append(Changed(was, difference.pieces))
        elif was is not None and was_missing:
            gone.append(was)
        elif now is not None and now_missing:
            added.append(now)
    return Comparison(tuple(changed), tuple(gone), tuple(added), moved)


def _ends(text: str, *, before: bool, after: bool) -> str:
    """Return words that did not change, without those far from a change. before, after: whether there is one."""
    words = text.split()
    if len(words) <= (before + after) * _AROUND:
        return text
    return " ".join([*words[: _AROUND * before], "…", *words[len(words) - _AROUND * after :]])


class Whole:
    """All statements of a policy as one text, in which the words of others are found as whole sentences.

    Only statements that nothing governs are in it: "sell your data" below "We will never:" is not the same as alone.
    """

    def __init__(self, policy: Policy) -> None:
        self._text = ""
        self._edges: list[int] = []  # where a statement starts, and where it would end before a blank
        self._follow(policy)

    def _follow(self, policy: Policy) -> None:
        parts: list[str] = []
        length = 0
        for index, sentence in enumerate(policy.sentences):
            words = "\0" if is_governed(policy, index) else fold(sentence.text)
            self._edges += [length, length + len(words)]
            parts.append(words)
            length += len(words) + 1
        self._text = " ".join(parts)

    def has(self, policy: Policy, index: int) -> bool:
        """Return whether the words of a statement are here, from the start of a sentence to the end of one."""
        if is_governed(policy, index):
            return False
        words = fold(policy.sentences[index].text)
        at = self._text.find(words)
        while at >= 0:
            end = at + len(words)
            starts = self._is_edge(at) or _SENTENCE_END.search(self._text[:at].rstrip()[-8:])
            if starts and (self._is_edge(end) or (self._text[end : end + 1] == " " and _SENTENCE_END.search(words))):
                return True
            at = self._text.find(words, at + 1)
        return False

    def _is_edge(self, at: int) -> bool:
        number = bisect_left(self._edges, at)
        return number < len(self._edges) and self._edges[number] == at


def is_governed(policy: Policy, index: int) -> bool:
    """Return whether a statement is read with a line above it, its column headers, or a question."""
    return any(not words.is_neighbor for words in policy.context_of(policy.sentences[index]))


def digest(text: str) -> str:
    """Return the sha256 of a text's words and punctuation. White space and the marks of a format do not count."""
    return hashlib.sha256(" ".join(_WORD.findall(fold(text))).encode("utf-8")).hexdigest()


def shown(words: str, most: int = 160) -> str:
    """Return words in quotation marks, shortened for a message."""
    return f"“{words if len(words) <= most else words[: most - 1] + '…'}”"

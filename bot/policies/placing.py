"""Where a labeled statement is, after its policy or the rules that divide it into statements have changed.

Only statements that say the same are found: those that were split or joined, or whose articles, plurals, hyphens or
punctuation changed. Another "not", number, "may" or "unless", or any other word, makes it unplaced. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.policies.anchors import Anchor, Anchors, UnplacedError, fold
from bot.types import Policy, Span

_TOKEN = re.compile(r"\d[\d.,:/-]*\d|[^\W_]+(?:['-][^\W_]+)*|[$€£¥%?]")
_ARTICLES = frozenset({"a", "an", "the"})
# A shorter word with an s is often another word, as "new" and "news".
_SHORTEST_PLURAL = 5
_SENTENCE_END = re.compile(r"[.!?:;]['\")\]]*$")

_Core = tuple[str, ...]


def core(words: str) -> _Core:
    """Return the words that carry the meaning, in order. Two texts with the same core say the same."""
    tokens = []
    for token in _TOKEN.findall(fold(words)):
        # "US" is not "us".
        token = token.replace("-", "") if token.isupper() and len(token) > 1 else token.replace("-", "").lower()
        if len(token) >= _SHORTEST_PLURAL and token.endswith("s") and not token.endswith(("ss", "us", "is")):
            token = token[:-1]
        if token not in _ARTICLES:
            tokens.append(token)
    return tuple(tokens)


class Placer:
    """Finds the statements of a policy that say what older anchors say.

    known: all anchors of the policy's labels. same_text: the text has not changed since the labels were written, only
    the rules that divide it; then other context, and words joined to a statement, do not change what it says.
    """

    def __init__(self, policy: Policy, anchors: Anchors, known: Iterable[Anchor], *, same_text: bool) -> None:
        self._sentences = policy.sentences
        self._anchors = anchors
        self._same_text = same_text
        self._cores = [core(words) for words in anchors.words]
        self._own = [core(sentence.text) for sentence in policy.sentences]
        self._known = {core(anchor.words) for anchor in known if _SENTENCE_END.search(fold(anchor.words))}

    def place(self, anchor: Anchor) -> tuple[int, ...]:
        """Return the indexes of the statements that say what the anchor says, usually one.

        Raises UnplacedError if there are none, or if it is not certain which.
        """
        try:
            return (self._anchors.find(anchor),)
        except UnplacedError:
            # If only its place has changed, nothing tells which of its copies is meant.
            if self._anchors.places(anchor.words):
                raise
            wanted = core(anchor.words)
            found = (
                self._only(i for i, words in enumerate(self._cores) if words == wanted)
                or self._split(wanted)
                or self._joined(anchor, wanted)
                or (self._same_text and self._without_context(anchor))
            )
            if not wanted or not found:
                raise
            return found

    def overlapping(self, span: Span) -> tuple[int, ...]:
        """Return the indexes of the statements that have words of a span of the same text.

        Raises UnplacedError if none has, because the words are now a heading or the context of others.
        """
        found = tuple(s.index for s in self._sentences if s.start < span.end and span.start < s.end)
        if not found:
            raise UnplacedError("its words are no longer a statement of their own, but govern others")
        return found

    def _split(self, wanted: _Core) -> tuple[int, ...]:
        """Find neighbors that together say what is wanted. Each of them but the last must be complete."""
        found = []
        for first, words in enumerate(self._cores):
            end, left = first, wanted
            while words and left[: len(words)] == words:
                left = left[len(words) :]
                if not left:
                    found.append(tuple(range(first, end + 1)))
                if not left or end + 1 == len(self._own) or not self._continues(first, end):
                    break
                end += 1
                words = self._own[end]
        return found[0] if len(found) == 1 else ()

    def _continues(self, first: int, index: int) -> bool:
        """Return whether the statement after `index` follows it in the same paragraph or item as `first`."""
        one, other, begin = self._sentences[index], self._sentences[index + 1], self._sentences[first]
        same = other.context in (begin.context, (*begin.context, Span(one.start, one.end)))
        return same and bool(_SENTENCE_END.search(fold(one.text)))

    def _joined(self, anchor: Anchor, wanted: _Core) -> tuple[int, ...]:
        """Find the statement that is what is wanted, together with other statements that were labeled."""
        found = []
        for index, words in enumerate(self._cores):
            for start in range(len(words) - len(wanted) + 1):
                if words[start : start + len(wanted)] == wanted:
                    before, after = words[:start], words[start + len(wanted) :]
                    ended = not after or _SENTENCE_END.search(fold(anchor.words))
                    if self._same_text or (ended and all(rest in self._known for rest in (before, after) if rest)):
                        found.append(index)
                        break
        return self._only(found)

    def _without_context(self, anchor: Anchor) -> tuple[int, ...]:
        """Find the statement whose own words end the anchor, after context that it had."""
        words = fold(anchor.words)
        found = []
        for index, sentence in enumerate(self._sentences):
            own = fold(sentence.text)
            if words.endswith(" " + own) and _SENTENCE_END.search(words[: -len(own)].rstrip()):
                found.append(index)
        return self._only(found)

    @staticmethod
    def _only(found: Iterable[int]) -> tuple[int, ...]:
        indexes = tuple(found)
        return indexes if len(indexes) == 1 else ()

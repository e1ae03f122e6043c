"""Anchors: labels and caveats name a statement by its words, so a changed policy cannot move one to other words.

An anchor is what a reader sees of one whole statement: its context and its own words. A part is not enough, because
"We do not sell your data" would still be found after " unless you agree" was added to it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.types import AskPolicyError, Policy, Quote, statement_text

# How much of a problem list, and of a statement in it, is shown.
_SHOWN_PROBLEMS = 10
_SHOWN_CHARACTERS = 400
_STRAIGHT = str.maketrans("‘’‚‛“”„‟", "''''" + '""""')
_BETWEEN_HEADINGS = " > "


class UnplacedError(Exception):
    """An anchor fits no statement, or several. The message says which and why."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words of one whole statement.

    section, after: needed only if several statements have the same words. section is a heading above the statement, or
    the path to it ("App > Cookies"); after is the statement before it in that section ("" if there is none).
    """

    words: str
    section: str | None = None
    after: str | None = None

    @classmethod
    def parse(cls, value: object) -> Anchor:
        """Read an anchor as files have it: the words, or an object with words, section and after.

        Raises ValueError for anything else.
        """
        if isinstance(value, Anchor):
            return value
        fields = {"words": value} if isinstance(value, str) else value
        if not isinstance(fields, Mapping) or not fields.keys() <= {"words", "section", "after"}:
            raise ValueError("an anchor is the words of a statement, or an object with words, section, and after")
        if not all(isinstance(words, str) for words in fields.values()) or not fields.get("words", "").strip():
            raise ValueError("an anchor needs the words of a statement")
        return cls(**fields)

    def to_json(self) -> str | dict[str, str]:
        """Return the anchor as files have it."""
        if self.section is None and self.after is None:
            return self.words
        fields = {"words": self.words, "section": self.section, "after": self.after}
        return {name: words for name, words in fields.items() if words is not None}

    def __str__(self) -> str:
        """Return the anchor as messages show it."""
        return f"{shown(self.words)} in {shown(self.section)}" if self.section else shown(self.words)


def fold(words: str) -> str:
    """Fold what cannot change a meaning: white space, the shape of quotation marks, the encoding of accents."""
    return " ".join(unicodedata.normalize("NFC", words).translate(_STRAIGHT).split())


def shown(words: str) -> str:
    """Return words in quotation marks, shortened for a message."""
    return f"“{words if len(words) <= _SHOWN_CHARACTERS else words[:_SHOWN_CHARACTERS] + '…'}”"


class Anchors:
    """The statements of a policy by their words. Finding one is a single lookup, however large the policy is."""

    def __init__(self, policy: Policy) -> None:
        paths = {section.id: section.headings for section in policy.sections}
        self.words: list[str] = []
        self.headings: list[tuple[str, ...]] = []
        self._folded: list[str] = []
        self._places: dict[str, list[int]] = {}
        self._shortest: dict[int, Anchor] = {}
        for sentence in policy.sentences:
            governing = [words for words in policy.context_of(sentence) if not words.is_neighbor]
            self.words.append(statement_text(Quote(sentence.text, sentence.start, sentence.end), governing))
            self.headings.append(paths.get(sentence.section_id, ()))
            self._folded.append(fold(self.words[-1]))
            self._places.setdefault(self._folded[-1], []).append(sentence.index)

    def find(self, anchor: Anchor) -> int:
        """Return the index of the statement that an anchor names.

        Statements with the same words, section and statement before look the same to a reader: the first is returned.
        Raises UnplacedError if there is none, or if it needs a section or the statement before to be told from others.
        """
        same = self._places.get(anchor.words) or self.places(anchor.words)
        if not same:
            raise UnplacedError(f"{anchor} is not in the policy{self._hint(anchor.words)}")
        found = [i for i in same if anchor.section is None or self._is_in(i, anchor.section)]
        if not found:
            raise UnplacedError(f"{anchor}: these words are only in {self._sections(same)}")
        if anchor.after is not None:
            found = [i for i in found if self._before(i) == fold(anchor.after)]
            if not found:
                raise UnplacedError(f"{anchor} does not come after {shown(anchor.after)}")
        elif len(found) > 1:
            if len({self.headings[i] for i in found}) > 1:
                raise UnplacedError(f'{anchor} is in more than one place: add its "section", {self._sections(found)}')
            raise UnplacedError(
                f"{anchor} is more than once in {self._sections(found)}: add its "
                '"section" and, as "after", the words of the statement before it'
            )
        return found[0]

    def places(self, words: str) -> list[int]:
        """Return the indexes of all statements with these words."""
        return self._places.get(fold(words), [])

    def at(self, index: int) -> Anchor:
        """Return the shortest anchor that names a statement."""
        if index not in self._shortest:
            self._shortest[index] = self._find_shortest(index)
        return self._shortest[index]

    def _find_shortest(self, index: int) -> Anchor:
        words, headings = self.words[index], self.headings[index]
        same = self._places[self._folded[index]]
        if len(same) == 1:
            return Anchor(words)
        path = _BETWEEN_HEADINGS.join(headings)
        for section in (headings[-1] if headings else "", path):
            if [i for i in same if self._is_in(i, section)] == [index]:
                return Anchor(words, section)
        return Anchor(words, path, self._before(index))

    def _is_in(self, index: int, section: str) -> bool:
        path, section = fold(_BETWEEN_HEADINGS.join(self.headings[index])), fold(section)
        return path == section or path.endswith(_BETWEEN_HEADINGS + section)

    def _before(self, index: int) -> str:
        return self._folded[index - 1] if index and self.headings[index - 1] == self.headings[index] else ""

    def _sections(self, indexes: Iterable[int]) -> str:
        paths = dict.fromkeys(_BETWEEN_HEADINGS.join(self.headings[i]) for i in indexes)
        return ", ".join(shown(path) if path else "the part without a heading" for path in paths)

    def _hint(self, words: str) -> str:
        index = self.nearest(words)
        return "" if index is None else f"; did you mean {shown(self.words[index])}?"

    def nearest(self, words: str) -> int | None:
        """Return the index of the statement that shares the most words, or None if none shares a third of them."""
        wanted = set(fold(words).lower().split())
        best, highest = None, 1 / 3
        for index, folded in enumerate(self._folded):
            other = set(folded.lower().split())
            share = 2 * len(wanted & other) / (len(wanted) + len(other))
            if share > highest:
                best, highest = index, share
        return best


class Labels:
    """Places the anchors in a policy folder's files, and remembers all that it could not place.

    name: of the policy, for the command that the error names.
    """

    def __init__(self, policy: Policy, name: str) -> None:
        self._anchors = Anchors(policy)
        self._name = name
        self._placed: dict[str, int] = {}  # most labels name a statement that another has named
        self._unplaced: dict[Anchor, list[str]] = {}

    def place(self, values: Iterable[Any], where: str) -> tuple[int, ...]:
        """Return the indexes of the statements that anchors name, in order, without those that cannot be placed.

        values: anchors as files have them. where: file, line and key, for the error. Raises AskPolicyError for a
        number, and ValueError for anything that is not an anchor.
        """
        indexes = []
        for value in values:
            if isinstance(value, str) and value in self._placed:
                indexes.append(self._placed[value])
                continue
            if is_number(value):
                raise AskPolicyError(
                    f"{where} names a statement by number, as older versions did: rewrite the labels as words with "
                    f"`askpolicy upgrade {self._name}`."
                )
            anchor = Anchor.parse(value)
            try:
                indexes.append(self._anchors.find(anchor))
            except UnplacedError:
                self._unplaced.setdefault(anchor, []).append(where)
                continue
            if isinstance(value, str):
                self._placed[value] = indexes[-1]
        return tuple(dict.fromkeys(indexes))

    def check(self) -> None:
        """Raise AskPolicyError if an anchor could not be placed. It gives the first ten and their number."""
        if not self._unplaced:
            return
        lines = []
        for anchor, places in list(self._unplaced.items())[:_SHOWN_PROBLEMS]:
            more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
            try:
                self._anchors.find(anchor)
            except UnplacedError as error:
                lines.append(f"\n  {places[0]}{more}: {error}")
        rest = len(self._unplaced) - len(lines)
        total = sum(map(len, self._unplaced.values()))
        raise AskPolicyError(
            f"{'1 label does' if total == 1 else f'{total} labels do'} not name one statement of {self._name}: use "
            f"words that `askpolicy statements {self._name}` prints, or let `askpolicy upgrade {self._name}` place "
            "what it can." + "".join(lines) + (f"\n  … and {rest} other texts." if rest else "")
        )


def is_number(value: object) -> bool:
    """Return whether a label is the number of a statement, as in policy folders from before there were anchors."""
    return isinstance(value, int) and not isinstance(value, bool)

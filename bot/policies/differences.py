"""Two versions of a policy -> what changed, statement by statement.

Statements are aligned by all of their words, then by the words that they share. Nothing here uses a model.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from bot.policies.anchors import Anchors, fold
from bot.policies.dated import is_date_line, is_nothing_but_date
from bot.types import Policy

Kind = Literal["added", "removed", "changed", "moved", "same"]
# Two statements are versions of one if they share this part of their words. "We keep it for 30 days" and "We keep it
# for a year" share two thirds; statements about other things rarely share half.
_ALIKE = 0.5
# Between the same neighbors, a smaller part is enough: that is where a reworded statement usually is.
_SAME_GAP = 0.15
_NUMBERING = re.compile(
    r"^\W*(?:(?:section|article|part)\s+)?(?:\d+(?:\.\d+)*|[ivxlcdm]+|[a-z])[.):]+\s+", re.IGNORECASE
)


class Piece(NamedTuple):
    """Words of a statement, in the old version ("removed"), the new one ("added"), or both ("same")."""

    kind: Literal["same", "removed", "added"]
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement of the old version, of the new one, or the same statement in both.

    was, now: its index in each version, None if that version lacks it. pieces: all of its words. old_section,
    new_section: the path of headings above it.
    """

    kind: Kind
    was: int | None
    now: int | None
    pieces: tuple[Piece, ...]
    old_section: str | None
    new_section: str | None

    @property
    def old_words(self) -> str | None:
        """Return the words in the old version."""
        return _joined(self.pieces, "added") if self.was is not None else None

    @property
    def new_words(self) -> str | None:
        """Return the words in the new version."""
        return _joined(self.pieces, "removed") if self.now is not None else None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "kind": self.kind,
            "was": self.old_words,
            "now": self.new_words,
            "was_in": self.old_section,
            "now_in": self.new_section,
            "words": [piece._asdict() for piece in self.pieces],
        }


def _joined(pieces: Iterable[Piece], without: str) -> str:
    return " ".join(piece.words for piece in pieces if piece.kind != without)


class Alignment:
    """Which statement of the new version matches which of the old one.

    same: old index -> new index of statements with the same words. moved: the old indexes of those that have moved, in
    the order of the text or to another heading. changed: old index -> new index of the others that are alike.
    """

    def __init__(self, old: Policy, new: Policy) -> None:
        self.old, self.new = Anchors(old), Anchors(new)
        self.old_paths, self.new_paths = (list(map(_path, anchors.headings)) for anchors in (self.old, self.new))
        old_words, new_words = ([fold(words) for words in anchors.words] for anchors in (self.old, self.new))
        placed = list(zip(old_words, self.old_paths, strict=True)), list(zip(new_words, self.new_paths, strict=True))
        self.same = dict(_in_order(*placed))
        left_old, left_new = self._left(self.same)
        elsewhere = _by_words(left_old, left_new, old_words, new_words)
        self.moved = frozenset(elsewhere)
        self.same |= elsewhere
        left_old, left_new = self._left(self.same)
        gaps = _gaps(
            len(old_words), len(new_words), {was: now for was, now in self.same.items() if was not in self.moved}
        )
        self.changed = _alike(left_old, left_new, old_words, new_words, gaps)

    def _left(self, pairs: dict[int, int]) -> tuple[list[int], list[int]]:
        taken = set(pairs.values())
        old = [index for index in range(len(self.old.words)) if index not in pairs]
        return old, [index for index in range(len(self.new.words)) if index not in taken]

    @property
    def added(self) -> tuple[int, ...]:
        """Return the indexes of the new version's statements that no statement of the old version is like."""
        known = {*self.same.values(), *self.changed.values()}
        return tuple(index for index in range(len(self.new.words)) if index not in known)

    @property
    def removed(self) -> tuple[int, ...]:
        """Return the indexes of the old version's statements that no statement of the new version is like.

        A line with the date of the policy is left out, as in `new_or_changed`.
        """
        words = self.old.words
        gone = (was for was in range(len(words)) if was not in self.same and was not in self.changed)
        return tuple(was for was in gone if not is_nothing_but_date(words[was]))

    @property
    def new_or_changed(self) -> tuple[int, ...]:
        """Return the indexes of the new version's statements that say something that the old version does not.

        A line with the date of the policy is new in each version, and says nothing else.
        """
        found = sorted({*self.added, *self.changed.values()})
        return tuple(index for index in found if not is_nothing_but_date(self.new.words[index]))

    @property
    def new_or_changed_or_moved(self) -> tuple[int, ...]:
        """Return `new_or_changed`, and the indexes of the statements that are now below another heading."""
        moved = (now for was, now in self.same.items() if self.old_paths[was] != self.new_paths[now])
        return tuple(sorted({*self.new_or_changed, *moved}))

    @property
    def added_words(self) -> tuple[str, ...]:
        """Return the words that changed statements have now and had not before."""
        found = (compare_words(self.old.words[was], self.new.words[now]) for was, now in self.changed.items())
        return tuple(piece.words for pieces in found for piece in pieces if piece.kind == "added")

    def differences(self, *, unchanged: bool = False) -> tuple[Difference, ...]:
        """Return what changed, in the order of the new version; removed statements come where they were.

        unchanged: return the statements that are the same, too.
        """
        follows: dict[int, list[int]] = defaultdict(list)  # new index of the statement before -> removed ones
        pairs = {**self.same, **self.changed}
        before = -1
        for was in range(len(self.old.words)):
            if was not in pairs:
                follows[before].append(was)
            elif was not in self.moved:
                before = pairs[was]
        was_of = {now: was for was, now in pairs.items()}
        found = [self._removed(was) for was in follows[-1]]
        for now in range(len(self.new.words)):
            found.append(self._there(was_of.get(now), now))
            found += [self._removed(was) for was in follows[now]]
        return tuple(difference for difference in found if unchanged or difference.kind != "same")

    def _removed(self, was: int) -> Difference:
        return Difference("removed", was, None, (Piece("removed", self.old.words[was]),), _shown(self.old, was), None)

    def _there(self, was: int | None, now: int) -> Difference:
        section, words = _shown(self.new, now), self.new.words[now]
        if was is None:
            return Difference("added", None, now, (Piece("added", words),), None, section)
        kind: Kind = "changed" if was in self.changed else "moved" if was in self.moved else "same"
        pieces = compare_words(self.old.words[was], words) if kind == "changed" else (Piece("same", words),)
        return Difference(kind, was, now, pieces, _shown(self.old, was), section)


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the words of two versions of a statement, in order: those of both, and those of one only."""
    before, after = old.split(), new.split()
    pieces: list[Piece] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", " ".join(after[k:m])))
            continue
        if i < j:
            pieces.append(Piece("removed", " ".join(before[i:j])))
        if k < m:
            pieces.append(Piece("added", " ".join(after[k:m])))
    return tuple(pieces)


def _path(headings: Sequence[str]) -> tuple[str, ...]:
    """Return the headings without their numbers, which a new section changes."""
    return tuple(_NUMBERING.sub("", fold(heading)) for heading in headings)


def _shown(anchors: Anchors, index: int) -> str:
    return " > ".join(anchors.headings[index])


def _in_order(old: Sequence[Any], new: Sequence[Any]) -> Iterable[tuple[int, int]]:
    for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from ((block.a + n, block.b + n) for n in range(block.size))


def _by_words(
    left_old: Iterable[int], left_new: Iterable[int], old_words: Sequence[str], new_words: Sequence[str]
) -> dict[int, int]:
    """Pair what has the same words; of several copies, the first with the first."""
    places: dict[str, list[int]] = defaultdict(list)
    for now in left_new:
        places[new_words[now]].append(now)
    return {was: places[old_words[was]].pop(0) for was in left_old if places[old_words[was]]}


def _gaps(old: int, new: int, fixed: dict[int, int]) -> tuple[list[int], list[int]]:
    """Number the gaps between the statements that are where they were: those of each version, by index."""
    return _numbered(old, set(fixed)), _numbered(new, set(fixed.values()))


def _numbered(size: int, fixed: Collection[int]) -> list[int]:
    """Return for each index how many fixed ones there are up to it."""
    return list(itertools.accumulate(index in fixed for index in range(size)))


def _alike(
    left_old: Sequence[int],
    left_new: Sequence[int],
    old_words: Sequence[str],
    new_words: Sequence[str],
    gaps: tuple[list[int], list[int]],
) -> dict[int, int]:
    """Pair statements that share most of their words, the most similar first."""
    bags = {now: Counter(new_words[now].lower().split()) for now in left_new}
    having: dict[str, list[int]] = defaultdict(list)
    for now, bag in bags.items():
        for word in bag:
            having[word].append(now)
    candidates = []
    for was in left_old:
        bag = Counter(old_words[was].lower().split())
        shared: Counter[int] = Counter()
        for word, count in bag.items():
            for now in having[word]:
                shared[now] += min(count, bags[now][word])
        for now, common in shared.items():
            share = 2 * common / (bag.total() + bags[now].total())
            score = share + _SAME_GAP * (gaps[0][was] == gaps[1][now])
            if is_date_line(old_words[was]) and is_date_line(new_words[now]):
                score += _ALIKE  # "Updated: May 1, 2024" shares one word with the next date
            if score >= _ALIKE:
                candidates.append((-score, was, now))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, was, now in sorted(candidates):
        if was not in pairs and now not in taken:
            pairs[was] = now
            taken.add(now)
    return pairs

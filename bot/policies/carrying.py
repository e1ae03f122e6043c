"""Where a labeled statement of one version is in the next one, with both versions at hand.

Only what says the same is found, as in `bot.policies.placing`. The older version says more than an anchor does: which
of several copies is meant, which heading is above it, and which sentence it points back to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.policies.anchors import Anchor, Anchors, UnplacedError, fold, shown
from bot.policies.differences import Alignment
from bot.policies.placing import Placer, core
from bot.policies.review_tokens import is_denied
from bot.types import Policy


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a label. was: the words. now: the new anchors, empty if it is unplaced. why: the reason if so.

    note: what is different about a statement that still says the same, "" if nothing is. became: the words that it
    probably became, for a reader only.
    """

    was: str
    now: tuple[Anchor, ...]
    why: str = ""
    note: str = ""
    became: str | None = None


class Carrier:
    """Carries labels from one version of a policy to the next.

    known: all labels. accepted: old words, folded, -> new words that say the same to a person who has read both.
    """

    def __init__(
        self, old: Policy, new: Policy, alignment: Alignment, known: Iterable[Anchor], accepted: Mapping[str, str]
    ) -> None:
        self._old, self._new, self._alignment, self._accepted = old, new, alignment, accepted
        self._placer = Placer(new, alignment.new, known, same_text=False)
        self._carried: dict[Anchor, Carried] = {}

    def carry(self, anchor: Anchor) -> Carried:
        """Return what becomes of a label."""
        if anchor not in self._carried:
            self._carried[anchor] = self._carry(anchor)
        return self._carried[anchor]

    def _carry(self, anchor: Anchor) -> Carried:
        try:
            was = self._alignment.old.find(anchor)
        except UnplacedError as error:
            return Carried(anchor.words, (), f"{error}, already before the change")
        words = self._alignment.old.words[was]
        same = self._alignment.new.places(self._accepted.get(fold(words), ""))
        if len(same) == 1:
            return Carried(words, (self._alignment.new.at(same[0]),), note="has other words, which you accepted")
        try:
            places = self._places(was)
            self._check_meaning(was, places[0])
        except UnplacedError as error:
            changed = self._alignment.changed.get(was)
            if changed is None:
                return Carried(words, (), str(error))
            return Carried(words, (), "it has other words now", became=self._alignment.new.words[changed])
        return Carried(words, tuple(map(self._alignment.new.at, places)), note=self._note(was, places))

    def _places(self, was: int) -> tuple[int, ...]:
        """Return the new statements that have the words of an old one, or that clearly say the same."""
        old, new = self._alignment.old, self._alignment.new
        words = old.words[was]
        copies, places = old.places(words), new.places(words)
        if not places:
            found = self._placer.place(Anchor(words))
            if len(copies) > 1 and self._path_of_new(found[0]) != self._alignment.old_paths[was]:
                raise UnplacedError(f"{shown(words)} was in several places, and nothing tells which of them changed")
            return found
        if len(copies) == len(places) == 1:
            return tuple(places)
        for same in (self._same_path, self._same_neighbor):
            before, now = ([i for i in each if same(was, i, of)] for each, of in ((copies, old), (places, new)))
            if len(before) == len(now) == 1:
                return tuple(now)
        raise UnplacedError(f"{shown(words)} is in several places, and nothing tells which of them is meant")

    def _path_of_new(self, index: int) -> tuple[str, ...]:
        return self._alignment.new_paths[index]

    def _same_path(self, was: int, index: int, of: Anchors) -> bool:
        paths = self._alignment.old_paths if of is self._alignment.old else self._alignment.new_paths
        return paths[index] == self._alignment.old_paths[was]

    def _same_neighbor(self, was: int, index: int, of: Anchors) -> bool:
        before, other = was - 1, index - 1
        words = fold(self._alignment.old.words[before]) if before >= 0 else ""
        there = fold(of.words[other]) if other >= 0 else ""
        return self._same_path(was, index, of) and words == there

    def _check_meaning(self, was: int, now: int) -> None:
        """Raise UnplacedError if the same words say something else because of the words around them."""
        before, after = (self._points_to(policy, i) for policy, i in ((self._old, was), (self._new, now)))
        if before != after:
            raise UnplacedError("its words are the same, but the sentence that they point back to has changed")
        old, new = (" ".join(path) for path in (self._alignment.old_paths[was], self._path_of_new(now)))
        if is_denied(old) != is_denied(new):
            raise UnplacedError(f"its words are the same, but they are now below {shown(new)}")

    @staticmethod
    def _points_to(policy: Policy, index: int) -> list[tuple[str, ...]]:
        sentence = policy.sentences[index]
        return [core(policy.text[start:end]) for start, end in sentence.neighbors if start < sentence.start]

    @staticmethod
    def _limited_by(policy: Policy, index: int) -> list[tuple[str, ...]]:
        sentence = policy.sentences[index]
        return [core(policy.text[start:end]) for start, end in sentence.neighbors if start >= sentence.end]

    def _note(self, was: int, places: tuple[int, ...]) -> str:
        if self._alignment.old_paths[was] != self._path_of_new(places[0]):
            heading = " > ".join(self._alignment.new.headings[places[0]])
            return f"is now below {shown(heading)}" if heading else "is now below no heading"
        if self._limited_by(self._old, was) != self._limited_by(self._new, places[-1]):
            return "another sentence limits it now"
        if fold(self._alignment.old.words[was]) != fold(" ".join(self._alignment.new.words[i] for i in places)):
            return "has other words that say the same"
        return ""

"""Finds phrases among the words of a text: all of them in one pass, in time that grows linearly with the text.

A phrase is written as a row of words, such as `i/im want/wanna to? .. die`:

    a/b     one of these words
    {name}  one of the words of a named part
    x?      a word that may be missing
    ..      up to four other words
    <, >    the start and the end of a sentence

Method: extended Shift-And (Navarro and Raffinot, Flexible Pattern Matching in Strings, 2002, chapter 4). Each word of
each phrase is one bit of a number, so that a word of the text moves all phrases forward at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.language import is_common_english

START, END = "<", ">"
_GAP = ".."
_GAP_WORDS = 4
_HAN = re.compile(r"[\u3400-\u9fff]")
_ELEMENT = re.compile(r"[\u3400-\u9fff](?![^ ]*/)|[^ ]+")


class Phrases:
    """A set of phrases, each with a word that must be there. parts: the words of each named part, between spaces."""

    def __init__(self, phrases: Sequence[str], parts: Mapping[str, str]) -> None:
        masks: dict[str, int] = defaultdict(int)
        self._any = self._starts = optional = 0
        self._ends: list[int] = []
        cues: set[str] = set()
        bit = 1
        for phrase in phrases:
            self._starts |= bit
            steps = [step for element in _ELEMENT.findall(phrase) for step in _steps(element, parts)]
            rarest = max((words for words, may_be_missing in steps if not may_be_missing), key=_rarity)
            cues.update(rarest)
            for words, may_be_missing in steps:
                for word in words:
                    masks[word] |= bit
                if not words:
                    self._any |= bit
                if may_be_missing:
                    optional |= bit
                bit <<= 1
            self._ends.append(bit)
            bit <<= 1
        self._end = sum(self._ends)
        # For each run of optional words: its first bit, the bit after it, and the bits that skipping words leads to.
        self._run_starts, self._run_ends = optional & ~(optional << 1), (optional << 1) & ~optional
        self._skipped_to = optional << 1
        self._masks = {word: mask | (0 if word in (START, END) else self._any) for word, mask in masks.items()}
        self._masks = {START: 0, END: 0} | self._masks
        self._cues = frozenset(cues)

    @property
    def words(self) -> frozenset[str]:
        """Return the words of all phrases."""
        return frozenset(self._masks)

    def may_occur(self, words: Sequence[str]) -> bool:
        """Return whether one of these words is needed by a phrase. Almost no message has one."""
        return not self._cues.isdisjoint(words)

    def found(self, words: Sequence[str]) -> frozenset[int]:
        """Return the indexes of the phrases that occur. words: with START and END around each sentence."""
        active = ended = 0
        for word in words:
            active = (active | self._starts) & self._masks.get(word, self._any)
            if active:
                active <<= 1
                reached = active | self._run_ends
                active |= self._skipped_to & (~(reached - self._run_starts) ^ reached)
                ended |= active & self._end
        return frozenset(index for index, end in enumerate(self._ends) if ended & end) if ended else frozenset()


def _rarity(words: Sequence[str]) -> tuple[bool, int, int, int]:
    """Return how rarely a message has one of these words: a guess from how common and how short they are."""
    common = sum(len(word) < 3 or is_common_english(word) for word in words)
    return {START, END}.isdisjoint(words), -common, min(map(len, words)), -len(words)


def _steps(element: str, parts: Mapping[str, str]) -> list[tuple[list[str], bool]]:
    """Return the words of each step of an element, none if any word fits, and whether the step may be skipped."""
    if element == _GAP:
        return [([], True)] * _GAP_WORDS
    optional = element.endswith("?")
    words: list[str] = []
    for word in element.removesuffix("?").split("/"):
        words += parts[word[1:-1]].split() if word.startswith("{") else [word]
    return [(words, optional)]

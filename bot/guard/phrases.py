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
from collections.abc import Iterable, Mapping, Sequence

START, END = "<", ">"
_GAP = ".."
_GAP_WORDS = 4
_HAN = re.compile(r"[\u3400-\u9fff]")
_ELEMENT = re.compile(r"[\u3400-\u9fff](?![^ ]*/)|[^ ]+")


class Phrases:
    """A set of phrases. parts: the words of each named part, separated by spaces."""

    def __init__(self, phrases: Sequence[str], parts: Mapping[str, str]) -> None:
        masks: dict[str, int] = defaultdict(int)
        self._any = self._starts = optional = 0
        self._ends: list[int] = []
        bit = 1
        for phrase in phrases:
            self._starts |= bit
            for element in _ELEMENT.findall(phrase):
                for words, may_be_missing in _steps(element, parts):
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
        # Of each run of optional words: its first bit, the bit behind it, and the bits that skipping words leads to.
        self._run_starts, self._run_ends = optional & ~(optional << 1), (optional << 1) & ~optional
        self._skipped_to = optional << 1
        self._masks = {word: mask | (0 if word in (START, END) else self._any) for word, mask in masks.items()}
        self._masks = {START: 0, END: 0} | self._masks

    @property
    def words(self) -> frozenset[str]:
        """Return the words of all phrases."""
        return frozenset(self._masks)

    def found(self, words: Iterable[str]) -> frozenset[int]:
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


def _steps(element: str, parts: Mapping[str, str]) -> list[tuple[list[str], bool]]:
    """Return the words of each step of an element, none if any word fits, and whether the step may be skipped."""
    if element == _GAP:
        return [([], True)] * _GAP_WORDS
    optional = element.endswith("?")
    words: list[str] = []
    for word in element.removesuffix("?").split("/"):
        words += parts[word[1:-1]].split() if word.startswith("{") else [word]
    return [(words, optional)]

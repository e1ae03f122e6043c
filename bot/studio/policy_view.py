"""The policy as the page shows it: sections, and in each the blocks of text with its statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bot.types import Policy, Section

# The marks around a heading, or before an item, in a text file.
_MARKS = " \t#*_=•–—-|>"


class Piece(NamedTuple):
    """Words of the policy. statement: its index, None for words between statements."""

    text: str
    statement: int | None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section. blocks: what is in a paragraph, an item or a row of its own."""

    heading: str
    blocks: tuple[tuple[Piece, ...], ...]


def view(policy: Policy) -> tuple[SectionView, ...]:
    """Return the sections that have text, in order. Every statement of the policy is in one of them, once."""
    sections = []
    for section in policy.sections:
        blocks = tuple(map(tuple, _blocks(policy, section)))
        if blocks:
            sections.append(SectionView(section.headings[-1] if section.headings else "", blocks))
    return tuple(sections)


def _blocks(policy: Policy, section: Section) -> Iterator[list[Piece]]:
    place = section.start
    block: list[Piece] = []
    for sentence in policy.sentences:
        if sentence.section_id != section.id:
            continue
        gap = policy.text[place : sentence.start]
        if "\n" in gap and block:
            yield block
            block = []
        block += [Piece(words, None) for words in _between(gap, section)]
        block.append(Piece(sentence.text, sentence.index))
        place = max(place, sentence.end)
    if block:
        yield block
    if rest := list(_between(policy.text[place : section.end], section)):
        yield [Piece(words, None) for words in rest]


def _between(gap: str, section: Section) -> Iterator[str]:
    """Yield the lines between statements that say something, such as the line above a list."""
    for line in gap.splitlines():
        words = line.strip(_MARKS)
        if any(map(str.isalnum, words)) and words not in section.headings:
            yield words

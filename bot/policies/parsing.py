"""Policy text -> sections and sentences with exact offsets. The text itself is never changed.

The reading is line based. Blank lines part blocks; a block of one short line without a sentence's end is a
heading; bullets and short lines stand alone; the rest is prose, cut into sentences.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from bot.types import AskPolicyError, Caveat, Contact, Policy, Section, Sentence

# A longer run of text without a sentence's end is cut, so that every unit fits the encoder's window.
MAX_SENTENCE_CHARS = 1_000
# Where an oversized sentence is cut, the best place first.
_SEPARATORS = ("\n", "; ", ", ", " ")
MAX_HEADING_CHARS = 100
# Prose that an editor wrapped has full lines; a line that ends earlier than this was ended on purpose.
MIN_WRAPPED_LINE_CHARS = 60

_BULLET = re.compile(r"(?:[•‣◦▪●·*–-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])(?=\s)\s+")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+")
_NUMBERED_HEADING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVX]{1,5}\.|[A-Z]\.)\s+")
# The end of a sentence: its mark, closing quotes or brackets, then white space and the start of another.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9À-Þ])|[。！？]")
_ABBREVIATIONS = frozenset(
    "e.g i.e etc. cf vs mr mrs ms dr st no nos inc ltd co corp dept sec secs art ch c para pp p vol fig al est "
    "approx jan feb mar apr jun jul aug sept sep oct nov dec u.s u.k m.g.l g.l a.m p.m ph.d gov rev stat ann".split()
)
_LONGEST_ABBREVIATION = 40
_LAST_WORD = re.compile(r"[\w.&§]+$")
_LETTERS_WITH_DOTS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]")


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


def parse_policy(
    text: str,
    *,
    id: str,
    title: str | None = None,
    site: str | None = None,
    url: str | None = None,
    effective: str | None = None,
    updated: str | None = None,
    contacts: tuple[Contact, ...] = (),
    caveats: tuple[Caveat, ...] = (),
) -> Policy:
    """Read a policy text.

    Raises AskPolicyError where the text holds no sentence.
    """
    headings: list[tuple[int, Span, str]] = []  # level, span, words
    bodies: list[Span] = []
    blocks = list(_blocks(text))
    for number, block in enumerate(blocks):
        followed = number + 1 < len(blocks)
        heading = _heading(text, block, first=not headings and not bodies, followed=followed)
        if heading is not None:
            headings.append(heading)
        else:
            bodies.extend(_body_units(text, block))

    if not bodies:
        raise AskPolicyError(
            f"The policy '{id}' has no sentence to answer from: give a text with at least one full sentence."
        )

    sections = _sections(text, headings)
    sentences: list[Sentence] = []
    starts = [section.start for section in sections]
    for body in bodies:
        section = sections[bisect_right(starts, body.start) - 1]
        for span in split_sentences(text, body):
            sentences.append(Sentence(len(sentences), section.id, text[span.start : span.end], span.start, span.end))
    title = title or (headings[0][2] if headings else id)
    return Policy(
        id=id,
        title=title,
        site=site or title,
        url=url,
        effective=effective,
        updated=updated,
        text=text,
        sections=tuple(sections),
        sentences=tuple(sentences),
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        contacts=contacts,
        caveats=caveats,
    )


def split_sentences(text: str, within: Span | None = None) -> list[Span]:
    """The sentences of `text[within]`: in order, not overlapping, together all of its non-blank characters."""
    start, end = within or Span(0, len(text))
    spans: list[Span] = []
    for match in _SENTENCE_END.finditer(text, start, end):
        before = text[max(start, match.start() - _LONGEST_ABBREVIATION) : match.start()]
        if match[0].startswith(".") and _ends_abbreviation(before):
            continue
        spans.append(_strip(text, start, match.end()))
        start = match.end()
    spans.append(_strip(text, start, end))
    return [piece for span in spans if span.start < span.end for piece in _cut(text, span)]


def _ends_abbreviation(before: str) -> bool:
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    return word[0].lower() in _ABBREVIATIONS or _LETTERS_WITH_DOTS.fullmatch(word[0]) is not None


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Cut an oversized span into pieces that fit, each ending after the best separator within reach."""
    start = span.start
    while span.end - start > MAX_SENTENCE_CHARS:
        reach = start + MAX_SENTENCE_CHARS
        found = ((text.rfind(separator, start, reach), len(separator)) for separator in _SEPARATORS)
        end = next((place + length for place, length in found if place > start), reach)
        piece = _strip(text, start, end)
        if piece.start < piece.end:
            yield piece
        start = end
    yield _strip(text, start, span.end)


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _lines(text: str, within: Span) -> Iterator[Span]:
    start = within.start
    for line in text[within.start : within.end].splitlines(keepends=True):
        yield Span(start, start + len(line))
        start += len(line)


def _blocks(text: str) -> Iterator[list[Span]]:
    """Runs of lines between blank lines; each line stripped."""
    block: list[Span] = []
    for line in _lines(text, Span(0, len(text))):
        stripped = _strip(text, *line)
        if stripped.start < stripped.end:
            block.append(stripped)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _heading(text: str, block: list[Span], *, first: bool, followed: bool) -> tuple[int, Span, str] | None:
    """(level, span, words) if the block is a heading. Level 0 is the document's title."""
    span = block[0]
    words = text[span.start : span.end]
    markdown = _MARKDOWN_HEADING.match(words)
    if len(block) > 1:
        return None
    if markdown:
        return len(markdown[1]) - 1, span, words[markdown.end() :].rstrip("#").rstrip()
    if not followed or len(words) > MAX_HEADING_CHARS or not any(c.isalpha() for c in words):
        return None
    numbered = _NUMBERED_HEADING.match(words)
    if _BULLET.match(words) and not numbered:
        return None
    if words[-1] in ".!:;,…。！" or (not first and not words[numbered.end() if numbered else 0].isupper()):
        return None
    if words.endswith("?") and len(split_sentences(words)) > 1:
        return None
    return (0 if first else 1), span, words


def _body_units(text: str, block: list[Span]) -> Iterator[Span]:
    """Bullets without their mark, lines that were ended on purpose, and runs of wrapped prose."""
    start: int | None = None
    for number, line in enumerate(block):
        bullet = _BULLET.match(text, line.start, line.end)
        if bullet and start is not None:
            yield Span(start, block[number - 1].end)
            start = None
        if start is None:
            start = bullet.end() if bullet else line.start
        wrapped = line.end - line.start >= MIN_WRAPPED_LINE_CHARS and number + 1 < len(block)
        if not wrapped:
            yield Span(start, line.end)
            start = None


def _sections(text: str, headings: list[tuple[int, Span, str]]) -> list[Section]:
    """One section a heading, up to the next heading; text before the first heading has a section of its own."""
    sections: list[Section] = []
    if not headings or text[: headings[0][1].start].strip():
        end = headings[0][1].start if headings else len(text)
        sections.append(Section("s0", (), 0, end))
    path: list[tuple[int, str]] = []
    for number, (level, span, words) in enumerate(headings):
        # The title stands above all others without being part of their path.
        path = [(above, w) for above, w in path if 0 < above < level] + [(level, words)]
        end = headings[number + 1][1].start if number + 1 < len(headings) else len(text)
        sections.append(Section(f"s{len(sections)}", tuple(w for _, w in path), span.start, end))
    return sections

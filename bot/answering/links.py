"""Words of a policy -> the address that opens the live page at them.

The address ends in a text fragment (https://wicg.github.io/scroll-to-text-fragment/). Chromium finds its parts as whole
words of one block each, in the order of the page, and takes the first place that fits. Blocks, line breaks and runs of
blanks end a part; between two parts there may be anything.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from bot.types import Link, PageText, Policy, Run, Span

# A link holds the whole quote if it is short, otherwise its first and last words. Characters, words.
_WHOLE_QUOTE_CHARS = 90
_EDGE_WORDS = 5
# More of the quote's words, and of the words around, if there are other places that fit.
_MORE_WORDS = (5, 8, 12, 20)
_CONTEXT_WORDS = 3
_MORE_CONTEXT_WORDS = (3, 8, 20)
# A place on the page with more characters than this between it and the rest of a quote is not part of the link: a cell
# that spans rows is far above the last of them.
_FAR = 40
_PIECE = re.compile(r"[^\n ]+(?: [^\n ]+)*")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|[•*‣◦▪●–|-])(?:[ \t]+|$)|[ \t]*\|(?:[ \t]*$|[ \t]+)", re.M)
# Chromium compares without case, and curly quotes equal straight ones. A line of a policy in plain text may go on in
# the next, so words on two lines count as well.
_FOLDED = str.maketrans("‘’‚‛“”„‟\n", "''''\"\"\"\" ")
_WORD = re.compile(r"\S+")


class _Fragment(NamedTuple):
    """The parts of a text directive, as spans of the page. last: of a range, the end."""

    first: Span
    last: Span | None = None
    before: Span | None = None
    after: Span | None = None


def page_url(policy: Policy, start: int, end: int) -> str | None:
    """Return the address that opens the live page at `policy.text[start:end]`; None if the policy has no address.

    A PDF is opened at the page. Other pages are opened at the words, and at the place above them that has an id.
    """
    if policy.url is None:
        return None
    address = policy.url.split("#")[0]
    number = bisect_right(policy.pages, start)
    if number and urlsplit(address).path.lower().endswith(".pdf"):
        return f"{address}#page={number}"
    page, span = _on_page(policy, start, end)
    anchor = f"page={number}" if number else _id_above(policy, page, start, span)
    return f"{address}#{anchor}:~:{'&'.join(_directives(_Search.of(page.text), span))}"


def links_in(policy: Policy, start: int, end: int) -> tuple[Link, ...]:
    """Return the links of `policy.text[start:end]`, cut to it."""
    return tuple(
        Link(max(link.start, start), min(link.end, end), link.url)
        for link in policy.links
        if link.start < end and link.end > start
    )


def _on_page(policy: Policy, start: int, end: int) -> tuple[PageText, Span]:
    """Return the page and the words' place on it. If the page is not known, it is as the policy's text says."""
    if policy.page is not None:
        runs = [run for run in policy.page.runs if run.start < end and run.start + run.length > start]
        if runs:
            return policy.page, _place(runs, start, end)
    page = _page_of(policy.text)
    return page, _place([run for run in page.runs if run.start < end and run.start + run.length > start], start, end)


def _place(runs: Sequence[Run], start: int, end: int) -> Span:
    spans = []
    for run in runs:
        first, last = max(start, run.start), min(end, run.start + run.length)
        spans.append(Span(run.at + first - run.start, run.at + last - run.start))
    place = spans[-1]
    for span in reversed(spans[:-1]):
        if place.start - span.end > _FAR:
            break
        place = Span(min(place.start, span.start), max(place.end, span.end))
    return place


@functools.lru_cache(maxsize=16)
def _page_of(text: str) -> PageText:
    """Return what a page of a policy in plain text would show: its lines without marks, each word of it a run."""
    bare = _MARKS.sub(lambda mark: " " * (len(mark[0]) - 1) + "\n" if mark[0] else "", text)
    # As long as the text, so that every offset stays.
    shown = re.sub(r"\s", lambda blank: "\n" if blank[0] in "\n\r\x0b\x0c\x85\u2028\u2029" else " ", bare)
    return PageText(shown, (Run(0, 0, len(text)),))


def _id_above(policy: Policy, page: PageText, start: int, span: Span) -> str:
    """Return the last id on the page that is in the section of a quote and not below its start; "" if there is none."""
    section = max((s for s in policy.sections if s.start <= start), key=lambda s: s.start, default=None)
    if section is None or not page.ids:
        return ""
    run = next((run for run in page.runs if run.start + run.length > section.start), None)
    top = run.at + max(section.start - run.start, 0) if run else 0
    number = bisect_right(page.ids, span.start, key=lambda place: place[0])
    if number and page.ids[number - 1][0] >= top:
        return percent_encode(page.ids[number - 1][1], safe="")
    return ""


def _directives(page: _Search, span: Span) -> Iterator[str]:
    """Yield the text directive of a place on the page, and for a range, one of its first words in case it fails."""
    best = _best(page, _fragments(page, span))
    yield _directive(page, best)
    if best.last is not None:
        yield _directive(page, _best(page, (fragment._replace(last=None) for fragment in _fragments(page, span))))


def _best(page: _Search, fragments: Iterable[_Fragment]) -> _Fragment:
    """Return the first fragment that fits no other place, or else the first of those that fit the fewest before it."""
    found = []
    for fragment in fragments:  # usually, the first one fits only its own place
        misses = page.misses(fragment)
        if misses == (0, 0, 0):
            return fragment
        found.append((misses, fragment))
    return min(found, key=lambda each: each[0])[1]


def _fragments(page: _Search, span: Span) -> Iterator[_Fragment]:
    """Yield the fragments for a place, the shortest first."""
    pieces = page.pieces(span)
    for words in _MORE_WORDS:
        plain = _plain(page, pieces, words)
        yield plain
        if words == _EDGE_WORDS:
            yield _in_context(page, plain, _CONTEXT_WORDS, same_block=True)
        if plain.last is None:
            break
    for words in _MORE_CONTEXT_WORDS:
        yield _in_context(page, plain, words, same_block=False)
    # Many rows of a table may begin and end alike: the link begins at a later cell, with the one before as its context.
    for number in range(1, len(pieces)):
        later = _plain(page, pieces[number:], _EDGE_WORDS)
        yield later._replace(before=page.before(later.first.start, _CONTEXT_WORDS, same_block=False))


def _plain(page: _Search, pieces: Sequence[Span], words: int) -> _Fragment:
    whole = pieces[0]
    if len(pieces) == 1:
        inside = page.words(whole)
        if whole.end - whole.start <= _WHOLE_QUOTE_CHARS or len(inside) <= 2 * words:
            return _Fragment(whole)
    first, last = page.words(pieces[0])[:words], page.words(pieces[-1])[-words:]
    return _Fragment(Span(first[0].start, first[-1].end), Span(last[0].start, last[-1].end))


def _in_context(page: _Search, plain: _Fragment, words: int, *, same_block: bool) -> _Fragment:
    """Return a fragment with the words before it, and for a whole quote those after it."""
    before = page.before(plain.first.start, words, same_block=same_block)
    after = page.after(plain.first.end, words, same_block=same_block) if plain.last is None else None
    return plain._replace(before=before, after=after)


def _directive(page: _Search, fragment: _Fragment) -> str:
    parts = [_encode(page.text, fragment.first)]
    if fragment.before:
        parts.insert(0, f"{_encode(page.text, fragment.before)}-")
    if fragment.last:
        parts.append(_encode(page.text, fragment.last))
    if fragment.after:
        parts.append(f"-{_encode(page.text, fragment.after)}")
    return f"text={','.join(parts)}"


def _encode(text: str, span: Span) -> str:
    # Encode hyphens too: they are part of the syntax of text fragments.
    return percent_encode(text[span.start : span.end], safe="").replace("-", "%2D")


class _Search:
    """Finds words on a page as Chromium does."""

    def __init__(self, text: str) -> None:
        self.text = text
        folded = text.lower()
        # A few letters become longer in lowercase; offsets must stay.
        if len(folded) != len(text):
            folded = "".join(map(_same_length, text))
        self._folded = folded.translate(_FOLDED)

    @staticmethod
    @functools.lru_cache(maxsize=16)
    def of(text: str) -> _Search:
        """Return the search of a page."""
        return _Search(text)

    def pieces(self, span: Span) -> list[Span]:
        """Return the parts of a span that are in one block, without runs of blanks."""
        found = [Span(m.start(), m.end()) for m in _PIECE.finditer(self.text, span.start, span.end)]
        # Words are needed: a part of signs alone cannot be told from others.
        return [p for p in found if any(map(str.isalnum, self.text[p.start : p.end]))] or found or [span]

    def words(self, piece: Span) -> list[Span]:
        """Return the words of a piece."""
        return [Span(m.start(), m.end()) for m in _WORD.finditer(self.text, piece.start, piece.end)]

    def before(self, at: int, words: int, *, same_block: bool) -> Span | None:
        """Return the words before a place, in its block or in the one before."""
        text = self.text[max(0, at - 400) : at]
        bare = text.rstrip()
        if same_block and "\n" in text[len(bare) :]:
            return None
        return self._edge(Span(at - len(text), at - len(text) + len(bare)), slice(-words, None), -1)

    def after(self, at: int, words: int, *, same_block: bool) -> Span | None:
        """Return the words after a place, in its block or in the next."""
        text = self.text[at : at + 400]
        bare = text.lstrip()
        if same_block and "\n" in text[: len(text) - len(bare)]:
            return None
        return self._edge(Span(at + len(text) - len(bare), at + len(text)), slice(0, words), 0)

    def _edge(self, around: Span, which: slice, piece: int) -> Span | None:
        pieces = self.pieces(around) if around.start < around.end else []
        words = self.words(pieces[piece])[which] if pieces else []
        return Span(words[0].start, words[-1].end) if words else None

    def misses(self, fragment: _Fragment) -> tuple[int, int, int]:
        """Count the other places that a fragment fits: before its own, where it would lead; for its end; after it."""
        places = list(self._places(fragment))
        before = sum(place < fragment.first.start for place in places)
        return before, int(not self._ends(fragment)), len(places) - before - 1

    def _places(self, fragment: _Fragment) -> Iterator[int]:
        before, after = (self._words_of(span) for span in (fragment.before, fragment.after))
        if fragment.last is not None:
            after = ""  # it follows the range's end
        term = self._words_of(fragment.first)
        for at in self._occurrences(term, 0):
            end = at + len(term)
            if before and not self._folded[max(0, at - 500) : at].rstrip().endswith(before):
                continue
            if after and not self._folded[end : end + 500].lstrip().startswith(after):
                continue
            yield at

    def _ends(self, fragment: _Fragment) -> bool:
        """Return whether the end of a range is the first place after its start that fits."""
        if fragment.last is None:
            return True
        places = self._occurrences(self._words_of(fragment.last), fragment.first.end)
        return next(places, None) == fragment.last.start

    def _occurrences(self, term: str, start: int) -> Iterator[int]:
        at = self._folded.find(term, start)
        while at >= 0:
            if self._is_bounded(at, at + len(term)):
                yield at
            at = self._folded.find(term, at + 1)

    def _is_bounded(self, start: int, end: int) -> bool:
        """Return whether words begin and end at these places."""
        text = self._folded
        inside_before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
        inside_after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
        return not inside_before and not inside_after

    def _words_of(self, span: Span | None) -> str:
        return "" if span is None else self._folded[span.start : span.end]


def _same_length(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character

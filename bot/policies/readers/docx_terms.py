"""Lists of terms in Word documents: short paragraphs, each above the indented ones that say what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TERM_CHARS = 60
_ENDS = (".", "!", "?", ":", ";", ",")
_LEAST_INDENT = 200  # twentieths of a point
_LEAST_TERMS = 2
_TERM, _MEANING = "AskPolicyTerm", "AskPolicyMeaning"
# Programs have styles for such lists: pandoc, and LibreOffice.
STYLES = "\n".join(
    f"{paragraph} => dl > {tag}:fresh"
    for tag, paragraphs in {
        "dt": (f"p.{_TERM}", "p[style-name='Definition Term']", "p[style-name='List Heading']"),
        "dd": (f"p.{_MEANING}", "p[style-name='Definition']", "p[style-name='List Contents']"),
    }.items()
    for paragraph in paragraphs
)


def set_terms(document: Element) -> None:
    """Give the paragraphs of such lists styles that say so."""
    paragraphs = list(document.iterfind(f"{_W}body/{_W}p"))
    terms = [at for at, (one, other) in enumerate(pairwise(paragraphs)) if _is_term(one) and _is_meaning(other)]
    if len(terms) < _LEAST_TERMS:
        return
    for at in terms:
        _set_style(paragraphs[at], _TERM)
        for meaning in _meanings(paragraphs, at + 1):
            _set_style(meaning, _MEANING)


def _meanings(paragraphs: Sequence[Element], at: int) -> Iterator[Element]:
    while at < len(paragraphs) and _is_meaning(paragraphs[at]):
        yield paragraphs[at]
        at += 1


def _is_term(paragraph: Element) -> bool:
    words = "".join(text.text or "" for text in paragraph.iter(f"{_W}t")).strip()
    bold = paragraph.find(f"{_W}r/{_W}rPr/{_W}b") is not None  # a heading
    named = 0 < len(words) <= _TERM_CHARS and words[0].isupper() and not words.endswith(_ENDS)
    return named and not bold and _is_plain(paragraph) and _indent(paragraph) == 0


def _is_meaning(paragraph: Element) -> bool:
    return _is_plain(paragraph) and _indent(paragraph) >= _LEAST_INDENT


def _is_plain(paragraph: Element) -> bool:
    """Return whether a paragraph has no style, no number and no level of a heading."""
    names = ("pStyle", "numPr", "outlineLvl")
    return not any(paragraph.find(f"{_W}pPr/{_W}{name}") is not None for name in names)


def _indent(paragraph: Element) -> int:
    found = paragraph.find(f"{_W}pPr/{_W}ind")
    left = found.get(f"{_W}left") or found.get(f"{_W}start") or "0" if found is not None else "0"
    return int(left) if left.isdecimal() else 0


def _set_style(paragraph: Element, name: str) -> None:
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        properties = Element(f"{_W}pPr")
        paragraph.insert(0, properties)
    properties.insert(0, Element(f"{_W}pStyle", {f"{_W}val": name}))

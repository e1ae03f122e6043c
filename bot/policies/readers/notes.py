"""Footnotes -> sentences after those that refer to them. At a page's end, "Only if you agree." limits nothing."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from bot.policies.readers.blocks import is_footnote_mark
from bot.policies.readers.tree import Element, Text
from bot.policies.readers.words import UNSEEN, visible

_NOTE_TAGS = frozenset({"li", "p", "div", "aside", "dd"})
# A longer note is a text of its own.
_MOST_WORDS = 60
_MARK_NODES, _MARK_CHARS = 5, 3
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")
_LABEL = re.compile(r"\s*(?:\[?\d{1,3}[\].)]|[*†‡])\s*")


def place_notes(top: Element) -> None:
    """Move each footnote that has one mark to the end of the sentence with the mark."""
    ids = {element.attributes["id"]: element for element in top.elements() if "id" in element.attributes}
    marks: list[tuple[Element, Element, str]] = []
    parents: dict[Element, Element] = {}
    for parent in top.elements():
        for child in parent.children:
            if isinstance(child, Element):
                parents[child] = parent
                if child.tag == "sup" and is_footnote_mark(child):
                    marks.append((parent, child, _target(child)))
    times = Counter(target for _, _, target in marks)
    for parent, mark, target in marks:
        note = ids.get(target)
        if note is None or times[target] > 1 or note.tag not in _NOTE_TAGS or note not in parents:
            continue
        words = len(note.text().split())
        if not 1 < words <= _MOST_WORDS or _is_inside(mark, note, parents) or not _ends(note):
            continue
        parents[note].children.remove(note)
        _insert(parent, mark, note)


def _target(mark: Element) -> str:
    links = (below.attributes.get("href", "") for below in islice(mark.elements(), _MARK_NODES) if below.tag == "a")
    return next((link[1:] for link in links if link.startswith("#")), "")


def _is_inside(element: Element, outer: Element, parents: dict[Element, Element]) -> bool:
    above: Element | None = element
    while above is not None:
        if above is outer:
            return True
        above = parents.get(above)
    return False


def _ends(note: Element) -> bool:
    """Return whether a note is a sentence, so that it can follow another one."""
    return _SENTENCE_END.search(note.text()) is not None


def _insert(parent: Element, mark: Element, note: Element) -> None:
    """Insert the words of a note after the sentence that its mark is in, at the latest at the end of the parent."""
    at = parent.children.index(mark)
    shown = Element("span", {}, [" ", *_flat(note), " "])
    before = parent.children[at - 1] if at else ""
    if isinstance(before, str) and _SENTENCE_END.search(before.rstrip()[-3:]):
        parent.children[at : at + 1] = [shown]
        return
    for number in range(at + 1, len(parent.children)):
        text = parent.children[number]
        if isinstance(text, str) and (end := _SENTENCE_END.search(text)):
            parent.children[number : number + 1] = [_part(text, 0, end.end()), shown, _part(text, end.end(), len(text))]
            return
    parent.children.append(shown)


def _flat(note: Element) -> list[Element | str]:
    """Return the content of a note without paragraphs and its number."""
    content: list[Element | str] = []
    for child in note.children:
        content.extend([*child.children, " "] if isinstance(child, Element) and child.tag == "p" else [child])
    for number, child in enumerate(content):
        if isinstance(child, Element) and child.tag == "sup" and len(child.text(_MARK_NODES)) <= _MARK_CHARS:
            content[number] = " "
        elif isinstance(child, str) and not child.strip():
            continue
        elif isinstance(child, str):
            if label := _LABEL.match(child):
                content[number] = _part(child, label.end(), len(child))
            break
    return content


def _part(text: str, start: int, end: int) -> str:
    """Return a part of a text, with its place on the page."""
    part = Text(text[start:end])
    at = text.at if isinstance(text, Text) else -1
    part.at = at + visible(text[:start].translate(UNSEEN)) if at >= 0 else -1
    return part

"""The style sheets in a page -> what they hide, set in bold type, set on lines of its own, or set apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from bot.policies.readers.tree import Element

# A rule, without combinators in its selectors: `.old, #promo { display: none }`.
_RULE = re.compile(r"([^{}@;]{1,300})\{([^{}]{0,2000})\}")
_HIDES = re.compile(r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_BOLD = re.compile(r"(?<![\w-])font-weight\s*:\s*(?:bold|bolder|[6-9]00)")
_DISPLAY = re.compile(r"(?<![\w-])display\s*:\s*([a-z-]+)")
_FLOAT = re.compile(r"(?<![\w-])float\s*:\s*(?:left|right|inline-(?:start|end))")
_SPACE = re.compile(r"(?<![\w-])(margin|padding)(-left|-right|-inline(?:-start|-end)?)?\s*:\s*([^;]+)")
_POSITIVE = re.compile(r"(?:0*\.0*)?[1-9]|auto")
_ROWS = frozenset({"flex", "grid", "inline-flex", "inline-grid", "table-row"})
_SIMPLE_SELECTOR = re.compile(r"[.#][\w-]+")
# A tag with classes, an id, or both: `span.badge`.
_COMPOUND = re.compile(r"(?=[\w.#])([a-z][a-z0-9-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]+")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_MEDIA = re.compile(r"@[^{};@]{1,500}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
# What a rule says is written into the style attribute of its elements; the readers look only there.
_APART, _PADDED = "margin:1px", "padding:1px"
# An element like this may be a part of a word, as in "<a>cookie</a>s", and many sheets give it room.
_OF_WORDS = frozenset("a abbr b cite code em i kbd mark strong u".split())
_MOST_COMPOUNDS, _MOST_RULES_OF_NAME = 4, 50


class _Rule(NamedTuple):
    """names: of the element, all of them. above: names of the elements around it. style: what it gets."""

    names: frozenset[str]
    above: frozenset[str]
    style: str


def hidden_names(top: Element) -> set[str]:
    """Return ids and classes that the page's own style sheets hide outside of media queries, in lowercase."""
    names: set[str] = set()
    for selectors, declarations in _rules(top):
        if _HIDES.search(declarations):
            names.update(s[1:].lower() for s in selectors if _SIMPLE_SELECTOR.fullmatch(s))
    return names


def set_styles(top: Element) -> None:
    """Write into elements what the page's style sheets say about bold type, lines and gaps, and which cells touch."""
    by_name: dict[str, list[_Rule]] = {}
    for selectors, declarations in _rules(top):
        if style := _kept(declarations):
            for rule in filter(None, (_read_selector(selector, style) for selector in selectors)):
                known = by_name.setdefault(min(rule.names), [])
                if len(known) < _MOST_RULES_OF_NAME:
                    known.append(rule)
    if by_name:
        _apply(top, by_name)
    for element in top.elements():
        if "display" in element.attributes.get("style", "") and display_of(element) in _ROWS:
            for child in element.children:
                if isinstance(child, Element):
                    child.attributes["style"] = f"{child.attributes.get('style', '')};{_APART}"


def _apply(top: Element, by_name: dict[str, list[_Rule]]) -> None:
    """Write rules into the elements that they are for."""
    around: Counter[str] = Counter()  # how many of the open elements have a name
    stack: list[tuple[Element, frozenset[str] | None]] = [(top, None)]
    while stack:
        element, closed = stack.pop()
        if closed is not None:
            around.subtract(closed)
            continue
        names = _names(element)
        own = [
            rule.style
            for name in names
            for rule in by_name.get(name, ())
            if rule.names <= names and all(around[above] > 0 for above in rule.above)
        ]
        if own:
            element.attributes["style"] = ";".join([*own, element.attributes.get("style", "")])
        around.update(names)
        stack.append((element, names))
        stack.extend((child, None) for child in reversed(element.children) if isinstance(child, Element))


def display_of(element: Element) -> str:
    """Return how the style attribute lays out an element, "" if it does not say. The last declaration counts."""
    found = _DISPLAY.findall(element.attributes.get("style", "").lower())
    return found[-1] if found else ""


def is_apart(element: Element) -> bool:
    """Return whether an element has a gap at its sides, or floats: its words touch no others. One letter may."""
    style = element.attributes.get("style", "").lower()
    if not style:
        return False
    apart = _APART in style or _FLOAT.search(style) or display_of(element) == "table-cell"
    return bool(apart or (element.tag not in _OF_WORDS and _has_gap(style))) and len(element.text(3)) > 1


def _has_gap(style: str) -> bool:
    for found in _SPACE.finditer(style):
        sides = found[3].split()
        across = sides[1:4:2] if not found[2] and len(sides) > 1 else sides[:1]
        if any(map(_POSITIVE.match, across)):
            return True
    return False


def _kept(declarations: str) -> str:
    declarations = declarations.lower()
    display = _DISPLAY.search(declarations)
    return ";".join(
        part
        for part in (
            "font-weight:bold" if _BOLD.search(declarations) else "",
            f"display:{display[1]}" if display and display[1] != "none" else "",
            _PADDED if _has_gap(declarations) else "",
            "float:left" if _FLOAT.search(declarations) else "",
        )
        if part
    )


def _read_selector(selector: str, style: str) -> _Rule | None:
    """Read a selector of tags, classes, ids and what is around them; None for any other."""
    parts = [_COMPOUND.fullmatch(part) for part in selector.replace(">", " ").split()]
    if not 0 < len(parts) <= _MOST_COMPOUNDS or None in parts:
        return None
    *above, own = (
        frozenset(filter(None, [(part[1] or "").lower(), *_NAME.findall(part[2].lower())])) for part in parts if part
    )
    return _Rule(own, frozenset[str]().union(*above), style) if own else None


def _names(element: Element) -> frozenset[str]:
    attributes = element.attributes
    classes = attributes.get("class", "").lower().split() if "class" in attributes else []
    names = [element.tag, *(f".{name}" for name in classes)]
    return frozenset([*names, f"#{attributes['id'].lower()}"] if "id" in attributes else names)


def _rules(top: Element) -> Iterator[tuple[list[str], str]]:
    """Yield the selectors and the declarations of each rule outside of media queries."""
    for element in top.elements():
        if element.tag == "style":
            css = "".join(child for child in element.children if isinstance(child, str))
            for rule in _RULE.finditer(_MEDIA.sub("", _COMMENT.sub("", css))):
                yield [selector.strip() for selector in rule[1].split(",")], rule[2]

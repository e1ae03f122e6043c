"""Tabs and accordions of a page -> the headings of what they show. A browser shows one part at a time."""

from __future__ import annotations

from itertools import pairwise

from bot.policies.phrases import is_control
from bot.policies.readers.tree import HEADINGS, Element
from bot.policies.readers.visible import unrendered

_FIRST_NODES = 20
_LABEL_WORDS = 12


def place_tabs(top: Element) -> None:
    """Make the label of each tab the heading of the part that it opens, and so the button of an accordion's part."""
    elements = list(top.elements())
    tabs = [element for element in elements if element.role() == "tab"]
    panels = [element for element in elements if element.role() == "tabpanel"]
    ids = {element.attributes["id"] for element in elements if "id" in element.attributes}
    by_id = {panel.attributes["id"]: panel for panel in panels if "id" in panel.attributes}
    by_tab = {panel.attributes.get("aria-labelledby", ""): panel for panel in panels}
    in_order = dict(zip(tabs, panels, strict=True)) if len(tabs) == len(panels) else {}
    for tab in tabs:
        target = tab.attributes.get("aria-controls") or tab.attributes.get("href", "").removeprefix("#")
        panel = by_id.get(target) or by_tab.get(tab.attributes.get("id") or "?") or in_order.get(tab)
        label = tab.text(_FIRST_NODES)
        if panel is None or not label or len(label.split()) > _LABEL_WORDS:
            continue
        if not _begins_with_heading(panel):
            panel.children.insert(0, Element("div", {"role": "heading"}, tab.children))
        tab.children = []
    for element in elements:
        opens = "aria-expanded" in element.attributes and element.attributes.get("aria-controls") in ids
        if opens and element.role() != "tab" and _is_label(element.text(_FIRST_NODES)):
            element.tag = "summary"
    _place_hidden_parts(elements, unrendered(top))


def _place_hidden_parts(elements: list[Element], hidden: set[Element]) -> None:
    """Make buttons headings if each is above a part that the page hides: an accordion that a script opens."""
    for parent in elements:
        below = [child for child in parent.children if isinstance(child, Element)]
        pairs = [(button, part) for button, part in pairwise(below) if button.tag == "button" and part in hidden]
        for button, part in pairs if len(pairs) > 1 else ():
            if _is_label(button.text(_FIRST_NODES)):
                button.tag = "summary"
                part.attributes["role"] = "tabpanel"  # a reader opens it with a click


def _is_label(words: str) -> bool:
    return bool(words) and len(words.split()) <= _LABEL_WORDS and not is_control(words, governed=False)


def _begins_with_heading(panel: Element) -> bool:
    """Return whether the first words of a part are a heading."""
    stack: list[Element | str] = [panel]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            if node.strip():
                return False
        elif node.tag in HEADINGS or node.role() == "heading":
            return True
        else:
            stack.extend(reversed(node.children))
    return False

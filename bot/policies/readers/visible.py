"""What readers of a page do not see: scripts, hidden elements, the controls of forms, struck-out words."""

from __future__ import annotations

import re

from bot.policies.readers.reading import LeftOut
from bot.policies.readers.styles import hidden_names
from bot.policies.readers.tree import HEADINGS, Element

# Elements whose content browsers do not show as text.
_NEVER_SHOWN = frozenset(
    "script style noscript template head title meta link base svg math canvas video audio object embed picture img "
    "map area source track param noframes datalist rp rt colgroup col "
    "amp-ad amp-embed amp-auto-ads amp-sidebar amp-consent amp-analytics amp-pixel".split()
)
# Controls whose text is a value, not text of the page.
_VALUES = frozenset({"select", "input", "textarea", "progress", "meter"})
_CONTROLS = frozenset("input select button progress meter option optgroup".split())
_LABEL_NODES = 20
# Some sites show their terms in a text box.
_LONG_TEXT_WORDS = 30
_HIDDEN_STYLE = re.compile(r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse))(?:!important)?(?:;|$)")
# Names that style sheets use for text which is for screen readers alone.
_SCREEN_READERS = ("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only")


def remove_unseen(top: Element, left_out: LeftOut) -> None:
    """Remove what a reader of the page does not see, and note what had words."""
    opened = opened_ids(top)
    hidden = hidden_names(top)
    holders = _holders(top)
    stack = [top]
    while stack:
        element = stack.pop()
        keep: list[Element | str] = []
        for child in element.children:
            if isinstance(child, Element):
                reason = _reason(child, element, opened, hidden, holders)
                if reason is not None:
                    if reason and (text := child.text()):
                        left_out.add(reason, text)
                    continue
                stack.append(child)
            keep.append(child)
        element.children = keep


def _is_question(label: str) -> bool:
    """Return whether the label of a button is a question, but not one to the reader such as "Was this helpful?"."""
    return label.endswith("?") and len(label.split()) > 3


def _is_in_sentence(button: Element, parent: Element) -> bool:
    """Return whether words precede a button, and end in the middle of a sentence."""
    at = parent.children.index(button)
    before = parent.children[at - 1] if at else ""
    return isinstance(before, str) and before.strip() != "" and before.rstrip()[-1] not in ".!?:|·"


def _reason(element: Element, parent: Element, opened: set[str], hidden: set[str], holders: set[Element]) -> str | None:
    """Say why an element is not seen; "" if that is not worth a note, None if it is seen."""
    tag, attributes = element.tag, element.attributes
    if tag in _NEVER_SHOWN:
        return ""
    if tag in {"del", "s", "strike"}:
        return "struck-out text"
    if tag in _CONTROLS or (tag == "textarea" and len(element.text().split()) < _LONG_TEXT_WORDS):
        # The button of an accordion is its heading; so is a question. A sentence may continue in a button.
        heads = tag == "button" and (
            parent.tag in HEADINGS | {"summary", "dt"}
            or "aria-expanded" in attributes
            or _is_question(element.text(_LABEL_NODES))
            or _is_in_sentence(element, parent)
        )
        return None if heads else "form controls"
    if attributes.get("id", "") in opened or element.role() == "tabpanel":
        return None  # a reader opens it with a click
    if (
        _is_unrendered(element, opened, hidden)
        or (attributes.get("aria-hidden", "").lower() == "true" and element not in holders)
        or any(name.endswith(_SCREEN_READERS) for name in element.names())
    ):
        return "hidden text"
    return None


def unrendered(top: Element) -> set[Element]:
    """Return the elements that a browser leaves out of a page's text, apart from those below them."""
    opened = opened_ids(top)
    hidden = hidden_names(top)
    return {
        element
        for element in top.elements()
        if element is not top
        and (element.tag in _NEVER_SHOWN or element.tag in _VALUES or _is_unrendered(element, opened, hidden))
    }


def _is_unrendered(element: Element, opened: set[str], hidden: set[str]) -> bool:
    attributes = element.attributes
    if attributes.get("id", "") in opened or element.role() == "tabpanel":
        return False  # a reader opens it with a click
    return bool(
        ("hidden" in attributes and attributes["hidden"].lower() != "until-found")
        or _HIDDEN_STYLE.search(element.style())
        or (element.tag == "dialog" and "open" not in attributes)
        or any(name in hidden for name in element.names())
    )


def _holders(top: Element) -> set[Element]:
    """Return the elements that hold the page itself, which open dialogs hide from screen readers."""
    holders: set[Element] = set()
    for element in reversed(list(top.elements())):
        if element.tag in {"main", "article", "h1", "body"} or any(
            isinstance(child, Element) and child in holders for child in element.children
        ):
            holders.add(element)
    return holders


def opened_ids(top: Element) -> set[str]:
    """Return the ids of parts that a tab or an accordion of the page shows."""
    ids: set[str] = set()
    for element in top.elements():
        if element.role() == "tab" or "aria-expanded" in element.attributes:
            ids.update(element.attributes.get("aria-controls", "").split())
            ids.add(element.attributes.get("href", "").removeprefix("#"))
    return ids - {""}

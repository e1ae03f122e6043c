"""A page -> elements, parsed as browsers parse it (the HTML standard's tree builder, in selectolax's Lexbor)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

# Tags that more than one reader module looks for.
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong"})
_BOLD_STYLE = re.compile(r"(?:^|;)font-weight:(?:bold|bolder|[6-9]00)")


class Text(str):
    """A run of text of a page. at: the number of visible characters before it on the page, -1 if it is not shown."""

    at: int = -1


@dataclass(slots=True, eq=False)
class Element:
    """An element of a page, without comments. children: elements and runs of text, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Yield this element and all below it, in the order of the page."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(child for child in reversed(element.children) if isinstance(child, Element))

    def text(self, most: int = sys.maxsize) -> str:
        """Return the text below, with a space between elements, of at most that many elements and runs of text."""
        parts: list[str] = []
        stack: list[Element | str] = [self]
        while stack and len(parts) < most:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(node)
            else:
                stack.extend(reversed(node.children))
                parts.append(" ")
        return " ".join("".join(parts).split())

    def names(self) -> list[str]:
        """Return the id and classes, in lowercase."""
        return f"{self.attributes.get('id', '')} {self.attributes.get('class', '')}".lower().split()

    def role(self) -> str:
        """Return the ARIA role, or ""."""
        return self.attributes.get("role", "").strip().lower()

    def style(self) -> str:
        """Return the style attribute in lowercase without spaces."""
        return "".join(self.attributes.get("style", "").lower().split())

    def is_bold(self) -> bool:
        """Return whether its own tag or style makes the type bold."""
        return self.tag in _BOLD or _BOLD_STYLE.search(self.style()) is not None


def parse(text: str) -> Element:
    """Parse a page, or a part of one. Returns its `html` element. Never fails: neither do browsers."""
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(text).root
    if root is None:
        return Element("html")
    top = Element("html", {name: value or "" for name, value in root.attributes.items()})
    # Not recursive: a page may nest deeper than Python calls.
    stack = [(root, top)]
    while stack:
        node, element = stack.pop()
        child = node.child
        while child is not None:
            if child.is_text_node:
                element.children.append(Text(child.text_content or ""))
            elif child.is_element_node and child.tag:
                below = Element(child.tag, {name: value or "" for name, value in child.attributes.items()})
                element.children.append(below)
                stack.append((child, below))
            child = child.next
    return top

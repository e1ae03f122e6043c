"""The style sheets in a page -> the ids and classes that they hide, and those that they set in bold type."""

from __future__ import annotations

import re

from bot.policies.readers.tree import Element

# A rule, without combinators in its selectors: `.old, #promo { display: none }`.
_RULE = re.compile(r"([^{}@;]{1,300})\{([^{}]{0,2000})\}")
_HIDES = re.compile(r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_BOLD = re.compile(r"(?<![\w-])font-weight\s*:\s*(?:bold|bolder|[6-9]00)")
_SIMPLE_SELECTOR = re.compile(r"[.#][\w-]+")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_MEDIA = re.compile(r"@[^{};@]{1,500}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")


def hidden_names(top: Element) -> set[str]:
    """Return ids and classes that the page's own style sheets hide outside of media queries, in lower case."""
    return _names(top, _HIDES)


def set_bold(top: Element) -> None:
    """Give the elements that the page's own style sheets set in bold type a style that says so."""
    names = _names(top, _BOLD)
    for element in top.elements() if names else ():
        if not names.isdisjoint(element.names()):
            element.attributes["style"] = f"{element.attributes.get('style', '')};font-weight:bold"


def _names(top: Element, declaration: re.Pattern[str]) -> set[str]:
    names: set[str] = set()
    for element in top.elements():
        if element.tag == "style":
            css = "".join(child for child in element.children if isinstance(child, str))
            for rule in _RULE.finditer(_MEDIA.sub("", _COMMENT.sub("", css))):
                if declaration.search(rule[2]):
                    selectors = (selector.strip() for selector in rule[1].split(","))
                    names.update(s[1:].lower() for s in selectors if _SIMPLE_SELECTOR.fullmatch(s))
    return names

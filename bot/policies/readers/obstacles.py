"""Tells what is between a reader and a page's policy: a login, a question for consent, another page, a script."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.policies.readers.furniture import consents
from bot.policies.readers.tree import Element

# A page with fewer words than this shows its policy only after something else.
FEW_WORDS = 5
# A login, or a question for consent, has fewer words of its own than any policy.
WALL_WORDS = 120
_REFRESH = re.compile(r"\s*\d+(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.I)


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What a page has, before anything is removed from it. refresh: the address that it redirects to."""

    password: bool
    consent: bool
    refresh: str | None
    script: bool

    @classmethod
    def of(cls, top: Element) -> Obstacles:
        """Look for all of them."""
        elements = list(top.elements())
        return cls(
            any(e.tag == "input" and e.attributes.get("type", "").lower() == "password" for e in elements),
            bool(consents(top)),
            next(filter(None, map(_refresh, elements)), None),
            any(element.tag == "script" for element in elements),
        )

    def reason(self) -> str | None:
        """Say what hides the text of a page with too few words, as the end of a sentence that begins with its name."""
        if self.password:
            return "is a login page: open it in a browser, save the policy and give the file"
        if self.refresh:
            return f"leads to another page, {self.refresh[:200]}: give that"
        if self.consent:
            return "asks for consent to cookies first: accept in a browser, save the page and give the file"
        if self.script:
            return "shows its text only with JavaScript: open it in a browser, save it as PDF and give the file"
        return None


def _refresh(element: Element) -> str | None:
    if element.tag != "meta" or element.attributes.get("http-equiv", "").lower() != "refresh":
        return None
    found = _REFRESH.match(element.attributes.get("content", ""))
    return found[1] if found else None

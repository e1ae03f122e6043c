"""The places that routes lead to, by the names in a question: "the RMV", "Department of Revenue"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.types import Route

_INITIALS = re.compile(r"\s*\(([^()]+)\)$")
_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)


def office_names(routes: Sequence[Route]) -> tuple[str, ...]:
    """Return the names and initials of the places that routes lead to.

    "Your city or town hall" is no name, because its first word is in small letters.
    """
    return tuple(dict.fromkeys(name for route in routes for name in _names(route) if name))


def named_route(question: str, routes: Sequence[Route]) -> Route | None:
    """Return the route whose place a question names last, or None if it names none. Of two, the longer name counts."""
    found = [
        (match.end(), len(name), -number)
        for number, route in enumerate(routes)
        for name in _names(route)
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE)
    ]
    return routes[-max(found)[2]] if found else None


def _names(route: Route) -> list[str]:
    name = _ARTICLE.sub("", route.contact.name)
    initials = _INITIALS.search(name)
    names = [_INITIALS.sub("", name), *([initials[1]] if initials else [])]
    return [each for each in names if each[0].isupper()]

"""The places that routes lead to, by the names in a question: "the RMV", "Department of Revenue"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.types import Route

_INITIALS = re.compile(r"\s*\(([^()]+)\)$")
_ANY_OFFICE = "another government agency"
# Parts of a government that no route leads to.
_BODY = re.compile(
    r"\b(?:(?:department|registry|office|board|bureau|commission|division|ministry|secretary|agency) of|administration"
    r"|(?:town|city) hall|(?:the|my) (?:city|town|county|state|governor|mayor|senator)|state (?:agency|office))\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)


def office_names(routes: Sequence[Route]) -> tuple[str, ...]:
    """Return the names and initials of the places that routes lead to.

    "Your city or town hall" is no name, because its first word is in lowercase.
    """
    return tuple(dict.fromkeys(name for route in routes for name in _names(route) if name))


class Offices:
    """The places that the routes of one policy lead to. Threads can share it."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = tuple(routes)
        self._names = [
            (name.lower(), re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE), number)
            for number, route in enumerate(routes)
            for name in _names(route)
        ]

    def with_id(self, id: str) -> Route:
        """Return the route with an id."""
        return next(route for route in self._routes if route.id == id)

    def named(self, question: str) -> Route | None:
        """Return the route whose place a question names last, or None. Of two, the longer name counts."""
        lower = question.lower()
        found = [
            (match.end(), len(name), -number)
            for name, pattern, number in self._names
            if name in lower
            for match in pattern.finditer(question)
        ]
        return self._routes[-max(found)[2]] if found else None

    def in_general(self, question: str, recipients: Sequence[str]) -> str | None:
        """Return a question whether an office gets data as one on any other agency, or None if it names no office.

        recipients: the words of the question that name who gets data.
        """
        named = next((words for words in recipients if _BODY.search(words) or self.named(words)), None)
        return re.sub(rf"(?:\bthe\s+)?{re.escape(named)}", _ANY_OFFICE, question, count=1) if named else None


def _names(route: Route) -> list[str]:
    name = _ARTICLE.sub("", route.contact.name)
    initials = _INITIALS.search(name)
    names = [_INITIALS.sub("", name), *([initials[1]] if initials else [])]
    return [each for each in names if each[0].isupper()]

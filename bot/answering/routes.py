"""Where to go with a question about something else: the place that it names, or the route of the nearest examples."""

from __future__ import annotations

from bot.answering.retrieve import Retrieved
from bot.elsewhere.offices import named_route
from bot.index.bundle import Bundle
from bot.types import Contact


def route_of(question: str, retrieved: Retrieved, bundle: Bundle) -> Contact | None:
    """Return where to go with a question about something else, or None if no route is near enough.

    Call it only for such questions: it does not tell whether a question is about the policy.
    """
    routes = bundle.policy.routes
    if named := named_route(question, routes):
        return named.contact
    if retrieved.route is None:
        return None
    return next(each.contact for each in routes if each.id == retrieved.route)

"""Where to go with a question about something else: the place that it names, or the route of the nearest examples."""

from __future__ import annotations

from bot.answering.retrieve import Retrieved
from bot.elsewhere.offices import Offices
from bot.types import Contact


def route_of(question: str, retrieved: Retrieved, offices: Offices) -> Contact | None:
    """Return where to go with a question about something else, or None if no route is near enough.

    Call it only for such questions: it does not tell whether a question is about the policy.
    """
    if named := offices.named(question):
        return named.contact
    return None if retrieved.route is None else offices.with_id(retrieved.route).contact

"""Where to go with a question about something else: the route of the nearest visitor question that has one."""

from __future__ import annotations

from bot.answering.retrieve import Retrieved
from bot.index.bundle import Bundle
from bot.types import Contact

# On half of tests/answering/route_held_out.toml, 38 of 54 questions get the right route, and 2 of 21 that have none get
# one; a lower limit gives more of both. On the other half, 43 of 54 get the right route and 4 a wrong one; 2 of 21.
MIN_COSINE = 0.6


def route_of(retrieved: Retrieved, bundle: Bundle) -> Contact | None:
    """Return where to go with a question about something else, or None if no route is near enough.

    Call it only for such questions: it does not tell whether a question is about the policy.
    """
    if retrieved.routed is None or retrieved.routed_similarity < MIN_COSINE:
        return None
    route = bundle.questions[retrieved.routed].route
    return next(each.contact for each in bundle.policy.routes if each.id == route)

"""Routes of a policy folder: their examples as visitor questions, and the places that are due for a check."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.policies.manifest import NAME, RouteEntry
from bot.policies.questions import VisitorQuestion
from bot.types import AskPolicyError, Policy

# Sites move pages about as often, and a wrong place costs a visitor more than the check costs the owner.
MAX_DAYS = 365


def route_questions(
    entries: Sequence[RouteEntry], questions: Sequence[VisitorQuestion], folder: Path
) -> tuple[VisitorQuestion, ...]:
    """Return the examples of the routes as visitor questions about something else.

    questions: the policy's other questions. Raises AskPolicyError if one of them is an example, but of another kind.
    """
    kinds = {question.question.casefold(): question.kind for question in questions if not question.history}
    examples = []
    for entry in entries:
        for example in entry.examples:
            if (kind := kinds.get(example.casefold(), "off_topic")) != "off_topic":
                raise AskPolicyError(
                    f"{folder / NAME}: the example '{example}' of the route '{entry.id}' is also in questions.jsonl, "
                    f"with the kind {kind}: remove one of them."
                )
            examples.append(VisitorQuestion(example, "off_topic", route=entry.id))
    return tuple(examples)


def old_checks(policy: Policy, today: datetime.date) -> Iterator[str]:
    """Yield a sentence for each contact and route whose check is older than MAX_DAYS, or is dated in the future."""
    places = [(f"contact '{contact.name}'", contact.checked) for contact in policy.contacts]
    places += [(f"route '{route.id}'", route.contact.checked) for route in policy.routes]
    for name, checked in places:
        if checked is None:
            continue
        days = (today - datetime.date.fromisoformat(checked)).days
        if days > MAX_DAYS:
            yield f"The {name} was last checked on {checked}: see whether it still exists, and update `checked`."
        elif days < -1:  # a day for time zones
            yield f"The {name} was checked on {checked}, which is in the future: correct `checked`."

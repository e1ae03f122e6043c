"""Drafts -> the questions that the chat offers at the start: certain to be answered, and different from each other."""

from __future__ import annotations

from collections.abc import Sequence

from bot.drafting.answers import Draft
from bot.pipeline import Bot

MOST_STARTERS = 4
# What a visitor to any site is likely to ask first, with one topic for each subject before the second one of any. The
# others follow, the most certain first. Those about the policy and the site themselves come last, because few visitors
# begin with them.
ASKED_FIRST = (
    "collected-overall",
    "sharing-overall",
    "data-sale",
    "cookies-used",
    "retention-overall",
    "delete-own",
    "security-overall",
    "use-purposes",
    "rights-overall",
    "access-own",
    "opt-out-overall",
    "children-data",
    "contact-privacy",
)
_ABOUT_ITSELF = ("policy-", "site-", "contact-")
# Questions that are more alike than this (cosine) would look like one question asked twice.
_ALIKE = 0.75


def choose_starters(bot: Bot, drafts: Sequence[Draft], most: int = MOST_STARTERS) -> tuple[str, ...]:
    """Return at most `most` questions that the policy certainly answers, each with another first statement."""

    def place(draft: Draft) -> tuple[int, float]:
        later = len(ASKED_FIRST) + draft.topic.id.startswith(_ABOUT_ITSELF)
        return ASKED_FIRST.index(draft.topic.id) if draft.topic.id in ASKED_FIRST else later, -draft.confidence

    answered = sorted((draft for draft in drafts if draft.cite and draft.is_sure), key=place)
    if not answered:
        return ()
    vectors = bot.bundle.embedder.encode([draft.topic.question for draft in answered])
    chosen: list[int] = []
    for number, draft in enumerate(answered):
        repeats = any(
            draft.cite[0] == answered[other].cite[0] or float(vectors[number] @ vectors[other]) > _ALIKE
            for other in chosen
        )
        if not repeats:
            chosen.append(number)
        if len(chosen) == most:
            break
    return tuple(answered[number].topic.question for number in chosen)

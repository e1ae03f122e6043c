"""A visitor's words -> what may be kept of them. Every store calls this, so that no caller can skip it."""

from __future__ import annotations

import hashlib

from bot.guard.cleaning import guard
from bot.settings import GuardSettings
from bot.types import Outcome
from bot.usage.values import TooLongError


def cleaned(name: str, text: str | None, limit: int) -> str | None:
    """Return the text without personal data, hidden and control characters, or None if nothing is left.

    Nothing is kept if the writer may be in danger.

    limit: in characters. Raises TooLongError if the text is longer, before or after normalization, which can turn one
    character into eighteen.
    """
    if text is None:
        return None
    guarded = guard(text, GuardSettings(max_question_chars=limit))
    if guarded.outcome is Outcome.TOO_LONG or len(guarded.question) > limit:
        raise TooLongError(f"The {name} is too long: shorten it to {limit:,} characters or fewer.")
    return None if guarded.outcome is Outcome.URGENT else guarded.question or None


def row_id(answer_id: str) -> str:
    """Return the id of what is kept about an answer: a digest, which does not reveal the answer's own id."""
    return hashlib.sha256(answer_id.encode("utf-8", "backslashreplace")).hexdigest()[:32]

"""The door: a question as typed -> a cleaned question, what to warn about, or why it is not processed.

Personal data is taken out here, before anything else (models, logs, stores) sees the question.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.language import other_language
from bot.personal_data import HIDDEN, mask_personal_data
from bot.settings import GuardSettings
from bot.types import Outcome, Warning

_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Guarded:
    """outcome: None where the question may go on. language: of an unsupported question, where it is known."""

    question: str
    outcome: Outcome | None
    warnings: tuple[Warning, ...]
    language: str | None = None


def guard(question: str, settings: GuardSettings) -> Guarded:
    """Clean one question. Never raises: whatever a visitor types has an outcome."""
    if len(question) > settings.max_question_chars:
        return Guarded("", Outcome.TOO_LONG, ())
    warnings: list[Warning] = []
    # Normalised first: some characters become hidden ones only then.
    normalized = unicodedata.normalize("NFKC", question)
    visible = HIDDEN.sub("", normalized)
    if visible != normalized:
        warnings.append(Warning("hidden_characters"))
    # Control, surrogate, private and unassigned code points carry no words.
    cleaned = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", visible))
    cleaned = _BLANK.sub(" ", cleaned).strip()
    cleaned, kinds = mask_personal_data(cleaned)
    if kinds:
        warnings.append(Warning("personal_data", kinds))
    letters = [c for c in cleaned if c.isalpha()]
    if not letters:
        return Guarded(cleaned, Outcome.EMPTY, tuple(warnings))
    language = other_language(cleaned)
    latin = sum(c.isascii() or "LATIN" in unicodedata.name(c, "") for c in letters)
    if language or latin < len(letters) / 2:
        return Guarded(cleaned, Outcome.UNSUPPORTED_LANGUAGE, tuple(warnings), language)
    return Guarded(cleaned, None, tuple(warnings))

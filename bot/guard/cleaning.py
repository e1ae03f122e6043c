"""The door: a question as typed -> a cleaned question, what to warn about, or why it is not processed.

Personal data is masked here, before anything else (models, logs, stores) sees the question. The work grows linearly
with the length, whatever is typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.guard.language import is_latin, other_language
from bot.guard.personal_data import HIDDEN, mask_personal_data
from bot.settings import GuardSettings
from bot.types import Outcome, Warning

_BLANK = re.compile(r"\s+")
# Unicode's stream-safe format (UAX 15): no more marks on one letter. Sorting more of them takes quadratic time.
_MOST_MARKS = 30


@dataclass(frozen=True, slots=True)
class Guarded:
    """outcome: None if the question may go on. language: of an unsupported question, if it is known."""

    question: str
    outcome: Outcome | None
    warnings: tuple[Warning, ...]
    language: str | None = None


def guard(question: str, settings: GuardSettings) -> Guarded:
    """Clean one question. Never raises: whatever a visitor types has an outcome."""
    if len(question) > settings.max_question_chars:
        return Guarded("", Outcome.TOO_LONG, ())
    warnings: list[Warning] = []
    # Normalized first: some characters become hidden ones only then.
    normalized = _normalized(question)
    # One ligature may have become 18 letters.
    if len(normalized) > settings.max_question_chars:
        return Guarded("", Outcome.TOO_LONG, ())
    visible = HIDDEN.sub("", normalized)
    if visible != normalized:
        warnings.append(Warning("hidden_characters"))
    # Control, surrogate, private and unassigned code points carry no words.
    cleaned = "".join(c if c.isprintable() else " " for c in _normalized(visible))
    cleaned = _BLANK.sub(" ", cleaned).strip()
    cleaned, kinds = mask_personal_data(cleaned)
    if kinds:
        warnings.append(Warning("personal_data", kinds))
    letters = [c for c in cleaned if c.isalpha()]
    if not letters:
        return Guarded(cleaned, Outcome.EMPTY, tuple(warnings))
    language = other_language(cleaned)
    if language or sum(map(is_latin, letters)) < len(letters) / 2:
        return Guarded(cleaned, Outcome.UNSUPPORTED_LANGUAGE, tuple(warnings), language)
    return Guarded(cleaned, None, tuple(warnings))


def _normalized(text: str) -> str:
    """In Unicode's form NFKC, and without the marks that are too many for one letter."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFKC", "".join(kept))


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    """Whether a character is a combining mark, or becomes one when it is normalized, as U+FF9E does."""
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0

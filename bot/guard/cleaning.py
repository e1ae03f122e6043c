"""Question as typed -> a cleaned question and warnings, or the outcome of a question that cannot be processed.

Personal data is masked here, before anything else (models, logs, stores) sees the question. The time grows linearly
with the length, whatever a visitor types.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.guard.personal_data import HIDDEN, mask_personal_data
from bot.language import is_latin, other_language
from bot.settings import GuardSettings
from bot.types import Outcome, Warning

_BLANK = re.compile(r"\s+")
# The limit of combining marks on one letter, from Unicode's stream-safe format (UAX 15). Normalizing sorts them, which
# takes quadratic time.
_MAX_MARKS = 30


@dataclass(frozen=True, slots=True)
class Guarded:
    """A cleaned question.

    outcome: the final outcome, or None if the question goes on to the next step. language: code of the language of an
    unsupported question, if it is known.
    """

    question: str
    outcome: Outcome | None
    warnings: tuple[Warning, ...]
    language: str | None = None


def guard(question: str, settings: GuardSettings) -> Guarded:
    """Clean one question. Never raises: every input has an outcome."""
    if len(question) > settings.max_question_chars:
        return Guarded("", Outcome.TOO_LONG, ())
    warnings: list[Warning] = []
    # Normalize first: some characters turn into hidden ones only then.
    normalized = _normalized(question)
    # Check again: normalizing can turn one ligature into 18 letters.
    if len(normalized) > settings.max_question_chars:
        return Guarded("", Outcome.TOO_LONG, ())
    visible = HIDDEN.sub("", normalized)
    if visible != normalized:
        warnings.append(Warning("hidden_characters"))
    # Control, surrogate, private-use and unassigned code points carry no words.
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
    """Return the text in Unicode's form NFKC, with at most _MAX_MARKS marks on each letter."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFKC", "".join(kept))


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    """Return whether a character is a combining mark, or becomes one when normalized, as U+FF9E does."""
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0

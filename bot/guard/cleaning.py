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
from bot.guard.urgent import language_of_danger
from bot.language import is_latin, other_language
from bot.settings import GuardSettings
from bot.tracing import step
from bot.types import Outcome, QuestionWarning

_BLANK = re.compile(r"\s+")
# The limit of combining marks on one letter, from Unicode's stream-safe format (UAX 15). Normalizing sorts them, which
# takes quadratic time.
_MAX_MARKS = 30


@dataclass(frozen=True, slots=True)
class Guarded:
    """A cleaned question.

    outcome: the final outcome, or None if the question proceeds to the next step. language: code of the language of an
    unsupported or urgent question, if it is known and not English.
    """

    question: str
    outcome: Outcome | None
    warnings: tuple[QuestionWarning, ...]
    language: str | None = None


@step("guard")
def guard(question: str, settings: GuardSettings) -> Guarded:
    """Clean one question. Never raises: every input has an outcome."""
    most = settings.max_question_chars
    warnings: list[QuestionWarning] = []
    # Normalize first: some characters turn into hidden ones only then.
    normalized = _normalized(question[:most])
    # Normalizing can turn one ligature into 18 letters.
    too_long = len(question) > most or len(normalized) > most
    normalized = normalized[:most]
    visible = HIDDEN.sub("", normalized)
    if visible != normalized:
        warnings.append(QuestionWarning("hidden_characters"))
    # Control, surrogate, private-use and unassigned code points carry no words.
    cleaned = _normalized(visible)
    if not cleaned.isprintable():
        cleaned = "".join(c if c.isprintable() else " " for c in cleaned)
    cleaned = _BLANK.sub(" ", cleaned).strip()
    danger = language_of_danger(cleaned)
    if too_long:
        return Guarded("", Outcome.URGENT if danger else Outcome.TOO_LONG, (), _unless_english(danger))
    cleaned, kinds = mask_personal_data(cleaned)
    if danger:
        return Guarded(cleaned, Outcome.URGENT, (), _unless_english(danger))
    if kinds:
        warnings.append(QuestionWarning("personal_data", kinds))
    if not any(map(str.isalpha, cleaned)):
        return Guarded(cleaned, Outcome.EMPTY, tuple(warnings))
    language = other_language(cleaned)
    if language or not _is_mostly_latin(cleaned):
        return Guarded(cleaned, Outcome.UNSUPPORTED_LANGUAGE, tuple(warnings), language)
    return Guarded(cleaned, None, tuple(warnings))


def _is_mostly_latin(text: str) -> bool:
    """Return whether at least half of the letters of a text belong to the Latin script."""
    if text.isascii():
        return True
    letters = [c for c in text if c.isalpha()]
    return sum(map(is_latin, letters)) >= len(letters) / 2


def _unless_english(language: str | None) -> str | None:
    """Return a language in which to answer. English does not override the language that the visitor chose."""
    return None if language == "en" else language


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

"""`python -m evals safety languages`: checks that the guard accepts English and recognizes other languages.

The English questions come from all sets that have their file, plus names, places, slang and misspellings written to
mislead the detector. Held-out questions were written after the words in `bot/language.py` had been chosen.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.guard.cleaning import guard
from bot.language import other_language
from bot.settings import GuardSettings
from bot.types import Outcome
from evals.files import read_lines
from evals.sets.cases import load_unit_sets
from evals.sets.paths import DEVELOPMENT, OFF_TOPIC, PRIVACY_QUESTIONS, UNITS, VISITOR_QUESTIONS

WRITTEN = Path(__file__).with_name("language_questions.jsonl")
_ENGLISH = (*DEVELOPMENT.values(), PRIVACY_QUESTIONS, OFF_TOPIC, VISITOR_QUESTIONS)
# At most one English question in this many may be refused.
_ONE_IN = 1_000
_SETTINGS = GuardSettings()


@dataclass(frozen=True, slots=True)
class Written:
    """A question written for this check. language: its ISO 639 code. held_out: see the top of this file."""

    question: str
    language: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Recognition:
    """Counts of questions: asked; refused with `unsupported_language`; and named, with the right language."""

    asked: int
    refused: int
    named: int


def written() -> tuple[Written, ...]:
    """Return the questions of `language_questions.jsonl`."""
    return tuple(Written(**record) for record in read_lines(WRITTEN))


def english_questions() -> tuple[str, ...]:
    """Return every English question of the sets, in order, without duplicates and without the misleading ones."""
    questions: dict[str, None] = {}
    for path in _ENGLISH:
        questions |= dict.fromkeys(record["question"] for record in read_lines(path))
    for name in UNITS:
        questions |= dict.fromkeys(case.question for units in load_unit_sets(name) for case in units.cases)
    return tuple(questions)


def is_refused(question: str) -> bool:
    """Return whether the guard refuses the question because of its language."""
    return guard(question, _SETTINGS).outcome is Outcome.UNSUPPORTED_LANGUAGE


def recognition(questions: Sequence[Written]) -> Recognition:
    """Return the counts of some questions in languages other than English."""
    return Recognition(
        asked=len(questions),
        refused=sum(is_refused(q.question) for q in questions),
        named=sum(other_language(q.question) == q.language for q in questions),
    )


def check_languages(console: Console) -> int:
    """Print both measures; return 1 if more English questions than allowed are refused, else 0."""
    english = english_questions()
    started = time.perf_counter()
    for question in english:
        other_language(question)
    seconds = time.perf_counter() - started
    refused = [question for question in english if is_refused(question)]
    console.print(f"English questions refused: {len(refused)} of {len(english):,}", highlight=False)
    _list(refused, console)
    groups: dict[str, list[Written]] = defaultdict(list)
    for each in written():
        groups[each.language].append(each)
    misleading = groups.pop("en")
    mistaken = [q.question for q in misleading if is_refused(q.question)]
    console.print(f"Misleading English questions refused: {len(mistaken)} of {len(misleading)}", highlight=False)
    _list(mistaken, console)
    table = Table("language", "questions", "recognized", "language named", "held out", "recognized")
    for language, questions in _with_few_joined(groups).items():
        seen = recognition(questions)
        held_out = recognition([q for q in questions if q.held_out])
        table.add_row(
            language,
            str(seen.asked),
            f"{seen.refused / seen.asked:.2f}",
            f"{seen.named / seen.asked:.2f}",
            str(held_out.asked),
            f"{held_out.refused / held_out.asked:.2f}",
        )
    console.print(table)
    console.print(f"Mean time for an English question: {seconds / len(english) * 1e6:.0f} µs", highlight=False)
    return int(len(refused) > len(english) / _ONE_IN)


def _list(questions: Sequence[str], console: Console) -> None:
    for question in questions:
        console.print(f"  {other_language(question)}: {question}", highlight=False, markup=False)


def _with_few_joined(groups: dict[str, list[Written]]) -> dict[str, list[Written]]:
    """Merge the languages that have only one question into the group "others"."""
    joined = {language: questions for language, questions in groups.items() if len(questions) > 1}
    joined["others"] = [question for questions in groups.values() if len(questions) == 1 for question in questions]
    return joined

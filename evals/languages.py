"""`python -m evals.languages`: are English questions let through, and questions in other languages recognised?

English questions are all that are at hand (sets that may not be copied are read where the shared data folder is), and
names, places, slang and misspellings written to be mistaken. Held-out questions were written after the words in
`bot/language.py` were chosen.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bot.guard import guard
from bot.language import other_language
from bot.settings import GuardSettings
from bot.types import Outcome
from evals.data import DEVELOPMENT, OFF_TOPIC, PRIVACY_QUESTIONS, ROOT, UNITS, VISITOR_QUESTIONS
from evals.results import read_lines
from evals.sets import load_unit_sets

WRITTEN = ROOT / "evals" / "language_questions.jsonl"
_ENGLISH = (*DEVELOPMENT.values(), PRIVACY_QUESTIONS, OFF_TOPIC, VISITOR_QUESTIONS)
# At most one English question in so many may be refused.
_ONE_IN = 1_000
_SETTINGS = GuardSettings()


@dataclass(frozen=True, slots=True)
class Written:
    """A question written for this measure. language: its ISO 639 code."""

    question: str
    language: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Recognition:
    """asked: how many questions. refused: how many got `unsupported_language`. named: in their own language."""

    asked: int
    refused: int
    named: int


def written() -> tuple[Written, ...]:
    """The questions of `language_questions.jsonl`."""
    return tuple(Written(**record) for record in read_lines(WRITTEN))


def english_questions() -> tuple[str, ...]:
    """Every English question at hand, each once, in order; the written traps are not among them."""
    questions: dict[str, None] = {}
    for path in _ENGLISH:
        questions |= dict.fromkeys(record["question"] for record in read_lines(path))
    for name in UNITS:
        questions |= dict.fromkeys(case.question for units in load_unit_sets(name) for case in units.cases)
    return tuple(questions)


def is_refused(question: str) -> bool:
    """Whether the guard takes the question for one in another language."""
    return guard(question, _SETTINGS).outcome is Outcome.UNSUPPORTED_LANGUAGE


def recognition(questions: Sequence[Written]) -> Recognition:
    """Over questions in other languages than English."""
    return Recognition(
        asked=len(questions),
        refused=sum(is_refused(q.question) for q in questions),
        named=sum(other_language(q.question) == q.language for q in questions),
    )


def main() -> int:
    """Print both measures; returns 1 where more English questions than allowed are refused."""
    console = Console()
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
    traps = groups.pop("en")
    mistaken = [q.question for q in traps if is_refused(q.question)]
    console.print(
        f"English names, places, slang, misspellings refused: {len(mistaken)} of {len(traps)}", highlight=False
    )
    _list(mistaken, console)
    table = Table("language", "questions", "recognised", "language named", "held out", "recognised")
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
    """Languages of which there is one question each stand together."""
    joined = {language: questions for language, questions in groups.items() if len(questions) > 1}
    joined["others"] = [question for questions in groups.values() if len(questions) == 1 for question in questions]
    return joined


if __name__ == "__main__":
    sys.exit(main())

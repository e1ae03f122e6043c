"""Reads what a reader wrote: one JSON line for each item, as docs/rubric.md says."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bot.types import AskPolicyError

# From best to worst.
GRADES = ("good", "ok", "poor", "bad")
USABLE = ("good", "ok")
CAUSES = (
    "missing companion",
    "wrong sentence",
    "false silence",
    "wrong refusal",
    "order",
    "no plain sentence",
    "misleading",
    "other",
)


@dataclass(frozen=True, slots=True)
class Grade:
    """A reader's judgment of one item. cause: the main reason that it is not good, one of CAUSES; None if it is."""

    grade: str
    cause: str | None
    wrong_outcome: bool


def read_grades(path: Path, items: Collection[str]) -> dict[str, Grade]:
    """Return item -> grade. items: all that must be graded.

    Raises AskPolicyError that names the first bad line, or the first item without a grade.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise AskPolicyError(f"{path} cannot be read: {error.strerror}.") from None
    grades: dict[str, Grade] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            item, grade = _read(line, f"{path}, line {number}")
            if item in grades:
                raise AskPolicyError(f"{path}, line {number}: item {item} was graded before.")
            if item not in items:
                raise AskPolicyError(f"{path}, line {number}: the key has no item {item}.")
            grades[item] = grade
    if missing := [item for item in items if item not in grades]:
        raise AskPolicyError(f"{path} has no grade for {len(missing)} items, such as item {missing[0]}.")
    return grades


def _read(line: str, where: str) -> tuple[str, Grade]:
    try:
        record = json.loads(line)
        item, grade = str(record["item"]), record["grade"]
        cause, wrong = record.get("cause"), record["wrong_outcome"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise AskPolicyError(f"{where}, is not a grade: it needs item, grade, cause, and wrong_outcome.") from None
    if grade not in GRADES:
        raise AskPolicyError(f"{where}: the grade is '{grade}': use one of {', '.join(GRADES)}.")
    if (cause is None) != (grade == "good") or (cause is not None and cause not in CAUSES):
        raise AskPolicyError(
            f"{where}: the cause is '{cause}': use null if the grade is good, otherwise one of {', '.join(CAUSES)}."
        )
    if not isinstance(wrong, bool):
        raise AskPolicyError(f"{where}: wrong_outcome is '{wrong}': use true or false.")
    return item, Grade(grade, cause, wrong)

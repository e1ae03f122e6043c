"""`python -m evals compare A B`: shows what changed between two results folders, and whether it is significant."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.types import AskPolicyError
from evals.files import read_json, read_lines
from evals.measures.answers import Scores
from evals.measures.policies import PolicyScore, aggregate_policies
from evals.measures.reading import ReadingScore, aggregate_reading
from evals.measures.significance import Statistics, differences, paired_randomization
from evals.measures.summary import ranking_statistics, statistics
from evals.measures.units import UnitScores, aggregate_units
from evals.report import tables

Row = tuple[str, float, float, float, float]
# Counts that are no better if they are higher, and times, which depend on the machine.
_NOT_COMPARED = {"questions", "with_relevant_units", "companions_needed", "seconds_p50", "seconds_p95"}


def compare(first: Path, second: Path, systems: tuple[str, str], console: Console) -> int:
    """Print the differences, second minus first, for each set in both folders, and return the exit code, 0.

    systems: which system to read from the first folder and from the second. Raises AskPolicyError if a folder has no
    results, if the folders have no set in common, or if a set has no question in common.
    """
    names = [name for name in read_json(first / "aggregates.json") if name in read_json(second / "aggregates.json")]
    if not names:
        raise AskPolicyError(f"{first} and {second} have no question set in common: run the same sets for both.")
    for name in names:
        found = compare_set(first / name, second / name, systems)
        if unpaired := _unpaired(first / name, second / name, systems):
            console.print(f"[yellow]{name}: {unpaired} questions are in one folder only and are not compared.[/]")
        console.print(f"{name}: {first.name} ({systems[0]}) against {second.name} ({systems[1]})")
        tables.show_differences(name, found, console)
    return 0


def compare_set(first: Path, second: Path, systems: tuple[str, str]) -> list[Row]:
    """Return rows of (measure, first, second, difference, p-value) over the questions in both folders, paired by id.

    Raises AskPolicyError if there are none.
    """
    one, other = _records(first, systems[0]), _records(second, systems[1])
    shared = [identity for identity in one if identity in other]
    if not shared:
        raise AskPolicyError(
            f"{first} has no question of {systems[0]} that {second} has of {systems[1]}: run the same systems for "
            "both, or name others with --systems."
        )
    before, after = [one[i] for i in shared], [other[i] for i in shared]
    if "first_right" in before[0]:
        return _rows([_reading(r) for r in before], [_reading(r) for r in after], aggregate_reading)
    if "policy" in before[0]:
        return _rows([_policy(r) for r in before], [_policy(r) for r in after], aggregate_policies)
    if "kind" not in before[0]:
        return _rows([_unit(r) for r in before], [_unit(r) for r in after], aggregate_units)
    # Peers state no confidence, so they have no calibration error.
    stated = all(any(r["confidence"] for r in records) for records in (before, after))
    found = _rows(
        [_scores(r) for r in before],
        [_scores(r) for r in after],
        lambda scores: statistics(scores, with_confidence=stated),
    )
    ranked = [(a["ranking"], b["ranking"]) for a, b in zip(before, after, strict=True) if a["ranking"] and b["ranking"]]
    if ranked:
        found += _rows([a for a, _ in ranked], [b for _, b in ranked], ranking_statistics)
    return found


def _records(folder: Path, system: str) -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in read_lines(folder / "scores.jsonl") if record["system"] == system}


def _unpaired(first: Path, second: Path, systems: tuple[str, str]) -> int:
    return len(_records(first, systems[0]).keys() ^ _records(second, systems[1]).keys())


def _rows(before: Sequence[Any], after: Sequence[Any], statistic: Callable[[Sequence[Any]], Statistics]) -> list[Row]:
    p_values = paired_randomization(before, after, statistic)
    first, second = statistic(before), statistic(after)
    return [
        (name, float(first[name] or 0), float(second[name] or 0), difference, p_values[name])
        for name, difference in differences(first, second).items()
        if name not in _NOT_COMPARED
    ]


def _scores(record: Mapping[str, Any]) -> Scores:
    # A folder from before a measure existed lacks its field, which then has its default.
    return Scores(**{field.name: record[field.name] for field in dataclasses.fields(Scores) if field.name in record})


def _reading(record: Mapping[str, Any]) -> ReadingScore:
    return ReadingScore(**{field.name: record[field.name] for field in dataclasses.fields(ReadingScore)})


def _policy(record: Mapping[str, Any]) -> PolicyScore:
    return PolicyScore(**{field.name: record[field.name] for field in dataclasses.fields(PolicyScore)})


def _unit(record: Mapping[str, Any]) -> UnitScores:
    return UnitScores(**{field.name: record[field.name] for field in dataclasses.fields(UnitScores)})

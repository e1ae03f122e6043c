"""Prints the results of a run as tables on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from evals import OURS
from evals.gate import Check
from evals.measures.ranking import MEASURES
from evals.measures.reading import aggregate_reading
from evals.reading import ReadingRun
from evals.report.formats import counted, shown
from evals.training_policies import TrainingPoliciesRun

Summaries = Mapping[str, Mapping[str, Any]]

_READING_MEASURES = (
    "first_right",
    "answerable_refused",
    "misleading_quotes",
    "headings_first",
    "not_covered_answered",
    "off_topic_answered",
)
_POLICY_MEASURES = (
    "questions",
    "hit@1",
    "answerable_refused",
    "not_covered_answered",
    "deleted_answered",
    "off_topic_answered",
)
_GROUP_MEASURES = (
    "questions",
    "hit@1",
    "hit@3",
    "complete",
    "precision",
    "facts",
    "outcome_right",
    "answerable_refused",
)


def show_set(name: str, summaries: Summaries, console: Console) -> None:
    """Print the measures of every system, and our own intervals, confusion matrix and groups."""
    ours = summaries[OURS]
    _show_measures(name, summaries, list(ours["measures"]), console)
    _show_confusion(ours["confusion"], console)
    for group, rows in ours["groups"].items():
        if len(rows) > 1:
            _show_group(group, rows, console)


def show_units(name: str, summaries: Summaries, console: Console) -> None:
    """Print the ranking measures of every system, and ours as a multiple of each peer's."""
    _show_measures(name, summaries, list(summaries[OURS]["measures"]), console)
    peers = [system for system in summaries if system != OURS]
    if not peers:
        return
    table = Table(title=f"{name}: ours as a multiple of the peer's", title_justify="left")
    table.add_column("measure")
    for peer in peers:
        table.add_column(peer, justify="right")
    for measure in MEASURES:
        value = summaries[OURS]["measures"][measure]
        others = [summaries[peer]["measures"][measure] for peer in peers]
        table.add_row(measure, *(f"{value / other:.2f}" if value is not None and other else "–" for other in others))
    console.print(table)


def show_reading(name: str, found: ReadingRun, console: Console) -> None:
    """Print the measures, the figures of each policy, what misleads or is no answer, and what was not measured."""
    _show_measures(name, {OURS: found.summary}, list(found.summary["measures"]), console)
    table = Table(title="by policy", title_justify="left")
    table.add_column("policy", no_wrap=True)
    for column in (*_READING_MEASURES, "statements", "unread", "cut"):
        table.add_column(column, justify="right")
    for reading, scores in found.policies:
        measures = aggregate_reading(scores)
        counts = (reading.statements, reading.unread, len(reading.misleading))
        table.add_row(reading.policy, *(shown(m, measures[m]) for m in _READING_MEASURES), *map(str, counts))
    console.print(table)
    asked = [score for _, scores in found.policies for score in scores]
    for title, quotes in (
        ("Misleading quotes", [(s, quote) for s in asked for quote in s.misleading]),
        ("Headings, labels and questions cited first", [(s, str(s.first)) for s in asked if s.heading_first]),
        ("Statements that would mislead", [(r, statement) for r, _ in found.policies for statement in r.misleading]),
    ):
        console.print(f"{title}: {len(quotes)}")
        for place, quote in quotes:
            console.print(f"  {getattr(place, 'id', place.policy)}: {quote}", markup=False, soft_wrap=True)
    for policy, reason in found.skipped:
        console.print(f"[yellow]Not measured: {policy}, because {reason}[/]")
    console.print(f"Measured: {len(found.policies)} of {len(found.policies) + len(found.skipped)} policies")


def show_policies(name: str, ran: TrainingPoliciesRun, console: Console) -> None:
    """Print the measures, and those of each policy."""
    _show_measures(name, {OURS: ran.summary}, list(ran.summary["measures"]), console)
    _show_group("policy", ran.policies, console, measures=_POLICY_MEASURES)


def show_gate(checks: Sequence[Check], console: Console) -> None:
    """Print each gated measure, its baseline, and whether it passes."""
    table = Table(title="Gate", title_justify="left")
    for column in ("set", "measure", "baseline", "now", "tolerance", ""):
        table.add_column(column, justify="right" if column in {"baseline", "now", "tolerance"} else "left")
    for check in checks:
        table.add_row(
            check.set_name,
            check.measure,
            shown(check.measure, check.baseline),
            shown(check.measure, check.value),
            f"{check.tolerance:g}",
            "[green]passes[/]" if check.passed else "[red]WORSE[/]",
        )
    console.print(table)


def show_differences(name: str, rows: Sequence[tuple[str, float, float, float, float]], console: Console) -> None:
    """Print rows of (measure, first, second, difference, p-value)."""
    table = Table(title=name, title_justify="left")
    for column in ("measure", "first", "second", "difference", "p"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for measure, first, second, difference, p in rows:
        significant = p < 0.05
        table.add_row(
            measure,
            shown(measure, first),
            shown(measure, second),
            f"{difference:+.3f}",
            f"[bold]{p:.4f}[/]" if significant else f"{p:.4f}",
        )
    console.print(table)


def _show_measures(name: str, summaries: Summaries, measures: Sequence[str], console: Console) -> None:
    """Print the measures of every system, with intervals for ours only; `aggregates.json` has those of peers."""
    table = Table(title=name, title_justify="left")
    table.add_column("measure", no_wrap=True)
    table.add_column(OURS, justify="right", no_wrap=True)
    table.add_column("95% interval", justify="right", no_wrap=True)
    peers = [system for system in summaries if system != OURS]
    for peer in peers:
        table.add_column(peer, justify="right", no_wrap=True)
    for measure in measures:
        table.add_row(
            measure,
            shown(measure, summaries[OURS]["measures"][measure]),
            _interval(measure, summaries[OURS]),
            *(shown(measure, summaries[peer]["measures"].get(measure)) for peer in peers),
        )
    console.print(table)


def _interval(measure: str, summary: Mapping[str, Any]) -> str:
    interval = summary["intervals"].get(measure)
    if interval is None or counted(measure):
        return ""
    return f"{shown(measure, interval[0])} – {shown(measure, interval[1])}"


def _show_confusion(confusion: Mapping[str, Mapping[str, int]], console: Console) -> None:
    outcomes = sorted({outcome for row in confusion.values() for outcome in row})
    table = Table(title="kind (rows) and outcome (columns)", title_justify="left")
    table.add_column("")
    for outcome in outcomes:
        table.add_column(outcome, justify="right")
    for kind, row in confusion.items():
        table.add_row(kind, *(str(row.get(outcome, 0)) for outcome in outcomes))
    console.print(table)


def _show_group(
    group: str,
    rows: Mapping[str, Mapping[str, float | None]],
    console: Console,
    *,
    measures: Sequence[str] = _GROUP_MEASURES,
) -> None:
    measures = [m for m in measures if any(row.get(m) is not None for row in rows.values())]
    table = Table(title=f"by {group}", title_justify="left")
    table.add_column(group, no_wrap=True)
    for measure in measures:
        table.add_column(measure, justify="right")
    for name, row in rows.items():
        table.add_row(name, *(shown(measure, row.get(measure)) for measure in measures))
    console.print(table)

"""`python -m evals report DIR`: turns a results folder into one self-contained page.

If the folder has an `ablation.json`, {set: {variant: {measure: value}}}, the page shows it as a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.templates import templates
from bot.types import AskPolicyError
from evals import OURS
from evals.files import read_json, read_lines
from evals.report.faults import wrong_answers
from evals.report.formats import GLOSSARY, counted, shown


def write_report(folder: Path, page: Path) -> Path:
    """Write the page and return its path.

    Raises AskPolicyError if the folder has no results or matplotlib is not installed.
    """
    try:
        from evals.report import plots
    except ImportError as error:
        raise AskPolicyError(f"The report needs the package {error.name}: install it with `make setup`.") from None
    aggregates = read_json(folder / "aggregates.json")
    sets = []
    for name, systems in aggregates.items():
        scores = read_lines(folder / name / "scores.jsonl")
        ours = [s for s in scores if s["system"] == OURS]
        answers = {a["id"]: a for a in read_lines(folder / name / "answers.jsonl") if a["system"] == OURS}
        cases = {c["id"]: c for c in read_lines(folder / name / "cases.jsonl")}
        entry: dict[str, Any] = {"name": name, "measures": _table(systems), "systems": list(systems), "plots": []}
        if answers and "groups" in systems[OURS]:
            sections = systems[OURS]["groups"]["section"]
            entry["plots"].append(("Outcomes", plots.confusion_plot(systems[OURS]["confusion"])))
            entry["plots"].append(("Risk and coverage", plots.risk_coverage_plot(ours)))
            entry["plots"].append(("Reliability of the confidence", plots.reliability_plot(ours)))
            seconds = {system: [s["seconds"] for s in scores if s["system"] == system] for system in systems}
            entry["plots"].append(("Latency", plots.latency_plot(seconds)))
            if sections and "hit@1" in next(iter(sections.values())):
                entry["plots"].append(("By section of the policy", plots.section_plot(sections)))
            entry["groups"] = {name: _group_table(rows) for name, rows in systems[OURS]["groups"].items() if rows}
            entry["wrong"] = wrong_answers(ours, answers, cases)
            entry["faults"] = Counter(fault for wrong in entry["wrong"] for fault in wrong["faults"])
        sets.append(entry)
    environment = templates(Path(__file__).resolve().parent)
    page.write_text(
        environment.get_template("report.html.jinja").render(
            settings=read_json(folder / "settings.json"),
            sets=sets,
            ablation=_ablation(folder),
            glossary=GLOSSARY,
            ours=OURS,
        ),
        encoding="utf-8",
    )
    return page


def _table(systems: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per measure, with each system's value and interval. Counts and times have no interval."""
    rows = []
    for measure in systems[OURS]["measures"]:
        cells = []
        for summary in systems.values():
            low_high = None if counted(measure) else summary["intervals"].get(measure)
            interval = "" if low_high is None else " – ".join(shown(measure, bound) for bound in low_high)
            cells.append({"value": shown(measure, summary["measures"].get(measure)), "interval": interval})
        if any(cell["value"] != "–" for cell in cells):
            rows.append({"measure": measure, "cells": cells})
    return rows


def _group_table(rows: Mapping[str, Mapping[str, float | None]]) -> dict[str, Any]:
    wanted = (
        "questions",
        "hit@1",
        "hit@3",
        "complete",
        "precision",
        "recall",
        "facts",
        "outcome_right",
        "answerable_refused",
        "wrong_yes_no_count",
    )
    measures = [m for m in wanted if any(row.get(m) is not None for row in rows.values())]
    return {
        "measures": measures,
        "rows": [(name, [shown(measure, row.get(measure)) for measure in measures]) for name, row in rows.items()],
    }


def _ablation(folder: Path) -> dict[str, Any]:
    path = folder / "ablation.json"
    if not path.is_file():
        return {}
    tables = {}
    for name, variants in read_json(path).items():
        measures = list(dict.fromkeys(measure for values in variants.values() for measure in values))
        tables[name] = {
            "measures": measures,
            "rows": [(variant, [shown(m, values.get(m)) for m in measures]) for variant, values in variants.items()],
        }
    return tables

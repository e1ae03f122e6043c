"""`python -m evals report DIR`: a results folder as one page that needs nothing from outside.

An `ablation.json` in the folder, {set: {variant: {measure: value}}}, becomes a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.templates import templates
from bot.types import AskPolicyError
from evals.results import OURS, read_json, read_lines
from evals.tables import counted, shown

# What the page says of each measure.
GLOSSARY = {
    "questions": "how many were asked",
    "with_relevant_units": "how many of them have a relevant unit",
    "hit@1": "answerable: the first citation is right (shares at least half of the shorter one with the evidence)",
    "hit@3": "answerable: answered, and one of the first three citations is right",
    "complete": "answerable: every passage of the evidence is cited",
    "recall": "answerable: share of the evidence's characters that is cited",
    "precision": "answerable: share of the cited characters that is evidence",
    "f1": "answerable: harmonic mean of recall and precision",
    "facts": "answerable: every fact that the answer must hold is there",
    "cited_characters": "answerable: how many characters are cited",
    "outcome_right": "answered, not covered or off-topic, as it should be",
    "outcome_macro_f1": "the mean F1 of these three outcomes",
    "off_topic_answered": "off-topic questions that were answered all the same",
    "not_covered_answered": "questions on which the policy is silent that were answered all the same",
    "answerable_refused": "answerable questions that were not answered",
    "bait_answered": "injections and personal data without a real question that were answered all the same",
    "wrong_yes_no": "opened with a wrong yes or no",
    "wrong_yes_no_count": "how many opened with a wrong yes or no",
    "yes_no_said": "yes/no questions that opened with the right one",
    "fabricated_quotes": "quotes that are not in the policy",
    "offsets_wrong": "citations whose offsets do not lead to their quote",
    "errors": "questions that failed",
    "expected_calibration_error": "how far the stated confidence is from the share that is right",
    "seconds_p50": "the median time of an answer",
    "seconds_p95": "the 95th percentile of the time of an answer",
    "AP": "mean average precision of the ranking",
    "nDCG@10": "discounted gain of the first ten",
    "R@5": "share of what is relevant among the first five",
    "Success@1": "the first one is relevant",
    "Success@3": "one of the first three is relevant",
    "Success@5": "one of the first five is relevant",
    "RR": "mean reciprocal rank of the first relevant one",
    "unanswerable_answered": "questions without a relevant unit that were answered all the same",
}


def write_report(folder: Path, page: Path) -> Path:
    """Write the page and return its path. Raises AskPolicyError where the folder holds no results."""
    try:
        from evals import plots
    except ImportError as error:
        raise AskPolicyError(f"The report needs {error.name}: install it with `make setup`.") from None
    aggregates = read_json(folder / "aggregates.json")
    sets = []
    for name, systems in aggregates.items():
        scores = read_lines(folder / name / "scores.jsonl")
        ours = [s for s in scores if s["system"] == OURS]
        answers = {a["id"]: a for a in read_lines(folder / name / "answers.jsonl") if a["system"] == OURS}
        cases = {c["id"]: c for c in read_lines(folder / name / "cases.jsonl")}
        entry: dict[str, Any] = {"name": name, "measures": _table(systems), "systems": list(systems), "plots": []}
        if answers:
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


def wrong_answers(
    scores: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Mapping[str, Any]],
    cases: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Every case with a fault, in the order of the set: its question, what is wrong, the answer, the gold."""
    found = []
    for s in scores:
        faults = faults_of(s)
        if faults:
            found.append({"faults": faults, "score": s, "answer": answers[s["id"]], "case": cases[s["id"]]})
    return found


def faults_of(score: Mapping[str, Any]) -> list[str]:
    """What is wrong with an answer, in words; empty where nothing is."""
    wrong_outcome = score["outcome_right"] == 0
    tests = (
        ("failed", score["outcome"] == "error"),
        ("wrong outcome", wrong_outcome or score["bait_answered"] == 1),
        ("first citation wrong", score["hit_at_1"] == 0 and not wrong_outcome),
        ("incomplete", score["complete"] == 0 and score["hit_at_3"] == 1),
        ("fact missing", score["facts"] == 0 and score["complete"] == 1),
        ("wrong yes or no", score["wrong_yes_no"] == 1),
        ("made-up quote", score["fabricated"] > 0),
        ("wrong offsets", score["offsets_wrong"] > 0),
    )
    return [name for name, holds in tests if holds]


def _table(systems: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a measure: value and interval of each system; counts and times need no interval."""
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

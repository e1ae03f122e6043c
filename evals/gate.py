"""Compares a run's measures with the committed baseline. None may get worse by more than its tolerance.

`baseline.json`: {set: {measure: {"value", "tolerance", "direction"}}}. The direction is "up" if higher is better.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from evals.measures.significance import Statistics
from evals.sets.paths import DEVELOPMENT

BASELINE = Path(__file__).resolve().parent / "baseline.json"
GATED_SETS = tuple(DEVELOPMENT)
# measure -> (direction, tolerance). The tolerance allows for the noise of fitting the models again.
GATED_MEASURES = {
    "hit@1": ("up", 0.01),
    "hit@3": ("up", 0.01),
    "complete": ("up", 0.01),
    "precision": ("up", 0.01),
    "f1": ("up", 0.01),
    "facts": ("up", 0.01),
    "outcome_macro_f1": ("up", 0.01),
    "off_topic_answered": ("down", 0.01),
    "not_covered_answered": ("down", 0.01),
    "answerable_refused": ("down", 0.01),
    "refused_without_related": ("down", 0.01),
    "off_topic_called_not_covered": ("down", 0.03),  # few questions: one is .02 of the smaller set
    "companions_cited": ("up", 0.03),  # counted over the answers that need any
    "plain_sentence_wrong": ("down", 0.0),
    "wrong_yes_no_count": ("down", 0.0),
    "fabricated_quotes": ("down", 0.0),
    "offsets_wrong": ("down", 0.0),
    "errors": ("down", 0.0),
}
Baseline = dict[str, dict[str, dict[str, float | str]]]


@dataclass(frozen=True, slots=True)
class Check:
    """One gated measure. value: None if the run did not measure it, which also fails."""

    set_name: str
    measure: str
    baseline: float
    value: float | None
    tolerance: float
    direction: str

    @property
    def passed(self) -> bool:
        """Return whether the value is within the tolerance of the baseline, or better."""
        if self.value is None:
            return False
        worse = self.baseline - self.value if self.direction == "up" else self.value - self.baseline
        return worse <= self.tolerance + 1e-9


def read_baseline(path: Path = BASELINE) -> Baseline:
    """Return the committed baseline; empty if there is none yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def make_baseline(measures: Mapping[str, Statistics], earlier: Baseline) -> Baseline:
    """Return a baseline of these values. Earlier tolerances, and sets that this run did not measure, are kept."""
    made = dict(earlier)
    for set_name in GATED_SETS:
        if set_name not in measures:
            continue
        made[set_name] = {}
        for measure, (direction, tolerance) in GATED_MEASURES.items():
            value = measures[set_name].get(measure)
            if value is not None:
                kept = earlier.get(set_name, {}).get(measure, {}).get("tolerance", tolerance)
                made[set_name][measure] = {"value": round(value, 4), "tolerance": kept, "direction": direction}
    return made


def _rounded(value: float | None) -> float | None:
    """Return a measure as the baseline has it, so that the same value is never worse than itself."""
    return None if value is None else round(value, 4)


def check_gate(measures: Mapping[str, Statistics], baseline: Baseline) -> list[Check]:
    """Return one check for each gated measure of each set that was measured."""
    return [
        Check(
            set_name,
            measure,
            float(gate["value"]),
            _rounded(measures[set_name].get(measure)),
            float(gate["tolerance"]),
            str(gate["direction"]),
        )
        for set_name, gates in baseline.items()
        if set_name in measures
        for measure, gate in gates.items()
    ]


def junit(checks: list[Check]) -> str:
    """Return the checks as JUnit XML, one test case for each."""
    failures = sum(not check.passed for check in checks)
    suite = ElementTree.Element("testsuite", name="evals", tests=str(len(checks)), failures=str(failures))
    for check in checks:
        case = ElementTree.SubElement(suite, "testcase", classname=f"evals.{check.set_name}", name=check.measure)
        if not check.passed:
            ElementTree.SubElement(
                case,
                "failure",
                message=f"{check.value}, but the baseline is {check.baseline} (better is {check.direction}, "
                f"tolerance {check.tolerance})",
            )
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"

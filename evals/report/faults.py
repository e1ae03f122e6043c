"""Names what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def wrong_answers(
    scores: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Mapping[str, Any]],
    cases: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return {"faults", "score", "answer", "case"} for each case with a fault, in the order of the set.

    answers, cases: by case id.
    """
    found = []
    for s in scores:
        faults = faults_of(s)
        if faults:
            found.append({"faults": faults, "score": s, "answer": answers[s["id"]], "case": cases[s["id"]]})
    return found


def faults_of(score: Mapping[str, Any]) -> list[str]:
    """Return the faults of an answer, in words; an empty list if it has none."""
    wrong_outcome = score["outcome_right"] == 0
    tests = (
        ("failed", score["outcome"] == "error"),
        ("wrong outcome", wrong_outcome or score["bait_answered"] == 1),
        ("first citation wrong", score["hit_at_1"] == 0 and not wrong_outcome),
        ("incomplete", score["complete"] == 0 and score["hit_at_3"] == 1),
        ("fact missing", score["facts"] == 0 and score["complete"] == 1),
        ("companion missing", score.get("companions") == 0),
        ("wrong plain sentence", score.get("plain_wrong") == 1),
        ("wrong yes or no", score["wrong_yes_no"] == 1),
        ("made-up quote", score["fabricated"] > 0),
        ("wrong offsets", score["offsets_wrong"] > 0),
    )
    return [name for name, holds in tests if holds]

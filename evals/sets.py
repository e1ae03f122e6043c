"""Question sets -> cases. Sets that may not be copied are read from the shared data folder where it is there.

PrivacyQA: https://github.com/AbhilashaRavichander/PrivacyQA_EMNLP (MIT). PolicyQA:
https://github.com/wasiahmad/PolicyQA. CLINC150: https://github.com/clinc/oos-eval (CC BY 3.0).
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.types import AskPolicyError

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
PLACES = {
    "massgov_dev": ROOT / "evals" / "massgov_dev.jsonl",
    "massgov_real_dev": SHARED / "massgov_real_dev.jsonl",
}
UNIT_PLACES = {"privacyqa_dev": SHARED / "privacyqa_dev.jsonl", "policyqa_dev": SHARED / "policyqa_dev.jsonl"}
OFF_TOPIC = SHARED / "offtopic_questions.jsonl"
# Every fifth utterance of CLINC150 is never trained on.
OFF_TOPIC_HELD_OUT = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what a careful reader would answer.

    evidence: one or more sets of verbatim quotes, each of which answers in full; the first is the usual one.
    """

    id: str
    question: str
    history: tuple[str, ...]
    kind: str
    evidence: tuple[tuple[str, ...], ...]
    must_include: tuple[str, ...]
    yes_no: str | None
    difficulty: str


@dataclass(frozen=True, slots=True)
class UnitCase:
    """A question of a public benchmark over given units; relevant: unit indexes, none where nothing answers."""

    policy: str
    question: str
    relevant: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitSet:
    """One policy of a public benchmark, in sentences or segments."""

    policy: str
    units: tuple[str, ...]
    cases: tuple[UnitCase, ...]


def available() -> list[str]:
    """The names of the question sets about a policy that are at hand."""
    return [name for name, path in PLACES.items() if path.is_file()]


def load_set(name: str) -> tuple[Case, ...]:
    """The cases of a set, follow-ups with the questions that they follow.

    Raises AskPolicyError where the set is unknown or not at hand.
    """
    if name not in PLACES or not PLACES[name].is_file():
        raise AskPolicyError(
            f"The question set '{name}' is not at hand: choose one of {', '.join(available())}, or put its file at "
            f"{PLACES.get(name, 'a place that evals/sets.py names')}."
        )
    records = _read(PLACES[name])
    by_id = {record["id"]: record for record in records}
    return tuple(_case(record, by_id) for record in records)


def _case(record: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Case:
    history: list[str] = []
    earlier = record.get("followup_of")
    while earlier:
        history.insert(0, by_id[earlier]["question"])
        earlier = by_id[earlier].get("followup_of")
    sets = [record["evidence"], *record["evidence_alt"]] if record["evidence"] else []
    return Case(
        id=record["id"],
        question=record["question"],
        history=tuple(history),
        kind=record["kind"],
        evidence=tuple(map(tuple, sets)),
        must_include=tuple(record["must_include"]),
        yes_no=record["yes_no"],
        difficulty=record.get("difficulty") or ("borderline" if record.get("borderline") else "clear"),
    )


def load_unit_sets(name: str) -> tuple[UnitSet, ...]:
    """PrivacyQA or PolicyQA in the shared format; empty where the file is not at hand."""
    if not UNIT_PLACES[name].is_file():
        return ()
    return tuple(
        UnitSet(
            record["policy"],
            tuple(record.get("sentences") or record["segments"]),
            tuple(UnitCase(record["policy"], q["question"], tuple(q["relevant"])) for q in record["questions"]),
        )
        for record in _read(UNIT_PLACES[name])
    )


def topic_changes(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The first questions among `cases`, each asked after one on another subject: what it should get stays the same.

    The question before is the one that stands half a set away, so it is another for each, and the same in every run.
    """
    first = [case for case in cases if not case.history]
    half = len(first) // 2
    return tuple(
        dataclasses.replace(case, id=f"{case.id}-changed", history=(first[(place + half) % len(first)].question,))
        for place, case in enumerate(first)
    )


def held_out_off_topic() -> tuple[str, ...]:
    """The CLINC150 utterances that are never trained on; empty where the file is not at hand."""
    if not OFF_TOPIC.is_file():
        return ()
    return tuple(r["question"] for i, r in enumerate(_read(OFF_TOPIC)) if i % OFF_TOPIC_HELD_OUT == 0)


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

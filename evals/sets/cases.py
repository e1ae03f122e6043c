"""Reads files of questions as cases. Sets that may not be copied come from the shared data folder, if there is one.

PrivacyQA: https://github.com/AbhilashaRavichander/PrivacyQA_EMNLP (MIT). PolicyQA:
https://github.com/wasiahmad/PolicyQA. CLINC150: https://github.com/clinc/oos-eval (CC BY 3.0).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.types import AskPolicyError
from evals.files import read_lines
from evals.sets import off_topic
from evals.sets.paths import CONVERSATIONS, DEVELOPMENT, UNITS
from evals.sets.typos import misspelled

TOPIC_CHANGE_SET = "topic_changes"
CONVERSATION_SET = "conversations"
TYPO_SET = "typos"
TYPO_LEVELS = ("1 typo", "2 typos", "3 typos")
OFF_TOPIC_SET = "clinc150_off_topic"
UNIT_SETS = tuple(UNITS)
READING_SET = "reading"
TRAINING_POLICIES_SET = "training_policies"
# Questions about Mass.gov, with gold labels or a right outcome.
CASE_SETS = (*DEVELOPMENT, TOPIC_CHANGE_SET, CONVERSATION_SET, TYPO_SET, OFF_TOPIC_SET)
ALL_SETS = (*CASE_SETS, *UNIT_SETS, READING_SET, TRAINING_POLICIES_SET)
YES_NO = ("yes", "no", "depends")
# Older sets use another word.
_OLDER_YES_NO = {"conditional": "depends"}


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the answer of a careful reader.

    history: the earlier questions, oldest first. evidence: sets of verbatim quotes, each of which is a complete answer;
    the first is the usual one; empty if the policy has no answer. must_include: regular expressions that a complete
    answer matches. yes_no: the right answer to a yes/no question, one of YES_NO. yes_no_labeled: whether `yes_no` is
    known; otherwise None does not mean that a yes or no is wrong.
    """

    id: str
    question: str
    history: tuple[str, ...]
    kind: str
    evidence: tuple[tuple[str, ...], ...]
    must_include: tuple[str, ...]
    yes_no: str | None
    difficulty: str
    yes_no_labeled: bool = True


@dataclass(frozen=True, slots=True)
class UnitCase:
    """A question of a public benchmark. relevant: the indexes of the units that answer it; may be empty."""

    policy: str
    question: str
    relevant: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitSet:
    """One policy of a public benchmark: its units, which are sentences or segments, and its questions."""

    policy: str
    units: tuple[str, ...]
    cases: tuple[UnitCase, ...]


def available() -> list[str]:
    """Return the names of the development sets that have their file."""
    return [name for name, path in DEVELOPMENT.items() if path.is_file()]


def load_set(name: str) -> tuple[Case, ...]:
    """Return the cases of a development set. Follow-ups include their earlier questions.

    Raises AskPolicyError if the set is unknown, its file is missing, or a `yes_no` is not in YES_NO.
    """
    if name not in DEVELOPMENT or not DEVELOPMENT[name].is_file():
        raise AskPolicyError(
            f"The question set '{name}' has no file: choose one of {', '.join(available())}, or put its file at "
            f"{DEVELOPMENT.get(name, 'a path in evals/sets/paths.py')}."
        )
    records = read_lines(DEVELOPMENT[name])
    by_id = {record["id"]: record for record in records}
    return tuple(_case(record, by_id) for record in records)


def load_cases(name: str) -> tuple[Case, ...]:
    """Return the cases of a development set, of one made from it, or of CLINC150's held-out utterances.

    Raises AskPolicyError as `load_set` does.
    """
    if name == TOPIC_CHANGE_SET:
        return topic_changes(load_set("massgov_dev"))
    if name == CONVERSATION_SET:
        return conversations()
    if name == TYPO_SET:
        return with_typos(load_set("massgov_dev"))
    if name != OFF_TOPIC_SET:
        return load_set(name)
    return tuple(
        Case(f"clinc150-{number:04d}", question, (), "off_topic", (), (), None, "clear")
        for number, question in enumerate(off_topic.held_out())
    )


def _case(record: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Case:
    history: list[str] = []
    earlier = record.get("followup_of")
    while earlier:
        history.insert(0, by_id[earlier]["question"])
        earlier = by_id[earlier].get("followup_of")
    yes_no = _OLDER_YES_NO.get(record["yes_no"], record["yes_no"])
    if yes_no not in (None, *YES_NO):
        raise AskPolicyError(
            f"The question '{record['id']}' has the yes_no '{yes_no}': use one of {', '.join(YES_NO)}, or null."
        )
    sets = [record["evidence"], *record["evidence_alt"]] if record["evidence"] else []
    return Case(
        id=record["id"],
        question=record["question"],
        history=tuple(history),
        kind=record["kind"],
        evidence=tuple(map(tuple, sets)),
        must_include=tuple(record["must_include"]),
        yes_no=yes_no,
        difficulty=record.get("difficulty") or ("borderline" if record.get("borderline") else "clear"),
    )


def load_unit_sets(name: str) -> tuple[UnitSet, ...]:
    """Return the policies of PrivacyQA or PolicyQA; empty if the file is missing."""
    return tuple(
        UnitSet(
            record["policy"],
            tuple(record.get("sentences") or record["segments"]),
            tuple(UnitCase(record["policy"], q["question"], tuple(q["relevant"])) for q in record["questions"]),
        )
        for record in read_lines(UNITS[name])
    )


def topic_changes(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return each first question of `cases` again, after a question on another subject. The right answers stay.

    The earlier question is half a set away, so it differs for each case and is the same in every run.
    """
    first = [case for case in cases if not case.history]
    half = len(first) // 2
    return tuple(
        dataclasses.replace(case, id=f"{case.id}-changed", history=(first[(place + half) % len(first)].question,))
        for place, case in enumerate(first)
    )


def with_typos(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return each answerable case with one, two and three typos. The level is its difficulty; the right answers stay.

    A question without a word of four letters is left out.
    """
    return tuple(
        dataclasses.replace(case, id=f"{case.id}-typos-{count}", question=question, difficulty=TYPO_LEVELS[count - 1])
        for case in cases
        if case.kind == "answerable"
        for count, question in enumerate(misspelled(case.question, len(TYPO_LEVELS)), start=1)
    )


def conversations() -> tuple[Case, ...]:
    """Return the last question of each conversation: follow-ups, changes of topic, and both.

    `difficulty` holds which of them it is. The first citation should be any one of the labeled sentences.
    """
    return tuple(
        Case(
            id=record["id"],
            question=record["turns"][-1],
            history=tuple(record["turns"][:-1]),
            kind="answerable",
            evidence=tuple((quote,) for quote in record["evidence"]),
            must_include=(),
            yes_no=None,
            difficulty=record["type"],
            yes_no_labeled=False,
        )
        for record in read_lines(CONVERSATIONS)
    )

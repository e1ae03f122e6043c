"""Runs the set `reading`: each policy is read, indexed and asked as `askpolicy ask --policy FILE` does it."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from rich.console import Console
from rich.progress import track

from bot.opening import open_bot
from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from bot.types import AskPolicyError, Policy
from evals import OURS
from evals.asking import answer_cases, ask_bot
from evals.files import write_lines
from evals.measures.reading import Cause, PolicyReading, ReadingScore, ReadPolicy, aggregate_reading
from evals.measures.significance import confidence_intervals
from evals.sets.cases import Case
from evals.sets.reading.labels import Labels, load_labels

PolicyScores = tuple[PolicyReading, tuple[ReadingScore, ...]]


@dataclass(frozen=True, slots=True)
class ReadingRun:
    """The result of a run. skipped: (policy, reason). summary: what `aggregates.json` stores."""

    policies: tuple[PolicyScores, ...]
    skipped: tuple[tuple[str, str], ...]
    summary: dict[str, Any]


def run_reading(out: Path, only: Sequence[str] = (), limit: int | None = None) -> ReadingRun:
    """Ask every question, write the results and `wrong.md`, which lists wrong first citations, and return the result.

    only: names of policies; all if empty. limit: how many questions to ask in all. Policies without their file are
    skipped. Raises AskPolicyError if a name is unknown or labels cannot be read.
    """
    everything = load_labels()
    if unknown := set(only) - {labels.policy for labels in everything}:
        raise AskPolicyError(
            f"The set reading has no policy {', '.join(sorted(unknown))}: see evals/sets/reading/labels."
        )
    wanted = [labels for labels in everything if not only or labels.policy in only]
    missing = {labels.policy: reason for labels in wanted if (reason := labels.missing())}
    present = _first_questions([labels for labels in wanted if labels.policy not in missing], limit)
    answers: list[dict[str, Any]] = []
    policies: list[PolicyScores] = []
    errors = Console(stderr=True)
    for labels in track(present, "reading", console=errors, transient=True, disable=not errors.is_terminal):
        read, given = _ask_policy(labels)
        by_id = {answer["id"]: answer for answer in given}
        policies.append((read.reading(), tuple(read.score(q, by_id[q.id]) for q in labels.questions)))
        answers += given
    scores = [score for _, some in policies for score in some]
    write_lines(out / "answers.jsonl", ({"system": OURS, **answer} for answer in answers))
    write_lines(out / "scores.jsonl", ({"system": OURS, **dataclasses.asdict(score)} for score in scores))
    write_lines(out / "policies.jsonl", (dataclasses.asdict(reading) for reading, _ in policies))
    (out / "wrong.md").write_text("".join(_wrong(scores)), encoding="utf-8")
    return ReadingRun(tuple(policies), tuple(missing.items()), summarize_reading(policies))


def summarize_reading(policies: Sequence[PolicyScores]) -> dict[str, Any]:
    """Return the measures and their intervals. Whole policies are resampled, each with its copies in other formats."""
    copies: dict[str, list[ReadingScore]] = {}
    for reading, scores in policies:
        copies.setdefault(Path(reading.policy).stem, []).extend(scores)

    def measures(some: Sequence[Sequence[ReadingScore]]) -> dict[str, float | None]:
        return aggregate_reading([score for scores in some for score in scores])

    groups = list(copies.values())
    return {"measures": measures(groups), "intervals": confidence_intervals(groups, measures)}


def text_of(path: Path) -> str:
    """Return the text of a policy as the reader gives it. Raises AskPolicyError if it cannot be read."""
    return load_policy_folder(str(path), path.parent).policy.text


def _ask_policy(labels: Labels) -> tuple[ReadPolicy, list[dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as home:
        try:
            bot = open_bot(load_settings(home=Path(home), cached_answers=0), str(labels.path()))
        except AskPolicyError as error:  # a policy that cannot be read must lower the measures, not end the run
            failed = {"outcome": "error", "text": str(error), "citations": []}
            unread = Policy("", "", "", None, None, None, "", (), (), "")
            return ReadPolicy(labels, unread), [{"id": q.id, **failed} for q in labels.questions]
        cases = [Case(q.id, q.question, (), q.kind, (), (), None, "clear") for q in labels.questions]
        return ReadPolicy(labels, bot.bundle.policy), list(answer_cases(ask_bot(bot), cases))


def _wrong(scores: Sequence[ReadingScore]) -> Iterator[str]:
    for cause in get_args(Cause):
        found = [score for score in scores if score.cause == cause]
        yield f"# {cause}: {len(found)}\n\n"
        for score in found:
            yield f"- {score.id}: {score.question}\n"
            yield f"  - right, at {score.rank or 'no'} place: {score.right}\n"
            yield f"  - {score.outcome}: {score.first}\n"
    yield "# Answered, and should not be\n\n"
    for score in scores:
        if score.kind != "answerable" and score.first is not None:
            yield f"- {score.id} ({score.kind}): {score.question}\n  - {score.first}\n"


def _first_questions(wanted: Sequence[Labels], limit: int | None) -> list[Labels]:
    if limit is None:
        return list(wanted)
    kept = []
    for labels in wanted:
        if limit > 0:
            kept.append(dataclasses.replace(labels, questions=labels.questions[:limit]))
            limit -= len(labels.questions)
    return kept

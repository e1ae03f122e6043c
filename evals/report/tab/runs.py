"""Runs an evaluation, a batch at a time, or reads a stored run from results/."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.pipeline import Bot
from bot.types import AskPolicyError
from evals import OURS
from evals.asking import answer_cases
from evals.files import read_json, read_lines
from evals.measures.aggregates import confusion
from evals.measures.significance import confidence_intervals
from evals.measures.summary import score_answers, statistics
from evals.report.faults import wrong_answers
from evals.sets.cases import Case, load_set
from evals.sets.paths import DEVELOPMENT, ROOT

BATCHES = 10


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured, ready to show.

    source: a sentence that says where it comes from. measures: name -> value, None if it does not apply to the set.
    intervals: name -> 95% interval, low and high. confusion: kind -> outcome -> count. scores: one row of measures for
    each question. wrong: every answer with a fault.
    """

    source: str
    measures: Mapping[str, float | None]
    intervals: Mapping[str, Sequence[float]]
    confusion: Mapping[str, Mapping[str, int]]
    scores: Sequence[Mapping[str, Any]]
    wrong: Sequence[Mapping[str, Any]]


class Evaluation:
    """Asks the question set of a policy, a batch at a time, so that a page can show progress.

    Answers depend only on the bot's index and settings. So each batch is asked once per process, even if it is
    requested again. `result` asks the batches that are still missing.
    """

    def __init__(self, bot: Bot, cases: Sequence[Case]) -> None:
        self._bot = bot
        self._cases = cases
        self._answers: dict[int, list[dict[str, Any]]] = {}
        self._run: Run | None = None
        # One batch at a time, so that a run does not take the processor from visitors' questions.
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Return the number of questions in the set."""
        return len(self._cases)

    def ask(self, batch: int) -> int:
        """Ask one batch, 0 to BATCHES - 1, unless it was asked before. Return the number of questions up to its end."""
        start, end = (len(self._cases) * number // BATCHES for number in (batch, batch + 1))
        with self._lock:
            if batch not in self._answers:
                self._answers[batch] = list(answer_cases(self._ask, self._cases[start:end]))
        return end

    def result(self) -> Run:
        """Return the measures over all batches."""
        for batch in range(BATCHES):
            self.ask(batch)
        with self._lock:
            if self._run is None:
                self._run = self._measure()
            return self._run

    def _measure(self) -> Run:
        answers = [answer for batch in range(BATCHES) for answer in self._answers[batch]]
        scores = score_answers(self._cases, answers, self._bot.bundle.policy)
        rows = [dataclasses.asdict(score) for score in scores]
        by_id = {answer["id"]: answer for answer in answers}
        cases = {case.id: dataclasses.asdict(case) for case in self._cases}
        return Run(
            source="Measured since this service started, with the index and settings that this page uses.",
            measures=statistics(scores),
            intervals=confidence_intervals(scores, statistics),
            confusion=confusion(scores),
            scores=rows,
            wrong=wrong_answers(rows, by_id, cases),
        )

    def _ask(self, question: str, history: Sequence[str]) -> Mapping[str, Any]:
        return self._bot.ask(question, history).to_json()


def open_evaluation(bot: Bot) -> Evaluation:
    """Return the evaluation of the bot's policy. Raises AskPolicyError if the policy has no question set."""
    name = set_name(bot)
    if name not in DEVELOPMENT:
        raise AskPolicyError(
            f"There are no evaluation questions about the policy '{bot.bundle.policy.id}'. Open the demo with a policy "
            "that has a question set in evals/sets/."
        )
    return Evaluation(bot, load_set(name))


def set_name(bot: Bot) -> str:
    """Return the name that a question set about the bot's policy would have."""
    return f"{bot.bundle.policy.id}_dev"


def stored_run(bot: Bot, results: Path = ROOT / "results") -> Run | None:
    """Return the newest complete run in `results` over this policy's text; None if there is none."""
    name = set_name(bot)
    for path in sorted(results.glob("*/aggregates.json"), key=lambda path: path.stat().st_mtime, reverse=True):
        folder = path.parent
        try:
            settings, systems = read_json(folder / "settings.json"), read_json(path).get(name, {})
            whole = settings["options"]["limit"] is None and settings["options"]["stage"] == "bot"
            if OURS not in systems or not whole or settings["policy"]["sha256"] != bot.bundle.policy.sha256:
                continue
            scores = [row for row in read_lines(folder / name / "scores.jsonl") if row["system"] == OURS]
            answers = {row["id"]: row for row in read_lines(folder / name / "answers.jsonl") if row["system"] == OURS}
            cases = {row["id"]: row for row in read_lines(folder / name / "cases.jsonl")}
            return Run(
                source=f"Stored in results/{folder.name}, made with {_of_bundle(settings, bot)}.",
                measures=systems[OURS]["measures"],
                intervals=systems[OURS]["intervals"],
                confusion=systems[OURS]["confusion"],
                scores=scores,
                wrong=wrong_answers(scores, answers, cases),
            )
        except (AskPolicyError, OSError, ValueError, KeyError, TypeError):
            continue  # an unfinished run, or one in another format
    return None


def _of_bundle(settings: Mapping[str, Any], bot: Bot) -> str:
    same = settings["bundle"] == bot.bundle.version
    return "the same index as this page" if same else "a different index than this page"

"""An evaluation run, asked now or stored under results/. The questions and measures are those of `evals`.

`evals` belongs to a checkout and is not installed with the package: this module is the one place where the product
looks beside itself, and says so where nothing is there.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.pipeline import Bot
from bot.settings import PACKAGE
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from evals.sets import Case

_CHECKOUT = PACKAGE.parent
BATCHES = 10


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured, ready to be shown.

    measures: name -> value, None where it is not meant for the set; intervals: name -> 95 % interval, low and high.
    confusion: kind -> outcome -> how many. scores: a row of measures a question. wrong: every answer with a fault.
    """

    source: str
    measures: Mapping[str, float | None]
    intervals: Mapping[str, Sequence[float]]
    confusion: Mapping[str, Mapping[str, int]]
    scores: Sequence[Mapping[str, Any]]
    wrong: Sequence[Mapping[str, Any]]


class Evaluation:
    """Asks the question set of a policy, a batch at a time, so that a page can show how far it is.

    The answers depend on the bot alone, which is one index and one set of settings: each batch is asked once in a
    process, and measured once, whoever asks for it and how often. Whichever process of the service is asked for the
    result, it asks what it is still missing.
    """

    def __init__(self, bot: Bot, cases: Sequence[Case]) -> None:
        self._bot = bot
        self._cases = cases
        self._answers: dict[int, list[dict[str, Any]]] = {}
        self._run: Run | None = None
        # One piece of work at a time: a run may not take the processor from visitors' questions.
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many questions the set has."""
        return len(self._cases)

    def ask(self, batch: int) -> int:
        """Ask one batch, 0 to BATCHES - 1, unless it was asked before; returns how many questions are done with it."""
        from evals.answering import answer_cases

        start, end = (len(self._cases) * number // BATCHES for number in (batch, batch + 1))
        with self._lock:
            if batch not in self._answers:
                self._answers[batch] = list(answer_cases(self._ask, self._cases[start:end]))
        return end

    def result(self) -> Run:
        """The measures over all batches."""
        for batch in range(BATCHES):
            self.ask(batch)
        with self._lock:
            if self._run is None:
                self._run = self._measure()
            return self._run

    def _measure(self) -> Run:
        from evals.answering import score_answers, statistics
        from evals.measures import confusion
        from evals.report import wrong_answers
        from evals.statistics import confidence_intervals

        answers = [answer for batch in range(BATCHES) for answer in self._answers[batch]]
        scores = score_answers(self._cases, answers, self._bot.bundle.policy)
        rows = [dataclasses.asdict(score) for score in scores]
        by_id = {answer["id"]: answer for answer in answers}
        cases = {case.id: dataclasses.asdict(case) for case in self._cases}
        return Run(
            source="Measured since this service started, with the index and settings that this page answers from.",
            measures=statistics(scores),
            intervals=confidence_intervals(scores, statistics),
            confusion=confusion(scores),
            scores=rows,
            wrong=wrong_answers(rows, by_id, cases),
        )

    def _ask(self, question: str, history: Sequence[str]) -> Mapping[str, Any]:
        return self._bot.ask(question, history).to_json()


def open_evaluation(bot: Bot, checkout: Path = _CHECKOUT) -> Evaluation:
    """The evaluation of the bot's policy; raises AskPolicyError where there is no question set beside the package."""
    name = set_name(bot)
    if not (checkout / "evals" / f"{name}.jsonl").is_file():
        raise AskPolicyError(
            f"There are no evaluation questions for the policy '{bot.bundle.policy.id}' here: they belong to a "
            "checkout of the project, not to the installed package. In a checkout, `make demo` shows this tab."
        )
    try:
        from evals.sets import load_set
    except ImportError:
        raise AskPolicyError(
            "The evaluation lies in this checkout but cannot be imported: start the demo with `make demo`."
        ) from None
    return Evaluation(bot, load_set(name))


def set_name(bot: Bot) -> str:
    """The name of the committed question set about the bot's policy."""
    return f"{bot.bundle.policy.id}_dev"


def stored_run(bot: Bot, results: Path = _CHECKOUT / "results") -> Run | None:
    """The newest whole run under `results` over this policy's text; None where there is none."""
    from evals.report import wrong_answers
    from evals.results import OURS, read_json, read_lines

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
            continue  # a run that is not finished, or of another shape
    return None


def _of_bundle(settings: Mapping[str, Any], bot: Bot) -> str:
    same = settings["bundle"] == bot.bundle.version
    return "the index that this page answers from" if same else "another index than this page answers from"

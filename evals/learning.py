"""`python -m evals learning`: what an owner's own questions add, from none to 300.

Each policy is asked half of its questions, and knows 0, 5, 15 … of the other half; the mean of several draws. Mass.gov
is asked the development questions instead, which no model was trained on. The invented policies are those with enough
questions, on which the encoder was trained, so their figures are too kind; what counts is that no row is worse than the
row above.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.index.bundle import Bundle, bundle_in_memory
from bot.index.vectors import FaissIndex
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.policies.questions import VisitorQuestion
from bot.settings import Settings, load_settings
from bot.types import Outcome
from evals.measures.normalized import NormalizedText, gold_spans
from evals.sets.cases import load_set
from evals.sets.paths import CORPUS, ENCODER_POLICIES, corpus_folders

COUNTS = (0, 5, 15, 30, 75, 100, 300)
POLICIES = 5
DRAWS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to ask. right: indexes of the statements that answer it; empty if the policy is silent."""

    question: str
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Point:
    """The measures of one policy with so many questions of its own, each 0 to 1."""

    policy: str
    questions: int
    hit_at_1: float
    refused: float
    silent_answered: float


def show_learning_curve(console: Console) -> None:
    """Print the points of each policy."""
    table = Table(title="What an owner's own questions add", title_justify="left")
    for column in ("policy", "questions", "first citation right", "refused", "silent answered"):
        table.add_column(column, justify="right" if table.columns else "left")
    for point in learning_curve(load_settings()):
        measures = (f"{share:.3f}" for share in (point.hit_at_1, point.refused, point.silent_answered))
        table.add_row(point.policy, str(point.questions), *measures)
    console.print(table)


def learning_curve(settings: Settings, counts: Sequence[int] = COUNTS, policies: int = POLICIES) -> Iterator[Point]:
    """Yield the points of each policy, from the fewest questions to the most."""
    embedder = OnnxEmbedder(Path(settings.model))
    for folder in [folder for folder in corpus_folders() if folder.name in ENCODER_POLICIES][:policies]:
        loaded = load_policy_folder(str(folder), CORPUS)
        bare = dataclasses.replace(loaded, policy=dataclasses.replace(loaded.policy, reviewed=()))
        bundle = bundle_in_memory(bare, embedder)
        known = [q for q in loaded.questions if _is_usual(q)]
        vectors = embedder.encode([q.question for q in known])
        for count in counts:
            draws = [_draw(bundle, known, vectors, count, seed, settings) for seed in range(DRAWS)]
            if None in draws:
                break
            rows = [row for draw in draws if draw for row in draw]
            yield _point(loaded.policy.id, count, rows)


def _is_usual(question: VisitorQuestion) -> bool:
    """Return whether a question needs no history and no own topic, which a policy without a review does not have."""
    return not question.history and not question.topic and question.kind in ("answerable", "not_covered")


def _draw(
    bundle: Bundle, known: Sequence[VisitorQuestion], vectors: FloatArray, count: int, seed: int, settings: Settings
) -> list[tuple[Asked, Outcome, int | None]] | None:
    """Ask the questions of one draw; None if there are not enough questions to know `count` of them."""
    order = list(range(len(known)))
    random.Random(seed).shuffle(order)
    asked = _massgov(bundle) if bundle.policy.id == "massgov" else None
    half = len(order) if asked else len(order) // 2
    if count > half:
        return None
    chosen = order[:count]
    index = FaissIndex.build(vectors[chosen], "flat") if chosen else FaissIndex.empty(vectors.shape[1])
    bot = Bot(dataclasses.replace(bundle, questions=tuple(known[n] for n in chosen), question_vectors=index), settings)
    rows = asked or [
        Asked(known[n].question, frozenset((*known[n].evidence, *known[n].acceptable))) for n in order[half:]
    ]
    numbers = {passage.id: passage.index for passage in bundle.passages}
    answers = [(row, bot.ask(row.question)) for row in rows]
    return [
        (row, answer.outcome, numbers[answer.citations[0].passage_id] if answer.citations else None)
        for row, answer in answers
    ]


def _massgov(bundle: Bundle) -> list[Asked]:
    """Return the first questions of the development set that the policy answers or is silent on."""
    folded = NormalizedText(bundle.policy.text)
    asked = []
    for case in load_set("massgov_dev"):
        if case.history or case.kind not in ("answerable", "not_covered"):
            continue
        spans = [span for spans in gold_spans(case, folded) for span in spans]
        right = {p.index for p in bundle.passages if any(s.start < p.end and p.start < s.end for s in spans)}
        asked.append(Asked(case.question, frozenset(right)))
    return asked


def _point(policy: str, count: int, rows: Sequence[tuple[Asked, Outcome, int | None]]) -> Point:
    answerable = [(asked, outcome, first) for asked, outcome, first in rows if asked.right]
    silent = [outcome for asked, outcome, _ in rows if not asked.right]
    return Point(
        policy,
        count,
        sum(first in asked.right for asked, _, first in answerable) / len(answerable),
        sum(outcome is not Outcome.ANSWERED for _, outcome, _ in answerable) / len(answerable),
        sum(outcome is Outcome.ANSWERED for outcome in silent) / len(silent),
    )

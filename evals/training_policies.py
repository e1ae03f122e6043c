"""Runs the set `training_policies`: the invented policies, indexed without questions, are asked their own.

The encoder was trained on twelve of these policies, and the decision models on the others; `python -m
training.calibrate` prints how the decisions do on policies that were left out. Use this set to compare decisions: what
is refused, and what is answered although the policy is silent. For `deleted`, the statements that answer a question
are deleted from the text before it is indexed, which is the hardest kind of silence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from bot.encoder.embedding import BATCH_SIZE, FloatArray, OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.bundle import bundle_in_memory
from bot.pipeline import Bot
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.parsing import parse_policy
from bot.settings import Settings
from bot.types import AskPolicyError, Policy
from evals import OURS
from evals.files import write_lines
from evals.measures.policies import DELETED, PolicyScore, aggregate_policies, gold_of, score_policy_answer
from evals.measures.significance import confidence_intervals
from evals.sets.paths import CORPUS, corpus_folders

# The kinds of questions that are asked.
KINDS = ("answerable", "not_covered", "off_topic")


class Remembering(OnnxEmbedder):
    """An embedder that encodes each text once, because a policy without a few statements has the same other texts."""

    def _load(self, files: dict[str, bytes], model: str | bytes, threads: int, id: str) -> None:
        super()._load(files, model, threads, id)
        self._vectors: dict[str, FloatArray] = {}

    def encode(
        self,
        texts: Sequence[str],
        on_progress: Callable[[int, int], None] | None = None,
        batch_size: int = BATCH_SIZE,
    ) -> FloatArray:
        """Return unit vectors, shape (len(texts), dimension)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors |= zip(new, super().encode(new, on_progress, batch_size), strict=True)
        return np.stack([self._vectors[text] for text in texts])


@dataclass(frozen=True, slots=True)
class TrainingPoliciesRun:
    """The result of a run. policies: policy -> its measures. summary: what `aggregates.json` stores."""

    policies: dict[str, dict[str, float | None]]
    summary: dict[str, Any]


def run_training_policies(settings: Settings, out: Path, limit: int | None = None) -> TrainingPoliciesRun:
    """Ask every question, write the scores and return the measures. limit: how many questions to ask of each policy."""
    embedder = Remembering.from_bytes(encoder_bytes(settings.model), settings.threads)
    errors = Console(stderr=True)
    by_policy: dict[str, list[PolicyScore]] = {}
    for path in track(corpus_folders()[1:], "policies", console=errors, transient=True, disable=not errors.is_terminal):
        folder = load_policy_folder(str(path), CORPUS)
        folder = dataclasses.replace(folder, questions=folder.questions[:limit])
        by_policy[folder.policy.id] = list(score_policy(folder, embedder, settings))
    write_lines(
        out / "scores.jsonl",
        ({"system": OURS, **dataclasses.asdict(s)} for scores in by_policy.values() for s in scores),
    )

    def measures(some: Sequence[Sequence[PolicyScore]]) -> dict[str, float | None]:
        return aggregate_policies([score for scores in some for score in scores])

    groups = list(by_policy.values())  # whole policies are resampled
    summary = {"measures": measures(groups), "intervals": confidence_intervals(groups, measures)}
    return TrainingPoliciesRun({name: aggregate_policies(s) for name, s in by_policy.items()}, summary)


def score_policy(folder: PolicyFolder, embedder: OnnxEmbedder, settings: Settings) -> Iterator[PolicyScore]:
    """Ask a policy its own questions, and each answerable one again after its answer was deleted; yield the scores."""
    policy = folder.policy
    asked = [(number, q) for number, q in enumerate(folder.questions) if q.kind in KINDS]
    bot = _bot(policy, embedder, settings)
    for number, question in asked:
        answer = bot.ask(question.question, question.history)
        yield score_policy_answer(policy, number, question, question.kind, answer.to_json())
    without: dict[tuple[int, ...], Bot | None] = {}
    for number, question in asked:
        if question.kind == "answerable":
            gold = gold_of(question)
            if gold not in without:
                rest = without_statements(policy, gold)
                without[gold] = _bot(rest, embedder, settings) if rest else None
            if silent := without[gold]:
                answer = silent.ask(question.question, question.history)
                yield score_policy_answer(policy, number, question, DELETED, answer.to_json())


def _bot(policy: Policy, embedder: OnnxEmbedder, settings: Settings) -> Bot:
    return Bot(bundle_in_memory(PolicyFolder(policy, ()), embedder), settings)


def without_statements(policy: Policy, indexes: Sequence[int]) -> Policy | None:
    """Return the policy as it would be read if these statements were not in its text; None if nothing is left."""
    text = policy.text
    for index in sorted(indexes, reverse=True):
        sentence = policy.sentences[index]
        text = text[: sentence.start] + text[sentence.end :]
    try:
        rest = parse_policy(text, id=policy.id, title=policy.title, site=policy.site, contacts=policy.contacts)
    except AskPolicyError:
        return None
    return dataclasses.replace(rest, names=policy.names, language=policy.language)

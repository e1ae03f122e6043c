"""Fits what statements say on topics, `bot/models/statements.npz`, and prints how well that tells covered topics.

The labels are the files `topics.jsonl` of invented policies, see `training.data.topic_statements`. The reviewed answers
of Mass.gov are further examples.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.index.bundle import Bundle, bundle_in_memory
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.settings import load_settings
from bot.topics.catalog import policy_topics
from bot.topics.model import load_topic_model
from bot.topics.statements import StatementTopics
from bot.types import Policy
from evals.sets.paths import CORPUS
from training.data import TOPIC_LABELS, topic_statements

MODEL = Path(__file__).resolve().parent.parent / "bot" / "models" / "statements.npz"
# The strength of the ridge regression, and what a statement counts that answers a topic after another one.
STRENGTH, LATER = 3.0, 0.6
# Policies of the same fold are left out together.
FOLDS = 13


@dataclass(frozen=True, slots=True)
class Labeled:
    """A policy and its labels.

    says: how much each passage says on each topic, 0 to 1, shape (passages, policy topics). covered, known: whether the
    policy speaks to each topic, and whether that is known, shape (policy topics,).
    """

    bundle: Bundle
    says: FloatArray
    covered: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]


def labeled_policies(embedder: OnnxEmbedder) -> list[Labeled]:
    """Return the invented policies that are labeled with topics.

    Raises AskPolicyError if a label names no statement of its policy.
    """
    found = []
    for path in sorted((CORPUS / "training").glob(f"*/{TOPIC_LABELS}")):
        policy = load_policy_folder(str(path.parent), CORPUS).policy
        said = topic_statements(policy)
        known = [said.get(topic.id, ()) is not None for topic in policy_topics()]
        found.append(_labeled(policy, {topic: rows for topic, rows in said.items() if rows}, known, embedder))
    return found


def reviewed_policy(embedder: OnnxEmbedder) -> Labeled:
    """Return Mass.gov, labeled by the reviewed answers: some topics are in no invented policy."""
    policy = load_policy_folder("massgov", CORPUS).policy
    answers = {topic: answer for answer in policy.reviewed for topic in answer.topics}
    known = [topic.id in answers and answers[topic.id].verdict != "partly" for topic in policy_topics()]
    return _labeled(policy, {topic: answer.cite for topic, answer in answers.items()}, known, embedder)


def _labeled(
    policy: Policy, said: Mapping[str, Sequence[int]], known: Sequence[bool], embedder: OnnxEmbedder
) -> Labeled:
    numbers = {topic.id: number for number, topic in enumerate(policy_topics())}
    says = np.zeros((len(policy.sentences), len(numbers)), dtype=np.float32)
    for topic, rows in said.items():
        for place, row in enumerate(rows):
            says[row, numbers[topic]] = LATER if place else 1.0
    return Labeled(
        bundle_in_memory(PolicyFolder(policy, ()), embedder), says, np.asarray(says.any(axis=0)), np.array(known)
    )


def fit(policies: Sequence[Labeled]) -> StatementTopics:
    """Return a ridge regression from statements to what they say.

    The topics' own questions are further examples, since a few topics have no statement.
    """
    questions = load_topic_model().questions
    vectors = np.concatenate([questions, *(policy.bundle.vectors.vectors() for policy in policies)])
    inputs = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    own = np.eye(len(questions), dtype=np.float32)
    targets = np.concatenate([own, *(policy.says for policy in policies)])
    weights = np.linalg.solve(inputs.T @ inputs + STRENGTH * np.eye(inputs.shape[1]), inputs.T @ targets)
    return StatementTopics(weights[:-1].T.astype(np.float32), weights[-1].astype(np.float32))


def left_out(policies: Sequence[Labeled], reviewed: Labeled) -> Iterator[tuple[Labeled, StatementTopics]]:
    """Yield each policy with a model that was fitted without it. reviewed: see `reviewed_policy`."""
    for fold in range(FOLDS):
        model = fit([reviewed, *(policy for number, policy in enumerate(policies) if number % FOLDS != fold)])
        for policy in policies[fold::FOLDS]:
            yield policy, model


def main() -> None:
    """Run `python -m training.statements [--model FOLDER] [--out FILE]`: fit, print the measure, write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", type=Path, default=Path(load_settings().model))
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    embedder = OnnxEmbedder(arguments.model)
    policies, reviewed = labeled_policies(embedder), reviewed_policy(embedder)
    most, covered = [], []
    for policy, model in left_out(policies, reviewed):
        vectors = policy.bundle.vectors.vectors()
        says = np.array([model.says(topic, vectors).max() for topic in range(len(policy.known))])
        most.append(says[policy.known])
        covered.append(policy.covered[policy.known])
    area = roc_auc_score(np.concatenate(covered), np.concatenate(most))
    print(f"{len(policies)} policies; left out, the most that a statement says tells covered topics: AUC {area:.3f}")
    arguments.out.write_bytes(fit([reviewed, *policies]).to_bytes())


if __name__ == "__main__":
    main()

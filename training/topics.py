"""Fits the model of topics, `bot/models/topics.npz`, and prints how well it does on questions it was not fitted on.

The examples are the phrasings of `bot/topics`, the topics' own questions, and the corpus's questions with the labels of
`training/topic_labels.jsonl`. Questions that are too similar to a development question are left out.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.settings import load_settings
from bot.topics.catalog import policy_topics, topic_ids, topics
from bot.topics.model import TopicModel
from evals.files import read_lines
from training.data import NearDuplicates, development_questions

PHRASINGS = Path(__file__).resolve().parent.parent / "bot" / "topics" / "phrasings.jsonl"
LABELS = Path(__file__).with_name("topic_labels.jsonl")
MODEL = Path(__file__).resolve().parent.parent / "bot" / "models" / "topics.npz"
# scikit-learn's C. 3, 10 and 30 differ by less than .01 in cross-validated accuracy.
STRENGTH = 10.0
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the index of its topic."""

    question: str
    topic: int


def examples() -> list[Example]:
    """Return all questions with a topic, without those that are too similar to a development question."""
    ids, measured = topic_ids(), NearDuplicates(development_questions())
    found = [Example(topic.question, ids[topic.id]) for topic in policy_topics()]
    found += [Example(r["question"], ids[r["topic"]]) for path in (PHRASINGS, LABELS) for r in read_lines(path)]
    return [each for each in found if each.question not in measured]


def fit(vectors: FloatArray, labels: np.ndarray, questions: FloatArray) -> TopicModel:
    """Return the model. vectors: shape (examples, dimension). labels: indexes of topics. questions: of the topics."""
    model = LogisticRegression(C=STRENGTH, max_iter=500).fit(vectors, labels)
    return TopicModel(model.coef_.astype(np.float32), model.intercept_.astype(np.float32), questions)


def main() -> None:
    """Run `python -m training.topics [--model FOLDER] [--out FILE]`: fit, print cross-validated accuracy, write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", type=Path, default=Path(load_settings().model))
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    embedder = OnnxEmbedder(arguments.model)
    found = examples()
    vectors = embedder.encode([each.question for each in found])
    labels = np.array([each.topic for each in found])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    held_out = cross_val_predict(
        LogisticRegression(C=STRENGTH, max_iter=500), vectors, labels, cv=folds, method="predict_proba", n_jobs=-1
    )
    best = np.argsort(-held_out, axis=1)
    kinds = np.array([topic.kind for topic in topics()])
    print(
        f"{len(found)} questions, {len(kinds)} topics; cross-validated: right {np.mean(best[:, 0] == labels):.3f}, "
        f"in the first three {np.mean((best[:, :3] == labels[:, None]).any(axis=1)):.3f}, "
        f"right kind {np.mean(kinds[best[:, 0]] == kinds[labels]):.3f}"
    )
    model = fit(vectors, labels, embedder.encode([topic.question for topic in policy_topics()]))
    arguments.out.write_bytes(model.to_bytes())


if __name__ == "__main__":
    main()

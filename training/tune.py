"""Tunes the trained encoder on what policies say on each topic: `python -m training.tune MODEL OUT`.

A policy that is labeled with topics answers every phrasing of a topic with the same statements, or with none. So a few
labels make thousands of questions, about subjects that visitors ask every policy about. The policies of UNSEEN_POLICIES
are left out, since the decision models are fitted on them, and so are phrasings that are too similar to a question that
measures.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from pathlib import Path

from bot.encoder.embedding import load_sentence_transformer
from bot.policies.questions import VisitorQuestion
from bot.topics.catalog import policy_topic_ids
from bot.types import Policy
from evals.files import read_lines
from evals.sets.paths import ENCODER_POLICIES, UNSEEN_POLICIES
from evals.sets.reading.labels import load_labels
from training.data import (
    NearDuplicates,
    TrainingPolicy,
    development_questions,
    fold,
    off_topic_questions,
    topic_statements,
    training_policies,
)
from training.topics import PHRASINGS
from training.train import Recipe, train

# One epoch, so that the encoder keeps what it learned.
RECIPE = Recipe(epochs=1, batch=48, learning_rate=4e-5)
# How many phrasings of each topic are asked of a policy that speaks to it.
EACH = 2
# The share of Mass.gov's questions to repeat. All of them would be half of the questions.
MASSGOV_SHARE = 0.15
_SEED = 5


def phrasings() -> dict[str, list[str]]:
    """Return the phrasings of each topic, without those that are too similar to a question that measures."""
    reading = {fold(question.question) for labels in load_labels() for question in labels.questions}
    measured = NearDuplicates(development_questions() | reading)
    found: dict[str, list[str]] = {}
    for record in read_lines(PHRASINGS):
        if record["question"] not in measured:
            found.setdefault(record["topic"], []).append(record["question"])
    return found


def topic_questions(policy: Policy, known: dict[str, list[str]], rng: random.Random) -> list[VisitorQuestion]:
    """Return questions that a policy answers, and as many on which it is silent. known: see `phrasings`."""
    said = topic_statements(policy)
    asked = [
        VisitorQuestion(question, "answerable", evidence=rows)
        for topic, rows in said.items()
        if rows
        for question in rng.sample(known[topic], min(EACH, len(known[topic])))
    ]
    silent = [topic for topic in policy_topic_ids() if topic not in said and topic in known]
    chosen = rng.choices(silent, k=len(asked))
    return asked + [VisitorQuestion(rng.choice(known[topic]), "not_covered") for topic in chosen]


def tuning_policies() -> list[TrainingPolicy]:
    """Return the policies to tune on, with a share of Mass.gov's questions and with those of the topics."""
    rng = random.Random(_SEED)
    known = phrasings()
    found = []
    for policy in training_policies():
        id, questions = policy.folder.policy.id, policy.questions
        if id in UNSEEN_POLICIES:
            continue
        if id == "massgov":
            questions = tuple(rng.sample(questions, int(len(questions) * MASSGOV_SHARE)))
        if id not in ENCODER_POLICIES:
            questions += tuple(topic_questions(policy.folder.policy, known, rng))
        found.append(dataclasses.replace(policy, questions=questions))
    return found


def main() -> None:
    """Run `python -m training.tune MODEL OUT`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("model", help="a folder that `training.train` wrote")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    policies = tuning_policies()
    print(f"{sum(len(policy.questions) for policy in policies)} questions, {len(policies)} policies")
    model = load_sentence_transformer(arguments.model)
    train(model, policies, off_topic_questions(), RECIPE)
    model.save(str(arguments.out))


if __name__ == "__main__":
    main()

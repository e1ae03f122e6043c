"""Fits the small models of `bot/models/fitted.json` and prints how the decisions do on policies that were left out.

No development question is used. The scope model is fitted on all training questions. Relevance and outcome are
logistic regressions over the features that `bot.answering.rank` and `bot.answering.decide` compute. The ones for
policies without visitor questions are fitted on the invented policies that the encoder has never seen; each answerable
question is also asked of its policy without the statements that answer it, which is the hardest kind of silence. The
ones for policies with visitor questions are fitted on real people's questions, asked of Mass.gov.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.answering.coverage import coverage_features
from bot.answering.decide import SCOPES, outcome_features
from bot.answering.facts import FACTS
from bot.answering.fitted import Fitted, Floats, Logistic
from bot.answering.rank import candidate_features
from bot.answering.retrieve import Retrieved
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.bundle import Bundle, build_bundle, bundle_in_memory, load_bundle
from bot.pipeline import Bot
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.questions import VisitorQuestion
from bot.settings import Settings, load_settings
from bot.topics.model import load_topic_model
from evals.measures.policies import DELETED, gold_of
from evals.sets.paths import CORPUS, UNSEEN_POLICIES
from training.data import (
    NearDuplicates,
    decision_policies,
    development_questions,
    encoder_policies,
    off_topic_questions,
    real_questions,
)
from training.statements import labeled_policies, reviewed_policy
from training.statements import left_out as left_out_statements

FITTED = Path(__file__).resolve().parent.parent / "bot" / "models" / "fitted.json"
FOLDS = 10
# The kinds of questions, in the order of `bot.answering.decide.OUTCOMES`. A DELETED answer is as good as none.
LABELS = {"answerable": 0, "not_covered": 1, DELETED: 1, "off_topic": 2}
# The weights of answered, not covered and off topic for policies without visitor questions, chosen on the set
# `reading`: .15 of its answerable questions are refused, .01 of the silent and .03 of the off-topic ones answered. With
# .65, .24 and .11, it is .11, .03 and .09; with .5, .35 and .15, it is .22, 0 and .03.
OUTCOME_SHARES = (0.6, 0.28, 0.12)
# How much a question whose answer was deleted weighs.
DELETED_WEIGHT = 0.5
# scikit-learn's C. Small, because the features are few and correlated.
SCOPE_STRENGTH = 0.02
RELEVANCE_STRENGTH = 0.3
OUTCOME_STRENGTH = 0.2
FACT_STRENGTH = 0.02
COVERAGE_STRENGTH = 0.5
FACT_QUESTIONS = Path(__file__).with_name("fact_questions.toml")
# A training question with a lower probability of asking for a fact does not. Together, such questions weigh this many
# times as much as the written examples of "none".
NOT_ALIKE, NONE_WEIGHT = 0.35, 2.0


def logistic(features: Any, labels: Any, strength: float, weights: Any = None) -> Logistic:
    """Fit a logistic regression on standardized features.

    features: shape (rows, features). labels, weights: shape (rows,). strength: scikit-learn's C.
    """
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=strength, max_iter=5_000).fit(scaler.transform(features), labels, weights)
    return Logistic(scaler.mean_, np.maximum(scaler.scale_, 1e-6), model.coef_, model.intercept_)


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """What the models read of a question to a policy.

    kind: one of LABELS. needed, right: which candidates a complete answer needs, and which answer, shape (candidates,).
    candidates, outcome: the features of the relevance and of the outcome model.
    """

    policy: str
    kind: str
    needed: Any
    right: Any
    candidates: Floats
    outcome: Floats

    @classmethod
    def of(
        cls, policy: str, question: VisitorQuestion, retrieved: Retrieved, fitted: Fitted, *, visitors: bool
    ) -> Self:
        """Compute the features. visitors: whether to include the channel of the visitor questions."""
        return cls(
            policy,
            question.kind,
            np.isin(retrieved.candidates, question.evidence),
            np.isin(retrieved.candidates, gold_of(question)),
            candidate_features(retrieved, visitors=visitors),
            outcome_features(retrieved, fitted, visitors=visitors),
        )

    @property
    def label(self) -> int:
        """Return the index of the expected outcome."""
        return LABELS[self.kind]


def without(retrieved: Retrieved, deleted: Any) -> Retrieved:
    """Return what is retrieved if the policy does not have some of the candidates. deleted: shape (candidates,)."""
    kept = ~deleted
    lexical = retrieved.lexical[kept]
    return dataclasses.replace(
        retrieved,
        candidates=tuple(np.array(retrieved.candidates)[kept].tolist()),
        similarity=retrieved.similarity[kept],
        lexical=lexical / max(float(lexical.max()), 1e-6),
        visitor=retrieved.visitor[kept],
        votes=retrieved.votes[kept],
        agreement=retrieved.agreement[kept],
    )


def plain_examples(bundle: Bundle, fitted: Fitted, settings: Settings) -> list[Example]:
    """Return the questions of the policies that the encoder has never seen, asked of them without visitor questions.

    Each answerable question is there twice: once with the statements that answer it, once without them.
    """
    found = []
    for training in decision_policies():
        policy = training.folder.policy
        bot = Bot(bundle_in_memory(PolicyFolder(policy, ()), bundle.embedder), settings, fitted)
        for question in training.questions:
            retrieved = bot.evidence(question.question, question.history)
            found.append(Example.of(policy.id, question, retrieved, fitted, visitors=False))
            right = found[-1].right
            if right.any() and not right.all():
                silent = Example.of(policy.id, question, without(retrieved, right), fitted, visitors=False)
                found.append(dataclasses.replace(silent, kind=DELETED))
    return found


def informed_examples(bundle: Bundle, fitted: Fitted, settings: Settings) -> list[Example]:
    """Return the real questions, asked of Mass.gov, whose visitor questions do not include them."""
    measured = NearDuplicates(development_questions())
    bot = Bot(bundle, settings, fitted)
    found = []
    for question in real_questions(CORPUS / bundle.policy.id / "real_labels.jsonl", bundle.policy):
        if question.question not in measured:
            retrieved = bot.evidence(question.question)
            found.append(Example.of(bundle.policy.id, question, retrieved, fitted, visitors=True))
    return found


def fit_scope(bundle: Bundle) -> Logistic:
    """Fit the scope model, which says what a question is about, whatever the policy.

    The classes are SCOPES. Questions about the site's other policies belong to "privacy".
    """
    questions = [q for policy in encoder_policies() for q in policy.questions] + off_topic_questions()
    vectors = bundle.embedder.encode([q.read_as for q in questions])
    return logistic(vectors, [SCOPES.index(q.kind) if q.kind in SCOPES else 0 for q in questions], SCOPE_STRENGTH)


def fit_fact(bundle: Bundle) -> Logistic:
    """Fit the model of which fact about a policy or its owner a question asks for. The classes are FACTS.

    It is fitted on the phrasings of FACT_QUESTIONS. All training questions that a first fit finds unlike any of them,
    and all questions about other subjects, are further examples of "none".
    """
    phrasings = tomllib.loads(FACT_QUESTIONS.read_text(encoding="utf-8"))
    written = [(FACTS.index(kind), question) for kind in FACTS for question in phrasings[kind]]
    labels = np.array([label for label, _ in written])
    vectors = bundle.embedder.encode([question for _, question in written])
    others = [q for policy in encoder_policies() for q in policy.questions if q.kind != "small_talk"]
    rest = bundle.embedder.encode([q.read_as for q in others])
    elsewhere = bundle.embedder.encode([q.read_as for q in off_topic_questions()])
    first = logistic(vectors, labels, FACT_STRENGTH)
    alike = 1 - first.probabilities(rest)[:, -1]
    off_topic = np.array([q.kind == "off_topic" for q in others])
    none = np.concatenate([rest[off_topic | (alike < NOT_ALIKE)], elsewhere])
    weights = np.ones(len(vectors) + len(none))
    weights[len(vectors) :] = NONE_WEIGHT * (labels == len(FACTS) - 1).sum() / len(none)
    everything = np.concatenate([vectors, none])
    return logistic(everything, [*labels, *([len(FACTS) - 1] * len(none))], FACT_STRENGTH, weights)


def fit(found: Sequence[Example], fitted: Fitted, suffix: str = "") -> Fitted:
    """Return `fitted` with the relevance and outcome models fitted on the examples.

    suffix: "_plain" for policies without visitor questions, where each outcome gets its share of OUTCOME_SHARES.
    """
    answerable = [e for e in found if e.needed.any()]
    relevance = logistic(
        np.concatenate([e.candidates for e in answerable]),
        np.concatenate([e.needed for e in answerable]),
        RELEVANCE_STRENGTH,
    )
    labels = np.array([e.label for e in found])
    weights = np.where([e.kind == DELETED for e in found], DELETED_WEIGHT, 1.0)
    if suffix:
        weights *= (np.array(OUTCOME_SHARES) * weights.sum() / np.bincount(labels, weights))[labels]
    outcome = logistic(np.stack([e.outcome for e in found]), labels, OUTCOME_STRENGTH, weights)
    return dataclasses.replace(fitted, **{f"relevance{suffix}": relevance, f"outcome{suffix}": outcome})


def left_out(found: Sequence[Example], fitted: Fitted) -> dict[str, float]:
    """Return how the plain models do on policies that they were not fitted on, over FOLDS folds of whole policies.

    The result has hit@1, the share of answerable questions that are refused, and the share of each other kind that is
    answered.
    """
    policies = sorted({e.policy for e in found})
    answered: dict[str, list[bool]] = {kind: [] for kind in LABELS}
    hits = []
    for fold in range(FOLDS):
        tested = set(policies[fold::FOLDS])
        models = fit([e for e in found if e.policy not in tested], fitted, "_plain")
        for e in found:
            if e.policy in tested:
                is_answered = int(np.argmax(models.outcome_plain.probabilities(e.outcome[None, :])[0])) == 0
                answered[e.kind].append(is_answered)
                if e.kind == "answerable":
                    best = int(np.argmax(models.relevance_plain.probabilities(e.candidates)))
                    hits.append(is_answered and bool(e.right[best]))
    shares = {f"{kind} answered": float(np.mean(found)) for kind, found in answered.items()}
    return {"hit@1": float(np.mean(hits)), "answerable refused": 1 - shares.pop("answerable answered"), **shares}


def fit_coverage(embedder: OnnxEmbedder, fitted: Fitted) -> Fitted:
    """Return `fitted` with the coverage model, fitted on the topics that the invented policies are labeled with.

    The features of each policy come from a model of statements that was fitted without it.
    """
    topics = load_topic_model()
    features, covered = [], []
    for policy, statements in left_out_statements(labeled_policies(embedder), reviewed_policy(embedder)):
        if policy.bundle.policy.id not in UNSEEN_POLICIES:
            continue
        features.append(coverage_features(policy.bundle, topics, statements)[policy.known])
        covered.append(policy.covered[policy.known])
    model = logistic(np.concatenate(features), np.concatenate(covered), COVERAGE_STRENGTH)
    return dataclasses.replace(fitted, coverage=model)


def unfitted_but(scope: Logistic, fact: Logistic) -> Fitted:
    """Return models of which only these are fitted."""
    return Fitted(scope, fact, *([Logistic.unfitted()] * (len(Fitted.__slots__) - 2)))


def built_bundle(model: str) -> Bundle:
    """Build the Mass.gov bundle with this encoder and return it."""
    with tempfile.TemporaryDirectory() as scratch:
        build_bundle(load_policy_folder("massgov", CORPUS), encoder_bytes(model), Path(scratch))
        return load_bundle(Path(scratch))


def main() -> None:
    """Run `python -m training.calibrate [--model FOLDER] [--out FILE]`: fit the models, print measures, write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", default=load_settings().model)
    parser.add_argument("--out", type=Path, default=FITTED)
    arguments = parser.parse_args()
    settings = load_settings()
    bundle = built_bundle(arguments.model)
    fitted = unfitted_but(fit_scope(bundle), fit_fact(bundle))
    plain = plain_examples(bundle, fitted, settings)
    print("policies left out: " + ", ".join(f"{name} {share:.3f}" for name, share in left_out(plain, fitted).items()))
    fitted = fit(informed_examples(bundle, fitted, settings), fit(plain, fitted, "_plain"))
    fitted = fit_coverage(bundle.embedder, fitted)
    record = {name: getattr(fitted, name).to_json() for name in Fitted.__slots__}
    arguments.out.write_text(json.dumps(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

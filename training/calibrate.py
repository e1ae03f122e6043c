"""Fits the small models of `bot/models/fitted.json` and prints their cross-validated measures.

The scope model is fitted only on training questions. Relevance and outcome are logistic regressions over the features
that `bot.answering.rank` and `bot.answering.decide` compute. They are fitted on the development questions, which were
used neither to train the encoder nor to write the visitor questions. The measures are cross-validated: each question is
answered by models that were fitted without it. A second pair of models, for policies without visitor questions, is
fitted with that channel off.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from bot.answering.decide import SCOPES, outcome_features
from bot.answering.facts import FACTS
from bot.answering.fitted import Fitted, Logistic
from bot.answering.rank import candidate_features
from bot.answering.retrieve import Retrieved
from bot.encoder.files import encoder_bytes
from bot.index.bundle import Bundle, build_bundle, bundle_in_memory, load_bundle
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.settings import Settings, load_settings
from bot.types import Span
from evals.measures.answers import EXPECTED, Scores, aggregate, overlaps, score
from evals.measures.normalized import NormalizedText, gold_spans
from evals.sets.cases import Case, load_set
from evals.sets.companions import load_companions
from evals.sets.paths import CORPUS, DEVELOPMENT
from evals.sets.plain_sentences import load_judged
from training.data import off_topic_questions, training_policies

FITTED = Path(__file__).resolve().parent.parent / "bot" / "models" / "fitted.json"
SETS = tuple(DEVELOPMENT)
FOLDS = 10
# The weights of answered, not covered and off topic for policies without visitor questions. With .5, .3 and .2, the bot
# refuses 29% of the answerable questions of the set `reading` and answers 3% of the silent ones; with these, 21% and
# 8%.
OUTCOME_SHARES = (0.7, 0.2, 0.1)
# scikit-learn's C. Small, because the features are few and correlated.
SCOPE_STRENGTH, RELEVANCE_STRENGTH, OUTCOME_STRENGTH, FACT_STRENGTH = 0.02, 0.3, 0.2, 0.02
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
    """A question, its candidates, and which of them belong in the answer (None if it has no answer)."""

    kind: str
    retrieved: Retrieved
    relevant: Any = None

    @property
    def label(self) -> int:
        """Return the index of the expected outcome in `bot.answering.decide.OUTCOMES`."""
        return list(EXPECTED).index(self.kind)


def example(case: Case, bot: Bot, folded: NormalizedText) -> Example:
    """Retrieve the candidates of a question. They do not depend on the models that are fitted here."""
    retrieved = bot.evidence(case.question, case.history)
    relevant = None
    if case.kind == "answerable":
        gold = [span for spans in gold_spans(case, folded) for span in spans]
        chosen = (bot.bundle.passages[row] for row in retrieved.candidates)
        relevant = np.array([any(overlaps(Span(p.start, p.end), span) for span in gold) for p in chosen])
    return Example(case.kind, retrieved, relevant)


def refused_examples(bundle: Bundle, fitted: Fitted, settings: Settings) -> list[Example]:
    """Return the silent and off-topic questions of the training policies, each asked of its own policy.

    Their answerable questions would mislead: the encoder was trained on them and finds their answers too easily.
    """
    found = []
    for policy in training_policies():
        if policy.folder.policy.id == bundle.policy.id:
            continue
        bot = Bot(bundle_in_memory(policy.folder, bundle.embedder), settings, fitted)
        refused = [q for q in policy.questions if q.kind in ("not_covered", "off_topic") and not q.history]
        found += [Example(q.kind, bot.evidence(q.question)) for q in refused]
    return found


def fit_scope(bundle: Bundle) -> Logistic:
    """Fit the scope model, which says what a question is about, whatever the policy.

    The classes are SCOPES. Questions about the site's other policies belong to "privacy".
    """
    questions = [q for policy in training_policies() for q in policy.questions] + off_topic_questions()
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
    others = [q for policy in training_policies() for q in policy.questions if q.kind != "small_talk"]
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


def fit(found: Sequence[Example], fitted: Fitted, suffix: str, refused: Sequence[Example] = ()) -> Fitted:
    """Return `fitted` with the relevance and outcome models fitted on the examples.

    suffix: "", or "_plain" for policies without visitor questions. refused: further examples for the outcome model; if
    there are any, each outcome gets its share of OUTCOME_SHARES.
    """
    answerable = [e for e in found if e.relevant is not None and e.relevant.any()]
    relevance = logistic(
        np.concatenate([candidate_features(e.retrieved, visitors=not suffix) for e in answerable]),
        np.concatenate([e.relevant for e in answerable]),
        RELEVANCE_STRENGTH,
    )
    every = [*found, *refused]
    labels = np.array([e.label for e in every])
    weights = (np.array(OUTCOME_SHARES) * len(labels) / np.bincount(labels))[labels] if refused else None
    features = np.stack([outcome_features(e.retrieved, fitted, visitors=not suffix) for e in every])
    outcome = logistic(features, labels, OUTCOME_STRENGTH, weights)
    return dataclasses.replace(fitted, **{f"relevance{suffix}": relevance, f"outcome{suffix}": outcome})


def cross_validated(
    cases: Sequence[Case], found: Sequence[Example], bot: Bot, refused: Sequence[Example]
) -> list[Scores]:
    """Return the scores of each case, answered by models that were fitted on the examples of the other folds."""
    bundle = bot.bundle
    folded, companions, judged = NormalizedText(bundle.policy.text), load_companions(bundle.policy), load_judged()
    labels = np.array([e.label for e in found])
    scores = []
    for rest, held_out in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(labels, labels):
        fitted = fit([found[i] for i in rest], bot.fitted, _suffix(bundle), refused)
        fold = dataclasses.replace(bot, fitted=fitted)
        for i in held_out:
            answer = fold.ask(cases[i].question, cases[i].history).to_json()
            scores.append(score(cases[i], answer, bundle.policy.text, folded, companions, judged))
    return scores


def bare(bundle: Bundle) -> Bundle:
    """Return the bundle as it is for an owner who has neither visitor questions nor reviewed answers."""
    return dataclasses.replace(bundle.without_questions(), policy=dataclasses.replace(bundle.policy, reviewed=()))


def unfitted_but(scope: Logistic, fact: Logistic) -> Fitted:
    """Return models of which only these are fitted."""
    return Fitted(scope, fact, *([Logistic.unfitted()] * (len(Fitted.__slots__) - 2)))


def built_bundle(model: str) -> Bundle:
    """Build the Mass.gov bundle with this encoder and return it."""
    with tempfile.TemporaryDirectory() as scratch:
        build_bundle(load_policy_folder("massgov", CORPUS), encoder_bytes(model), Path(scratch))
        return load_bundle(Path(scratch))


def cross_validated_measures(bundle: Bundle, fitted: Fitted, settings: Settings) -> dict[str, dict[str, float | None]]:
    """Return the measures of each set, where each question is answered by models that were fitted without it.

    The scope model of `fitted` is not fitted again.
    """
    sets = {name: development_cases(name) for name in SETS}
    cases = [case for name in SETS for case in sets[name]]
    bot, refused = Bot(bundle, settings, fitted), _refused(bundle, fitted, settings)
    scores = {s.id: s for s in cross_validated(cases, examples(cases, bot), bot, refused)}
    return {name: aggregate([scores[case.id] for case in sets[name]]) for name in SETS}


def development_cases(name: str) -> list[Case]:
    """Return the questions of a set that have one of the three outcomes."""
    return [case for case in load_set(name) if case.kind in EXPECTED]


def examples(cases: Sequence[Case], bot: Bot) -> list[Example]:
    """Return the example of each case, in order."""
    folded = NormalizedText(bot.bundle.policy.text)
    return [example(case, bot, folded) for case in cases]


def _refused(bundle: Bundle, fitted: Fitted, settings: Settings) -> list[Example]:
    return [] if bundle.questions else refused_examples(bundle, fitted, settings)


def _suffix(bundle: Bundle) -> str:
    return "" if bundle.questions else "_plain"


def main() -> None:
    """Run `python -m training.calibrate [--model FOLDER] [--out FILE]`: fit the models, print measures, write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", default=load_settings().model)
    parser.add_argument("--out", type=Path, default=FITTED)
    arguments = parser.parse_args()
    settings = load_settings()
    bundle = built_bundle(arguments.model)
    fitted = unfitted_but(fit_scope(bundle), fit_fact(bundle))
    for used in (bare(bundle), bundle):  # the second blends in the models of the first
        for name, figures in cross_validated_measures(used, fitted, settings).items():
            shown = ", ".join(f"{k} {v:.3f}" for k, v in figures.items() if isinstance(v, float))
            print(f"cross-validated{_suffix(used)}, {name}: {shown}")
        cases = [case for name in SETS for case in development_cases(name)]
        found = examples(cases, Bot(used, settings, fitted))
        fitted = fit(found, fitted, _suffix(used), _refused(used, fitted, settings))
    record = {name: getattr(fitted, name).to_json() for name in Fitted.__slots__}
    arguments.out.write_text(json.dumps(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

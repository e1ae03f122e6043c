"""Question -> the fact about the policy or its owner that it asks for, and the statements that state it.

"What is your email address" is about the policy's words in another way than other questions: the statement that answers
looks like `privacy@example.org`, which the encoder cannot read. A small model names the fact that a question asks for,
and the index knows the statements that state such a fact (`bot.policies.facts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.decide import outcome_probabilities
from bot.answering.fitted import Fitted
from bot.answering.retrieve import Retrieved
from bot.index.bundle import Bundle
from bot.policies.facts import KINDS
from bot.settings import ComposeSettings
from bot.types import Hit, Outcome

# The classes of the model, in its order.
FACTS = (*KINDS, "none")
# What else answers: the date on which a policy took effect, if it does not say when it was changed.
_ALSO = {"updated": ("effective",), "effective": ("updated",), "owner": ("controller",)}
# The least probability of a fact to answer with the statements that state it, and to say that none does, instead of
# what the other channels found.
_ASKED, _MISSING = 0.5, 0.6
# Another statement answers instead if it clearly does and is this much nearer to the question than those that state the
# fact, and if the question does not clearly ask for the fact. Of 527 questions that seem to ask for a fact so little,
# asked of 60 policies, this loses 3; of 27 that ask for something else, such as "newsletter", it answers 25 better.
_CLEARLY_ASKED, _CLEARLY_ANSWERED, _NEARER = 0.84, 0.9, 0.1
# Facts that a policy may state in any words, so that one without a form that is known may still state them.
_IN_ANY_WORDS = frozenset({"controller"})
# From this probability on, a question may ask for a fact, so that another statement is a bad answer to it.
MAYBE_FROM = 0.15
# The owner's visitor questions count more if one is at least this similar: their labels say what answers.
_LABELED = 0.65
_MOST_CITED = 3
_MOST_LINES = 7  # of a postal address


@dataclass(frozen=True, slots=True)
class AskedFact:
    """The kind of fact that a question asks for, if it asks for one. probability: that it does, 0 to 1."""

    kind: str
    probability: float


@dataclass(frozen=True, slots=True)
class Stated:
    """The outcome of a question for a fact. chosen: the statements to cite, empty if none states it."""

    outcome: Outcome
    chosen: tuple[Hit, ...]


def asked_fact(retrieved: Retrieved, fitted: Fitted) -> AskedFact | None:
    """Return the fact that a question may ask for, or None if a visitor question or an own topic fits."""
    if retrieved.own is not None:
        return None
    if retrieved.nearest and float(retrieved.nearest_similarity[0]) >= _LABELED:
        return None
    probabilities = fitted.fact.probabilities(retrieved.question_vector[None, :])[0]
    best = int(probabilities[:-1].argmax())
    # Kinds that are alike share the probability of a question that fits both; what counts is that it asks for one.
    return AskedFact(KINDS[best], float(1 - probabilities[-1]))


def state(
    fact: AskedFact, retrieved: Retrieved, bundle: Bundle, fitted: Fitted, settings: ComposeSettings
) -> Stated | None:
    """Return the statements that state a fact, or that the policy does not state it.

    None leaves the answer to the other channels.
    """
    if fact.probability < _ASKED:
        return None
    facts = bundle.policy.facts
    rows = next((facts[kind] for kind in (fact.kind, *_ALSO.get(fact.kind, ())) if kind in facts), ())
    if (not rows and fact.probability < _MISSING) or _another_answers(fact, rows, retrieved, bundle, fitted):
        return None
    if not rows:
        return Stated(Outcome.NOT_COVERED, ())
    chosen = _lines(rows) if fact.kind == "post" else rows[: min(_MOST_CITED, settings.max_citations)]
    cosines = bundle.vectors.vectors(list(chosen)) @ retrieved.question_vector
    hits = tuple(
        Hit(bundle.passages[row], float(cosine), fact.probability) for row, cosine in zip(chosen, cosines, strict=True)
    )
    return Stated(Outcome.ANSWERED, hits)


def _another_answers(
    fact: AskedFact, rows: Sequence[int], retrieved: Retrieved, bundle: Bundle, fitted: Fitted
) -> bool:
    """Return whether a statement answers the question better than those that state the fact."""
    in_any_words = not rows and fact.kind in _IN_ANY_WORDS
    if fact.probability >= _CLEARLY_ASKED and not in_any_words:
        return False
    stated = max(map(float, bundle.vectors.vectors(list(rows)) @ retrieved.question_vector), default=-1.0)
    if float(retrieved.similarity.max()) - stated < _NEARER:
        return False
    return float(outcome_probabilities(retrieved, fitted)[0]) >= _CLEARLY_ANSWERED


def _lines(rows: Sequence[int]) -> tuple[int, ...]:
    """Return the clearest statement of a postal address with those directly around it, in the policy's order."""
    first = last = rows[0]
    while first - 1 in rows:
        first -= 1
    while last + 1 in rows:
        last += 1
    return tuple(range(first, last + 1))[:_MOST_LINES]

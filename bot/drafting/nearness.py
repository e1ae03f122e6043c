"""New words of a policy -> the topics that they come near, with a wide margin: reviews of other topics may stay.

`bot.drafting.rereading` estimates what new words are about. Here the question is what they are certainly not about, so
any sign counts: one word of a topic's name, or the measures that decide what a policy is silent on, at values far too
low to decide anything. Each part of a sentence is examined separately, because a long list hides what is in it.
tests/drafting/test_nearness.py counts what is missed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import numpy as np

from bot.answering.coverage import estimated_coverage
from bot.answering.fitted import load_fitted
from bot.answering.silence import own_words
from bot.encoder.embedding import OnnxEmbedder
from bot.index.bundle import bundle_of_units
from bot.index.lexical import stems
from bot.index.passages import make_passages
from bot.policies.review_check import left_open
from bot.policies.reviewed import AnswerEntry
from bot.topics.catalog import policy_topics
from bot.topics.model import FloatArray, load_topic_model
from bot.topics.statements import load_statement_topics
from bot.types import Policy

# New words come near a topic if one of these is reached: the coverage of a policy of one new statement alone (a policy
# is silent up to .03), the probability that a statement, or a part of it, is about the topic, and its cosine with the
# topic's question. Of 424 sentences on topics that Mass.gov's policy does not mention or leaves open, each inserted at
# a random place, 2 do not come near their topic. On average, a sentence comes near 31 of the 91 silent ones.
_COVERED_FROM, _ABOUT_FROM, _PART_ABOUT_FROM, _ALIKE_FROM = 0.01, 0.0005, 0.003, 0.25
# If more statements than this are new, they come near almost every topic.
_MOST_NEW = 60
_PARTS = re.compile(
    r"[,;:()/–—]|\b(?:and|or|but|nor|which|who|that|if|unless|when|while|because|as well as)\b", re.IGNORECASE
)
_LEAST_PART_CHARS = 3
# If a statement has fewer new words than this, such as "90", they say nothing without the others.
_ADDED_WORDS = 3


class Nearness:
    """Which topics new words come near. Called with an answer, it returns those of its topics.

    new: the indexes of the statements that are new, have changed, or are read with another heading. added: the words
    that are new in statements that changed. embedder: makes the embedder, when it is needed first.
    """

    def __init__(
        self, policy: Policy, new: Sequence[int], added: Sequence[str], embedder: Callable[[], OnnxEmbedder]
    ) -> None:
        passages = make_passages(policy)
        above = ("".join(f"{heading}: " for heading in passages[index].headings[:-1]) for index in new)
        read = (f"{path}{passages[index].read_as}" for path, index in zip(above, new, strict=True))
        clauses = (words for words in added if len(words.split()) >= _ADDED_WORDS)
        self._statements = list(dict.fromkeys((*read, *clauses)))
        self._number = len(new)
        self._make_embedder = embedder

    def __call__(self, answer: AnswerEntry) -> frozenset[str]:
        """Return the topics of an answer that new words come near.

        All topics of an answer that leaves a part open count if words come near that part. Nothing is known about the
        owner's own topics.
        """
        if not self._statements:
            return frozenset()
        ids = frozenset(answer.ids)
        if answer.own or self._number > _MOST_NEW:
            return ids
        near = ids & self._topics
        if answer.verdict == "partly" and (near or self._comes_near(left_open(answer.text.get("en", "")))):
            return ids
        return near

    @functools.cached_property
    def _embedder(self) -> OnnxEmbedder:
        return self._make_embedder()

    @functools.cached_property
    def _parts(self) -> list[str]:
        parts = (part.strip(" .") for statement in self._statements for part in _PARTS.split(statement))
        return list(dict.fromkeys(part for part in parts if len(part) >= _LEAST_PART_CHARS)) or self._statements

    @functools.cached_property
    def _vectors(self) -> tuple[FloatArray, FloatArray]:
        """The vectors of the statements, and of their parts."""
        vectors = self._embedder.encode([*self._statements, *self._parts])
        return vectors[: len(self._statements)], vectors[len(self._statements) :]

    @functools.cached_property
    def _topics(self) -> frozenset[str]:
        """The topics of the catalog that new words come near."""
        whole, parts = self._vectors
        model, count = load_topic_model(), len(policy_topics())
        near = (model.probabilities(whole)[:, :count] >= _ABOUT_FROM).any(axis=0)
        near |= (model.probabilities(parts)[:, :count] >= _PART_ABOUT_FROM).any(axis=0)
        near |= (whole @ model.questions.T >= _ALIKE_FROM).any(axis=0)
        # Together, statements may be about what none of them alone is.
        for units in (self._statements, *([statement] for statement in self._statements)):
            bundle = bundle_of_units(units, self._embedder)
            near |= estimated_coverage(bundle, load_fitted(), model, load_statement_topics()) >= _COVERED_FROM
        words = frozenset(word for statement in self._statements for word in stems(statement))
        near |= np.array([not words.isdisjoint(own_words(topic)) for topic in policy_topics()])
        return frozenset(topic.id for topic, is_near in zip(policy_topics(), near, strict=True) if is_near)

    def _comes_near(self, said: str) -> bool:
        """Return whether new words are like others."""
        if not said:
            return False
        alike = np.concatenate(self._vectors) @ self._embedder.encode([said])[0]
        return float(alike.max()) >= _ALIKE_FROM

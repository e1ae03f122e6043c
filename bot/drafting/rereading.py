"""New words of a policy -> the topics that they may speak to, so that what was said of these topics is read again.

The statements that an answer cites, taken as new words, name 138 of the 155 topics of Mass.gov's reviewed answers, and
98 of them surely. On average, they name 14 topics, and 6.6 surely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.coverage import estimated_coverage
from bot.answering.fitted import load_fitted
from bot.answering.topics import GAP_TO
from bot.encoder.embedding import OnnxEmbedder
from bot.index.bundle import bundle_of_units
from bot.index.passages import make_passages
from bot.policies.anchors import Anchors
from bot.topics.catalog import policy_topics
from bot.topics.model import load_topic_model
from bot.topics.statements import load_statement_topics
from bot.types import Policy

# From this coverage on, new words surely speak to a topic.
SURELY_FROM = 0.5


@dataclass(frozen=True, slots=True)
class NewWords:
    """New words that may speak to a topic. topic: its id. words: all words of the statement that says most on it.

    coverage: how surely a policy of the new statements alone would speak to the topic, 0 to 1.
    """

    topic: str
    words: str
    coverage: float


def topics_of_new_words(policy: Policy, new: Sequence[int], embedder: OnnxEmbedder) -> tuple[NewWords, ...]:
    """Return the topics that new statements may speak to, the most certain first.

    new: the indexes of the statements that are new or say something else.
    """
    if not new:
        return ()
    passages, words = make_passages(policy), Anchors(policy).words
    bundle = bundle_of_units([passages[index].read_as for index in new], embedder)
    says = load_statement_topics()
    coverage = estimated_coverage(bundle, load_fitted(), load_topic_model(), says).tolist()
    vectors = bundle.vectors.vectors()
    found = [
        NewWords(topic.id, words[new[int(says.says(number, vectors).argmax())]], coverage[number])
        for number, topic in enumerate(policy_topics())
        if coverage[number] > GAP_TO
    ]
    return tuple(sorted(found, key=lambda each: -each.coverage))

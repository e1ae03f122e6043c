"""What the policy does not mention, as it is named: the topic that is asked about, or two if the question names both.

"Do you track my location?" asks one thing, even if GPS is another topic. "Do you read my contacts and text messages?"
asks two.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence

from bot.index.lexical import stems
from bot.topics.catalog import Topic, policy_topics

# What joins two things, and how many words on either side of it may name them.
_JOINS = re.compile(r"[,/&+]|\b(?:and|or|nor|plus|as well as)\b", re.IGNORECASE)
_NEAR = 3
# A question with none of these does not ask who gets anything: "do you secretly record my location?"
_GIVES = re.compile(
    r"\b(?:who|whom|with|to|others?|shar\w+|sell\w*|sold|giv\w+|gets?|got|sees?|sends?|sent|disclos\w+|pass\w*"
    r"|public\w*|access\w*)\b",
    re.IGNORECASE,
)
_GIVING = "sharing "
# Words in more names of topics than this say nothing about one of them: "data", "visitors", "whether".
_IN_NAMES = 5


def to_name(question: str, topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return the topics to name in the answer to a question, one or two; none if `topics` is empty.

    topics: that are asked about, the most probable first. The first is always named, unless it is about sharing and the
    question does not ask who gets anything. Another one is if the question joins words of both names: the one with the
    most words there, of those that are not in the first name.
    """
    if len(topics) > 1 and topics[0].name.startswith(_GIVING) and not _GIVES.search(question):
        topics = topics[1:]
    named = tuple(topics[:1])
    most = 0
    for other in topics[1:]:
        joined = _joined(question, own_words(topics[0]), own_words(other))
        if joined > most:
            named, most = (topics[0], other), joined
    return named


def _joined(question: str, first: frozenset[str], other: frozenset[str]) -> int:
    """Return how many words of one name, and not of the first, are joined to a word of the first and not of it."""
    most = 0
    for join in _JOINS.finditer(question):
        before = frozenset(stems(question[: join.start()])[-_NEAR:])
        after = frozenset(stems(question[join.end() :])[:_NEAR])
        for side, beyond in ((before, after), (after, before)):
            if side & (first - other):
                most = max(most, len(beyond & (other - first)))
    return most


def own_words(topic: Topic) -> frozenset[str]:
    """Return the stems of a topic's name that few other names have."""
    return frozenset(word for word in stems(topic.name) if _in_names()[word] <= _IN_NAMES)


@functools.cache
def _in_names() -> Counter[str]:
    return Counter(word for topic in policy_topics() for word in frozenset(stems(topic.name)))

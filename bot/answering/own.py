"""Which of the owner's own topics a question asks about: that of the nearest way to ask, if it is near enough."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle
from bot.topics.catalog import topics
from bot.topics.model import load_topic_model

# How similar a question has to be to a way to ask about an own topic, and by how much more if a topic of the catalog is
# certain. On half of the 20 topics in tests/answering/own_topic_held_out.toml, each with three ways to ask, this finds
# 29 of 50 other ways to ask, and takes 3 of 50 questions about something else that share words with them. From .55, it
# would be 36 and 5. On the other half, it finds 23 of 50 and takes none. It takes 2 of 2,098 questions of the
# development sets and about other subjects, each compared with all 20 topics. If each topic of the catalog, with three
# of its phrasings, is an own topic next to the others, .56 of its other phrasings are found with a precision of .82;
# without the second number, of .70.
NEAR_FROM, _IF_CERTAIN = 0.6, 0.1
# "Write an essay about Formstack" is near a way to ask about Formstack, and "when were you born" near one about birth
# dates. So what is not for a policy counts like a topic, too, except what an owner's own topic often seems to be about.
_OFTEN_OWN = frozenset({"other-organization", "product-feature", "public-service", "own-record"})


def own_topic(
    vector: FloatArray, asked: FloatArray, nearest: Sequence[int], cosines: FloatArray, bundle: Bundle
) -> str | None:
    """Return the id of the own topic that a question asks about, or None.

    It has to be nearer than each labeled question and the question of each topic of the catalog.
    vector: of the question. asked: the probability of each topic of the catalog. nearest: visitor questions, as rows.
    cosines: theirs.
    """
    own = [(cosine, row) for row, cosine in zip(nearest, cosines.tolist(), strict=True) if bundle.questions[row].topic]
    if not own:
        return None
    cosine, row = max(own)
    others = float((load_topic_model().questions @ vector).max())
    certain = float(asked[_certain_topics()].max())
    is_near = cosine >= NEAR_FROM + _IF_CERTAIN * certain
    return bundle.questions[row].topic if is_near and cosine > others and cosine >= float(cosines[0]) else None


@functools.cache
def _certain_topics() -> list[int]:
    """Return the numbers of the topics that a question on an own topic is not about if they are certain."""
    return [n for n, topic in enumerate(topics()) if topic.kind != "act" and topic.id not in _OFTEN_OWN]

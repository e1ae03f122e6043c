"""New words of a policy -> the topics that they may be about, so that reviews of these topics are read again.

The statements that an answer cites, taken as new words, name 138 of the 155 topics of Mass.gov's reviewed answers, 98
of them with certainty. On average, they name 14 topics, 6.6 of them with certainty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answering.coverage import estimated_coverage
from bot.answering.fitted import load_fitted
from bot.answering.topics import GAP_TO
from bot.encoder.embedding import OnnxEmbedder
from bot.index.bundle import bundle_of_units
from bot.index.passages import make_passages
from bot.policies.anchors import Anchors
from bot.policies.reviewed import NAME as ANSWERS
from bot.policies.reviewed import read_reviewed
from bot.topics.catalog import policy_topics
from bot.topics.model import load_topic_model
from bot.topics.statements import load_statement_topics
from bot.types import Policy

if TYPE_CHECKING:
    from bot.policies.migrate import Migration

# With at least this coverage, new words are certainly about a topic.
_SURELY_FROM = 0.5


@dataclass(frozen=True, slots=True)
class NewWords:
    """New words that may be about a topic. topic: its id. words: all words of the statement that says most about it.

    coverage: how certainly a policy of the new statements alone would speak to the topic, 0 to 1.
    """

    topic: str
    words: str
    coverage: float

    @property
    def is_sure(self) -> bool:
        """Return whether they are certainly about it."""
        return self.coverage >= _SURELY_FROM


def withdraw_denials(folder: Path, done: Migration, spoken_to: Mapping[str, NewWords]) -> None:
    """Make a draft of each kept "no" whose topic new words are certainly about: they may say the opposite.

    folder: the next version. spoken_to: by topic.
    """
    from bot.policies.label_files import LabeledTables
    from bot.policies.migrate import Unreviewed

    path = folder / ANSWERS
    if not spoken_to or not path.exists():
        return
    file = LabeledTables(path, "answers", "answer", ("cite",))
    for number, entry in enumerate(read_reviewed(folder), start=1):
        words = next((new.words for topic in entry.ids if (new := spoken_to.get(topic)) and new.is_sure), "")
        if words and entry.verdict == "no" and file.unset(number, "reviewed") is not None:
            done.unreviewed.append(Unreviewed(entry.ids, f"it says no, and new words may say otherwise: “{words}”"))
            done.kept.difference_update(entry.ids)
    if file.changed:
        path.write_bytes(file.data())


def topics_of_new_words(policy: Policy, new: Sequence[int], embedder: OnnxEmbedder) -> tuple[NewWords, ...]:
    """Return the topics that new statements may be about, the most certain first.

    new: the indexes of the statements that are new or have changed.
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

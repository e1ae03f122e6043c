"""What is searched for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bot.types.spans import Quote


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement as it is indexed. `policy.text[start:end] == text` always holds.

    index: the position among the policy's passages, from 0, and that of its statement.
    headings: from the outermost heading to the one of its section.
    read_as: what the models read: the heading, what governs the statement, and its text.
    context: the words that the statement is shown with, in the order of the text.
    """

    index: int
    id: str
    policy_id: str
    section_id: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    read_as: str
    context: tuple[Quote, ...] = ()


class Hit(NamedTuple):
    """A passage that was considered for a question, whether or not the answer cites it.

    Several hits are in answering order, which is not always the order of relevance.

    similarity: cosine of question and passage, -1 to 1.
    relevance: calibrated probability that the passage belongs in the answer, 0 to 1.
    """

    passage: Passage
    similarity: float
    relevance: float

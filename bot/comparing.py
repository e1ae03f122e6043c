"""Two versions of a policy -> which questions get another answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from bot.pipeline import Bot
from bot.policies.anchors import fold
from bot.policies.questions import VisitorQuestion
from bot.topics.catalog import policy_topics
from bot.types import Answer, Quote, statement_text


@dataclass(frozen=True, slots=True)
class Given:
    """What a visitor got to a question. cited: all words of each statement, the best first. opening: before them."""

    outcome: str
    opening: str
    cited: tuple[str, ...]

    @classmethod
    def of(cls, answer: Answer) -> Given:
        """Return what an answer gave."""
        cited = (
            statement_text(Quote(each.quote, each.start, each.end), [c for c in each.context if not c.is_neighbor])
            for each in answer.citations
        )
        return cls(str(answer.outcome), answer.opening, tuple(cited))

    def is_like(self, other: Given) -> bool:
        """Return whether two answers have the same outcome and cite the same words, in any order."""
        one, two = (sorted(map(fold, each.cited)) for each in (self, other))
        return self.outcome == other.outcome and one == two


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A question that gets another answer. topic: the id of the topic whose question it is, None for a visitor's."""

    question: str
    topic: str | None
    was: Given
    now: Given

    @property
    def outcomes(self) -> str:
        """Return how the question ended in words, and how it ends now if that is different."""
        was, now = (given.outcome.replace("_", " ") for given in (self.was, self.now))
        return was if was == now else f"{was} → {now}"

    @property
    def quotes(self) -> list[tuple[str, str]]:
        """Return what is no longer cited, then what is cited now, each after its kind: removed, added, or same."""
        was, now = (set(map(fold, given.cited)) for given in (self.was, self.now))
        removed = [("removed", words) for words in self.was.cited if fold(words) not in now]
        return removed + [("same" if fold(words) in was else "added", words) for words in self.now.cited]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "question": self.question,
            **({"topic": self.topic} if self.topic else {}),
            "was": asdict(self.was),
            "now": asdict(self.now),
        }


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """A question to compare the answers to. history: the visitor's earlier questions."""

    question: str
    history: tuple[str, ...] = ()
    topic: str | None = None


def questions_to_ask(*banks: Sequence[VisitorQuestion]) -> list[ComparedQuestion]:
    """Return the question of each topic, then each visitor question once."""
    asked = [ComparedQuestion(topic.question, topic=topic.id) for topic in policy_topics()]
    own = (ComparedQuestion(each.question, each.history) for bank in banks for each in bank)
    return [*asked, *dict.fromkeys(own)]


def compare_answers(
    old: Bot, new: Bot, asked: Iterable[ComparedQuestion], on_each: Callable[[], None] = lambda: None, threads: int = 2
) -> Iterator[AnswerChange]:
    """Ask both versions, and yield the questions that get another outcome or other cited words, in order.

    on_each: called after each question. threads: questions that are asked at the same time.
    """

    def given(one: ComparedQuestion) -> tuple[ComparedQuestion, Given, Given]:
        return one, Given.of(old.ask(one.question, one.history)), Given.of(new.ask(one.question, one.history))

    with ThreadPoolExecutor(threads) as pool:
        for one, was, now in pool.map(given, asked):
            on_each()
            if not was.is_like(now):
                yield AnswerChange(one.question, one.topic, was, now)

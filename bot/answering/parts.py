"""The answers to several questions in one message -> one answer with parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from bot.topics.catalog import policy_topics
from bot.types import Answer, AnswerPart, Citation
from bot.understanding.several import as_heading

# The acts that need no answer next to that to a question.
_COURTESIES = ("greeting", "thanks", "goodbye", "acknowledgment", "gibberish")


class Question(NamedTuple):
    """One of several questions.

    shown: it in the visitor's words, with its spelling repaired.
    completed: the same with the words that it leaves to the question before; None if it leaves out none.
    short: the opening of its answer if others follow it, None if it is the same.
    """

    shown: str
    completed: str | None = None
    short: str | None = None


def join(answers: Sequence[Answer], questions: Sequence[Question], read_as: str | None, seconds: float) -> Answer:
    """Return one answer to several questions. read_as: all of them as they were read, if that differs.

    It has parts, unless what remains without greetings is one answer, or the same answer more than once. Questions with
    the same answer share a part.
    """
    asked = [
        (answer, question._replace(shown=as_heading(question.shown)))
        for answer, question in zip(answers, questions, strict=True)
    ]
    kept = [each for each in asked if each[0].act not in _COURTESIES]
    distinct: list[tuple[Answer, Question]] = []
    for answer, question in kept or asked[:1]:
        same = next((n for n, (other, _) in enumerate(distinct) if _same(answer, other)), None)
        if same is None:
            distinct.append((answer, question))
        else:
            first, before = distinct[same]
            # How one of them was read says nothing on the other.
            distinct[same] = (first, Question(f"{before.shown} {question.shown}", None, before.short))
    first = distinct[0][0]
    if len(distinct) == 1:
        return dataclasses.replace(first, read_as=read_as, seconds=seconds)
    joined = [answer for answer, _ in distinct]
    citations = _numbered(citation for answer in joined for citation in answer.citations)
    nearest = _numbered((near for answer in joined for near in answer.related), citations)
    parts = []
    for answer, question in distinct:
        last = answer is joined[-1]
        parts.append(
            AnswerPart(
                question=question.shown,
                outcome=answer.outcome,
                opening=answer.opening if last or question.short is None else question.short,
                citations=tuple(sorted(citations[citation.passage_id].number for citation in answer.citations)),
                act=answer.act,
                to_search=answer.to_search,
                route=answer.route,
                confidence=answer.confidence,
                verdict=answer.verdict,
                reviewed=answer.reviewed,
                completeness=answer.completeness,
                related=tuple(nearest[near.passage_id] for near in answer.related),
                read_as=question.completed,
            )
        )
    leading = next((answer for answer in joined if answer.citations), first)
    return dataclasses.replace(
        leading,
        opening="",
        citations=tuple(citations.values()),
        confidence=min(answer.confidence for answer in joined),
        seconds=seconds,
        hits=tuple(dict.fromkeys(hit for answer in joined for hit in answer.hits)),
        verdict=None,
        reviewed=None,
        completeness=None,
        related=(),
        route=next((answer.route for answer in joined if answer.route), None),
        topics=tuple(dict.fromkeys(topic for answer in joined for topic in answer.topics)),
        suggestions=_suggestions(joined),
        read_as=read_as,
        parts=tuple(parts),
    )


def _numbered(citations: Iterable[Citation], known: Mapping[str, Citation] | None = None) -> dict[str, Citation]:
    """Return each statement once, by the id of its passage. known: those that have a number already."""
    found = dict(known or {})
    for citation in citations:
        found.setdefault(citation.passage_id, dataclasses.replace(citation, number=len(found) + 1))
    return found


def _suggestions(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Return as many suggestions as the answer with the most has: of each answer the first, then of each the second.

    What one of the questions asks is not suggested.
    """
    asked = {answer.topics[0] for answer in answers if answer.topics}
    left_out = {topic.question for topic in policy_topics() if topic.id in asked}
    in_turn = (each for one in zip_longest(*(answer.suggestions for answer in answers)) for each in one)
    found = dict.fromkeys(each for each in in_turn if each is not None and each not in left_out)
    return tuple(found)[: max(len(answer.suggestions) for answer in answers)]


def _same(answer: Answer, other: Answer) -> bool:
    """Return whether an answer has nothing that the other does not have."""
    if not {shown.passage_id for shown in _shown(answer)} <= {shown.passage_id for shown in _shown(other)}:
        return False
    if answer.citations and other.citations:
        return answer.opening in ("", other.opening)
    return (answer.outcome, answer.text) == (other.outcome, other.text) and answer.route in (None, other.route)


def _shown(answer: Answer) -> Sequence[Citation]:
    return answer.citations or answer.related

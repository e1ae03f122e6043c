"""The answers to several questions in one message -> one answer with parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.types import Answer, AnswerPart, Citation
from bot.understanding.several import as_heading

# The acts that need no answer next to that to a question.
_COURTESIES = ("greeting", "thanks", "goodbye", "acknowledgment", "gibberish")


def join(
    answers: Sequence[Answer],
    questions: Sequence[str],
    read_as: str | None,
    seconds: float,
    short: Sequence[str | None] = (),
) -> Answer:
    """Return one answer to several questions. read_as: all of them as they were read, if that differs.

    short: the opening of each answer if others follow it, None if it is the same.

    It has parts, unless what remains without greetings is one answer, or the same answer more than once. Questions with
    the same answer share a part.
    """
    asked = list(zip(answers, questions, short or [None] * len(answers), strict=True))
    kept = [each for each in asked if each[0].act not in _COURTESIES]
    distinct: list[tuple[Answer, str, str | None]] = []
    for answer, question, opening in kept or asked[:1]:
        same = next((n for n, (other, *_) in enumerate(distinct) if _same(answer, other)), None)
        if same is None:
            distinct.append((answer, as_heading(question), opening))
        else:
            first, heading, opening = distinct[same]
            distinct[same] = (first, f"{heading} {as_heading(question)}", opening)
    first = distinct[0][0]
    if len(distinct) == 1:
        return dataclasses.replace(first, read_as=read_as, seconds=seconds)
    citations: dict[str, Citation] = {}
    parts = []
    for answer, heading, opening in distinct:
        for citation in answer.citations:
            number = len(citations) + 1
            citations.setdefault(citation.passage_id, dataclasses.replace(citation, number=number))
        numbers = tuple(sorted(citations[citation.passage_id].number for citation in answer.citations))
        last = answer is distinct[-1][0]
        words = (heading, answer.outcome, answer.opening if last or opening is None else opening, numbers)
        parts.append(AnswerPart(*words, answer.act, answer.to_search, answer.route))
    leading = next((answer for answer, *_ in distinct if answer.citations), first)
    return dataclasses.replace(
        leading,
        opening="",
        citations=tuple(citations.values()),
        confidence=min(answer.confidence for answer, *_ in distinct),
        seconds=seconds,
        hits=tuple(dict.fromkeys(hit for answer, *_ in distinct for hit in answer.hits)),
        verdict=None,
        reviewed=None,
        completeness=None,
        related=(),
        route=next((answer.route for answer, *_ in distinct if answer.route), None),
        topics=tuple(dict.fromkeys(topic for answer, *_ in distinct for topic in answer.topics)),
        read_as=read_as,
        parts=tuple(parts),
    )


def _same(answer: Answer, other: Answer) -> bool:
    """Return whether an answer has nothing that the other does not have."""
    cited = {citation.passage_id for citation in other.citations}
    if not answer.citations or not cited:
        return (answer.outcome, answer.text) == (other.outcome, other.text) and answer.route in (None, other.route)
    said = answer.opening in ("", other.opening)
    return said and {citation.passage_id for citation in answer.citations} <= cited

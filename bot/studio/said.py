"""What the chat says to a question, as the page shows it."""

from __future__ import annotations

from typing import Any

from bot.types import Answer, Outcome, Policy
from bot.wording import date_in_words, interface

_MEANING = {
    Outcome.ANSWERED: "The chat answers",
    Outcome.NOT_COVERED: "The chat finds no answer",
    Outcome.OFF_TOPIC: "The chat says that this belongs elsewhere",
    Outcome.SMALL_TALK: "The chat takes this for small talk",
    Outcome.EMPTY: "The chat finds no words in this",
    Outcome.TOO_LONG: "The chat finds this too long",
    Outcome.UNSUPPORTED_LANGUAGE: "The chat does not read this language",
    Outcome.URGENT: "The chat fears that somebody is in danger",
    Outcome.ERROR: "The chat failed",
}


def said(answer: Answer, policy: Policy) -> dict[str, Any]:
    """Return an answer for the page and its script.

    meaning: what kind of answer it is. opening: a line for each question that is asked. quotes: what it cites, or the
    nearest passages if it cites nothing, each with the index of its statement. notes: what a visitor sees around it.
    """
    places = {sentence.start: sentence.index for sentence in policy.sentences}
    lines = [f"{question} {each.opening}".strip() for question, each in answer.by_question]
    notes = [f"It was read as: {answer.read_as}"] if answer.read_as else []
    for question, each in answer.by_question:
        notes += [f"{question} {note}".strip() for note in _notes(each)]
    return {
        "question": answer.question,
        "meaning": _MEANING[answer.outcome],
        "answered": answer.outcome is Outcome.ANSWERED,
        "opening": "\n".join(lines),
        "quotes": [
            {
                "index": places.get(citation.start),
                "section": citation.section,
                "text": " ".join(part.line for part in parts),
            }
            for _, each in answer.by_question
            for citation, parts in each.shown
        ],
        "notes": notes,
    }


def _notes(answer: Answer) -> list[str]:
    notes = []
    if answer.reviewed:
        notes.append(f"Your reviewed answer, from {date_in_words(answer.reviewed, 'en')}.")
    if answer.is_doubtful:
        notes.append(interface()["unsure"])
    if answer.related:
        notes.append("The nearest passages are shown, which may not answer it.")
    return notes


def cited(answer: Answer, policy: Policy) -> tuple[int, ...]:
    """Return the indexes of the statements that an answer cites, the best first."""
    places = {sentence.start: sentence.index for sentence in policy.sentences}
    return tuple(places[citation.start] for citation in answer.citations if citation.start in places)

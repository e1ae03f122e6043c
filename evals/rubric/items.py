"""An answer as a visitor sees it, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.types import Answer, Citation, Policy, shown_parts


def as_shown(answer: Answer, policy: Policy) -> str:
    """Return everything that a visitor reads: how the question was read, the opening, quotes with their section, where
    to go next, and questions to click. The confidence and the outcome's name are left out."""
    return "\n".join(_lines(answer, policy))


def _lines(answer: Answer, policy: Policy) -> Iterator[str]:
    if answer.parts and answer.read_as:
        yield f"Answering: {answer.read_as}"
    for question, each in answer.by_question:
        if question:
            yield f"# {question}"
        if each.read_as:
            yield f"Answering: {each.read_as}"
        yield from filter(None, [each.opening])
        yield from _statements(each.citations or each.related)
    contacts = [answer.route] if answer.route else []
    for contact in (*contacts, *answer.next_steps(policy)):
        yield f"-> {contact.name_in(answer.language)}{f' <{contact.url}>' if contact.url else ''}"
    for question in answer.suggestions:
        yield f"? {question}"


def _statements(citations: Sequence[Citation]) -> Iterator[str]:
    for citation, parts in zip(citations, shown_parts(citations), strict=True):
        words = " ".join(part.line for part in parts)
        yield f"[{citation.number}] {words} (section: {citation.section or 'none'})"

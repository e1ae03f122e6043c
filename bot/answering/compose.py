"""Findings -> answer: citations with links that open them on the live page, and the words before them.

Every word is either a fixed text from `bot.wording` or quoted from the policy, character for character.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from bot.answering.audiences import Audiences
from bot.answering.links import links_in, page_url
from bot.guard.cleaning import Guarded
from bot.tracing import step
from bot.types import (
    Answer,
    AskPolicyError,
    Changes,
    Citation,
    Findings,
    Outcome,
    Passage,
    Policy,
    PolicyVersion,
    Quote,
    ReviewedAnswer,
)
from bot.wording import READ, act_text, date_in_words, fixed_text, language_name, messages

# A reviewed sentence that begins so says itself that there is no answer.
_NOT_SAID = re.compile(r"The policy does not (?:say|mention|name|describe|list)\b")
# A question about one of these topics is told why it is not answered here.
_ELSEWHERE = {
    "other-organization": "off_topic_other_organization",
    "product-feature": "off_topic_other_organization",
    "law-explained": "off_topic_law",
    "legal-advice": "off_topic_law",
    "own-record": "off_topic_own_record",
    "writing-task": "off_topic_writing",
}


@step("compose")
def compose(
    guarded: Guarded,
    found: Findings,
    policy: Policy,
    *,
    limit: int,
    language: str,
    seconds: float,
    again: bool = False,
    read_as: str | None = None,
) -> Answer:
    """Return the answer in words.

    limit: the longest question that is accepted, in characters. language: the language of the words around the quotes.
    seconds: wall time from question to answer. again: whether the visitor has asked before. read_as: the question as it
    was understood, if that is another one.
    """
    if found.act:
        opening = act_text(found.act, policy, language=language, again=again)
    elif found.changes:
        opening = changed_words(found.changes, len(found.citations), language, policy)
    elif found.citations:
        opening = opening_words(
            found.yes_no, language, policy, found.reviewed, list_goes_on=found.list_goes_on, repeated=found.repeated
        )
    else:
        opening = refusal_words(found, policy, limit=limit, language=language)
    return Answer(
        question=guarded.question,
        outcome=found.outcome,
        opening=opening,
        citations=found.citations,
        warnings=guarded.warnings,
        confidence=found.confidence,
        policy_version=PolicyVersion.of(policy),
        seconds=seconds,
        hits=found.hits,
        language=language,
        verdict=found.yes_no,
        reviewed=found.reviewed.reviewed if found.reviewed else None,
        completeness=_completeness(found),
        related=found.related,
        topics=found.topics,
        suggestions=found.suggestions,
        read_as=read_as,
        act=found.act,
        route=found.route,
        silent_on=found.silent_on,
    )


def opening_words(
    yes_no: str | None,
    language: str,
    policy: Policy,
    reviewed: ReviewedAnswer | None = None,
    *,
    list_goes_on: bool = False,
    repeated: bool = False,
) -> str:
    """Return the words before the quotes, often none.

    yes_no: "yes", "no" or "depends" if the answer starts with it. reviewed: whose plain sentence comes next.
    list_goes_on: whether only a part of the list that is asked for is quoted. repeated: whether the answer to the
    question before was the same. If the policy is in another language, a sentence says that the quotes are its own
    words in that language.
    """
    say = messages(language, policy)
    words = [say[yes_no]] if yes_no else []
    sentence = reviewed.in_language(language) if reviewed else ""
    if repeated:
        words.append(say["said_again" if sentence else "shown_again"].format(title=policy.title, sentence=sentence))
    elif sentence:
        words.append(sentence)
    if list_goes_on:
        words.append(say["list_goes_on"])
    return " ".join([*words, *_quoted(language, policy)])


def _quoted(language: str, policy: Policy) -> list[str]:
    """Return the sentence that says in what language the quotes are, if it is not the answer's."""
    if language == policy.language:
        return []
    return [messages(language, policy)["quoted"].format(language=language_name(policy.language, language))]


def changed_words(changes: Changes, cited: int, language: str, policy: Policy) -> str:
    """Return the words before the statements that are new. cited: how many of them are quoted."""
    say = messages(language, policy)
    count = len(changes.statements)
    words = [say["changed"].format(title=policy.title, date=date_in_words(changes.date, language))]
    if changes.removed:
        words.append(say["changed_removed"])
    words.append(say["changed_more"].format(count=count) if count > cited else say["changed_new"])
    return " ".join([*words, *_quoted(language, policy)])


def refusal_words(found: Findings, policy: Policy, *, limit: int, language: str, without_contacts: bool = False) -> str:
    """Return the words that say why a question is not answered. without_contacts: see `bot.wording.fixed_text`."""
    return fixed_text(
        _refusal(found),
        policy,
        limit=limit,
        language=language,
        topics=found.silent_on,
        sentence=found.reviewed.in_language(language) if found.reviewed else "",
        without_contacts=without_contacts,
    )


def _refusal(found: Findings) -> str:
    """Return the key of the text that says why a question is not answered."""
    if found.outcome is Outcome.NOT_COVERED and not found.silent_on:
        if found.reviewed:
            return "not_said_near" if _NOT_SAID.match(found.reviewed.in_language(READ)) else "not_found_near"
        return "not_sure" if found.nearly and found.related else "not_found"
    if found.outcome is Outcome.OFF_TOPIC and found.reviewed:
        return "off_topic_near"
    if found.outcome is Outcome.OFF_TOPIC:
        return _ELSEWHERE.get(found.topics[0] if found.topics else "", str(found.outcome))
    return str(found.outcome)


def _completeness(found: Findings) -> str | None:
    """Return how much of the question a reviewed answer covers; None if it only comes near the question."""
    if found.reviewed is None or not found.citations:
        return None
    return "partial" if found.reviewed.verdict == "partly" else "complete"


class Citer:
    """Cites the passages of one policy. What it found for a passage is kept, because finding its link takes long.

    passages: all passages of the policy, one for each statement, in order. Threads can share it.
    """

    def __init__(self, passages: Sequence[Passage], policy: Policy) -> None:
        self._passages, self._policy = passages, policy
        self.audiences = Audiences(passages, policy)
        self._found: dict[int, Citation] = {}

    def cite(self, chosen: Sequence[int], *, by_relevance: bool = False) -> tuple[Citation, ...]:
        """Return the citations, numbered from 1: the passages in the order of `chosen`, then the owner's caveats.

        chosen: indexes of passages, the best first. A sentence that a later citation depends on goes before that one,
        unless that one is the first. by_relevance: whether each was chosen by itself, so that what follows the first
        has a number of its own. Raises AskPolicyError if the text or the context of a passage differs in any
        character from the policy's text at its offsets.
        """
        rows = list(chosen)
        for caveat in self._policy.caveats:
            if caveat.of in rows and not set(caveat.unless) & set(rows):
                rows += [row for row in caveat.cite if row not in rows]
        ordered = _in_order(rows, self._passages, by_relevance=by_relevance)
        return tuple(dataclasses.replace(self._citation(row), number=n) for n, row in enumerate(ordered, start=1))

    def _citation(self, row: int) -> Citation:
        """Return the citation of one passage, with the number 0."""
        found = self._found.get(row)
        if found is None:
            passage, policy = self._with_audience(self._passages[row]), self._policy
            found = self._found[row] = Citation(
                number=0,
                passage_id=passage.id,
                headings=passage.headings,
                quote=passage.text,
                start=passage.start,
                end=passage.end,
                url=page_url(policy, passage.start, passage.end),
                context=passage.context,
                links=links_in(policy, passage.start, passage.end),
            )
        return found

    def _with_audience(self, passage: Passage) -> Passage:
        """Return a verified passage with the heading that says whom it concerns, if not everybody."""
        heading = self.audiences.heading(passage)
        if heading is not None and heading.span not in {words.span for words in passage.context}:
            passage = dataclasses.replace(passage, context=(heading, *passage.context))
        return _verified(passage, self._policy)


def _in_order(rows: Sequence[int], passages: Sequence[Passage], *, by_relevance: bool) -> list[int]:
    """Return the rows of passages, each directly behind those that its context quotes; the first stays the first.

    So no statement is shown twice. What the context of the first quotes is left out, because it is shown there.
    by_relevance: whether what comes right after the first follows it as a citation of its own instead.
    """
    shown = {words.start for row in rows[:1] for words in passages[row].context}
    after: list[int] = []
    if by_relevance:
        after = [start for row in rows[:1] for start in sorted(shown) if start >= passages[row].end][:1]
        shown.difference_update(after)
    places = {passages[row].start: row for row in rows if passages[row].start not in shown}

    def needed(row: int) -> list[int]:
        before = [words.start for words in passages[row].context if words.start < passages[row].start]
        return [places[start] for start in before if start in places]

    ordered: list[int] = []

    def place(row: int) -> None:
        for each in needed(row) if ordered and row not in ordered else ():
            place(each)
        if row in ordered:
            return
        ordered.append(row)
        for other in places.values():
            if row in needed(other):
                place(other)

    for row in [*rows[:1], *(places[start] for start in after if start in places), *places.values()]:
        place(row)
    return ordered


def _verified(passage: Passage, policy: Policy) -> Passage:
    for words in (Quote(passage.text, passage.start, passage.end), *passage.context):
        if policy.text[words.start : words.end] != words.quote:
            raise AskPolicyError(
                f"The index quotes words that are not in the policy at character {words.start}: build it again with "
                f"`askpolicy index {policy.id}`."
            )
    return passage

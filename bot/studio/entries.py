"""An answer as somebody edits it: from the fields of the form to an entry of the file, and the checker's verdict."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bot.drafting.sentences import plain_sentence
from bot.policies.anchors import Anchors
from bot.policies.plain_words import in_plain_words
from bot.policies.review_check import check_answer
from bot.policies.reviewed import AnswerEntry
from bot.types import AskPolicyError, OwnTopic, Policy, ReviewedAnswer
from bot.wording import LANGUAGES, READ


@dataclass(frozen=True, slots=True)
class Edited:
    """An answer in the form. cite: indexes of statements, the best answer first, then the others in reading order.

    text: the plain sentence by language, without empty ones. own: the topic, if it is the owner's own.
    """

    topics: tuple[str, ...]
    verdict: str
    cite: tuple[int, ...]
    text: Mapping[str, str]
    own: OwnTopic | None = None

    @classmethod
    def of(
        cls,
        topics: Iterable[str],
        verdict: str,
        chosen: Iterable[int],
        best: int | None,
        text: Mapping[str, str],
        own: OwnTopic | None = None,
    ) -> Edited:
        """Return an answer from what was chosen and typed. A silent answer has no text."""
        indexes = sorted(set(chosen))
        first = best if best in indexes else next(iter(indexes), None)
        cite = () if first is None else (first, *(index for index in indexes if index != first))
        typed = {language: " ".join(text.get(language, "").split()) for language in LANGUAGES}
        text = {language: words for language, words in typed.items() if words and verdict != "silent"}
        return cls(tuple(topics), verdict, cite, text, own)

    @property
    def evidence(self) -> tuple[int, ...]:
        """The statements that answer: none if the policy is silent, because those that it cites only come near."""
        return () if self.verdict == "silent" else self.cite

    def entry(self, anchors: Anchors, reviewed: datetime.date | None) -> AnswerEntry:
        """Return it as the file has it. reviewed: the day of the review, None for a draft.

        Raises AskPolicyError if it does not fit.
        """
        try:
            return AnswerEntry(
                topics=() if self.own else self.topics,
                name=self.own.name if self.own else None,
                questions=self.own.questions if self.own else (),
                names=dict(self.own.names) if self.own else {},
                verdict=self.verdict or None,
                reviewed=reviewed.isoformat() if reviewed else None,
                cite=tuple(map(anchors.at, self.cite)),
                text=dict(self.text),
            )
        except ValidationError as error:
            first = error.errors()[0]
            wrong = str(first["ctx"]["error"]) if first["type"] == "value_error" else f"{first['loc'][0]} does not fit"
            raise AskPolicyError(f"{wrong[0].upper()}{wrong[1:]}.") from None


def word_on(policy: Policy, edited: Edited) -> list[str]:
    """Return what keeps an answer from being reviewed, as sentences. Empty if nothing does."""
    if not edited.verdict:
        return ["Choose a verdict."]
    if edited.verdict == "silent":
        return []
    missing = []
    if not edited.cite:
        missing.append("Choose at least one statement of the policy.")
    if READ not in edited.text:
        missing.append("Write one plain sentence in English.")
    return missing or _checked(policy, edited.topics, edited.verdict, edited.cite, edited.text)


def offered(policy: Policy, edited: Edited) -> str:
    """Return a sentence that the owner may want: the own one in plain words, or a first one; "" if there is none."""
    if (text := edited.text.get(READ, "")) and (plain := in_plain_words(text)) != text:
        return plain
    return "" if text or not edited.verdict else plain_sentence(policy, edited.cite, edited.verdict)


def problems_of(policy: Policy, entry: AnswerEntry, cite: Sequence[int]) -> tuple[str, ...]:
    """Return what the checker says about an entry. cite: the indexes of its statements. A draft may be incomplete."""
    if entry.verdict in (None, "silent") or not cite or READ not in entry.text:
        return ()
    return tuple(_checked(policy, entry.ids, str(entry.verdict), tuple(cite), entry.text))


def _checked(
    policy: Policy, topics: tuple[str, ...], verdict: str, cite: tuple[int, ...], text: Mapping[str, str]
) -> list[str]:
    return [f"It {what}." for what in check_answer(policy, ReviewedAnswer(topics, verdict, text, cite, ""))]

"""What is kept: the values, their limits, and the errors of keeping them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from bot.types import AskPolicyError, Outcome

REASONS = ("wrong", "incomplete", "unclear", "other")
MAX_COMMENT_CHARS = 500
MAX_QUESTION_CHARS = 20_000  # the limit for a request; the guard accepts less
# An owner's sentence is shown above the chat, where more would push the answers out of sight.
MAX_MESSAGE_CHARS = 500
# Outcomes of questions that a visitor can pass on to the owner. Greetings and empty questions ask nothing of a policy,
# and nothing is kept from a visitor who may be in danger.
UNANSWERED = (Outcome.NOT_COVERED, Outcome.OFF_TOPIC, Outcome.UNSUPPORTED_LANGUAGE)

# What a switch without a policy is for, in words.
ALL = "all policies"


def today() -> date:
    """Return the current day in UTC, which new rows get."""
    return now().date()


def now() -> datetime:
    """Return the current time in UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


class TooLongError(AskPolicyError):
    """A text is too long to be stored; its writer can shorten it."""


class FullError(AskPolicyError):
    """There is no room for more feedback; nothing was stored."""


class WordsFullError(AskPolicyError):
    """There is no room for more words; a verdict was stored without them."""


class KeepsNothingError(AskPolicyError):
    """The settings keep nothing from visitors; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One visitor's verdict on one answer.

    answer_id: the id that came with the answer; a store keeps only a digest of it.
    reason: one of REASONS, or None. comment: at most MAX_COMMENT_CHARS characters, or None.
    question: at most MAX_QUESTION_CHARS characters, or None if the visitor did not agree to share it.
    Raises TooLongError if a text is too long, AskPolicyError if the reason is unknown.
    """

    answer_id: str
    policy: str
    outcome: Outcome
    helpful: bool
    reason: str | None = None
    comment: str | None = None
    question: str | None = None
    day: date = field(default_factory=today)

    def __post_init__(self) -> None:
        if self.reason is not None and self.reason not in REASONS:
            raise AskPolicyError(f"The reason is unknown: use one of {', '.join(REASONS)}, or leave it out.")
        check_length("comment", self.comment, MAX_COMMENT_CHARS)
        check_length("question", self.question, MAX_QUESTION_CHARS)

    def to_json(self) -> dict[str, Any]:
        """Return everything that is kept about it."""
        return {
            "id": self.answer_id,
            "day": self.day.isoformat(),
            "policy": self.policy,
            "outcome": self.outcome,
            "helpful": self.helpful,
            "reason": self.reason,
            "comment": self.comment,
            "question": self.question,
        }


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without an answer that a visitor passed on to the owner.

    answer_id, question: as in `Feedback`. outcome: one of UNANSWERED.
    Raises TooLongError if the question is too long, AskPolicyError if the outcome is another.
    """

    answer_id: str
    policy: str
    outcome: Outcome
    question: str
    day: date = field(default_factory=today)

    def __post_init__(self) -> None:
        if self.outcome not in UNANSWERED:
            raise AskPolicyError(f"Only questions with the outcome {', '.join(UNANSWERED)} can be passed on.")
        check_length("question", self.question, MAX_QUESTION_CHARS)

    def to_json(self) -> dict[str, Any]:
        """Return everything that is kept of it."""
        return {
            "id": self.answer_id,
            "day": self.day.isoformat(),
            "policy": self.policy,
            "outcome": self.outcome,
            "question": self.question,
        }


@dataclass(frozen=True, slots=True)
class Count:
    """The number of questions with one policy, outcome, interface language and topic on one day.

    topic: the id of the most likely topic, or empty if there is none.
    """

    day: date
    policy: str
    outcome: Outcome
    language: str
    topic: str = ""
    number: int = 1

    def to_json(self) -> dict[str, Any]:
        """Return everything that is kept of it."""
        return {
            "day": self.day.isoformat(),
            "policy": self.policy,
            "outcome": self.outcome,
            "language": self.language,
            "topic": self.topic,
            "number": self.number,
        }


class SwitchKind(StrEnum):
    """What an owner can switch: `pause` stops the answers, `notice` shows a sentence above the chat."""

    PAUSE = "pause"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Switch:
    """A pause or a notice that is on.

    policy: its id, or empty for all policies. message: the owner's sentence; empty for a pause in our own words.
    until: when it ends, with a time zone, or None. Raises AskPolicyError if the message is missing or too long.
    """

    kind: SwitchKind
    policy: str = ""
    message: str = ""
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind is SwitchKind.NOTICE and not self.message.strip():
            raise AskPolicyError("A notice needs words: say what visitors should know.")
        if len(self.message) > MAX_MESSAGE_CHARS:
            raise AskPolicyError(
                f"The message has {len(self.message):,} characters: shorten it to {MAX_MESSAGE_CHARS} or fewer."
            )

    def is_on(self, at: datetime) -> bool:
        """Return whether it has not ended by itself."""
        return self.until is None or at < self.until

    def in_words(self) -> str:
        """Return on one line what it is for, when it ends, and what it says."""
        until = f" until {self.until.isoformat()}" if self.until else ""
        said = f": “{self.message}”" if self.message else ""
        return f"{self.kind} on for {self.policy or ALL}{until}{said}"

    def to_json(self) -> dict[str, Any]:
        """Return everything that is kept of it."""
        return {
            "switch": self.kind,
            "policy": self.policy or None,
            "message": self.message,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class Audited:
    """What somebody who runs the service did. who: the name of a system user. what: one line of words."""

    who: str
    what: str
    at: datetime = field(default_factory=now)

    def to_json(self) -> dict[str, Any]:
        """Return everything that is kept of it."""
        return {"at": self.at.isoformat(), "who": self.who, "what": self.what}


def check_length(name: str, text: str | None, limit: int) -> None:
    """Raise TooLongError if a text has more than `limit` characters."""
    if text is not None and len(text) > limit:
        raise TooLongError(f"The {name} has {len(text):,} characters: shorten it to {limit:,} or fewer.")

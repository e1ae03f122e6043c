"""The core types of AskPolicy. This module imports nothing else of the project.

All offsets count Unicode code points in the policy text and are half open: `text[start:end]`.
All scores say in their name what they are; none is ever overwritten by another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class AskPolicyError(Exception):
    """A failure that a user can mend: its message is one clear sentence that says how."""


class Outcome(StrEnum):
    """Every way in which a question can end. A closed set with fixed wording for each."""

    ANSWERED = "answered"
    NOT_COVERED = "not_covered"
    OFF_TOPIC = "off_topic"
    SMALL_TALK = "small_talk"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; `headings` runs from the outermost to its own."""

    id: str
    headings: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of citation: `policy.text[start:end] == text`, always."""

    index: int
    section_id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as published: its text unchanged, and where its sections and sentences stand in it."""

    id: str
    title: str
    site: str
    url: str | None
    effective: str | None
    updated: str | None
    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    sha256: str
    contacts: tuple[Contact, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def section(self, section_id: str) -> Section:
        """The section with this id; KeyError where there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def next_steps(self, outcome: Outcome) -> tuple[Contact, ...]:
        """Where a visitor goes after this outcome, in the order of the policy's contacts; often nowhere."""
        return tuple(contact for contact in self.contacts if contact.role in _NEXT_ROLES.get(outcome, ()))


@dataclass(frozen=True, slots=True)
class Caveat:
    """What the owner wants said beside a sentence, since that sentence alone would mislead.

    of: the sentence's index. cite: the sentences that follow it. unless: where one of these is cited, it is said.
    """

    of: int
    cite: tuple[int, ...]
    unless: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a visitor goes next. `url` is None where the owner has not confirmed an address.

    names: the name in other languages than English, by language code.
    """

    role: str  # "policy_questions" | "search" | "chatbot"
    name: str
    url: str | None
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def name_in(self, language: str) -> str:
        """The name in a language, the English one where the owner gave no other."""
        return self.names.get(language, self.name)


_NEXT_ROLES = {
    Outcome.NOT_COVERED: ("policy_questions",),
    Outcome.UNSUPPORTED_LANGUAGE: ("policy_questions",),
    Outcome.ERROR: ("policy_questions",),
    Outcome.OFF_TOPIC: ("search", "chatbot"),
    Outcome.SMALL_TALK: ("search", "chatbot"),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence and the text that is indexed for it.

    `policy.text[start:end] == text`; `context` adds the heading and is what the models read. index: its place among
    the policy's passages, from 0.
    """

    index: int
    id: str
    policy_id: str
    section_id: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    context: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was looked at for a question, kept or not.

    similarity: cosine of question and passage, -1 to 1.
    relevance: calibrated probability that the passage belongs into the answer, 0 to 1.
    """

    passage: Passage
    similarity: float
    relevance: float


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the visitor should know about the question as typed, e.g. personal data in it."""

    code: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of the policy, exactly as they stand there, and a link that opens them on the live page."""

    number: int
    passage_id: str
    headings: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None

    @property
    def section(self) -> str:
        """The innermost heading; empty if there is none."""
        return self.headings[-1] if self.headings else ""

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "number": self.number,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "section": self.section,
            "passage_id": self.passage_id,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """Which policy an answer was given from; `version` is the first 12 digits of its sha256."""

    id: str
    version: str
    effective: str | None
    updated: str | None

    @classmethod
    def of(cls, policy: Policy) -> PolicyVersion:
        """Name the version of a policy."""
        return cls(policy.id, policy.sha256[:12], policy.effective, policy.updated)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for a question, in no language yet.

    confidence: estimated probability, 0 to 1, that the outcome is the right one.
    hits: all passages that were considered, best first. yes_no: "yes", "no", "depends", or None if not certain.
    """

    outcome: Outcome
    confidence: float
    hits: tuple[Hit, ...] = ()
    citations: tuple[Citation, ...] = ()
    yes_no: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor gets. `answered` if and only if it has citations: enforced here.

    opening: the bot's own words: those before the quotes, often none; without citations, all that is said.
    confidence: estimated probability, 0 to 1, that the outcome is the right one.
    seconds: wall time from question to answer.
    hits: all passages that were considered, best first; not part of the JSON.
    language: code of the language of `opening`; the quotes are in the policy's own.
    """

    question: str
    outcome: Outcome
    opening: str
    citations: tuple[Citation, ...]
    warnings: tuple[Warning, ...]
    confidence: float
    policy_version: PolicyVersion
    seconds: float
    hits: tuple[Hit, ...] = field(default=(), repr=False, compare=False)
    language: str = "en"

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.ANSWERED) != bool(self.citations):
            raise ValueError(
                f"an answer is 'answered' if and only if it has citations; "
                f"got {self.outcome} with {len(self.citations)}"
            )

    @property
    def text(self) -> str:
        """All of it as one text: the opening, then each quote with its number."""
        return answer_text(self.opening, self.citations)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape; fields are added to it, never renamed."""
        return {
            "question": self.question,
            "outcome": str(self.outcome),
            "text": self.text,
            "opening": self.opening,
            "language": self.language,
            "citations": [citation.to_json() for citation in self.citations],
            "warnings": [{"code": w.code, "kinds": list(w.kinds)} for w in self.warnings],
            "confidence": round(self.confidence, 4),
            "policy": {
                "id": self.policy_version.id,
                "version": self.policy_version.version,
                "effective": self.policy_version.effective,
                "updated": self.policy_version.updated,
            },
            "seconds": round(self.seconds, 6),
        }


def answer_text(opening: str, citations: Sequence[Citation]) -> str:
    """Join the opening, which may be empty, and each quote with its number."""
    quotes = (f"{' '.join(c.quote.split())} [{c.number}]" for c in citations)
    return " ".join([*([opening] if opening else []), *quotes])

"""The core types of AskPolicy. This module imports no other module of the project.

All offsets count Unicode code points in the policy text and are half-open: `text[start:end]`.
Each score has a name that says what it measures, and no step overwrites the score of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class AskPolicyError(Exception):
    """A failure that a user can fix. The message says in one clear sentence what is wrong and how to fix it."""


class Outcome(StrEnum):
    """Every possible outcome of a question: a closed set, with a fixed text for each."""

    ANSWERED = "answered"
    NOT_COVERED = "not_covered"
    OFF_TOPIC = "off_topic"
    SMALL_TALK = "small_talk"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    ERROR = "error"


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text under it. headings: from the outermost heading to the section's own."""

    id: str
    headings: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement, the unit of citation. `policy.text[start:end] == text` always holds.

    context: spans of the words that govern it, outermost first: the line above a list, outer items, the heads of a
    table's columns, the question that it answers.
    """

    index: int
    section_id: str
    text: str
    start: int
    end: int
    context: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as published: the unchanged text, and the offsets of its sections and sentences."""

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
        """Return the section with this id. Raises KeyError if the policy has no such section."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def next_steps(self, outcome: Outcome) -> tuple[Contact, ...]:
        """Return the contacts to offer after this outcome, in the policy's order. Often empty."""
        return tuple(contact for contact in self.contacts if contact.role in _NEXT_ROLES.get(outcome, ()))


@dataclass(frozen=True, slots=True)
class Caveat:
    """Sentences that must be cited together with another one, because that one alone would mislead.

    of: index of the misleading sentence. cite: indexes of the sentences to add. unless: if one of these is cited,
    nothing is added, because it says the same.
    """

    of: int
    cite: tuple[int, ...]
    unless: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A place to send the visitor next. `url` is None if the owner has not confirmed an address.

    names: the name in languages other than English, by language code.
    """

    role: str  # "policy_questions" | "search" | "chatbot"
    name: str
    url: str | None
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def name_in(self, language: str) -> str:
        """Return the name in a language, or the English name if the owner gave none in that language."""
        return self.names.get(language, self.name)


_NEXT_ROLES = {
    Outcome.NOT_COVERED: ("policy_questions",),
    Outcome.UNSUPPORTED_LANGUAGE: ("policy_questions",),
    Outcome.ERROR: ("policy_questions",),
    Outcome.OFF_TOPIC: ("search", "chatbot"),
    Outcome.SMALL_TALK: ("search", "chatbot"),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the policy, exactly as they are there: `policy.text[start:end] == quote`."""

    quote: str
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {"quote": self.quote, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement and the text that is indexed for it.

    `policy.text[start:end] == text`. index: the position among the policy's passages, from 0. context: of the
    sentence. read_as: the heading, the context and the text; the models read this.
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


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was considered for a question, whether or not the answer cites it.

    similarity: cosine of question and passage, -1 to 1.
    relevance: calibrated probability that the passage belongs in the answer, 0 to 1.
    """

    passage: Passage
    similarity: float
    relevance: float


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the visitor should know about the question as typed, e.g., that it has personal data in it."""

    code: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote from the policy, and a link that opens it on the live page.

    context: the words that govern the quote, outermost first; the quote is never shown without them.
    """

    number: int
    passage_id: str
    headings: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None
    context: tuple[Quote, ...] = ()

    @property
    def section(self) -> str:
        """Return the innermost heading, or an empty string if there is none."""
        return self.headings[-1] if self.headings else ""

    @property
    def statement(self) -> str:
        """Return the context and the quote as one text."""
        return statement_text([words.quote for words in self.context], self.quote)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "number": self.number,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "context": [words.to_json() for words in self.context],
            "section": self.section,
            "passage_id": self.passage_id,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """The policy that an answer comes from. version: the first 12 hex digits of the sha256 of its text."""

    id: str
    version: str
    effective: str | None
    updated: str | None

    @classmethod
    def of(cls, policy: Policy) -> PolicyVersion:
        """Return the version of this policy."""
        return cls(policy.id, policy.sha256[:12], policy.effective, policy.updated)


@dataclass(frozen=True, slots=True)
class Findings:
    """The result for a question, before it is put into words.

    confidence: estimated probability, 0 to 1, that the outcome is correct.
    hits: all passages that were considered, best first. yes_no: "yes", "no", "depends", or None if it is not certain.
    """

    outcome: Outcome
    confidence: float
    hits: tuple[Hit, ...] = ()
    citations: tuple[Citation, ...] = ()
    yes_no: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a visitor. Raises ValueError unless the outcome is `answered` exactly if there are citations.

    opening: the bot's own words before the quotes, often empty; the whole text if there are no citations.
    confidence: estimated probability, 0 to 1, that the outcome is correct.
    seconds: wall time from question to answer.
    hits: all passages that were considered, best first; not part of the JSON.
    language: code of the language of `opening`; the quotes are in the policy's language.
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
        """Return the whole answer as one text: the opening, then each quote with its number."""
        return answer_text(self.opening, self.citations)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape. New versions may add fields but never rename one."""
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
    """Join the opening, which may be empty, and each quote with its context and its number."""
    statements = (f"{citation.statement} [{citation.number}]" for citation in citations)
    return " ".join([*([opening] if opening else []), *statements])


def statement_text(context: Sequence[str], quote: str) -> str:
    """Join the context and the words of a statement; each cell of a table's row follows the head of its column."""
    context = [" ".join(words.split()) for words in context]
    quote = " ".join(quote.split())
    heads, cells = (words.split(" | ") for words in (context[-1] if context else "", quote))
    if len(cells) > 1 and len(heads) == len(cells):
        quote = "; ".join(f"{head}: {cell}" for head, cell in zip(heads, cells, strict=True))
        context.pop()
    return " ".join([*(words if words[-1] in _ENDS else f"{words}:" for words in context), quote])


# What ends in one of these needs no colon before what it introduces.
_ENDS = frozenset(":：.?？!,;—–…-")

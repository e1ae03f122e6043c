"""The core types of AskPolicy. This module imports no other module of the project.

All offsets count Unicode code points in the policy text and are half-open: `text[start:end]`.
Each score has a name that says what it measures, and no step overwrites the score of another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple
from urllib.parse import quote as percent_encoded


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
    URGENT = "urgent"
    ERROR = "error"


# What a visitor does who asks nothing of the policy: the values of `Answer.act`.
ACTS = (
    "greeting",
    "thanks",
    "goodbye",
    "acknowledgment",
    "human",
    "complaint",
    "why",
    "more",
    "shorter",
    "about_chat",
    "chat_privacy",
    "whole_policy",
    "gibberish",
)


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

    context: spans of the words that it is read with, in the order of the text: what governs it (the line above a list,
    outer items, the words below a list that end its sentence, the heads of a table's columns, the question that it
    answers), and the sentences around it. neighbors: the part of the context that is sentences of their own: the
    statement points back to them, or they limit it.
    """

    index: int
    section_id: str
    text: str
    start: int
    end: int
    context: tuple[Span, ...] = ()
    neighbors: tuple[Span, ...] = ()


class Run(NamedTuple):
    """Equal stretches of two texts: `policy.text[start:start + length] == page.text[at:at + length]`."""

    start: int
    at: int
    length: int


@dataclass(frozen=True, slots=True)
class PageText:
    """What a browser shows of the page that a policy was read from; links to its words are matched against it.

    text: the whole page in order, menus included, with each block on a line of its own. runs: the places of the
    policy's text in it, in the order of the policy. ids: what the address of a place on the page may end in, with its
    offset.
    """

    text: str
    runs: tuple[Run, ...]
    ids: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a policy that lead somewhere. url: a web page, a mail address or a telephone number."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as published: the unchanged text, and the offsets of its sections and sentences.

    page: the page it was read from, None if it was no page. pages: where the pages of a PDF start.
    names: of the owner and its site, apart from `site`. language: the code of the text's language. facts: for each kind
    of statement about the policy itself, such as `email`, the indexes of the sentences (see `bot.policies.facts`).
    public_records: whether what visitors send is a public record. wording: the owner's own fixed texts, by language.
    reviewed: the answers that the owner has approved. routes: where to go with questions about something else.
    changes: what is new since the version before, None if that is not known. languages: those that the chat is offered
    in, empty for all.
    """

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
    page: PageText | None = None
    pages: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
    names: tuple[str, ...] = ()
    language: str = "en"
    facts: Mapping[str, tuple[int, ...]] = field(default_factory=dict, hash=False)
    public_records: bool = False
    wording: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict, hash=False)
    reviewed: tuple[ReviewedAnswer, ...] = ()
    routes: tuple[Route, ...] = ()
    changes: Changes | None = None
    languages: tuple[str, ...] = ()

    def section(self, section_id: str) -> Section:
        """Return the section with this id. Raises KeyError if the policy has no such section."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def context_of(self, sentence: Sentence) -> tuple[Quote, ...]:
        """Return the words that a statement is read with, in the order of the text."""
        spans = sentence.context
        return tuple(
            Quote(self.text[start:end], start, end, (start, end) in sentence.neighbors) for start, end in spans
        )

    def next_steps(self, outcome: Outcome, act: str | None = None, question: str = "") -> tuple[Contact, ...]:
        """Return the contacts to offer after this outcome. Often empty.

        act: what the visitor does, one of ACTS, or None. question: what to search for, see `Answer.to_search`. The link
        of a search then carries it. After `not_covered`, a search is only offered with it.
        """
        if outcome in _ASKS_OWNER or act in _ACTS_FOR_OWNER:
            searches = self._with_role("search") if outcome is Outcome.NOT_COVERED and question else ()
            steps = (*self.owner_contacts(), *searches)
        else:
            steps = self._with_role(*_NEXT_ROLES.get(outcome, ()))
        return tuple(search_link(contact, question) for contact in steps)

    def places_after(self, answer: Answer) -> tuple[Contact, ...]:
        """Return where an answer sends the visitor, the best place first: its route, then the contacts to offer."""
        return answer.route_first(self.next_steps(answer.outcome, answer.act, answer.to_search))

    def owner_contacts(self) -> tuple[Contact, ...]:
        """Return whom to ask about the policy: what the owner names for that, otherwise any way to reach the owner."""
        return self._with_role("policy_questions") or self._with_role(*OWNER_ROLES)

    def _with_role(self, *roles: str) -> tuple[Contact, ...]:
        """Return the contacts with one of these roles, in the policy's order."""
        return tuple(contact for contact in self.contacts if contact.role in roles)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version of a policy changed. before: the version before it.

    date: of the change, as the policy gives it, otherwise the day on which the version came into use. statements: the
    indexes of the statements that are new or say something else. removed: how many are gone.
    """

    before: str
    date: str
    statements: tuple[int, ...]
    removed: int


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
class ReviewedAnswer:
    """What the policy says on some topics, in a plain sentence that the owner has approved.

    topics: ids, see `bot.topics`. verdict: one of VERDICTS, for the question as the first topic asks it. text: the
    plain sentence by language code, always in English. cite: indexes of the statements to cite, the best answer first,
    then the others in reading order, caveats included. Both are empty if the verdict is `silent`. reviewed: the date of
    the review.
    """

    topics: tuple[str, ...]
    verdict: str
    text: Mapping[str, str]
    cite: tuple[int, ...]
    reviewed: str

    def in_language(self, language: str) -> str:
        """Return the plain sentence in a language, or in English if there is none."""
        return self.text.get(language, self.text["en"])


# `partly`: the policy answers a part of the question, and the sentence says which part it leaves open. `silent`: it
# says nothing about it.
VERDICTS = ("yes", "no", "depends", "stated", "partly", "silent")


@dataclass(frozen=True, slots=True)
class Contact:
    """A place to send the visitor next. `url` (https:, mailto: or tel:) is None if the owner has not confirmed one.

    names: the name in languages other than English, by language code. search_url: the address of a search, with
    `{question}` in place of the words to search for. checked: the day on which the owner checked that the place exists.
    """

    role: str  # one of ROLES; ROUTE for a route
    name: str
    url: str | None
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    search_url: str | None = None
    checked: str | None = None

    def name_in(self, language: str) -> str:
        """Return the name in a language, or the English name if the owner gave none in that language."""
        return self.names.get(language, self.name)


def search_link(contact: Contact, question: str) -> Contact:
    """Return the contact with a link that searches for a cleaned question, at most MAX_SEARCH_CHARS of it.

    The marks of removed personal data, such as `[phone number]`, are left out. Returns the contact unchanged if it has
    no search that takes a question, or if no words are left.
    """
    if contact.search_url is None:
        return contact
    words = " ".join(_REMOVED.sub(" ", question).split())
    if len(words) > MAX_SEARCH_CHARS:
        whole, _, _ = words[: MAX_SEARCH_CHARS + 1].rpartition(" ")
        words = whole or words[:MAX_SEARCH_CHARS]
    if not any(map(str.isalnum, words)):
        return contact
    return replace(
        contact, url=contact.search_url.replace(SEARCH_WORDS, percent_encoded(words, safe="", errors="ignore"))
    )


# The longest question in a link, in characters before they are encoded. Servers refuse addresses that are far longer.
MAX_SEARCH_CHARS = 200
SEARCH_WORDS = "{question}"
# What the guard writes in place of personal data, see `bot.guard.personal_data`.
_REMOVED = re.compile(r"\[[a-z][a-z ]{0,40}\]")


@dataclass(frozen=True, slots=True)
class Route:
    """Where to go with questions about something else, such as another office.

    id: what visitor questions name it by. contact: the place, with the role ROUTE.
    """

    id: str
    contact: Contact


# The role of a route's contact. A manifest cannot give it to its own contacts.
ROUTE = "route"
# Ways to reach the owner, the best first for a question about the policy.
OWNER_ROLES = ("email", "form", "phone", "data_protection_officer", "data_controller", "representative", "post")
# An `emergency` contact is offered to a visitor who may be in danger.
ROLES = ("policy_questions", "search", "chatbot", "emergency", *OWNER_ROLES)
_ASKS_OWNER = frozenset({Outcome.NOT_COVERED, Outcome.UNSUPPORTED_LANGUAGE, Outcome.ERROR})
_ACTS_FOR_OWNER = frozenset({"human", "complaint"})
_NEXT_ROLES = {
    Outcome.URGENT: ("emergency",),
    Outcome.OFF_TOPIC: ("search", "chatbot"),
    Outcome.SMALL_TALK: ("search", "chatbot"),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the policy, exactly as they are there: `policy.text[start:end] == quote`.

    is_neighbor: for context, whether the words are sentences of their own, not part of the statement's sentence.
    """

    quote: str
    start: int
    end: int
    is_neighbor: bool = False

    @property
    def span(self) -> Span:
        """Return where the words are."""
        return Span(self.start, self.end)

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

    context: the words that the quote is read with, in the order of the policy; it is never shown without them.
    links: the words of the quote that lead somewhere, in order.
    """

    number: int
    passage_id: str
    headings: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None
    context: tuple[Quote, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def section(self) -> str:
        """Return the innermost heading, or an empty string if there is none."""
        return self.headings[-1] if self.headings else ""

    @property
    def pieces(self) -> tuple[tuple[str, str | None], ...]:
        """Return the quote in pieces, each with the address that it leads to, if any."""
        pieces: list[tuple[str, str | None]] = []
        at = self.start
        for link in self.links:
            pieces += [(self.quote[at - self.start : link.start - self.start], None)]
            pieces += [(self.quote[link.start - self.start : link.end - self.start], link.url)]
            at = link.end
        return tuple(piece for piece in (*pieces, (self.quote[at - self.start :], None)) if piece[0])

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
            "links": [
                {
                    "text": self.quote[link.start - self.start : link.end - self.start],
                    "start": link.start,
                    "end": link.end,
                    "url": link.url,
                }
                for link in self.links
            ],
        }


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """The policy that an answer comes from. version: the first 12 hex digits of the sha256 of its text."""

    id: str
    version: str
    effective: str | None
    updated: str | None
    language: str = "en"

    @classmethod
    def of(cls, policy: Policy) -> PolicyVersion:
        """Return the version of this policy."""
        return cls(policy.id, policy.sha256[:12], policy.effective, policy.updated, policy.language)


@dataclass(frozen=True, slots=True)
class Findings:
    """The result for a question, before it is put into words.

    confidence: estimated probability, 0 to 1, that the outcome is correct.
    hits: all passages that were considered, best first. yes_no: "yes", "no", "depends", or None if it is not certain.
    related: the nearest statements, which do not answer the question; only if nothing is cited. topics: ids of what is
    asked, the most likely first. silent_on: ids of the topics that the policy certainly does not mention. act: one of
    ACTS. route: where to go with a question about something else. reviewed: the owner's answer, or the one on the
    nearest subject if nothing is cited. suggestions: questions that the policy answers. changes: if the
    question is what changed in the policy.
    """

    outcome: Outcome
    confidence: float
    hits: tuple[Hit, ...] = ()
    citations: tuple[Citation, ...] = ()
    yes_no: str | None = None
    related: tuple[Citation, ...] = ()
    topics: tuple[str, ...] = ()
    silent_on: tuple[str, ...] = ()
    act: str | None = None
    route: Contact | None = None
    reviewed: ReviewedAnswer | None = None
    suggestions: tuple[str, ...] = ()
    changes: Changes | None = None


# An answer with lower confidence may not be one to the question.
_UNSURE = 0.7


class AnswerPart(NamedTuple):
    """One of several questions that were asked at once. citations: the numbers of the citations that answer it."""

    question: str
    outcome: Outcome
    opening: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a visitor. Raises ValueError unless the outcome is `answered` exactly if there are citations.

    opening: the bot's own words before the quotes, often empty; the whole text if there are no citations.
    confidence: estimated probability, 0 to 1, that the outcome is correct.
    seconds: wall time from question to answer.
    hits: all passages that were considered, best first; not part of the JSON.
    language: code of the language of `opening`; the quotes are in the policy's language.
    verdict: "yes", "no" or "depends", if the opening says so. reviewed: when the owner approved the opening.
    completeness: "complete" or "partial" for a reviewed answer. related: the nearest statements, which are no answer;
    none if the outcome is `answered`. topics: ids of what is asked. suggestions: questions that this policy answers.
    read_as: the question as it was understood, if its spelling was corrected or an earlier question was needed.
    parts: if several questions were asked at once. act: one of ACTS, with `small_talk`. route: where to go with a
    question about something else, with `off_topic`. silent_on: ids of the topics that the policy certainly does not
    mention, with `not_covered`; not part of the JSON.
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
    verdict: str | None = None
    reviewed: str | None = None
    completeness: str | None = None
    related: tuple[Citation, ...] = ()
    topics: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    read_as: str | None = None
    parts: tuple[AnswerPart, ...] = ()
    act: str | None = None
    route: Contact | None = None
    silent_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.ANSWERED) != bool(self.citations):
            raise ValueError(
                f"an answer is 'answered' if and only if it has citations; "
                f"got {self.outcome} with {len(self.citations)}"
            )
        if self.citations and self.related:
            raise ValueError("an answer with citations has no related statements")

    @property
    def text(self) -> str:
        """Return the whole answer as one text: the opening, then each quote with its number."""
        if not self.parts:
            return answer_text(self.opening, self.citations)
        lines = []
        for part in self.parts:
            cited = [citation for citation in self.citations if citation.number in part.citations]
            lines.append(f"{part.question} {answer_text(part.opening, cited)}")
        return "\n".join(lines)

    @property
    def to_search(self) -> str:
        """Return what a search may look for: the question if it is about something else, or if the policy perhaps
        answers it; otherwise "".
        """
        unsure = self.outcome is Outcome.NOT_COVERED and not self.silent_on
        return self.question if unsure or self.outcome is Outcome.OFF_TOPIC else ""

    @property
    def is_doubtful(self) -> bool:
        """Return whether the answer may not be one to the question."""
        return self.outcome is Outcome.ANSWERED and self.confidence < _UNSURE

    def route_first(self, contacts: Sequence[Contact]) -> tuple[Contact, ...]:
        """Return the route, if any, and the contacts, each place once."""
        if (route := self.route) is None:
            return tuple(contacts)
        return (route, *(c for c in contacts if (c.url != route.url if c.url else c.name != route.name)))

    @property
    def shown(self) -> list[tuple[Citation, list[Part]]]:
        """Return each citation with the parts to show of its statement; without citations, each related statement."""
        shown = self.citations or self.related
        return list(zip(shown, shown_parts(shown), strict=True))

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape. New versions may add fields but never rename one."""
        return {
            "question": self.question,
            "outcome": str(self.outcome),
            "text": self.text,
            "opening": self.opening,
            "language": self.language,
            "citations": [citation.to_json() for citation in self.citations],
            "verdict": self.verdict,
            "reviewed": self.reviewed,
            "completeness": self.completeness,
            "related": [citation.to_json() for citation in self.related],
            "topics": list(self.topics),
            "suggestions": list(self.suggestions),
            "read_as": self.read_as,
            "parts": [
                {
                    "question": part.question,
                    "outcome": str(part.outcome),
                    "opening": part.opening,
                    "citations": list(part.citations),
                }
                for part in self.parts
            ],
            "act": self.act,
            "route": {"name": self.route.name_in(self.language), "url": self.route.url} if self.route else None,
            "warnings": [{"code": w.code, "kinds": list(w.kinds)} for w in self.warnings],
            "confidence": round(self.confidence, 4),
            "policy": {
                "id": self.policy_version.id,
                "version": self.policy_version.version,
                "effective": self.policy_version.effective,
                "updated": self.policy_version.updated,
                "language": self.policy_version.language,
            },
            "seconds": round(self.seconds, 6),
        }


class Part(NamedTuple):
    """Some words of a statement as it is shown.

    role: "quote"; "context"; or "head", of a column, before its cell. mark: what separates the words from what follows
    them if both are in one line.
    """

    words: str
    role: Literal["quote", "context", "head"]
    mark: str = ""

    @property
    def line(self) -> str:
        """Return the words in one line, with their mark."""
        return f"{_one_line(self.words)}{self.mark}"


def answer_text(opening: str, citations: Sequence[Citation]) -> str:
    """Join the opening, which may be empty, and each quote with its context and its number."""
    lines = [opening] if opening else []
    for citation, parts in zip(citations, shown_parts(citations), strict=True):
        lines += [*(part.line for part in parts), f"[{citation.number}]"]
    return " ".join(lines)


def shown_parts(citations: Sequence[Citation]) -> list[list[Part]]:
    """Return for each citation of an answer the parts to show, in the order of the policy.

    Context is left out if the citations before show the same words directly before, or if the next one quotes them.
    """
    shown: list[Span] = []
    result = []
    for number, citation in enumerate(citations, start=1):
        following = citations[number] if number < len(citations) else None
        before = [words for words in citation.context if words.start < citation.start]
        after = [words for words in citation.context if words.start >= citation.end]
        spans = [words.span for words in before]
        known = next((n for n in range(len(spans), 0, -1) if shown[-n:] == spans[:n]), 0)
        if after and following and after[0].span == Span(following.start, following.end):
            after = []
        quote = Quote(citation.quote, citation.start, citation.end)
        result.append(statement_parts(quote, [*before[known:], *after]))
        shown += [*spans[known:], quote.span, *(words.span for words in after)]
    return result


def statement_parts(quote: Quote, context: Sequence[Quote]) -> list[Part]:
    """Return the parts of a statement; each cell of a table's row follows the head of its column."""
    before = [words for words in context if words.start < quote.start]
    after = [words for words in context if words.start >= quote.start]
    own = _row_parts(before[-1], quote) if before else []
    if own:
        before.pop()
    else:
        own = [Part(quote.quote, "quote")]
    if after and after[0].is_neighbor:
        own[-1] = own[-1]._replace(mark=_mark(quote.quote, "."))
    return [
        *(Part(words.quote, "context", _mark(words.quote, "." if words.is_neighbor else ":")) for words in before),
        *own,
        *(Part(words.quote, "context") for words in after),
    ]


def statement_text(quote: Quote, context: Sequence[Quote]) -> str:
    """Return a statement in one line."""
    return " ".join(part.line for part in statement_parts(quote, context))


def _row_parts(above: Quote, quote: Quote) -> list[Part]:
    """Return each cell of a row behind the head of its column; nothing if the words above are not the row's heads."""
    heads, cells = ([_one_line(cell) for cell in words.quote.split("|")] for words in (above, quote))
    if len(cells) == 1 or len(heads) != len(cells):
        return []
    filled = [(head, cell) for head, cell in zip(heads, cells, strict=True) if cell]
    parts = []
    for number, (head, cell) in enumerate(filled, start=1):
        if head:
            parts.append(Part(f"{head}:", "head"))
        parts.append(Part(f"{cell};" if number < len(filled) else cell, "quote"))
    return parts


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _mark(words: str, mark: str) -> str:
    """Return the mark to put between words and what follows them: none if they end in one."""
    return "" if words[-1] in _ENDS or words.rstrip(_CLOSERS)[-1:] in _ENDS else mark


# What ends in one of these needs no mark before what follows it, nor does what has one before a closing quote.
_ENDS = frozenset(":：.。?？!！,;—–…-")
_CLOSERS = "\"'”’)]"

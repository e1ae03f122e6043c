"""A policy as published, and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.types.contact import OWNER_ROLES, Contact, Route, search_link
from bot.types.outcome import Outcome
from bot.types.review import Caveat, ReviewedAnswer
from bot.types.spans import Link, Quote, Span

# The outcomes and acts after which the visitor can ask the owner, and the roles of the contacts that help after others.
_ASKS_OWNER = frozenset({Outcome.NOT_COVERED, Outcome.UNSUPPORTED_LANGUAGE, Outcome.ERROR})
_ACTS_FOR_OWNER = frozenset({"human", "complaint", "doubt", "source", "concern"})
_NEXT_ROLES = {
    Outcome.URGENT: ("emergency",),
    Outcome.OFF_TOPIC: ("search", "chatbot"),
    Outcome.SMALL_TALK: ("search", "chatbot"),
}


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

    index: the position among the policy's statements, from 0.
    context: spans of the words that it is read with, in the order of the text. Some govern it: the line above a list,
    outer items, the words below a list that end its sentence, the column headers of a table, or the question that it
    answers. The others are neighbors.
    neighbors: the sentences in the context that the statement depends on, or that limit it.
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

    text: the whole page in order, menus included, with each block on a line of its own.
    runs: the places of the policy's text in it, in the order of the policy.
    ids: the offset and the name of each place that an address may point to, as in `https://example.org/page#name`.
    """

    text: str
    runs: tuple[Run, ...]
    ids: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version of a policy changed.

    before: the version before it.
    date: when the policy changed, as it says itself; otherwise, the day on which the version came into use.
    statements: indexes of the statements that are new or have changed.
    removed: how many statements are gone.
    """

    before: str
    date: str
    statements: tuple[int, ...]
    removed: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as published: the unchanged text, and the offsets of its sections and statements.

    site: the name of the site, such as "Mass.gov".
    effective, updated: dates, ISO 8601 if they are certain.
    sentences: the statements, in the order of the text.
    sha256: of the text.
    page: the page that it was read from, or None.
    pages: the offsets at which the pages of a PDF start.
    links: words of the policy that lead somewhere.
    names: other names of the owner and its site.
    language: code of the text's language.
    facts: indexes of the statements about the policy itself, by kind, such as `email`: see `bot.policies.facts`.
    public_records: whether what visitors send is a public record.
    wording: the owner's own fixed texts, by language, table and key: see `bot.policies.wording`.
    reviewed: the answers that the owner has approved.
    routes: where to go with questions about something else.
    changes: what changed since the version before, None if that is not known.
    languages: codes of the languages that the chat is offered in, empty for all.
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

        act: what the visitor does, one of ACTS, or None.
        question: what the link of a search looks for: see `Answer.to_search`. After `not_covered`, a search is offered
            only if there is one.
        """
        if outcome in _ASKS_OWNER or act in _ACTS_FOR_OWNER:
            searches = self._with_role("search") if outcome is Outcome.NOT_COVERED and question else ()
            steps = (*self.owner_contacts(), *searches)
        else:
            steps = self._with_role(*_NEXT_ROLES.get(outcome, ()))
            if act == "trouble":
                steps += self.owner_contacts()
        return tuple(search_link(contact, question) for contact in steps)

    def owner_contacts(self) -> tuple[Contact, ...]:
        """Return whom to ask about the policy: the contact that the owner names for that, or any way to reach them."""
        return self._with_role("policy_questions") or self._with_role(*OWNER_ROLES)

    def _with_role(self, *roles: str) -> tuple[Contact, ...]:
        """Return the contacts with one of these roles, in the policy's order."""
        return tuple(contact for contact in self.contacts if contact.role in roles)


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

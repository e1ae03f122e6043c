"""What is found for a question, and the reply to the visitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.types.citation import Citation, answer_text, shown_parts
from bot.types.contact import Contact
from bot.types.outcome import Outcome
from bot.types.passage import Hit
from bot.types.policy import Changes, Policy, PolicyVersion
from bot.types.review import ReviewedAnswer
from bot.types.statement import Part

# An answer with a lower confidence may not answer the question.
_UNSURE = 0.7
# An answer on these topics comes with the owner's contacts. A quote such as "use this form" has no address.
_ANSWERED_WITH_CONTACTS = frozenset(
    "contact-privacy contact-email contact-mail contact-phone data-protection-officer complain-where".split()
)


@dataclass(frozen=True, slots=True)
class Findings:
    """The result for a question, before it is put into words.

    confidence: estimated probability, 0 to 1, that the outcome is correct.
    hits: all passages that were considered, in answering order.
    yes_no: "yes", "no", "depends", or None if it is not certain.
    related: the nearest statements, which do not answer the question; only if nothing is cited.
    topics: ids of the topics that the question asks about, the most likely first.
    silent_on: ids of the topics that the policy certainly does not mention.
    act: one of ACTS.
    route: where to go with a question about something else.
    reviewed: the owner's answer, or the one on the nearest subject if nothing is cited.
    suggestions: questions that the policy answers.
    changes: what changed in the policy, if the question asks for that.
    list_goes_on: whether only a part of the list that is asked for is cited.
    nearly: whether the policy probably answers the question, although not certainly enough to say so.
    repeated: whether the answer to the question before was the same.
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
    list_goes_on: bool = False
    nearly: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class QuestionWarning:
    """Something the visitor should know about the question as typed, e.g., that it has personal data in it."""

    code: str
    kinds: tuple[str, ...] = ()


class AnswerPart(NamedTuple):
    """One of several questions that were asked at once. Fields that are not explained here are as in an `Answer` to
    this question alone.

    citations: the numbers of the citations that answer it.
    related: numbered after the citations of the whole answer; a statement that is cited there keeps its number.
    read_as: the question, completed with words from the one before, if it leaves out any.
    to_search: not part of the JSON.
    """

    question: str
    outcome: Outcome
    opening: str
    citations: tuple[int, ...]
    act: str | None = None
    to_search: str = ""
    route: Contact | None = None
    confidence: float = 1.0
    verdict: str | None = None
    reviewed: str | None = None
    completeness: str | None = None
    related: tuple[Citation, ...] = ()
    read_as: str | None = None

    def to_json(self, language: str) -> dict[str, Any]:
        """Return the public JSON shape. language: that of the route's name."""
        return {
            "question": self.question,
            "outcome": str(self.outcome),
            "opening": self.opening,
            "citations": list(self.citations),
            "verdict": self.verdict,
            "reviewed": self.reviewed,
            "completeness": self.completeness,
            "related": [citation.to_json() for citation in self.related],
            "read_as": self.read_as,
            "act": self.act,
            "route": _route_json(self.route, language),
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a visitor. Raises ValueError unless it has citations if and only if its outcome is `answered`.

    question: as the guard cleaned it.
    opening: the bot's own words before the quotes, often empty; the whole text if there are no citations.
    confidence: estimated probability, 0 to 1, that the outcome is correct.
    seconds: wall time from question to answer.
    hits: all passages that were considered, in answering order; not part of the JSON.
    language: code of the language of `opening`; the quotes are in the policy's language.
    verdict: "yes", "no" or "depends", if the opening says so.
    reviewed: the date on which the owner approved the opening.
    completeness: "complete" or "partial" for a reviewed answer with citations.
    related: the nearest statements, which do not answer; none if the outcome is `answered`.
    topics: ids of the topics that the question asks about, the most likely first.
    suggestions: questions that this policy answers.
    read_as: the question as it was understood, if its spelling was corrected or an earlier question was needed.
    parts: the answer to each question, if several were asked at once.
    act: one of ACTS, with `small_talk`.
    route: where to go with a question about something else, with `off_topic`.
    silent_on: ids of the topics that the policy certainly does not mention, with `not_covered`; not part of the JSON.
    """

    question: str
    outcome: Outcome
    opening: str
    citations: tuple[Citation, ...]
    warnings: tuple[QuestionWarning, ...]
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
        return "\n".join(f"{question} {answer.text}" for question, answer in self.by_question)

    @property
    def by_question(self) -> list[tuple[str, Answer]]:
        """Return each of several questions with the answer to it alone; "" and the answer itself if it is to one.

        What belongs to all of them, such as a warning or a suggestion, is not in any of these answers.
        """
        if not self.parts:
            return [("", self)]
        return [(part.question, self._answer_to(part)) for part in self.parts]

    def _answer_to(self, part: AnswerPart) -> Answer:
        return Answer(
            question=part.question,
            outcome=part.outcome,
            opening=part.opening,
            citations=tuple(citation for citation in self.citations if citation.number in part.citations),
            warnings=(),
            confidence=part.confidence,
            policy_version=self.policy_version,
            seconds=self.seconds,
            language=self.language,
            verdict=part.verdict,
            reviewed=part.reviewed,
            completeness=part.completeness,
            related=part.related,
            read_as=part.read_as,
            act=part.act,
            route=part.route,
        )

    @property
    def nearest(self) -> tuple[Citation, ...]:
        """Return the nearest statements, those of all parts, each once."""
        return tuple(dict.fromkeys([*self.related, *(near for part in self.parts for near in part.related)]))

    @property
    def to_search(self) -> str:
        """Return what a search may look for: the question as it was read, if it is about something else or if the
        policy may answer it; otherwise "".
        """
        unsure = self.outcome is Outcome.NOT_COVERED and not self.silent_on
        return (self.read_as or self.question) if unsure or self.outcome is Outcome.OFF_TOPIC else ""

    @property
    def is_doubtful(self) -> bool:
        """Return whether the answer may miss the question. Of several questions, the answer to each says so."""
        return not self.parts and self.outcome is Outcome.ANSWERED and self.confidence < _UNSURE

    def route_first(self, contacts: Sequence[Contact]) -> tuple[Contact, ...]:
        """Return the route, if any, and the contacts, each place once."""
        if (route := self.route) is None:
            return tuple(contacts)
        return (route, *(c for c in contacts if (c.url != route.url if c.url else c.name != route.name)))

    def next_steps(self, policy: Policy) -> tuple[Contact, ...]:
        """Return whom to ask instead, without the route. Of several questions, each that is not answered counts.

        An answer about how to reach the owner has the owner's contacts, unless its quotes have a link.
        """
        if not self.parts:
            linked = any(citation.links for citation in self.citations)
            if self.citations and not linked and not _ANSWERED_WITH_CONTACTS.isdisjoint(self.topics[:2]):
                return policy.owner_contacts()
            return policy.next_steps(self.outcome, self.act, self.to_search)
        routes = [part.route for part in self.parts if part.route and part.route != self.route]
        steps = [step for part in self.parts for step in policy.next_steps(part.outcome, part.act, part.to_search)]
        found: dict[str, Contact] = {}
        for step in (*routes, *steps):
            found.setdefault(step.name, step)
        return tuple(found.values())

    def places_to_go(self, policy: Policy) -> tuple[Contact, ...]:
        """Return where the answer sends the visitor, the best place first: its route, then the policy's contacts."""
        return self.route_first(self.next_steps(policy))

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
            "parts": [part.to_json(self.language) for part in self.parts],
            "act": self.act,
            "route": _route_json(self.route, self.language),
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


def _route_json(route: Contact | None, language: str) -> dict[str, str | None] | None:
    return {"name": route.name_in(language), "url": route.url} if route else None

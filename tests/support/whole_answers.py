"""Made-up answers that use every field, for the tests of the widget and the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.types import Answer, AnswerPart, Citation, Contact, Outcome, PolicyVersion, Quote

SECTION = "Dissemination of your personally identifiable information"
SELLING = "We do not sell any personally identifiable information collected through Mass.gov."
RECORDS = "For this reason, part or all of what you send us may be provided to a member of the public."
SHARING = "Information that you provide to us may be subject to disclosure under the Public Records Law."
COOKIES = "A session cookie is erased when your browser is closed."
FORMS = "Some of the forms on Mass.gov are not encrypted."
SUGGESTIONS = ("Who can see what I send you?", "Do you use cookies?", "How long do you keep my IP address?")
FORM = Contact("policy_questions", "the website policy questions form", "https://www.mass.gov/feedback")
SEARCH = Contact("search", "the search on Mass.gov", "https://search.mass.gov/?q=renew")
CHATBOT = Contact("chatbot", "the Ask MA chatbot", None)
RENEWAL = Contact("search", "the Registry of Motor Vehicles", "https://www.mass.gov/orgs/registry-of-motor-vehicles")
LIFELINE = Contact("emergency", "988 Suicide and Crisis Lifeline: call or text 988", "tel:988")
SAFELINK = Contact("emergency", "SafeLink, for domestic violence: 877-785-2020", "tel:+18777852020")
RESCUE = Contact("emergency", "911, in an emergency", None)


def cited(number: int, quote: str, start: int, context: Sequence[tuple[str, int]] = ()) -> Citation:
    """Return a citation whose context starts at the given offsets."""
    words = tuple(Quote(text, at, at + len(text)) for text, at in context)
    url = f"https://www.mass.gov/privacypolicy#:~:text={number}"
    return Citation(number, f"massgov-{number}", (SECTION,), quote, start, start + len(quote), url, words)


def _answer(question: str, outcome: Outcome, opening: str, **fields: Any) -> Answer:
    version = PolicyVersion("massgov", "274afae8a7c7", "2023-06-13", "2023-08-04")
    values = {"citations": (), "warnings": (), "confidence": 0.97, "seconds": 0.004, **fields}
    return Answer(question, outcome, opening, policy_version=version, **values)


REVIEWED = _answer(
    "do yuo sell my data and who gets it",
    Outcome.ANSWERED,
    "No. Mass.gov does not sell information that names you. What you send may become a public record.",
    citations=(cited(1, SELLING, 100), cited(2, RECORDS, 400, [(SHARING, 300)])),
    verdict="no",
    reviewed="2026-11-20",
    completeness="complete",
    suggestions=SUGGESTIONS,
    read_as="do you sell my data and who gets it",
)
SILENT = _answer(
    "Do you scan faces?",
    Outcome.NOT_COVERED,
    "I did not find this in the policy. The nearest passages are:",
    related=(cited(1, COOKIES, 900), cited(2, RECORDS, 400, [(SHARING, 300)])),
    confidence=0.6,
    suggestions=SUGGESTIONS[:2],
)
OFF_TOPIC = _answer(
    "How do I renew my license?",
    Outcome.OFF_TOPIC,
    "This chat answers questions about the Mass.gov Privacy Policy only. For your license, please use the Registry of "
    "Motor Vehicles.",
    route=RENEWAL,
    suggestions=SUGGESTIONS,
)
PARTS = _answer(
    "Do you sell my data, do you use them, do you scan faces, and do you read my mind?",
    Outcome.ANSWERED,
    "",
    citations=(cited(1, SELLING, 100), cited(2, RECORDS, 400, [(SHARING, 300)]), cited(3, COOKIES, 900)),
    parts=(
        AnswerPart("Do you sell my data?", Outcome.ANSWERED, "No.", (1, 2), verdict="no", reviewed="2026-11-20"),
        AnswerPart(
            "Do you use them?",
            Outcome.ANSWERED,
            "Yes, until you close your browser.",
            (3,),
            confidence=0.6,
            read_as="do you use cookies?",
        ),
        AnswerPart(
            "Do you scan faces?",
            Outcome.NOT_COVERED,
            "I did not find this in the policy.",
            (),
            confidence=0.6,
            related=(cited(4, FORMS, 1200), cited(2, RECORDS, 400, [(SHARING, 300)])),
        ),
        AnswerPart("Do you read my mind?", Outcome.NOT_COVERED, "The policy does not mention minds.", ()),
    ),
    suggestions=SUGGESTIONS[2:],
)
HUMAN = _answer(
    "I want to talk to a person",
    Outcome.SMALL_TALK,
    "No person reads this chat. You can reach one through the website policy questions form.",
    act="human",
    suggestions=SUGGESTIONS,
)
URGENT = _answer(
    "I want to hurt myself",
    Outcome.URGENT,
    "If you or someone else may be in danger, please get help right away. No person reads this chat.",
)
WHOLE = {
    "reviewed": REVIEWED,
    "silent": SILENT,
    "off topic": OFF_TOPIC,
    "parts": PARTS,
    "human": HUMAN,
    "urgent": URGENT,
}
_NEXT_STEPS = {
    Outcome.NOT_COVERED: (FORM,),
    Outcome.OFF_TOPIC: (RENEWAL, SEARCH, CHATBOT),
    Outcome.SMALL_TALK: (FORM,),
    Outcome.URGENT: (LIFELINE, SAFELINK, RESCUE),
}


def next_steps(outcome: Outcome) -> tuple[Contact, ...]:
    """Return the contacts to offer after an outcome."""
    return _NEXT_STEPS.get(outcome, ())


def steps_of(answer: Answer) -> tuple[Contact, ...]:
    """Return the contacts to offer with an answer, once each: for each of its parts."""
    outcomes = [part.outcome for part in answer.parts] or [answer.outcome]
    return tuple(dict.fromkeys(step for outcome in outcomes for step in next_steps(outcome)))


def as_sent(answer: Answer) -> dict[str, Any]:
    """Return the fields that the service sends for an answer, apart from its id."""
    steps = steps_of(answer)
    return {**answer.to_json(), "next_steps": [{"role": s.role, "name": s.name, "url": s.url} for s in steps]}

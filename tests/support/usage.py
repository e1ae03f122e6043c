"""What visitors of an imaginary service asked and gave, for the tests of reports."""

from __future__ import annotations

from datetime import date, timedelta

from bot.types import Outcome
from bot.usage.store import Store
from bot.usage.values import Count, Feedback, Unanswered, today

# Four subjects that the policy does not mention, with several wordings each.
ASKED = (
    ("how do i delete my account", "how do i close my account", "I want delete my account, where is button?"),
    ("has mass.gov ever been hacked", "were you ever hacked before", "have you guys been hacked lately"),
    ("are there ads on here", "do you show ads", "is there ads on this site"),
    ("how long does a persistent cookie last", "when does the persistant cookie expire"),
)
LONG_AGO = date(2000, 1, 1)
DAY = date(2026, 3, 1)


def day_before(days: int) -> date:
    """Return the day so many days ago."""
    return today() - timedelta(days=days)


def verdict(answer_id: str = "a1", **changes: object) -> Feedback:
    """Return a verdict on an answer of a small policy."""
    values: dict[str, object] = {"policy": "harbour", "outcome": Outcome.ANSWERED, "helpful": True, **changes}
    return Feedback(answer_id, **values)  # type: ignore[arg-type]


def unanswered(answer_id: str, question: str) -> Unanswered:
    """Return a question that was passed on."""
    return Unanswered(answer_id, "harbour", Outcome.NOT_COVERED, question, DAY)


def judged(question: str | None, outcome: Outcome = Outcome.NOT_COVERED, helpful: bool = False) -> Feedback:
    """Return a verdict with a shared question."""
    return Feedback(f"{question} {outcome} {helpful}", "massgov", outcome, helpful, question=question)


def fill(store: Store) -> None:
    """Store 11 questions on one policy and one, a month ago, on another, with eight verdicts and a question."""
    for outcome, number in ((Outcome.ANSWERED, 7), (Outcome.NOT_COVERED, 2), (Outcome.OFF_TOPIC, 1)):
        store.count(Count(today(), "massgov", outcome, "en", "account-delete", number))
    store.count(Count(today(), "massgov", Outcome.ANSWERED, "ht"))
    store.count(Count(day_before(30), "parks", Outcome.NOT_COVERED, "en"))
    for question in ASKED[0]:
        store.add(judged(question))
    store.add(judged("who won the game last night", Outcome.OFF_TOPIC, helpful=True))
    store.add(judged("how long do you keep my address", Outcome.ANSWERED, helpful=False))
    store.add(judged("do you sell my data", Outcome.ANSWERED, helpful=True))
    store.add(judged("hello there", Outcome.SMALL_TALK, helpful=True))
    store.add(Feedback("n1", "massgov", Outcome.ANSWERED, False, "incomplete", comment="<b>Not</b> all of it."))
    store.add(Feedback("n2", "massgov", Outcome.ANSWERED, True, comment="Thank you."))
    store.keep(Unanswered("n3", "massgov", Outcome.NOT_COVERED, "has mass.gov ever been hacked"))

"""Made-up answers about the Mass.gov policy that use every field, by question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import Answer, Bot, Outcome
from bot.types import AnswerPart, Citation, Contact

SUGGESTIONS = ("Who can see what I send you?", "Do you use <cookies>?", "How long do you keep my IP address?")
RENEWAL = Contact("search", "the Registry of Motor Vehicles", "https://www.mass.gov/orgs/registry-of-motor-vehicles")
REVIEWED = "doo you sell my data"
UNSURE = "Do you scan faces?"
OFF_TOPIC = "How do I renew my license?"
PARTS = "Do you sell my data, do you use cookies, and do you scan faces?"
HUMAN = "I want to talk to a person"
URGENT = "I want to hurt myself"


class ScriptedBot(Bot):
    """Gives the made-up answers, and real ones to other questions."""

    def ask(self, question: str, *rest: Any, **options: Any) -> Answer:
        """Answer a question."""
        return whole_answers(self).get(question) or super().ask(question, *rest, **options)


def whole_answers(bot: Bot) -> dict[str, Answer]:
    """Return the answers, with real citations of the bot's policy."""
    selling = cited(bot, "do you sell my data")
    cookies = renumbered(cited(bot, "do you use cookies"), len(selling) + 1)
    reviewed = answer(
        bot,
        REVIEWED,
        Outcome.ANSWERED,
        "No. Mass.gov does not sell information that names you. What you send may become a public record.",
        citations=selling,
        verdict="no",
        reviewed="2026-11-20",
        completeness="complete",
        suggestions=SUGGESTIONS,
        read_as="do you sell my data",
    )
    unsure = answer(
        bot,
        UNSURE,
        Outcome.NOT_COVERED,
        "I did not find this in the policy.",
        related=cited(bot, "do you use cookies"),
        confidence=0.6,
        suggestions=SUGGESTIONS[:2],
    )
    off_topic = answer(
        bot,
        OFF_TOPIC,
        Outcome.OFF_TOPIC,
        "This chat answers questions about the Mass.gov Privacy Policy only. For your license, please use the Registry "
        "of Motor Vehicles.",
        route=RENEWAL,
        suggestions=SUGGESTIONS,
    )
    parts = answer(
        bot,
        PARTS,
        Outcome.ANSWERED,
        "",
        citations=selling + cookies,
        parts=(
            AnswerPart(
                "Do you sell my data?",
                Outcome.ANSWERED,
                "No.",
                tuple(c.number for c in selling),
                verdict="no",
                reviewed="2026-11-20",
            ),
            AnswerPart(
                "Do you use cookies?", Outcome.ANSWERED, "Yes.", tuple(c.number for c in cookies), confidence=0.6
            ),
            AnswerPart(
                "Do you scan faces?",
                Outcome.NOT_COVERED,
                "I did not find this in the policy.",
                (),
                confidence=0.6,
                related=renumbered(cited(bot, "can I delete my account"), len(selling) + len(cookies) + 1),
            ),
            AnswerPart("Do you read my mind?", Outcome.NOT_COVERED, "The policy does not mention minds.", ()),
        ),
        suggestions=SUGGESTIONS[2:],
    )
    human = answer(
        bot,
        HUMAN,
        Outcome.SMALL_TALK,
        "No person reads this chat. You can reach one through the website policy questions form.",
        act="human",
        suggestions=SUGGESTIONS,
    )
    urgent = answer(
        bot,
        URGENT,
        Outcome.URGENT,
        "If you or someone else may be in danger, please get help right away. This chat cannot help, and no person "
        "reads it.",
    )
    return {made.question: made for made in (reviewed, unsure, off_topic, parts, human, urgent)}


def cited(bot: Bot, question: str) -> tuple[Citation, ...]:
    """Return the citations of the real answer to a question."""
    return Bot.ask(bot, question).citations


def renumbered(citations: tuple[Citation, ...], first: int) -> tuple[Citation, ...]:
    """Return the citations with numbers that start at `first`."""
    return tuple(replace(citation, number=number) for number, citation in enumerate(citations, start=first))


def answer(bot: Bot, question: str, outcome: Outcome, opening: str, **fields: Any) -> Answer:
    """Return an answer about the bot's policy."""
    policy = Bot.ask(bot, "hello").policy_version
    values = {"citations": (), "warnings": (), "confidence": 0.97, "policy_version": policy, "seconds": 0.004, **fields}
    return Answer(question, outcome, opening, **values)

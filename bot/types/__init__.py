"""The core values, imported as `from bot.types import Answer`. They import nothing else of the project.

errors     the error for failures that a user can fix
outcome    the outcomes of a question; what visitors do if they ask nothing about the policy
spans      words of a policy, by their place in its text
statement  a statement as it is shown: its words, and those that they are read with
contact    where a visitor can go next
review     what the owner of a policy has reviewed
policy     a policy as published, and its parts
passage    what is searched for an answer
citation   a quote from the policy in an answer
answer     what is found for a question, and the reply to the visitor

All offsets count Unicode code points in the policy text and are half-open: `text[start:end]`. Each score has a name
that says what it measures, and no step overwrites the score of another.
"""

from __future__ import annotations

from bot.types.answer import Answer, AnswerPart, Findings, QuestionWarning
from bot.types.citation import Citation, answer_text, shown_parts
from bot.types.contact import MAX_SEARCH_CHARS, OWNER_ROLES, ROLES, ROUTE, SEARCH_WORDS, Contact, Route, search_link
from bot.types.errors import AskPolicyError
from bot.types.outcome import ACTS, Outcome
from bot.types.passage import Hit, Passage
from bot.types.policy import Changes, PageText, Policy, PolicyVersion, Run, Section, Sentence
from bot.types.review import VERDICTS, Caveat, OwnTopic, ReviewedAnswer, is_own
from bot.types.spans import Link, Quote, Span
from bot.types.statement import Part, statement_parts, statement_text

__all__ = [
    "ACTS",
    "MAX_SEARCH_CHARS",
    "OWNER_ROLES",
    "ROLES",
    "ROUTE",
    "SEARCH_WORDS",
    "VERDICTS",
    "Answer",
    "AnswerPart",
    "AskPolicyError",
    "Caveat",
    "Changes",
    "Citation",
    "Contact",
    "Findings",
    "Hit",
    "Link",
    "Outcome",
    "OwnTopic",
    "PageText",
    "Part",
    "Passage",
    "Policy",
    "PolicyVersion",
    "QuestionWarning",
    "Quote",
    "ReviewedAnswer",
    "Route",
    "Run",
    "Section",
    "Sentence",
    "Span",
    "answer_text",
    "is_own",
    "search_link",
    "shown_parts",
    "statement_parts",
    "statement_text",
]

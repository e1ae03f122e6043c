"""What a visitor makes of an answer -> the question that it asks: "so you keep it?" -> "do you keep it?".

A statement has no place for the words of the question before. Only a follow-up is read so.
"""

from __future__ import annotations

import re

from bot.understanding.clauses import AUXILIARIES, WH
from bot.understanding.indirect import in_order

_LEAD = re.compile(
    r"^(?:(?:ok|okay|and|then|but|well|oh|wait)\W+)*"
    r"(?:(?:so|then|basically|in other words|to sum (?:it )?up|meaning|(?:you|u) mean(?: to say)?"
    r"|(?:are you|you['’]?re|you are) (?:telling me|saying)"
    r"|(?:does|do) (?:that|this|you) mean|(?:that|this|which) means"
    r"|(?:your|the) answer is)\W+)+(?:that\s+)?"
    r"(?P<silent>(?:the|your) policy (?:does(?:n['’]?t| not)) (?:say|mention|tell(?: me)?)\s+)?",
    re.IGNORECASE,
)
# A question that people put behind a statement.
_TAG = re.compile(
    r"[\s,]+(?:right|correct|yes|no|or no|or not|or what|is that (?:right|correct|true)|huh|then|lol)\W*$",
    re.IGNORECASE,
)
_IS = re.compile(r"^(it|that|there|he|she|who)['’]s\b", re.IGNORECASE)
# What is asked is the same without "not".
_NOT = re.compile(
    r"\b(?P<verb>can|could|will|would|is|are|do|does|did|has|have|should)(?:n?['’]?t| not)\b", re.IGNORECASE
)
_DOES = re.compile(r"\b(?:do|does|did)\s+", re.IGNORECASE)


def asked_back(question: str) -> str:
    """Return the question that a statement asks; the same text if it is none."""
    lead = _LEAD.match(question)
    if lead is None:
        return question
    statement = _TAG.sub("", question[lead.end() :]).rstrip(" .,;:!?…")
    words = statement.split()
    if len(words) < 2 or any(word.endswith((".", "?", "!")) for word in words):
        return question
    if words[0].lower() in WH | AUXILIARIES:
        return f"{statement}?" if lead["silent"] else question
    denied = _NOT.search(statement)
    if denied:
        asked = "" if _DOES.match(f"{denied['verb']} ") else f"{denied['verb']} "
        statement = statement[: denied.start()] + asked + statement[denied.end() :].lstrip()
    ordered = in_order(_IS.sub(r"\1 is", statement))
    return question if ordered is None else f"{ordered}?"

"""The outcomes of a question, and what visitors do if they ask nothing about the policy."""

from __future__ import annotations

from enum import StrEnum


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


# What visitors do if they ask nothing about the policy: the values of `Answer.act`.
ACTS = (
    "greeting",
    "thanks",
    "goodbye",
    "acknowledgment",
    "human",
    "complaint",
    "trouble",
    "doubt",
    "source",
    "concern",
    "why",
    "more",
    "shorter",
    "about_chat",
    "chat_privacy",
    "whole_policy",
    "gibberish",
)

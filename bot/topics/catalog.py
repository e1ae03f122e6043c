"""The topics that people ask about, in the order of the model's classes."""

from __future__ import annotations

import functools
import json
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

TopicKind = Literal["policy", "elsewhere", "act"]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that people ask or do.

    kind: `policy` for what a website's policy may say; `elsewhere` for what it is not meant to answer; `act` for what
    is not a question, such as thanks. name: completes "The policy does not mention …"; empty for acts. question: the
    plainest way to ask; only policy topics have one. covers: what a complete answer covers, as a sentence.
    """

    id: str
    kind: TopicKind
    name: str = ""
    question: str = ""
    covers: str = ""


@functools.cache
def topics() -> tuple[Topic, ...]:
    """Return all topics: those of policies first, then `elsewhere`, then acts."""
    records = map(json.loads, _read("catalog.jsonl").splitlines())
    return tuple(
        Topic(r["id"], r["kind"], r.get("name", ""), r.get("question", ""), r.get("covers", "")) for r in records
    )


@functools.cache
def policy_topics() -> tuple[Topic, ...]:
    """Return the topics that a policy may speak to. They are the first of `topics()`."""
    return tuple(topic for topic in topics() if topic.kind == "policy")


@functools.cache
def elsewhere_topics() -> slice:
    """Return which of `topics()` are not for the policy to answer."""
    numbers = [number for number, topic in enumerate(topics()) if topic.kind == "elsewhere"]
    return slice(numbers[0], numbers[-1] + 1)


def policy_topic_ids() -> tuple[str, ...]:
    """Return the ids of the topics that a policy may speak to."""
    return tuple(topic.id for topic in policy_topics())


@functools.cache
def topic_ids() -> dict[str, int]:
    """Return the index of each topic by its id."""
    return {topic.id: number for number, topic in enumerate(topics())}


def topic_name(id: str, language: str = "en") -> str:
    """Return what completes "The policy does not mention …" in a language. Raises KeyError if the id is unknown."""
    return topics()[topic_ids()[id]].name if language == "en" else _names(language)[id]


@functools.cache
def _names(language: str) -> dict[str, str]:
    return tomllib.loads(_read(f"names/{language}.toml"))


def _read(name: str) -> str:
    return files("bot").joinpath("topics", *name.split("/")).read_text(encoding="utf-8")

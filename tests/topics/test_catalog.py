from __future__ import annotations

import json
from collections import Counter

import pytest

from bot.topics.catalog import _names, policy_topic_ids, policy_topics, topic_ids, topic_name, topics
from bot.types import ACTS
from bot.wording import LANGUAGES
from training.topics import PHRASINGS

KINDS = [topic.kind for topic in topics()]


def test_policy_topics_come_first_and_acts_last() -> None:
    assert sorted(KINDS, key=["policy", "elsewhere", "act"].index) == KINDS
    assert topics()[: len(policy_topics())] == policy_topics()
    assert list(topic_ids().values()) == list(range(len(topics())))


def test_acts_are_those_of_answers() -> None:
    # Rules alone recognize doubt, concern, and a wish to see the source or the whole policy.
    acts = [act for act in ACTS if act not in {"doubt", "source", "concern", "trouble", "whole_policy"}]
    assert [topic.id.replace("-", "_") for topic in topics() if topic.kind == "act"] == acts


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.id)
def test_a_topic_has_what_its_kind_needs(topic) -> None:  # type: ignore[no-untyped-def]
    assert bool(topic.name) == (topic.kind != "act")
    assert bool(topic.question) == (topic.kind == "policy")
    assert topic.name == topic.name.strip(" .")
    assert topic.question.endswith("?") == bool(topic.question)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_topic_has_a_name_in_every_language(language: str) -> None:
    named = [topic.id for topic in topics() if topic.name]
    assert list(_names(language)) == named
    for id in policy_topic_ids():
        assert topic_name(id, language).strip(" .。") == topic_name(id, language)
    assert len(set(_names(language).values())) == len(named)


def test_every_topic_has_phrasings_and_none_is_of_two_topics() -> None:
    records = [json.loads(line) for line in PHRASINGS.read_text(encoding="utf-8").splitlines()]
    counts = Counter(record["topic"] for record in records)
    assert counts.keys() == topic_ids().keys()
    assert min(counts.values()) >= 20
    asked = Counter(record["question"].lower() for record in records)
    assert asked.most_common(1)[0][1] == 1

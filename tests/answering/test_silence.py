from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.silence import to_name
from bot.topics.catalog import Topic, policy_topics, topic_ids, topics

TOPICS = st.lists(st.sampled_from(policy_topics()), max_size=4, unique=True)


def named(question: str, *ids: str) -> list[str]:
    return [topic.id for topic in to_name(question, [topics()[topic_ids()[id]] for id in ids])]


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("Do you read my contacts or my text messages?", "text-messages"),
        ("text messages, contacts, calendar: do you look at them", "text-messages"),
        ("contacts/backups?", "backups"),
    ],
)
def test_two_things_that_a_question_joins_are_both_named(question: str, second: str) -> None:
    assert named(question, "contacts-calendar", "device-contents", second) == ["contacts-calendar", second]


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        # It asks one thing.
        ("Do you track my location?", ("location-collected", "location-precise")),
        # It joins something else.
        ("Do the staff who do backups like contacts and music?", ("contacts-calendar", "backups")),
        (
            "If I use text messages, and only then, do you look at them or at contacts?",
            ("contacts-calendar", "backups"),
        ),
        # No word of the second name that the first lacks.
        ("Do you send messages, texts and newsletters?", ("text-messages", "emails-received")),
        # The first name says nothing that the second does not say.
        ("Can I sign in, or use the account of another company?", ("account-login", "social-login")),
    ],
)
def test_otherwise_only_the_most_probable_topic_is_named(question: str, ids: tuple[str, ...]) -> None:
    assert named(question, *ids) == [ids[0]]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("do you record my location in secret", "location-collected"),
        ("who gets my location", "location-shared"),
        ("is my location given away", "location-shared"),
    ],
)
def test_sharing_is_named_only_if_the_question_asks_who_gets_something(question: str, name: str) -> None:
    assert named(question, "location-shared", "location-collected") == [name]
    assert named(question, "location-shared") == ["location-shared"]


@given(st.text(), TOPICS)
def test_the_most_probable_topic_comes_first_and_at_most_one_follows(question: str, found: list[Topic]) -> None:
    found = [topic for topic in found if not topic.name.startswith("sharing")]
    chosen = to_name(question, found)
    assert chosen[:1] == tuple(found[:1])
    assert len(chosen) <= 2
    assert set(chosen) <= set(found)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ?."), TOPICS)
def test_without_anything_that_joins_one_topic_is_named(question: str, found: list[Topic]) -> None:
    words = [word for word in question.split() if word.strip("?.") not in {"and", "or", "nor", "plus"}]
    assert len(to_name(" ".join(words).replace("as well as", ""), found)) <= 1

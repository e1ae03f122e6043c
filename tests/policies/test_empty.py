"""Statements that say nothing by themselves, and those that add nothing to another one."""

from __future__ import annotations

import pytest

from bot.policies.empty import adds_nothing, says_nothing
from bot.types import Link, Policy, Sentence, Span


def statement(text: str, above: str = "", neighbor: str = "", *, below: str = "", linked: bool = False) -> Policy:
    """Return a policy with one statement. above, neighbor: its context. below: a row that it is the context of."""
    parts = [part for part in (above, neighbor, text, below) if part]
    whole, spans, start = "\n".join(parts), {}, 0
    for part in parts:
        spans[part] = Span(start, start + len(part))
        start += len(part) + 1
    own = spans[text]
    context = tuple(spans[part] for part in (above, neighbor) if part)
    sentences = [Sentence(0, "s", text, own.start, own.end, context, (spans[neighbor],) if neighbor else ())]
    if below:
        sentences.append(Sentence(1, "s", below, *spans[below], context=(own,)))
    links = (Link(own.start, own.end, "https://example.org"),) if linked else ()
    return Policy("p", "P", "", None, None, None, whole, (), tuple(sentences), "", links=links)


@pytest.mark.parametrize("text", ["archived versions", "powered by Consentor"])
def test_the_rest_of_a_line_says_nothing(text: str) -> None:
    policy = statement(text)
    assert says_nothing(policy.sentences[0], policy)
    policy = statement(text, neighbor="This is our policy.")
    assert says_nothing(policy.sentences[0], policy)
    policy = statement(text, "We collect:")
    assert not says_nothing(policy.sentences[0], policy), "an item of a list says much"


def test_what_only_announces_something_says_nothing() -> None:
    policy = statement("When you pay by card, we use the number for purposes such as the following:")
    assert says_nothing(policy.sentences[0], policy)
    policy = statement("We share nothing with companies, except in the following cases:")
    assert not says_nothing(policy.sentences[0], policy)


@pytest.mark.parametrize(
    "text",
    ["we sell nothing", "Archived versions", "privacy@example.org", "you can ask for a copy", "only with a warrant."],
)
def test_other_lines_say_something(text: str) -> None:
    policy = statement(text)
    assert not says_nothing(policy.sentences[0], policy)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Archived versions", True),
        ("Help Center", True),
        ("Request a copy of your data", False),
        ("Delete my account", False),
        ("We never sell data", False),
        ("Do Not Sell My Information", False),
    ],
)
def test_a_links_words_say_nothing_unless_they_say_what_to_do(text: str, *, expected: bool) -> None:
    policy = statement(text, linked=True)
    assert says_nothing(policy.sentences[0], policy) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Location | N/A | -", True),
        ("Location |  | ", True),
        ("None | none | N/A", True),
        ("Location | No | N/A", False),
        ("Location | None", False),
    ],
)
def test_a_row_without_values_says_nothing(row: str, *, expected: bool) -> None:
    policy = statement(row, "Data | Collected | Sold")
    assert says_nothing(policy.sentences[0], policy) is expected


@pytest.mark.parametrize(
    ("text", "above", "expected"),
    [
        ("Location | No | N/A | N/A", "Data | Collected | Sold | Shared", True),
        ("Location | Yes | No | N/A", "Data | Collected | Sold | Shared", False),
        ("Location | Yes |  | ", "Data | Collected | Sold | Shared", False),
        ("Last updated: 3 May 2024", "", True),
        ("Last updated 3 May 2024 – added a section on cookies and clarified how long we keep the logs", "", True),
        ("May 3, 2024: Added our new mail provider.", "Change log:", True),
        ("Version 2 (May 3, 2024): Added our new mail provider.", "", True),
        ("We updated this policy on 3 May 2024 and will post changes here.", "", False),
        ("Last updated copies are kept for a year.", "", False),
        ("Since 3 May 2024, we keep no logs.", "", False),
    ],
)
def test_what_adds_nothing_to_another_statement(text: str, above: str, *, expected: bool) -> None:
    policy = statement(text, above)
    assert adds_nothing(policy.sentences[0], policy) is expected


def test_a_tables_head_adds_nothing() -> None:
    policy = statement("Data | Kept for", below="Logs | 30 days")
    assert adds_nothing(policy.sentences[0], policy)
    assert not adds_nothing(policy.sentences[1], policy)
    again = statement("Data |  Kept for", "Data | Kept for")  # on the next page
    assert adds_nothing(again.sentences[0], again)

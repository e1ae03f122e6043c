"""When a heading belongs to the items under it."""

from __future__ import annotations

import pytest

from bot.policies.parsing import parse_policy


def contexts(heading: str, item: str) -> list[str]:
    policy = parse_policy(f"# Maple privacy\n\n## {heading}\n\n• {item}\n• Another thing is kept.\n", id="p")
    (sentence,) = [s for s in policy.sentences if s.text == item]
    return [policy.text[span.start : span.end] for span in sentence.context]


@pytest.mark.parametrize(
    ("heading", "item"),
    [
        ("What we never do", "We will sell your data."),
        ("Prohibited uses", "Your data is sold."),
        ("Information we collect", "Your name."),
        ("Data sources", "Names of visitors"),
        ("Without your consent", "Data may be shared."),
    ],
)
def test_a_heading_that_may_change_what_an_item_says_is_its_context(heading: str, item: str) -> None:
    assert contexts(heading, item) == [heading]


def test_a_sentence_under_a_heading_that_only_names_a_subject_is_shown_alone() -> None:
    assert contexts("A quick summary of major points", "Some information is collected when you visit.") == []

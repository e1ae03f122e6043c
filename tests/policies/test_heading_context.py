"""When a heading belongs to the items under it."""

from __future__ import annotations

import pytest

from bot.policies.parsing import parse_policy
from tests.policies.test_statements import read


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "## What we never keep\n\nCard numbers\n\nNames of children under 13, known or not\n\n## End\n\nWe ask.",
            [
                "What we never keep > Card numbers",
                "What we never keep > Names of children under 13, known or not",
                "We ask.",
            ],
        ),
        ("### We don't\n\nSell names\n\n### End\n\nWe ask.", ["We don't > Sell names", "We ask."]),
        (
            "### We do\n\nEncrypt data\n\nDelete logs after a week\n\n### We don't\n\nTrack you",
            ["We do > Encrypt data", "We do > Delete logs after a week", "We don't > Track you"],
        ),
        ("WHAT WE KEEP\n\nYour name\nEmail address\n", ["WHAT WE KEEP > Your name", "WHAT WE KEEP > Email address"]),
        ("## How long we keep it\n\nOne year.", ["How long we keep it > One year."]),
        # Headings of their own, a contact, and sentences.
        (
            "## Data we keep\n\nYour name\n\nWe keep names.\n\nYour photo\n\nWe do not.",
            ["We keep names.", "We do not."],
        ),
        ("## Contact\n\nFeedback\n\n## End\n\nWe ask.\n\nPress office", ["We ask.", "Press office"]),
        ("## What we do\n\nWe film\n\nWe ask.", ["We ask."]),
    ],
)
def test_lines_below_a_heading_that_is_about_them_are_its_items(text: str, expected: list[str]) -> None:
    assert read(f"# Title\n\nWe begin.\n\n{text}") == ["We begin.", *expected]


def test_long_lines_below_a_colon_are_items_of_their_own() -> None:
    items = [
        f"sell the {data} that you have entrusted to us for safekeeping to anybody" for data in ("photos", "names")
    ]
    assert read("# P\n\nWe never:\n\n" + "\n\n".join(items)) == [f"We never: > {item}" for item in items]


def test_a_clause_below_a_numbered_heading_has_a_number_too() -> None:
    assert read(
        "TITLE OF IT\n\n1. GENERAL\n1.1 We ask.\n1.2 We film.\n\n2. CONTACT\nHill Farm\nLow Road 3\nOtley LS21 1AA"
    ) == [
        "1.1 We ask.",
        "1.2 We film.",
        "Hill Farm Low Road 3 Otley LS21 1AA",
    ]

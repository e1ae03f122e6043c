"""Tests what says nothing by itself: labels, fields, lines of an address."""

from __future__ import annotations

import pytest

from bot.policies.parsing import parse_policy
from bot.policies.phrases import are_postal_address, is_label


@pytest.mark.parametrize(
    "words",
    [
        "Usage data.",
        "Web Beacons.",
        "Sharing With Our Partners.",
        "Opt-in statistics.",
        "Update check.",
        "Phone.",
        "Return address.",
        "How long we keep it.",
        "Who may see it.",
        "What you tell us.",
        "Do Not Track.",
        "Third Parties Designated by You.",
        "Changing Your Account Name, Your Delivery Address, and Your “Baker” Badge.",
        "Information that you give us.",
        "Data We Collect Automatically.",
    ],
)
def test_a_label_has_no_verb(words: str) -> None:
    assert is_label(words)


@pytest.mark.parametrize(
    "words",
    [
        "Ads pay for this site.",
        "We sell none.",
        "See below.",
        "30 days.",
        "Public pages use it.",
        "Check your mail.",
        "Call us.",
        "Update now.",
        "What we collect is yours.",
        "When you sign up we ask.",
        "Remembers your language.",
        "We Never Sell Data.",
        "Your Data Is Never Sold.",
        "Welcome To The Maple Bakery.",
        "Keeps you logged in.",
        "Data we collect stays here.",
    ],
)
def test_a_short_sentence_is_no_label(words: str) -> None:
    assert not is_label(words)


def read(text: str) -> list[str]:
    policy = parse_policy(text, id="p")
    return [
        " > ".join([*(text[start:end] for start, end in sentence.context), sentence.text])
        for sentence in policy.sentences
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# P\n\n- Log files. We keep a week of entries.", ["P > Log files. > We keep a week of entries."]),
        (
            "# P\n\nUpdate check. We ask once a day.\n\nWe send:\n\n- Phone. If you give it.",
            ["Update check. > We ask once a day.", "We send: > Phone. > If you give it."],
        ),
        (
            "# P\n\n## Comfort cookies\n\nType: Session\n\nPurpose: These cookies remember the font.",
            ["Comfort cookies > Type: Session", "Comfort cookies > Purpose: These cookies remember the font."],
        ),
        (
            "# P\n\nWrite to us at:\n\nQuill Ltd\nRue Haute 12\n1000 Brussels",
            ["Write to us at: > Quill Ltd\nRue Haute 12\n1000 Brussels"],
        ),
        (
            "# P\n\n|  |  |  |\n|--|--|--|\n| Data | Origin | Kept |\n| Name | You | 9 days |",
            ["P > Data | Origin | Kept > Name | You | 9 days"],
        ),
        (
            "# P\n\nYour manager has an account. They may be able to:\n\n- read your files",
            ["Your manager has an account.", "Your manager has an account. > They may be able to: > read your files"],
        ),
        (
            "# P\n\nWe shall not:\n\n- scan files, except scans you switched on;\n- sell them.",
            ["We shall not: > scan files, except scans you switched on;", "We shall not: > sell them."],
        ),
    ],
)
def test_what_governs_words_is_read_with_them(text: str, expected: list[str]) -> None:
    assert read(text) == expected


def test_lines_with_dates_are_no_address() -> None:
    assert not are_postal_address(["Updated", "May 2024"])

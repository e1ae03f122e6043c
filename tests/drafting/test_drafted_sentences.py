"""A first plain sentence for a draft: the statements' own words, and only what the checker accepts."""

from __future__ import annotations

import pytest

from bot.drafting.sentences import plain_sentence
from bot.policies.parsing import parse_policy


@pytest.mark.parametrize(
    ("statement", "verdict", "sentence"),
    [
        ("We do not sell your name.", "no", "We do not sell your name."),
        ("In addition, we utilize your name to send the news.", "stated", "We use your name to send the news."),
        (
            "We share your name (and the identification documentation for your account) with the bank.",
            "yes",
            "We share your name with the bank.",
        ),
        (
            "We may disclose your name to firms that help us, such as CloudCo Incorporated and its subsidiaries.",
            "stated",
            "We may give your name to firms that help us.",
        ),
        ("Log Information: We collect your IP address.", "yes", "We gather your IP address."),
        # No sentence that the checker refuses, and none that says little without the one before it.
        ("We do not sell your name.", "yes", ""),
        ("This includes your name.", "stated", ""),
        ("Your data.", "stated", ""),
        ("You can do the following with it", "stated", ""),
        ("We do not sell your name.", "silent", ""),
        ("We collect administrative identification documentation concerning organizational affiliates.", "stated", ""),
    ],
)
def test_a_statement_becomes_a_plain_sentence(statement: str, verdict: str, sentence: str) -> None:
    policy = parse_policy(f"Harbor\n\nData\n\n{statement}\n", id="harbor")
    assert plain_sentence(policy, (0,), verdict) == sentence


def test_examples_that_limit_what_is_said_stay() -> None:
    text = "We share your name with shops, such as the bank, but only if you ask."
    policy = parse_policy(f"Harbor\n\nData\n\n{text}\n", id="harbor")
    assert plain_sentence(policy, (0,), "stated") == text


def test_an_item_of_a_list_is_said_with_what_governs_it() -> None:
    policy = parse_policy("Harbor\n\nData\n\nWe will not:\n\n- lend your name\n- print your number\n", id="harbor")
    assert plain_sentence(policy, (0,), "no") == "We will not lend your name."


def test_two_statements_become_two_sentences() -> None:
    policy = parse_policy("Harbor\n\nData\n\nWe do not sell data. A court may ask for it.\n", id="harbor")
    assert plain_sentence(policy, (0, 1), "no") == "We do not sell data. A court may ask for it."


def test_without_statements_there_is_no_sentence() -> None:
    assert plain_sentence(parse_policy("Harbor\n\nWe sell nothing.\n", id="harbor"), (), "stated") == ""

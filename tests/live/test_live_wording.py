from __future__ import annotations

import dataclasses

import pytest

from bot.live.wording import Whole, compare, digest
from bot.policies.parsing import parse_policy
from bot.types import Policy


def policy(text: str) -> Policy:
    return parse_policy(f"Privacy policy\n\n{text}\n", id="p")


def joined(text: str) -> Policy:
    """Return a policy whose first two statements are one."""
    parsed = policy(text)
    first, second, *rest = parsed.sentences
    both = dataclasses.replace(first, text=parsed.text[first.start : second.end], end=second.end)
    return dataclasses.replace(parsed, sentences=(both, *rest))


TEXT = "We keep logs. We delete them. Nobody reads them."


@pytest.mark.parametrize(
    ("stored", "live"), [(policy(TEXT), joined(TEXT)), (joined(TEXT), policy(TEXT))], ids=["joined", "divided"]
)
def test_how_the_words_are_divided_makes_no_difference(stored: Policy, live: Policy) -> None:
    assert len(stored.sentences) != len(live.sentences)
    result = compare(stored, live)
    assert (result.changed, result.gone, result.added) == ((), (), ())


@pytest.mark.parametrize(
    ("words", "page", "found"),
    [
        ("We sell it.", "We sell it. We do.", True),
        ("We sell it.", "“We sell it.”", False),  # somebody else's words
        ("We sell it.", "Unless you agree, never think that We sell it.", False),
        ("We do not sell it", "We do not sell it unless you agree.", False),
        ("We keep it.", "We keep it.com for you.", False),
        ("We “keep” it.", 'We "keep"  it.', True),
        ("sell your data", "We will never:\n\n  • sell your data", False),
        ("We will never:\n\n  • sell your data", "sell your data", False),
    ],
)
def test_words_are_found_only_as_whole_sentences_that_nothing_governs(words: str, page: str, found: bool) -> None:
    stored = policy(words)
    assert Whole(policy(page)).has(stored, len(stored.sentences) - 1) is found


def test_a_statement_that_is_elsewhere_is_not_reported_twice() -> None:
    result = compare(policy("One thing stays. Two things go."), policy("Two things go. One thing stays."))
    assert (result.missing, result.added, result.moved) == (0, (), 1)


def test_the_digest_ignores_what_formats_do_and_nothing_else() -> None:
    text = "# Cookies\n\n• We set “one”.\n"
    same = 'Cookies\n   We  set "one".'
    assert digest(text) == digest(same)
    for other in ("Cookies\n We set “two”.", "Cookies\n We set “one”?", "cookies\n We set “one”."):
        assert digest(text) != digest(other)

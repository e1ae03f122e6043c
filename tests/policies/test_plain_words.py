"""Plain words for hard ones: a sentence may have them, and still says nothing that its statements do not say."""

from __future__ import annotations

import pytest

from bot.policies import plain_words
from bot.policies.grade import syllables
from bot.policies.parsing import parse_policy
from bot.policies.plain_words import in_plain_words, plain_stems, plain_word
from bot.policies.review_check import check_answer
from bot.types import ReviewedAnswer

VERBS = [line.split(":")[0] for line in plain_words._VERBS]


def problems(statement: str, text: str, verdict: str = "stated") -> list[str]:
    policy = parse_policy(f"Maple Privacy\n\n{statement}\n", id="maple")
    return check_answer(policy, ReviewedAnswer(("topic",), verdict, {"en": text}, (0,), "2026-11-27"))


@pytest.mark.parametrize("hard", VERBS)
def test_a_plain_verb_stands_for_a_hard_one_and_says_no_more(hard: str) -> None:
    plain = str(plain_word(hard))
    assert problems(f"We {hard} your photos.", f"We {plain} your photos.") == []
    assert problems(f"We do not {hard} your photos.", f"We do not {plain} your photos.", "no") == []
    assert problems(f"We may {hard} your photos.", f"We may {plain} your photos.") == []
    for statement, text in (
        ("We may {} your photos.", "We {} your photos."),
        ("We do not {} your photos.", "We {} your photos."),
        ("We {} your photos.", "We do not {} your photos."),
        ("We {} your photos unless you object.", "We {} your photos."),
        ("We {} your photos.", "We {} your videos."),
    ):
        assert problems(statement.format(hard), text.format(plain)), (statement, hard, plain)


def test_words_that_are_near_but_not_the_same_have_no_plain_word() -> None:
    for hard, wrong in (("secure", "safe"), ("determine", "decide"), ("suspend", "stop"), ("medical", "health")):
        assert plain_word(hard) is None
        assert any(f"“{wrong}”" in each for each in problems(f"We {hard} your photos.", f"We {wrong} your photos."))


def test_a_hard_word_does_not_stand_for_a_plain_one() -> None:
    assert any("“utilize”" in each for each in problems("We use your photos.", "We utilize your photos."))


def test_a_hard_word_stands_for_its_own_plain_word_only() -> None:
    # To end is to stop, but "stop" is the plain word of others.
    assert any("“stop”" in each for each in problems("We terminate your account.", "We stop your account."))


@pytest.mark.parametrize("hard", sorted(plain_words._plain()))
def test_a_plain_word_is_easier_to_read(hard: str) -> None:
    plain = str(plain_word(hard))
    assert sum(map(syllables, plain.split())) <= sum(map(syllables, hard.split())), (hard, plain)
    assert plain_stems(hard)


def test_a_text_is_put_in_plain_words() -> None:
    assert in_plain_words("We utilize it. Disclosure is limited.") == "We use it. Sharing is limited."
    assert in_plain_words("In order to assist you, we notified vendors.") == "To help you, we told suppliers."
    assert in_plain_words("Under the Freedom of Information Act, see information.example.org.") == (
        "Under the Freedom of Information Act, see information.example.org."
    )
    assert in_plain_words("We sell nothing.") == "We sell nothing."


def test_the_checker_names_the_plain_words() -> None:
    said = problems(
        "We utilize information obtained from individuals for administrative notification.",
        "We utilize information obtained from individuals for administrative notification.",
    )
    assert said == [
        "reads at grade 23.3: write “use” for “utilize”, “data” for “information”, “got” for “obtained”, “people” for "
        "“individuals”, “notice” for “notification”; leave out or replace long words such as “administrative”; "
        "say less, or in two sentences, for grade 8 or less"
    ]

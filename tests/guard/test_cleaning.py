from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.guard.cleaning import guard
from bot.settings import GuardSettings
from bot.types import Outcome, QuestionWarning

SETTINGS = GuardSettings()
ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates too
TYPED = st.lists(
    st.sampled_from(
        [
            "my",
            "is",
            "the",
            "password:",
            "pass",
            "pin",
            "user",
            "name",
            "login",
            "card",
            "account",
            "4111",
            "1111",
            "555-1234",
            "617-555-0142",
            "a@b.org",
            "12-3456789",
            "ssn",
            "123-45-6789",
            "born",
            "on",
            "June",
            "3,",
            "1980",
            "call",
            "phone",
            "12",
            "Main",
            "Street",
            "[password]",
            "[phone]",
            "license",
            "S1234567",
            "name",
            "Ann",
            "1/2/1990",
            "dob",
            "=",
            "#",
            "no.",
            "x",
            "é",
            "😀",
        ]
    ),
    max_size=20,
).map(" ".join)


def test_personal_data_is_removed_and_named() -> None:
    guarded = guard("My SSN is １２３-４５-６７８９, is it kept? a@b.org", SETTINGS)
    assert guarded.question == "My SSN is [social security number], is it kept? [email]"
    assert guarded.warnings == (QuestionWarning("personal_data", ("social_security_number", "email")),)
    assert guarded.outcome is None


@pytest.mark.parametrize(
    "typed",
    [
        "do you \u200bsell my data",
        "do you sell\u202e my data",
        "do\u00ad you sell my data",
        "do you sell my data\ufeff",
        "do you sell my data\U000e0041\U000e0042",
        "do you sell my data\u3164",  # a Hangul filler, hidden only once it is normalized
    ],
)
def test_hidden_characters_are_removed_and_reported(typed: str) -> None:
    guarded = guard(typed, SETTINGS)
    assert guarded.question == "do you sell my data"
    assert guarded.warnings == (QuestionWarning("hidden_characters"),)


def test_hidden_characters_cannot_hide_personal_data() -> None:
    guarded = guard("123\u200b-45-\u20606789 is mine", SETTINGS)
    assert guarded.question == "[social security number] is mine"
    assert {warning.code for warning in guarded.warnings} == {"hidden_characters", "personal_data"}


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("do you\x00sell\x1b[31m my data", "do you sell [31m my data"),
        ("do you\r\n\tsell\u00a0 my\u3000data ", "do you sell my data"),
        ("do you sell \ud800my data\udfff", "do you sell my data"),
        ("ｄｏ ｙｏｕ ｓｅｌｌ ｍｙ ｄａｔａ", "do you sell my data"),
        ("\ue000do you sell my data\U000f0000", "do you sell my data"),
        ("cafe\u0301 logs", "café logs"),
    ],
)
def test_cleaning(typed: str, cleaned: str) -> None:
    guarded = guard(typed, SETTINGS)
    assert (guarded.question, guarded.outcome) == (cleaned, None)


@pytest.mark.parametrize("typed", ["", "   \n\t", "\x00", "🍪🍪", "❤️", "?!", "2023", "\u3164", "\ud800", "\u200b" * 50])
def test_a_question_without_words_is_empty(typed: str) -> None:
    assert guard(typed, SETTINGS).outcome is Outcome.EMPTY


def test_the_setting_limits_the_length_of_a_question() -> None:
    assert guard("a" * 2_000, SETTINGS).outcome is None
    too_long = guard("my ssn is 123-45-6789 " + "a" * 10_000, SETTINGS)
    assert (too_long.outcome, too_long.question, too_long.warnings) == (Outcome.TOO_LONG, "", ())
    assert guard("a" * 11, GuardSettings(max_question_chars=10)).outcome is Outcome.TOO_LONG


def test_length_is_measured_after_normalization() -> None:
    assert guard("do you sell my data \ufdfa" * 50, SETTINGS).outcome is None
    assert guard("\ufdfa" * 112, SETTINGS).outcome is Outcome.TOO_LONG


# The last two become marks only during normalization.
@pytest.mark.parametrize("marks", ["\u0316\u0301", "\uff9e\u0301", "\u0f73\u0301"])
def test_more_than_thirty_marks_on_a_letter_are_dropped(marks: str) -> None:
    assert len(guard("do you sell my data" + marks * 400, SETTINGS).question) <= len("do you sell my data") + 60


@pytest.mark.parametrize(
    "typed", ["Продаёте ли вы данные?", "データを販売しますか", "هل تبيعون بياناتي", "你们会出售数据吗 ok"]
)
def test_other_scripts_are_unsupported(typed: str) -> None:
    assert guard(typed, SETTINGS).outcome is Outcome.UNSUPPORTED_LANGUAGE


@pytest.mark.parametrize("typed", ["naïve façade", "what does 個人 mean here"])
def test_latin_letters_are_accepted(typed: str) -> None:
    assert guard(typed, SETTINGS).outcome is None


@given(ANY_TEXT | TYPED)
@example("\ufdfa" * 111)
@example("[" * 200)
def test_any_input_gets_an_outcome_and_can_be_encoded(typed: str) -> None:
    guarded = guard(typed, SETTINGS)
    guarded.question.encode("utf-8")
    assert guarded.question == " ".join(guarded.question.split())
    assert guarded.question.isprintable()


@given(TYPED | ANY_TEXT)
def test_cleaning_again_changes_nothing(typed: str) -> None:
    once = guard(typed, SETTINGS)
    if once.outcome is None:
        again = guard(once.question, SETTINGS)
        assert again.question == once.question
        assert "hidden_characters" not in {warning.code for warning in again.warnings}

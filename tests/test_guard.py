from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.guard import guard, mask_personal_data
from bot.settings import GuardSettings
from bot.types import Outcome, Warning

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


@pytest.mark.parametrize(
    ("typed", "cleaned", "kind"),
    [
        ("I am ann.o'x+tag@mail.example.org, ok?", None, "email"),
        ("my ssn is 123456789, is it kept?", "my ssn is [social security number], is it kept?", None),
        ("123-45-6789 is mine", "[social security number] is mine", None),
        ("123 45 6789 is mine", "[social security number] is mine", None),
        ("１２３-４５-６７８９ is mine", "[social security number] is mine", None),
        ("social security number: 123 456 789!", "social security number: [social security number]!", None),
        ("EIN 12-3456789 please", "EIN [tax number] please", None),
        ("my tax id is 123456789", "my tax id is [tax number]", None),
        ("card 4111 1111 1111 1111 please", "card [card number] please", None),
        ("card 4111111111111111 please", "card [card number] please", None),
        ("amex 378282246310005 please", "amex [card number] please", None),
        ("account number 000123456789 please", "account number [bank account] please", None),
        ("driver's license S12345678 please", "driver's license [drivers license] please", None),
        ("driver’s licence no. S12345678 please", "driver’s licence no. [drivers license] please", None),
        ("I was born on 03/04/1980, ok?", "I was born on [birth date], ok?", None),
        ("my date of birth is March 4, 1980 thanks", "my date of birth is [birth date] thanks", None),
        ("dob: 4th March 1980 thanks", "dob: [birth date] thanks", None),
        ("call me at (617) 555-0142 now", "call me at [phone] now", None),
        ("617.555.0142 is mine", "[phone] is mine", None),
        ("+1 617 555 0142 is mine", "[phone] is mine", None),
        ("call 555-0142 or 555-0143 then", "call [phone] or [phone] then", None),
        ("I live at 24 Beacon Street, Apt 3, is that kept?", "I live at [address], is that kept?", None),
        ("1 Old Oak Rd. is mine", "[address] is mine", None),
        ("my password is hunter2, is it safe?", "my password is [password], is it safe?", None),
        ("my pin: 0000", "my pin: [password]", None),
        ("password is s", "password is [password]", None),
        ("user name = ann_x please", "user name = [user name] please", None),
        ("My name is Ann Lee do you sell my data?", "My name is [name] do you sell my data?", None),
        ("my name is ann do you sell my data?", "my name is [name] do you sell my data?", None),
        ("my name is ann lee, do you sell my data?", "my name is [name], do you sell my data?", None),
    ],
)
def test_personal_data_is_taken_out(typed: str, cleaned: str | None, kind: str | None) -> None:
    guarded = guard(typed, SETTINGS)
    label = kind or cleaned[cleaned.index("[") + 1 : cleaned.index("]")].replace(" ", "_")  # type: ignore[index, union-attr]
    assert guarded.warnings == (Warning("personal_data", (label,)),)
    assert guarded.outcome is None
    if cleaned is not None:
        assert guarded.question == cleaned
    assert "example" not in guarded.question


@pytest.mark.parametrize("after", ["12/25", "123", "exp 12/25", "12/25 cvv 123"])
def test_a_card_number_is_taken_out_whatever_follows_it(after: str) -> None:
    masked, kinds = mask_personal_data(f"charge 4111 1111 1111 1111 {after}")
    assert "card_number" in kinds
    assert "1111" not in masked


@pytest.mark.parametrize(
    "typed",
    [
        "what about my Social Security number?",
        "Do you keep credit card numbers, TIN, username, or password?",
        "What if my password is stolen?",
        "is it true that my password is never stored?",
        "who sees my phone number and my email address?",
        "Does M.G.L. c. 66A, § 2 apply?",
        "Is 950 CMR 32.00 about public records?",
        "What does M.G.L. c. 4, § 7, cl. 26 say?",
        "What changed between June 13, 2023 and 08/04/2023 or 2023-08-04?",
        "I live in 02108-1234, does it apply?",
        "I live in Boston, MA 02108",
        "Within 30 days is there any way to delete it?",
        "Since 2023 do you do it the same way?",
        "Do you keep logs for 365 days or 12 months?",
        "Is 192.168.0.1 an address that you keep?",
        "order 1234567890123 has not arrived",
        "version 1.2.3 of www.mass.gov",
        "What is my name used for?",
        "Which court may ask for it?",
        "Is 24/7 chat recorded?",
    ],
)
def test_what_is_no_personal_data_stays(typed: str) -> None:
    guarded = guard(typed, SETTINGS)
    assert guarded == type(guarded)(typed, None, ())


def test_every_kind_is_named_once_in_the_order_found() -> None:
    masked, kinds = mask_personal_data("617-555-0142, a@b.org, 617-555-0143, c@d.org")
    assert masked == "[phone], [email], [phone], [email]"
    assert kinds == ("email", "phone")


@pytest.mark.parametrize(
    "typed",
    [
        "do you \u200bsell my data",
        "do you sell\u202e my data",
        "do\u00ad you sell my data",
        "do you sell my data\ufeff",
        "do you sell my data\U000e0041\U000e0042",
        "do you sell my data\u3164",  # a Hangul filler, hidden only once it is normalised
    ],
)
def test_hidden_characters_are_taken_out_and_said(typed: str) -> None:
    guarded = guard(typed, SETTINGS)
    assert guarded.question == "do you sell my data"
    assert guarded.warnings == (Warning("hidden_characters"),)


def test_hidden_characters_hide_no_personal_data() -> None:
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
def test_what_has_no_word_is_empty(typed: str) -> None:
    assert guard(typed, SETTINGS).outcome is Outcome.EMPTY


def test_a_question_may_be_as_long_as_the_setting_says() -> None:
    assert guard("a" * 2_000, SETTINGS).outcome is None
    too_long = guard("my ssn is 123-45-6789 " + "a" * 10_000, SETTINGS)
    assert (too_long.outcome, too_long.question, too_long.warnings) == (Outcome.TOO_LONG, "", ())
    assert guard("a" * 11, GuardSettings(max_question_chars=10)).outcome is Outcome.TOO_LONG


@pytest.mark.parametrize(
    "typed", ["Продаёте ли вы данные?", "データを販売しますか", "هل تبيعون بياناتي", "你们会出售数据吗 ok"]
)
def test_other_scripts_are_not_guessed_at(typed: str) -> None:
    assert guard(typed, SETTINGS).outcome is Outcome.UNSUPPORTED_LANGUAGE


@pytest.mark.parametrize("typed", ["¿Venden mis datos?", "naïve façade", "what does 個人 mean here"])
def test_latin_letters_go_on(typed: str) -> None:
    assert guard(typed, SETTINGS).outcome is None


@given(ANY_TEXT | TYPED)
@example("\ufdfa" * 111)
@example("[" * 200)
def test_whatever_is_typed_has_an_outcome_and_can_be_written(typed: str) -> None:
    guarded = guard(typed, SETTINGS)
    guarded.question.encode("utf-8")
    assert guarded.question == " ".join(guarded.question.split())
    assert guarded.question.isprintable()


@given(TYPED | ANY_TEXT)
@example("login is password is x")
@example("login is a@b.org")
@example("call 555-1234 555-4321 555-1111 555-2222 555-3333 555-4444")
@example("my password is [password]")
def test_masking_again_changes_nothing(typed: str) -> None:
    masked, _ = mask_personal_data(typed)
    assert mask_personal_data(masked)[0] == masked


@given(TYPED | ANY_TEXT)
def test_cleaning_again_changes_nothing(typed: str) -> None:
    once = guard(typed, SETTINGS)
    if once.outcome is None:
        again = guard(once.question, SETTINGS)
        assert again.question == once.question
        assert "hidden_characters" not in {warning.code for warning in again.warnings}

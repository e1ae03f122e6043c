from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.english import is_english
from bot.answering.spelling import Spelling
from bot.pipeline import Bot

ASKED = [
    "do you use cookies", "how long do you keep my ip address", "who gets my data", "do you sell my information",
    "what is the date", "is my data safe with you", "can i get a copy of my personal data", "how do i delete my data",
]  # fmt: skip


@pytest.fixture(scope="module")
def spelling(bot: Bot) -> Spelling:
    return bot._spelling


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("do yuo use cokies", "do you use cookies"),
        ("how lnog do you keep my ip adress", "how long do you keep my ip address"),
        ("Waht infromation do you colect?", "What information do you collect?"),
        ("WHO GETS MY DTAA", "WHO GETS MY DATA"),
        ("Do Yuo Sell My Data", "Do You Sell My Data"),
        ("is teh website's secuirty good", "is the website's security good"),
        ("hwo long", "how long"),
        ("hwo sees my data", "who sees my data"),
        ("doyou sell mydata", "do you sell my data"),
        ("third-prty cookies, (persistant) ones", "third-party cookies, (persistent) ones"),
        ("is Formstak safe", "is Formstack safe"),
        ("do you use Massachusets servers", "do you use Massachusetts servers"),
        ("my persnal infomration", "my personal information"),
    ],
)
def test_misspelled_words_are_repaired(spelling: Spelling, typed: str, repaired: str) -> None:
    assert spelling.repair(typed) == repaired


@pytest.mark.parametrize(
    "question",
    [
        "what date is it", "is there a sale of data", "does my cat count", "form or from", "was the report redacted",
        "do Formstack, Okta and Instagram see it", "does okta or instagram see it", "ask Marta Dtaa about it",
        "is the RMV or DCF or FBI reading this", "my SSN and DOB", "dont u keep pics lol", "isnt it public",
        "call [phone] or [social security number]", "jon@exmple.com or wwww.exmple.com/cokies", "code ab12cokie",
        "form W-9 and 1099B", "cokie_id = abc", "todays rules", "contacto publico", "dati personali",
        "¿venden mis datos?", "vendez-vous mes données", "was sind meine daten", "iPhone and eBay", "colour and favour",
        "", " ", "?", "don't sell it, they're mine",
    ],
)  # fmt: skip
def test_right_words_names_and_codes_stay(spelling: Spelling, question: str) -> None:
    assert spelling.repair(question) == question


def test_every_word_of_the_policy_is_right(bot: Bot, spelling: Spelling) -> None:
    for passage in bot.bundle.passages:
        assert spelling.repair(passage.text) == passage.text
        assert spelling.repair(passage.text.lower()) == passage.text.lower()


def test_the_words_around_decide_between_two_repairs() -> None:
    spelling = Spelling("", ["who sees my data"] * 5 + ["how long do you keep it"] * 6)
    assert spelling.repair("hwo sees my data") == "who sees my data"
    assert spelling.repair("hwo long do you") == "how long do you"


def test_only_words_that_are_asked_for_here_are_repairs() -> None:
    assert Spelling("", ASKED * 9).repair("do you use cokies") == "do you use cookies"
    assert Spelling("Bread and butter.").repair("do you use cokies") == "do you use cokies"


def test_a_word_of_the_policy_is_right_even_if_it_is_no_english_word() -> None:
    assert Spelling("We use Cokies.", ASKED * 9).repair("do you use cokies") == "do you use cokies"


def test_no_visitor_teaches_a_misspelled_word() -> None:
    assert Spelling("", [*ASKED * 9, *["do you use cokies"] * 5]).repair("cokies") == "cookies"


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    spelling = Spelling("Cookies", ASKED)
    repaired = spelling.repair(text)
    assert spelling.repair(repaired) == repaired or len(repaired) >= len(text) - 3


def test_the_lists_have_words_names_and_terms() -> None:
    known = "cookie colour boston gdpr instagram dont don't redacted unsubscribe"
    assert [word for word in known.split() if not is_english(word)] == []
    assert not [word for word in ("cokie", "adress", "yuo", "", "co", "okies") if len(word) > 2 and is_english(word)]

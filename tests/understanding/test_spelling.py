from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline import Bot
from bot.understanding.english import is_english
from bot.understanding.spelling import Spelling

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


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("ill my data be shared?", "will my data be shared?"),
        ("do thy sell my data", "do they sell my data"),
        ("has it ben stolen", "has it been stolen"),
        ("what odes this site collect", "what odes this site collect"),  # "does this" is not asked
        ("dogs ill my data", "dogs ill my data"),  # nor is "dogs will"
    ],
)
def test_english_words_that_fit_nowhere_are_repaired(typed: str, repaired: str) -> None:
    spelling = Spelling(
        "",
        ["will my data be kept", "what do they sell", "they sell my data", "has it been stolen", "what does it"] * 250,
    )
    assert spelling.repair(typed) == repaired


def test_english_words_stay_if_few_visitors_asked() -> None:
    asked = ["will my data be kept"] * 999
    assert Spelling("", asked).repair("ill my data be shared") == "ill my data be shared"
    assert Spelling("", [*asked, "hello"]).repair("ill my data be shared") == "will my data be shared"
    assert Spelling("", [*asked, "am i ill"]).repair("ill my data be shared") == "ill my data be shared"
    assert Spelling("Ill.", [*asked, "hello"]).repair("ill my data be shared") == "ill my data be shared"


@pytest.mark.parametrize(
    "question", ["is there a cafe near the mall", "can you share my current location with amy", "Dose my data count"]
)
def test_other_english_words_stay(spelling: Spelling, question: str) -> None:
    assert spelling.repair(question) == question


def test_a_long_word_may_become_an_english_word_that_nobody_uses() -> None:
    assert Spelling("").repair("an interantional flihgt") == "an international flihgt"
    assert Spelling("").repair("Interantional, saxaphone") == "International, saxophone"
    assert Spelling("").repair("ask Interantional") == "ask Interantional"


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [("pirvcy", "privacy"), ("cokeis", "cookies"), ("privvavy", "privacy"), ("pzivkcy", "pzivkcy"), ("pvcy", "pvcy")],
)
def test_two_mistakes_are_repaired_if_both_are_likely(typed: str, repaired: str) -> None:
    assert Spelling("", ["is privacy here", "are cookies here"] * 9).repair(f"is {typed} here") == f"is {repaired} here"


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

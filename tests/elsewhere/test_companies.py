import pytest

from bot.elsewhere.companies import is_company, may_be_company


@pytest.mark.parametrize("word", ["gitlab", "telegram", "zoominfo", "adblock"])
def test_companies_and_products_are_listed(word: str) -> None:
    assert is_company(word)
    assert not may_be_company(word)


@pytest.mark.parametrize("word", ["aclu", "wifi", "cookies", "", "#", "companies"])
def test_other_words_are_no_companies(word: str) -> None:
    assert not is_company(word)
    assert not may_be_company(word)


@pytest.mark.parametrize(("word", "expected"), [("quorvex", True), ("xqz", False), ("quor7vex", False)])
def test_a_word_in_no_list_may_be_a_name(word: str, expected: bool) -> None:
    assert may_be_company(word) is expected

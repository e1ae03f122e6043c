from __future__ import annotations

import pytest

from bot.drafting.verdicts import certain_verdict

SELL, COOKIES, IP = "Do you sell my data?", "Do you use cookies?", "Do you collect my IP address?"


@pytest.mark.parametrize(
    ("question", "statement", "verdict"),
    [
        (SELL, "We do not sell your personal information.", "no"),
        (SELL, "We don’t sell, rent, or trade your data to anyone.", "no"),
        (SELL, "Maple Bakery will never share or sell the personal information of its visitors.", "no"),
        (SELL, "We will not: sell your details to third parties.", "no"),
        (SELL, "Do you sell data? We never sell your data.", "no"),
        ("Do you record phone calls?", "We do not record phone calls.", "no"),
        (COOKIES, "We use cookies and similar technologies to remember you.", "yes"),
        (COOKIES, "Maple Bakery also uses “session cookies”.", "yes"),
        (IP, "We collect, store and use your IP address, for 30 days.", "yes"),
        (SELL, "We sell your personal information to data brokers.", "yes"),
    ],
)
def test_plain_words_decide(question: str, statement: str, verdict: str) -> None:
    assert certain_verdict(question, [statement], ["Maple Bakery"]) == verdict


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        (SELL, "We do not sell genetic data."),
        (SELL, "We do not sell your data unless you agree."),
        (SELL, "We do not sell your data for money."),
        (SELL, "We do not sell your data, except in a merger."),
        (SELL, "We do not sell personal information of children."),
        (SELL, "We do not sell your data to advertisers."),
        (SELL, "We do not knowingly sell your data."),
        (SELL, "We may not sell your data."),
        (SELL, "We do not use what you sell on the site."),
        (SELL, "We sell cakes, and we share your data."),
        (SELL, "We sell aggregated data."),
        (SELL, "Third parties do not sell your data."),
        (SELL, "In the past year, we have not sold your data."),
        (COOKIES, "We may use cookies."),
        (COOKIES, "We use cookies if you agree."),
        (COOKIES, "We use cookies on some pages."),
        (COOKIES, "We use e-mail to answer questions about cookies."),
        (COOKIES, "Our partners use cookies."),
        (COOKIES, "We do not use advertising cookies."),
        (IP, "We collect your address when you order."),
        (IP, "We do not collect your address."),
        ("Can I see my data?", "We collect your data."),
        ("Which cookies do you use?", "We use cookies."),
        ("Do you collect bank or card details?", "We collect your bank details."),
        ("Do you collect bank or card details?", "We do not collect card details."),
    ],
)
def test_any_doubt_leaves_the_verdict_to_the_owner(question: str, statement: str) -> None:
    assert certain_verdict(question, [statement], ["Maple Bakery"]) is None


def test_another_statement_can_make_a_verdict_doubtful() -> None:
    says = "We do not sell your data."
    assert certain_verdict(SELL, [says, "However, we may sell it in a merger."]) is None
    assert certain_verdict(SELL, [says, "We bake."]) == "no"
    assert certain_verdict(SELL, []) is None

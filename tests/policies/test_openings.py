"""Which sentences need the words before them, and which limit them."""

from __future__ import annotations

import pytest

from bot.policies.openings import cautions, completes_list, connects, limits, points_back, says_how, says_where


@pytest.mark.parametrize(
    "words",
    [
        "For this reason, part of it may be public.",
        "These tools may collect data.",
        "This information is kept.",
        "Such data is deleted.",
        "They set cookies.",
        "It also covers e-mail.",
        "In that case, we ask you.",
        "Those rights may be limited.",
        "If they do, we delete the account.",
        "Based on this information, you can decide.",
        "Some of these services are free.",
        "We do not sell this data.",
        "The purpose of these cookies is to count visits.",
        "You may delete it at any time.",
        "That is why we ask.",
    ],
)
def test_a_sentence_points_back(words: str) -> None:
    assert points_back(words)


@pytest.mark.parametrize(
    "words",
    [
        "This policy applies to the site.",
        "This WhatsApp Payments Privacy Policy supplements our terms.",
        "These Terms of Service apply.",
        "By using this website, you agree.",
        "Those who edit without an account use a number.",
        "It is important to know the law.",
        "It takes a day to delete an account.",
        "We keep your name.",
        "When you write to us, we keep it.",
        "Items such as cookies are small.",
        "Italy has its own law.",
    ],
)
def test_a_sentence_that_stands_alone_does_not_point_back(words: str) -> None:
    assert not points_back(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Formstack’s privacy policy can be found at www.formstack.com/privacy.", True),
        ("Please see our cookie policy.", True),
        ("For more information, visit our help pages.", True),
        ("You can find the list on this page.", True),
        ("We keep logs, which can be found at our office.", False),
        ("We use your address to see how often you visit.", False),
        ("Seeing is believing.", False),
    ],
)
def test_sentences_that_only_say_where_to_read_on(words: str, expected: bool) -> None:
    assert says_where(words) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("However, we may share your name.", True),
        ("In addition, we keep logs.", True),
        ("Therefore, we ask.", True),
        ("Otherwise, we delete your name.", True),
        ("If so, we delete your name.", True),
        ("The same applies to children.", True),
        ("As a result, nothing is kept.", True),
        ("Also, we keep logs.", True),
        ("And we keep logs.", True),
        ("For example, we keep your name.", True),
        ("As a result of your visit, we keep logs.", False),
        ("In addition to your name, we keep logs.", False),
        ("So that you can log in, we set a cookie.", False),
        ("Android phones are counted.", False),
        ("Further details are below.", False),
    ],
)
def test_connectives(words: str, expected: bool) -> None:
    assert connects(words) is expected


@pytest.mark.parametrize(
    ("words", "directly", "expected"),
    [
        ("Unless you agree.", False, True),
        ("Except as above.", False, True),
        ("The exceptions are listed here.", False, True),
        ("This does not apply to employees.", False, True),
        ("That rule doesn’t cover children.", False, True),
        ("The same does not apply to guests.", False, True),
        ("This only applies to adults.", False, True),
        ("However, the law may require more.", False, True),
        ("Only with your consent.", False, True),
        ("Unless you ask us, we keep your name.", True, True),
        ("Unless you ask us, we keep your name.", False, False),
        ("Others pay ten dollars.", True, True),
        ("Otherwise, it stays on your phone.", True, True),
        ("Until then, nobody sees it.", True, True),
        ("Everyone else stays on the list.", True, True),
        ("Everyone else stays on the list.", False, False),
        ("Otherwise of use.", True, False),
        ("This information is not used to identify you.", True, False),
        ("We never sell your name.", True, False),
    ],
)
def test_limits(words: str, directly: bool, expected: bool) -> None:
    assert limits(words, directly=directly) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("unless you agree.", True),
        ("in each case only with your consent.", True),
        ("— but only if the law allows.", True),
        ("We ask first.", False),
        ("iPhone users are counted.", False),
        ("if you ask, we delete your name.", False),
    ],
)
def test_words_that_end_the_sentence_of_a_list(words: str, expected: bool) -> None:
    assert completes_list(words) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Please keep in mind that we may keep your orders.", True),
        ("Please note, however, that some pages will not work.", True),
        ("You should be aware that this cannot be undone.", True),
        ("NOTE: we do not sell it.", True),
        ("Please be advised that backups are only deleted monthly.", True),
        ("If you opt out, we may still write to you about orders.", True),
        ("If you do not provide it, you cannot order.", True),
        ("Deleting the app does not delete your account.", True),
        ("Closing your account will not remove your reviews.", True),
        ("Please note the address of our shop.", False),
        ("Notes on cookies may be long.", False),
        ("If you order twice, we may not ask again.", False),
        ("If you write to us, we will answer.", False),
        ("Understanding this policy may take time.", False),
        ("Deleting data is a right.", False),
    ],
)
def test_a_sentence_cautions_about_the_one_before(words: str, expected: bool) -> None:
    assert cautions(words) is expected


@pytest.mark.parametrize(
    ("before", "words", "expected"),
    [
        ("You may opt out of our letters.", "Just follow the link in them.", True),
        ("You can close your account.", "You can do so in your settings, or do this by mail.", True),
        ("We give advance notice of changes.", "Notification will be provided by email.", True),
        ("You can request a copy.", "Your requests must be sent to the desk.", True),
        ("We keep your name.", "Notification will be provided by email.", False),
        ("You may opt out of our letters.", "Please visit our shop.", False),
        ("You may opt out of our letters.", "Just because you do, we do not mind.", False),
        ("You can request a copy.", "Requests are sent.", False),
        ("We sell bread.", "To do so, we need an oven.", False),
    ],
)
def test_a_sentence_says_how_to_do_what_the_one_before_says(before: str, words: str, expected: bool) -> None:
    assert says_how(words, before) is expected

"""Products of a policy's owner, which mean "you", and those of others, which never do."""

from __future__ import annotations

import pytest

from bot.policies.products import own_sites, product_names


@pytest.mark.parametrize(
    ("names", "text", "product"),
    [
        (["Fernley Clinic"], "Messages in the MyFern patient portal are kept.", "MyFern"),
        (["DMV"], "To open a myDMV account, show a card.", "myDMV"),
        (["Larkspur University"], "This is for the Larkspur Connect app.", "Larkspur Connect"),
        (["Larkimedia"], "We host sites like Larkipedia and more.", "Larkipedia"),
    ],
)
def test_products_have_a_part_of_the_owners_name(names: list[str], text: str, product: str) -> None:
    assert list(product_names(names, [text])) == [product]


@pytest.mark.parametrize(
    "text",
    [
        "You can sign in with the Facebook app.",
        "When you use Meta products, Meta gets data.",
        "We use services such as Google Analytics.",
        "Some sites, like YouTube, set cookies.",
        "The National Parks app is run by others.",
    ],
)
def test_products_of_others(text: str) -> None:
    assert list(product_names(["Larkspur University", "WhatsUp", "the Library"], [text])) == []


def test_sites_of_the_owner() -> None:
    texts = [
        "When you use our website, Larkspur.ai, or our apps, we see it.",
        "This site is located at https://www.maple.example.",
        "Visit the site paybird.example, or our website and fern.example.",
    ]
    assert list(own_sites(texts)) == ["larkspur.ai", "maple.example"]

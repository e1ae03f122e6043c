"""Pages whose style sheets, and not their tags, put words on lines of their own or apart."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from bot.policies.readers.html import read_html


def read(page: str) -> str:
    return read_html(page.encode(), PurePath("page.html")).text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            '<p><span style="display: block">We keep names.</span><span style="display:block">We sell none.</span></p>',
            "We keep names.\n\nWe sell none.",
            id="blocks by a style of their own",
        ),
        pytest.param(
            "<style>.line { display: block }</style><p><span class=line>We keep it.</span>We sell none.</p>",
            "We keep it.\n\nWe sell none.",
            id="blocks by a class",
        ),
        pytest.param(
            "<style>.faq > span, .x { display: block }</style>"
            "<div class=faq><span>We keep it.</span><span>We sell none.</span></div>"
            "<p><span>We</span> <span>ask.</span></p>",
            "We keep it.\n\nWe sell none.\n\nWe ask.",
            id="blocks inside of a class, and nowhere else",
        ),
        pytest.param(
            "<style>@media print { span { display: block } }</style><p><span>We</span> <span>ask.</span></p>",
            "We ask.",
            id="a media query",
        ),
        pytest.param(
            '<div style="display:flex; gap:8px"><span>Email:</span><span>a@b.test</span></div>',
            "Email: a@b.test",
            id="items of a row",
        ),
        pytest.param(
            "<style>.row{display:grid}</style><div class=row><b>Kept</b><span>30 days.</span></div>",
            "Kept 30 days.",
            id="cells of a grid",
        ),
        pytest.param(
            "<style>span.badge{padding:0 4px}</style><p>We use cookies<span class=badge>New</span>for statistics.</p>",
            "We use cookies New for statistics.",
            id="a badge with room",
        ),
        pytest.param(
            '<p>Our logs<span style="float: right">30 days</span></p>', "Our logs 30 days", id="a floating period"
        ),
        pytest.param(
            '<p><span style="float:left">W</span>e keep <span style="padding:4px 0">no</span>thing.</p>',
            "We keep nothing.",
            id="a large first letter, and room above",
        ),
        pytest.param(
            "<style>a{padding:0 1px}</style>"
            "<p>See our <a href=/c>cookie</a>s (<span style='margin:2px'>here</span>).</p>",
            "See our cookies (here).",
            id="a link in a word, and marks",
        ),
    ],
)
def test_words_are_as_far_apart_as_the_page_shows_them(body: str, expected: str) -> None:
    assert read(f"<main>{body}</main>") == expected


def test_many_rules_of_one_name_cost_no_more_for_each_element() -> None:
    sheet = "".join(f".a .b{number}{{display:block}}" for number in range(5_000)) + ".a span{display:block}" * 5_000
    page = f"<style>{sheet}</style><div class=a>" + "<span>We ask.</span>" * 2_000 + "</div>"
    assert read(page).startswith("We ask.\n\nWe ask.")

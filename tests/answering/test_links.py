from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.compose import Citer
from bot.answering.links import page_url
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.policies.places import with_places
from bot.policies.readers.kinds import read_file
from bot.types import Policy

URL = "https://example.org/privacy"


def page(markup: str, name: str = "p.html", url: str = URL) -> Policy:
    reading = read_file(markup.encode(), Path(name))
    return with_places(parse_policy(reading.text, id="p", url=url), reading)


def links(policy: Policy) -> list[str]:
    """Return the fragments of all statements, as a browser reads them."""
    urls = [str(page_url(policy, s.start, s.end)) for s in policy.sentences]
    assert all(url.startswith(f"{URL}#") for url in urls)
    return [unquote(url.removeprefix(f"{URL}#")) for url in urls]


def test_words_are_unique_on_the_whole_page_with_its_menus() -> None:
    policy = page("<nav>We sell nothing.</nav><main><h1>T</h1><p>Please note: We sell nothing.</p></main>")
    at = policy.text.index("We sell")
    assert unquote(str(page_url(policy, at, at + 16))).endswith("text=Please note:-,We sell nothing.")


def test_the_page_says_what_the_reader_leaves_out() -> None:
    policy = page("<h1>T</h1><p>We sell nothing<sup><a href='#1'>1</a></sup> at all, <del>almost </del>ever.</p>")
    assert policy.sentences[0].text == "We sell nothing at all, ever."
    assert links(policy) == [":~:text=We sell nothing1 at all, almost ever."]


@pytest.mark.parametrize(
    ("body", "fragment"),
    [
        ("We sell&nbsp; nothing at all.", "We sell,nothing at all.&text=We sell"),
        ("We sell<br>nothing at all.", "We sell,nothing at all.&text=We sell"),
        ("We <b>se</b>ll\n  no&shy;thing at <a href=x>all</a>.", "We sell nothing at all."),
        ("We sell <span style='display:inline-block'>nothing</span> at all.", "We sell,at all.&text=We sell"),
    ],
)
def test_no_part_crosses_what_a_search_stops_at(body: str, fragment: str) -> None:
    assert links(page(f"<h1>T</h1><p>{body}</p>")) == [f":~:text={fragment}"]


def test_equal_items_are_told_by_their_neighbors() -> None:
    policy = page("<h1>T</h1><p>We keep:<ul><li>your name<li>logs</ul><p>We sell:<ul><li>no address<li>logs</ul>")
    assert links(policy)[1::2] == [":~:text=your name-,logs,-We sell:", ":~:text=no address-,logs"]


def test_rows_that_begin_alike_are_opened_at_a_later_cell() -> None:
    rows = "".join(f"<tr><td>Us<td>cookie {n}<td>One year" for n in "abc")
    policy = page(f"<h1>T</h1><table><tr><th>Who<th>What<th>How long{rows}</table><p>The end of it.</p>")
    assert links(policy)[1] == ":~:text=Us-,cookie b,One year&text=Us-,cookie b"


def test_a_cell_that_spans_rows_is_not_part_of_later_rows() -> None:
    filler = "Some words that fill this cell with a long text."
    policy = page(
        "<h1>T</h1><table><tr><th>Who<th>What"
        f"<tr><td rowspan=2>Us<td>Our names. {filler}<tr><td>Your age. {filler}</table>"
    )
    assert links(policy)[1] == f":~:text=Your age. {filler}"


def test_the_id_of_the_section_is_in_the_link() -> None:
    policy = page(
        "<h1>T</h1><p>We log.</p><section id='kept data'><h2>Kept</h2><p>We keep it.</p></section>"
        "<h2><a name=sold></a>Sold</h2><p>We sell it.</p><h2>Last</h2><p>We end it.</p>"
    )
    assert links(policy) == [
        ":~:text=We log.",
        "kept data:~:text=We keep it.",
        "sold:~:text=We sell it.",
        ":~:text=We end it.",
    ]


def test_a_pdf_is_opened_at_the_page() -> None:
    policy = dataclasses.replace(parse_policy("T\n\nWe log.\n\nWe sell.\n", id="p", url=URL + ".pdf"), pages=(0, 11))
    assert [page_url(policy, s.start, s.end) for s in policy.sentences] == [f"{URL}.pdf#page=1", f"{URL}.pdf#page=2"]
    policy = dataclasses.replace(policy, url=URL)
    assert page_url(policy, policy.sentences[1].start, policy.sentences[1].end) == f"{URL}#page=2:~:text=We%20sell."


def test_a_citation_has_the_links_of_its_words() -> None:
    policy = page(
        "<h1>T</h1><p>See <a href='/form'>this <b>form</b></a> or <a href='mailto:a@b.org'>write</a> or "
        "<a href='javascript:alert(1)'>click</a>, <a href='ftp://x.org'>fetch</a> and <a href='#top'>go up</a>.</p>"
        "<p>Call <a href='tel:+1-617'>us</a>.</p>"
    )
    passages = make_passages(policy)
    first, second = Citer(passages, policy).cite(range(len(passages)))
    found = first.to_json()["links"]
    assert [(link["text"], link["url"]) for link in found] == [
        ("this form", "https://example.org/form"),
        ("write", "mailto:a@b.org"),
        ("go up", f"{URL}#top"),
    ]
    assert all(policy.text[link["start"] : link["end"]] == link["text"] for link in found)
    assert [link["url"] for link in second.to_json()["links"]] == ["tel:+1-617"]


def test_links_in_markdown_and_against_a_base() -> None:
    policy = page("# T\n\nSee [this form](https://example.org/form) and [that](/other).\n", "p.md")
    assert [link.url for link in policy.links] == ["https://example.org/form", "https://example.org/other"]
    policy = page("<base href='https://other.org/a/'><h1>T</h1><p>See <a href=b>this form</a>.</p>")
    assert [link.url for link in policy.links] == ["https://other.org/a/b"]


def test_relative_links_of_a_policy_without_an_address_lead_nowhere() -> None:
    reading = read_file(
        b"<h1>T</h1><p>See <a href=/form>this</a> and <a href='https://x.org'>that</a>.", Path("p.html")
    )
    policy = with_places(parse_policy(reading.text, id="p"), reading)
    assert [link.url for link in policy.links] == ["https://x.org"]


_PIECES = st.sampled_from(
    [
        *("We log it. ", "<b>not</b> ", "<br>", "&nbsp; ", "<p>", "<ul><li>", "</ul>", "<a href=/x>this form</a> "),
        *("<h2 id=k>Kept", "</h2>", "<table><tr><td>a|b<td rowspan=2>c<tr><td>d</table>", "\u00ad", "x\u200by ", "İß "),
        *("<sup><a href='#f'>1</a></sup>", "<div hidden>no</div>", "<del>old</del>", "<nav>We log it.</nav>"),
        *("<pre>a  b\nc</pre>", "<button>Ok</button>"),
    ]
)


@given(st.lists(_PIECES, max_size=25))
def test_runs_are_equal_words_and_every_statement_has_a_link(pieces: list[str]) -> None:
    policy = page(f"<h1>T</h1><p>We keep data.</p>{''.join(pieces)}")
    assert policy.page is not None
    for start, at, length in policy.page.runs:
        assert policy.text[start : start + length] == policy.page.text[at : at + length]
    for link in policy.links:
        assert policy.text[link.start : link.end].split() in (["this", "form"], ["this"], ["form"])
    # All words come from the page, apart from marks that the reader adds and a bar that it replaces.
    covered = {at for run in policy.page.runs for at in range(run.start, run.start + run.length)}
    missing = {c for at, c in enumerate(policy.text) if at not in covered and not c.isspace()}
    assert missing <= set("#•|-/")
    assert len(links(policy)) == len(policy.sentences)


def test_the_pieces_of_a_quote_are_the_quote() -> None:
    policy = page("<h1>T</h1><p><a href=/a>Ask us</a> or 🙂 <a href=/b>write</a><a href=/c>.</a></p>")
    passages = make_passages(policy)
    (citation,) = Citer(passages, policy).cite([0])
    assert citation.pieces == (
        ("Ask us", "https://example.org/a"),
        (" or 🙂 ", None),
        ("write", "https://example.org/b"),
        (".", "https://example.org/c"),
    )
    assert "".join(words for words, _ in citation.pieces) == citation.quote

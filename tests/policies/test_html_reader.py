"""HTML as a reader of the page sees it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.readers.html import read_html
from bot.policies.readers.reading import Reading
from bot.types import AskPolicyError

PAGE = Path("page.html")
KEPT = "<h1>Privacy</h1><p>We keep your name for two years, and then we delete it.</p>"
TEXT = "# Privacy\n\nWe keep your name for two years, and then we delete it."


def read(markup: str) -> Reading:
    return read_html(markup.encode(), PAGE)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>e<i>-</i>mail, re<wbr>sold, co&shy;operate</p>", "e-mail, resold, cooperate"),
        ("<p>We <b>never</b> sell<span> it</span>.</p>", "We never sell it."),
        ("<p>We keep <!-- not --> it.</p>", "We keep it."),
        ("<p>one</p>two<div>three</div>", "one\n\ntwo\n\nthree"),
        ("<div>30&nbsp;days &amp; nights\n\n of   logs</div>", "30 days & nights of logs"),
        ("<span style='display: block'>one</span><span style='display:block'>two</span>", "one\n\ntwo"),
        ("<p>one <div style='display:inline'>two</div></p>", "one\n\ntwo"),
        ("<p>a</p><pre>one\ntwo\n\nthree</pre>", "a\n\none\ntwo\n\nthree"),
        ("<ul><li>a<ol><li>b<ul><li>c</ul></ol><li>d</ul>", "• a\n  • b\n    • c\n• d"),
        ("<ul><li><p>First.</p><p>Second.</p></li></ul>", "• First.\n\n  Second."),
        ("<ul><li>a</ul><ul><li>b</ul>", "• a\n\n• b"),
        ("<ul><li><h3>Name</h3><p>We keep it.</p></ul>", "### Name\n\n  We keep it."),
        ("<dl><dt>Do you sell it?<dd>We do not.</dl>", "# Do you sell it?\n\nWe do not."),
        ("<div role=heading aria-level=3>Name</div><p>Kept.</p>", "### Name\n\nKept."),
        ("<h3><button aria-expanded=false>Name</button></h3><p>Kept.</p>", "### Name\n\nKept."),
        ("<h2>Kept</h2><p><strong>Your name</strong></p><p>Two years.</p>", "## Kept\n\n### Your name\n\nTwo years."),
        ("<p><strong>We never sell it</strong></p><p>Two years.</p>", "We never sell it\n\nTwo years."),
        ("<p><b>We will not:</b></p><ul><li>sell it</ul>", "We will not:\n\n• sell it"),
        ("<h2>Name <a href='#name'>¶</a></h2><p>a<sup><a href='#n1'>1</a></sup>.</p>", "## Name\n\na."),
        ("<p><a href='/x' class='__cf_email__' data-cfemail='01604179'>[email protected]</a></p>", "a@x"),
        ("<textarea readonly>" + "word " * 40 + "</textarea>", ("word " * 40).strip()),
        ("<style>.c1{color:red;font-weight:700}</style><p class=c1>Name</p><p>Kept.</p>", "# Name\n\nKept."),
        ("<p>·<span>&nbsp;&nbsp; </span>our bank;</p><p>o&nbsp; only here</p>", "• our bank;\n  • only here"),
        ("<p>o cualquier otra</p><p>-5 degrees</p>", "o cualquier otra\n\n-5 degrees"),
        (
            "<p>We will not:</p><blockquote><p>sell it</p><p>lend it</p></blockquote>",
            "We will not:\n\n• sell it\n• lend it",
        ),
        ("<p>We say so.</p><blockquote><p>Only a week.</p></blockquote>", "We say so.\n\nOnly a week."),
        (
            "<p>We will not:</p><blockquote>(a) sell it<p>unless you ask</p></blockquote>",
            "We will not:\n\n(a) sell it\n\nunless you ask",
        ),
    ],
)
def test_words_and_lines_are_those_that_a_browser_shows(markup: str, text: str) -> None:
    assert read(markup).text == text


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("<tr><td><b>A</b><td><b>B</b><tr><td>1<td>2", ["| A | B |", "| --- | --- |", "| 1 | 2 |"]),
        ("<tr><td>A<td>B<tr><td>1<td>2", ["|  |  |", "| --- | --- |", "| A | B |", "| 1 | 2 |"]),
        ("<tr><td><th>B<tr><th>x<td>1", ["|  | B |", "| --- | --- |", "| x | 1 |"]),
        (
            "<tr><th>A<th>B<tr><td rowspan=2>x<td>1<tr><td>2",
            ["| A | B |", "| --- | --- |", "| x | 1 |", "| x | 2 |"],
        ),
        ("<tr><th>A<th>B<tr><td colspan=2>x", ["| A | B |", "| --- | --- |", "| x | x |"]),
        (
            "<tr><th>A<th>B<tr><td><ul><li>x<li>y</ul><td>1<br>2 | 3",
            ["| A | B |", "| --- | --- |", "| • x • y | 1 2 / 3 |"],
        ),
        (
            "<tr><th>A<th>B<tr><td>1<td>2<tr><th colspan=2>C<tr><td>3<td>4",
            ["| A | B |", "| --- | --- |", "| 1 | 2 |", "| C: A | B |", "| --- | --- |", "| 3 | 4 |"],
        ),
        (
            "<tr><th colspan=2>A<tr><td>1<td>2<tr><td colspan=2><b>B</b><tr><td>3<td>4",
            ["| A | A |", "| --- | --- |", "| 1 | 2 |", "| B | B |", "| --- | --- |", "| 3 | 4 |"],
        ),
        ("<tr><th>A<th>B<tr><td>x", ["| A | B |", "| --- | --- |", "| x |  |"]),
        (
            "<tr><th rowspan=2>A<th colspan=2>B<tr><th>C<th>D<tr><td>1<td>2<td>3",
            ["| A | B: C | D |", "| --- | --- | --- |", "| 1 | 2 | 3 |"],
        ),
        (
            "<thead><tr><td>A<td>B<tr><td>C<td>D</thead><tr><td>1<td>2",
            ["| A: C | B: D |", "| --- | --- |", "| 1 | 2 |"],
        ),
        ("<tr><th>A<th>B<tr><th>C<th>D<tr><td>1<td>2", ["| A | B |", "| --- | --- |", "| C | D |", "| 1 | 2 |"]),
        (
            "<tr><th>A<th>B<tr><td colspan=2>If you agree<tr><td>1<td>2",
            ["| A | B |", "| --- | --- |", "| If you agree: A | B |", "| --- | --- |", "| 1 | 2 |"],
        ),
        (
            "<tr><th>A<th>B<tr><td colspan=2>We keep no more.<tr><td>1<td>2",
            ["| A | B |", "| --- | --- |", "| We keep no more. |", "| 1 | 2 |"],
        ),
    ],
)
def test_a_table_is_read_row_by_row(rows: str, lines: list[str]) -> None:
    assert read(f"<table>{rows}</table>").text.splitlines() == lines


def test_a_table_of_other_elements_is_one() -> None:
    heads = (
        "<div role=rowgroup><div role=row><span role=columnheader>A</span><span role=columnheader>B</span></div></div>"
    )
    row = "<div role=row><span role=rowheader>1</span><span role=cell>2</span></div>"
    page = f"<div role=table>{heads}<div role=rowgroup>{row}</div></div>"
    assert read(page).text == "| A | B |\n| --- | --- |\n| 1 | 2 |"


@pytest.mark.parametrize(
    "table",
    [
        "<table role=presentation><tr><td>One.<td>Two.<tr><td>Three.<td>Four.</table>",
        "<table><tr><td>One.<tr><td>Two.<tr><td>Three.<tr><td>Four.</table>",
        "<table><tr><td><p>One.</p><p>Two.</p><td>Three.<p>Four.</table>",
    ],
)
def test_a_table_that_arranges_a_page_is_none(table: str) -> None:
    assert read(table).text == "One.\n\nTwo.\n\nThree.\n\nFour."


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>let x = 'sold'</script>",
        "<noscript>sold</noscript>",
        "<template>sold</template>",
        "<p hidden>sold</p>",
        "<p style='color:red; DISPLAY : none'>sold</p>",
        "<p style='visibility: hidden !important'>sold</p>",
        "<style>.old, #x { display: none }</style><p class='a old'>sold</p>",
        "<span class=sr-only>sold</span>",
        "<p>We <del>sold</del></p>".replace("We ", ""),
        "<dialog>sold</dialog>",
        "<select><option>sold</select>",
        "<nav><p>sold</p></nav>",
        "<div role=navigation>sold</div>",
        "<ul class=main-menu><li><a href=/>sold</a></ul>",
        "<footer>sold</footer>",
        "<div class='site-footer'>sold</div>",
        "<div id=onetrust-banner-sdk><p>sold</p></div>",
        "<div class=x><p>We use cookies, sold</p><button>Accept all</button></div>",
        "<div role=dialog aria-modal=true>sold</div>",
        "<ul><li><a href=#a>sold</a><li><a href=#b>sold</a></ul>",
        "<a href=#main>Skip to content, sold</a>",
        "<img alt=sold src=x>",
        "<table><tr><td>" + "<a href=/x>sold</a><br>" * 4 + "</table>",
    ],
)
def test_what_no_reader_sees_or_is_no_policy_is_left_out(unseen: str) -> None:
    assert read(f"<body>{unseen}{KEPT}").text == TEXT
    assert read(f"<body>{KEPT}{unseen}").text == TEXT
    assert read(f"<main>{KEPT}</main>{unseen}").text == TEXT


@pytest.mark.parametrize(
    "seen",
    [
        "<p hidden=until-found>{}</p>",
        "<section class=cookie-policy><h2>Cookies</h2><p>{}</p></section>",
        "<style>@media print {{ p {{ display: none }} .s {{ display: none }} }}</style><p class=s>{}</p>",
        "<button aria-expanded=false aria-controls=p>Name</button><div id=p hidden>{}</div>",
        "<form><p>{}</p><input value=x></form>",
        "<article><footer>{}</footer></article>",
        "<main><div class=cookie-notice>{}</div></main>",
        "<ul><li><a href=#a>{}</a> and more<li><a href=#b>b</a></ul>",
        "<table><tr><td><nav>x</nav>{}</table>",
        "<table><tr><td><a href=/>{}</a><a href=/>b</a><a href=/>c</a></table>",
        "<table><tr><td>" + "<a href=/>b</a><br>" * 4 + "{}</table>",
    ],
)
def test_what_a_reader_sees_is_kept(seen: str) -> None:
    assert "We share cookies." in read(KEPT + seen.format("We share cookies.")).text


def test_terms_that_share_a_description_are_one_item() -> None:
    page = "<dl><dt>Loans<dd>A week.<dt>Fines<dt>Dues<dd>A year.</dl>"
    assert read(page).text == "• Loans\n  • A week.\n• Fines\n  Dues\n  • A year."


@pytest.mark.parametrize(
    "page",
    [
        "<button role=tab aria-controls=a>App</button><div role=tabpanel id=a hidden><p>We ask.</p></div>",
        "<a role=tab href=#a>App</a><div role=tabpanel id=a><p>We ask.</p></div>",
        "<li role=tab id=t>App</li><div role=tabpanel aria-labelledby=t><p>We ask.</p></div>",
        "<li role=tab>App</li><div role=tabpanel><p>We ask.</p></div>",
        "<li role=tab>Our app</li><div role=tabpanel><h2>App</h2><p>We ask.</p></div>",
    ],
)
def test_the_label_of_a_tab_is_the_heading_of_what_it_shows(page: str) -> None:
    assert read(f"<h1>Maple</h1>{page}").text == "# Maple\n\n## App\n\nWe ask."


@pytest.mark.parametrize(
    "page",
    [
        "<div role=button aria-expanded=false aria-controls=a>App</div><nav id=a><p>We ask.</p></nav>",
        "<button aria-expanded=false aria-controls=a>App</button><div id=a hidden>We ask.</div>",
    ],
)
def test_the_button_of_an_accordion_is_the_heading_of_its_part(page: str) -> None:
    assert read(f"<main><h1>Maple</h1><h2>Data</h2>{page}</main>").text == "# Maple\n\n## Data\n\n### App\n\nWe ask."


def test_buttons_above_hidden_parts_are_headings() -> None:
    part = "<button>{}</button><div class=p>{}</div>"
    parts = part.format("App", "We ask.") + part.format("Site", "We film.")
    style = "<style>.p{display:none}</style>"
    assert (
        read(f"{style}<main><h1>Maple</h1>{parts}</main>").text == "# Maple\n\n## App\n\nWe ask.\n\n## Site\n\nWe film."
    )
    # One alone is what a script shows for another reason.
    assert read(f"{style}<main>{KEPT}{part.format('Join', 'Your email')}</main>").text == TEXT


def test_a_sentence_goes_on_in_a_button() -> None:
    assert read("<p>Decline in our <button>cookie settings</button>.</p>").text == "Decline in our cookie settings."
    assert read("<p>We ask you about it first. <button>Accept</button></p>").text == "We ask you about it first."


def test_a_menu_that_a_button_opens_is_left_out() -> None:
    menu = "<button aria-expanded=false aria-controls=a>Menu</button><nav id=a><a href=/>Home</a></nav>"
    assert "Home" not in read(f"<main>{menu}{KEPT}</main>").text


def test_a_button_that_opens_more_is_no_heading() -> None:
    more = "<button aria-expanded=false aria-controls=a>Read more</button><div id=a hidden>We ask.</div>"
    assert "# Read more" not in read(f"<main>{KEPT}{more}</main>").text


@pytest.mark.parametrize(
    ("sentences", "text"),
    [
        ("We tell schools.{} We film.", "We tell schools. Only <b>pupils</b>. We film."),
        ("We tell{} our schools. We film.", "We tell our schools. Only <b>pupils</b>. We film."),
        ("We tell{} <b>schools.</b>", "We tell <b>schools.</b> Only <b>pupils</b>."),
    ],
)
def test_a_footnote_is_read_after_the_sentence_with_its_mark(sentences: str, text: str) -> None:
    mark, note = "<sup><a href=#n>1</a></sup>", "<li id=n><p>Only <b>pupils</b>. <a href=#r>↩</a></p>"
    reading = read(f"<p>{sentences.format(mark)}</p><p>We ask.</p><ol>{note}</ol>")
    assert reading.text == re.sub("</?b>", "", text) + "\n\nWe ask."
    page = reading.page
    assert page is not None
    assert all(reading.text[s : s + n] == page.text[at : at + n] for s, at, n in page.runs)


@pytest.mark.parametrize("note", ["<li id=n>Only", "<li id=x>Only.", "<li id=n>" + "Only. " * 90])
def test_a_footnote_that_is_no_sentence_for_one_mark_stays(note: str) -> None:
    mark = "<sup><a href=#n>1</a></sup>"
    assert read(f"<p>We tell schools.{mark} We film.</p><ol>{note}</ol>").text.startswith("We tell schools. We film.\n")


def test_a_question_on_a_button_is_the_heading_of_its_answer() -> None:
    assert read("<button>Do you share our cookies?</button><div>No.</div>").text == "Do you share our cookies?\n\nNo."
    assert read("<button>Was this helpful?</button><div>We ask.</div>").text == "We ask."


def test_a_dialog_that_hides_the_page_from_screen_readers_hides_no_policy() -> None:
    assert read(f"<div aria-hidden=true>{KEPT}</div><div aria-hidden=true>x</div>").text == TEXT


def test_a_title_in_the_header_of_the_page_is_kept() -> None:
    assert read("<header><nav>Home</nav><h1>Privacy</h1></header><p>Kept.</p>").text == "# Privacy\n\nKept."
    assert read("<header><h1>Shop</h1></header><main><h1>Privacy</h1><p>Kept.</p></main>").text == "# Privacy\n\nKept."


def test_articles_next_to_the_main_part_are_left_out() -> None:
    reading = read(f"<main>{KEPT}</main><article>News of cakes.</article>")
    assert reading.text == TEXT
    assert reading.left_out == ("text outside the main part of the page (3 words: “News of cakes.”)",)


def test_a_policy_in_a_frame_is_said_to_be_elsewhere() -> None:
    with pytest.raises(AskPolicyError, match=r"page.html shows its policy in a frame: save the document at /p.html"):
        read("<body><iframe src='/p.html'></iframe></body>")
    (note,) = read("<h1>Privacy</h1><p>Loading</p><iframe src=https://x.example/p></iframe>").left_out
    assert note.startswith("a frame that shows https://x.example/p: the policy itself may be there")
    assert read(KEPT + "<iframe hidden src=/tracker></iframe>").left_out == ()


WORDS = st.text(st.sampled_from("abcdeé’-0"), min_size=1, max_size=6)
INLINE = st.sampled_from(["b", "i", "span", "a", "em", "code", "font", "u", "small", "mark"])
BLOCK = st.sampled_from(["p", "div", "section", "h2", "blockquote", "li", "article", "address", "form", "td", "x-y"])


@st.composite
def markups(draw: st.DrawFn, depth: int = 3) -> tuple[str, list[str]]:
    """A document, and its words in order. Every word is in a run of its own, with blanks around it."""
    markup, words = "", []
    for _ in range(draw(st.integers(1, 4))):
        word = draw(WORDS)
        cut = draw(st.integers(0, len(word)))
        tag = draw(INLINE)
        markup += f" {word[:cut]}<{tag}>{word[cut:]}</{tag}> "
        words.append(word)
        if depth:
            below, more = draw(markups(depth=depth - 1))
            tag = draw(BLOCK)
            markup += f"<{tag}>{below}</{tag}>"
            words += more
    return markup, words


@given(markups())
def test_words_survive_in_order_and_whole(document: tuple[str, list[str]]) -> None:
    markup, words = document
    read_words = [word for word in read(f"<main>{markup}</main>").text.split() if word.strip("#•|")]
    assert read_words == words


@given(st.text(st.sampled_from("<>/ab pdivultr=\"'&;!-# \n")))
def test_no_page_fails(markup: str) -> None:
    read(markup)


@pytest.mark.security
@pytest.mark.parametrize(
    "part",
    [
        "<div>",
        "<ul><li>",
        "<b><p>",
        "<table><tr><td>",
        "<p>a",
        "<br>",
        "<a href=#a>b",
        "<dl><dt>a",
        "<sup>a",
        "<article>a",
        "<blockquote><p>a:",
        "<blockquote>a:</blockquote>",
        "<tr><th colspan=2>a",
        "<button aria-expanded=false aria-controls=a>a</button><p id=a>",
    ],
)
def test_a_long_or_deep_page_takes_time_in_proportion(part: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        read(part * times + "x")
        return time.process_time() - started

    short = min(seconds(1_000) for _ in range(3))
    assert seconds(4_000) < 4 * 2.5 * short + 0.05

"""PDFs, read as a person reads them: columns, headings, lists, tables; and files that are broken on purpose."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.policies.blocks import Kind, read_blocks
from bot.policies.folder import load_policy_folder
from bot.policies.parsing import parse_policy
from bot.policies.readers import pdf as reader
from bot.policies.readers.kinds import read_file
from bot.policies.readers.pdf.text import Joiner
from bot.policies.readers.reading import Reading
from bot.types import AskPolicyError
from tests.policies.test_reader_cases import BAKERY
from tests.support.pdf import flip, lines, pdf

CASES = Path(__file__).parent / "cases"
CORPUS = Path(__file__).parents[2] / "corpus"
OAK = """\
# Oak Bakery privacy notice

Last updated: 3 March 2025

This e-mail notice says what we do. If you opt-out of third-party cookies, the on-line shop still works, and/or you \
may write to https://oak.example/privacy/contact/form?id=12 or privacy@oak.example.

## 1. What we keep

We keep what this table says, and we do not show it to anybody unless a court orders us to do so.

| Data | Why we have it | How long we keep it |
| --- | --- | --- |
| Email address | To send you the newsletter that you asked for, and to answer what you write to us | Until you \
unsubscribe. |
| IP address | To protect the website against attacks | 30 days |
| Recordings of phone calls with our shop | To train our staff | We delete them after 6 months. |
| Photographs |  | 3 days |

### 1.1 What we never do

We will not:

• sell your name;
• rent it, which means:
  • lending it for money, to anyone at all who asks us for it, in this country or another one
  • swapping it
• show it.

## 2. Your rights

You may ask us for these things:

1. a copy of what we keep about you, which we send within a month of the day on which you asked for it;
2. a correction;
3. that we delete it.

Note: we ask who you are first. Office of the efficient offline fluffy shuffle: first, find a file.

#### Children

We do not knowingly keep data of children under 13."""
# Printed with Chromium, Typst, WeasyPrint and ReportLab: in one, two and three columns, with hyphens and running heads.
MASSGOV = sorted(path.name for path in CASES.glob("*massgov-*.pdf"))


def read(data: bytes) -> Reading:
    return read_file(data, Path("p.pdf"))


def case(name: str) -> Reading:
    return read_file((CASES / name).read_bytes(), CASES / name)


def folded(words: str) -> str:
    return " ".join(words.split())


def headings(text: str) -> list[str]:
    return [folded(text[b.span.start : b.span.end]) for b in read_blocks(text) if b.kind is Kind.HEADING]


def test_a_page_is_read_word_for_word() -> None:
    assert case("04-page-header.pdf").text == BAKERY
    assert case("12-encrypted-owner.pdf").text == BAKERY
    assert case("oak-table.pdf").text == OAK


def test_columns_are_read_one_after_the_other() -> None:
    first, *others = case("04-two-columns.pdf").text.split("## Oak Bakery privacy notice\n")
    rest = BAKERY.split("\n", 1)[1]
    assert first.strip() == BAKERY
    assert [each.strip() for each in others] == [rest.strip().replace("what Maple", "what Oak")] * 2


@pytest.mark.parametrize("name", MASSGOV)
def test_the_massgov_policy_is_read_whole(name: str) -> None:
    policy = load_policy_folder("massgov", CORPUS).policy
    text = case(name).text
    # Lines that only name a date, and are paragraphs of their own in these two, are headings to the parser.
    dates = {"Date published:June 13, 2023", "Last updated:August 4, 2023"} if name.startswith("b-") else set()
    expected = [words for s in policy.sentences if (words := folded(s.text)) not in dates]
    assert [folded(s.text) for s in parse_policy(text, id="p").sentences if folded(s.text) not in dates] == expected
    assert [words for words in headings(text) if words not in dates] == headings(policy.text)


def test_what_is_left_out_is_named() -> None:
    assert case("04-page-header.pdf").left_out == (
        "running heads, feet and page numbers (9 words: “Maple Bakery — confidential copy Page 1 of …”)",
    )


PROSE = [(50, 100 + 12 * n, f"Line {n} of the left column, which is long enough to") for n in range(8)]
RIGHT = [(330, 100 + 12 * n, f"Row {n} of the right column, which is long enough") for n in range(8)]


@pytest.mark.parametrize("shown", [PROSE + RIGHT, [each for both in zip(PROSE, RIGHT, strict=True) for each in both]])
def test_columns_are_found_in_any_order_of_the_file(shown: list[tuple[float, float, str]]) -> None:
    words = read(pdf(lines(*shown))).text
    assert folded(words) == " ".join(each[2] for each in PROSE + RIGHT)


def test_a_table_is_no_columns() -> None:
    rows = [("Data", "Kept"), ("Name", "two years"), ("Email address", "one year"), ("Photographs", "30 days")]
    shown = [
        (left, 100 + 20 * n, words) for n, row in enumerate(rows) for left, words in zip((50, 300), row, strict=True)
    ]
    bold, plain = lines(*shown[:2], font="B"), lines(*shown[2:])
    assert read(pdf(bold + b"\n" + plain)).text == (
        "| Data | Kept |\n| --- | --- |\n| Name | two years |\n| Email address | one year |\n| Photographs | 30 days |"
    )


def test_heads_in_the_middle_of_their_columns_below_a_paragraph() -> None:
    above = lines((50, 88, "We keep these data for as long as the table below says, and no longer than that."))
    heads = lines((140, 100, "Data"), (380, 100, "Kept"), font="B")
    rows = lines((50, 114, "Name"), (300, 114, "two years"), (50, 128, "Email"), (300, 128, "one year"))
    assert read(pdf(above + b"\n" + heads + b"\n" + rows)).text == (
        "We keep these data for as long as the table below says, and no longer than that.\n\n"
        "| Data | Kept |\n| --- | --- |\n| Name | two years |\n| Email | one year |"
    )


def test_cells_that_are_near_are_cells() -> None:
    """Words have no spaces in this file, as in some that browsers print."""
    words = [(50, "Purpose"), (105, "Data"), (160, "Basis"), (50, "Newsletter"), (105, "Email"), (160, "Consent")]
    rows = b"\n".join(
        lines((x, 100 + 14 * (n // 3), word), font="B" if n < 3 else "F") for n, (x, word) in enumerate(words)
    )
    assert read(pdf(rows)).text == "| Purpose | Data | Basis |\n| --- | --- | --- |\n| Newsletter | Email | Consent |"


def test_bold_words_may_begin_a_paragraph_on_their_line() -> None:
    bold = lines((50, 100, "Sharing with other companies in our group of companies."), font="B")
    plain = lines(
        (365, 100, "We"), (50, 112, "share totals with our bank, and we share nothing else with anybody at all.")
    )
    words = read(pdf(bold + b"\n" + plain)).text
    assert words == (
        "Sharing with other companies in our group of companies. We share totals with our bank, and we share nothing "
        "else with anybody at all."
    )


def test_a_paragraph_of_the_next_column_is_in_no_item_of_this_one() -> None:
    prose = ["We keep names of all who write.", "We ask you first about it."]
    left = [(50, 100 + 14 * n, words) for n, words in enumerate([*prose, *prose, *prose, "We never:"])]
    items = [(56, 198, "-"), (70, 198, "sell what we have;"), (56, 212, "-"), (70, 212, "read what you write,")]
    right = [(300, 128 + 14 * n, words) for n, words in enumerate([*prose, *prose, *prose])]
    tail = (300, 100, "unless a court orders that.")
    assert read(pdf(lines(*left, *items, tail, *right))).text.split("\n\n", 1)[1] == (
        "• sell what we have;\n• read what you write,\n\nunless a court orders that.\n\n"
        + " ".join([*prose, *prose, *prose])
    )


def test_links_and_the_starts_of_pages_are_kept() -> None:
    first = lines((50, 80, "See here and here."), (50, 100, "Fill in this form, or write to us. We do not show it to"))
    second = lines((50, 200, "anybody."))
    # Nothing tells which "here" the second address is for once lines are joined.
    links = [((82, 733, 124, 748), b"https://maple.example/form"), ((70, 755, 90, 770), b"https://maple.example/x")]
    reading = read(pdf(first, second, links=links))
    found = [(reading.text[link.start : link.end], link.url) for link in reading.links]
    assert found == [("this form", "https://maple.example/form")]
    assert [reading.text[start:].split()[0] for start in reading.pages] == ["See", "anybody."]


def test_sentences_go_on_over_pages_and_running_heads() -> None:
    def page(number: int, words: str) -> bytes:
        return lines((50, 40, "Maple policy"), (50, 100, words), (290, 810, str(number)))

    reading = read(pdf(page(1, "We do not show your notes to anybody"), page(2, "unless a court orders us to do so.")))
    assert reading.text == "We do not show your notes to anybody unless a court orders us to do so."
    assert reading.left_out == (
        "running heads, feet and page numbers (2 times, 6 words: “Maple policy 1 Maple policy 2”)",
    )


def test_turned_text_is_left_out() -> None:
    mark = b"\nBT /F 60 Tf 0.7 0.7 -0.7 0.7 100 100 Tm (DRAFT) Tj ET"
    reading = read(pdf(lines((50, 100, "We keep your name for two years, and we never sell it.")) + mark))
    assert reading.text == "We keep your name for two years, and we never sell it."
    assert reading.left_out == ("text that is turned (1 words: “DRAFT”)",)


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("infor-", "mation", "information"),
        ("third-", "party", "third-party"),
        ("by e-", "mail", "by e-mail"),
        ("opt-", "out", "opt-out"),
        ("coop-", "erate", "cooperate"),
        ("work\u00ad", "shop", "workshop"),
        ("Anglo-", "American", "Anglo-American"),
        ("2023-", "2024", "2023-2024"),
        ("and/", "or", "and/or"),
        ("see https://a.example/", "b", "see https://a.example/b"),
        ("one", "two", "one two"),
    ],
)
def test_lines_are_joined_with_the_hyphens_that_words_have(before: str, after: str, joined: str) -> None:
    joiner = Joiner(["Our cooperation and information", "are third-party matters of party and mail"])
    assert joiner.join(before, after) == joined


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((CASES / "12-encrypted-user.pdf").read_bytes(), "is locked with a password: open it, save it without"),
        (b"%PDF-1.7\n", r"cannot be read as a PDF \(it is damaged\): save it again"),
        ((CASES / "oak-table.pdf").read_bytes()[:9_000], "cannot be read as a PDF|holds no text"),
        (pdf(b"", pages=600), "has 600 pages: give the policy alone"),
        (pdf(b"q " * 300_000 + b"[" * 300_000), "holds no text"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(AskPolicyError, match=message):
        read(data)


def test_a_scan_is_a_picture() -> None:
    picture = b"q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI Q"
    with pytest.raises(AskPolicyError, match=r"is a picture of its pages, without text: run text recognition \(OCR\)"):
        read(pdf(picture))


def test_a_process_that_stops_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "SECONDS", 0.01)
    with pytest.raises(AskPolicyError, match="takes longer than"):
        read(pdf(lines((50, 100, "We keep it."))))


def test_without_the_reader_the_command_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pypdfium2.py").write_text("raise ModuleNotFoundError")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AskPolicyError, match=r"p.pdf is a PDF: install its reader with `pip install pypdfium2`"):
        read(pdf(lines((50, 100, "We keep it."))))


@pytest.mark.parametrize("seed", range(6))
def test_changed_bytes_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    with contextlib.suppress(AskPolicyError):
        assert read(flip((CASES / "oak-table.pdf").read_bytes(), chance)).text.strip()


def _centered(*rows: Sequence[str], font: str) -> bytes:
    """Return rows of words in the middle of two columns."""
    shown = [
        (left - 2.5 * len(words), 100 + 20 * at, words)
        for at, row in enumerate(rows)
        for left, words in zip((140, 400), row, strict=True)
    ]
    return lines(*shown, font=font)


@pytest.mark.parametrize("font", ["B", "F"])
def test_a_long_cell_below_heads_in_the_middle_of_their_columns(font: str) -> None:
    """It is below the cell above it and below the head, which are no two columns."""
    cells = ["Logs", "30 days", "The address of your computer and its name", "Two years", "Invoices", "10 years"]
    rows = [((50, 280)[at % 2], 120 + 20 * (at // 2), words) for at, words in enumerate(cells)]
    assert read(pdf(_centered(("Data", "Kept for"), font=font) + b"\n" + lines(*rows))).text == (
        "| Data | Kept for |\n| --- | --- |\n| Logs | 30 days |\n"
        "| The address of your computer and its name | Two years |\n| Invoices | 10 years |"
    )


def test_a_list_of_terms_that_are_not_bold() -> None:
    above = lines((50, 40, "The words below mean the same in the whole of this notice, wherever they are in it."))
    terms = lines((50, 60, "Account"), (50, 110, "Device"))
    meanings = lines(
        (80, 74, "What we open for you when you sign up with us for the first time, and then with"),
        (80, 88, "your name and your address."),
        (80, 124, "Any computer or phone that you use to read what we publish on our site."),
    )
    shown = read(pdf(above + b"\n" + b"\n".join([terms, meanings]))).text
    assert shown.split("\n\n", 1)[1] == (
        "• Account\n  • What we open for you when you sign up with us for the first time, and then with your name and "
        "your address.\n• Device\n  • Any computer or phone that you use to read what we publish on our site."
    )


def test_a_sentence_goes_on_in_larger_type() -> None:
    small = lines(
        (50, 100, "We keep what you send us for a year, which is what the law on archives asks of us in any case,"),
        (50, 114, "and we keep no more of it than that in any of the places that we have, which are in Boston and"),
    )
    assert read(pdf(small + b"\n" + lines((50, 130, "in Salem."), size=12))).text.endswith("in Boston and in Salem.")

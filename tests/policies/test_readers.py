"""Kinds of files, encodings, Markdown and Word documents."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

from bot.policies.readers.encodings import decode
from bot.policies.readers.kinds import kind_of, read_file
from bot.policies.readers.markdown import read_markdown
from bot.types import AskPolicyError

CASES = Path(__file__).parent / "cases"
TEXT = "We keep “café” orders for 18 months — and then we delete them.\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_text_is_read_in_its_encoding_and_keeps_its_line_ends(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), Path("p.txt")) == TEXT


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("<meta charset='ISO-8859-1'>", "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251"),
        ("<?xml version='1.0' encoding='Shift_JIS'?>", "shift_jis"),
        ("<meta charset=utf-16>", "utf-8"),
        ("<meta charset=base64>", "utf-8"),
        ("<meta charset=utf-8>", "cp1252"),
        ("<meta charset=windows-1252>", "utf-8"),
        ("<meta charset=windows-1251>", "utf-8"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(declared: str, encoding: str) -> None:
    words = {"cp1251": "Мы храним", "shift_jis": "当社は", "cp1252": "café", "utf-8": "café"}[encoding]
    page = f"{declared}<p>We keep the data that you give us: {words}</p>"
    assert decode(page.encode(encoding), Path("p.html"), declares=True) == page


QUOTES = "We don’t sell “names” – ever. Café owners’ naïve résumés, e.g. José’s, are kept.\n"


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_an_undeclared_western_text_is_read(encoding: str) -> None:
    assert decode(QUOTES.encode(encoding), Path("p.txt")) == QUOTES


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (QUOTES.encode() + b"We don\x92t.", QUOTES + "We don’t."),
        (QUOTES.encode() + QUOTES.encode()[:8] + b"\xff", QUOTES + "We don\ufffdÿ"),
        (QUOTES.encode("utf-16-le") + b"\n", QUOTES),
    ],
)
def test_a_few_bad_bytes_do_not_change_the_rest(data: bytes, text: str) -> None:
    assert decode(data, Path("p.txt")) == text


@pytest.mark.parametrize("data", ["Мы храним".encode("cp1251"), b"\x81\x8d caf\x90", b"\xff\xfe\x00\xd8a"])
def test_an_encoding_that_cannot_be_told_is_refused(data: bytes) -> None:
    with pytest.raises(AskPolicyError, match=r"p.txt has an encoding that cannot be told .*: save it as UTF-8"):
        decode(data, Path("p.txt"))


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("p.txt", b"We keep it.", "text"),
        ("p", b"We keep it.", "text"),
        ("p.HTM", b"We keep it.", "html"),
        ("p", b"\xef\xbb\xbf\n<!DOCTYPE HTML><p>", "html"),
        ("p.md", b"<html>", "markdown"),
        ("p.txt", b"%PDF-1.7", "pdf"),
        ("p.doc", b"{\\rtf1", "rtf"),
        ("p.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        ("p.odt", b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", "odt"),
        ("p.epub", b"PK\x03\x04....mimetypeapplication/epub+zip", "epub"),
        ("p", b"PK\x03\x04....word/document.xml", "docx"),
        ("p.docx", b"PK\x03\x04", "zip"),
    ],
)
def test_the_kind_is_told_by_the_first_bytes_and_then_by_the_name(name: str, data: bytes, kind: str) -> None:
    assert kind_of(data, Path(name)) == kind


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("p.rtf", (CASES / "12-rtf.rtf").read_bytes(), "is a Rich Text .RTF. document"),
        ("p.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Word"),
        ("p.odt", b"PK\x03\x04....application/vnd.oasis.opendocument.text", "is an OpenDocument"),
        ("p.zip", b"PK\x03\x04", "is an archive"),
    ],
)
def test_a_format_without_a_reader_is_named_with_what_to_do(name: str, data: bytes, message: str) -> None:
    with pytest.raises(
        AskPolicyError, match=message + r".*: open it and save it as PDF, HTML, Word \(\.docx\) or text"
    ):
        read_file(data, Path(name))


def test_a_word_document_without_its_reader_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mammoth", None)
    with pytest.raises(AskPolicyError, match=r"pip install 'askpolicy\[readers\]'"):
        read_file((CASES / "12-docx.docx").read_bytes(), Path("p.docx"))


def test_a_broken_word_document_is_refused() -> None:
    whole = (CASES / "12-docx.docx").read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("word/document.xml", "<w:document")
    for data in (whole[:5_000], packed.getvalue()):
        with pytest.raises(AskPolicyError, match=r"cannot be read as a Word document .*: save it again|is an archive"):
            read_file(data, Path("p.docx"))


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("We *will* **not** `sell` ~~give~~ it.", "We will not sell it."),
        ("one\ntwo  \nthree", "one two\nthree"),
        ("Title\n===\nText\n---\nwords", "# Title\n\n## Text\n\nwords"),
        ("## Name {#name}\n\nKept.\n{: .lead}", "## Name\n\nKept."),
        ("<details><summary>Name</summary>\n\nKept *well*.\n</details>", "# Name\n\nKept well."),
        ("- [One](#one)\n- [Two](#two)\n\nKept.", "Kept."),
        ("1. a\n   1. b\n2. c", "• a\n  • b\n• c"),
        ("- a\n\n  more", "• a\n\n  more"),
        ("**Name**\n\nKept.", "# Name\n\nKept."),
        ("a \\* b &copy; <b>c</b> <!-- d -->", "a * b © c"),
        ("see [here][x] and ![logo](l.png)\n\n[x]: /y 'title'", "see here and"),
        ("e-mail snake_case 5*3", "e-mail snake_case 5*3"),
        ("- our driver\n- our bank\nunless you agree.", "• our driver\n• our bank\n\nunless you agree."),
        (
            "- our driver and our bank, but never\nunless you agree.",
            "• our driver and our bank, but never unless you agree.",
        ),
        ("- our driver\nunless you agree.\n- our bank", "• our driver unless you agree.\n• our bank"),
        ("We ask.\nWho sees it\n---\nWe do.", "We ask.\n\n## Who sees it\n\nWe do."),
        ("> [!NOTE]\n> We ask.", "We ask."),
        ("##Name\nKept.\n\n#Contact\nAsk.", "## Name\n\nKept.\n\n# Contact\n\nAsk."),
        (
            "<aside>\n💡 **In short**: ask.\n</aside>\n\nKept for two years, and no longer.",
            "💡 In short: ask.\n\nKept for two years, and no longer.",
        ),
        ("#privacy is our tag\n\n```\n##Name\n```", "#privacy is our tag\n\n##Name"),
        ("We never:\n-sell it\n- lend it\n-rent it", "We never:\n\n• sell it\n• lend it\n• rent it"),
        ("Seen\n-never sold\n\n*Since:* May\n*Name* kept", "Seen -never sold\n\nSince: May Name kept"),
    ],
)
def test_markdown_is_read_as_a_browser_shows_it(markdown: str, text: str) -> None:
    assert read_markdown(markdown.encode(), Path("p.md")).text == text


@pytest.mark.parametrize(
    ("front", "title", "effective", "updated"),
    [
        ("---\ntitle: 'A: b'\neffective-date: 1 May 2025 # then\n---\n", "A: b", "1 May 2025", None),
        ('---\nTitle: "A"\nredirect_from:\n  - /x\n- y\nlastmod: 2025-01-02\n...\n', "A", None, "2025-01-02"),
        ("+++\ntitle = 'A'\nupdated = 2025-01-02\n[x]\ny = 1\n+++\n", "A", None, "2025-01-02"),
        ("---\ntitle: >\n  folded\n---\n", None, None, None),
        ("", None, None, None),
    ],
)
def test_front_matter_is_no_text(front: str, title: str | None, effective: str | None, updated: str | None) -> None:
    reading = read_markdown(f"{front}\nKept.\n".encode(), Path("p.md"))
    assert (reading.text, reading.title, reading.effective, reading.updated) == ("Kept.", title, effective, updated)


def test_rules_around_words_are_no_front_matter() -> None:
    assert "We keep it." in read_markdown(b"---\n\nWe keep it.\n\n---\n\nKept.", Path("p.md")).text


def test_the_title_of_a_table_on_its_rule_is_above_the_table() -> None:
    text = "|     |     |\n| --- | --- |How we use it\n| Data | Use |\n| --- | --- |\n| Name | Letters |\n"
    assert read_file(text.encode(), Path("policy.md")).text == (
        "# How we use it\n\n| Data | Use |\n| --- | --- |\n| Name | Letters |"
    )

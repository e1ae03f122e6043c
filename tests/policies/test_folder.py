from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from bot.policies.anchors import Anchors, Labels
from bot.policies.folder import MAX_POLICY_BYTES, list_policies, load_policy_folder
from bot.policies.parsing import parse_policy
from bot.policies.questions import VisitorQuestion, parse_questions
from bot.settings import Settings
from bot.types import AskPolicyError, Contact

TEXT = "Harbour Policy\n\nWe keep logs for a day. We sell nothing.\n"


def folder(tmp_path: Path, *, text: str = TEXT, manifest: str = "", questions: str | None = None) -> Path:
    home = tmp_path / "harbour"
    home.mkdir()
    (home / "policy.txt").write_text(text, encoding="utf-8", newline="")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (home / "manifest.toml").write_text(
        f'id = "harbour"\ntext = "policy.txt"\nsha256 = "{digest}"\n{manifest}', encoding="utf-8"
    )
    if questions is not None:
        (home / "questions.jsonl").write_text(questions, encoding="utf-8")
    return home


def labels() -> Labels:
    return Labels(parse_policy(TEXT, id="harbour"), "harbour")


def test_the_massgov_folder(settings: Settings) -> None:
    policy_folder = load_policy_folder("massgov", settings.corpus)
    assert (policy_folder.policy.effective, policy_folder.policy.updated) == ("2023-06-13", "2023-08-04")
    roles = {contact.role for contact in policy_folder.policy.contacts}
    assert roles == {"policy_questions", "search", "chatbot", "emergency"}
    assert {question.kind for question in policy_folder.questions} >= {"answerable", "not_covered", "off_topic"}
    assert list_policies(settings.corpus) == ["massgov"]


def test_a_folder_with_everything(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        manifest='title = "The Title"\nsite = "harbour.org"\nurl = "https://harbour.org/p"\nupdated = 2024-02-03\n'
        '[[contacts]]\nrole = "search"\nname = "harbour search"\n',
        questions='{"question": "how long", "kind": "answerable", "evidence": ["We keep logs for a day."], '
        '"yes_no": "no"}\n',
    )
    policy_folder = load_policy_folder("harbour", home.parent)
    assert policy_folder.policy.title == "The Title"
    assert policy_folder.policy.updated == "2024-02-03"
    assert policy_folder.policy.effective is None
    assert policy_folder.policy.contacts == (Contact("search", "harbour search", None),)
    assert policy_folder.questions == (VisitorQuestion("how long", "answerable", evidence=(0,), yes_no="no"),)
    assert load_policy_folder(str(home), tmp_path / "elsewhere") == policy_folder


def test_line_ends_and_offsets_of_the_file_stay(tmp_path: Path) -> None:
    home = folder(tmp_path, text=TEXT.replace("\n", "\r\n"))
    policy = load_policy_folder("harbour", home.parent).policy
    assert "\r\n" in policy.text
    assert policy.text.encode() == (home / "policy.txt").read_bytes()


def test_a_changed_text_is_refused_and_the_mend_is_named(tmp_path: Path) -> None:
    home = folder(tmp_path)
    (home / "policy.txt").write_text(TEXT + "We lie.", encoding="utf-8")
    with pytest.raises(AskPolicyError, match=r"'harbour' is not the one .*: restore the file, or .* sha256 into"):
        load_policy_folder("harbour", tmp_path)


@pytest.mark.parametrize("manifest", ['url = "{}"\n', '[[contacts]]\nrole = "search"\nname = "x"\nurl = "{}"\n'])
@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "www.example.org", "//example.org"])
def test_an_address_that_leads_to_no_web_page_is_refused(manifest: str, address: str, tmp_path: Path) -> None:
    folder(tmp_path, manifest=manifest.format(address))
    with pytest.raises(AskPolicyError, match=r"url': write (?:the whole address, with )?https://"):
        load_policy_folder("harbour", tmp_path)


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("mailto:privacy@maple.example", True),
        ("tel:+1-617-555-0100", True),
        ("tel:5550100;ext=12", True),
        ("https://maple.example/contact", True),
        ("mailto:", False),
        ("mailto:a@b.example?subject=x", False),
        ("mailto:a@b.example,c@d.example", False),
        ("tel:call-us", False),
        ("tel:+1 617 555 0100", False),
        ("JavaScript:alert(1)", False),
        ("javascript:mailto:a@b.example", False),
        ("sms:5550100", False),
    ],
)
def test_a_contact_may_open_a_mail_program_or_a_phone_and_nothing_else(
    address: str, fits: bool, tmp_path: Path
) -> None:
    folder(tmp_path, manifest=f'[[contacts]]\nrole = "email"\nname = "x"\nurl = "{address}"\n')
    if fits:
        assert load_policy_folder("harbour", tmp_path).policy.contacts[0].url == address
    else:
        with pytest.raises(AskPolicyError, match="mailto: and an email address, or tel: and a phone number"):
            load_policy_folder("harbour", tmp_path)


GOOD = 'id = "x"\ntext = "policy.txt"\nsha256 = ""\n'


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("not toml", "is not TOML"),
        ("\xff", "is not UTF-8 text: save it as UTF-8"),
        ('id = "x"\n', "the key 'text' is missing"),
        ('id = "x"\ntext = 3\nsha256 = ""\n', "'text' must be text in quotes"),
        ('id = "x"\ntext = "gone.txt"\nsha256 = ""\n', r"'text' names gone.txt, and there is no such file"),
        (GOOD.replace("policy.txt", "../policy.txt"), "'text': write the name of a file in the same folder"),
        (GOOD.replace("policy.txt", "/etc/hostname"), "'text': write the name of a file in the same folder"),
        (GOOD.replace("policy.txt", ".."), "'text': write the name of a file in the same folder"),
        (GOOD.replace('id = "x"', 'id = "../up"'), "'id': use lowercase letters"),
        (GOOD.replace('id = "x"', 'id = ""'), "'id': use lowercase letters"),
        (GOOD.replace('id = "x"', "id = 3"), "'id' must be text in quotes"),
        (
            GOOD + 'sit = "Harbour"\n',
            r"the key 'sit' is not known \(did you mean 'site'\?\): remove it",
        ),
        (GOOD + "contacts = 3\n", r"toml: write \[\[contacts\]\] above each contact\."),
        (
            GOOD + '[[contacts]]\nrole = "seach"\nname = "x"\n',
            r"'seach' is not a role \(did you mean 'search'\?\); roles",
        ),
        (GOOD + '[[caveats]]\nof = ""\ncite = ["a"]\n', "caveat 1: 'of': an anchor needs the words of a statement"),
        (
            GOOD + '[[caveats]]\nof = "a"\ncite = [{section = "b"}]\n',
            "caveat 1: entry 1 of 'cite': an anchor needs the words of a statement",
        ),
        (GOOD + "effective = [2023]\n", "'effective': this is not a date: write it as 2026-11-27"),
        (GOOD + 'languages = ["en", "fr"]\n', "entry 2 of 'languages': 'fr' is not a language of the chat: use en, es"),
        (GOOD + 'languages = ["es"]\n', "'languages': the chat reads English, and falls back to it: add \"en\""),
        (GOOD + "languages = []\n", "'languages': the chat reads English"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused_with_the_key(manifest: str, message: str, tmp_path: Path) -> None:
    home = folder(tmp_path)
    (home / "manifest.toml").write_bytes(manifest.encode("latin-1"))
    with pytest.raises(AskPolicyError, match=message):
        load_policy_folder("harbour", tmp_path)


@pytest.mark.parametrize("name", ["manifest.toml", "policy.txt", "questions.jsonl"])
def test_a_link_in_a_policy_folder_is_not_followed(name: str, tmp_path: Path) -> None:
    home = folder(tmp_path)
    path = home / name
    path.touch()
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AskPolicyError, match=rf"{name} is a link: put the file itself there"):
        load_policy_folder("harbour", tmp_path)


@pytest.mark.parametrize("name", ["manifest.toml", "questions.jsonl"])
def test_a_byte_order_mark_does_not_matter(name: str, tmp_path: Path) -> None:
    home = folder(tmp_path)
    if name == "questions.jsonl":
        (home / name).write_text('{"question": "q", "kind": "off_topic"}\n')
    before = load_policy_folder("harbour", tmp_path)
    (home / name).write_bytes(b"\xef\xbb\xbf" + (home / name).read_bytes())
    assert load_policy_folder("harbour", tmp_path) == before


@pytest.mark.parametrize(
    ("written", "read"), [("2023-06-13", "2023-06-13"), ('"June 2023"', "June 2023"), ('"2023-06-13"', "2023-06-13")]
)
def test_dates_are_kept_as_the_owner_wrote_them(written: str, read: str, tmp_path: Path) -> None:
    folder(tmp_path, manifest=f"effective = {written}\n")
    assert load_policy_folder("harbour", tmp_path).policy.effective == read


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{}",
        '{"question": "q", "kind": "answerable"}',
        '{"question": "q", "kind": "off_topic", "evidence": ["We sell nothing."]}',
        '{"question": "q", "kind": "unknown"}',
        '{"question": "q", "kind": "answerable", "evidence": [""]}',
        '{"question": "q", "kind": "answerable", "evidence": [null]}',
        '{"question": "q", "kind": "answerable", "evidence": [true]}',
        '{"question": "q", "kind": "answerable", "evidence": [{"section": "Cookies"}]}',
        '{"question": "q", "kind": "answerable", "evidence": [{"words": "We sell nothing.", "page": "1"}]}',
        '{"question": "q", "kind": "answerable", "evidence": "We sell nothing."}',
        '{"question": "q", "kind": "answerable", "evidence": ["We sell nothing."], "also": {}}',
        '{"question": "q", "kind": "answerable", "evidence": ["We sell nothing."], "yes_no": "perhaps"}',
    ],
)
def test_a_bad_visitor_question_is_named_by_its_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "good", "kind": "off_topic"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(AskPolicyError, match=r"line 2, is not a visitor question: .* the words of statements"):
        parse_questions(path.read_bytes(), labels(), path)


def test_a_visitor_question_in_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes('{"question": "naïve", "kind": "off_topic"}\n'.encode("latin-1"))
    with pytest.raises(AskPolicyError, match="line 1, is not UTF-8 text: save the file as UTF-8"):
        parse_questions(path.read_bytes(), labels(), path)


def test_visitor_questions_survive_json_with_unusual_line_separators(tmp_path: Path) -> None:
    policy = parse_policy("We keep logs. We sell nothing. We set cookies. We use “forms”.", id="p")
    questions = (
        VisitorQuestion("one\u2028two\x85three", "off_topic"),
        VisitorQuestion("all", "answerable", (1, 0), (2,), (3,), "depends", ("before",)),
    )
    path = tmp_path / "questions.jsonl"
    path.write_text(
        "".join(json.dumps(q.to_json(Anchors(policy)), ensure_ascii=False) + "\n" for q in questions),
        encoding="utf-8",
        newline="",
    )
    assert parse_questions(path.read_bytes(), Labels(policy, "p"), path) == questions


def test_a_name_that_leads_nowhere_lists_what_there_is(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match=r"no policy 'nowhere': give one of .*\(massgov\)"):
        load_policy_folder("nowhere", settings.corpus)
    with pytest.raises(AskPolicyError, match=r"\(none\)"):
        load_policy_folder("nowhere", tmp_path)


def test_a_folder_without_a_manifest_and_a_name_that_is_no_path_are_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match=r"has no manifest\.toml: add one"):
        load_policy_folder(str(tmp_path), settings.corpus)
    with pytest.raises(AskPolicyError, match=r"cannot be read \(.*: give a policy's name or the path"):
        load_policy_folder("a pasted policy " * 1_000, settings.corpus)


@pytest.mark.parametrize("name", ["Harbour Policy (2).txt", "harbour.md", "harbour"])
def test_a_single_text_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(TEXT, encoding="utf-8")
    policy_folder = load_policy_folder(str(path), tmp_path)
    assert policy_folder.policy.id == ("harbour-policy-2" if "(" in name else "harbour")
    assert [s.text for s in policy_folder.policy.sentences] == ["We keep logs for a day.", "We sell nothing."]
    assert policy_folder.questions == ()


def test_an_html_page_gives_its_main_text(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        """<html><head><title> Harbour  Privacy </title><style>p {}</style></head><body>
        <nav><p>Home of menus.</p></nav>
        <main>Loose words come first.
        <h2>Cookies</h2><p>We set <b>one</b> cookie<!-- not for visitors -->, it is
        deleted. <script>let x = 'Never.'</script></p>
        <ul><li>It holds your language.</li><li>It holds your language.</li>
        <li>Outer words<ul><li>Inner words.</li></ul>after them.</li></ul>
        <table><tr><td>A cell.</td></tr></table>
        </main><footer><p>Imprint here.</p></footer></body></html>""",
        encoding="utf-8",
    )
    policy = load_policy_folder(str(path), tmp_path).policy
    assert policy.title == "Harbour Privacy"
    assert policy.text.split("\n\n") == [
        "Loose words come first.",
        "## Cookies",
        "We set one cookie, it is deleted.",
        "• It holds your language.\n• It holds your language.\n• Outer words\n  • Inner words.",
        "  after them.",
        "A cell.",
    ]


def test_an_html_fragment_without_blocks(tmp_path: Path) -> None:
    path = tmp_path / "page.htm"
    path.write_text("<title>T</title>We keep <i>logs</i>. We sell nothing.", encoding="utf-8")
    policy = load_policy_folder(str(path), tmp_path).policy
    assert [s.text for s in policy.sentences] == ["We keep logs.", "We sell nothing."]


def pdf(words: str) -> bytes:
    """The least PDF with one line of text on one page."""
    stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def test_a_pdf_gives_its_text(tmp_path: Path) -> None:
    path = tmp_path / "policy.PDF"
    path.write_bytes(pdf("We keep logs for a day. We sell nothing."))
    policy = load_policy_folder(str(path), tmp_path).policy
    assert [s.text for s in policy.sentences] == ["We keep logs for a day.", "We sell nothing."]


def test_a_pdf_of_pictures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(""))
    with pytest.raises(AskPolicyError, match="holds no text: give a file whose text can be selected"):
        load_policy_folder(str(path), tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("broken.pdf", b"%PDF-1.4 nothing", "cannot be read as a PDF .*: save it again"),
        ("broken.pdf", b"", "cannot be read as a PDF|holds no text"),
        ("greek.txt", "Καλημέρα σας.".encode("iso-8859-7"), r"an encoding that cannot be told .*: save it as UTF-8"),
        ("program.txt", b"We keep\x07\x1e\x01 logs.", r"is not a text file: give a text, Markdown"),
        ("empty.txt", b" \n", "holds no text"),
        ("empty.html", b"<html></html>", "holds no text"),
        ("huge.txt", b"a" * (MAX_POLICY_BYTES + 1), "is larger than 20 MB"),
    ],
)
def test_a_file_without_a_readable_text_is_refused(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(AskPolicyError, match=message):
        load_policy_folder(str(path), tmp_path)

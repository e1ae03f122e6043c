"""What a policy says about itself: dates, titles, names, contacts, language."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.about import describe
from bot.policies.dates import find_dates, read_date
from bot.policies.facts import is_fact_line
from bot.policies.folder import load_policy_folder
from bot.policies.parsing import parse_policy
from bot.policies.readers.reading import Reading
from bot.types import Outcome, Policy

BODY = "We keep your name for two years. We do not sell it.\n"


def read(tmp_path: Path, text: str, name: str = "policy.md") -> Policy:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return load_policy_folder(str(tmp_path / name), tmp_path).policy


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("June 13, 2023", "2023-06-13"),
        ("13th of June, 2023", "2023-06-13"),
        ("13.06.2023", "2023-06-13"),
        ("06/13/2023", "2023-06-13"),
        ("13/06/2023", "2023-06-13"),
        ("2023-06-13", "2023-06-13"),
        ("03/04/2023", "03/04/2023"),
        ("04/04/2023", "2023-04-04"),
        ("May 2024", "May 2024"),
        ("5. Mai 2024", "2024-05-05"),
        ("1 de mayo de 2024", "2024-05-01"),
        ("1er août 2024", "2024-08-01"),
        ("2024年5月1日", "2024-05-01"),
    ],
)
def test_dates_in_every_common_form(written: str, value: str) -> None:
    assert read_date(f"Last updated: {written}.") == value


@pytest.mark.parametrize(
    "words", ["(EU) 2016/679", "31/02/2023", "since 2023", "version 1.2.3", "555-0100", "12 may do"]
)
def test_what_is_no_date(words: str) -> None:
    assert list(find_dates(words)) == []


@given(words=st.text(max_size=60))
def test_dates_lie_in_the_text(words: str) -> None:
    for found in find_dates(words):
        assert words[found.span.start : found.span.end].strip()


@pytest.mark.parametrize(
    ("line", "effective", "updated"),
    [
        ("Last revised on 3 March 2025", None, "2025-03-03"),
        ("Effective as of June 1, 2024", "2024-06-01", None),
        ("Version 2.1 – May 2024", None, "May 2024"),
        ("Stand: 05.05.2024", None, "2024-05-05"),
        ("Última actualización: 1 de mayo de 2024", None, "2024-05-01"),
        ("Last updated: 03/04/2023", None, "03/04/2023"),
        ("Last updated 3 March 2025, effective 1 April 2025", "2025-04-01", "2025-03-03"),
        ("The CCPA, effective January 1, 2020, gives you rights under that law.", None, None),
        ("Replaces the version of May 2021.", None, None),
    ],
)
def test_dates_of_the_policy(line: str, effective: str | None, updated: str | None, tmp_path: Path) -> None:
    policy = read(tmp_path, f"# Maple privacy notice\n\n{line}\n\n{BODY}")
    assert (policy.effective, policy.updated) == (effective, updated)


@pytest.mark.parametrize(
    ("text", "name", "title", "site"),
    [
        (
            f"Skip to content\n\nMenu\n\nMaple Bakery Privacy Policy\n\n{BODY}",
            "p.txt",
            "Maple Bakery Privacy Policy",
            "Maple Bakery",
        ),
        (
            f"Maple Bakery\nWebsite and Orders Privacy Policy\n\nWHAT WE BAKE\n\n{BODY}",
            "p.txt",
            "Website and Orders Privacy Policy",
            "Maple Bakery",
        ),
        (
            f"Maple Bakery\nMember Notice\n\nWHAT WE BAKE\n\n{BODY}\nCOOKIES\n\nWe set none.",
            "p.txt",
            "Member Notice",
            "Maple Bakery",
        ),
        (f"Maple Bakery bakes.\nNo cookies here\n\nOUR DATA\n\n{BODY}", "p.txt", "OUR DATA", "OUR DATA"),
        (f"Last updated: May 2, 2024\n\nPrivacy Notice\n\n{BODY}", "p.txt", "Privacy Notice", "Privacy Notice"),
        (
            f"<title>Privacy Policy | Maple Bakery</title><main><h1>Privacy Policy</h1><p>{BODY}</p></main>",
            "p.html",
            "Privacy Policy",
            "Maple Bakery",
        ),
        (
            '<title>Home</title><meta property="og:site_name" content="Maple Bakery">'
            f"<main><h1>Your data</h1><p>{BODY}</p></main>",
            "p.html",
            "Your data",
            "Maple Bakery",
        ),
        (f"---\ntitle: How we treat data\n---\n\n{BODY}", "p.md", "How we treat data", "How we treat data"),
        (f"# Student Data Notice\n\n{BODY}", "p.md", "Student Data Notice", "Student Data Notice"),
        (f'# Privacy\n\nMaple Bakery Ltd ("Maple", "we") bakes.\n\n{BODY}', "p.md", "Privacy", "Maple Bakery"),
    ],
)  # fmt: skip
def test_titles_and_names(text: str, name: str, title: str, site: str, tmp_path: Path) -> None:
    policy = read(tmp_path, text, name)
    assert (policy.title, policy.site) == (title, site)


def test_an_abbreviation_of_the_owner_is_a_name_and_of_others_is_none(tmp_path: Path) -> None:
    policy = read(
        tmp_path,
        "# Registry of Motor Vehicles Privacy Policy\n\nThe Registry of Motor Vehicles (RMV) keeps records. The "
        "Federal Trade Commission (FTC) does too.\n",
    )
    assert "RMV" in policy.names
    assert "FTC" not in policy.names


def test_contacts_are_drafted_and_offered(tmp_path: Path) -> None:
    policy = read(
        tmp_path,
        f"# Maple privacy notice\n\n{BODY}\n## Contact\n\nEmail: privacy [at] maple [dot] example\n\n"
        "Phone: +1 617 555 0100\n\nFax: 617-555-0199\n\nMaple Bakery, 12 Mill Lane, Springfield\n",
    )
    assert [(c.role, c.name, c.url) for c in policy.contacts] == [
        ("email", "privacy@maple.example", "mailto:privacy@maple.example"),
        ("phone", "+1 617 555 0100", "tel:+16175550100"),
        ("post", "Maple Bakery, 12 Mill Lane, Springfield", None),
    ]
    assert policy.next_steps(Outcome.NOT_COVERED) == policy.contacts
    assert policy.next_steps(Outcome.OFF_TOPIC) == ()


def test_a_linked_address_and_an_address_in_lines_are_contacts(tmp_path: Path) -> None:
    page = (
        f"<h1>Maple privacy</h1><p>{BODY}</p><h2>Contact</h2><p>Maple Bakery</p><p>Attn: Privacy</p>"
        "<p>12 Mill Lane</p><p>Springfield</p><p>Please <a href='mailto:us@maple.example?body=x'>write to us</a>.</p>"
        "<p>The <a href='mailto:law@state.example'>state</a> has an office.</p>"
    )
    policy = read(tmp_path, page, "p.html")
    assert [(c.role, c.name) for c in policy.contacts] == [
        ("email", "us@maple.example"),
        ("post", "Maple Bakery, Attn: Privacy, 12 Mill Lane, Springfield"),
    ]
    assert [policy.sentences[i].text for i in policy.facts["post"]] == [
        "Maple Bakery\n\nAttn: Privacy\n\n12 Mill Lane\n\nSpringfield"
    ]
    page = page.replace("write to us", "write")
    assert [c.role for c in read(tmp_path, page, "q.html").contacts] == ["post"]


def test_names_with_an_ampersand_may_be_spelled_out(tmp_path: Path) -> None:
    policy = read(tmp_path, f"# Maple & Oak Ltd privacy notice\n\n{BODY}\n")
    assert {"Maple & Oak", "Maple and Oak"} <= {policy.site, *policy.names}


def test_what_is_collected_is_no_contact(tmp_path: Path) -> None:
    policy = read(
        tmp_path,
        f"# Maple privacy notice\n\n{BODY}We collect your mailing address, email and phone number.\n",
    )
    assert policy.contacts == ()
    assert not {"email", "post"} & policy.facts.keys()


@pytest.mark.parametrize(
    "line",
    [
        "Email: a@b.example",
        "Phone: 555-0100",
        "Effective date: 1 April 2025",
        "12 Mill Lane, Springfield",
        "Responsible for data processing: Maple GmbH",
        "Data protection officer: Ada Moreno",
        "Name of the controller: Maple Ltd",
        "Verantwortlich für die Verarbeitung: Ahorn GmbH",
    ],
)
def test_lines_that_state_a_fact_are_statements(line: str, tmp_path: Path) -> None:
    assert is_fact_line(line)
    policy = read(tmp_path, f"Maple privacy notice\n\n{BODY}\n{line}\n\n{BODY}", "p.txt")
    assert line in [sentence.text for sentence in policy.sentences]


@pytest.mark.parametrize(
    "line", ["Cookies", "Your phone number", "2. How we use email", "Contact", "Changes", "Controller: what we do"]
)
def test_headings_state_no_fact(line: str) -> None:
    assert not is_fact_line(line)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "# Aviso de privacidad\n\nGuardamos su nombre durante dos meses. Usamos cookies para recordar su pedido.\n",
            "es",
        ),
        ("# Datenschutz\n\nWir speichern Ihren Namen zwei Monate. Wir nutzen Cookies.\n", "de"),
        (f"# Privacy\n\n{BODY}", "en"),
    ],
)
def test_the_language_of_a_policy_is_known(text: str, language: str, tmp_path: Path) -> None:
    assert read(tmp_path, text).language == language


def test_an_owner_that_is_called_the_company_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, 'Privacy Policy\n\nTextel LLC ("Company") values your privacy. ' + BODY).site == "Textel"


def test_the_name_of_a_format_is_no_name(tmp_path: Path) -> None:
    policy = read(tmp_path, f"---\ntitle: Maple Bakery Privacy Policy\n---\n\nMaple Bakery (PDF) is here. {BODY}")
    assert (policy.site, policy.names) == ("Maple Bakery", ())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_number_of_a_machine_is_no_name(host: str) -> None:
    reading = Reading(text=f"Privacy Policy\n\n{BODY}")
    policy = parse_policy(reading.text, id="p")
    assert host.strip("[]") not in describe(policy, reading, url=f"http://{host}:8000/privacy").names
    assert describe(policy, reading, url="https://maple.example/privacy").site == "maple.example"

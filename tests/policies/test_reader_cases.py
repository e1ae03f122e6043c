"""Small policies, each with one trait that readers get wrong: what is read of them, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policies.folder import load_policy_folder
from bot.policies.readers.kinds import read_file
from bot.policies.readers.reading import Reading
from tests.policies.test_sentences import CASE_SENTENCES

CASES = Path(__file__).parent / "cases"


def read(name: str) -> Reading:
    return read_file((CASES / name).read_bytes(), CASES / name)


MAPLE = "# Maple privacy\n\n"
BAKERY = """\
# Maple Bakery privacy notice

Last updated: 3 March 2025

This notice tells you what Maple Bakery does with what it learns about you.

## What we keep

When you order bread we keep your name, your telephone number and what you ordered. We keep orders for eighteen \
months. We never see your card number, because Dr. Stone & Co. Inc. takes payments for us, e.g. in the shop and on \
the U.S. site.

We may also keep:

• your street address, if you want bread delivered
• notes about allergies that you tell us about
• photographs of cakes that you approve

## Who sees it

Only our drivers and our accountant see orders. We do not sell your information to anyone.

## Asking us

Write to privacy@maple.example or call 555-0100 and we will delete your details within ten days."""
TEXTS = {
    "06-effective.html": MAPLE + "Effective 1 May 2025\n\n### What we keep\n\nWe keep your name for two years.\n\n"
    "### Who sees it\n\nOnly drivers see it.",
    "07-header-footer-inside-article.html": MAPLE + "Effective 3 March 2025\n\nWe keep your name for two years.\n\n"
    "To have it deleted, write to privacy@maple.example.",
    "07-inside-form.html": MAPLE + "We keep your name for two years.\n\nWe never sell it.",
    "07-two-articles.html": "# Part one\n\nWe keep your name for two years.\n\n# Part two\n\n"
    "We never sell it to anyone.",
    "08-menu-banner-footer-divs.html": MAPLE + "We keep your name for two years.\n\nSign up here",
    "08-roles.html": MAPLE + "We keep your name for two years.",
    "09-br.html": MAPLE + "What we keep\nWe keep your name and telephone number.\nWe keep them for eighteen months\n\n"
    "## Who sees it\n\nOnly our drivers see it.\n\nLast updated: 3 March 2025",
    "09-details.html": MAPLE + "## What we keep\n\nWe keep your name for two years.\n\n## Who sees it\n\n"
    "Only drivers see it.",
    "09-inline-markup.html": MAPLE + "We keep your email address1 for 2nd orders. We ask.",
    **dict.fromkeys(
        ("09-table.html", "09-table.md"),
        MAPLE + "## How long\n\n| What | Why | How long |\n| --- | --- | --- |\n| Orders | Accounts | 18 months |\n"
        "| Complaints | Law | 6 years |\n| Camera pictures | Safety | 3 days |\n\nWe keep nothing else.",
    ),
    "10-front-matter.md": "# Maple Bakery privacy notice\n\nWe keep your name.",
    "10-markdown-markup.md": "# Maple Bakery privacy\n\nWe keep your name and email for two years. See our cookie page "
    "and order id. Read https://maple.example.\n\nA note is here. The note says nothing. Write to [email protected]."
    "\n\nWe never sell it.\n\n• We keep orders.\n• We keep names.\n\n• task item text",
    "12-bom.md": BAKERY,
    "12-docx.docx": BAKERY,
    # Nested lists, a style based on a heading, an outline level, a tracked change, hidden text, a text box.
    "docx-kinds.docx": "# Privacy\n\n## What we keep\n\nWe keep:\n\n• names\n  • of people\n• addresses\n\n• one\n"
    "• two\n\n"
    "| Data | Kept |\n| --- | --- |\n| Name | 2 years |\n| Mail | 1 year |\n\n### Who sees it\n\nOnly drivers.\n\n"
    "### Outline heading\n\nText below outline.\n\nWe never sell it.\n\nHidden: shown.\n\nBox:\n\n"
    "In a text box we keep logs.\n\n### Custom style heading\n\nBelow custom.",
    "12-utf16le.txt": BAKERY.replace("• ", "- ") + "\n",
    "12-cp1252-no-meta.html": "# Café Maple privacy\n\nWe keep your “name” for two years.",
    "b-form.html": "# Privacy Policy\n\nWe keep IP addresses for 30 days.",
    "b-header-in-main.html": "# Privacy Policy\n\nEffective: 1 May 2024. This policy covers all our sites.\n\n"
    "## Data\n\nWe keep IP addresses for 30 days.\n\nQuestions? Write to privacy@example.org.",
    "b-iframe.html": "Loading…\n\n# Privacy\n\nWe do not sell your data.",
    "b-inline.html": "# Privacy notice\n\nWe share data with Google’s servers. We call this “Personal Data”. Write to "
    "p@x.org/privacy.\n\nWe never process non-personal data (see our list). Your rights are set out below.\n\n"
    "We keep logs for 30th days and H2O readings. The price is $5.\n\nData is kept in\nBoston for two years.",
    "b-p.md": "# Privacy Policy\n\n## 1. What we collect\n\nWe do not sell your data. We keep cookies* for 30 days.\n\n"
    "| Data | Kept for |\n| --- | --- |\n| IP address | 30 days |\n| Email | until you unsubscribe |\n\n"
    "• First item continues here with a longer explanation of the first thing that we do.\n• Second item\n\n"
    "• We delete logs.\n\n• Item with star.\n  • nested item\n\nWe may change this policy.\n\n## What we collect\n\n"
    "Short line.",
    "b-retention.html": "# Riverton Privacy Notice\n\nThis notice says what the City of Riverton does with personal "
    "data on riverton.example.\n\n## How long we keep your data\n\nWe keep each kind of data only "
    "as long as the table says."
    "\n\n| Kind of data | Why we have it | How long we keep it |\n| --- | --- | --- |\n"
    "| Email address | To send you the newsletter | Until you unsubscribe. |\n"
    "| IP address | To protect the website against attacks | We delete it after 30 days. |\n"
    "| Payment card number | To pay for a parking permit | We never store it. |\n"
    "| Recordings of phone calls | To train our staff | We delete them after 6 months. |\n\n"
    "## Selling\n\nWe do not sell your data.",
    "b-tables.html": "# Privacy notice\n\n## What we keep\n\n| Data | Purpose | Kept for |\n| --- | --- | --- |\n"
    "| IP address | Security | 30 days |\n| Email address | Newsletter | Until you unsubscribe |\n\n## Your rights\n\n"
    "• Access your data.\n  • By post.\n  • By email.\n• Delete your data.\n\n• Cookie\n  • A small file.\n\n"
    "### Children\n\nWe do not knowingly collect data of children under 13.\n\nContact us at:\n\n"
    "1 Main Street\nBoston, MA 02108\nprivacy@example.org",
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_policy_is_read_word_for_word(name: str) -> None:
    assert read(name).text == TEXTS[name]


def test_every_case_is_read() -> None:
    elsewhere = {
        "11-html-in-folder",
        "12-rtf.rtf",
        "04-cut-at-short-lines.txt",
        "04-wrapped-at-50.txt",
        *CASE_SENTENCES,
    }
    pdf = {path.name for path in CASES.glob("*.pdf")}  # test_pdf_reader.py
    assert {path.name for path in CASES.iterdir()} == TEXTS.keys() | elsewhere | pdf


def test_what_is_left_out_is_named() -> None:
    assert read("08-menu-banner-footer-divs.html").left_out == (
        "hidden text (2 times, 8 words: “Hidden promotion text that nobody sees. Close menu”)",
        "form controls (2 times, 2 words: “Accept Reject”)",
        "the site's menu, header or footer (2 times, 16 words: “Home Our cakes Log in Copyright 2025 Maple …”)",
        "a cookie banner (15 words: “We use cookies to make our site better. …”)",
        "a menu (3 words: “Shop Blog Help”)",
    )


def test_the_text_of_a_folder_is_read_by_its_kind(tmp_path: Path) -> None:
    policy = load_policy_folder(str(CASES / "11-html-in-folder"), tmp_path).policy
    assert [sentence.text for sentence in policy.sentences] == [
        "We keep your name for two years.",
        "We never sell it to anyone.",
    ]
    assert policy.title == "Maple privacy"


def test_front_matter_gives_the_title_and_the_date(tmp_path: Path) -> None:
    policy = load_policy_folder(str(CASES / "10-front-matter.md"), tmp_path).policy
    assert (policy.title, policy.updated) == ("Maple Bakery privacy notice", "2025-03-03")

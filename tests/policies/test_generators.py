"""Pages and files as generators of policies, editors, and sites write them."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from bot.policies.parsing import parse_policy
from bot.policies.readers.kinds import read_file


def statements(text: str, name: str) -> list[str]:
    """Return the statements of a file, each behind its context."""
    policy = parse_policy(read_file(text.encode(), PurePath(name)).text, id="policy")
    return [
        " / ".join([*(policy.text[start:end] for start, end in each.context), each.text]) for each in policy.sentences
    ]


GOOGLE_DOCS = """<body><p>We collect:</p><ul class="lst-kix_a-0 start"><li>your name</li></ul>
<ul class="lst-kix_a-1 start"><li>the first one</li></ul><ul class="lst-kix_a-0"><li>your email</li></ul></body>"""
STYLED_TABLE = """<style>.t{display:table}.r{display:table-row}.c{display:table-cell}</style>
<h1>Privacy</h1><p>We keep:</p>
<div class=t><div class=r><div class=c><b>Data</b></div><div class=c><b>Kept</b></div></div>
<div class=r><div class=c>Logs</div><div class=c>30 days</div></div></div>"""
NOTE = """<p>We keep logs.<sup><a href="#fn1">1</a></sup> We sell nothing.</p>
<p id="fn1"><sup>1</sup> Unless a court asks for more. <a href="#r1">↩</a></p>"""
AMP = """<main><h1>Privacy</h1><amp-accordion><section><h2>Cookies</h2><p>We set one.</p></section></amp-accordion>
<amp-ad width=300>Great shoes, buy them now.</amp-ad></main>"""
WARNING = """<main><p><strong><span class="govuk-visually-hidden">Warning</span>We may tell the police.</strong></p>
<p>We sell nothing.</p></main>"""
CALLOUT = """<main><p>We sell nothing to anybody at all.</p><ul class="bulleted-list"><li>We keep logs.</li></ul>
<ul class="bulleted-list"><li>We send bills.</li></ul></main>"""
TRACKERS = """<main><h2>Analytics</h2><p>Personal Data: Trackers; Usage Data</p>
<h2>Contact</h2><p>Write to us.</p></main>"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "google-docs.html",
            GOOGLE_DOCS,
            ["We collect: / your name", "We collect: / your name / the first one", "We collect: / your email"],
        ),
        ("styled-table.html", STYLED_TABLE, ["We keep: / Data | Kept / Logs | 30 days"]),
        (
            "note.html",
            NOTE,
            [
                "Unless a court asks for more. / We keep logs.",
                "We keep logs. / Unless a court asks for more.",
                "We sell nothing.",
            ],
        ),
        ("amp.html", AMP, ["We set one."]),
        ("warning.html", WARNING, ["We may tell the police.", "We sell nothing."]),
        ("callout.html", CALLOUT, ["We sell nothing to anybody at all.", "We keep logs.", "We send bills."]),
        ("trackers.html", TRACKERS, ["Personal Data: Trackers; Usage Data", "Write to us."]),
        (
            "terms.md",
            "# Words\n\nAccount\n: What you open.\n\nDevice\n: A phone.\n",
            ["Words / Account / What you open.", "Words / Device / A phone."],
        ),
        (
            "tabs.txt",
            "We keep:\n\nData\tWhy\tHow long\nName\tLetters\t2 years\nLogs\tSecurity\t30 days\n",
            [
                "We keep: / Data | Why | How long / Name | Letters | 2 years",
                "We keep: / Data | Why | How long / Logs | Security | 30 days",
            ],
        ),
        (
            "summary.html",
            "<main><p>This notice is for staff.</p><dl><div><dt>Kept</dt><dd>Ten years</dd></div></dl></main>",
            ["This notice is for staff.", "Kept / Ten years"],
        ),
        ("stars.txt", "Privacy Policy\n**************\n\nWe sell nothing.\n", ["We sell nothing."]),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value and len(value) < 20 else "",
)
def test_each_is_read_as_its_reader_sees_it(name: str, text: str, expected: list[str]) -> None:
    assert statements(text, name) == expected

"""Tables of contents, and several documents in one file."""

from __future__ import annotations

import pytest

from bot.policies.parsing import parse_policy


def read(text: str) -> list[tuple[str, ...]]:
    """Each statement with the headings of its section before it."""
    policy = parse_policy(text, id="p")
    return [(*policy.section(s.section_id).headings, s.text) for s in policy.sentences]


@pytest.mark.parametrize(
    "entries",
    [
        "",
        "1. What we keep\n2. Who sees it\n",
        "What we keep ........ 3\n\nWho sees it ........ 4\n",
        "- What we keep\n- Cookies\n- Who sees it\n",
        "- what we keep\n  - Who sees it\n",
    ],
)
@pytest.mark.parametrize("title", ["## Table of Contents", "## On this page:", "Contents"])
def test_a_table_of_contents_is_no_section_and_no_statement(title: str, entries: str) -> None:
    policy = f"# P\n\nWe begin.\n\n{title}\n\n{entries}\n## What we keep\n\nNames are kept.\n\n## Who sees it\n\nWe do."
    assert read(policy) == [
        ("P", "We begin."),
        ("What we keep", "Names are kept."),
        ("Who sees it", "We do."),
    ]


def test_a_list_below_contents_that_names_no_heading_is_kept() -> None:
    text = "# P\n\n## Contents\n\n- a letter\n- a photo\n- end\n\n## End\n\nWe ask."
    assert read(text) == [("P", "a letter"), ("P", "a photo"), ("P", "end"), ("End", "We ask.")]


def test_a_section_below_contents_that_a_further_document_has_too_is_kept() -> None:
    document = "# {}\n\n## Contents\n\n## Data\n\nNames are kept."
    assert ("Data", "Names are kept.") in read("\n\n".join(map(document.format, ("Maple policy", "Pay policy"))))


def test_sections_of_a_further_document_have_its_title() -> None:
    document = "# {}\n\n## Contents\n\n- Data\n- Rights\n\n## Data\n\nNames are kept.\n\n## Rights\n\nYou may ask."
    assert read("\n\n".join(map(document.format, ("Maple policy", "Maple Pay policy")))) == [
        ("Data", "Names are kept."),
        ("Rights", "You may ask."),
        ("Maple Pay policy", "Data", "Names are kept."),
        ("Maple Pay policy", "Rights", "You may ask."),
    ]

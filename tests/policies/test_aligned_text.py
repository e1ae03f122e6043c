"""Plain text whose blanks say what belongs together: tables in columns, and bullets at depths."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from bot.policies.parsing import parse_policy
from bot.policies.readers.aligned import set_bars
from bot.policies.readers.html import read_html
from bot.policies.readers.kinds import read_file

TABLE = """\
Data             Purpose            Kept for
Email address    To answer you      2 years
Server logs      Security           30 days
Invoices         Tax law            10 years
"""
WRAPPED = """\
Category          Examples                     Shared with
---------------   --------------------------   ------------------
Identifiers       Name, email                  Nobody
Usage             Pages you visit, the time    Our host, and only
                  you stay                     in the EU
"""


def shown(text: str) -> list[str]:
    """Return the statements of a plain text, each with what governs it."""
    policy = parse_policy(read_file(text.encode(), PurePath("policy.txt")).text, id="policy")
    return [
        " / ".join([*(policy.text[start:end] for start, end in each.context), each.text]) for each in policy.sentences
    ]


def test_a_row_of_blanks_is_one_statement_with_its_heads() -> None:
    heads = "Data | Purpose | Kept for"
    assert shown(f"How long we keep data\n\n{TABLE}\nWe sell nothing to anybody.\n") == [
        f"How long we keep data / {heads} / Email address | To answer you | 2 years",
        f"How long we keep data / {heads} / Server logs | Security | 30 days",
        f"How long we keep data / {heads} / Invoices | Tax law | 10 years",
        "We sell nothing to anybody.",
    ]


def test_a_cell_goes_on_in_the_line_below() -> None:
    assert shown(WRAPPED) == [
        "Category | Examples | Shared with / Identifiers | Name, email | Nobody",
        "Category | Examples | Shared with / Usage | Pages you visit, the time you stay | Our host, and only in the EU",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Bank:      your card\nHost:      your pages\nNobody:    your messages\n", id="fields"),
        pytest.param(
            "This  text  was  stretched  by an editor so that\nit   ends   at   the  same  column  of each line\n"
            "and   it   has   no   table  at  all,  not   one\n",
            id="stretched lines",
        ),
        pytest.param("1.   We keep your name.\n2.   We keep your mail.\n3.   We sell nothing.\n", id="items"),
        pytest.param("4.1   We keep your name\n4.2   We keep your mail\n4.3   We sell nothing\n", id="clauses"),
        pytest.param("We keep it.   We sell none.\nYou may ask.   We answer.\nWe like it.   We do.\n", id="sentences"),
        pytest.param("Write to:         Or call:\nAcme Ltd          555-0100\n1 Main Road       Mondays\n", id="ways"),
        pytest.param("Data        Kept\nLogs        30 days\n", id="too few lines"),
    ],
)
def test_other_text_with_blanks_stays_as_it_is(text: str) -> None:
    assert set_bars(text) == text


def test_round_bullets_are_items_at_their_depth() -> None:
    assert shown("What we do:\n\n- We keep data\n    o your name\n    o your email\n- We delete data\n") == [
        "What we do: / We keep data",
        "What we do: / We keep data / your name",
        "What we do: / We keep data / your email",
        "What we do: / We delete data",
    ]


def test_a_line_that_goes_on_with_the_word_o_is_no_item() -> None:
    text = "- Podemos tratar o nome que nos indicou quando abriu a conta, e também\n  o seu endereço."
    assert len(shown(f"Dados\n\n{text}\n")) == 1


def test_typed_bullets_of_a_page_keep_their_depth() -> None:
    items = ("- your name", "&nbsp;&nbsp;- the first", "&nbsp;&nbsp;- the last", "- your mail")
    page = f"<p>We collect:</p><p>{'<br>'.join(items)}</p>"
    policy = parse_policy(read_html(page.encode(), PurePath("page.html")).text, id="page")
    contexts = [[policy.text[start:end] for start, end in each.context] for each in policy.sentences]
    assert contexts == [["We collect:"], ["We collect:", "your name"], ["We collect:", "your name"], ["We collect:"]]


def test_bullets_of_word_have_the_depth_that_word_gives_them() -> None:
    item = "<p style='mso-list:l0 level{0} lfo1'><span>·<span>&nbsp;&nbsp; </span></span>{1}</p>"
    body = "".join(item.format(*each) for each in ((1, "your name"), (2, "the first one"), (1, "your mail")))
    assert read_html(f"<main>{body}</main>".encode(), PurePath("page.html")).text == (
        "• your name\n  • the first one\n• your mail"
    )

from __future__ import annotations

import dataclasses
import io
import re
import sys
from typing import Any

import pytest
from rich.console import Console

from bot.commands.terminal import chat, show_answer
from bot.guard.control_codes import without_control_codes
from bot.pipeline import Bot
from bot.policies.parsing import parse_policy
from bot.types import Answer, AnswerPart, Citation, Contact, Outcome, Policy, PolicyVersion, QuestionWarning, Quote

POLICY = parse_policy("# Privacy\n\nWe set none. None.\n", id="p")


def shown(answer: Answer, *, policy: Policy = POLICY, width: int = 200, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, legacy_windows=False)
    show_answer(answer, policy, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def answer(
    outcome: Outcome = Outcome.ANSWERED, *, updated: str | None = "2023-08-04", url: str | None = None
) -> Answer:
    citations = (
        (
            Citation(1, "p-0000", ("Data", "Cookies"), "We set none.", 0, 12, url),
            Citation(2, "p-0001", (), "None.", 13, 18, None),
        )
        if outcome is Outcome.ANSWERED
        else ()
    )
    version = PolicyVersion("p", "0123456789ab", None, updated)
    warnings = (QuestionWarning("personal_data", ("email", "card_number")), QuestionWarning("hidden_characters"))
    return Answer(
        "q", outcome, "No [really]." if citations else "Not [here].", citations, warnings, 0.876, version, 0.1
    )


def test_an_answer_shows_its_sections_and_date() -> None:
    lines = shown(answer()).splitlines()
    assert lines == [
        "Removed from your question before it was read: email, card number.",
        "No [really].",
        "",
        "[1] We set none.",
        "    Cookies",
        "",
        "[2] None.",
        "",
        "Confidence 88%. Policy as of 2023-08-04.",
    ]


def test_a_quote_is_shown_behind_the_words_that_govern_it() -> None:
    lead = (Quote("We will not:", 0, 12),)
    citations = (Citation(1, "p-0000", (), "sell it", 15, 22, None, lead),)
    given = dataclasses.replace(answer(), opening="", citations=citations)
    assert "[1] We will not: sell it\n" in shown(given)
    assert "\x1b[3mWe will not:\x1b[0m sell it" in shown(given, terminal=True)


def test_the_opening_is_the_strongest_part() -> None:
    text = shown(answer(), terminal=True)
    assert "\x1b[1mNo [really].\x1b[0m" in text
    assert text.count("\x1b[1m") == 1


def test_everything_comes_in_the_same_order_as_in_the_chat() -> None:
    whole = dataclasses.replace(
        answer(Outcome.NOT_COVERED),
        read_as="do you set cookies?",
        reviewed="2026-11-20",
        related=answer().citations,
        route=Contact("search", "the [search]", "https://example.org/search"),
        suggestions=("Do you sell it?", "Do you [keep] it?"),
    )
    policy = dataclasses.replace(POLICY, contacts=(Contact("email", "the office", "mailto:a@example.org"),))
    assert shown(whole, policy=policy).splitlines() == [
        "Removed from your question before it was read: email, card number.",
        "Answering: do you set cookies?",
        "Not [here].",
        "Reviewed on November 20, 2026.",
        "",
        "The nearest passages:",
        "  - We set none.",
        "    Cookies",
        "  - None.",
        "",
        "Where to go next:",
        "  - the [search]: https://example.org/search",
        "  - the office: mailto:a@example.org",
        "",
        "Did you mean:",
        "  a. Do you sell it?",
        "  b. Do you [keep] it?",
    ]
    assert "\x1b[3mThe nearest passages:\x1b[0m" in shown(whole, terminal=True)


def test_each_part_has_its_own_heading_and_quotes() -> None:
    near = dataclasses.replace(answer().citations[1], number=3)
    parts = (
        AnswerPart("Do you set none?", Outcome.ANSWERED, "Yes.", (2,), confidence=0.95, reviewed="2026-11-20"),
        AnswerPart(
            "And why?", Outcome.NOT_COVERED, "It does not say.", (), related=(near,), read_as="why do you set none?"
        ),
        AnswerPart("Cookies?", Outcome.ANSWERED, "", (1,), confidence=0.8),
    )
    given = dataclasses.replace(
        answer(updated=None), opening="Not shown.", warnings=(), parts=parts, read_as="none, why"
    )
    assert shown(given).splitlines() == [
        "Answering: none, why",
        "",
        "Do you set none?",
        "Yes.",
        "Reviewed on November 20, 2026.",
        "",
        "[2] None.",
        "",
        "Confidence 95%.",
        "",
        "And why?",
        "Answering: why do you set none?",
        "It does not say.",
        "",
        "The nearest passages:",
        "  - None.",
        "",
        "Cookies?",
        "",
        "[1] We set none.",
        "    Cookies",
        "",
        "Confidence 80%.",
    ]


def test_danger_shows_contacts_and_no_confidence() -> None:
    policy = dataclasses.replace(POLICY, contacts=(Contact("emergency", "988", "tel:988"),))
    lines = shown(answer(Outcome.URGENT), policy=policy).splitlines()
    assert lines[1:] == ["Not [here].", "", "Where to go next:", "  - 988"]


@pytest.mark.parametrize(
    ("name", "url", "told"),
    [
        ("a@example.org", "mailto:a@example.org", "a@example.org"),
        ("1-617-555-0100", "tel:16175550100", "1-617-555-0100"),
        ("the office", "tel:16175550100", "the office: tel:16175550100"),
        ("the form", "https://example.org/form", "the form: https://example.org/form"),
    ],
)
def test_an_address_that_is_the_name_is_told_once(name: str, url: str, told: str) -> None:
    policy = dataclasses.replace(POLICY, contacts=(Contact("emergency", name, url),))
    assert shown(answer(Outcome.URGENT), policy=policy).splitlines()[-1] == f"  - {told}"


def test_a_policy_without_dates_shows_none() -> None:
    assert shown(answer(updated=None)).endswith("Confidence 88%.\n")


def test_a_link_can_be_opened_from_the_terminal() -> None:
    url = "https://example.org/Privacy#:~:text=We%20set"
    text = shown(answer(url=url), terminal=True)
    assert url in text
    assert "(open in the policy)" in text


def test_other_outcomes_show_only_their_text() -> None:
    assert shown(answer(Outcome.OFF_TOPIC)).splitlines()[1:] == ["Not [here]."]


def test_lines_wrap_at_the_page_width() -> None:
    long = Answer("q", Outcome.ERROR, "word " * 100, (), (), 0.0, PolicyVersion("p", "0", None, None), 0.0)
    assert max(map(len, shown(long).splitlines())) <= 100


@pytest.mark.parametrize("end", ["", "\n", "quit\n", "EXIT\n", "  \nnot asked\n"])
def test_a_chat_ends_when_the_input_ends(
    end: str, bot: Bot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"Do you store my IP address?\nand for how long?\n{end}"))
    chat(bot)
    output = capsys.readouterr().out
    assert output.startswith("Ask about the Mass.gov Privacy Policy. An empty line ends the chat.")
    assert output.count("> ") == 3
    assert output.count("indefinitely") >= 1


class Suggesting(Bot):
    """Suggests the same questions after each answer."""

    def ask(self, question: str, *rest: Any, **options: Any) -> Answer:
        """Answer a question."""
        suggestions = ("Do you sell my data?", "Do you use cookies?")
        return dataclasses.replace(super().ask(question, *rest, **options), suggestions=suggestions)


def test_a_suggestion_is_asked_by_its_letter(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("hello\n B. \n"))
    chat(Suggesting(bot.bundle, bot.settings))
    _, _, second, *_ = capsys.readouterr().out.split("> ")
    assert second.startswith("Do you use cookies?\n")
    assert "[1] " in second
    assert "cookies" in second.split("[1] ")[1]


def test_a_letter_is_a_question_if_nothing_was_suggested(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("b\n"))
    chat(Suggesting(bot.bundle, bot.settings))
    assert "Do you use cookies?\n" not in capsys.readouterr().out.split("> ")[1].split("You can also ask")[0]


def test_control_codes_in_a_policy_do_not_reach_the_terminal() -> None:
    hostile = "\x1b]0;owned\x07 \x9b2J \x7f \u202egnp.exe"
    version = PolicyVersion("p", "0", None, hostile)
    citation = Citation(1, "p-0000", (hostile,), "None.", 0, 5, None)
    given = Answer(
        "q",
        Outcome.ANSWERED,
        hostile,
        (citation,),
        (),
        0.5,
        version,
        0.0,
        read_as=hostile,
        reviewed=hostile,
        suggestions=(hostile,),
        route=Contact("search", hostile, hostile),
    )
    parts = (AnswerPart(hostile, Outcome.NOT_COVERED, hostile, ()),)
    near = dataclasses.replace(given, outcome=Outcome.NOT_COVERED, citations=(), related=(citation,), parts=parts)
    for hostile_answer in (given, near):
        text = re.sub("\x1b\\[[0-9;]*m", "", shown(hostile_answer, terminal=True))
        assert text.count("owned") >= 4
        assert without_control_codes(text) == text

from __future__ import annotations

import dataclasses
import io
import sys

import pytest
from rich.console import Console

from bot.commands.terminal import chat, show_answer
from bot.guard.control_codes import without_control_codes
from bot.pipeline import Bot
from bot.types import Answer, Citation, Outcome, PolicyVersion, Quote, Warning


def shown(answer: Answer, *, width: int = 200, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, legacy_windows=False)
    show_answer(answer, console)
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
    warnings = (Warning("personal_data", ("email", "card_number")), Warning("hidden_characters"))
    return Answer(
        "q", outcome, "No [really]." if citations else "Not [here].", citations, warnings, 0.876, version, 0.1
    )


def test_an_answer_shows_its_sections_and_date() -> None:
    lines = shown(answer()).splitlines()
    assert lines == [
        "Removed from your question before it was read: email, card number.",
        "No [really]. We set none. [1] None. [2]",
        "",
        "[1] Cookies",
        "[2] ",
        "Confidence 88%. Policy as of 2023-08-04.",
    ]


def test_a_quote_is_shown_behind_the_words_that_govern_it() -> None:
    lead = (Quote("We will not:", 0, 12),)
    citations = (Citation(1, "p-0000", (), "sell it", 15, 22, None, lead),)
    given = dataclasses.replace(answer(), opening="", citations=citations)
    assert "We will not: sell it [1]\n" in shown(given)
    assert "\x1b[3mWe will not:\x1b[0m \x1b[1msell it\x1b[0m \x1b[1m[1]\x1b[0m" in shown(given, terminal=True)


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


def test_control_codes_in_a_policy_do_not_reach_the_terminal() -> None:
    hostile = "\x1b]0;owned\x07 \x9b2J \x7f \u202egnp.exe"
    version = PolicyVersion("p", "0", None, hostile)
    citation = Citation(1, "p-0000", (hostile,), "None.", 0, 5, None)
    text = shown(Answer("q", Outcome.ANSWERED, hostile, (citation,), (), 0.5, version, 0.0), terminal=True)
    bare = text.replace("\x1b[1m", "").replace("\x1b[36m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert without_control_codes(bare) == bare

"""Shows answers at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.guard.control_codes import without_control_codes
from bot.types import Answer, Outcome

if TYPE_CHECKING:
    from bot.pipeline import Bot

_MAX_WIDTH = 100
_HISTORY = 8


def show_answer(answer: Answer, console: Console | None = None) -> None:
    """Print the warnings, the text, and each citation's section and link. console: standard output if it is None."""
    console = console or Console()
    if console.width > _MAX_WIDTH:
        console.width = _MAX_WIDTH
    for warning in answer.warnings:
        if warning.code == "personal_data":
            kinds = ", ".join(kind.replace("_", " ") for kind in warning.kinds)
            console.print(Text(f"Removed from your question before it was read: {kinds}.", style="yellow"))
    if answer.outcome is not Outcome.ANSWERED:
        console.print(_shown(answer.text))
        return
    console.print(_quoted(answer))
    console.print()
    for citation in answer.citations:
        line = Text(f"[{citation.number}] ", style="cyan").append(_shown(citation.section))
        if citation.url:
            line.append("  (open in the policy)", style=f"dim link {citation.url}")
        console.print(line)
        for words, url in citation.pieces:
            if url:
                console.print(_shown(f"    {' '.join(words.split())}: {url}", style="dim"))
    updated = answer.policy_version.updated or answer.policy_version.effective
    as_of = f" Policy as of {updated}." if updated else ""
    console.print(_shown(f"Confidence {answer.confidence:.0%}.{as_of}", style="dim"))


def _quoted(answer: Answer) -> Text:
    """Return the text of an answer: what the policy says in bold, its context in italics."""
    parts = [_shown(answer.opening, style="bold")] if answer.opening else []
    for citation, statement in answer.shown:
        parts += [_shown(part.line, style="bold" if part.role == "quote" else "italic") for part in statement]
        parts.append(_shown(f"[{citation.number}]", style="bold"))
    return Text(" ").join(parts)


def _shown(text: str, style: str = "") -> Text:
    return Text(without_control_codes(text), style=style)


def chat(bot: Bot) -> None:
    """Answer questions until an empty line, "quit", "exit", or the end of input; earlier questions give context."""
    console = Console()
    history: list[str] = []
    console.print(_shown(f"Ask about the {bot.bundle.policy.title}. An empty line ends the chat.", style="dim"))
    while True:
        try:
            question = console.input("[bold cyan]> [/]")
        except EOFError:
            return
        if question.strip().lower() in {"", "quit", "exit"}:
            return
        answer = bot.ask(question, history)
        show_answer(answer, console)
        # Keep the question as cleaned, and only for this conversation.
        history = [*history, answer.question][-_HISTORY:]

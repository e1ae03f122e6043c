"""Shows answers at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.guard.control_codes import without_control_codes
from bot.types import Answer, Citation, Outcome, Policy, shown_parts
from bot.wording import date_in_words, interface, suggestions_heading

if TYPE_CHECKING:
    from bot.pipeline import Bot

_MAX_WIDTH = 100
# The narrowest column for quotes; narrower terminals wrap it again.
_MIN_COLUMN = 20
_HISTORY = 8
# The marks of suggestions, which a chat accepts as questions.
_LETTERS = ascii_lowercase


def show_answer(answer: Answer, policy: Policy, console: Console | None = None) -> None:
    """Print an answer: first what it says, then the quotes, then where to go and what else to ask.

    policy: the one that answered. console: standard output if it is None.
    """
    console = console or Console()
    if console.width > _MAX_WIDTH:
        console.width = _MAX_WIDTH
    for number, block in enumerate(filter(None, _blocks(answer, policy, console))):
        if number:
            console.print()
        for line in block:
            console.print(line)


def _blocks(answer: Answer, policy: Policy, console: Console) -> Iterator[list[Text]]:
    """Yield the lines of each block of an answer. Some blocks are empty."""
    say = interface(answer.language, policy)
    if answer.parts:
        yield [*_warning_lines(answer), *_read_as_lines(answer, say)]
    for question, each in answer.by_question:
        stands_out = bool(each.citations) or each.outcome is Outcome.URGENT
        yield [
            *_warning_lines(each),
            *([_shown(question, "underline")] if question else []),
            *_read_as_lines(each, say),
            *([_shown(each.opening, "bold" if stands_out else "")] if each.opening else []),
            *_reviewed_lines(each, say["reviewed"]),
        ]
        yield from _quotes(each.citations, console)
        if each.citations:
            updated = each.policy_version.updated or each.policy_version.effective
            as_of = f" Policy as of {updated}." if updated else ""
            yield [_shown(f"Confidence {each.confidence:.0%}.{as_of}", "dim")]
        yield _related_lines(each.related, say["related"], console)
    places = answer.places_to_go(policy)
    shown = [_place(place.name_in(answer.language), place.url) for place in places]
    yield _list_lines(say["next"], ["-"] * len(shown), shown, console)
    letters = [f"{letter}." for letter in _LETTERS]
    yield _list_lines(suggestions_heading(answer, say), letters, answer.suggestions, console)


def _place(name: str, url: str | None) -> str:
    """Return a place to go with its address, unless its name is the email address or phone number itself."""
    scheme, _, address = (url or "").partition(":")
    is_named = scheme in ("mailto", "tel") and _letters(address) in _letters(name)
    return name if is_named or not url else f"{name}: {url}"


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold()))


def _warning_lines(answer: Answer) -> list[Text]:
    kinds = [kind.replace("_", " ") for w in answer.warnings if w.code == "personal_data" for kind in w.kinds]
    return [_shown(f"Removed from your question before it was read: {', '.join(kinds)}.", "yellow")] if kinds else []


def _read_as_lines(answer: Answer, say: Mapping[str, str]) -> list[Text]:
    return [_shown(say["read_as"].format(question=answer.read_as), "dim")] if answer.read_as else []


def _reviewed_lines(answer: Answer, words: str) -> list[Text]:
    if not answer.reviewed:
        return []
    return [_shown(words.format(date=date_in_words(answer.reviewed, answer.language)), "dim")]


def _quotes(citations: Sequence[Citation], console: Console) -> Iterator[list[Text]]:
    """Yield a block for each citation: its number, the quote with its context, the section, and links."""
    for citation, statement in zip(citations, _statements(citations), strict=True):
        yield [*_item(f"[{citation.number}]", statement, console), *_source_lines(citation, console)]


def _related_lines(related: Sequence[Citation], heading: str, console: Console) -> list[Text]:
    """Return the lines for the nearest statements, which do not answer the question."""
    if not related:
        return []
    lines = [_shown(f"{heading}:", "italic")]
    for citation, statement in zip(related, _statements(related), strict=True):
        statement.stylize("dim")
        lines += [*_item("  -", statement, console), *_source_lines(citation, console)]
    return lines


def _statements(citations: Sequence[Citation]) -> list[Text]:
    """Return the words to show of each citation, with the context in italics."""
    return [
        Text(" ").join(_shown(part.line, "" if part.role == "quote" else "italic") for part in parts)
        for parts in shown_parts(citations)
    ]


def _source_lines(citation: Citation, console: Console) -> list[Text]:
    """Return the section of a citation, a link to it, and the links in its words."""
    source = _shown(citation.section, "dim")
    if citation.url:
        separator = "  " if citation.section else ""
        source.append(f"{separator}(open in the policy)", style=f"dim link {citation.url}")
    links = [_shown(f"{' '.join(words.split())}: {url}", "dim") for words, url in citation.pieces if url]
    return [line for source in (source, *links) if source for line in _item("   ", source, console)]


def _list_lines(heading: str, marks: Sequence[str], items: Sequence[str], console: Console) -> list[Text]:
    lines = [_shown(f"{heading}:")] if items else []
    for mark, item in zip(marks, items, strict=False):
        lines += _item(f"  {mark}", _shown(item), console)
    return lines


def _item(mark: str, words: Text, console: Console) -> list[Text]:
    """Return lines with the words in their own column, to the right of a mark."""
    lines = []
    for line in words.wrap(console, max(_MIN_COLUMN, console.width - len(mark) - 1)):
        line.rstrip()
        lines.append(Text.assemble((f"{mark} ", "cyan"), line))
        mark = " " * len(mark)
    return lines


def _shown(text: str, style: str = "") -> Text:
    return Text(without_control_codes(text), style)


def chat(bot: Bot) -> None:
    """Answer questions until an empty line, "quit", "exit", or the end of input; earlier questions give context.

    The letter of a suggestion asks it.
    """
    console = Console()
    policy = bot.bundle.policy
    history: list[str] = []
    suggested: dict[str, str] = {}
    console.print(_shown(f"Ask about the {policy.title}. An empty line ends the chat.", "dim"))
    while True:
        try:
            question = console.input("[bold cyan]> [/]")
        except EOFError:
            return
        typed = question.strip().lower()
        if typed in {"", "quit", "exit"}:
            return
        if (letter := typed.removesuffix(".")) in suggested:
            question = suggested[letter]
            console.print(_shown(question, "dim"))
        answer = bot.ask(question, history)
        show_answer(answer, policy, console)
        suggested = dict(zip(_LETTERS, answer.suggestions, strict=False))
        if suggested:
            console.print(_shown("Type its letter to ask one of these.", "dim"))
        # Keep the question as cleaned, and only for this conversation.
        history = [*history, answer.question][-_HISTORY:]

"""Documents made from a small grammar, as text, Markdown and HTML: the line that governs each statement is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.parsing import parse_policy
from bot.policies.readers.kinds import read_file
from bot.types import Policy, Quote, statement_text

LEADS = ["We will never:", "We do not", "Nobody here may:", "You cannot ask us to"]
TAILS = ["", "unless you agree.", "in each case only with your consent.", "except if a court orders us to."]
ENDS = ["", ";", "; or", ", and", "."]


@dataclass
class Item:
    words: str
    below: list[Item] = field(default_factory=list)


@dataclass
class Document:
    """blocks: (kind, parts). Every word of a part has a number, so that each part occurs once."""

    blocks: list[tuple[str, list]]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    number = iter(range(10_000))

    def item(depth: int) -> Item:
        below = draw(st.integers(0, 2)) if depth < 2 else 0
        words = f"sell part{next(number)} of your data"
        if below:
            return Item(f"{words} to:", [item(depth + 1) for _ in range(below)])
        return Item(words + draw(st.sampled_from(ENDS)))

    blocks: list[tuple[str, list]] = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["heading", "prose", "list", "table", "question", "pair"]))
        n = next(number)
        if kind == "heading":
            blocks += [("heading", [f"Topic{n} of the day"]), ("prose", [f"Bakers know number{n} well."])]
        elif kind == "prose":
            blocks.append(("prose", [f"Drivers know number{n} well."]))
        elif kind == "pair":
            after = draw(st.sampled_from(["These names stay here", "However, the law may differ", "Unless you object"]))
            blocks.append(("pair", [f"We sell no number{n}.", f"{after} number{next(number)}."]))
        elif kind == "question":
            blocks.append(("question", [f"Do you sell number{n}?", f"No, we keep number{next(number)}."]))
        elif kind == "table":
            rows = [[f"row{next(number)}", f"law{next(number)}"] for _ in range(draw(st.integers(1, 3)))]
            blocks.append(("table", [["What", "Never kept"], *rows]))
        else:
            lead = draw(st.sampled_from(LEADS))
            items = [item(0) for _ in range(draw(st.integers(1, 3)))]
            blocks.append(("list", [f"Our number{n} is this. {lead}", items, draw(st.sampled_from(TAILS))]))
    return Document([*blocks, ("prose", ["All bakers end here."])])


def in_text(document: Document, mark: str = "•", heads: str = "") -> str:
    parts = [f"{heads}The policy of the bakers"]
    for kind, content in document.blocks:
        if kind == "heading":
            parts.append(f"{heads and '## '}{content[0]}")
        elif kind == "question":
            parts += [f"{heads and '## '}{content[0]}", content[1]]
        elif kind == "table":
            head, *rows = (f"| {' | '.join(cells)} |" for cells in content)
            parts.append("\n".join([head, "| --- | --- |", *rows]))
        elif kind == "list":
            lines: list[str] = []
            add_items(lines, content[1], mark, 0)
            parts += [content[0], "\n".join(lines), *([content[2]] if content[2] else [])]
        else:
            parts.append(" ".join(content))
    return "\n\n".join(parts) + "\n"


def add_items(lines: list[str], items: list[Item], mark: str, depth: int) -> None:
    for item in items:
        lines.append(f"{'  ' * depth}{mark} {item.words}")
        add_items(lines, item.below, mark, depth + 1)


def in_markdown(document: Document) -> str:
    return in_text(document, "-", "# ")


def in_html(document: Document) -> str:
    parts = ["<h1>The policy of the bakers</h1>"]
    for kind, content in document.blocks:
        if kind == "heading":
            parts.append(f"<h2>{escape(content[0])}</h2>")
        elif kind == "question":
            parts.append(f"<h2>{escape(content[0])}</h2><p>{escape(content[1])}</p>")
        elif kind == "table":
            head, *rows = content
            cells = "".join(f"<th>{cell}</th>" for cell in head)
            body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
            parts.append(f"<table><tr>{cells}</tr>{body}</table>")
        elif kind == "list":
            parts.append(f"<p>{content[0]}</p>{html_items(content[1])}<p>{content[2]}</p>")
        else:
            parts.append(f"<p>{' '.join(content)}</p>")
    return f"<!doctype html><html><body><main>{''.join(parts)}</main></body></html>"


def html_items(items: list[Item]) -> str:
    listed = "".join(f"<li>{item.words}{html_items(item.below) if item.below else ''}</li>" for item in items)
    return f"<ul>{listed}</ul>"


def expected_of(document: Document) -> dict[str, list[str]]:
    """Return for each statement what its shown statement must hold, in order."""
    expected: dict[str, list[str]] = {}

    def add(items: list[Item], above: list[str], tail: str) -> None:
        for item in items:
            if not item.below:
                expected[item.words] = [*above, item.words, *([tail] if tail else [])]
            add(item.below, [*above, item.words], tail)

    for kind, content in document.blocks:
        if kind == "list":
            sentence, _, lead = content[0].partition(". ")
            expected[f"{sentence}."] = []
            add(content[1], [lead], content[2])
        elif kind == "table":
            for row in content[1:]:
                expected[" | ".join(row)] = [f"What: {row[0]}", f"Never kept: {row[1]}"]
        elif kind == "question":
            expected[content[1]] = content
        elif kind == "pair":
            # What limits or follows a sentence is shown with it; a limit also behind the sentence that it limits.
            expected[content[1]] = content
            expected[content[0]] = content[:1] if content[1].startswith("These") else content
        elif kind == "prose":
            expected[content[0]] = content
    return expected


@pytest.mark.parametrize(
    ("name", "write"),
    [("p.txt", in_text), ("p.md", in_markdown), ("p.html", in_html)],
    ids=["text", "markdown", "html"],
)
@given(document=documents())
def test_every_statement_is_shown_with_what_governs_it(name: str, write: object, document: Document) -> None:
    text = read_file(write(document).encode(), Path(name)).text  # type: ignore[operator]
    policy = parse_policy(text, id="p")
    expected = expected_of(document)
    assert [s.text for s in policy.sentences if s.text not in expected] == []
    assert {s.text for s in policy.sentences} == set(expected)
    for sentence in policy.sentences:
        quote = Quote(sentence.text, sentence.start, sentence.end)
        shown = statement_text(quote, policy.context_of(sentence))
        place = 0
        for words in expected[sentence.text]:
            assert words in shown[place:], (words, shown)
            place = shown.index(words, place) + len(words)
        check_offsets(policy)


def check_offsets(policy: Policy) -> None:
    for sentence in policy.sentences:
        assert policy.text[sentence.start : sentence.end] == sentence.text
        spans = [*sentence.context]
        assert spans == sorted(spans)
        assert set(sentence.neighbors) <= set(spans)
        for start, end in spans:
            assert policy.text[start:end].strip() == policy.text[start:end] != ""
            assert end <= sentence.start or start >= sentence.end

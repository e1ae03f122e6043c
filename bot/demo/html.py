"""Renders policies and links as HTML, and escapes everything that comes from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from bot.types import Citation, Part, Policy, Quote, Section, Sentence, statement_parts

# Links that the visitor's own programs open.
_PROGRAMS = ("mailto:", "tel:")
_PAGES = ("https://", "http://")


def policy_html(
    policy: Policy, citations: Sequence[Citation] = (), turn: str = "", *, nearest: Sequence[Citation] = ()
) -> str:
    """Render the whole policy, and mark the sentences of `citations` with their numbers.

    turn: differs between answers, so that the page scrolls again even if the citations are the same. nearest:
    statements that do not answer the question; their marks are weaker and have no numbers.
    """
    body = "".join(
        f"{_heading_html(section.headings)}{section_html(policy, section.id, citations, nearest, anchors=True)}"
        for section in policy.sections
    )
    return f'<article class="policy-text" lang="{policy.language}" data-turn="{turn}">{body}</article>'


def statements_html(policy: Policy) -> str:
    """Render each statement of a policy with its context, under its heading, with an `id="own-<index>"`."""
    lists = "".join(
        f"{_heading_html(section.headings)}<ol>{''.join(_statement_html(policy, s) for s in statements)}</ol>"
        for section in policy.sections
        if (statements := [s for s in policy.sentences if s.section_id == section.id])
    )
    return f'<div class="policy-text">{lists}</div>'


def _statement_html(policy: Policy, sentence: Sentence) -> str:
    quote = Quote(sentence.text, sentence.start, sentence.end)
    words = " ".join(map(part_html, statement_parts(quote, policy.context_of(sentence))))
    return f'<li id="own-{sentence.index}" tabindex="-1">{words}</li>'


def left_out_html(left_out: Sequence[str]) -> str:
    """Render what a reader left out, one line for each kind. Empty if it left out nothing."""
    if not left_out:
        return ""
    items = "".join(f"<li>{escape(words)}</li>" for words in left_out)
    return f'<details class="left-out"><summary>Left out</summary><ul>{items}</ul></details>'


def _heading_html(headings: Sequence[str]) -> str:
    if not headings:
        return ""
    # The page has a title (h1) and a heading above the policy (h2).
    level = min(2 + len(headings), 6)
    return f"<h{level}>{escape(headings[-1])}</h{level}>"


def section_html(
    policy: Policy,
    section_id: str,
    citations: Sequence[Citation] = (),
    nearest: Sequence[Citation] = (),
    *,
    anchors: bool = False,
) -> str:
    """Render a section's sentences, in the policy's own paragraphs and with its list marks.

    anchors: whether each sentence gets an `id="sentence-<index>"` to scroll to. nearest: see `policy_html`.
    """
    words = {s.index: _sentence_html(s, citations, nearest) for s in policy.sentences if s.section_id == section_id}
    if anchors:
        words = {index: f'<span id="sentence-{index}" tabindex="-1">{html}</span>' for index, html in words.items()}
    return "".join(_paragraphs_html(policy, section_id, words))


def _sentence_html(sentence: Sentence, citations: Sequence[Citation], nearest: Sequence[Citation]) -> str:
    words = escape(sentence.text)
    if number := _number_of(sentence, citations):
        return f'<mark data-citation="{number}">{badge(number)}{words}</mark>'
    if number := _number_of(sentence, nearest):
        return f'<mark class="near" data-citation="{number}">{words}</mark>'
    return words


def _number_of(sentence: Sentence, citations: Sequence[Citation]) -> int | None:
    return next((c.number for c in citations if c.start < sentence.end and sentence.start < c.end), None)


def _paragraphs_html(policy: Policy, section_id: str, sentences: Mapping[int, str]) -> Iterator[str]:
    """Yield the paragraphs of a section. sentences: as HTML, by index."""
    section = policy.section(section_id)
    paragraph = ""
    is_item = False
    before = section.start
    for sentence in policy.sentences:
        if sentence.index not in sentences:
            continue
        gap = policy.text[before : sentence.start]
        above, line_break, mark = gap.rpartition("\n")
        uncited = list(_uncited(above, section if before == section.start else None))
        mark = mark.strip()
        if paragraph and (mark or uncited or gap.count("\n") > 1):
            yield _paragraph_html(paragraph, is_item)
            paragraph = ""
        for words in uncited:
            yield _paragraph_html(escape(words), is_item=False)
        if not paragraph:
            is_item = bool(mark)
            paragraph = f"{escape(mark)} " if mark else ""
        else:
            paragraph += "<br>" if line_break else " "
        before = sentence.end
        paragraph += sentences[sentence.index]
    if paragraph:
        yield _paragraph_html(paragraph, is_item)
    for words in _uncited(policy.text[before : section.end], section if before == section.start else None):
        yield _paragraph_html(escape(words), is_item=False)


def _uncited(text: str, section: Section | None) -> Iterator[str]:
    """Yield the lines that are not statements, such as the line above a list. section: whose heading is left out."""
    for number, line in enumerate(text.split("\n")):
        words = line.strip()
        heading = section is not None and bool(section.headings) and number == 0
        if not heading and any(c.isalnum() for c in words):
            yield words


def _paragraph_html(words: str, is_item: bool) -> str:
    return f'<p class="item">{words}</p>' if is_item else f"<p>{words}</p>"


def badge(number: int) -> str:
    """Render the number of a citation."""
    return f'<span class="badge"><span class="unseen">Citation </span>{number}</span>'


def part_html(part: Part) -> str:
    """Render some words of a statement."""
    words = escape(part.words)
    return words if part.role == "quote" else f'<span class="{part.role}">{words}</span>'


def contact_link(url: str, name: str) -> str:
    """Render a link to a contact: a page, or an address or number, which the visitor's own programs open."""
    return live_link(url, name if url.startswith(_PROGRAMS) else f"Go to {name}")


def live_link(url: str, words: str) -> str:
    """Render a link to another site, which opens in a new tab, or to an email address or phone number.

    Any other kind of address gets no link.
    """
    if not url.startswith((*_PAGES, *_PROGRAMS)):
        return escape(words)
    if url.startswith(_PROGRAMS):
        return f'<a href="{escape(url)}">{escape(words)}</a>'
    # Browsers scroll to the quoted words only with noopener.
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(words)}'
        '<span class="unseen"> (opens in a new tab)</span><span aria-hidden="true"> ↗</span></a>'
    )

"""Renders answers and policies as HTML, and escapes everything that comes from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from bot.types import Answer, Citation, Outcome, Part, Policy, Quote, Section, Sentence, statement_parts

_WARNINGS = {
    "personal_data": "Your question included personal data ({kinds}). It was removed before the question was read. "
    "You never need to share such details here.",
    "hidden_characters": "Your question included hidden characters. They were removed.",
}
# The lowest confidence for each description of it.
_SURENESS = ((0.9, "Very sure"), (0.7, "Fairly sure"), (0.0, "Not sure: please check the policy yourself"))
# Links that the visitor's own programs open.
_PROGRAMS = ("mailto:", "tel:")
# What each outcome says about the question, for the outcomes that can be wrong.
_VERDICTS = {
    Outcome.ANSWERED: "Found in the policy",
    Outcome.NOT_COVERED: "Not in the policy",
    Outcome.OFF_TOPIC: "Another subject",
}


def policy_html(policy: Policy, citations: Sequence[Citation] = (), turn: str = "") -> str:
    """Render the whole policy, and mark the sentences of `citations` with their numbers.

    turn: differs between answers, so that the page scrolls again even if the citations are the same.
    """
    body = "".join(
        f"{_heading_html(section.headings)}{section_html(policy, section.id, citations, anchors=True)}"
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
    words = " ".join(map(_words_html, statement_parts(quote, policy.context_of(sentence))))
    return f'<li id="own-{sentence.index}" tabindex="-1">{words}</li>'


def left_out_html(left_out: Sequence[str]) -> str:
    """Render what a reader left out, a line for each kind of thing. Empty if it was nothing."""
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


def section_html(policy: Policy, section_id: str, citations: Sequence[Citation] = (), *, anchors: bool = False) -> str:
    """Render a section's sentences, in the policy's own paragraphs and with its list marks.

    anchors: whether each sentence gets an `id="sentence-<index>"` to scroll to.
    """
    return "".join(_paragraphs_html(policy, section_id, citations, anchors))


def _paragraphs_html(policy: Policy, section_id: str, citations: Sequence[Citation], anchors: bool) -> Iterator[str]:
    section = policy.section(section_id)
    paragraph = ""
    is_item = False
    before = section.start
    for sentence in policy.sentences:
        if sentence.section_id != section_id:
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
        number = next((c.number for c in citations if c.start < sentence.end and sentence.start < c.end), None)
        words = escape(sentence.text)
        if number is not None:
            words = f'<mark data-citation="{number}">{_badge(number)}{words}</mark>'
        paragraph += f'<span id="sentence-{sentence.index}" tabindex="-1">{words}</span>' if anchors else words
    if paragraph:
        yield _paragraph_html(paragraph, is_item)
    for words in _uncited(policy.text[before : section.end], section if before == section.start else None):
        yield _paragraph_html(escape(words), is_item=False)


def _uncited(text: str, section: Section | None) -> Iterator[str]:
    """Yield the lines that are no statement, such as the line above a list. section: whose heading is left out."""
    for number, line in enumerate(text.split("\n")):
        words = line.strip()
        heading = section is not None and bool(section.headings) and number == 0
        if not heading and any(c.isalnum() for c in words):
            yield words


def _paragraph_html(words: str, is_item: bool) -> str:
    return f'<p class="item">{words}</p>' if is_item else f"<p>{words}</p>"


def _badge(number: int) -> str:
    return f'<span class="badge"><span class="unseen">Citation </span>{number}</span>'


def turn_html(answer: Answer, policy: Policy, turn: str) -> str:
    """Render one turn of the conversation: a question and its answer. turn: differs between answers."""
    # Show the question as cleaned, so that the page does not repeat personal data.
    question = escape(answer.question) or "<em>(no question)</em>"
    return (
        f'<div class="turn" data-turn="{turn}"><p class="question"><span class="unseen">You asked: </span>{question}'
        f"</p>{answer_html(answer, policy)}</div>"
    )


def answer_html(answer: Answer, policy: Policy) -> str:
    """Render the warnings, the confidence, the answer with its citations, and where to go next."""
    parts = [_warning_html(warning.code, warning.kinds) for warning in answer.warnings]
    if answer.outcome in _VERDICTS:
        words = next(words for least, words in _SURENESS if answer.confidence >= least)
        parts.append(
            f'<p class="verdict"><strong>{_VERDICTS[answer.outcome]}.</strong> '
            f"{words} (confidence {answer.confidence:.0%}).</p>"
        )
    if answer.opening:
        kind = ' class="own"' if answer.citations else ""
        parts.append(f'<p{kind} lang="{escape(answer.language)}">{escape(answer.opening)}</p>')
    parts += [_citation_html(citation, words, policy) for citation, words in answer.shown]
    contacts = [c for c in policy.next_steps(answer.outcome, answer.act) if c.url]
    parts += [f"<p>{contact_link(c.url, c.name)}</p>" for c in contacts if c.url]
    return f'<div class="answer" data-outcome="{answer.outcome}">{"".join(parts)}</div>'


def _warning_html(code: str, kinds: Sequence[str]) -> str:
    words = _WARNINGS.get(code, code.replace("_", " "))
    named = ", ".join(kind.replace("_", " ") for kind in kinds)
    return f'<p class="warning"><strong>Please note.</strong> {escape(words.format(kinds=named))}</p>'


def _part_html(part: Part, citation: Citation) -> str:
    if part.words == citation.quote:
        return "".join(live_link(url, words) if url else escape(words) for words, url in citation.pieces)
    return _words_html(part)


def _words_html(part: Part) -> str:
    words = escape(part.words)
    return words if part.role == "quote" else f'<span class="{part.role}">{words}</span>'


def _citation_html(citation: Citation, parts: Sequence[Part], policy: Policy) -> str:
    place = next((s.index for s in policy.sentences if citation.start < s.end and s.start < citation.end), 0)
    number = f'<span class="unseen"> (citation {citation.number})</span>'
    links = [f'<button type="button" data-sentence="{place}">Show in the policy{number}</button>']
    if citation.url:
        links.append(live_link(citation.url, f"Read on {policy.site}"))
    section = citation.section or policy.title
    words = " ".join(_part_html(part, citation) for part in parts)
    return (
        f'<figure class="citation"><blockquote>{_badge(citation.number)}{words}</blockquote>'
        f'<figcaption><span class="section">{escape(section)}</span> {" ".join(links)}</figcaption></figure>'
    )


def contact_link(url: str, name: str) -> str:
    """Render a link to a contact: a page, or an address or number, which the visitor's own programs open."""
    return live_link(url, name if url.startswith(_PROGRAMS) else f"Go to {name}")


def live_link(url: str, words: str) -> str:
    """Render a link to another site, which opens in a new tab, or to an email address or phone number."""
    if url.startswith(_PROGRAMS):
        return f'<a href="{escape(url)}">{escape(words)}</a>'
    # Browsers scroll to the quoted words only with noopener.
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(words)}'
        '<span class="unseen"> (opens in a new tab)</span><span aria-hidden="true"> ↗</span></a>'
    )

"""Renders a question and its answer as HTML, and escapes everything that comes from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from bot.demo.html import badge, contact_link, live_link, part_html
from bot.types import Answer, Citation, Contact, Outcome, Part, Policy, shown_parts
from bot.wording import date_in_words, interface, suggestions_heading

_WARNINGS = {
    "personal_data": "Your question included personal data ({kinds}). It was removed before the question was read. "
    "You never need to share such details here.",
    "hidden_characters": "Your question included hidden characters. They were removed.",
}
# The lowest confidence for each description of it.
_SURENESS = ((0.9, "Very sure"), (0.7, "Fairly sure"), (0.0, "Not sure: please check the policy yourself"))
# What each outcome says about the question, for the outcomes that can be wrong. Visitors rate these.
_LABELS = {
    Outcome.ANSWERED: "Found in the policy",
    Outcome.NOT_COVERED: "Not in the policy",
    Outcome.OFF_TOPIC: "Another subject",
}
# Used instead if the nearest passages are shown: the policy may still say it.
_NOT_FOUND = "Not found"
_URGENT = "Get help"


def is_rated(answer: Answer) -> bool:
    """Return whether visitors are asked if the answer helped: not after a greeting, and never in danger."""
    return answer.outcome in _LABELS


def turn_html(answer: Answer, policy: Policy, turn: str) -> str:
    """Render one turn of the conversation: a question and its answer. turn: differs between answers."""
    # Show the question as cleaned, so that the page does not repeat personal data.
    question = escape(answer.question) or "<em>(no question)</em>"
    return (
        f'<div class="turn" data-turn="{turn}"><p class="question"><span class="unseen">You asked: </span>{question}'
        f"</p>{answer_html(answer, policy)}</div>"
    )


def answer_html(answer: Answer, policy: Policy) -> str:
    """Render an answer: first what it says, then the quotes, then where to go and what else to ask.

    A click on a button with `data-sentence` shows that sentence of the policy; on one with `data-question`, asks it.
    """
    say = interface(answer.language, policy)
    rendered = [
        *(_warning_html(warning.code, warning.kinds) for warning in answer.warnings),
        _read_as_html(answer, say) if answer.parts else "",
        *(_answer_to_html(question, each, policy, say) for question, each in answer.by_question),
        _places_html(answer.places_to_go(policy), answer.language, say["next"]),
        _suggestions_html(answer, say),
    ]
    return f'<div class="answer" data-outcome="{answer.outcome}">{"".join(rendered)}</div>'


def _warning_html(code: str, kinds: Sequence[str]) -> str:
    words = _WARNINGS.get(code, code.replace("_", " "))
    named = ", ".join(kind.replace("_", " ") for kind in kinds)
    return f'<p class="warning"><strong>Please note.</strong> {escape(words.format(kinds=named))}</p>'


def _answer_to_html(question: str, answer: Answer, policy: Policy, say: Mapping[str, str]) -> str:
    """Render the answer to one question. question: one of several, which is its heading; "" if there is only one."""
    stands_out = bool(answer.citations) or answer.outcome is Outcome.URGENT
    rendered = [
        f"<h3>{escape(question)}</h3>" if question else "",
        _read_as_html(answer, say),
        _label_html(answer),
        _opening_html(answer.opening, answer.language, stands_out=stands_out),
        _note_html(say["reviewed"].format(date=date_in_words(answer.reviewed, answer.language)))
        if answer.reviewed
        else "",
        _citations_html(answer.citations, policy),
        _related_html(answer.related, say["related"], policy, level=4 if question else 3),
    ]
    return f'<div class="part">{"".join(rendered)}</div>' if question else "".join(rendered)


def _read_as_html(answer: Answer, say: Mapping[str, str]) -> str:
    return _note_html(say["read_as"].format(question=answer.read_as)) if answer.read_as else ""


def _label_html(answer: Answer) -> str:
    if answer.outcome is Outcome.URGENT:
        return f'<p class="verdict"><strong>{_URGENT}.</strong></p>'
    if not is_rated(answer):
        return ""
    unsure = answer.outcome is Outcome.NOT_COVERED and answer.related
    label = _NOT_FOUND if unsure else _LABELS[answer.outcome]
    sureness = next(words for least, words in _SURENESS if answer.confidence >= least)
    return f'<p class="verdict"><strong>{label}.</strong> {sureness} (confidence {answer.confidence:.0%}).</p>'


def _note_html(words: str) -> str:
    return f'<p class="note">{escape(words)}</p>'


def _opening_html(words: str, language: str, *, stands_out: bool) -> str:
    """Render our own words. stands_out: before quotes, and if somebody may be in danger."""
    kind = ' class="own"' if stands_out else ""
    return f'<p{kind} lang="{escape(language)}">{escape(words)}</p>' if words else ""


def _citations_html(citations: Sequence[Citation], policy: Policy, *, numbered: bool = True) -> str:
    shown = zip(citations, shown_parts(citations), strict=True)
    return "".join(_citation_html(citation, parts, policy, numbered=numbered) for citation, parts in shown)


def _citation_html(citation: Citation, parts: Sequence[Part], policy: Policy, *, numbered: bool) -> str:
    place = next((s.index for s in policy.sentences if citation.start < s.end and s.start < citation.end), 0)
    number = f'<span class="unseen"> ({"citation" if numbered else "passage"} {citation.number})</span>'
    links = [f'<button type="button" data-sentence="{place}">Show in the policy{number}</button>']
    if citation.url:
        links.append(live_link(citation.url, f"Read on {policy.site}"))
    section = citation.section or policy.title
    words = " ".join(_words_html(part, citation) for part in parts)
    return (
        f'<figure class="citation"><blockquote>{badge(citation.number) if numbered else ""}{words}</blockquote>'
        f'<figcaption><span class="section">{escape(section)}</span> {" ".join(links)}</figcaption></figure>'
    )


def _words_html(part: Part, citation: Citation) -> str:
    if part.words == citation.quote:
        return "".join(live_link(url, words) if url else escape(words) for words, url in citation.pieces)
    return part_html(part)


def _related_html(related: Sequence[Citation], heading: str, policy: Policy, *, level: int) -> str:
    """Render the nearest statements, which do not answer the question. level: of the heading, 3 or 4."""
    if not related:
        return ""
    quotes = _citations_html(related, policy, numbered=False)
    return f'<div class="related"><h{level}>{escape(heading)}</h{level}>{quotes}</div>'


def _places_html(places: Sequence[Contact], language: str, heading: str) -> str:
    if not places:
        return ""
    items = "".join(f"<li>{_place_html(place.url, place.name_in(language))}</li>" for place in places)
    return f'<div class="next"><h3>{escape(heading)}</h3><ul>{items}</ul></div>'


def _place_html(url: str | None, name: str) -> str:
    return contact_link(url, name) if url else escape(name)


def _suggestions_html(answer: Answer, say: Mapping[str, str]) -> str:
    if not answer.suggestions:
        return ""
    questions = map(escape, answer.suggestions)
    items = "".join(f'<li><button type="button" data-question="{q}">{q}</button></li>' for q in questions)
    return f'<div class="suggestions"><h3>{escape(suggestions_heading(answer, say))}</h3><ul>{items}</ul></div>'

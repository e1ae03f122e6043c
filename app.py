"""The Gradio demo of AskPolicy: interface only, everything it says comes from `Bot.ask`.

    python app.py [--host HOST] [--port PORT]

What a visitor types lives in the visitor's own browser page and nowhere else: it is sent to be answered, with the
page's earlier questions, and forgotten. No analytics, no cookies, nothing is fetched from other hosts.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bot import Answer, AskPolicyError, Bot, Citation, Outcome, Policy, load_settings, open_bot

# Read by gradio when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
import uvicorn
from fastapi import FastAPI

_ASSETS = Path(__file__).resolve().parent / "bot" / "demo_assets"

# One for each way in which a question can end.
EXAMPLES = (
    "Do you sell my data?",  # answered
    "Can other people see what I send you?",  # answered, from both sides
    "Do you use facial recognition?",  # not covered
    "How do I renew my driver's license?",  # off topic
    "Hello!",  # small talk
    "My SSN is 078-05-1120, is it safe with you?",  # personal data
)

_WARNINGS = {
    "personal_data": "Your message held personal data ({kinds}). It was taken out before the question was read. "
    "Please leave such details out: they are never needed here.",
    "hidden_characters": "Your message held characters that cannot be seen. They were taken out.",
}
# Whom to ask after an answer that cites nothing, by the role of the policy's contacts.
_NEXT_CONTACTS = {
    Outcome.NOT_COVERED: ("policy_questions",),
    Outcome.UNSUPPORTED_LANGUAGE: ("policy_questions",),
    Outcome.ERROR: ("policy_questions",),
    Outcome.OFF_TOPIC: ("search", "chatbot"),
}
# How sure the bot is that it judged the question rightly; the words for at least this confidence.
_SURENESS = ((0.9, "Very sure"), (0.7, "Fairly sure"), (0.0, "Not sure: please check the policy yourself"))
# What was judged, where that can be wrong.
_VERDICTS = {
    Outcome.ANSWERED: "Found in the policy",
    Outcome.NOT_COVERED: "Not in the policy",
    Outcome.OFF_TOPIC: "Another subject",
}


class Feedback:
    """How many visitors found an answer helpful: two numbers in memory, and nothing about anybody."""

    def __init__(self) -> None:
        self._counts: Counter[bool] = Counter()
        self._lock = threading.Lock()

    def count(self, helpful: bool) -> str:
        """Count one vote; returns what to say about it."""
        with self._lock:
            self._counts[helpful] += 1
            return (
                f"Thank you. So far: {self._counts[True]} helpful, {self._counts[False]} not helpful. "
                "Only these two numbers are kept, until the demo stops."
            )


def policy_html(policy: Policy, citations: Sequence[Citation] = (), turn: int = 0) -> str:
    """The whole policy, the sentences of `citations` marked with their number.

    `turn` makes the same citations of a later answer a new value, so that the page scrolls to them again.
    """
    body = "".join(
        f"{_heading_html(section.headings)}{''.join(_paragraphs_html(policy, section.id, citations))}"
        for section in policy.sections
    )
    return f'<article class="policy-text" lang="en" data-turn="{turn}">{body}</article>'


def _heading_html(headings: Sequence[str]) -> str:
    if not headings:
        return ""
    # The page has a title (h1) and a heading above the policy (h2).
    level = min(2 + len(headings), 6)
    return f"<h{level}>{escape(headings[-1])}</h{level}>"


def _paragraphs_html(policy: Policy, section_id: str, citations: Sequence[Citation]) -> Iterator[str]:
    """The section's sentences as paragraphs, parted where the policy parts them; list marks are kept as they stand."""
    paragraph = ""
    is_item = False
    for sentence in policy.sentences:
        if sentence.section_id != section_id:
            continue
        before = policy.sentences[sentence.index - 1].end if sentence.index else 0
        gap = policy.text[before : sentence.start]
        mark = gap.rpartition("\n")[2].strip()
        if paragraph and (mark or gap.count("\n") > 1):
            yield _paragraph_html(paragraph, is_item)
            paragraph = ""
        if not paragraph:
            is_item = bool(mark)
            paragraph = f"{escape(mark)} " if mark else ""
        else:
            paragraph += "<br>" if "\n" in gap else " "
        number = next((c.number for c in citations if c.start < sentence.end and sentence.start < c.end), None)
        words = escape(sentence.text)
        if number is not None:
            words = f'<mark data-citation="{number}">{_badge(number)}{words}</mark>'
        paragraph += f'<span id="sentence-{sentence.index}" tabindex="-1">{words}</span>'
    if paragraph:
        yield _paragraph_html(paragraph, is_item)


def _paragraph_html(words: str, is_item: bool) -> str:
    return f'<p class="item">{words}</p>' if is_item else f"<p>{words}</p>"


def _badge(number: int) -> str:
    return f'<span class="badge"><span class="unseen">Citation </span>{number}</span>'


def answer_html(answer: Answer, policy: Policy) -> str:
    """Warnings, how sure the bot is, the answer with its citations, and where to go next."""
    parts = [_warning_html(warning.code, warning.kinds) for warning in answer.warnings]
    if answer.outcome in _VERDICTS:
        words = next(words for least, words in _SURENESS if answer.confidence >= least)
        parts.append(
            f'<p class="verdict"><strong>{_VERDICTS[answer.outcome]}.</strong> '
            f"{words} (confidence {answer.confidence:.0%}).</p>"
        )
    if answer.outcome is Outcome.ANSWERED:
        parts.extend(_cited_text_html(answer, policy))
    else:
        parts.append(f"<p>{escape(answer.text)}</p>")
    contacts = [c for c in policy.contacts if c.url and c.role in _NEXT_CONTACTS.get(answer.outcome, ())]
    parts += [f"<p>{_live_link(c.url, f'Go to {c.name}')}</p>" for c in contacts if c.url]
    return f'<div class="answer" data-outcome="{answer.outcome}">{"".join(parts)}</div>'


def _warning_html(code: str, kinds: Sequence[str]) -> str:
    words = _WARNINGS.get(code, code.replace("_", " "))
    named = ", ".join(kind.replace("_", " ") for kind in kinds)
    return f'<p class="warning"><strong>Please note.</strong> {escape(words.format(kinds=named))}</p>'


def _cited_text_html(answer: Answer, policy: Policy) -> Iterator[str]:
    """The answer's text; each citation stands, word for word, where its number is first named."""
    cited = {citation.number: citation for citation in answer.citations}
    pieces = re.split(r"\[(\d+)\]", answer.text)
    for said, digits in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        citation = cited.pop(int(digits), None) if digits else None
        # An extractive answer says the quote itself: what is left before it is the bot's own "Yes." or "No.".
        quote = " ".join(citation.quote.split()) if citation else ""
        own = said.strip().removesuffix(quote).strip()
        if own:
            yield f'<p class="own">{escape(own)}</p>'
        if citation:
            yield _citation_html(citation, policy)
    for citation in cited.values():
        yield _citation_html(citation, policy)


def _citation_html(citation: Citation, policy: Policy) -> str:
    place = next((s.index for s in policy.sentences if citation.start < s.end and s.start < citation.end), 0)
    links = [f'<button type="button" data-sentence="{place}">Show in the policy</button>']
    if citation.url:
        links.append(_live_link(citation.url, f"Read on {policy.site}"))
    section = citation.headings[-1] if citation.headings else policy.title
    return (
        f'<figure class="citation"><blockquote>{_badge(citation.number)}{escape(citation.quote)}</blockquote>'
        f'<figcaption><span class="section">{escape(section)}</span> {" ".join(links)}</figcaption></figure>'
    )


def _live_link(url: str, words: str) -> str:
    # noopener: without it a browser does not follow the link to the words.
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(words)}'
        '<span class="unseen"> (opens in a new tab)</span><span aria-hidden="true"> ↗</span></a>'
    )


def turn_html(answer: Answer, policy: Policy) -> str:
    """One question and its answer, as they stand in the conversation."""
    # The question as cleaned: personal data is not shown again either.
    question = escape(answer.question) or "<em>(no question)</em>"
    return (
        f'<div class="turn"><p class="question"><span class="unseen">You asked: </span>{question}</p>'
        f"{answer_html(answer, policy)}</div>"
    )


def build_demo(bot: Bot) -> gr.Blocks:
    """The page. Its looks are given where it is served: see `mount_demo`."""
    policy = bot.bundle.policy
    feedback = Feedback()

    def reply(question: str, earlier: list[str], conversation: str) -> tuple[Any, ...]:
        answer = bot.ask(question, earlier)
        conversation = (conversation if earlier else "") + turn_html(answer, policy)
        earlier = [*earlier, answer.question]
        marked = policy_html(policy, answer.citations, len(earlier))
        return "", earlier, conversation, marked, gr.Row(visible=True), ""

    def start_over() -> tuple[Any, ...]:
        return "", [], _intro_html(policy), policy_html(policy), gr.Row(visible=False), ""

    def vote(helpful: bool) -> tuple[Any, ...]:
        return gr.Row(visible=False), f"<p>{escape(feedback.count(helpful))}</p>"

    with gr.Blocks(title=f"Ask about the {policy.title}", analytics_enabled=False, fill_width=True) as demo:
        # The visitor's questions so far. The page holds them, not the server.
        earlier = gr.JSON([], visible=False)
        _html(_header_html(policy), elem_id="header")
        with gr.Row(elem_id="panes"):
            with gr.Column(scale=6, min_width=0, elem_id="ask"):
                with gr.Row(elem_id="ask-head"):
                    _html("<h2>Your questions</h2>")
                    clear = gr.Button("Start over", size="sm", elem_id="clear")
                conversation = _html(_intro_html(policy), elem_id="conversation", js_on_load=_asset("conversation.js"))
                with gr.Row(visible=False, elem_id="vote") as vote_row:
                    _html("<p>Was this answer helpful?</p>")
                    helpful = gr.Button("Yes, helpful", size="sm")
                    unhelpful = gr.Button("No, not helpful", size="sm")
                thanks = _html("", elem_id="thanks", js_on_load="element.setAttribute('role', 'status')")
                with gr.Row(elem_id="entry"):
                    question = gr.Textbox(
                        label="Your question",
                        placeholder="Ask in your own words",
                        lines=1,
                        max_lines=4,
                        elem_id="question",
                    )
                    ask = gr.Button("Ask", variant="primary", elem_id="ask-button")
                _html("<h3>Or try one of these</h3>")
                with gr.Row(elem_id="examples"):
                    examples = [gr.Button(example, size="sm") for example in EXAMPLES]
            with gr.Column(scale=5, min_width=0, elem_id="read"):
                _html("<h2>The whole policy</h2>")
                shown = _html(policy_html(policy), elem_id="policy", js_on_load=_asset("policy.js"))
        _html(_footer_html(policy), elem_id="about")

        outputs = [question, earlier, conversation, shown, vote_row, thanks]
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        for trigger in (question.submit, ask.click):
            trigger(reply, [question, earlier, conversation], outputs, **quiet)
        for button in examples:
            button.click(reply, [button, earlier, conversation], outputs, **quiet)
        clear.click(start_over, None, outputs, **quiet)
        helpful.click(lambda: vote(True), None, [vote_row, thanks], **quiet)
        unhelpful.click(lambda: vote(False), None, [vote_row, thanks], **quiet)
    return demo  # type: ignore[no-any-return]


def _html(value: str, **options: Any) -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, min_width=0, **{"js_on_load": None, **options})


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _intro_html(policy: Policy) -> str:
    return (
        f'<p class="intro">Ask what the {escape(policy.title)} says, in your own words. The sentences that answer are '
        "quoted here and highlighted in the policy. You can ask follow-up questions, such as “And for how long?”</p>"
    )


def _header_html(policy: Policy) -> str:
    return (
        f"<header><h1>Ask about the {escape(policy.title)}</h1>"
        "<p>Answers in the policy's own words, each with the place where it stands.</p></header>"
    )


def _footer_html(policy: Policy) -> str:
    dates = [f"in effect since {policy.effective}" if policy.effective else "", f"updated {policy.updated}"]
    version = ", ".join(words for words in dates if words and "None" not in words)
    link = f" {_live_link(policy.url, f'Open the policy on {policy.site}')}" if policy.url else ""
    return (
        f"<footer><p>{escape(policy.title)}{escape(f', {version}' if version else '')}.{link}</p>"
        "<p>This demo keeps nothing about you: no cookies, no analytics, no record of your questions. “Helpful” and "
        "“not helpful” are only counted. It is a guide to the policy, not legal advice.</p></footer>"
    )


def mount_demo(app: FastAPI, bot: Bot, path: str = "/") -> FastAPI:
    """Put the demo into a web service at `path`, with its looks and with what gradio adds by itself turned off."""
    system_fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
    gr.mount_gradio_app(
        app,
        build_demo(bot),
        path=path,
        theme=gr.themes.Base(font=system_fonts, font_mono=["ui-monospace", "monospace"]),
        css_paths=_ASSETS / "demo.css",
        footer_links=[],
        run_history=False,  # gradio would keep every question in the browser
        max_file_size="1kb",  # nothing is uploaded
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,
    )
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the demo until it is stopped; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The AskPolicy demo, in the browser.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7860, help="0 takes any free one (default: %(default)s)")
    arguments = parser.parse_args(argv)
    try:
        bot = open_bot(load_settings())
        listener = _listen(arguments.host, arguments.port)
    except AskPolicyError as error:
        print(f"askpolicy: {error}", file=sys.stderr)
        return 1
    app = mount_demo(FastAPI(openapi_url=None), bot)
    print(f"AskPolicy demo: http://{arguments.host}:{listener.getsockname()[1]} (stop it with Ctrl+C)", flush=True)
    # No access log: it would keep visitors' addresses.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        raise AskPolicyError(
            f"The demo cannot listen on {host}:{port} ({error}): give another place with --host and --port."
        ) from None


if __name__ == "__main__":
    sys.exit(main())

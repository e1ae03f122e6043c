"""The first tab: the conversation, and next to it the policy with the cited words highlighted."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from html import escape
from typing import Any

import gradio as gr

from bot.demo.html import policy_html
from bot.demo.parts import EVENT, asset, html_part
from bot.demo.turn import is_rated, turn_html
from bot.pipeline import Bot

# One for each kind of answer.
EXAMPLES = (
    "Do you sell my data?",  # answered
    "Can other people see what I send you?",  # answered, from both sides
    "Do you use facial recognition?",  # not covered
    "How do I renew my driver's license?",  # off topic
    "Hello!",  # small talk
    "My SSN is 078-05-1120, is it safe with you?",  # personal data
)


class Votes:
    """Counts how many answers were helpful: two numbers in memory, and nothing about anybody."""

    def __init__(self) -> None:
        self._counts: Counter[bool] = Counter()
        self._lock = threading.Lock()

    def count(self, helpful: bool) -> str:
        """Count one vote and return the thank-you message. Thread-safe."""
        with self._lock:
            self._counts[helpful] += 1
            return (
                f"Thank you. So far: {self._counts[True]} helpful, {self._counts[False]} not helpful. "
                "Only these two numbers are kept, until the demo stops."
            )


class AskTab:
    """Builds the tab in the current Gradio context. Other tabs ask through `reply`, with `inputs` and `outputs`.

    The page keeps the visitor's earlier questions; the server does not. The page sends them with each question, at most
    as many as the bot reads, and the conversation itself never leaves the page.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._policy = bot.bundle.policy
        self._votes = Votes()
        self._earlier = gr.JSON([], visible=False)
        with gr.Row(elem_id="panes"):
            with gr.Column(scale=6, min_width=0, elem_id="ask"):
                self._build_conversation()
            with gr.Column(scale=5, min_width=0, elem_id="read"):
                html_part("<h2>The whole policy</h2>")
                self._shown = html_part(policy_html(self._policy), elem_id="policy", js_on_load=asset("policy.js"))
        self.inputs = [self._question, self._earlier]
        self.outputs = [
            self._question, self._earlier, self._conversation, self._shown, self._vote_row, self._thanks,
        ]  # fmt: skip
        self._connect()

    def reply(self, question: str, earlier: list[str]) -> tuple[Any, ...]:
        """Answer a question and return the new values of `outputs`. earlier: the questions before it, oldest first."""
        limit = self._bot.settings.guard.max_history
        earlier = [str(words) for words in earlier][max(0, len(earlier) - limit) :]
        answer = self._bot.ask(question, earlier)
        # A repeated question is a new turn, too.
        turn = secrets.token_hex(4)
        return (
            "",
            [*earlier, answer.question],
            turn_html(answer, self._policy, turn),
            policy_html(self._policy, answer.citations, turn, nearest=answer.nearest),
            gr.Row(visible=is_rated(answer)),
            "",
        )

    def reply_to_chosen(self, event: gr.EventData, earlier: list[str]) -> tuple[Any, ...]:
        """Answer a question that the visitor chose from a list on the page."""
        return self.reply(str(event.question), earlier)

    def _build_conversation(self) -> None:
        with gr.Row(elem_id="ask-head"):
            html_part("<h2>Your questions</h2>")
            self._clear = gr.Button("Start over", size="sm", elem_id="clear")
        self._conversation = html_part(_intro_html(), elem_id="conversation", js_on_load=asset("conversation.js"))
        with gr.Row(visible=False, elem_id="vote") as self._vote_row:
            html_part("<p>Was this answer helpful?</p>")
            self._helpful = gr.Button("Yes, helpful", size="sm")
            self._unhelpful = gr.Button("No, not helpful", size="sm")
        self._thanks = html_part("", elem_id="thanks", js_on_load="element.setAttribute('role', 'status')")
        with gr.Row(elem_id="entry"):
            self._question = gr.Textbox(
                label="Your question", placeholder="Ask in your own words", lines=1, max_lines=4, elem_id="question"
            )
            self._ask = gr.Button("Ask", variant="primary", elem_id="ask-button")
        html_part("<h3>Or try one of these</h3>")
        with gr.Row(elem_id="examples"):
            self._examples = [gr.Button(example, size="sm") for example in EXAMPLES]

    def _connect(self) -> None:
        for trigger in (self._question.submit, self._ask.click):
            trigger(self.reply, self.inputs, self.outputs, **EVENT)
        self._conversation.submit(self.reply_to_chosen, self.inputs[1:], self.outputs, **EVENT)
        for button in self._examples:
            button.click(self.reply, [button, self._earlier], self.outputs, **EVENT)
        self._clear.click(self._start_over, None, self.outputs, **EVENT)
        self._helpful.click(lambda: self._vote(True), None, [self._vote_row, self._thanks], **EVENT)
        self._unhelpful.click(lambda: self._vote(False), None, [self._vote_row, self._thanks], **EVENT)

    def _start_over(self) -> tuple[Any, ...]:
        return "", [], _intro_html(), policy_html(self._policy), gr.Row(visible=False), ""

    def _vote(self, helpful: bool) -> tuple[Any, ...]:
        return gr.Row(visible=False), f"<p>{escape(self._votes.count(helpful))}</p>"


def _intro_html() -> str:
    return (
        '<p class="intro">The sentences that answer your question appear here and are highlighted in the policy. '
        "You can ask follow-up questions, such as “And for how long?”</p>"
    )

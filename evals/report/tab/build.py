"""Builds the tab from Gradio components."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from bot.demo.parts import EVENT, ExtraTab, html_part
from bot.pipeline import Bot
from bot.types import AskPolicyError
from evals.report.tab.run_html import progress_html, run_html
from evals.report.tab.runs import BATCHES, open_evaluation, set_name, stored_run


def _build(bot: Bot) -> None:
    """Add the tab's components to the page, or a message if there are no questions about the policy."""
    html_part("<h2>How well it answers</h2>")
    try:
        evaluation = open_evaluation(bot)
    except AskPolicyError as error:
        html_part(f"<p>{escape(str(error))}</p>", elem_id="no-evaluation")
        return
    stored = stored_run(bot)
    html_part(
        f"<p>This asks the bot the {evaluation.size} questions of <code>{escape(set_name(bot))}</code> and compares "
        "each answer with what a careful reader of the policy would cite. The encoder was not trained on these "
        "questions, but the small decision models were fitted on them. New questions get slightly worse answers: "
        "docs/quality.md has the cross-validated figures.</p>"
    )
    run = gr.Button("Run the evaluation now", variant="primary", elem_id="run")
    progress = html_part("", elem_id="progress", js_on_load="element.setAttribute('role', 'status')")
    shown = html_part(run_html(stored) if stored else "", elem_id="evaluation")

    @cache
    def result_html() -> str:
        return run_html(evaluation.result())

    def begin() -> tuple[Any, ...]:
        return gr.Button(interactive=False), progress_html(0, evaluation.size)

    def finish() -> tuple[Any, ...]:
        done = f"<p>All {evaluation.size} questions were asked.</p>"
        return gr.Button(interactive=True), done, result_html()

    # Each batch is a separate event, so that the page can show progress.
    event = run.click(begin, None, [run, progress], **EVENT)
    for batch in range(BATCHES):
        event = event.then(_batch(evaluation.ask, batch, evaluation.size), None, progress, **EVENT)
    event.then(finish, None, [run, progress, shown], **EVENT)


def _batch(ask: Callable[[int], int], batch: int, of: int) -> Callable[[], str]:
    return lambda: progress_html(ask(batch), of)


EVALUATION = ExtraTab("Evaluation", _build, Path(__file__).with_name("tab.css"))

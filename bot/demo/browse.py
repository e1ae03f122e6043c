"""The second tab: the policy by section, and next to each section what people ask about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import gradio as gr

from bot.demo.ask import AskTab
from bot.demo.html import section_html
from bot.demo.parts import EVENT, asset, html_part
from bot.demo.suggest import questions_by_section
from bot.pipeline import Bot
from bot.types import Policy, Section


def build_browse(bot: Bot, ask_tab: AskTab, tabs: gr.Tabs) -> None:
    """Build the tab in the current Gradio context. Clicking a question asks it in the first tab."""

    def ask_there(event: gr.EventData, earlier: list[str]) -> tuple[Any, ...]:
        return (gr.Tabs(selected="ask"), *ask_tab.reply_to_chosen(event, earlier))

    page = html_part(
        browse_html(bot.bundle.policy, questions_by_section(bot.bundle)),
        elem_id="browse",
        js_on_load=asset("browse.js"),
    )
    page.submit(ask_there, ask_tab.inputs[1:], [tabs, *ask_tab.outputs], **EVENT)


def browse_html(policy: Policy, questions: Mapping[str, Sequence[str]]) -> str:
    """Render a table of contents, then each section with its text and its questions by section id.

    A heading without its own text appears alone.
    """
    contents = "".join(
        f'<li><button type="button" data-section="{escape(section.id)}">{escape(_name(section, policy))}</button></li>'
        for section in policy.sections
    )
    sections = "".join(_section_html(policy, section, questions.get(section.id, ())) for section in policy.sections)
    return (
        '<h2>The policy, section by section</h2><div class="browse">'
        f'<nav aria-label="Sections of the policy"><details open><summary>Sections</summary><ol>{contents}</ol>'
        f'</details></nav><div class="sections">{sections}</div></div>'
    )


def _section_html(policy: Policy, section: Section, questions: Sequence[str]) -> str:
    asked = "".join(
        f'<li><button type="button" data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in questions
    )
    people_ask = f'<div class="asked"><h4>People ask</h4><ul>{asked}</ul></div>' if asked else ""
    return (
        f'<section id="section-{escape(section.id)}"><h3 tabindex="-1">{escape(_name(section, policy))}</h3>'
        f'<div class="words">{section_html(policy, section.id)}</div>{people_ask}</section>'
    )


def _name(section: Section, policy: Policy) -> str:
    return section.headings[-1] if section.headings else policy.title

"""Answers that use every field, in the widget in a real browser; the answers are made up."""

from __future__ import annotations

from typing import Any

import pytest

from bot.wording import interface
from tests.support import whole_answers as whole
from tests.support.browser import axe_violations
from tests.support.whole_answers import WHOLE, as_sent
from tests.widget.conftest import Chat, Visitor
from tests.widget.looks import LOOKS, WAYS, layout_faults
from tests.widget.servers import FakeService


def reply_with(fake_service: FakeService, name: str) -> str:
    """Choose a whole answer as the next one, and return its question."""
    answer = as_sent(WHOLE[name])
    # The service says again what was asked.
    fake_service.changes = {field: value for field, value in answer.items() if field not in ("question", "language")}
    return WHOLE[name].question


@pytest.mark.parametrize("way", LOOKS)
def test_whole_answers_are_accessible_and_not_cut_off(visit: Visitor, fake_service: FakeService, way: str) -> None:
    chat = visit(WAYS[way])
    chat.open()
    found = {}
    for name in WHOLE:
        chat.ask(reply_with(fake_service, name))
        found[name] = axe_violations(chat.page) + layout_faults(chat)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_an_answer_and_the_heading_of_the_suggestions_are_announced_once(chat: Chat, fake_service: FakeService) -> None:
    chat.ask(reply_with(fake_service, "reviewed"))
    heard = chat.hear()
    assert [role for role, _ in heard] == ["log", "status"]
    assert heard[1][1] == interface()["suggestions"]
    assert not any(whole.SUGGESTIONS[1] in words for _, words in heard)
    assert chat.focused() == "textarea#question"
    chat.ask(reply_with(fake_service, "urgent"))
    assert [role for role, _ in chat.hear()] == ["log"]


def test_a_suggestion_is_reached_and_asked_by_keyboard_and_keeps_a_draft(chat: Chat, fake_service: FakeService) -> None:
    chat.ask(reply_with(fake_service, "reviewed"))
    chat.box.fill("A draft")
    for _ in range(20):
        chat.page.keyboard.press("Shift+Tab")
        if chat.page.evaluate("document.activeElement.shadowRoot?.activeElement.textContent") == whole.SUGGESTIONS[1]:
            break
    chat.page.keyboard.press("Enter")
    chat.turns.nth(1).wait_for()
    assert fake_service.asked()[-1]["question"] == whole.SUGGESTIONS[1]
    assert fake_service.asked()[-1]["history"] == [whole.REVIEWED.question]
    assert chat.focused() == "div.scroller"
    assert chat.box.input_value() == "A draft"


def test_suggestions_follow_the_newest_answer_alone(chat: Chat, fake_service: FakeService) -> None:
    suggestions = chat.page.locator(".suggestions button")
    chat.ask(reply_with(fake_service, "reviewed"))
    chat.ask(reply_with(fake_service, "silent"))
    assert suggestions.all_inner_texts() == list(whole.SUGGESTIONS[:2])
    chat.ask(reply_with(fake_service, "urgent"))
    assert suggestions.count() == 0
    chat.button("Start over").click()
    assert not chat.page.get_by_text(interface()["suggestions"]).is_visible()


def test_suggestions_and_quotes_are_in_the_policys_language(visit: Visitor, fake_service: FakeService) -> None:
    chat = visit(language="es")
    chat.open()
    chat.ask(reply_with(fake_service, "silent"))
    assert chat.page.locator(".suggestions li").first.get_attribute("lang") == "en"
    assert chat.newest.locator(".related blockquote").first.get_attribute("lang") == "en"
    assert chat.page.get_by_role("list", name=interface("es")["did_you_mean"]).is_visible()
    chat.ask(reply_with(fake_service, "parts"))
    assert chat.newest.locator("h4").first.get_attribute("lang") == "en"


@pytest.mark.parametrize(
    ("name", "levels"), [("parts", "H3 H4 H4 H4 H5 H4 H4"), ("silent", "H3 H4 H4"), ("human", "H3 H4")]
)
def test_headings_are_in_order(chat: Chat, fake_service: FakeService, name: str, levels: str) -> None:
    chat.ask(reply_with(fake_service, name))
    found = chat.newest.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map((one) => one.tagName)")
    assert " ".join(found) == levels


def test_a_part_without_an_answer_is_read_with_its_nearest_passages(chat: Chat, fake_service: FakeService) -> None:
    chat.ask(reply_with(fake_service, "parts"))
    parts = chat.newest.locator(".several")
    near = parts.nth(2)
    words = near.inner_text()
    shown = [whole.PARTS.parts[2].question, whole.PARTS.parts[2].opening, interface()["related"], whole.FORMS]
    assert [words.index(each) for each in shown] == sorted(words.index(each) for each in shown)
    assert near.locator(".number").count() == 0
    assert [parts.nth(number).locator(".related").count() for number in range(4)] == [0, 0, 1, 0]
    assert interface()["unsure"] in parts.nth(1).inner_text()
    assert interface()["unsure"] not in parts.nth(0).inner_text()
    assert "Reviewed on November 20, 2026." in parts.nth(0).inner_text()
    heard = " ".join(words for _, words in chat.hear())
    assert heard.count(interface()["related"]) == 1


@pytest.mark.parametrize(("name", "asks"), [("urgent", False), ("human", False), ("reviewed", True), ("silent", True)])
def test_no_feedback_is_asked_of_somebody_in_danger_or_after_small_talk(
    chat: Chat, fake_service: FakeService, name: str, asks: bool
) -> None:
    chat.ask(reply_with(fake_service, name))
    assert chat.page.get_by_text(interface()["helpful"]).is_visible() is asks


def test_a_number_is_on_the_line_of_the_words_after_it(chat: Chat, fake_service: FakeService) -> None:
    chat.ask(reply_with(fake_service, "reviewed"))
    lines: Any = (
        chat.newest.locator("blockquote")
        .nth(1)
        .evaluate(
            """quote => {
            const lines = (part) => {
                const words = document.createRange();
                words.selectNodeContents(part);
                return [...words.getClientRects()].map(({ top, bottom }) => [top, bottom]);
            };
            return [quote.querySelector(".number"), quote.querySelector(".context"), quote.lastChild].map(lines);
        }"""
        )
    )
    number, context, quote = lines
    assert context[0][0] < (number[0][0] + number[0][1]) / 2 < context[0][1]
    assert quote[0][0] > context[-1][0]  # the quote is below its context


def test_the_tab_keeps_whole_answers(visit: Visitor, fake_service: FakeService) -> None:
    chat = visit(remember="tab")
    chat.may_keep = 1
    chat.open()
    chat.ask(reply_with(fake_service, "parts"))
    chat.ask(reply_with(fake_service, "silent"))
    shown = chat.page.locator(".turn, .suggestions").all_inner_texts()
    chat.page.reload()
    chat.launcher.click()
    chat.turns.nth(1).wait_for()
    assert chat.page.locator(".turn, .suggestions").all_inner_texts() == shown


def test_text_to_copy_and_to_print_has_every_part(visit: Visitor, fake_service: FakeService) -> None:
    chat = visit({"permissions": ["clipboard-read", "clipboard-write"]})
    chat.open()
    for name in ("reviewed", "parts", "silent", "off topic"):
        chat.ask(reply_with(fake_service, name))
    chat.button("Copy").click()
    chat.page.get_by_text("Copied.").wait_for()
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    chat.page.evaluate("window.print = () => {}; window.dispatchEvent(new Event('beforeprint'))")
    chat.button("Print").click()
    paper = chat.page.evaluate("document.querySelector('[data-policy-chat-paper]').shadowRoot.textContent")
    for text in (copied, paper):
        for words in (
            f"Answering: {whole.REVIEWED.read_as}",
            whole.REVIEWED.opening,
            "Reviewed on November 20, 2026.",
            whole.PARTS.parts[1].question,
            whole.PARTS.parts[2].opening,
            whole.PARTS.parts[3].opening,
            whole.SILENT.opening,
            whole.COOKIES,
            whole.RENEWAL.name,
            whole.CHATBOT.name,
        ):
            assert words in text
        assert whole.SUGGESTIONS[2] not in text
    assert whole.PARTS.parts[2].related[0].url in copied
    assert whole.FORMS in paper

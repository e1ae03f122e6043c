"""remember="tab": what the chat stores in a real browser, and when it deletes it."""

from __future__ import annotations

import json

import pytest

from tests.support.browser import axe_violations
from tests.widget.conftest import Chat, Visitor
from tests.widget.servers import FakeService

SSN = "My SSN is 078-05-1120"
STORED = "JSON.stringify({ ...sessionStorage })"


@pytest.fixture
def chat(visit: Visitor) -> Chat:
    opened = visit(remember="tab")
    opened.open()
    return opened


def reopen(chat: Chat) -> None:
    chat.page.wait_for_function("Boolean(customElements.get('policy-chat'))")
    chat.open()


def open_again(chat: Chat) -> None:
    """Open the chat of a page that has a conversation, and so no starter questions."""
    chat.launcher.click()
    chat.turns.first.wait_for()


def test_a_reload_keeps_the_conversation_and_draft(chat: Chat, fake_service: FakeService) -> None:
    chat.may_keep = 1
    chat.ask("Do you sell my data?")
    chat.box.fill("A draft")
    chat.page.reload()
    open_again(chat)
    assert chat.turns.count() == 1
    assert chat.box.input_value() == "A draft"
    assert axe_violations(chat.page) == []
    chat.ask("And then?")
    assert fake_service.asked()[-1]["history"] == ["Do you sell my data?"]


def test_going_back_keeps_the_conversation(chat: Chat) -> None:
    chat.may_keep = 1
    chat.ask("Do you sell my data?")
    chat.page.get_by_role("link", name="ten").first.click()
    chat.page.wait_for_url("**/hours")
    chat.page.go_back()
    chat.page.locator("policy-chat").wait_for(state="attached")
    if not chat.box.is_visible():
        open_again(chat)
    assert chat.turns.count() == 1


def test_start_over_deletes_the_stored_conversation(chat: Chat) -> None:
    chat.ask("Do you sell my data?")
    chat.box.fill("A draft")
    assert chat.kept() == 1
    chat.button("Start over").click()
    assert chat.kept() == 0
    chat.page.reload()
    reopen(chat)
    assert chat.turns.count() == 0
    assert chat.box.input_value() == ""


def test_no_personal_data_is_stored(chat: Chat, fake_service: FakeService) -> None:
    chat.may_keep = 1
    fake_service.changes = {"question": "My SSN is [social security number]"}
    chat.box.fill(SSN)
    chat.box.press("Enter")
    chat.button("Ask anyway").click()
    chat.turns.wait_for()
    chat.box.fill(SSN)
    chat.page.reload()
    chat.page.locator("policy-chat").wait_for(state="attached")
    stored = chat.page.evaluate(STORED)
    assert "078" not in stored
    assert stored.count("[social security number]") >= 2


@pytest.mark.parametrize("kept", ["{", "null", '{"turns":[{"question":"Why?","answer":{}}],"draft":""}'])
def test_malformed_stored_data_is_dropped(chat: Chat, kept: str) -> None:
    chat.ask("Do you sell my data?")
    # Before the chat on the next page reads it.
    chat.page.add_init_script(f"sessionStorage.setItem(Object.keys(sessionStorage)[0], {json.dumps(kept)})")
    chat.page.reload()
    reopen(chat)
    assert chat.turns.count() == 0
    assert chat.kept() == 0


def test_the_chat_explains_what_it_remembers(chat: Chat, visit: Visitor) -> None:
    kept = "This browser tab keeps the conversation until you start over or close the tab. No cookies are set."
    assert chat.page.get_by_text(kept).is_visible()
    other = visit()
    other.open()
    assert other.page.get_by_text("The conversation stays on this page, and no cookies are set.").is_visible()
    assert not other.page.get_by_text(kept).is_visible()

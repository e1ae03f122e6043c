"""The tools below a conversation: copy, print, start over."""

from __future__ import annotations

import pytest

from tests.support.browser import axe_violations
from tests.widget.conftest import Chat, Visitor
from tests.widget.looks import layout_faults
from tests.widget.servers import SELLING, STARTERS, FakeService


@pytest.mark.thorough
class TestTools:
    def test_copy_puts_the_conversation_on_the_clipboard(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit({"permissions": ["clipboard-read", "clipboard-write"]})
        chat.open()
        chat.ask("Do you sell my data?")
        chat.button("Copy").click()
        chat.page.get_by_text("Copied.").wait_for()
        copied = chat.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"You asked: Do you sell my data?\nNo. {SELLING} [1]\n[1] Dissemination of your")
        assert f"{fake_service.site}/policy#:~:text=We" in copied

    def test_print_shows_only_the_conversation(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.page.evaluate("window.print = () => {}")
        chat.button("Print").click()
        chat.page.emulate_media(media="print")
        seen = chat.page.evaluate(
            "[...document.body.children].filter(e => e.checkVisibility()).map(e => e.shadowRoot?.textContent)"
        )
        assert len(seen) == 1
        assert SELLING in seen[0]
        assert "In effect since June 13, 2023" in seen[0]
        chat.page.evaluate("dispatchEvent(new Event('afterprint'))")
        chat.page.emulate_media(media="screen")
        assert chat.box.is_visible()
        assert chat.page.evaluate("document.adoptedStyleSheets.length") == 0

    def test_a_print_that_does_nothing_leaves_no_trace(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.page.evaluate("window.print = () => {}")
        chat.button("Print").click()
        assert not chat.page.locator("[data-policy-chat-paper]").is_visible()
        chat.page.locator("[data-policy-chat-paper]").wait_for(state="detached")
        assert chat.page.evaluate("document.adoptedStyleSheets.length") == 0

    def test_printing_the_page_includes_every_turn_of_a_fixed_height_chat(self, visit: Visitor) -> None:
        chat = visit(mode="inline")
        chat.page.locator("policy-chat").evaluate("e => e.style.setProperty('--policy-chat-height', '30em')")
        for _ in range(4):
            chat.ask("Who can see what I send you?")
        chat.page.emulate_media(media="print")
        bottom = "e => e.getBoundingClientRect().bottom + scrollY"
        assert chat.newest.evaluate(bottom) <= chat.page.locator("section.panel").evaluate(bottom)

    def test_copy_works_without_a_clipboard_api(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit({"permissions": ["clipboard-read", "clipboard-write"]})
        chat.open()
        chat.ask("Do you sell my data?")
        chat.page.evaluate("window.clipboard = navigator.clipboard")
        chat.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        chat.button("Copy").click()
        chat.page.get_by_text("Copied.").wait_for()
        assert chat.page.evaluate("clipboard.readText()").startswith("You asked: Do you sell my data?")
        assert chat.focused() == "button"

    def test_the_text_can_be_copied_by_hand_if_copying_fails(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.page.evaluate(
            """Object.defineProperty(navigator, "clipboard", { value: undefined });
            document.execCommand = () => false;"""
        )
        for _ in range(2):
            chat.button("Copy").click()
            text = chat.page.get_by_label("We could not copy the text. It is selected below: press Ctrl+C")
            assert text.count() == 1
            assert chat.focused() == "textarea#by-hand"
            assert text.evaluate("box => [box.selectionStart, box.selectionEnd - box.value.length]") == [0, 0]
            assert text.input_value().startswith("You asked: Do you sell my data?")
        assert axe_violations(chat.page) + layout_faults(chat) == []

    def test_start_over_clears_the_conversation(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        chat.hear()
        chat.button("Start over").click()
        assert chat.turns.count() == 0
        assert chat.hear() == [["status", "The conversation was cleared."]]
        assert chat.focused() == "textarea#question"
        assert chat.button(STARTERS[0]).is_visible()
        chat.ask("And then?")
        assert fake_service.asked()[-1]["history"] == []

    def test_start_over_drops_the_pending_question(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        fake_service.state = "slow"
        chat.box.fill("And then?")
        chat.box.press("Enter")
        chat.wait_until_asking()
        chat.page.evaluate("document.querySelector('policy-chat').clear()")
        fake_service.state = "ok"
        chat.page.wait_for_function(
            "!document.querySelector('policy-chat').shadowRoot.querySelector('textarea').readOnly"
        )
        assert chat.turns.count() == 0
        assert chat.alert.inner_text() == ""

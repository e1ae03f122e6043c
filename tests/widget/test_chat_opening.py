"""Opening and closing the chat, and the focus."""

from __future__ import annotations

import pytest

from tests.widget.conftest import PHONE, Chat, Visitor
from tests.widget.servers import FakeService


class TestOpening:
    def test_opening_moves_the_focus_in_and_closing_returns_it(self, visit: Visitor) -> None:
        chat = visit()
        assert chat.launcher.get_attribute("aria-expanded") == "false"
        chat.launcher.focus()
        chat.page.keyboard.press("Enter")
        assert chat.focused() == "textarea#question"
        assert chat.page.get_by_role("dialog", name="Ask about our privacy policy").is_visible()
        assert not chat.launcher.is_visible()
        chat.page.keyboard.press("Escape")
        assert not chat.box.is_visible()
        assert chat.focused() == "button.launcher"

    @pytest.mark.thorough
    def test_escape_on_the_page_closes_the_chat_and_keeps_the_focus(self, chat: Chat) -> None:
        chat.page.get_by_role("link", name="ten").first.focus()
        chat.page.keyboard.press("Escape")
        assert chat.launcher.is_visible()
        assert chat.focused() == "a"

    @pytest.mark.thorough
    def test_the_page_stays_usable_next_to_the_chat(self, chat: Chat) -> None:
        chat.page.get_by_role("link", name="ten").first.click()
        assert chat.page.url.endswith("/hours")

    @pytest.mark.thorough
    def test_on_a_phone_the_page_behind_is_inert(self, visit: Visitor) -> None:
        chat = visit({"viewport": PHONE})
        chat.open()
        assert chat.focused() == "h2#title"
        for _ in range(20):
            chat.page.keyboard.press("Tab")
            assert chat.page.evaluate("document.activeElement.localName") in ("policy-chat", "body")

    @pytest.mark.thorough
    def test_the_chat_survives_a_shrinking_window(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.box.fill("A draft")
        chat.page.set_viewport_size(PHONE)
        chat.page.locator("dialog:modal").wait_for()
        assert chat.focused() == "textarea#question"
        assert chat.box.input_value() == "A draft"
        assert chat.turns.count() == 1

    def test_nothing_is_requested_before_the_chat_opens(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit()
        assert [path for path, _ in fake_service.received] == ["/widget.js"]
        chat.open()
        assert sorted(path for path, _ in fake_service.received) == [
            "/v1/policies",
            "/v1/policies/massgov",
            "/widget.js",
            "/widget/personal-data.json",
        ]

    @pytest.mark.thorough
    def test_typing_does_not_trigger_page_shortcuts(self, chat: Chat) -> None:
        chat.page.evaluate("window.pressed = []; addEventListener('keydown', event => pressed.push(event.key))")
        chat.box.press_sequentially("abc")
        assert chat.page.evaluate("pressed") == []

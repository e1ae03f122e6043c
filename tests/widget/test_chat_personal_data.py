"""Personal data in a question is held back in the browser."""

from __future__ import annotations

import pytest

from tests.widget.conftest import Chat
from tests.widget.servers import SSN, FakeService

MASKED = "My SSN is [social security number], do you sell it?"


class TestPersonalData:
    def test_personal_data_is_removed_before_anything_is_sent(self, chat: Chat, fake_service: FakeService) -> None:
        chat.box.fill(SSN)
        chat.box.press("Enter")
        assert fake_service.asked() == []
        assert "Social Security number" in chat.alert.inner_text()
        assert chat.page.locator(".preview").inner_text() == MASKED
        chat.page.keyboard.press("Enter")
        chat.turns.wait_for()
        assert [asked["question"] for asked in fake_service.asked()] == [
            "My SSN is [social security number], do you sell it?"
        ]
        assert chat.focused() == "textarea#question"
        assert "078-05" not in (chat.page.locator("dialog").inner_text())

    @pytest.mark.thorough
    def test_the_visitor_may_send_the_question_unchanged(self, chat: Chat, fake_service: FakeService) -> None:
        chat.box.fill(SSN)
        chat.box.press("Enter")
        chat.button("Ask anyway").click()
        chat.turns.wait_for()
        assert fake_service.asked()[0]["question"] == SSN

    @pytest.mark.thorough
    def test_escape_returns_to_the_question(self, chat: Chat, fake_service: FakeService) -> None:
        chat.box.fill(SSN)
        chat.box.press("Enter")
        chat.page.keyboard.press("Escape")
        assert chat.focused() == "textarea#question"
        assert chat.box.input_value() == SSN
        assert chat.alert.inner_text() == ""
        assert fake_service.asked() == []

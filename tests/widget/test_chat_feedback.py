"""Feedback on an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.widget.conftest import DESKTOP, Chat, Visitor
from tests.widget.looks import SMALL
from tests.widget.servers import FakeService

if TYPE_CHECKING:
    from playwright.sync_api import Locator


@pytest.mark.thorough
class TestFeedback:
    def test_a_thumbs_up_takes_one_click(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        chat.button("Yes").click()
        chat.page.locator(".thanks").wait_for()
        assert fake_service.judged() == [
            {
                "answer_id": "5f0c8e1d2b7a49369c1e04d7f2a6b813",
                "policy": "massgov",
                "outcome": "answered",
                "helpful": True,
                "reason": None,
                "comment": None,
                "question": None,
            }
        ]
        assert chat.focused() == "p.thanks"

    def test_a_thumbs_down_may_have_a_reason_and_shares_nothing_by_default(
        self, chat: Chat, fake_service: FakeService
    ) -> None:
        chat.ask("Do you sell my data?")
        chat.button("No").click()
        assert fake_service.judged() == []
        assert chat.focused() == "input"
        consent = chat.page.get_by_role("checkbox")
        assert not consent.is_checked()
        chat.page.get_by_label("Something is missing").check()
        chat.page.get_by_label("Tell us more").fill("Write to ann@example.org")
        chat.button("Send feedback").click()
        chat.page.locator(".thanks").wait_for()
        judged = fake_service.judged()[0]
        assert (judged["helpful"], judged["reason"], judged["question"]) == (False, "incomplete", None)
        assert judged["comment"] == "Write to [email]"

    def test_the_question_is_shared_if_the_visitor_agrees(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        chat.button("No").click()
        chat.page.get_by_role("checkbox").check()
        chat.button("Send feedback").click()
        chat.page.locator(".thanks").wait_for()
        judged = fake_service.judged()[0]
        assert (judged["question"], judged["reason"], judged["comment"]) == ("Do you sell my data?", None, None)

    def test_feedback_can_be_canceled(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.button("No").click()
        chat.button("Cancel").click()
        assert chat.page.get_by_role("checkbox").count() == 0
        assert chat.button("No").get_attribute("aria-expanded") == "false"
        assert chat.focused() == "button"

    def test_a_failure_is_shown_and_keeps_the_form(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        chat.button("No").click()
        fake_service.state = "unavailable"
        chat.button("Send feedback").click()
        chat.page.get_by_text("Something went wrong.").wait_for()
        fake_service.state = "ok"
        chat.button("Send feedback").click()
        chat.page.locator(".thanks").wait_for()

    def test_a_full_store_is_reported(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        fake_service.state = "full"
        chat.button("Yes").click()
        chat.page.get_by_text("Our feedback storage is full, so part of your feedback was not saved.").wait_for()

    def test_entered_text_is_kept_when_the_language_changes(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.button("No").click()
        chat.page.get_by_label("Something is missing").check()
        chat.page.get_by_role("checkbox").check()
        chat.page.get_by_label("Tell us more").fill("It should say who")
        chat.page.evaluate("document.querySelector('policy-chat').language = 'es'")
        chat.button("Enviar comentarios").wait_for()
        assert chat.focused() == "textarea#comment"
        assert chat.page.locator("#comment").input_value() == "It should say who"
        assert chat.page.get_by_label("Falta algo").is_checked()
        assert chat.page.get_by_role("checkbox").is_checked()

    @pytest.mark.parametrize("viewport", [DESKTOP, SMALL], ids=["desktop", "320 pixels"])
    def test_feedback_stays_visible_below_a_long_answer_and_hides_no_focus(
        self, visit: Visitor, fake_service: FakeService, viewport: dict[str, int]
    ) -> None:
        chat = visit({"viewport": viewport})
        chat.open()
        chat.ask("Do you sell my data?")
        chat.ask("Who can see what I send you?")
        top, bottom = span(chat.page.locator(".scroller"))
        answer, row = span(chat.newest), span(chat.page.locator(".judge"))
        assert top <= answer[0] < top + 40
        assert answer[1] > bottom
        assert top < row[0] < row[1] <= bottom
        assert chat.button("Yes").is_visible()
        for link in chat.newest.get_by_role("link").all():
            link.focus()
            assert span(link)[1] <= span(chat.page.locator(".judge"))[0]
        chat.page.locator(".scroller").evaluate("e => e.scrollTo(0, e.scrollHeight)")
        assert span(chat.newest)[1] <= span(chat.page.locator(".judge"))[0]

    def test_feedback_follows_the_answer_in_inline_mode(self, visit: Visitor) -> None:
        chat = visit({"viewport": SMALL}, mode="inline")
        chat.page.locator(".starters li").first.wait_for()
        chat.ask("Who can see what I send you?")
        assert 0 <= span(chat.newest)[0] < 40
        assert span(chat.newest)[1] <= span(chat.page.locator(".judge"))[0]

    def test_small_talk_has_no_feedback(self, chat: Chat) -> None:
        chat.ask("Hello")
        assert chat.button("Yes").count() == 0
        assert chat.button("Print").count() == 1


def span(part: Locator) -> tuple[float, float]:
    """Return the upper and lower edge in the window."""
    top, bottom = part.evaluate("e => { const { top, bottom } = e.getBoundingClientRect(); return [top, bottom] }")
    return top, bottom

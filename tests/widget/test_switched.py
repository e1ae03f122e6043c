"""What the owner tells visitors for now, and questions that visitors pass on to the owner, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browser import axe_violations
from tests.widget.conftest import PHONE, Chat, Visitor
from tests.widget.servers import PAUSED, FakeService

pytest.importorskip("playwright", reason="the widget is tested with playwright")

LETTING_KNOW = "Let the owner know that this was not answered"


def said(message: str | None) -> dict[str, Any]:
    return {"message": message, "until": None}


@pytest.fixture(autouse=True)
def keeps(fake_service: FakeService) -> None:
    fake_service.about = {"feedback_days": 90, "public_records": True}


class TestPause:
    def test_the_chat_shows_the_owners_sentence_and_a_link(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"paused": said(PAUSED), "notice": said("Closed on <b>Monday</b>.")}
        chat = visit()
        chat.open()
        assert chat.page.locator(".banner").inner_text().split("\n\n")[:2] == ["Closed on <b>Monday</b>.", PAUSED]
        assert chat.page.locator(".banner a").get_attribute("href") == f"{fake_service.site}/policy"
        assert axe_violations(chat.page) == []

    def test_a_question_during_a_pause_stays_in_the_box_and_is_answered_after_it(
        self, visit: Visitor, fake_service: FakeService
    ) -> None:
        chat = visit()
        chat.open()
        fake_service.state = "paused"
        chat.box.fill("Do you sell my data?")
        chat.button("Ask").click()
        chat.alert.get_by_text(f"{PAUSED} Your question is still in the box.").wait_for()
        assert chat.box.input_value() == "Do you sell my data?"
        assert chat.page.locator(".note a").get_attribute("href") == f"{fake_service.site}/policy"
        fake_service.state = "ok"
        chat.button("Try again").click()
        chat.newest.get_by_text("No.", exact=True).wait_for()

    def test_the_banner_goes_with_the_first_answer(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"paused": said(None)}
        chat = visit()
        chat.open()
        chat.page.locator(".banner").get_by_text("This chat is paused.").wait_for()
        chat.ask("Do you sell my data?")
        assert chat.page.locator(".banner").count() == 0


class TestPassingOn:
    def test_one_click_passes_a_question_on_with_nothing_else(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Who hosts the site?")
        assert "It may become a public record." in chat.page.locator(".pass-on").inner_text()
        assert axe_violations(chat.page) == []
        chat.button(LETTING_KNOW).click()
        chat.page.get_by_text("Thank you. Your question was passed on.").wait_for()
        assert fake_service.passed_on() == [
            {
                "answer_id": "5f0c8e1d2b7a49369c1e04d7f2a6b813",
                "policy": "massgov",
                "outcome": "not_covered",
                "question": "Who hosts the site?",
            }
        ]
        assert chat.focused() == "p.thanks pass-on"

    def test_answers_and_services_that_keep_nothing_have_no_button(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        assert chat.page.locator(".pass-on").count() == 0
        assert chat.page.locator(".feedback").count() == 1

    def test_no_feedback_is_asked_for_if_none_is_kept(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"feedback_days": 0}
        chat = visit()
        chat.open()
        for question in ("Do you sell my data?", "Who hosts the site?"):
            chat.ask(question)
            assert chat.page.locator(".pass-on, .feedback").count() == 0

    def test_a_full_service_is_reported(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Who hosts the site?")
        fake_service.state = "full"
        chat.button(LETTING_KNOW).click()
        chat.page.get_by_text("Our feedback storage is full").wait_for()
        assert chat.page.locator(".pass-on button").count() == 1

    def test_it_fits_a_phone(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about |= {"notice": said("word" * 100)}
        chat = visit({"viewport": PHONE})
        chat.open()
        chat.ask("Who hosts the site?")
        assert chat.page.evaluate(
            "(() => { const part = document.querySelector('policy-chat').shadowRoot.querySelector('.scroller');"
            "return part.scrollWidth <= part.clientWidth; })()"
        )

"""A service that fails, is slow, or cannot be reached."""

from __future__ import annotations

import pytest

from tests.widget.conftest import Chat, Visitor
from tests.widget.servers import FakeService


@pytest.mark.thorough
class TestFailures:
    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("busy", "Too many questions are being asked right now. Please wait 7 seconds."),
            ("unavailable", "The service is not available right now. Please wait 30 seconds."),
            ("broken", "Something went wrong. Please try again."),
        ],
    )
    def test_a_failed_question_is_kept_and_can_be_sent_again(
        self, chat: Chat, fake_service: FakeService, state: str, words: str
    ) -> None:
        fake_service.state = state
        chat.box.fill("Do you sell my data?")
        chat.box.press("Enter")
        chat.button("Try again").wait_for()
        assert chat.alert.inner_text() == f"{words} Your question is still in the box."
        assert [role for role, _ in chat.hear()] == ["alert"]
        assert chat.box.input_value() == "Do you sell my data?"
        assert chat.turns.count() == 0
        fake_service.state = "ok"
        chat.button("Try again").click()
        chat.turns.wait_for()
        assert chat.alert.inner_text() == ""
        assert chat.focused() == "textarea#question"

    def test_the_page_link_is_shown_if_the_service_is_down(self, visit: Visitor) -> None:
        chat = visit(link="Ask us on paper")
        chat.context.set_offline(True)
        chat.launcher.click()
        chat.page.locator(".contacts").get_by_role("link", name="Ask us on paper").wait_for()
        chat.context.set_offline(False)

    def test_contacts_are_kept_when_the_service_goes_down(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {
            "contacts": [{"role": "owner", "name": "Town clerk", "url": "https://town.example/clerk"}]
        }
        chat = visit()
        chat.open()
        chat.context.set_offline(True)
        assert chat.page.locator(".about").get_by_role("link", name="Read the whole policy").is_visible()
        assert chat.page.get_by_role("link", name="Town clerk").is_visible()
        chat.context.set_offline(False)

    def test_being_offline_is_reported(self, chat: Chat) -> None:
        chat.context.set_offline(True)
        chat.box.fill("Do you sell my data?")
        chat.box.press("Enter")
        chat.button("Try again").wait_for()
        assert chat.alert.inner_text().startswith("There is no connection to the service.")
        chat.context.set_offline(False)
        chat.box.press("Enter")
        chat.turns.wait_for()

    def test_a_question_is_shown_at_once_and_returned_if_it_fails(self, chat: Chat, fake_service: FakeService) -> None:
        fake_service.state = "slow"
        chat.page.evaluate("document.querySelector('policy-chat').timeout = 1500")
        chat.box.fill("Do you sell my data?")
        chat.box.press("Enter")
        pending = chat.page.locator(".pending")
        pending.get_by_role("heading", name="Do you sell my data?").wait_for()
        assert pending.get_by_text("Searching the policy…").is_visible()
        assert chat.box.input_value() == ""
        assert chat.focused() == "textarea#question"
        chat.button("Try again").wait_for()
        assert not pending.is_visible()
        assert chat.box.input_value() == "Do you sell my data?"
        assert chat.focused() == "textarea#question"
        fake_service.state = "ok"
        chat.button("Try again").click()
        chat.turns.wait_for()
        assert not pending.is_visible()
        assert chat.box.input_value() == ""

    def test_a_slow_service_is_reported_and_then_abandoned(self, chat: Chat, fake_service: FakeService) -> None:
        fake_service.state = "slow"
        chat.page.evaluate("document.querySelector('policy-chat').timeout = 3000")
        chat.box.fill("Do you sell my data?")
        chat.box.press("Enter")
        chat.box.press("Enter")  # a second call changes nothing
        chat.page.get_by_role("status").filter(has_text="Searching the policy…").wait_for()
        chat.button("Try again").wait_for()
        assert [role for role, _ in chat.hear()] == ["alert"]
        assert chat.alert.inner_text().startswith("The answer is taking too long.")
        assert len(fake_service.asked()) == 1
        assert not chat.page.locator(".waiting").is_visible()

    def test_the_chat_answers_without_policy_details(self, visit: Visitor) -> None:
        chat = visit()
        chat.page.evaluate(
            """() => {
                const chat = document.querySelector("policy-chat");
                const request = chat.request.bind(chat);
                chat.request = (path, ...rest) =>
                    path.startsWith("v1/policies") ? Promise.reject(new TypeError("gone")) : request(path, ...rest);
            }"""
        )
        chat.launcher.click()
        chat.ask("Do you sell my data?")
        assert chat.newest.get_attribute("data-outcome") == "answered"

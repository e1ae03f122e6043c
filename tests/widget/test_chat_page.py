"""What the chat offers to the page: events, properties and methods."""

from __future__ import annotations

from tests.widget.conftest import Visitor
from tests.widget.servers import SSN, FakeService

HEAR = """for (const name of ["open", "close", "answer", "refused", "feedback", "error"])
    addEventListener(`policy-chat-${name}`, ({ type, detail, composed }) => {
        (window.heard ??= []).push([type.slice(12), detail, composed]);
    });"""


class TestPage:
    """Events, properties and methods for the page."""

    def test_events_contain_no_words_of_the_visitor(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit()
        chat.page.evaluate(HEAR)
        chat.open()
        chat.ask("Do you sell my data?")
        chat.button("Yes").click()
        chat.page.locator(".thanks").wait_for()
        chat.ask("How do I renew my license?")
        fake_service.state = "unavailable"
        chat.box.fill("Do you sell my data?")
        chat.box.press("Enter")
        chat.button("Try again").wait_for()
        fake_service.state = "ok"
        chat.page.keyboard.press("Escape")
        chat.page.keyboard.press("Escape")
        answer = {"policy": "massgov", "language": "en"}
        assert chat.page.evaluate("heard") == [
            ["open", {}, True],
            ["answer", {**answer, "outcome": "answered", "citations": 1}, True],
            ["feedback", {"helpful": True, "reason": None, "outcome": "answered", "policy": "massgov"}, True],
            ["answer", {**answer, "outcome": "off_topic", "citations": 0}, True],
            ["refused", {"reason": "off_topic", "policy": "massgov"}, True],
            ["error", {"reason": "unavailable"}, True],
            ["close", {}, True],
        ]

    def test_the_event_for_a_held_question_omits_its_words(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"max_question_chars": 100}
        chat = visit()
        chat.open()
        chat.page.evaluate(HEAR)
        for question in ("  ", SSN, "a" * 101):
            chat.box.fill(question)
            chat.box.press("Enter")
            chat.page.locator("[role=alert]:not(:empty)").wait_for()
        assert chat.page.evaluate("heard") == [
            ["refused", {"reason": reason, "policy": "massgov"}, True]
            for reason in ("empty", "personal_data", "too_long")
        ]
        assert fake_service.asked() == []

    def test_properties_reflect_attributes(self, visit: Visitor) -> None:
        chat = visit(policy="massgov")
        host = chat.page.locator("policy-chat")
        assert host.evaluate("chat => [chat.policy, chat.heading]") == ["massgov", None]
        host.evaluate("chat => { chat.heading = 'Ask us'; chat.policy = null }")
        assert chat.launcher.inner_text() == "Ask us"
        assert host.get_attribute("policy") is None

    def test_without_a_launcher_the_page_opens_the_chat_and_regains_the_focus(self, visit: Visitor) -> None:
        chat = visit(launcher="none")
        assert not chat.launcher.is_visible()
        chat.page.get_by_role("link", name="ten").first.focus()
        chat.page.evaluate("document.querySelector('policy-chat').open()")
        assert chat.focused() == "textarea#question"
        chat.page.keyboard.press("Escape")
        assert not chat.box.is_visible()
        assert chat.focused() == "a"

    def test_the_chat_says_that_it_is_automated_whatever_the_greeting(self, visit: Visitor) -> None:
        chat = visit(greeting="Welcome.")
        chat.open()
        chat.ask("Do you sell my data?")
        assert chat.page.get_by_text("This is an automated service. No person answers here.").is_visible()

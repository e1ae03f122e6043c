"""Asking, and how an answer is shown and announced."""

from __future__ import annotations

import pytest

from tests.widget.conftest import Chat, Visitor
from tests.widget.servers import RECORDS, SELLING, STARTERS, FakeService

ATTACK = "<img src=x onerror=\"document.title='broken'\"> do you sell it?"


class TestAnswers:
    def test_an_answer_is_quoted_cited_and_announced_once(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Who can see what I send you?")
        assert chat.newest.locator(".own").inner_text() == "It depends."
        quotes = chat.newest.locator("blockquote").all_inner_texts()
        assert quotes[1] == f"2 {RECORDS}"
        link = chat.newest.get_by_role("link").nth(1)
        assert link.get_attribute("href").startswith(f"{fake_service.site}/policy#:~:text=For%20this")  # type: ignore[union-attr]
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert "(opens in a new tab)" in (link.text_content() or "")
        heard = chat.hear()
        assert [role for role, _ in heard] == ["log"]
        assert SELLING in heard[0][1]
        assert "helpful" not in heard[0][1]
        assert chat.focused() == "textarea#question"
        assert chat.box.input_value() == ""

    @pytest.mark.thorough
    def test_earlier_questions_are_sent_in_their_cleaned_form(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        fake_service.changes = {"question": "And [name]?"}
        chat.ask("And Ann?")
        chat.ask("And then?")
        assert [asked["history"] for asked in fake_service.asked()] == [
            [],
            ["Do you sell my data?"],
            ["Do you sell my data?", "And [name]?"],
        ]
        assert set(fake_service.asked()[0]) == {"question", "history", "policy", "language"}

    @pytest.mark.thorough
    def test_at_most_eight_earlier_questions_are_sent(self, chat: Chat, fake_service: FakeService) -> None:
        for number in range(10):
            chat.ask(f"Question {number}?")
        assert fake_service.asked()[-1]["history"] == [f"Question {number}?" for number in range(1, 9)]

    @pytest.mark.thorough
    def test_the_next_step_is_a_link(self, chat: Chat) -> None:
        chat.ask("How do I renew my license?")
        links = chat.newest.get_by_role("link").evaluate_all("links => links.map(link => link.href)")
        assert links == ["https://www.search.mass.gov/"]

    @pytest.mark.thorough
    def test_warnings_and_low_confidence_are_shown(self, chat: Chat, fake_service: FakeService) -> None:
        warnings = [{"code": "personal_data", "kinds": ["email", "shoe_size"]}, {"code": "of_tomorrow", "kinds": []}]
        fake_service.changes = {"confidence": 0.4, "warnings": warnings}
        chat.ask("Do you sell my data?")
        shown = chat.newest.locator(".warning").all_inner_texts()
        assert len(shown) == 2
        assert "email address, shoe size" in shown[0]
        assert "not certain" in shown[1]

    def test_answers_are_shown_as_text_and_links_open_web_pages(self, chat: Chat, fake_service: FakeService) -> None:
        evil = {"number": 1, "quote": ATTACK, "section": ATTACK, "passage_id": "x", "url": "javascript:alert(1)"}
        step = {"role": "search", "name": ATTACK, "url": "javascript:alert(1)"}
        fake_service.changes = {"text": f"{ATTACK} [1]", "citations": [evil], "next_steps": [step], "question": ATTACK}
        title = chat.page.title()
        chat.ask(ATTACK)
        assert chat.newest.locator("img").count() == 0
        assert chat.newest.get_by_role("link").count() == 0
        assert "<img src=x" in chat.newest.locator("blockquote").inner_text()
        assert chat.page.title() == title

    @pytest.mark.thorough
    def test_an_answer_with_quotes_shows_its_opening_and_not_its_text(
        self, chat: Chat, fake_service: FakeService
    ) -> None:
        fake_service.changes = {"opening": "They are not sold [1], as far as it says.", "text": "Anything else."}
        chat.ask("Do you sell my data?")
        assert chat.newest.locator(".own").inner_text() == "They are not sold [1], as far as it says."
        assert chat.newest.locator("blockquote").count() == 1
        fake_service.changes = {"opening": "", "text": "Anything else."}
        chat.ask("Do you sell my data?")
        assert chat.newest.locator(".own").count() == 0
        assert "Anything else." not in chat.newest.inner_text()

    @pytest.mark.thorough
    def test_asking_a_starter_moves_the_focus_to_the_conversation(self, chat: Chat) -> None:
        chat.button(STARTERS[0]).click()
        chat.turns.wait_for()
        assert chat.focused() == "div.scroller"
        assert not chat.page.get_by_text("Questions people ask").is_visible()

    @pytest.mark.thorough
    def test_enter_asks_but_not_with_shift_or_during_composition(self, chat: Chat, fake_service: FakeService) -> None:
        chat.box.fill("One line")
        chat.box.press("Shift+Enter")
        chat.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        assert fake_service.asked() == []
        assert chat.box.input_value() == "One line\n"

    @pytest.mark.thorough
    def test_an_empty_question_is_not_sent(self, chat: Chat, fake_service: FakeService) -> None:
        chat.box.fill("  ")
        chat.button("Ask").click()
        assert chat.alert.inner_text() == "Please type a question."
        assert chat.focused() == "textarea#question"
        assert fake_service.asked() == []

    @pytest.mark.thorough
    def test_a_question_that_is_too_long_is_not_sent(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"max_question_chars": 2000}
        chat = visit()
        chat.open()
        chat.box.fill("a" * 20_001)
        chat.box.press("Enter")
        chat.page.get_by_text("Your question is too long (20001 of at most 2000 characters).").wait_for()
        assert len(chat.box.input_value()) == 20_001
        assert chat.button("Try again").count() == 0
        assert fake_service.asked() == []

    def test_a_question_is_kept_if_the_service_refuses_its_size(self, chat: Chat, fake_service: FakeService) -> None:
        fake_service.state = "too large"
        chat.box.fill("Do you sell my data?")
        chat.box.press("Enter")
        chat.page.get_by_text("Your question is too long.").wait_for()
        assert chat.box.input_value() == "Do you sell my data?"

    def test_a_question_that_is_too_long_is_kept_for_shortening(self, chat: Chat) -> None:
        long = "why " * 600
        chat.ask(long)
        assert chat.box.input_value() == long
        assert chat.newest.get_attribute("data-outcome") == "too_long"

    @pytest.mark.thorough
    def test_a_page_may_replace_the_request(self, chat: Chat, fake_service: FakeService) -> None:
        chat.page.evaluate(
            """answer => {
                const chat = document.querySelector("policy-chat");
                chat.request = async (path, { question }) =>
                    Response.json({ ...answer, question: `${path}: ${question}` });
                return chat.ask("Mine?");
            }""",
            fake_service.answer({"question": "", "language": "en"}),
        )
        assert chat.newest.get_by_role("heading", level=3).text_content() == "You asked: v1/answers: Mine?"
        assert fake_service.asked() == []

"""The tab that shows the policy by section."""

from __future__ import annotations

import pytest

from bot import Bot
from tests.demo.visiting import DemoVisit, desktop


@pytest.mark.thorough
@desktop
class TestBrowse:
    def test_a_section_question_is_asked_in_the_first_tab(self, visit: DemoVisit) -> None:
        visit.ask("Do you store my IP address?")
        visit.go_to("Browse")
        question = visit.page.locator("#section-s9 .asked button").first
        words = question.inner_text()
        visit.wait_for_answer(question.click)
        assert visit.page.get_by_role("tab", name="Ask", selected=True).count() == 1
        assert visit.newest.locator(".question").inner_text().endswith(words)
        assert visit.newest.locator(".citation .section").first.inner_text() == "Cookies and usage data"
        assert visit.turns.count() == 2
        visit.page.wait_for_function("document.activeElement.id === 'conversation'")
        visit.wait_until_in_sight("#policy mark[data-citation='1']")

    def test_a_section_can_be_reached_by_keyboard(self, visit: DemoVisit) -> None:
        visit.go_to("Browse")
        visit.page.get_by_role("navigation").get_by_role("button", name="Security").focus()
        visit.page.keyboard.press("Enter")
        assert visit.focused() == "Security"
        assert visit.page.evaluate("document.activeElement.getBoundingClientRect().top") < 200
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.closest('section').id") == "section-s13"

    def test_every_section_is_shown_in_its_own_words(self, visit: DemoVisit, bot: Bot) -> None:
        visit.go_to("Browse")
        shown = "".join("".join(visit.page.locator(".sections .words").all_text_contents()).split())
        for sentence in bot.bundle.policy.sentences:
            assert "".join(sentence.text.split()) in shown

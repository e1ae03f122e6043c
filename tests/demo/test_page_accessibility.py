"""The page by keyboard, for axe-core, and in narrow windows."""

from __future__ import annotations

import itertools

import pytest

from tests.demo.visiting import DemoVisit, desktop
from tests.support.scripted_bot import OFF_TOPIC, PARTS, REVIEWED, UNSURE, URGENT


@pytest.mark.thorough
@desktop
class TestKeyboard:
    def test_arrow_keys_change_tabs(self, visit: DemoVisit) -> None:
        visit.page.get_by_role("tab", name="Ask").focus()
        for key, tab in (("ArrowRight", "Browse"), ("ArrowRight", "Your policy"), ("ArrowLeft", "Browse")):
            visit.page.keyboard.press(key)
            visit.page.get_by_role("tab", name=tab, selected=True).wait_for()
            assert visit.focused() == tab

    def test_the_focus_is_visible(self, visit: DemoVisit) -> None:
        visit.page.get_by_label("Your question").focus()
        visit.page.keyboard.press("Tab")
        assert visit.focused() == "Ask"
        assert visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.thorough
class TestPage:
    def test_no_state_violates_wcag(self, visit: DemoVisit) -> None:
        from bot.demo.ask import EXAMPLES

        assert visit.violations() == []
        for question in ("my SSN is 078-05-1120, is it safe with you?", *EXAMPLES[1:4]):
            visit.ask(question)
        assert visit.violations() == []
        visit.go_to("Browse")
        assert visit.violations() == []
        visit.go_to("Evaluation")
        visit.page.get_by_role("button", name="Run the evaluation now").click()
        visit.page.get_by_role("heading", name="Wrong answers").wait_for()
        for summary in visit.page.locator(".run summary").all()[:4]:
            summary.click()
        assert visit.violations() == []

    def test_no_answer_violates_wcag(self, visit: DemoVisit) -> None:
        for question in (REVIEWED, UNSURE, OFF_TOPIC, PARTS, URGENT):
            visit.ask(question)
            assert visit.violations() == []

    def test_the_page_fits_its_width(self, visit: DemoVisit) -> None:
        for question in ("Can other people see what I send you?", "x" * 300, UNSURE, PARTS, URGENT):
            visit.ask(question)
            assert visit.page.evaluate(
                "['#conversation', '#policy'].every(id => { const e = document.querySelector(id);"
                " return e.scrollWidth <= e.clientWidth })"
            )
        for tab in ("Ask", "Browse", "Evaluation"):
            visit.go_to(tab)
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_nothing_is_lost_at_320_pixels(self, visit: DemoVisit) -> None:
        """320 pixels is the width of a desktop window at 400% zoom."""
        visit.page.set_viewport_size({"width": 320, "height": 256})
        for tab in ("Ask", "Browse", "Evaluation"):
            visit.go_to(tab)
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_the_page_has_names_headings_and_a_language(self, visit: DemoVisit) -> None:
        page = visit.page
        assert page.locator("html").get_attribute("lang") == "en"
        for tab in ("Ask", "Browse", "Evaluation"):
            visit.go_to(tab)
            levels = page.evaluate(
                "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(e => e.checkVisibility())"
                ".map(e => +e.tagName[1])"
            )
            assert levels.count(1) == 1
            assert levels[0] == 1
            assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        assert page.locator("text=Built with Gradio").count() == 0
        assert page.locator("text=Use via API").count() == 0

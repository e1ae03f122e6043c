"""The attributes, custom properties and parts that a page sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.browser import axe_violations
from tests.widget.conftest import DESKTOP, Chat, Visitor
from tests.widget.servers import FakeService

ROOT = Path(__file__).resolve().parents[2]
PARTS = set(
    "launcher panel header title banner conversation question answer opening quote context head related suggestions "
    "pass-on feedback tools form box send".split()
)
# A row of a table, below its column heads and a sentence that governs it.
ROW = {
    "number": 1,
    "quote": "Orders | 6 years",
    "start": 40,
    "end": 56,
    "context": [
        {"quote": "We keep your data no longer than this.", "start": 0, "end": 38},
        {"quote": "Data | Kept for", "start": 39, "end": 54},
    ],
    "section": "Retention",
    "passage_id": "massgov-1",
    "url": None,
}


@pytest.mark.thorough
class TestAttributes:
    def test_heading_greeting_and_starters_can_be_set(self, visit: Visitor) -> None:
        chat = visit(heading="Ask+us", greeting="Welcome.", li="Do you sell it?")
        chat.launcher.click()
        assert chat.page.get_by_role("heading", name="Ask us").is_visible()
        assert chat.page.get_by_text("Welcome.").is_visible()
        chat.button("Do you sell it?").click()
        chat.turns.wait_for()
        assert chat.newest.get_by_role("heading", level=3).inner_text().endswith("Do you sell it?")

    def test_the_launcher_can_be_left_or_right(self, visit: Visitor) -> None:
        for position, is_left in (("left", True), ("right", False)):
            chat = visit(position=position)
            left = "part => part.getBoundingClientRect().left"
            assert (chat.launcher.evaluate(left) < 100) is is_left
            chat.open()
            assert (chat.page.locator("dialog").evaluate(left) < 100) is is_left

    def test_inline_mode_is_in_the_flow_and_open(self, visit: Visitor) -> None:
        chat = visit(mode="inline")
        chat.page.locator(".starters li").first.wait_for()
        assert chat.launcher.count() == 0
        assert chat.button("Close").count() == 0
        assert chat.page.get_by_role("region", name="Ask about our privacy policy").is_visible()
        chat.page.keyboard.press("Escape")
        assert chat.box.is_visible()

    def test_the_policy_attribute_selects_the_policy(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit(policy="massgov")
        chat.open()
        assert "/v1/policies" not in [path for path, _ in fake_service.received]
        chat.ask("Do you sell my data?")
        assert fake_service.asked()[0]["policy"] == "massgov"

    def test_quotes_stay_english_in_another_language(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit(language="es")
        chat.open()
        chat.ask("Do you sell my data?")
        assert fake_service.asked()[0]["language"] == "es"
        assert chat.page.locator("dialog").get_attribute("lang") == "es"
        assert chat.newest.locator("blockquote").get_attribute("lang") == "en"
        assert chat.newest.locator("figcaption span[lang=en]").inner_text().startswith("Dissemination")
        assert chat.newest.get_by_role("link").inner_text().startswith("Léalo en la sección")
        assert chat.button("Preguntar").is_visible()

    def test_the_language_may_change_during_a_conversation(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.box.fill("A draft")
        chat.page.evaluate("document.querySelector('policy-chat').setAttribute('language', 'vi')")
        chat.button("Hỏi").wait_for()
        assert chat.turns.count() == 1
        assert chat.box.input_value() == "A draft"

    def test_dates_are_in_words_even_if_the_browser_lacks_the_language(self, visit: Visitor) -> None:
        chat = visit(language="ht")
        chat.open()
        assert chat.page.get_by_text("An vigè depi 13 jen 2023").is_visible()

    def test_a_date_written_by_the_owner_is_shown_unchanged(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"effective": "June 2023", "updated": None}
        chat = visit()
        chat.open()
        assert chat.page.get_by_text("In effect since June 2023").is_visible()

    def test_colors_are_custom_properties(self, chat: Chat) -> None:
        chat.page.evaluate(
            "document.querySelector('policy-chat').style.setProperty('--policy-chat-primary', 'rgb(80, 0, 80)')"
        )
        assert chat.page.locator("header").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(80, 0, 80)"

    @pytest.mark.parametrize("theme", ["light", "dark", "auto", ""])
    def test_the_theme_is_fixed_or_follows_the_page_or_visitor(self, visit: Visitor, theme: str) -> None:
        for prefers, page_is in (("light", "dark"), ("dark", "light")):
            chat = visit({"viewport": DESKTOP, "color_scheme": prefers}, theme=theme)
            chat.open()
            assert chat.page.evaluate("document.querySelector('policy-chat').theme ?? ''") == theme
            chat.page.evaluate("scheme => document.documentElement.style.colorScheme = scheme", page_is)
            shown = {"": prefers, "auto": page_is}.get(theme, theme)
            ground = chat.page.locator("dialog").evaluate("e => getComputedStyle(e).backgroundColor")
            assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 28, 35)"}[shown]
            chat.ask("Who can see what I send you?")
            # The page itself has colors only for the scheme that the visitor prefers.
            assert [fault for fault in axe_violations(chat.page) if "policy-chat" in fault] == []

    def test_parts_can_be_styled_by_the_page(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"feedback_days": 90, "notice": {"message": "Closed on Monday.", "until": None}}
        fake_service.changes = {"citations": [], "related": [ROW]}
        chat = visit()
        chat.open()
        found = set()
        # The first question can be passed on to the owner, and the second answer can be judged.
        for question in ("Who hosts the site?", "Do you sell my data?"):
            chat.ask(question)
            found |= set(chat.page.locator("policy-chat [part]").evaluate_all("all => all.map(e => e.part.value)"))
        assert found == PARTS
        described = json.loads((ROOT / "widget" / "custom-elements.json").read_text("utf-8"))
        declared = described["modules"][0]["declarations"][0]["cssParts"]
        assert {part["name"] for part in declared} == PARTS

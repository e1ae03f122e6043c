"""The widget in a real browser, on a page on another origin, with a strict Content Security Policy and a fake service.

After each test the fixture checks that the page reported no error, called no other host and stored nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import axe_violations
from tests.widget.conftest import DESKTOP, PHONE, Chat
from tests.widget.servers import RECORDS, SELLING, STARTERS, FakeService

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Visitor = Callable[..., Chat]

SMALL = {"width": 320, "height": 640}
# 1280 by 1024 pixels at 400%.
ENLARGED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
WAYS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "reduced_motion": "reduce"},
    "enlarged": ENLARGED,
    "forced colors": {"viewport": DESKTOP, "forced_colors": "active"},
}
LOOKS = ["desktop", *(pytest.param(way, marks=pytest.mark.thorough) for way in WAYS if way != "desktop")]
# WCAG 1.4.12: text spacing that a visitor may set without loss.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
ATTACK = "<img src=x onerror=\"document.title='broken'\"> do you sell it?"
ROOT = Path(__file__).resolve().parents[2]
PARTS = set(
    "launcher panel header title conversation question answer opening quote context head related suggestions "
    "feedback tools form box send".split()
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
SSN = "My SSN is 078-05-1120, do you sell it?"
MASKED = "My SSN is [social security number], do you sell it?"


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

    def test_parts_can_be_styled_by_the_page(self, chat: Chat, fake_service: FakeService) -> None:
        fake_service.changes = {"citations": [], "related": [ROW]}
        chat.ask("Do you sell my data?")
        found = chat.page.evaluate(
            "[...document.querySelector('policy-chat').shadowRoot.querySelectorAll('[part]')].map(e => e.part.value)"
        )
        assert set(found) == PARTS
        described = json.loads((ROOT / "widget" / "custom-elements.json").read_text("utf-8"))
        declared = described["modules"][0]["declarations"][0]["cssParts"]
        assert {part["name"] for part in declared} == PARTS


CONTRASTS = """() => {
    const panel = document.querySelector("policy-chat").shadowRoot.querySelector(".panel");
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const luminance = (name) => {
        const probe = panel.appendChild(document.createElement("i"));
        probe.style.color = `var(--${name})`;
        canvas.fillStyle = getComputedStyle(probe).color;
        probe.remove();
        canvas.fillRect(0, 0, 1, 1);
        const linear = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
            const share = part / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const pairs = ["on-primary primary", "link ground", "link soft", "words ground", "words soft", "quiet ground"];
    return Object.fromEntries(pairs.map((pair) => {
        const [dark, light] = pair.split(" ").map(luminance).sort((a, b) => a - b);
        return [pair, (light + 0.05) / (dark + 0.05)];
    }));
}"""
COLORS = """names => {
    const panel = document.querySelector("policy-chat").shadowRoot.querySelector(".panel");
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    return names.map((name) => {
        const probe = panel.appendChild(document.createElement("i"));
        probe.style.color = `var(--${name})`;
        canvas.fillStyle = getComputedStyle(probe).color;
        probe.remove();
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
        return "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("");
    });
}"""


@pytest.mark.thorough
class TestColors:
    """All colors follow --policy-chat-primary; without it they have their defaults."""

    names = ("primary", "on-primary", "accent", "ground", "words", "link", "soft", "line", "focus")

    @pytest.mark.parametrize(
        ("theme", "colors"),
        [
            ("light", "#14558f #ffffff #388557 #ffffff #1a232c #14558f #eef4f9 #c3ccd5 #14558f"),
            ("dark", "#1b5f9e #ffffff #388557 #151c23 #e9eef3 #8cc3f5 #1f2d3a #3c4a57 #8cc3f5"),
        ],
    )
    def test_default_colors_are_unchanged(self, visit: Visitor, theme: str, colors: str) -> None:
        assert visit(theme=theme).page.evaluate(COLORS, self.names) == colors.split()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_one_property_derives_the_other_colors_with_enough_contrast(self, visit: Visitor, theme: str) -> None:
        chat = visit(theme=theme)
        host = chat.page.locator("policy-chat")
        low: list[tuple[str, str, float]] = []
        seen = set()
        for primary in ("", "#ffcc00", "#5b2a86", "#00a651", "#d62598", "#ff0000", "#777777", "#ffffff", "#000000"):
            host.evaluate("(chat, color) => chat.style.setProperty('--policy-chat-primary', color || null)", primary)
            low += [(primary, pair, ratio) for pair, ratio in chat.page.evaluate(CONTRASTS).items() if ratio < 4.5]
            seen.add(tuple(chat.page.evaluate(COLORS, ["link", "soft"])))
        assert low == []
        assert len(seen) == 9
        host.evaluate("chat => chat.style.setProperty('--policy-chat-link', '#123456')")
        assert chat.page.evaluate(COLORS, ["link", "accent"]) == ["#123456", "#388557"]


class TestLanguages:
    """The script contains the English labels; those of other languages come from the service."""

    def test_labels_are_requested_once_and_only_if_needed(self, visit: Visitor, fake_service: FakeService) -> None:
        def asked() -> list[str]:
            paths = [path for path, _ in fake_service.received if path.startswith("/widget/")]
            return [path for path in paths if path != "/widget/personal-data.json"]

        visit().open()
        assert asked() == []
        chat = visit(language="es")
        chat.open()
        chat.page.evaluate("document.querySelector('policy-chat').heading = 'Pregunte'")
        assert asked() == ["/widget/es.json"]

    def test_english_is_not_shown_first_in_another_language(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.words = "late"
        chat = visit(language="es")
        assert not chat.launcher.is_visible()
        chat.page.evaluate("document.querySelector('policy-chat').open()")
        fake_service.words = "ok"
        chat.page.get_by_role("dialog", name="Pregunte sobre nuestra política de privacidad").wait_for()

    @pytest.mark.thorough
    def test_late_labels_replace_only_english_labels(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.words = "late"
        chat = visit(language="es")
        chat.open()
        assert chat.page.locator("dialog").get_attribute("lang") == "en"
        chat.ask("Do you sell my data?")
        assert fake_service.asked()[0]["language"] == "es"
        chat.box.fill("A draft")
        fake_service.words = "ok"
        chat.button("Preguntar").wait_for()
        assert chat.focused() == "textarea#question"
        assert chat.box.input_value() == "A draft"
        assert chat.turns.count() == 1

    def test_labels_are_english_until_the_translation_arrives(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.words = "missing"
        chat = visit(language="es")
        chat.launcher.wait_for()
        assert chat.launcher.inner_text() == "Ask about our privacy policy"
        fake_service.words = "ok"
        chat.open()
        chat.button("Preguntar").wait_for()

    @pytest.mark.thorough
    def test_a_missing_or_invalid_label_is_english(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.new_words = {"ask": "", "hint": None, "in_effect": "Desde {day}", "of_tomorrow": "Mañana"}
        chat = visit(language="es")
        chat.open()
        chat.button("Ask").wait_for()
        assert chat.page.get_by_text("Please leave out personal details.").is_visible()
        assert chat.page.get_by_text("In effect since 13 de junio de 2023").is_visible()
        assert chat.page.get_by_text("Su pregunta", exact=True).is_visible()


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
        chat.page.get_by_text("We are out of room for feedback. Not all of yours was saved.").wait_for()

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


@pytest.mark.thorough
class TestTools:
    def test_copy_puts_the_conversation_on_the_clipboard(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit({"permissions": ["clipboard-read", "clipboard-write"]})
        chat.open()
        chat.ask("Do you sell my data?")
        chat.button("Copy").click()
        chat.page.get_by_text("Copied.").wait_for()
        copied = chat.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"You asked: Do you sell my data?\nNo. {SELLING} [1]\n[1] Dissemination of your")
        assert f"{fake_service.site}/policy#:~:text=We" in copied

    def test_print_shows_only_the_conversation(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.page.evaluate("window.print = () => {}")
        chat.button("Print").click()
        chat.page.emulate_media(media="print")
        seen = chat.page.evaluate(
            "[...document.body.children].filter(e => e.checkVisibility()).map(e => e.shadowRoot?.textContent)"
        )
        assert len(seen) == 1
        assert SELLING in seen[0]
        assert "In effect since June 13, 2023" in seen[0]
        chat.page.evaluate("dispatchEvent(new Event('afterprint'))")
        chat.page.emulate_media(media="screen")
        assert chat.box.is_visible()
        assert chat.page.evaluate("document.adoptedStyleSheets.length") == 0

    def test_a_print_that_does_nothing_leaves_no_trace(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.page.evaluate("window.print = () => {}")
        chat.button("Print").click()
        assert not chat.page.locator("[data-policy-chat-paper]").is_visible()
        chat.page.locator("[data-policy-chat-paper]").wait_for(state="detached")
        assert chat.page.evaluate("document.adoptedStyleSheets.length") == 0

    def test_printing_the_page_includes_every_turn_of_a_fixed_height_chat(self, visit: Visitor) -> None:
        chat = visit(mode="inline")
        chat.page.locator("policy-chat").evaluate("e => e.style.setProperty('--policy-chat-height', '30em')")
        for _ in range(4):
            chat.ask("Who can see what I send you?")
        chat.page.emulate_media(media="print")
        bottom = "e => e.getBoundingClientRect().bottom + scrollY"
        assert chat.newest.evaluate(bottom) <= chat.page.locator("section.panel").evaluate(bottom)

    def test_copy_works_without_a_clipboard_api(self, visit: Visitor, fake_service: FakeService) -> None:
        chat = visit({"permissions": ["clipboard-read", "clipboard-write"]})
        chat.open()
        chat.ask("Do you sell my data?")
        chat.page.evaluate("window.clipboard = navigator.clipboard")
        chat.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        chat.button("Copy").click()
        chat.page.get_by_text("Copied.").wait_for()
        assert chat.page.evaluate("clipboard.readText()").startswith("You asked: Do you sell my data?")
        assert chat.focused() == "button"

    def test_the_text_can_be_copied_by_hand_if_copying_fails(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.page.evaluate(
            """Object.defineProperty(navigator, "clipboard", { value: undefined });
            document.execCommand = () => false;"""
        )
        for _ in range(2):
            chat.button("Copy").click()
            text = chat.page.get_by_label("We could not copy the text. It is selected below: press Ctrl+C")
            assert text.count() == 1
            assert chat.focused() == "textarea#by-hand"
            assert text.evaluate("box => [box.selectionStart, box.selectionEnd - box.value.length]") == [0, 0]
            assert text.input_value().startswith("You asked: Do you sell my data?")
        assert axe_violations(chat.page) + layout_faults(chat) == []

    def test_start_over_clears_the_conversation(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        chat.hear()
        chat.button("Start over").click()
        assert chat.turns.count() == 0
        assert chat.hear() == [["status", "The conversation was cleared."]]
        assert chat.focused() == "textarea#question"
        assert chat.button(STARTERS[0]).is_visible()
        chat.ask("And then?")
        assert fake_service.asked()[-1]["history"] == []

    def test_start_over_drops_the_pending_question(self, chat: Chat, fake_service: FakeService) -> None:
        chat.ask("Do you sell my data?")
        fake_service.state = "slow"
        chat.box.fill("And then?")
        chat.box.press("Enter")
        chat.wait_until_asking()
        chat.page.evaluate("document.querySelector('policy-chat').clear()")
        fake_service.state = "ok"
        chat.page.wait_for_function(
            "!document.querySelector('policy-chat').shadowRoot.querySelector('textarea').readOnly"
        )
        assert chat.turns.count() == 0
        assert chat.alert.inner_text() == ""


@pytest.mark.parametrize("way", LOOKS)
class TestAccessibility:
    """axe-core and the layout in every state; each state follows the previous one."""

    def test_no_state_has_a_violation_or_cut_off_content(
        self, visit: Visitor, fake_service: FakeService, way: str
    ) -> None:
        chat = visit(WAYS[way])
        found = {"closed": axe_violations(chat.page)}

        def look(state: str) -> None:
            found[state] = axe_violations(chat.page) + layout_faults(chat)

        chat.open()
        look("open")
        chat.ask("Who can see what I send you?")
        look("answered")
        chat.ask("How do I renew my license?")
        look("off topic")
        chat.button("No").click()
        look("feedback")
        chat.button("Cancel").click()
        chat.box.fill(SSN)
        chat.box.press("Enter")
        look("personal data")
        chat.page.keyboard.press("Escape")
        fake_service.state = "unavailable"
        chat.box.fill("Do you sell my data? " + "x" * 200)
        chat.box.press("Enter")
        chat.button("Try again").wait_for()
        look("error")
        fake_service.state = "slow"
        chat.button("Try again").click()
        chat.wait_until_asking()
        look("waiting")
        fake_service.state = "ok"
        assert {state: faults for state, faults in found.items() if faults} == {}

    @pytest.mark.thorough
    def test_inline_mode_is_accessible(self, visit: Visitor, way: str) -> None:
        chat = visit(WAYS[way], mode="inline")
        chat.page.locator(".starters li").first.wait_for()
        chat.ask("Who can see what I send you?")
        assert axe_violations(chat.page) + layout_faults(chat) == []


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["desktop", "phone", "enlarged"])
def test_nothing_is_lost_with_wide_text_spacing(visit: Visitor, way: str) -> None:
    chat = visit(WAYS[way])
    chat.open()
    chat.page.evaluate(
        """css => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.querySelector("policy-chat").shadowRoot.adoptedStyleSheets.push(sheet);
        }""",
        TEXT_SPACING,
    )
    chat.ask("Who can see what I send you?")
    chat.button("No").click()
    assert layout_faults(chat) == []
    chat.button("Send feedback").click()
    chat.page.locator(".thanks").wait_for()


@pytest.mark.thorough
def test_nothing_moves_if_the_visitor_prefers_reduced_motion(visit: Visitor) -> None:
    for motion, moving in (("reduce", "none"), ("no-preference", "breathe")):
        chat = visit({"viewport": DESKTOP, "reduced_motion": motion})
        waiting = chat.page.locator(".waiting")
        assert waiting.evaluate("e => getComputedStyle(e, '::before').animationName") == moving


@pytest.mark.thorough
def test_every_target_is_large_with_a_visible_focus(chat: Chat) -> None:
    chat.ask("Who can see what I send you?")
    chat.button("No").click()
    chat.box.focus()
    seen = set()
    for _ in range(40):
        chat.page.keyboard.press("Tab")
        target = chat.page.evaluate(
            """() => {
                const focused = document.activeElement.shadowRoot?.activeElement;
                if (!focused) return null;
                const { outlineStyle, outlineWidth } = getComputedStyle(focused);
                const { width, height } = (focused.closest("label") ?? focused).getBoundingClientRect();
                return [focused.textContent + focused.id + focused.value, outlineStyle, outlineWidth, width, height];
            }"""
        )
        if target is None:
            continue
        name, style, thickness, width, height = target
        seen.add(name)
        assert (style, thickness) == ("solid", "3px"), target
        assert width >= 24, target
        assert height >= 24, target
    assert len(seen) >= 14


def layout_faults(chat: Chat) -> list[str]:
    """Return the elements that extend sideways beyond the window or the chat, or are cut off in it."""
    faults: list[str] = chat.page.evaluate(
        """() => {
            const root = document.querySelector("policy-chat").shadowRoot;
            const faults = [];
            if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
            for (const part of root.querySelectorAll("*")) {
                if (!part.checkVisibility() || part.closest(".unseen, svg")) continue;
                const { left, right } = part.getBoundingClientRect();
                if (left < -1 || right > innerWidth + 1) faults.push(`${part.localName}.${part.className} sticks out`);
                const { overflowX } = getComputedStyle(part);
                if (part.scrollWidth > part.clientWidth + 1 && overflowX !== "visible" && part.clientWidth)
                    faults.push(`${part.localName}.${part.className} cuts off`);
            }
            return faults;
        }"""
    )
    return faults


@pytest.mark.thorough
def test_labels_contain_no_markup(chat: Chat) -> None:
    assert re.search(r"[<>{}]", chat.page.locator("dialog").inner_text()) is None

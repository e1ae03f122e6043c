"""axe-core, layout, targets, spacing and motion."""

from __future__ import annotations

import re

import pytest

from tests.support.browser import axe_violations
from tests.widget.conftest import DESKTOP, Chat, Visitor
from tests.widget.looks import LOOKS, WAYS, layout_faults
from tests.widget.servers import SSN, FakeService

# WCAG 1.4.12: text spacing that a visitor may set without loss.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""


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


@pytest.mark.thorough
def test_labels_contain_no_markup(chat: Chat) -> None:
    assert re.search(r"[<>{}]", chat.page.locator("dialog").inner_text()) is None

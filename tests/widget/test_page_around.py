"""The widget in old browsers, and on pages that scroll, move, frame and translate their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.widget.conftest import DESKTOP, PHONE, Chat, Visitor
from tests.widget.servers import FakeService

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

# "Do you sell my data?"
ARABIC = "\u0647\u0644 \u062a\u0628\u064a\u0639\u0648\u0646 \u0628\u064a\u0627\u0646\u0627\u062a\u064a\u061f"
CHAT = "const chat = document.querySelector('policy-chat');"

# Features that a browser may lack. Safari was last to get the first three, in 16.4.
LACKING = {
    "constructed stylesheets": "window.CSSStyleSheet = class { constructor() { throw new TypeError('Illegal') } }",
    "adopted stylesheets": "for (const { prototype } of [Document, ShadowRoot]) delete prototype.adoptedStyleSheets",
    "patterns that look behind": """window.RegExp = new Proxy(RegExp, {
        construct(made, [pattern, flags]) {
            if (pattern.includes?.("(?<!")) throw new SyntaxError("Invalid regular expression");
            return new made(pattern, flags);
        },
    })""",
    "dialogs": "delete HTMLDialogElement.prototype.showModal",
    "reasons of aborts": "delete AbortSignal.prototype.reason",
    "shadow roots": "delete Element.prototype.attachShadow",
}
FAILING = {
    "queries": "window.matchMedia = () => { throw new Error('broken') }",
    "drawings": "document.createElementNS = () => { throw new Error('broken') }",
    "observers": "delete window.ResizeObserver",
    "dates": "delete Intl.DateTimeFormat; delete window.MutationObserver",
}
# Styles that make an ancestor the containing block of fixed elements.
CATCHING = [
    "transform: translateX(3px)",
    "will-change: transform",
    "filter: blur(0)",
    "contain: paint",
    "perspective: 9px",
]


def box_of(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return dict(found)


def assert_in_the_corner(part: Locator, viewport: dict[str, int], left: bool = False) -> None:
    box = box_of(part)
    assert viewport["height"] - 40 < box["y"] + box["height"] <= viewport["height"], box
    if left:
        assert 0 <= box["x"] < 40, box
    else:
        assert viewport["width"] - 40 < box["x"] + box["width"] <= viewport["width"], box


class TestOtherBrowsers:
    @pytest.mark.parametrize("script", [*LACKING.values(), *FAILING.values()], ids=[*LACKING, *FAILING])
    def test_the_link_stays_if_the_browser_lacks_a_feature(
        self, chromium: Browser, addresses: tuple[str, str, FakeService], fake_service: FakeService, script: str
    ) -> None:
        chat = Chat(chromium.new_context(viewport=DESKTOP), addresses[:2])
        chat.page.add_init_script(script)
        chat.page.goto(f"{addresses[0]}/?link=Ask+us")
        chat.page.wait_for_load_state("networkidle")
        assert "/widget.js" in [path for path, _ in fake_service.received]
        link = chat.page.get_by_role("link", name="Ask us")
        assert link.is_visible()
        assert chat.page.locator("policy-chat button").count() == 0
        chat.assert_clean()
        chat.context.close()

    def test_the_link_is_replaced_if_the_browser_has_every_feature(self, visit: Visitor) -> None:
        chat = visit(link="Ask+us")
        assert chat.launcher.is_visible()
        assert not chat.page.get_by_role("link", name="Ask us").is_visible()


class TestComposing:
    def press(self, chat: Chat, key: str) -> bool:
        """Press the key that ends a composition, as Safari reports it; tell whether the page may still act on it."""
        return bool(
            chat.box.evaluate(
                """(box, key) => box.dispatchEvent(new KeyboardEvent("keydown",
                    { key, keyCode: 229, bubbles: true, composed: true, cancelable: true }))""",
                key,
            )
        )

    def test_enter_during_composition_sends_nothing(self, chat: Chat, fake_service: FakeService) -> None:
        chat.box.fill("\u4f60\u4eec")
        assert self.press(chat, "Enter")
        chat.page.wait_for_timeout(100)
        assert fake_service.asked() == []
        assert chat.box.input_value() == "\u4f60\u4eec"

    def test_escape_during_composition_closes_nothing(self, chat: Chat) -> None:
        self.press(chat, "Escape")
        assert chat.box.is_visible()


class TestDirection:
    direction = "part => getComputedStyle(part).direction"

    def test_the_chat_keeps_its_direction_on_a_right_to_left_page(self, visit: Visitor) -> None:
        chat = visit()
        chat.page.evaluate("document.documentElement.dir = 'rtl'")
        assert_in_the_corner(chat.launcher, DESKTOP)
        chat.open()
        assert_in_the_corner(chat.page.locator("dialog"), DESKTOP)
        chat.ask("Do you sell my data?")
        for part in ("dialog", ".own", "blockquote", "h3", "#hint"):
            assert chat.page.locator(part).evaluate(self.direction) == "ltr", part

    def test_typed_text_has_its_own_direction(self, chat: Chat) -> None:
        chat.box.fill(ARABIC)
        assert chat.box.evaluate(self.direction) == "rtl"
        chat.ask(ARABIC)
        assert chat.newest.locator("h3").evaluate(self.direction) == "rtl"
        assert chat.page.locator("dialog").evaluate(self.direction) == "ltr"
        chat.box.fill("Do you?")
        assert chat.box.evaluate(self.direction) == "ltr"


class TestKeysOfThePage:
    def test_a_page_dialog_keeps_escape_and_tab(self, visit: Visitor) -> None:
        chat = visit(mode="inline")
        chat.page.evaluate(
            CHAT
            + """
            const dialog = document.createElement("dialog");
            document.body.append(dialog);
            dialog.append(chat);
            dialog.showModal();
            window.pressed = [];
            document.addEventListener("keydown", ({ key }) => pressed.push(key));
            """
        )
        chat.box.focus()
        chat.page.keyboard.press("a")
        chat.page.keyboard.press("Tab")
        chat.box.focus()
        chat.page.keyboard.press("Escape")
        assert chat.page.evaluate("pressed") == ["Tab", "Escape"]
        assert chat.page.evaluate("document.querySelector('dialog').open") is False

    def test_escape_first_closes_what_is_in_front(self, visit: Visitor) -> None:
        chat = visit(mode="inline")
        chat.page.evaluate("window.pressed = []; addEventListener('keydown', ({ key }) => pressed.push(key))")
        chat.button("Ask").click()
        assert chat.alert.inner_text() == "Please type a question."
        chat.page.keyboard.press("Escape")
        assert chat.alert.inner_text() == ""
        assert chat.page.evaluate("pressed") == []

    def test_escape_in_a_page_dialog_leaves_the_chat_open(self, chat: Chat) -> None:
        chat.page.evaluate(
            """() => {
                const dialog = document.createElement("div");
                dialog.setAttribute("role", "dialog");
                dialog.tabIndex = -1;
                document.body.append(dialog);
                dialog.focus();
            }"""
        )
        chat.page.keyboard.press("Escape")
        assert chat.box.is_visible()


class TestCorner:
    @pytest.mark.parametrize("style", CATCHING)
    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
    def test_an_ancestor_does_not_displace_the_launcher(
        self, visit: Visitor, style: str, viewport: dict[str, int]
    ) -> None:
        chat = visit({"viewport": viewport})
        chat.page.evaluate(
            CHAT
            + """
            const around = document.createElement("div");
            around.style.cssText = arguments0;
            around.style.width = "200px";
            around.style.overflow = "hidden";
            document.body.prepend(around);
            document.body.style.minHeight = "3000px";
            around.append(chat);
            """.replace("arguments0", repr(style))
        )
        chat.page.evaluate("scrollTo(0, 500)")
        assert_in_the_corner(chat.launcher, viewport)
        chat.launcher.click()
        dialog = chat.page.locator("dialog")
        box = box_of(dialog)
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= viewport["width"] + 1
        assert box["y"] + box["height"] <= viewport["height"] + 1
        chat.ask("Do you sell my data?")
        chat.page.keyboard.press("Escape")
        assert_in_the_corner(chat.launcher, viewport)

    def test_an_ancestor_that_changes_later_does_not_displace_the_launcher(self, visit: Visitor) -> None:
        chat = visit()
        assert_in_the_corner(chat.launcher, DESKTOP)
        chat.page.evaluate("document.querySelector('main').style.transform = 'scale(0.9)'")
        chat.page.wait_for_timeout(100)
        assert_in_the_corner(chat.launcher, DESKTOP)
        assert box_of(chat.launcher)["height"] > 50  # not scaled
        chat.page.evaluate("document.querySelector('main').style.transform = ''")
        chat.page.wait_for_timeout(100)
        assert_in_the_corner(chat.launcher, DESKTOP)

    def test_the_launcher_keeps_its_layer_on_an_ordinary_page(self, visit: Visitor) -> None:
        chat = visit()
        assert chat.page.locator("policy-chat [popover]").count() == 0

    def test_two_launchers_make_room_for_each_other(self, visit: Visitor) -> None:
        chat = visit()
        chat.page.evaluate(
            CHAT
            + """
            const second = chat.cloneNode(true);
            second.setAttribute("heading", "A second policy");
            const third = chat.cloneNode(true);
            third.setAttribute("position", "left");
            chat.after(second, third);
            """
        )
        chat.page.wait_for_timeout(100)
        assert chat.launcher.count() == 3
        first, second, third = (box_of(chat.launcher.nth(place)) for place in range(3))
        assert second["y"] + second["height"] < first["y"]
        assert_in_the_corner(chat.launcher.nth(0), DESKTOP)
        assert_in_the_corner(chat.launcher.nth(2), DESKTOP, left=True)
        assert third["x"] < first["x"]
        chat.launcher.nth(1).click()
        assert [chat.launcher.nth(place).is_visible() for place in range(3)] == [False, False, False]
        chat.page.keyboard.press("Escape")
        chat.page.wait_for_timeout(100)
        assert [box_of(chat.launcher.nth(place)) for place in range(3)] == [first, second, third]
        chat.page.evaluate("document.querySelector('policy-chat').remove()")
        chat.page.wait_for_timeout(100)
        assert_in_the_corner(chat.launcher.nth(0), DESKTOP)


class TestMoving:
    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
    def test_moving_keeps_the_conversation_draft_and_open_state(self, visit: Visitor, viewport: dict[str, int]) -> None:
        chat = visit({"viewport": viewport})
        chat.open()
        chat.ask("Do you sell my data?")
        chat.box.fill("A draft")
        chat.page.evaluate(CHAT + "document.body.prepend(chat)")
        assert chat.box.is_visible()
        assert chat.box.input_value() == "A draft"
        assert chat.turns.count() == 1
        assert chat.page.evaluate(CHAT + "chat.shadowRoot.querySelector('dialog').matches(':modal')") is (
            viewport is PHONE
        )
        chat.page.keyboard.press("Escape")
        assert chat.launcher.is_visible()

    def test_a_pending_question_is_answered_after_moving(self, chat: Chat, fake_service: FakeService) -> None:
        chat.page.evaluate(
            CHAT
            + """
            const request = chat.request.bind(chat);
            chat.request = async (...asked) => {
                await new Promise((resolve) => setTimeout(resolve, 300));
                return request(...asked);
            };"""
        )
        chat.box.fill("Do you sell my data?")
        chat.box.press("Enter")
        chat.wait_until_asking()
        chat.page.evaluate(CHAT + "document.body.prepend(chat)")
        chat.turns.wait_for()
        assert len(fake_service.asked()) == 1

    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
    @pytest.mark.parametrize("attributes", [{}, {"mode": "inline"}], ids=["launcher", "inline"])
    def test_moving_keeps_the_focus(self, visit: Visitor, viewport: dict[str, int], attributes: dict[str, str]) -> None:
        chat = visit({"viewport": viewport}, **attributes)
        if not attributes:
            chat.open()
        chat.ask("Do you sell my data?")
        for part in (chat.box, chat.button("Copy"), chat.newest.get_by_role("link").first):
            part.focus()
            chat.page.evaluate(CHAT + "document.body.prepend(chat)")
            assert part.evaluate("e => e.matches(':focus')")
            chat.page.evaluate(CHAT + "document.querySelector('main').append(chat)")
            assert part.evaluate("e => e.matches(':focus')")

    def test_the_focus_is_not_moved_back_later(self, visit: Visitor) -> None:
        chat = visit(mode="inline")
        chat.box.focus()
        chat.page.evaluate("window.chat = document.querySelector('policy-chat'); chat.remove()")
        chat.page.get_by_role("link", name="ten").first.focus()
        chat.page.evaluate("document.body.append(chat)")
        assert chat.focused() == "a"
        chat.box.focus()
        chat.page.evaluate("document.querySelector('main a').focus(); document.body.prepend(chat)")
        assert chat.focused() == "a"

    def test_moving_does_not_change_focus_on_the_page(self, chat: Chat) -> None:
        chat.page.get_by_role("link", name="ten").first.focus()
        chat.page.evaluate(CHAT + "document.body.append(chat)")
        assert chat.focused() == "a"


class TestLanguage:
    def test_the_language_follows_the_page_at_run_time(self, chat: Chat) -> None:
        chat.ask("Do you sell my data?")
        chat.box.fill("A draft")
        chat.page.evaluate("document.documentElement.lang = 'es'")
        chat.button("Preguntar").wait_for()
        assert chat.box.input_value() == "A draft"
        assert chat.focused() == "textarea#question"
        assert chat.page.locator("dialog").get_attribute("lang") == "es"
        assert chat.newest.locator(".own").get_attribute("lang") == "en"
        assert chat.button("Empezar de nuevo").is_visible()
        chat.page.evaluate("document.documentElement.lang = 'en'")
        chat.button("Ask").wait_for()

    def test_the_language_is_found_outside_a_shadow_root(self, visit: Visitor) -> None:
        chat = visit()
        chat.page.evaluate(
            CHAT
            + """
            const around = document.createElement("div");
            around.lang = "pt-BR";
            document.body.append(around);
            around.attachShadow({ mode: "open" }).append(chat);
            """
        )
        chat.page.locator(".launcher[lang=pt]").wait_for()
        chat.page.evaluate("document.querySelector('div[lang]').lang = 'vi'")
        chat.page.locator(".launcher[lang=vi]").wait_for()

    def test_an_explicit_language_is_kept(self, visit: Visitor) -> None:
        chat = visit(language="vi")
        chat.page.evaluate("document.documentElement.lang = 'es'")
        chat.page.wait_for_timeout(50)
        assert chat.launcher.get_attribute("lang") == "vi"

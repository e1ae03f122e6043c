"""The widget in a real browser, on a page on another origin, with a strict Content Security Policy and a fake service.

After each test, the fixture `visit` checks that the page reported no error, called no other host and stored nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.wording import interface
from tests.support.browser import Visit
from tests.widget.servers import FakeService, Service, Site, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Chat(Visit):
    """The widget on its page. `hear()` returns what a screen reader would announce."""

    def open_page(self, address: str, **attributes: str) -> None:
        # Text added to a live region is announced, except in hidden regions.
        self.context.add_init_script(
            """
            window.announced = [];
            const attach = Element.prototype.attachShadow;
            Element.prototype.attachShadow = function (options) {
                const root = attach.call(this, options);
                new MutationObserver((records) => {
                    const heard = new Map();
                    for (const { target, addedNodes } of records) {
                        const region = target.closest?.("[role=log], [role=status], [role=alert], [aria-live]");
                        const words = [...addedNodes].map((node) => node.textContent).join("").trim();
                        if (region && words) heard.set(region, `${heard.get(region) ?? ""}${words}`);
                    }
                    for (const [region, words] of heard) window.announced.push([region.getAttribute("role"), words]);
                }).observe(root, { childList: true, subtree: true });
                return root;
            };
            """
        )
        query = "&".join(f"{name}={value}" for name, value in attributes.items())
        self.page.goto(f"{address}/?{query}")
        self.page.wait_for_function("Boolean(customElements.get('policy-chat'))")

    @property
    def launcher(self) -> Locator:
        return self.page.locator("policy-chat button.launcher")

    @property
    def box(self) -> Locator:
        return self.page.locator("#question")

    @property
    def turns(self) -> Locator:
        return self.page.locator("article.turn")

    @property
    def newest(self) -> Locator:
        return self.turns.last

    @property
    def alert(self) -> Locator:
        return self.page.locator("[role=alert]")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def open(self) -> None:
        self.launcher.click()
        self.page.locator(".starters li").first.wait_for()

    def ask(self, question: str) -> None:
        """Ask and wait until the answer is shown."""
        before = self.turns.count()
        self.box.fill(question)
        self.box.press("Enter")
        self.page.wait_for_function(
            "before => document.querySelector('policy-chat').shadowRoot.querySelectorAll('.turn').length > before",
            arg=before,
        )

    def wait_until_asking(self) -> None:
        """Wait until a question is pending."""
        self.page.locator("#question[readonly]").wait_for()

    def hear(self) -> list[list[str]]:
        """Return [role, words] of each announcement since the last call.

        This omits "Searching the policy…", which appears only if a busy machine delays an answer.
        """
        heard: list[list[str]] = self.page.evaluate("announced.splice(0)")
        return [[role, words] for role, words in heard if words != interface()["searching"]]

    def focused(self) -> str:
        """Return the focused element in the widget, or else in the page, as `tag#id.class`."""
        return str(
            self.page.evaluate(
                """() => {
                    const inside = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
                    const { localName, id, className } = inside;
                    return localName + (id && "#" + id) + (className && "." + className);
                }"""
            )
        )


# What the fixture `visit` returns.
Visitor = Callable[..., Chat]


@pytest.fixture(scope="module")
def addresses() -> Iterator[tuple[str, str, FakeService]]:
    """Serve the site and the fake service; yield their origins and the fake service."""
    fake_service = FakeService()
    with serving(partial(Service, fake_service)) as service, serving(partial(Site, service)) as site:
        fake_service.site = site
        yield site, service, fake_service


@pytest.fixture
def fake_service(addresses: tuple[str, str, FakeService]) -> Iterator[FakeService]:
    """Return the fake service, reset to its initial state."""
    service = addresses[2]
    service.received.clear()
    yield service
    service.state, service.changes, service.about = "ok", {}, {}
    service.words, service.new_words = "ok", {}


@pytest.fixture
def visit(chromium: Browser, addresses: tuple[str, str, FakeService], fake_service: FakeService) -> Iterator[Visitor]:
    """Return `visit(mode="inline")`, which opens the page with these attributes; `context` describes the browser."""
    chats: list[Chat] = []

    def begin(context: dict[str, Any] | None = None, **attributes: str) -> Chat:
        chat = Chat(chromium.new_context(**{"viewport": DESKTOP, **(context or {})}), addresses[:2])
        chats.append(chat)
        chat.open_page(addresses[0], **attributes)
        return chat

    yield begin
    for chat in chats:
        chat.assert_clean()
        chat.context.close()


@pytest.fixture
def chat(visit: Visitor) -> Chat:
    """Open the launcher's chat on a desktop."""
    opened = visit()
    opened.open()
    return opened

"""Pages in a real browser: Debian's Chromium, the side effects of a page, and axe-core's findings.

`tests/conftest.py` offers `chromium` to every test. All tests share one browser, because Playwright's synchronous
interface can run only once in a process.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = ("chromium-headless-shell", "chromium")  # the first needs half the time and memory of the second
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 240_000  # milliseconds, because test machines are busy

# WCAG 2.2 up to AA, and axe-core's best practices. The size of targets is checked only on request.
AXE_OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser; each test opens its own contexts in it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pages are tested with playwright")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip(f"pages are tested in Debian's Chromium: install {CHROMIUM[0]}")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Visit:
    """One visitor's page and its side effects.

    `hosts`: the addresses that the page may call, such as `http://127.0.0.1:8000`. `foreign_requests`: every request to
    other addresses. `complaints`: what the browser reported, such as uncaught errors and violations of the page's
    Content Security Policy, but not that a resource failed to load, which tests cause on purpose. `may_keep`: how
    many things the page has been asked to leave in the browser.
    """

    may_keep = 0

    def __init__(self, context: BrowserContext, hosts: Sequence[str]) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.foreign_requests: list[str] = []
        self._hosts = (*hosts, "data:", "blob:", "about:")
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self._note_request(request.url))
        context.on("console", lambda message: self._note_message(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = context.new_page()

    def _note_request(self, url: str) -> None:
        if not url.startswith(self._hosts):
            self.foreign_requests.append(url)

    def _note_message(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    def kept(self) -> int:
        """Count what the page has stored in the browser: cookies, storage, databases, caches, workers."""
        stored: int = self.page.evaluate(
            """async () => localStorage.length + sessionStorage.length
                + (await indexedDB.databases()).length
                + (window.caches ? (await caches.keys()).length : 0)
                + (navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0)"""
        )
        return stored + len(self.context.cookies())

    def assert_clean(self) -> None:
        """Check that the page reported no error, called no other host, and stored only what it was asked to store."""
        assert self.complaints == [], self.complaints
        assert self.foreign_requests == []
        assert self.kept() == self.may_keep


def axe_violations(page: Page) -> list[str]:
    """Return axe-core's findings in the current page: a line for each element, `rule (impact): selector`."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core comes with this package")
    found = axe.Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]

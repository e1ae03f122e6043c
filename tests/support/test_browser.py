"""The helpers that page tests rely on must find what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.browser import Visit, axe_violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOST = "http://page.test"


def visit_page(chromium: Browser, body: str, policy: str = "") -> Visit:
    """Open a page that no server has, by intercepting its request."""
    visit = Visit(chromium.new_context(), [HOST])
    visit.context.route(
        f"{HOST}/**",
        lambda route: route.fulfill(
            content_type="text/html",
            headers={"Content-Security-Policy": policy} if policy else {},
            body=f'<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>{body}</main></html>',
        ),
    )
    visit.context.route("http://stranger.test/**", lambda route: route.abort())
    visit.page.goto(f"{HOST}/")
    return visit


def test_a_quiet_page_passes(chromium: Browser) -> None:
    visit = visit_page(chromium, "<p>Hello.</p>")
    assert axe_violations(visit.page) == []
    visit.assert_clean()
    visit.context.close()


def test_axe_runs_under_a_strict_policy_with_trusted_types(chromium: Browser) -> None:
    policy = "default-src 'none'; require-trusted-types-for 'script'"
    visit = visit_page(chromium, '<img src="data:," style="width: 1px">', policy)
    assert any(line.startswith("image-alt") for line in axe_violations(visit.page))
    assert any("Content Security Policy" in line for line in visit.complaints)
    visit.context.close()


def test_axe_finds_small_targets(chromium: Browser) -> None:
    buttons = '<button style="all: unset; display: block; width: 9px; height: 9px" aria-label="{}"></button>'
    visit = visit_page(chromium, buttons.format("one") + buttons.format("two"))
    assert any(line.startswith("target-size") for line in axe_violations(visit.page))
    visit.context.close()


def test_errors_foreign_requests_and_stored_data_are_found(chromium: Browser) -> None:
    script = "document.cookie = 'a=b'; localStorage.c = 'd'; fetch('http://stranger.test/x'); undefinedName()"
    visit = visit_page(chromium, f"<script>{script}</script>")
    visit.page.wait_for_load_state("networkidle")
    assert any("undefinedName" in line for line in visit.complaints)
    assert visit.foreign_requests == ["http://stranger.test/x"]
    assert visit.kept() == 2
    visit.context.close()

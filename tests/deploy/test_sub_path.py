"""The service under a path of a site, in a real browser behind a real nginx, as in docs/running.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.pipeline import Bot
from tests.support.behind_nginx import needs_nginx, site
from tests.support.browser import Visit
from tests.support.running import PATIENCE, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
(LOCATION,) = [block for block in re.findall(r"```nginx\n(.*?)```", DOCS, re.DOTALL) if "/chat/" in block]


KEPT = LOCATION.replace("8000/;", "8000;")


@pytest.fixture(scope="module")
def service_at(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Return a function that starts a service with a root path, once, and returns its address."""
    with ExitStack() as services:

        @cache
        def start(root_path: str) -> str:
            log = tmp_path_factory.mktemp("service") / "log"
            settings = {"SERVE__ROOT_PATH": root_path, "SERVE__QUESTIONS_PER_MINUTE": 0}
            return services.enter_context(serving(log, **settings)).url

        yield start


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((LOCATION, "/chat"), id="as documented"),
        pytest.param((LOCATION, ""), id="without the setting"),
        pytest.param((KEPT, "/chat"), id="path kept"),
    ],
)
def address(
    request: pytest.FixtureRequest, service_at: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    location, root_path = request.param
    with site(tmp_path_factory.mktemp("site"), service_at(root_path), location) as origin:
        yield f"{origin}/chat"


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    context = chromium.new_context()
    yield Visit(context, [f"{address}/"])
    context.close()


def test_the_documented_location_removes_the_path() -> None:
    assert KEPT != LOCATION


@needs_nginx
def test_pages_their_links_and_their_form_stay_under_the_path(visit: Visit, address: str) -> None:
    page = visit.page
    failed: list[str] = []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.goto(f"{address}/ask")
    assert page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.get_by_role("textbox").fill("Do you sell my data?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("blockquote").first.wait_for()
    page.get_by_role("textbox").fill("and why?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".earlier").wait_for()
    for link in (
        "Start over",
        "Español",
        "English",
        "Do you sell my data?",
        "Your privacy in this chat",
        "Mass.gov Privacy",
    ):
        page.get_by_role("link", name=link).first.click()
        assert page.url.startswith(f"{address}/")
    assert page.url == f"{address}/?language=en"
    assert failed == []
    visit.assert_clean()


@needs_nginx
def test_the_chat_answers_under_the_path(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/")
    visit.page.get_by_role("textbox").fill("Do you sell my data?")
    visit.page.get_by_role("textbox").press("Enter")
    visit.page.get_by_text("We do not sell any personally identifiable information").first.wait_for()
    visit.assert_clean()


@needs_nginx
def test_a_missing_page_has_the_usual_style_and_a_link_back(visit: Visit, address: str) -> None:
    reply = visit.page.goto(f"{address}/a/b/c")
    assert reply is not None
    assert reply.status == 404
    assert visit.page.evaluate("document.styleSheets.length") == 1
    visit.page.get_by_role("link", name="Ask about our privacy policy").click()
    assert visit.page.url == f"{address}/ask?language=en"


@needs_nginx
def test_the_api_documentation_works_under_the_path(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/docs")
    visit.page.get_by_text("Ask a question", exact=True).wait_for()
    visit.assert_clean()


@needs_nginx
def test_addresses_for_programs_include_the_path(address: str) -> None:
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        site = address.removesuffix("/chat")
        assert client.get(f"{site}/chat").headers["location"].endswith("/chat/")
        redirect = client.get(f"{address}/demo")
        assert str(redirect.next_request.url if redirect.next_request else "") == f"{address}/demo/"
        assert client.get(f"{address}/metrics").status_code == 404
        assert client.get(f"{address}/widget.js").status_code == 200
        own = client.post(f"{address}/v1/answers", json={"question": "Hello"}, headers={"Origin": site})
        assert own.status_code == 200
        served = client.get(f"{address}/openapi.json").json().get("servers")
        assert served in (None, [{"url": "/chat"}])
        assert (client.post(f"{site}/v1/answers", json={}).status_code, own.status_code) == (404, 200)

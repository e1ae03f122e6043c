"""One whole visit by keyboard alone: a page on another origin, the real service, the real policy."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.pipeline import Bot
from tests.support.browser import axe_violations
from tests.support.running import serving as serving_for_real
from tests.widget.conftest import DESKTOP, Chat
from tests.widget.servers import STYLE, Site, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Image = pytest.importorskip("PIL.Image", reason="the test finds the highlight in a screenshot")

MASSGOV = "https://www.mass.gov"
HIGHLIGHT = (255, 221, 0)  # in STYLE
SELLING = "We do not sell any personally identifiable information"


def walk_to(chat: Chat, is_there: Callable[[], bool], key: str = "Tab") -> None:
    """Press a key until the right element has the focus."""
    for _ in range(60):
        if is_there():
            return
        chat.page.keyboard.press(key)
    raise AssertionError(f"{key} pressed 60 times without reaching the target; the focus is on {chat.focused()}")


def focused_text(chat: Chat) -> str:
    return str(chat.page.evaluate("document.activeElement.shadowRoot?.activeElement?.textContent ?? ''"))


def type_question(chat: Chat, question: str) -> None:
    walk_to(chat, lambda: chat.focused() == "textarea#question")
    chat.page.keyboard.press("Control+A")
    chat.page.keyboard.type(question)
    chat.page.keyboard.press("Enter")


def ask(chat: Chat, question: str) -> None:
    before = chat.turns.count()
    type_question(chat, question)
    chat.turns.nth(before).wait_for()


def shows_highlight(page: Page) -> bool:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return any(color == HIGHLIGHT for _, color in picture.getcolors(picture.width * picture.height))


def policy_page(bot: Bot) -> str:
    """Serve the policy as it might look on the live page."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in bot.bundle.policy.text.splitlines() if line.strip())
    return f'<!doctype html><html lang="en"><title>Policy</title><style>{STYLE}</style><main>{paragraphs}</main></html>'


@pytest.mark.thorough
def test_a_whole_visit_by_keyboard(chromium: Browser, bot: Bot, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = f"http://127.0.0.1:{port}"
    with serving(partial(Site, service)) as site:
        serve = partial(serving_for_real, tmp_path / "log", "--port", str(port), SERVE__ORIGINS=[site])
        chat = Chat(chromium.new_context(viewport=DESKTOP), [site, service, MASSGOV])
        chat.context.route(
            f"{MASSGOV}/**", lambda route: route.fulfill(content_type="text/html", body=policy_page(bot))
        )
        with serve() as running:
            chat.open_page(site)
            visit_while_it_runs(chat, bot)
            running.process.kill()
            running.process.wait()
            type_question(chat, "Do you use cookies?")
            chat.button("Try again").wait_for()
            assert chat.alert.inner_text().startswith("There is no connection to the service.")
            assert chat.box.input_value() == "Do you use cookies?"
            assert axe_violations(chat.page) == []
        before = chat.turns.count()
        with serve():
            walk_to(chat, lambda: focused_text(chat) == "Try again", "Shift+Tab")
            chat.page.keyboard.press("Enter")
            chat.turns.nth(before).wait_for()
            assert chat.newest.get_attribute("data-outcome") == "answered"
            chat.page.keyboard.press("Escape")
            assert chat.focused() == "button.launcher"
        # The browser sometimes reports a killed service as one that does not allow the request.
        killed = f"Access to fetch at '{service}"
        chat.complaints = [complaint for complaint in chat.complaints if not complaint.startswith(killed)]
        chat.assert_clean()
        chat.context.close()


def visit_while_it_runs(chat: Chat, bot: Bot) -> None:
    walk_to(chat, lambda: chat.focused() == "button.launcher")
    chat.page.keyboard.press("Enter")
    chat.page.locator(".starters li").first.wait_for()

    # Ask and read the answer.
    ask(chat, "Do you sell my data?")
    assert SELLING in chat.newest.locator("blockquote").first.inner_text()
    assert [role for role, _ in chat.hear()] == ["log", "status"]  # the answer, then that there are suggestions

    # Follow a citation to its highlighted words.
    walk_to(chat, lambda: focused_text(chat).startswith("Read it under"), "Shift+Tab")
    walk_to(chat, lambda: chat.newest.locator("figcaption a").first.evaluate("a => a.matches(':focus')"), "Shift+Tab")
    with chat.context.expect_page() as opened:
        chat.page.keyboard.press("Enter")
    policy = opened.value
    policy.wait_for_function("scrollY > 0")
    top = policy.get_by_text(SELLING).evaluate("words => words.getBoundingClientRect().top")
    assert 0 <= top < DESKTOP["height"]
    assert shows_highlight(policy)
    assert policy.evaluate("window.opener") is None
    policy.close()

    # A follow-up is read with the earlier questions.
    first, follow_up = "Do you store my IP address?", "And for how long?"
    ask(chat, first)
    ask(chat, follow_up)
    expected = bot.ask(follow_up, ["Do you sell my data?", first])
    assert chat.newest.get_attribute("data-outcome") == expected.outcome
    assert chat.newest.locator("blockquote").count() == len(expected.citations)

    # Feedback.
    walk_to(chat, lambda: focused_text(chat) == "Yes", "Shift+Tab")
    chat.page.keyboard.press("Enter")
    chat.page.locator(".thanks").wait_for()
    assert focused_text(chat) == "Thank you. Your feedback was saved."

    # An off-topic question is told where to go.
    elsewhere = "How do I renew my driver's license?"
    ask(chat, elsewhere)
    assert chat.newest.get_attribute("data-outcome") == "off_topic"
    places = [place.url for place in bot.ask(elsewhere).places_to_go(bot.bundle.policy) if place.url]
    assert places
    assert chat.newest.get_by_role("link").evaluate_all("all => all.map(a => a.href)") == places

    # Personal data is not sent.
    sent: list[str] = []
    chat.context.on("request", lambda request: sent.append(request.post_data or ""))
    before = chat.turns.count()
    type_question(chat, "My SSN is 078-05-1120, do you keep it?")
    walk_to(chat, lambda: focused_text(chat) == "Remove it and ask")
    chat.page.keyboard.press("Enter")
    chat.turns.nth(before).wait_for()
    assert "[social security number]" in chat.newest.get_by_role("heading", level=3).inner_text()
    assert "078-05-1120" not in "".join(sent)
    assert axe_violations(chat.page) == []

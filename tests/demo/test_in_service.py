"""The demo as the HTTP service serves it: the owner's notices and pauses, and questions that are passed on."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from bot.pipeline import Bot
from bot.service.app import create_app
from bot.settings import Settings
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Switch, SwitchKind
from tests.demo.visiting import DemoVisit
from tests.support.browser import axe_violations
from tests.support.running import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WEATHER = "What is the weather in Boston?"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path_factory.mktemp("in_service") / "feedback.sqlite", 90)) as store:
        yield store


@pytest.fixture(scope="module")
def address(bot: Bot, settings: Settings, gradio: ModuleType, store: SqliteStore) -> Iterator[str]:
    changes = {
        "serve": settings.serve.model_copy(update={"questions_per_minute": 0, "demo": True}),
        "feedback": settings.feedback.model_copy(update={"path": store.path}),
    }
    app = create_app(settings.model_copy(update=changes))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        wait_for(lambda: httpx.get(f"{address}/demo/").status_code == 200)
        yield address
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[DemoVisit]:
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, bypass_csp=True)
    visit = DemoVisit(context, [address])
    yield visit
    context.close()


def test_one_click_passes_a_question_on(visit: DemoVisit, address: str, store: SqliteStore, tmp_path: Path) -> None:
    visit.open(address)
    visit.ask("do you sell my data?")
    visit.ask(WEATHER)
    button = visit.newest.get_by_role("button", name="Let the owner know that this was not answered")
    button.wait_for()
    assert visit.page.locator(".pass-on").count() == 1  # nothing below the answer
    assert "for 90 days" in visit.newest.inner_text()
    assert axe_violations(visit.page) == []
    button.click()
    visit.newest.get_by_text("Thank you. Your question was passed on.").wait_for()
    assert [question.question for question in store.unanswered(date.min)] == [WEATHER]
    visit.assert_clean()


def test_the_owners_sentences_are_shown(visit: DemoVisit, address: str, store: SqliteStore) -> None:
    store.switch_on(Switch(SwitchKind.NOTICE, "", "Closed on <b>Monday</b>."), "ann")
    visit.open(address)

    def shown() -> str:
        visit.page.reload()
        visit.page.wait_for_selector("#conversation[role=region]")
        visit.page.wait_for_load_state("networkidle")
        return visit.page.inner_text("#owner")

    wait_for(lambda: shown() == "Closed on <b>Monday</b>.")
    store.switch_on(Switch(SwitchKind.PAUSE, "", "Back soon."), "ann")
    wait_for(lambda: "Back soon." in shown())
    visit.page.get_by_label("Your question").fill(WEATHER)
    visit.page.get_by_role("button", name="Ask", exact=True).click()
    visit.page.get_by_role("alert").get_by_text("Back soon.").wait_for()
    assert visit.turns.count() == 0

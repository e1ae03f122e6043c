"""A policy of the visitor's own: read in memory, answered from, and forgotten."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot import AskPolicyError, Bot
from bot.demo import own_policy
from bot.demo.own_policy import Forgotten, OwnPolicies, OwnRequest

BAKERY = b"# Maple Bakery privacy policy\n\nWe never sell your name.\n\nWe keep orders for 6 years.\n"


def request(question: str | None = None, *, data: bytes = BAKERY, name: str = "bakery.md", **others: Any) -> OwnRequest:
    return OwnRequest(name=name, file=base64.b64encode(data), question=question, **others)


def reply(own: OwnPolicies, *requests: OwnRequest) -> list[dict[str, Any]]:
    async def each() -> list[dict[str, Any]]:
        return [await own.reply(one) for one in requests]

    return asyncio.run(each())


@pytest.fixture(scope="module")
def client(bot: Bot, gradio: ModuleType) -> Iterator[TestClient]:
    from bot.demo.page import mount_demo

    app = mount_demo(FastAPI(openapi_url=None), bot, "/demo", own_policy=True)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def own(bot: Bot) -> OwnPolicies:
    return OwnPolicies(bot)


def test_the_statements_are_shown(own: OwnPolicies) -> None:
    [shown] = reply(own, request())
    assert shown["title"] == "Maple Bakery privacy policy"
    assert '<li id="own-0" tabindex="-1">We never sell your name.</li>' in shown["read"]
    assert "turn" not in shown


def test_what_was_left_out_is_shown(own: OwnPolicies) -> None:
    page = b"<html><body><nav>Home Menu</nav><main><h1>Policy</h1><p>We never sell your name.</p></main></body></html>"
    [shown] = reply(own, request(data=page, name="page.html"))
    assert "Left out" in shown["read"]
    assert "Home Menu" in shown["read"]


def test_an_answer_cites_the_visitors_policy_and_not_the_served_one(own: OwnPolicies) -> None:
    [shown] = reply(own, request("do you sell my name?"))
    assert "We never sell your name." in shown["turn"]
    assert "Mass.gov" not in shown["turn"]


def test_the_key_is_enough_for_the_next_question(own: OwnPolicies) -> None:
    async def ask() -> dict[str, Any]:
        key = (await own.reply(request()))["key"]
        return await own.reply(OwnRequest(key=key, question="how long do you keep orders?"))

    shown = asyncio.run(ask())
    assert "6 years" in shown["turn"]
    assert "read" not in shown


def test_a_policy_is_forgotten_some_time_after_its_last_question(
    own: OwnPolicies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_policy, "_FORGET_SECONDS", 0.01)

    async def ask() -> None:
        key = (await own.reply(request()))["key"]
        await asyncio.sleep(0.1)
        await own.reply(OwnRequest(key=key, question="hello"))

    with pytest.raises(Forgotten):
        asyncio.run(ask())


def test_only_the_latest_policies_are_kept(own: OwnPolicies) -> None:
    async def ask() -> None:
        first = (await own.reply(request()))["key"]
        for number in range(8):
            await own.reply(request(data=BAKERY + b"Number %d is new.\n" % number))
        await own.reply(OwnRequest(key=first, question="hello"))

    with pytest.raises(Forgotten):
        asyncio.run(ask())


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"", "empty.txt", "holds no text"),
        (b"{\\rtf1 Hello}", "old.rtf", "Rich Text"),
        (b"%PDF-1.7 broken", "broken.pdf", "cannot be read as a PDF"),
        (b"We keep it. " * 15_000, "long.txt", "the demo reads at most 150,000"),
        (b"x" * 3_000_001, "large.txt", "larger than 3 MB"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(own: OwnPolicies, data: bytes, name: str, problem: str) -> None:
    with pytest.raises(AskPolicyError, match=problem):
        reply(own, request(data=data, name=name))


def test_a_path_in_the_name_leads_nowhere(own: OwnPolicies) -> None:
    with pytest.raises(AskPolicyError, match=r"^passwd\.txt holds no text"):
        reply(own, request(data=b" ", name="../../etc/passwd.txt"))


def test_no_choice_at_all_is_an_error(own: OwnPolicies) -> None:
    with pytest.raises(AskPolicyError, match="Choose a file first"):
        reply(own, OwnRequest(question="hello"))


class TestRequests:
    def post(self, client: TestClient, **body: Any) -> tuple[int, Any]:
        response = client.post("/demo/own", json=body)
        return response.status_code, response.json()

    def test_a_policy_and_a_question_get_an_answer(self, client: TestClient) -> None:
        file = base64.b64encode(BAKERY).decode()
        status, shown = self.post(client, name="b.md", file=file, question="do you sell my name?")
        assert (status, "never sell" in shown["turn"]) == (200, True)

    def test_an_unknown_key_gets_409(self, client: TestClient) -> None:
        assert self.post(client, key="0" * 64, question="hello")[0] == 409

    @pytest.mark.parametrize(
        "body",
        [
            {"key": "x"},
            {"name": "a.md", "file": "a"},
            {"question": "x" * 20_001},
            {"name": "a.md", "file": {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}},
            {"address": "file:///etc/passwd"},
        ],
    )
    def test_any_other_body_gets_400(self, client: TestClient, body: dict[str, Any]) -> None:
        assert self.post(client, **body)[0] == 400

    def test_a_file_that_cannot_be_read_gets_422(self, client: TestClient) -> None:
        assert self.post(client, name="a.txt", file="")[0] == 422

    def test_a_body_above_the_limit_gets_413(self, client: TestClient) -> None:
        headers = {"Content-Type": "application/json", "Content-Length": str(own_policy.MAX_BODY_BYTES + 1)}
        assert client.post("/demo/own", content=b"{}", headers=headers).status_code == 413

    def test_other_sites_cannot_send_a_form(self, client: TestClient) -> None:
        assert (
            client.post("/demo/own", content=json.dumps({}), headers={"Content-Type": "text/plain"}).status_code == 415
        )

    def test_nothing_is_written(self, client: TestClient, bot: Bot, tmp_path: Path) -> None:
        before = sorted(path for path in bot.settings.home.rglob("*"))
        self.post(client, name="b.md", file=base64.b64encode(BAKERY).decode(), question="hello")
        assert sorted(path for path in bot.settings.home.rglob("*")) == before


def test_the_service_does_not_offer_it(bot: Bot, gradio: ModuleType) -> None:
    from bot.demo.page import mount_demo

    app = mount_demo(FastAPI(openapi_url=None), bot, "/demo")
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.post("/demo/own", json={}).status_code == 404
        assert "Your policy" not in client.get("/demo/").text

"""A policy of the visitor's choice: fetched or read in memory, answered from, and forgotten."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot import AskPolicyError, Bot
from bot.demo import own_policy
from bot.demo.own_policy import Forgotten, OwnPolicies, OwnRequest
from bot.policies import hosts
from bot.settings import FetchSettings
from tests.policies.web import Dripping, Site, http, redirect, site

BAKERY = b"# Maple Bakery privacy policy\n\nWe never sell your name.\n\nWe keep orders for 6 years.\n"


def request(question: str | None = None, *, data: bytes = BAKERY, name: str = "bakery.md", **others: Any) -> OwnRequest:
    return OwnRequest(name=name, file=base64.b64encode(data), question=question, **others)


def run(asked: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: the browser of other tests keeps an event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asked).result()


def reply(own: OwnPolicies, *requests: OwnRequest) -> list[dict[str, Any]]:
    async def each() -> list[dict[str, Any]]:
        return [await own.reply(one) for one in requests]

    replies: list[dict[str, Any]] = run(each())
    return replies


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

    shown = run(ask())
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
        run(ask())


def test_only_the_latest_policies_are_kept(own: OwnPolicies) -> None:
    async def ask() -> None:
        first = (await own.reply(request()))["key"]
        for number in range(8):
            await own.reply(request(data=BAKERY + b"Number %d is new.\n" % number))
        await own.reply(OwnRequest(key=first, question="hello"))

    with pytest.raises(Forgotten):
        run(ask())


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
    with pytest.raises(AskPolicyError, match=r"Choose a file first .* or enter a web address"):
        reply(own, OwnRequest(question="hello"))


def test_a_file_cannot_pass_for_another_policy(own: OwnPolicies) -> None:
    async def keys() -> set[str]:
        twins = [request(data=b"# A\nWe keep names.", name="a.md"), request(data=b"We keep names.", name="a.md\n# A")]
        return {(await own.reply(one))["key"] for one in twins}

    assert len(run(keys())) == 2


PUBLIC = "127.0.0.2"  # a public address, as far as the tests' guard is told
PAGE = "<title>Maple Bakery privacy</title><nav>Home</nav><main><p>We never sell your personal data.</p></main>"


class TestAddress:
    """Real requests to a site on this machine, at an address that the guard is told is public."""

    @pytest.fixture
    def web(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
        guard = hosts.may_call
        monkeypatch.setattr(
            hosts, "may_call", lambda ip, *, allow_private: ip == PUBLIC or guard(ip, allow_private=allow_private)
        )
        with site(address=PUBLIC) as opened:
            opened.replies["/privacy"] = http(body=PAGE)
            yield opened

    @pytest.fixture
    def own(self, bot: Bot, web: Site) -> OwnPolicies:
        return self.policies(bot, web)

    def policies(self, bot: Bot, web: Site, **limits: Any) -> OwnPolicies:
        """The owner allows private addresses, which must not count for visitors."""
        fetching = FetchSettings(allow_private=True, ports=(80, 443, web.port), **limits)
        names = {"maple.example": [PUBLIC], "inside.example": ["10.1.2.3"], "both.example": [PUBLIC, "127.0.0.1"]}
        settings = bot.settings.model_copy(update={"fetch": fetching})
        return OwnPolicies(Bot(bot.bundle, settings), lambda host, port: names.get(host) or [host.strip("[]")])

    def at(self, web: Site, path: str = "/privacy", host: str = "maple.example", **others: Any) -> OwnRequest:
        return OwnRequest(address=f"http://{host}:{web.port}{path}", **others)

    def test_a_page_is_fetched_shown_and_asked(self, own: OwnPolicies, web: Site) -> None:
        read, asked = reply(own, self.at(web), self.at(web, question="do you sell my data?"))
        assert read["title"] == "Maple Bakery privacy"
        assert "Left out" in read["read"]
        assert "We never sell your personal data." in asked["turn"]
        assert f'href="http://maple.example:{web.port}/privacy#:~:text=' in asked["turn"]
        assert web.paths() == ["/robots.txt", "/privacy"]  # once for both

    def test_the_key_is_enough_until_the_page_is_forgotten(
        self, own: OwnPolicies, web: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(own_policy, "_FORGET_SECONDS", 0.01)

        async def ask() -> None:
            key = (await own.reply(self.at(web)))["key"]
            await own.reply(OwnRequest(key=key, question="do you sell my data?"))
            await asyncio.sleep(0.1)
            with pytest.raises(Forgotten):
                await own.reply(OwnRequest(key=key, question="hello"))
            assert (await own.reply(self.at(web, question="hello")))["key"] == key

        run(ask())
        assert web.paths().count("/privacy") == 2

    def test_another_process_gives_the_same_key(self, bot: Bot, own: OwnPolicies, web: Site) -> None:
        [one], [other] = reply(own, self.at(web)), reply(self.policies(bot, web), self.at(web))
        assert one["key"] == other["key"]

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "inside.example", "both.example"]
    )
    def test_no_private_address_is_called_whatever_the_setting(self, own: OwnPolicies, web: Site, host: str) -> None:
        with pytest.raises(AskPolicyError, match="private or reserved network, which the demo never fetches") as error:
            reply(own, self.at(web, host=host))
        assert "allow_private" not in str(error.value)
        web.replies["/away"] = redirect(f"http://{host}:{web.port}/privacy")
        with pytest.raises(AskPolicyError, match="private or reserved network, which the demo never fetches"):
            reply(own, self.at(web, "/away"))
        assert web.paths() == ["/robots.txt", "/away"]

    @pytest.mark.parametrize(
        ("answer", "problem"),
        [
            (http(404), "There is no page at"),
            (http(body=b"\x89PNG", type="image/png"), "is not a policy but “image/png”"),
            (http(body="<p>We bake bread every day."), "does not read like a privacy policy"),
            (http(body="<p>" + "We keep personal data. " * 150_000), "larger than 3 MB"),
            (http(body="<p>" + "We keep personal data. " * 7_000), "the demo reads at most 150,000"),
            (Dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x", 6), "took longer than 1 seconds"),
        ],
        ids=["missing", "image", "no policy", "large", "long", "slow"],
    )
    def test_a_page_that_cannot_be_used_gets_one_sentence(
        self, bot: Bot, web: Site, answer: bytes, problem: str
    ) -> None:
        web.replies["/privacy"] = answer
        with pytest.raises(AskPolicyError, match=problem) as error:
            reply(self.policies(bot, web, seconds=1), self.at(web))
        assert "\n" not in str(error.value)

    @pytest.mark.parametrize(
        "address",
        ["", " ", "/etc/passwd", "file:///etc/passwd", "javascript:alert(1)", "http://a b", "http://me:pw@a.org"],
    )
    def test_what_is_no_address_of_a_page(self, own: OwnPolicies, address: str) -> None:
        with pytest.raises((AskPolicyError, ValueError)):
            reply(own, OwnRequest(address=address))

    def test_the_scheme_may_be_left_out(self, bot: Bot) -> None:
        looked_up: list[tuple[str, int]] = []

        def nowhere(host: str, port: int) -> list[str]:
            looked_up.append((host, port))
            return []

        with pytest.raises(AskPolicyError, match=r"There is no site at maple\.example"):
            reply(OwnPolicies(bot, nowhere), OwnRequest(address=" maple.example/privacy "))
        assert looked_up == [("maple.example", 443)]


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
            {"address": ["https://a.example"]},
            {"address": "https://a.example/" + "x" * 2_000},
            {"address": "https://a.example", "name": "a.md", "file": ""},
            {"name": "a.md"},
        ],
    )
    def test_any_other_body_gets_400(self, client: TestClient, body: dict[str, Any]) -> None:
        assert self.post(client, **body)[0] == 400

    def test_a_file_that_cannot_be_read_gets_422(self, client: TestClient) -> None:
        assert self.post(client, name="a.txt", file="")[0] == 422

    @pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1/", "http://169.254.169.254/latest"])
    def test_an_address_that_is_not_fetched_gets_422(self, client: TestClient, address: str) -> None:
        status, shown = self.post(client, address=address)
        assert (status, shown["error"].count(". ")) == (422, 0)

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

"""No text from a visitor, a policy or a message runs, or fetches anything, in a real browser on any of our pages.

The pages' own Content Security Policy is turned off: it is a second defense, and these tests check the first.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from bot import wording
from bot.commands.main import main
from bot.opening import open_bot
from bot.service import assets, create_app
from bot.settings import Settings, load_settings
from tests.support.browser import Visit
from tests.support.running import PATIENCE, wait_for
from tests.trust.scripts import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.thorough
MARKUP = '"><img src=x onerror=ran()><script>ran()</script>'
Figure = Callable[[str], None]


def quoted(text: str) -> str:
    return json.dumps(text)  # also a valid TOML basic string for these payloads


def hostile_corpus(folder: Path) -> Path:
    """Write a policy in which every field is an attack: text, headings, title, contacts, starters, addresses."""
    sentences = [f"We keep {' '.join(payload.split())} for {number} days." for number, payload in enumerate(PAYLOADS)]
    text = f"{MARKUP} Policy\n\n{MARKUP} Retention\n\n" + "\n\n".join(sentences) + "\n"
    text = "".join(c for c in text if c == "\n" or c.isprintable())
    place = folder / "hostile"
    place.mkdir(parents=True)
    (place / "policy.txt").write_text(text, encoding="utf-8")
    address = quoted(f"https://www.example.org/{MARKUP.replace(chr(32), chr(47))}")  # a web address contains no spaces
    contact = f"name = {quoted(MARKUP)}\nurl = {address}\n"
    (place / "manifest.toml").write_text(
        f'id = "hostile"\ntext = "policy.txt"\nsha256 = "{sha256(text.encode()).hexdigest()}"\n'
        f"title = {quoted(MARKUP)}\nsite = {quoted(MARKUP)}\nurl = {address}\n"
        f"starters = [{quoted(MARKUP)}]\n"
        + "".join(f'[[contacts]]\nrole = "{role}"\n{contact}' for role in ("policy_questions", "search", "chatbot")),
        encoding="utf-8",
    )
    return folder


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve in a thread of this process, so that fixed texts can be replaced."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def poisoned_script(script: bytes, english: dict[str, str]) -> bytes:
    """Return the widget with markup at the end of each of its English labels, stored as one text: `a|b|c`."""
    text = "|".join(words for label, words in english.items() if label != "quoted_in_english")
    code = script.decode("utf-8")
    assert code.count(f'"{text}"') == 1
    markup = json.dumps(MARKUP)[1:-1]
    return code.replace(text, text.replace("|", f"{markup}|") + markup).encode("utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Return settings of a service with a hostile policy and hostile fixed texts."""
    folder = tmp_path_factory.mktemp("hostile")
    read, script = wording._read, assets.widget_script()

    def poisoned(words: Any) -> Any:
        if isinstance(words, dict):
            return {name: poisoned(inner) for name, inner in words.items()}
        return words + MARKUP if isinstance(words, str) else words

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "_read", lambda language: poisoned(read(language)))
        patch.setattr(assets, "widget_script", lambda: poisoned_script(script, read("en")["interface"]))
        wording.default_texts.cache_clear()
        yield load_settings(
            home=folder / "home",
            corpus=hostile_corpus(folder / "corpus"),
            policy="hostile",
            decide={"caution": 0.0},
            feedback={"path": folder / "feedback.sqlite", "per_hour": 0},
            serve={"questions_per_minute": 0, "demo": False},
        )
    wording.default_texts.cache_clear()


@pytest.fixture(scope="module")
def address(hostile: Settings) -> Iterator[str]:
    with served(create_app(hostile)) as url:
        wait_for(lambda: httpx.get(f"{url}/readyz", trust_env=False).status_code == 200)
        yield url


class Attacked(Visit):
    """A visit that counts the payloads that ran."""

    def __init__(self, context: BrowserContext, hosts: Sequence[str]) -> None:
        self.ran: list[str] = []
        super().__init__(context, hosts)
        context.expose_binding("ran", lambda source: self.ran.append(source["frame"].url))
        context.on("dialog", lambda dialog: (self.ran.append("dialog"), dialog.dismiss()))

    def settle(self) -> None:
        """Wait for failing images and delayed scripts."""
        self.page.wait_for_timeout(300)

    def assert_nothing_ran(self) -> None:
        self.settle()
        assert self.ran == []
        assert self.foreign_requests == []
        assert self.page.locator("a[href^='javascript' i], [onerror], [onload], iframe, base, embed").count() == 0


@pytest.fixture
def attacked(chromium: Browser) -> Iterator[Callable[[str], Attacked]]:
    visits: list[Attacked] = []

    def begin(host: str) -> Attacked:
        visits.append(Attacked(chromium.new_context(bypass_csp=True), [host]))
        return visits[-1]

    yield begin
    for visit in visits:
        visit.context.close()


def test_the_payloads_are_many_and_run_if_markup_is_allowed(attacked: Callable[[str], Attacked]) -> None:
    """Otherwise the other tests would prove nothing."""
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200
    visit = attacked("http://nowhere.invalid")
    visit.context.route("**/*", lambda route: route.abort())
    for payload in PAYLOADS[:26]:
        visit.page.set_content(f"<p>{payload}</p>")
    visit.settle()
    assert len(visit.ran) >= 10
    assert any("evil.example" in url for url in visit.foreign_requests)


def test_the_widget_runs_no_payload(attacked: Callable[[str], Attacked], address: str, figure: Figure) -> None:
    """Questions, their history, hostile answers, titles, links, starters and labels."""
    visit = attacked(address)
    visit.page.goto(address)
    visit.page.locator("policy-chat .starters li").wait_for()
    visit.page.evaluate(
        """async (payloads) => {
            const chat = document.querySelector("policy-chat");
            for (const payload of payloads) await chat.ask(payload);
        }""",
        list(PAYLOADS),
    )
    turns = visit.page.locator("policy-chat .turn").count()
    assert turns >= 200
    assert visit.page.locator("policy-chat blockquote").count() > 50
    visit.assert_nothing_ran()
    figure(f"Scripts, widget: {turns} questions with their hostile answers, labels and titles: 0 ran, 0 fetched.")


def test_the_page_without_javascript_runs_no_payload(
    attacked: Callable[[str], Attacked], address: str, figure: Figure
) -> None:
    """Payloads as questions and as history; JavaScript stays on in the browser."""
    visit = attacked(address)
    asked = 1 + load_settings().guard.max_history  # the page reads, and so shows, at most this many earlier questions
    for start in range(0, len(PAYLOADS), asked):
        visit.page.goto(f"{address}/ask")
        with visit.page.expect_navigation():
            visit.page.evaluate(
                """([question, ...history]) => {
                    const form = document.querySelector("form");
                    for (const value of history) {
                        const input = document.createElement("input");
                        Object.assign(input, { type: "hidden", name: "history", value });
                        form.append(input);
                    }
                    form.elements.question.value = question;
                    HTMLFormElement.prototype.submit.call(form);
                }""",
                list(PAYLOADS[start : start + asked]),
            )
        assert visit.page.locator("ol.earlier li").count() == len(PAYLOADS[start + 1 : start + asked])
        visit.assert_nothing_ran()
    for path in (
        "/privacy",
        "/docs",
        "/?language=es",
        "/ask?question=%3Cimg%20src=x%20onerror=ran()%3E&language=%22%3E",
    ):
        visit.page.goto(f"{address}{path}")
        visit.settle()
    assert (visit.ran, visit.foreign_requests) == ([], [])
    figure(f"Scripts, page without JavaScript: {len(PAYLOADS)} payloads as question or history: 0 ran, 0 fetched.")


def test_feedback_on_the_insights_page_runs_no_payload(
    attacked: Callable[[str], Attacked], address: str, hostile: Settings, tmp_path: Path, figure: Figure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        for number, payload in enumerate(PAYLOADS):
            words = "".join(c for c in payload if c.isprintable())
            verdict = {"answer_id": f"{number:032x}", "policy": "hostile", "outcome": "not_covered", "helpful": False}
            sent = client.post("/v1/feedback", json={**verdict, "comment": words, "question": f"is {words} kept?"})
            assert sent.status_code == 201
    for name in ("home", "corpus", "policy"):
        monkeypatch.setenv(f"ASKPOLICY_{name.upper()}", str(getattr(hostile, name)))
    monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(hostile.feedback.path))
    page = tmp_path / "insights.html"
    assert main(["insights", "--html", str(page)]) == 0
    visit = attacked("file://")
    visit.page.goto(page.as_uri())
    visit.assert_nothing_ran()
    assert "onerror=ran()" in visit.page.locator("body").inner_text()
    figure(f"Scripts, feedback: {len(PAYLOADS)} comments and questions on the page of insights: 0 ran, 0 fetched.")


def batches(size: int) -> list[str]:
    """Yield the payloads, as many in one question as fit."""
    joined = [""]
    for payload in PAYLOADS:
        if len(joined[-1]) + len(payload) >= size:
            joined.append("")
        joined[-1] += f" {payload}"
    return joined


@pytest.mark.parametrize("size", [1_900, pytest.param(1, marks=pytest.mark.security)])
def test_the_demo_runs_no_payload(
    attacked: Callable[[str], Attacked], hostile: Settings, size: int, figure: Figure
) -> None:
    """Questions, and the whole hostile policy next to them."""
    pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")
    from bot.demo.page import mount_demo

    questions = [question for question in batches(size) if question]
    with served(mount_demo(FastAPI(openapi_url=None), open_bot(hostile))) as url:
        visit = attacked(url)
        visit.page.goto(url)
        visit.page.wait_for_selector(".policy-text")
        for number, question in enumerate(questions, start=1):
            visit.page.get_by_label("Your question").fill(question)
            visit.page.get_by_role("button", name="Ask", exact=True).click()
            visit.page.wait_for_function("n => document.querySelectorAll('.turn').length >= n", arg=number)
        visit.settle()
        assert (visit.ran, visit.foreign_requests) == ([], [])
        assert (
            visit.page.locator(".turn :is(img, script, iframe, svg, object), .policy-text :is(img, script)").count()
            == 0
        )
    figure(
        f"Scripts, demo: {len(PAYLOADS)} payloads in {len(questions)} questions and in the policy: 0 ran, 0 fetched."
    )

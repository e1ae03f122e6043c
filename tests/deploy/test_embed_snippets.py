"""docs/embedding.md: its snippets work in a real browser, on a page with another origin than the service."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bot.commands.main import main
from bot.settings import Settings
from tests.support.browser import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
WIDGET = ROOT / "widget" / "src"
PAGE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
SERVICE, SITE = "https://chat.example.org", "https://www.example.org"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def section(heading: str) -> str:
    return PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]


def listed(heading: str) -> set[str]:
    """Return the code in the first column of a section's table."""
    rows = re.findall(r"^\| (.*?) \|", section(heading), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


@dataclass
class Site:
    """A page on another site, with its own origin."""

    address: str = ""
    body: str = ""
    policy: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    shown = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", shown.policy)
            self.end_headers()
            title = "<!doctype html><html lang=en><title>A page</title><link rel=icon href='data:,'><h1>A page</h1>"
            self.wfile.write((title + shown.body).encode())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with serving(Handler) as port:
        shown.address = f"http://127.0.0.1:{port}"
        yield shown


@pytest.fixture(scope="module")
def service(settings: Settings, site: Site) -> Iterator[str]:
    """Run the service as the docs say, so that it allows only this site; yield its address."""
    uvicorn = pytest.importorskip("uvicorn")
    from bot.service import create_app
    from bot.settings import ServeSettings

    allowed = re.search(r"SERVE__ORIGINS=([^`]*)`", PAGE)
    assert allowed
    origins = allowed[1].replace(SITE, site.address)
    here = settings.model_copy(update={"serve": ServeSettings.model_validate({"origins": origins, "demo": False})})
    app = create_app(here)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not (server.started and app.state.service.policies.ready) and thread.is_alive():
            thread.join(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def visit(chromium: Browser, service: str, site: Site) -> Iterator[Visit]:
    context = chromium.new_context()
    yield Visit(context, [service, site.address])
    context.close()


def show(site: Site, service: str, snippet: str) -> None:
    """Put a snippet on the page, whose Content Security Policy allows only what docs/embedding.md asks for."""
    (sources,) = blocks("csp")
    (trusted,) = re.findall(r"with `(require-trusted-types-for [^`]*)`", PAGE)
    own_style = "; style-src 'unsafe-inline'" if "<style" in snippet else ""
    site.policy = f"default-src 'none'; img-src data:; {sources.strip()}; {trusted}{own_style}".replace(
        SERVICE, service
    )
    script = "" if "<script" in snippet else blocks("html")[0].splitlines()[0]
    element = "" if "<policy-chat" in snippet else "<policy-chat></policy-chat>"
    site.body = (script + snippet + element).replace(SERVICE, service)


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(len(blocks("html"))))
def test_each_snippet_shows_a_chat_that_answers(visit: Visit, site: Site, service: str, number: int) -> None:
    show(site, service, blocks("html")[number])
    visit.page.goto(site.address)
    outcome = visit.page.evaluate(
        """async () => {
            await customElements.whenDefined("policy-chat");
            const chat = document.querySelector("policy-chat");
            chat.open();
            await chat.ask("Do you sell my data?");
            return chat.shadowRoot.querySelector("[data-outcome]")?.dataset.outcome;
        }"""
    )
    assert outcome == "answered"
    visit.assert_clean()


def chat_is_there(visit: Visit, site: Site) -> bool:
    visit.page.goto(site.address, wait_until="networkidle")
    return bool(visit.page.evaluate("customElements.get('policy-chat') !== undefined"))


def test_the_printed_lines_work_under_the_same_policy_only_with_the_right_hash(
    visit: Visit, site: Site, service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["embed", service]) == 0
    lines = capsys.readouterr().out
    show(site, service, lines)
    assert chat_is_there(visit, site)
    assert visit.page.evaluate("document.querySelector('policy-chat').ask('Do you sell my data?').then(() => true)")
    visit.assert_clean()
    wrong = lines.replace("sha384-", "sha384-AAAA")
    show(site, service, wrong)
    assert not chat_is_there(visit, site)
    assert visit.page.get_by_role("link", name="Ask about our privacy policy").is_visible()


def test_a_page_with_two_hashes_survives_an_upgrade(
    visit: Visit, site: Site, service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["embed", service]) == 0
    (new,) = re.findall(r'integrity="sha384-([^"]+)"', capsys.readouterr().out)
    (tag,) = re.findall(r"`(<script[^`]*OLD[^`]*)`", PAGE)
    show(site, service, tag.replace("OLD", new[::-1]).replace("NEW", new))
    assert chat_is_there(visit, site)
    show(site, service, tag.replace("OLD", new[::-1]).replace("NEW", new[::-1]))
    assert not chat_is_there(visit, site)


def test_only_a_named_site_may_frame_the_form(chromium: Browser, visit: Visit, site: Site, service: str) -> None:
    (frame,) = re.findall(r"<iframe .*</iframe>", PAGE)
    (source,) = re.findall(r"`(frame-src [^`]*)`", PAGE)
    site.policy = f"default-src 'none'; img-src data:; {source}".replace(SERVICE, service)
    site.body = frame.replace(SERVICE, service)
    visit.page.goto(site.address)
    inside = visit.page.frame_locator("iframe")
    inside.get_by_role("textbox").fill("Do you sell my data?")
    inside.get_by_role("button", name="Ask", exact=True).click()
    inside.locator("blockquote").first.wait_for()
    visit.assert_clean()
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(site.address.replace("127.0.0.1", "localhost"), wait_until="networkidle")
        assert page.frame_locator("iframe").locator("form").count() == 0


@pytest.mark.thorough
def test_custom_texts_and_questions_are_shown(visit: Visit, site: Site, service: str) -> None:
    (snippet,) = [block for block in blocks("html") if "<li>" in block]
    show(site, service, snippet)
    visit.page.goto(site.address)
    visit.page.get_by_role("heading", name="Questions about your privacy").wait_for()
    for question in re.findall(r"<li>(.*?)</li>", snippet):
        visit.page.get_by_role("button", name=question).wait_for()


@pytest.mark.thorough
def test_custom_colors_are_shown(visit: Visit, site: Site, service: str) -> None:
    (snippet,) = [block for block in blocks("html") if "<style>" in block]
    show(site, service, snippet)
    visit.page.goto(site.address)
    launcher = visit.page.locator("policy-chat button").first
    launcher.wait_for()
    (color,) = re.findall(r"chat-primary: (#\w+)", snippet)
    red, green, blue = bytes.fromhex(color[1:])
    assert launcher.evaluate("button => getComputedStyle(button).backgroundColor") == f"rgb({red}, {green}, {blue})"


@pytest.mark.thorough
def test_without_javascript_the_link_opens_the_form(chromium: Browser, site: Site, service: str) -> None:
    show(site, service, blocks("html")[0])
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address)
    page.get_by_role("link", name="Ask about our privacy policy").click()
    assert page.url == f"{service}/ask"
    assert page.locator("form textarea, form input[type=text], form input[type=search]").count() == 1
    context.close()


@pytest.mark.thorough
def test_a_site_that_is_not_allowed_keeps_its_link(chromium: Browser, site: Site, service: str) -> None:
    show(site, service, blocks("html")[0])
    context = chromium.new_context()
    page = context.new_page()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/widget.js")):
        # The same page under another host name has another origin.
        page.goto(site.address.replace("127.0.0.1", "localhost"))
    assert page.evaluate("customElements.get('policy-chat') === undefined")
    assert page.get_by_role("link", name="Ask about our privacy policy").is_visible()
    context.close()


def styles() -> str:
    return "".join(path.read_text() for path in sorted((WIDGET / "styles").glob("*.css")))


def test_exactly_the_existing_attributes_are_documented() -> None:
    (observed,) = re.findall(r"ATTRIBUTES = \[(.*?)\]", (WIDGET / "options.js").read_text())
    known = set(re.findall(r'"(\w+)"', observed)) | set(re.findall(r":host\S*?\[(\w+)=", styles()))
    assert listed("Attributes") == known


def test_exactly_the_existing_custom_properties_are_documented() -> None:
    used = set(re.findall(r"var\(\s*(--policy-chat-[\w-]+)", styles()))
    assert {name for name in listed("Styling") if name.startswith("--")} == used


def test_every_part_is_named_and_is_one() -> None:
    source = "".join(path.read_text() for path in sorted(WIDGET.rglob("*.js")))
    # `answer.js` names these two by what they show.
    parts = {*re.findall(r'part: "([\w-]+)"', source), "context", "head"}
    assert {name for name in listed("Styling") if not name.startswith("--")} == parts


@pytest.mark.parametrize("text", blocks("yaml"))
def test_the_drupal_files_are_valid_yaml(text: str) -> None:
    parsed: dict[str, Any] = yaml.safe_load(text)
    for library in parsed.values():
        for address, options in (library["js"] if isinstance(library, dict) else {}).items():
            assert address == f"{SERVICE}/widget.js"
            assert options["attributes"]["type"] == "module"


def test_every_snippet_uses_only_the_served_addresses() -> None:
    for text in (*blocks("html"), *blocks("php"), *blocks("tsx")):
        assert set(re.findall(rf"{SERVICE}(/[\w.]+)?", text)) <= {"", "/widget.js", "/ask"}

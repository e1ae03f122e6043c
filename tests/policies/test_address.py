from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.opening import read_policy
from bot.policies.address import address_id, read_address
from bot.policies.folder import load_policy_folder
from bot.service.limits import make_limit
from bot.service.metrics import Metrics
from bot.service.service import Service
from bot.settings import FetchSettings, load_settings
from bot.types import AskPolicyError, Policy
from tests.policies.web import Site, http, redirect, site

WORDS = "We never sell your personal data. We keep logs for 30 days. " * 30
PAGE = f"<html lang=en-US><title>Privacy at Example</title><nav>Home</nav><main><h1>Privacy</h1><p>{WORDS}</main>"


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as opened:
        opened.replies["/privacy"] = http(body=PAGE)
        yield opened


def settings_for(web: Site) -> FetchSettings:
    return FetchSettings(allow_private=True, ports=(web.port,))


def policy_at(web: Site, path: str = "/privacy") -> Policy:
    return load_policy_folder(web.url + path, Path("corpus"), settings_for(web)).policy


def refused(web: Site, body: bytes | str, type: str = "text/html; charset=utf-8") -> str:
    web.replies["/privacy"] = http(body=body, type=type)
    with pytest.raises(AskPolicyError) as error:
        policy_at(web)
    assert str(error.value).endswith(".")
    return str(error.value)


def test_a_page_becomes_a_policy_with_its_title_and_address(web: Site) -> None:
    web.replies["/old"] = redirect("/privacy")
    policy = policy_at(web, "/old")
    assert policy.url == f"{web.url}/privacy"
    assert policy.title == "Privacy"
    assert policy.sentences[0].text == "We never sell your personal data."
    assert policy.page is not None
    assert policy.page.text.startswith("Home\nPrivacy\n")
    assert read_address(f"{web.url}/privacy", settings_for(web), 10**6)[0].language == "en"


@pytest.mark.parametrize(
    ("canonical", "cited"),
    [
        ("/legal/privacy", "/legal/privacy"),
        ("", "/privacy"),
        ("https://other.example/privacy", "/privacy"),
        ("/", "/privacy"),
        ("javascript:alert(1)", "/privacy"),
    ],
)
def test_a_page_is_cited_by_its_own_name_on_the_same_site(web: Site, canonical: str, cited: str) -> None:
    web.replies["/privacy"] = http(body=f"<link rel=canonical href='{canonical}'>{PAGE}")
    assert policy_at(web).url == web.url + cited


@pytest.mark.parametrize(
    ("type", "encoding"),
    [
        ("text/html; charset=iso-8859-1", "cp1252"),
        ("text/html; charset=utf-8", "utf-8"),
        ("text/html; charset=shift_jis", "shift_jis"),
        ("text/html", "cp1252"),
        ("text/html; charset=utf-8", "cp1252"),  # the server is wrong
        ("text/html; charset=nonsense", "utf-8"),
        ("text/plain; charset=windows-1251", "cp1251"),
        ("text/markdown; charset=iso-8859-1", "cp1252"),
    ],
)
def test_the_servers_encoding_is_read(web: Site, type: str, encoding: str) -> None:
    others = {"shift_jis": "個人データ。", "cp1251": "персональные данные."}
    words = others.get(encoding, "Données “personnelles”, café.")
    web.replies["/privacy"] = http(body=f"Privacy: {words}".encode(encoding), type=type)
    assert words in policy_at(web).text


def test_kinds_are_told_by_bytes_and_by_the_server(web: Site) -> None:
    web.replies["/privacy"] = http(body="# Privacy\n\n* We keep **personal data**.", type="text/markdown")
    assert policy_at(web).sentences[0].text == "We keep personal data."
    web.replies["/p.md"] = http(body="# Privacy\n\n* We keep **personal data**.", type="text/plain")
    assert policy_at(web, "/p.md").sentences[0].text == "We keep personal data."
    web.replies["/privacy"] = http(body="<p>We keep <b>personal</b> data.", type="text/html")  # nothing says HTML
    assert policy_at(web).sentences[0].text == "We keep personal data."
    assert "cannot be read as a PDF" in refused(web, b"%PDF-1.7 broken", "text/html")


def test_a_login_page(web: Site) -> None:
    form = "<h1>Sign in</h1><p>To read our privacy policy, sign in.</p><form><input type=password></form>"
    assert "is a login page" in refused(web, form)


def test_a_page_that_only_its_script_fills(web: Site) -> None:
    shell = "<title>Privacy</title><div id=root></div><noscript>Enable JavaScript</noscript><script src=a.js></script>"
    assert "shows its text only with JavaScript" in refused(web, shell)


def test_a_question_for_consent(web: Site) -> None:
    wall = "<h1>Before you continue</h1><p>We use cookies and personal data.</p><button>Accept all</button>"
    assert "asks for consent to cookies first" in refused(web, wall)


def test_a_page_that_leads_on(web: Site) -> None:
    page = "<meta http-equiv=refresh content='0; url=https://example.org/policy'><p>Moved"
    assert "leads to another page, https://example.org/policy" in refused(web, page)


def test_a_page_about_something_else(web: Site) -> None:
    recipe = "<h1>Pancakes</h1><p>Mix the flour with the milk. Add two eggs. Bake it.</p>" * 20
    assert "does not read like a privacy policy" in refused(web, recipe)


def test_an_empty_page(web: Site) -> None:
    assert "holds no text" in refused(web, "<title>x</title>")


@pytest.mark.parametrize("other", ["?a=b", "/", "/a-b", "/a/b", ":81"])
def test_no_two_addresses_have_one_id(other: str) -> None:
    settings = FetchSettings(ports=(80, 81, 443))
    ids = {address_id(f"https://example.org{end}", settings) for end in ("/privacy", other)}
    assert len(ids) == 2
    assert address_id("HTTPS://www.example.org/privacy#x", settings).startswith("example-org-privacy-")
    assert len(address_id("https://example.org/" + "a" * 300, settings)) <= 64


def run(*arguments: str, home: Path, web: Site) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "ASKPOLICY_HOME": str(home),
        "ASKPOLICY_FETCH__ALLOW_PRIVATE": "true",
        "ASKPOLICY_FETCH__PORTS": str(web.port),
    }
    command = [sys.executable, "-m", "bot.commands.main", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_index_fetches_and_asking_does_not(web: Site, tmp_path: Path) -> None:
    address = f"{web.url}/privacy"
    indexed = run("index", address, home=tmp_path, web=web)
    assert indexed.returncode == 0, indexed.stderr
    assert "Indexed '127-0-0-1-" in indexed.stdout
    assert "“Privacy”" in indexed.stdout
    assert address in indexed.stdout
    assert "Left out: a menu" in indexed.stdout
    web.close()
    asked = run("ask", "--policy", address, "--json", "Do you sell my data?", home=tmp_path, web=web)
    assert asked.returncode == 0, asked.stderr
    assert "We never sell your personal data." in asked.stdout
    assert f"{address}#:~:text=" in asked.stdout
    other = run("ask", "--policy", f"{web.url}/other", "Do you sell my data?", home=tmp_path, web=web)
    assert other.returncode == 1
    assert other.stderr.count("\n") == 1


def test_serving_fetches_nothing(web: Site, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, fetch=settings_for(web))
    with pytest.raises(AskPolicyError, match="nothing is fetched while serving"):
        read_policy(f"{web.url}/privacy", settings, may_fetch=False)
    served = load_settings(home=tmp_path, fetch=settings_for(web), policy=f"{web.url}/privacy")
    service = Service(served, make_limit(served, None), b"secret", Metrics())
    reasons: queue.Queue[str] = queue.Queue()
    service.start(lambda bot: None, reasons.put)
    try:
        assert "nothing is fetched while serving" in reasons.get(timeout=60)
    finally:
        service.stop()
    assert web.calls == 0

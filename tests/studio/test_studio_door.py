from __future__ import annotations

import re

import pytest

from bot.studio.door import CSP, MAX_BODY_BYTES
from tests.studio.conftest import HOST, TOKEN, Browser


@pytest.mark.parametrize(
    "path",
    ["/", "/static/studio.css", "/wrong/", f"/{TOKEN}", f"/{TOKEN}x/", f"/{TOKEN[:-1]}/", "//", f"/x/{TOKEN}/", "/é/"],
)
def test_nobody_comes_in_without_the_token(browser: Browser, path: str) -> None:
    response = browser.client.get(path)
    assert (response.status_code, "Maple" in response.text) == (403, False)
    assert "Open the address that `askpolicy studio` printed" in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "studio.example.org:8765"},
        {"Host": "127.0.0.1:8766"},
        {"Host": "127.0.0.1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
@pytest.mark.parametrize("path", ["", "api/state", "static/studio.js", "preview/v1/policies"])
def test_no_other_page_may_use_the_studio(browser: Browser, headers: dict[str, str], path: str) -> None:
    assert browser.client.get(f"/{TOKEN}/{path}", headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("path", ["answers", "questions", "publish", "api/ask", "api/check", "preview/v1/answers"])
def test_no_other_page_may_change_anything(browser: Browser, headers: dict[str, str], path: str) -> None:
    before = browser.revision
    navigation = {"Sec-Fetch-Mode": "navigate", **headers}
    for sent in (headers, navigation):
        assert browser.client.post(f"/{TOKEN}/{path}", headers=sent, content=b"{}").status_code == 403
    assert browser.revision == before


def test_the_own_page_and_a_link_may(browser: Browser) -> None:
    own = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    for headers in (own, link, {"Sec-Fetch-Site": "none"}):
        assert browser.client.get(f"/{TOKEN}/", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["", "questions", "try", "publish", "api/state", "static/studio.css", "preview/page"])
def test_every_response_is_locked_down(browser: Browser, path: str) -> None:
    response = browser.client.get(f"/{TOKEN}/{path}")
    assert response.status_code == 200
    assert response.headers["content-security-policy"] == CSP
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in CSP
    assert "http" not in CSP


@pytest.mark.parametrize("path", ["", "questions", "try", "publish", "preview/page"])
def test_no_page_has_inline_code_the_token_or_an_address_elsewhere(browser: Browser, path: str) -> None:
    page = browser.client.get(f"/{TOKEN}/{path}").text
    assert TOKEN not in page
    assert re.search(r"<script(?! type=\"module\" src=\"[a-z/.]+\"></script>)|<style|\son\w+=|\sstyle=", page) is None
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", page) == []


def test_a_body_that_is_too_large_is_refused(browser: Browser) -> None:
    response = browser.client.post(f"/{TOKEN}/answers", content=b"x" * (MAX_BODY_BYTES + 1))
    assert response.status_code == 413
    chunks = iter([b"x"])
    assert browser.client.post(f"/{TOKEN}/answers", content=chunks).status_code == 413


def test_what_is_not_there_and_what_is_not_json_get_a_sentence(browser: Browser) -> None:
    assert browser.client.get(f"/{TOKEN}/nothing").status_code == 404
    assert browser.client.post(f"/{TOKEN}/api/ask", content=b"[").status_code == 400
    assert browser.client.post(f"/{TOKEN}/answers", content=b"a=1&" * 6000).status_code == 400

"""Links are opened in Chromium, on an invented page with everything that a search stops at or finds twice."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="pages are opened with playwright")
from playwright.sync_api import Browser

from bot.types import Policy
from evals import links
from evals.links import ADDRESS, open_links, policy_page

PAGE = (
    """<!doctype html><title>Privacy</title>
<nav>We log nothing. We keep your name.</nav>
<main><h1>Privacy</h1>
<p>We&nbsp; log your visits and keep the log for a year, because the law of the state asks us to do exactly that.</p>
<p>Write to:<br>The Clerk<br>1 Main Street.</p>
<p>We <b>ne</b>ver s&shy;ell it<sup><a href="#n">1</a></sup>, not <q>even</q> once.</p>
<h2 id=keep>What we keep</h2><ul><li>your name;</li><li>your well-known street, and the town;</li></ul>
<h2>What we sell</h2><ul><li>your age;</li><li>your well-known street, and the town;</li></ul>
<table><tr><th>Who<th>What<th>How long</tr><tr><td>Us<td>cookie_a<td>One year<tr><td>Us<td>cookie_b<td>One year</table>
<details><summary>More</summary><p>We log nothing. And here we log your “answers” – all of them!</p></details>
<p>The last words are here.</p></main>"""
    + f"<footer>{'<p>The foot of the page.</p>' * 60}</footer>"
)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> tuple[Policy, str]:
    path = tmp_path_factory.mktemp("links") / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return policy_page(str(path))


def test_every_link_lands(chromium: Browser, invented: tuple[Policy, str]) -> None:
    landings = open_links(chromium, *invented)
    assert len(landings) >= 12
    assert [landing for landing in landings if not (landing.starts and landing.ends)] == []


@pytest.mark.parametrize("fragment", ["#top", "#:~:text=no%20such%20words", "#:~:text=The%20foot%20of%20the%20page"])
def test_a_link_that_leads_elsewhere_does_not_count(
    chromium: Browser, invented: tuple[Policy, str], monkeypatch: pytest.MonkeyPatch, fragment: str
) -> None:
    monkeypatch.setattr(links, "page_url", lambda *_: ADDRESS + fragment)
    assert not any(landing.starts for landing in open_links(chromium, *invented, limit=4))


def test_a_page_of_a_policy_in_plain_text_shows_its_words(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text("Privacy\n\nKept\n\nWe keep <it>.\n\nWe sell nothing.\n", encoding="utf-8")
    assert "<p>We keep &lt;it&gt;.</p>" in policy_page(str(path))[1]

"""`python -m evals links`: opens the link of each statement in Chromium, and counts those that light up its words.

A policy in HTML is its own page. One in Markdown is rendered, and one in plain text is set in headings and paragraphs,
as a site would. The place of a statement is found in the browser, apart from the code that makes the links.
"""

from __future__ import annotations

import html
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from bot.answering.links import page_url
from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from bot.types import AskPolicyError, Policy
from evals.sets.paths import SHARED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

ADDRESS = "https://policy.test/privacy"
# Real policies of other owners, which may not be copied into this repository.
_REAL = SHARED.parent / "policies"
_READ = (".html", ".htm", ".md", ".txt")
_COLOR = (1, 2, 255)
_STYLE = f"<style>::target-text{{background:rgb{_COLOR};color:rgb{_COLOR}}}</style>"
_SCRIPT = Path(__file__).with_name("links.js")
_CHROMIUM = "chromium-headless-shell"
_PARTS = re.compile(r"\s*\|\s*|\s*\n\s*")
# The least part of the first word's area that is lit. The rest is the gaps between lines.
_LIT = 0.5


@dataclass(frozen=True, slots=True)
class Landing:
    """What a link did. starts: whether the beginning of the statement, or of one of its cells, is lit
    and in view. ends: whether its end is lit, too."""

    quote: str
    url: str
    starts: bool
    ends: bool


def measure(names: Sequence[str], limit: int | None, show: bool, console: Console) -> int:
    """Print how many links land for each policy. Returns 1 if none was measured.

    names: policies, files, or folders of files. limit: how many statements of each are opened, evenly spread.
    """
    from playwright.sync_api import sync_playwright

    table = Table("policy", "links", "land", "light the whole statement")
    totals: dict[str, list[Landing]] = {}
    with sync_playwright() as driver:
        flags = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=_chromium(), args=flags)
        for name in _policies(names):
            policy, markup = policy_page(name)
            landings = open_links(browser, policy, markup, limit)
            totals.setdefault(Path(name).suffix or "folder", []).extend(landings)
            table.add_row(Path(name).name, *_counts(landings))
            if show:
                for landing in landings:
                    if not landing.starts:
                        console.print(f"{Path(name).name}: {landing.quote!r}\n  {landing.url}", highlight=False)
        browser.close()
    for kind, landings in totals.items():
        table.add_row(f"all {kind}", *_counts(landings))
    console.print(table)
    return 0 if totals else 1


def policy_page(name: str) -> tuple[Policy, str]:
    """Return a policy, and the page that a site would show for it."""
    policy = load_policy_folder(name, load_settings().corpus).policy
    path = Path(name)
    if path.suffix in {".html", ".htm"}:
        from bot.policies.readers.encodings import decode

        markup = decode(path.read_bytes(), path, declares=True)
    elif path.suffix == ".md":
        from bot.policies.readers.encodings import decode
        from bot.policies.readers.markdown import render, split_front_matter

        markup = f"<!doctype html><main>{render(split_front_matter(decode(path.read_bytes(), path))[1])}</main>"
    else:
        markup = f"<!doctype html><main>{''.join(_paragraphs(policy))}</main>"
    return replace(policy, url=ADDRESS), markup


def open_links(browser: Browser, policy: Policy, markup: str, limit: int | None = None) -> list[Landing]:
    """Open the link of each statement on a page, and look at what the browser lights up."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.route("**/*", lambda route: route.fulfill(body=_STYLE + markup, content_type="text/html; charset=utf-8"))
    page.goto(ADDRESS)
    page.evaluate(_SCRIPT.read_text(encoding="utf-8"))
    quotes = [[part for part in _PARTS.split(sentence.text) if part] for sentence in policy.sentences]
    copies = page.evaluate("quotes => window.place(quotes)", quotes)
    chosen: Sequence[int] = range(len(policy.sentences))
    if limit is not None and limit < len(chosen):
        chosen = [number * len(chosen) // limit for number in range(limit)]
    landings = []
    for number in chosen:
        statement = policy.sentences[number]
        url = str(page_url(policy, statement.start, statement.end))
        page.goto(url)
        boxes = page.evaluate(f"window.starts({number})")
        starts = any(_is_lit(page, box) for box in boxes)
        ends = starts and any(
            _is_lit(page, page.evaluate(f"window.end({number}, {copy})")) for copy in range(copies[number])
        )
        landings.append(Landing(statement.text, url, starts, ends))
    page.close()
    return landings


def _is_lit(page: Page, box: FloatRect | None) -> bool:
    from PIL import Image

    if box is None:
        return False
    picture = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
    return bool((np.asarray(picture) == _COLOR).all(axis=2).mean() >= _LIT)


def _paragraphs(policy: Policy) -> Iterator[str]:
    headings = {policy.text[s.start : s.end].splitlines()[0].strip() for s in policy.sections if s.headings}
    for line in policy.text.splitlines():
        if line.strip():
            tag = "h2" if line.strip() in headings else "p"
            yield f"<{tag}>{html.escape(line.strip())}</{tag}>\n"


def _policies(names: Sequence[str]) -> Iterator[str]:
    for name in names or ["massgov", *([str(_REAL)] if _REAL.is_dir() else [])]:
        path = Path(name)
        if path.is_dir() and not (path / "manifest.toml").is_file():
            yield from (str(file) for file in sorted(path.iterdir()) if file.suffix in _READ)
        else:
            yield name


def _counts(landings: Sequence[Landing]) -> tuple[str, ...]:
    total = max(len(landings), 1)
    landed, whole = sum(x.starts for x in landings), sum(x.starts and x.ends for x in landings)
    return str(len(landings)), f"{landed} ({landed / total:.3f})", f"{whole} ({whole / total:.3f})"


def _chromium() -> str:
    path = shutil.which(_CHROMIUM)
    if path is None:
        raise AskPolicyError(f"Links are opened in Debian's Chromium: install {_CHROMIUM}.")
    return path

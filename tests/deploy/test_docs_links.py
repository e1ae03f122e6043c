"""Every link in a Markdown file leads to an existing file, and to an existing heading in it."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT, *(path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))]
NOT_OURS = {"build", "results", "node_modules", "cases", "statement_cases", "policies"}
PAGES = sorted(
    path
    for folder in FOLDERS
    for path in folder.glob("*.md" if folder == ROOT else "**/*.md")
    if not {"build", "results", "node_modules", "cases", "statement_cases", "policies"}
    & set(path.relative_to(ROOT).parts)
)


@cache
def tokens(path: Path) -> tuple[Token, ...]:
    return tuple(MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")))


def links(path: Path) -> Iterator[str]:
    for token in tokens(path):
        for child in token.children or ():
            if child.type in {"link_open", "image"}:
                yield str(child.attrs.get("href") or child.attrs.get("src"))


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return the headings' anchors as GitHub makes them: lower case, hyphens for spaces, no punctuation."""
    every = tokens(path)
    headings = [every[number + 1] for number, token in enumerate(every) if token.type == "heading_open"]
    texts = ["".join(child.content for child in heading.children or ()) for heading in headings]
    return frozenset(re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts)


def title(path: Path) -> str:
    """Return the heading of a page, without the number of a decision."""
    heading = tokens(path)[1].content
    return re.sub(r"^\d+\. ", "", heading).replace("`", "")


def navigation(entries: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield (title, page) for each page of the navigation."""
    for entry in entries:
        for name, inside in entry.items():
            if isinstance(inside, str):
                yield name, inside
            else:
                yield from navigation(inside)


def test_each_page_is_in_the_navigation_once_under_its_own_title() -> None:
    docs = ROOT / "docs"
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    pages = [(title(path), path.relative_to(docs).as_posix()) for path in docs.rglob("*.md")]
    assert sorted(navigation(site["nav"])) == sorted(pages)
    assert len({name for name, _ in pages}) == len(pages)


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_lists_of_pages_use_their_titles(page: str) -> None:
    """Only links that stand for a page, with a capital letter, count: not those within a sentence."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for words, target in re.findall(r"\[([A-Z][^\]]*)\]\(([^)#]+\.md)\)", text):
        assert words == title((ROOT / page).parent / target)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_has_a_target(page: Path) -> None:
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            assert parts.scheme in {"https", "mailto"}, link
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), f"{page.relative_to(ROOT)} links to {link}"
        if parts.fragment:
            assert parts.fragment in anchors(target), f"{page.relative_to(ROOT)} links to {link}"


def test_there_are_pages_to_check() -> None:
    assert ROOT / "README.md" in PAGES
    assert ROOT / "docs" / "running.md" in PAGES


COMMAND = re.compile(r"`pytest (?P<words>[^`]+)`")
COMMANDS = sorted({match["words"] for page in PAGES for match in COMMAND.finditer(page.read_text(encoding="utf-8"))})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_pytest_command_selects_a_test(command: str) -> None:
    words = shlex.split(command)
    chosen = words[words.index("-k") + 1] if "-k" in words else ""
    named = [ROOT / word for word in words if word.startswith("tests/")]
    assert named
    files = [file for path in named for file in (path.rglob("test_*.py") if path.is_dir() else [path])]
    tests = "\n".join(
        line for file in files for line in file.read_text(encoding="utf-8").splitlines() if "def test_" in line
    )
    for part in chosen.split(" or "):
        assert part in tests, f"no test of {command} is called {part}"

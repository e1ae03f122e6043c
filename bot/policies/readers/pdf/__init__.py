"""PDF -> text, as a person reads it.

extract  the file -> words with their places, in a process with limits
page     words -> runs of words, with drawn bullets
running  running heads and feet, page numbers
columns  the order of reading
tables   rows of cells, and lines
terms    lists of terms and what they mean
text     lines joined at hyphens
blocks   headings, paragraphs, items, tables
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from bot.policies.readers.pdf.blocks import Document, body_size
from bot.policies.readers.pdf.columns import regions
from bot.policies.readers.pdf.page import Page, read_page
from bot.policies.readers.pdf.running import remove_running
from bot.policies.readers.pdf.tables import read_region
from bot.policies.readers.reading import LeftOut, Reading
from bot.types import AskPolicyError, Link

SECONDS = 60
# A scanned page shows a picture; some have a line of text that a program added.
_SCAN_WORDS = 10
_UNREADABLE = re.compile(r"[\ue000-\uf8ff\ufffd\x00-\x08]")
_MOST_UNREADABLE = 0.2
_WRONG = {
    "password": "is locked with a password: open it, save it without the password, and give that file",
    "pages": "has {pages:,} pages: give the policy alone",
    "large": "is too large once unpacked: give the policy alone",
    "broken": "cannot be read as a PDF (it is damaged): save it again as PDF, or give it as HTML or text",
    "missing": "is a PDF: install its reader with `pip install pypdfium2`, or save it as HTML or text",
    "slow": f"takes longer than {SECONDS} seconds to read: give the policy alone, or as HTML or text",
}
# Titles that programs write if nobody gave one: names of files, and words for none.
_NO_TITLE = re.compile(
    r"(?:microsoft word|untitled|document\d*|about:blank|powerpoint|slide|title|print)\b.*|policy|privacy"
    r"|.*\.\w{2,5}|\W*|\S+[_\\/]\S*",
    re.I,
)


def read_pdf(data: bytes, path: PurePath) -> Reading:
    """Read a PDF. Raises AskPolicyError if it cannot be read, or if it has no text."""
    found = _extract(data, path)
    pages = [read_page(page) for page in found["pages"]]
    _check_text(pages, path)
    left_out = LeftOut()
    split = remove_running(pages, body_size(run for page in pages for run in page.runs))
    for page, (_, running) in zip(pages, split, strict=True):
        if running:
            left_out.add("running heads, feet and page numbers", " ".join(run.text for run in running))
        if page.turned:
            left_out.add("text that is turned", page.turned)
    parts = [[read_region(region) for region in regions(runs)] for runs, _ in split]
    text, starts = Document([region for page in parts for region in page], [len(page) for page in parts]).text()
    links = tuple(_links(text, starts, pages))
    return Reading(text, _title(found), left_out.notes(), links=links, pages=starts)


def _links(text: str, starts: Sequence[int], pages: Sequence[Page]) -> Iterator[Link]:
    """Yield the links whose words are as often on their page as they lead to one address."""
    for page, start, end in zip(pages, starts, (*starts[1:], len(text)), strict=True):
        targets: dict[str, list[str]] = {}
        for words, address in page.targets:
            targets.setdefault(words, []).append(address)
        for words, addresses in targets.items():
            if not words:
                continue
            written = r"\s+".join(map(re.escape, words.split()))
            places = list(re.finditer(rf"(?<!\w){written}(?!\w)", text[start:end]))
            if len(places) == len(addresses) and len(set(addresses)) == 1:
                yield from (Link(start + place.start(), start + place.end(), addresses[0]) for place in places)


def _title(found: Mapping[str, Any]) -> str | None:
    title = " ".join(str(found["title"] or "").split())
    return None if _NO_TITLE.fullmatch(title) else title


def _check_text(pages: Sequence[Page], path: PurePath) -> None:
    """Raise AskPolicyError if there is no text, or none that means anything."""
    text = "".join(run.text for page in pages for run in page.runs)
    words = sum(len(run.words) for page in pages for run in page.runs)
    if words < _SCAN_WORDS * len(pages) and any(page.pictures for page in pages):
        raise AskPolicyError(
            f"{path} is a picture of its pages, without text: run text recognition (OCR) on it, or give the policy as "
            "HTML or text."
        )
    if len(_UNREADABLE.findall(text)) > _MOST_UNREADABLE * len(text):
        raise AskPolicyError(
            f"{path} does not say which letters it shows: print it to PDF again from its source, or give the policy as "
            "HTML or text."
        )


def _extract(data: bytes, path: PurePath) -> dict[str, Any]:
    """Return what `extract` finds. Raises AskPolicyError if it finds nothing, or stops."""
    command = [sys.executable, "-m", "bot.policies.readers.pdf.extract"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(  # noqa: S603
            command, input=data, capture_output=True, timeout=SECONDS, check=False, env=environment
        )
        found: dict[str, Any] = (
            json.loads(done.stdout) if done.returncode == 0 else {"error": _stopped(done.returncode)}
        )
    except subprocess.TimeoutExpired:
        found = {"error": "slow"}
    if wrong := found.get("error"):
        raise AskPolicyError(f"{path} {_WRONG[wrong].format(**found)}.")
    return found


def _stopped(code: int) -> str:
    """Tell what stopped the process: its limits end it with a signal or for lack of memory."""
    return "slow" if code == -signal.SIGXCPU else "broken"

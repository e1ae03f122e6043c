"""Measures how long reading and indexing of generated policies take, by format and length."""

from __future__ import annotations

import html
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle
from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from evals.bench import median

LENGTHS = (64_000, 2_000_000)
FORMATS = ("md", "html")
_PARAGRAPHS_A_SECTION = 5


def measure(repeats: int, lengths: tuple[int, ...] = LENGTHS, formats: tuple[str, ...] = FORMATS) -> dict[str, Any]:
    """Return {"rows": [{"format", "chars", "statements", "read_seconds", "index_seconds"}]}.

    Each value is the median of the repeats. index_seconds includes reading. The texts are Mass.gov's paragraphs with
    their words in another order, so that no text is known from another.
    """
    settings = load_settings()
    encoder = encoder_bytes(settings.model)
    rows = []
    for chars in lengths:
        for ending in formats:
            read, whole = [], []
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"policy.{ending}"
                path.write_text(_page(chars, ending), encoding="utf-8")
                for repeat in range(repeats):
                    started = time.perf_counter()
                    policy = load_policy_folder(str(path), settings.corpus)
                    read.append(time.perf_counter() - started)
                    build_bundle(policy, encoder, Path(folder) / str(repeat), threads=settings.threads)
                    whole.append(time.perf_counter() - started)
            statements = len(policy.policy.sentences)
            rows.append(
                {
                    "format": ending,
                    "chars": chars,
                    "statements": statements,
                    "read_seconds": median(read),
                    "index_seconds": median(whole),
                }
            )
    return {"rows": rows}


def _paragraphs(chars: int) -> Iterator[str]:
    chance = random.Random(0)
    policy = load_policy_folder("massgov", load_settings().corpus).policy
    known = [words for each in policy.text.split("\n\n") if len(words := each.split()) > _PARAGRAPHS_A_SECTION]
    while chars > 0:
        words = chance.choice(known)
        paragraph = " ".join(chance.sample(words, len(words))) + "."
        chars -= len(paragraph)
        yield paragraph


def _page(chars: int, ending: str) -> str:
    """Return a policy of so many characters, with a heading above every few paragraphs."""
    parts = []
    for number, words in enumerate(_paragraphs(chars)):
        if number % _PARAGRAPHS_A_SECTION == 0:
            parts.append(f"## Part {number}" if ending == "md" else f"<h2>Part {number}</h2>")
        parts.append(words if ending == "md" else f"<p>{html.escape(words)}</p>")
    return "\n\n".join(parts)

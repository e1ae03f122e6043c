"""Invents policies for the benchmarks: real sentences and headings of corpus/training, in a mix of its own for each."""

from __future__ import annotations

import functools
import random
from pathlib import Path

from bot.policies.folder import load_policy_folder
from bot.settings import load_settings

# As the policies of corpus/training on average: 46 statements in 9 sections.
SECTIONS, SENTENCES = 9, 5


def write_invented(folder: Path, count: int, first: int = 0) -> list[Path]:
    """Write policies as Markdown files, and return their paths. The same number always gives the same policy."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(first, first + count):
        path = folder / f"office-{number:08}.md"
        path.write_text(invented(number), encoding="utf-8")
        paths.append(path)
    return paths


def invented(number: int) -> str:
    """Return the text of an invented policy. No two numbers have the same one."""
    headings, sentences = _known()
    chance = random.Random(number)
    parts = [f"# Office {number} Privacy Policy"]
    for heading in chance.sample(headings, SECTIONS):
        parts += [f"## {heading}", *chance.sample(sentences, SENTENCES)]
    parts.append(f"Write to privacy@office-{number}.example.org.")
    return "\n\n".join(parts) + "\n"


@functools.cache
def _known() -> tuple[list[str], list[str]]:
    """Return the headings, and the sentences that are prose by themselves."""
    settings = load_settings()
    headings, sentences = set(), set()
    for folder in sorted((settings.corpus / "training").iterdir()):
        policy = load_policy_folder(str(folder), settings.corpus).policy
        headings |= {section.headings[-1] for section in policy.sections if section.headings}
        sentences |= {each.text for each in policy.sentences if each.text[0].isupper() and each.text.endswith(".")}
    return sorted(headings), sorted(sentences)

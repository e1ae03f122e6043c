"""Sentence boundaries of legal English: texts with the places where one sentence ends and the next starts.

`boundaries.jsonl` was written for this project, in the voice of privacy policies and statutes. A record has its
`split`, a `kind`, and its `sentences`, which a space joins. The `held out` texts were written first, before any rule,
after the kinds of marks in real policies and in federal law and the laws of 15 states. The rules were written with the
`dev` texts alone; nobody may change a rule because of an error in the others. Most marks are inside of a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evals.files import read_lines

BOUNDARIES = Path(__file__).with_name("boundaries.jsonl")
SPLITS = ("dev", "held out")
_PLACE = re.compile(r"[.!?…:;]+[\"'”’)\]]*\s")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text. starts: where its second and later sentences start. places: how many of its marks precede white space."""

    text: str
    starts: frozenset[int]
    places: int


def load_boundaries(split: str) -> list[Passage]:
    """Return the texts of one of `SPLITS`."""
    return [make_passage(record["sentences"]) for record in read_lines(BOUNDARIES) if record["split"] == split]


def make_passage(sentences: list[str]) -> Passage:
    """Return the text of some sentences."""
    text = " ".join(sentences)
    starts, at = set(), 0
    for sentence in sentences[:-1]:
        at += len(sentence) + 1
        starts.add(at)
    return Passage(text, frozenset(starts), len(_PLACE.findall(text)))

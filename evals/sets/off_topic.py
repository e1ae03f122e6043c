"""Splits the utterances of CLINC150: training reads `train()`, evaluation reads `held_out()`. Nothing else splits them.

The shipped encoder was trained on `train()`. If you change the split, train it again. Otherwise the evaluation measures
on utterances that the encoder has seen.
"""

from __future__ import annotations

from evals.files import read_lines
from evals.sets.paths import OFF_TOPIC

_HELD_OUT_EVERY = 5


def train() -> tuple[str, ...]:
    """Return the utterances to train on: four fifths, in the order of the file."""
    return _split(held_out=False)


def held_out() -> tuple[str, ...]:
    """Return every fifth utterance, starting with the first. They are for measuring only."""
    return _split(held_out=True)


def _split(*, held_out: bool) -> tuple[str, ...]:
    records = read_lines(OFF_TOPIC)
    return tuple(r["question"] for i, r in enumerate(records) if (i % _HELD_OUT_EVERY == 0) is held_out)

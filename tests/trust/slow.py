"""Searches for slow inputs: test_slow_text.py runs it.

An input is a few pieces in a row, repeated to a length. The pieces are those that the rules of the readers look for.
The search repeatedly changes the costliest inputs so far a little and keeps the costlier ones. The cost is the CPU time
of this thread.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Work = Callable[[str], object]

_KEPT = 24
_SEARCHED_CHARS = 120
# From here on, the clock is exact enough without more tries.
_LONG_SECONDS = 1.0


@dataclass(order=True, slots=True)
class Shape:
    """Pieces to repeat. seconds: the time for the searched length."""

    seconds: float
    pieces: tuple[str, ...] = field(compare=False)

    def text(self, length: int) -> str:
        unit = "".join(self.pieces)
        return (unit * (length // len(unit) + 1))[:length]


def seconds(work: Work, text: str, tries: int = 1) -> float:
    """Return the CPU time of the work, the minimum of several tries. Long work is not tried again."""
    least, total = float("inf"), 0.0
    for _ in range(tries):
        began = time.thread_time_ns()
        work(text)
        took = (time.thread_time_ns() - began) / 1e9
        least, total = min(least, took), total + took
        if total > _LONG_SECONDS:
            break
    return least


def costliest(work: Work, pieces: Sequence[str], tries: int, seed: int = 1) -> list[Shape]:
    """Return the costliest inputs of `tries`, the worst first."""
    chance = random.Random(seed)
    best: list[Shape] = []
    known: set[tuple[str, ...]] = set()
    gc.disable()
    try:
        for _ in range(tries):
            shape = _another(best, pieces, chance)
            if shape in known:
                continue
            found = Shape(0.0, shape)
            text = found.text(_SEARCHED_CHARS)
            found.seconds = seconds(work, text)
            if len(best) < _KEPT or found.seconds > best[-1].seconds:
                known.add(shape)
                found.seconds = seconds(work, text, tries=3)
                best = sorted([*best, found], reverse=True)[:_KEPT]
    finally:
        gc.enable()
    return best


def growth(work: Work, shape: Shape, length: int) -> float:
    """Return the time for twice the length, relative to the time for the length."""
    once, twice = (seconds(work, shape.text(chars), tries=7) for chars in (length, 2 * length))
    return twice / once


def _another(best: Sequence[Shape], pieces: Sequence[str], chance: random.Random) -> tuple[str, ...]:
    # One or two characters half of the time, because there are many more words.
    pieces = [piece for piece in pieces if len(piece) <= 2] if chance.random() < 0.5 else pieces
    if not best or chance.random() < 0.3:
        return tuple(chance.choices(pieces, k=chance.randint(1, 4)))
    changed = list(chance.choice(best).pieces)
    place = chance.randrange(len(changed))
    change = chance.random()
    if change < 0.4:
        changed[place] = chance.choice(pieces)
    elif change < 0.6 and len(changed) < 8:
        changed.insert(place, chance.choice(pieces))
    elif change < 0.7 and len(changed) > 1:
        del changed[place]
    elif change < 0.85:
        other = chance.choice(best).pieces
        changed = [*changed[:place], *other[chance.randrange(len(other)) :]][:8] or list(other)
    else:
        word = changed[place]
        cut = chance.randrange(len(word))
        changed[place] = word[cut:] + word[:cut]
    return tuple(changed)

"""PDFs that are changed at random or made to fill the memory: they are read, or refused in one sentence."""

from __future__ import annotations

import contextlib
import random
import zlib
from pathlib import Path

import pytest

from bot.policies.readers.kinds import read_file
from bot.types import AskPolicyError
from tests.support.pdf import flip, lines, pdf

pytestmark = pytest.mark.security
CASES = Path(__file__).parents[1] / "policies" / "cases"
SMALL = pdf(lines((50, 100, "We keep your name."), (50, 120, "Never.")))


@pytest.mark.parametrize("seed", range(300))
def test_changed_bytes_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    data = flip(chance.choice([SMALL, (CASES / "oak-table.pdf").read_bytes()]), chance)
    with contextlib.suppress(AskPolicyError):
        assert read_file(data, Path("p.pdf")).text.strip()


def test_a_bomb_stays_within_the_limits() -> None:
    """Its stream unpacks twice, to half a gigabyte."""
    bomb = zlib.compress(zlib.compress(b" " * 500_000_000, 1), 9)
    data = pdf(bomb, filters=b"/FlateDecode /FlateDecode /FlateDecode")
    with pytest.raises(AskPolicyError, match=r"too large|cannot be read|takes longer|holds no text"):
        read_file(data, Path("p.pdf"))

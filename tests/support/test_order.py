from __future__ import annotations

from pathlib import Path

from tests.support.order import FIRST

ROOT = Path(__file__).resolve().parents[2]


def test_the_files_that_start_first_are_there() -> None:
    """A file that was renamed would start last without notice."""
    assert [file for file in FIRST if not (ROOT / file).is_file()] == []

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

# The first piece is as large as the model's file. What comes last would keep the heap below it in memory.
CODE = """
from pathlib import Path
from bot.service.memory import keep_no_large_pieces

def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

{first}
file = bytearray(23_000_000)
del file
before = resident()
pieces = [bytearray(b"x" * 1_000_000) for _ in range(40)]
last = bytearray(100_000)
del pieces
print(resident() - before)
"""


def kept(first: str) -> int:
    """Return how many bytes of 40 MB a process keeps that it no longer needs."""
    command = [sys.executable, "-c", CODE.format(first=first)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries decide this themselves")
def test_large_pieces_of_memory_are_given_back() -> None:
    assert kept("keep_no_large_pieces()") < 4_000_000 < 20_000_000 < kept("")

"""`askpolicy check --live`: compares a policy with its live page, and prints the result in one of three forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.commands.command import json_line, say
from bot.live.check import check_live
from bot.live.findings import LiveCheck
from bot.settings import Settings

_MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}
# How many findings of one kind a terminal gets.
_SHOWN = 10


def run_live(name: str, settings: Settings, *, as_json: bool, as_line: bool) -> int:
    """Check a policy's live page, print what was found, and return the exit code: 1 if something is wrong."""
    result = check_live(name, settings)
    if as_json:
        print(json_line(result.to_json()))
    elif as_line:
        say(result.line)
    else:
        for line in _lines(result):
            say(line)
    return 1 if result.wrong else 0


def _lines(result: LiveCheck) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for finding in result.findings:
        seen[finding.code] += 1
        if seen[finding.code] <= _SHOWN:
            yield f"{_MARKS[finding.level]}  {finding.text}"
    for code, number in seen.items():
        if number > _SHOWN:
            yield f"       … and {number - _SHOWN} more of the kind {code}: see --json."

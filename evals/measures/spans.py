"""Compares spans of a policy: those that an answer cites with those that it should cite."""

from __future__ import annotations

from collections.abc import Iterable

from bot.types import Span


def characters(spans: Iterable[Span]) -> set[int]:
    """Return the offsets of all characters in the spans."""
    return {offset for span in spans for offset in range(*span)}


def covers(cited: set[int], span: Span) -> bool:
    """Return whether at least half of a span's characters are cited. cited: offsets, see `characters`."""
    return len(cited.intersection(range(*span))) >= 0.5 * (span.end - span.start)


def overlaps(cited: Span, gold: Span) -> bool:
    """Return whether the spans share at least half of the characters of the shorter one."""
    shared = min(cited.end, gold.end) - max(cited.start, gold.start)
    return shared >= 0.5 * min(cited.end - cited.start, gold.end - gold.start)

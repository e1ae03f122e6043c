"""The results of the part `large` as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.bench.large.answers import FEW
from evals.bench.large.searching import RECALL

_TIMES = ("p50", "p95", "processor_p50", "processor_p95")
# How a value is formatted, if not by its own key.
_UNITS = {"relation": "bytes"}
Rows = list[list[str]]
Shown = Callable[[str, float | None], str]


def grids(result: Mapping[str, Any], shown: Shown) -> list[tuple[str, list[str], Rows]]:
    """Return the tables: title, column headings, rows. shown: formats a value by its key."""
    builds, memory, searches = (result.get(part, {}) for part in ("builds", "memory", "searches"))
    filled, count = builds.get("filled", {}), f"{result['statements']:,} statements"
    keys = ["fill", "build", "processor", "load", "relation", "bytes", "memory"]
    built = [
        [name, *(shown(_UNITS.get(key, key), row.get(key)) for key in keys), *_server(memory, name, shown)]
        for name, row in filled.items()
    ]
    heads = ["store", "fill", "build", "processor time", "load", "table", "index", "in memory", "server", "connection"]
    title = f"{count} of {result['policies']:,} policies; recall also on {result['distinct']:,} distinct ones"
    found = [(title, heads, built)]
    for filtered in (False, True):
        rows = _searches(searches, shown, filtered=filtered)
        heads = ["search", "setting", "p50", "p95", "processor p50", "p95", "recall@10", "distinct", "enough"]
        found.append(("One policy" if filtered else "All policies", heads, rows))
    heads = ["store", "policies", "statements", "p50", "p95", "processor p50", "p95", "p95, ratio", "of the processor"]
    return [*found, ("The whole answer", heads, _answers(result, shown))]


def _server(memory: Mapping[str, Any], name: str, shown: Shown) -> list[str]:
    row = memory.get("filled", {}).get(name, {})
    return [shown("memory", row.get(key)) for key in ("total", "backend")]


def _searches(searches: Mapping[str, Sequence[Mapping[str, Any]]], shown: Shown, *, filtered: bool) -> Rows:
    distinct = {(row["system"], row["setting"]): row["recall"] for row in searches.get("distinct", ())}
    rows = []
    for row in searches.get("filled", ()):
        if row["filtered"] == filtered:
            also = distinct.get((row["system"], row["setting"]), row["recall"])
            times = [shown(key, row[key]) for key in _TIMES]
            found = [shown("recall", row["recall"]), shown("recall", also)]
            rows.append(
                [row["system"], row["setting"], *times, *found, "yes" if min(also, row["recall"]) >= RECALL else ""]
            )
    return rows


def _answers(result: Mapping[str, Any], shown: Shown) -> Rows:
    rows = []
    for row in result.get("answers", ()):
        few, many = row["few"], row["many"]
        name = [row["store"], "one" if row["filtered"] else "all"]
        rows.append([*name, f"{FEW:,}", *(shown(key, few[key]) for key in _TIMES), "", ""])
        ratios = [f"{many[key] / few[key]:.2f} ×" for key in ("p95", "processor_p95")]
        rows.append([*name, f"{result['statements']:,}", *(shown(key, many[key]) for key in _TIMES), *ratios])
    return rows

"""Shows the benchmark's results: tables on the terminal, and tables and plots as one self-contained page."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.templates import templates
from evals.report.environment import installed_version

Rows = list[list[str]]
# title, column headings, rows
Grid = tuple[str, list[str], Rows]

_LABELS = {
    "cold_start": "cold start to the first answer",
    "p50": "latency p50",
    "p95": "latency p95",
    "p99": "latency p99",
    "index": "time to index the policy",
    "with_questions": "time to index, with visitor questions",
    "peak": "peak memory",
    "installed": "installed size",
    "outside_encoder": "share of the time outside the encoder",
}


def machine() -> dict[str, Any]:
    """Return the hardware, system and package versions of this machine, without names of people or machines."""
    names = ("onnxruntime", "faiss-cpu", "tokenizers", "torch", "sentence-transformers", "langchain-community",
             "llama-index-core", "haystack-ai", "fastapi", "uvicorn")  # fmt: skip
    return {
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: installed_version(name) for name in names},
    }


def shown(key: str, value: float | None) -> str:
    """Format a value for people: milliseconds below one second, megabytes, and shares in percent."""
    if value is None:
        return "–"
    if key in {"peak", "installed", "bytes", "memory", "pss"}:
        return f"{value / 1e6:,.1f} MB" if value < 1e7 else f"{value / 1e6:,.0f} MB"
    if key == "stored":
        return f"{value / 1e3:,.0f} kB"
    if key in {"errors", "bots_refused"}:
        return f"{100 * value:.2f} %"
    if key in {"load_share", "held_load_share"}:
        return f"{value:.2f}"
    if key == "outside_encoder":
        return f"{100 * value:.0f} %"
    if key in {"recall", "per_second", "texts_per_second"}:
        return f"{value:.3f}" if key == "recall" else f"{value:,.0f}"
    if key in {"failed", "visitors", "workers", "passages", "batch", "chars", "statements", "policies", "loaded",
               "requests", "held", "peak_rate"}:  # fmt: skip
        return f"{value:,.0f}"
    return f"{value:,.2f} s" if value >= 1 else f"{1000 * value:,.2f} ms"


def grids(part: str, result: Mapping[str, Any]) -> list[Grid]:
    """Return the tables of a part."""
    return _GRIDS[part](result)


def _systems_grids(result: Mapping[str, Any]) -> list[Grid]:
    systems, ratios = result["systems"], result["ratios"]
    keys = [key for key in _LABELS if any(key in row for row in systems.values())]
    rows = [[_LABELS[key], *(shown(key, row.get(key)) for row in systems.values())] for key in keys]
    times = [[_LABELS[key], *(_times(row.get(key)) for row in ratios.values())] for key in keys]
    return [
        (f"Medians of {result['repeats']} runs", ["measure", *systems], rows),
        ("The peer's as a multiple of ours, pair by pair", ["measure", *ratios], [r for r in times if any(r[1:])]),
    ]


def _http_grids(result: Mapping[str, Any]) -> list[Grid]:
    keys = ["workers", "visitors", "per_second", "p50", "p95", "p99", "failed"]
    heads = ["system", "workers", "visitors", "answers per second", "p50", "p95", "p99", "not 200"]
    rows = [[row["system"], *(shown(key, row[key]) for key in keys)] for row in result["rows"]]
    times = [[visitors, _times(ratio)] for visitors, ratio in result["ratios"].items()]
    return [
        (f"{result['seconds']:g} s each, medians of {result['repeats']}; peak memory of a worker: "
         f"{shown('peak', result['peak'])}", heads, rows),
        ("Our answers per second as a multiple of the quick start's", ["visitors", "ratio"], times),
    ]  # fmt: skip


def _growth_grids(result: Mapping[str, Any]) -> list[Grid]:
    keys = ["passages", "build", "bytes", "load", "memory", "p50", "p95", "recall"]
    heads = ["kind", "passages", "build", "size", "load", "memory", "search p50", "search p95", "recall@10"]
    rows = [[row["kind"], *(shown(key, row[key]) for key in keys)] for row in result["rows"]]
    keys = ["passages", "index_build", "lexical_build", "p50", "p95", "lexical_p50", "lexical_p95"]
    answers = [[row["kind"], *(shown(key, row[key]) for key in keys)] for row in result["answers"]]
    heads_answers = ["kind", "passages", "build", "BM25 build", "answer p50", "answer p95", "BM25 p50", "BM25 p95"]
    return [("The index alone", heads, rows), ("The whole answer", heads_answers, answers)]


def _index_grids(result: Mapping[str, Any]) -> list[Grid]:
    keys = ["chars", "statements", "read_seconds", "index_seconds"]
    rows = [[row["format"], *(shown(key, row[key]) for key in keys)] for row in result["rows"]]
    return [("Generated policies", ["format", "characters", "statements", "read", "read and indexed"], rows)]


def _many_grids(result: Mapping[str, Any]) -> list[Grid]:
    keys = ["policies", "first_p50", "first_p95", "again_p50", "again_p95", "warm_p50", "loaded", "memory", "pss"]
    heads = ["policies", "first answer p50", "p95", "second answer p50", "p95", "of a loaded policy", "in memory",
             "RSS", "PSS"]  # fmt: skip
    rows = [[shown(key, row[key]) for key in keys] for row in result["rows"]]
    title = f"One worker, whose policies may take {shown('memory', result['limit'])}"
    return [(title, heads, rows)]


def _day_grids(result: Mapping[str, Any]) -> list[Grid]:
    keys = ["requests", "p50", "p95", "p99", "peak_p95", "errors", "bots_refused", "cpu_each", "load_share", "held",
            "held_load_share"]  # fmt: skip
    heads = ["set-up", "requests", "p50", "p95", "p99", "p95 at the peak", "errors", "bots refused",
             "processor time each", "the load's processors", "holds per second",
             "the load's processors then"]  # fmt: skip
    rows = [[row["setup"], *(shown(key, row[key]) for key in keys)] for row in result["rows"]]
    costs = [
        [row["setup"], shown("held", row["held"]), shown("peak_rate", row["peak"]), str(row["machines"]),
         f"{row['a_day']:.2f}"]
        for row in result["cost"]
    ]  # fmt: skip
    title = (
        f"A day of {result['visitors']:,} visitors, {result['mean']:.0f} requests a second on average, each hour "
        f"in {result['hour']:g} s; the machine's load before: {result['load_before']:.1f}"
    )
    heads_costs = ["set-up", "holds per second", "peak per second", "machines", "price a day"]
    return [
        (title, heads, rows),
        (f"A million visitors a day, at {result['core_hour']:g} for a processor and hour", heads_costs, costs),
    ]


def _large_grids(result: Mapping[str, Any]) -> list[Grid]:
    from evals.bench.large.page import grids as large_grids  # needs packages that the other parts do not

    return large_grids(result, shown)


def _batches_grids(result: Mapping[str, Any]) -> list[Grid]:
    rows = [[shown("batch", r["batch"]), shown("texts_per_second", r["texts_per_second"])] for r in result["rows"]]
    return [(f"Batch size in use: {result['chosen']}", ["texts per batch", "texts per second"], rows)]


def _build_grids(result: Mapping[str, Any]) -> list[Grid]:
    keys = ["workers", "policies", "statements", "wall", "cpu", "peak", "stored"]
    heads = ["engine", "workers", "policies", "statements", "time", "CPU time", "peak memory", "stored for each policy"]
    rows = [[row["engine"], *(shown(key, row[key]) for key in keys)] for row in result["rows"]]
    keys = ["wall_per_policy", "cpu_per_policy", "wall_start", "cpu_start"]
    rates = [
        [rate["engine"], shown("workers", rate["workers"]), _per_second(rate["wall_per_policy"], 1),
         _per_second(rate["wall_per_policy"], rate["statements_per_policy"]), *(shown(key, rate[key]) for key in keys)]
        for rate in result["rates"]
    ]  # fmt: skip
    stages = [[stage, shown(stage, result["stages"][stage])] for stage in ("read", "embed", "publish")]
    return [
        (f"Medians of {result['repeats']} builds of invented policies", heads, rows),
        ("Beyond the start", ["engine", "workers", "policies a second", "statements a second", "time of a policy",
                              "CPU time of a policy", "time before the first", "CPU time before the first"], rates),
        (f"CPU time of each step for a policy of {shown('statements', result['stages']['statements'])} statements",
         ["step", "time"], stages),
    ]  # fmt: skip


def _per_second(seconds: float | None, count: float) -> str:
    return "–" if seconds is None else f"{count / seconds:,.1f}"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.1f} ×"


def show(part: str, result: Mapping[str, Any], console: Console) -> None:
    """Print the tables of a part."""
    for title, heads, rows in grids(part, result):
        table = Table(title=title, title_justify="left")
        for number, head in enumerate(heads):
            table.add_column(head, justify="right" if number else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    if "load" in result:  # not in the results of earlier versions
        console.print(_load(result))


def _load(result: Mapping[str, Any]) -> str:
    before, after = result["load"]
    return f"Load of the machine (average of a minute): {before} before, {after} at the end."


def plots(part: str, result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (caption, SVG) for each plot of a part. Some parts have none."""
    return _PLOTS[part](result) if part in _PLOTS else []


def _systems_plots(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    from evals.bench.plots import bars_plot

    systems = result["systems"]

    def bars(key: str, unit: str, scale: float) -> tuple[str, str]:
        values = {name: row[key] * scale for name, row in systems.items() if key in row}
        return _LABELS[key].capitalize(), bars_plot(values, _LABELS[key], unit)

    return [
        bars("p50", "milliseconds", 1000),
        bars("cold_start", "seconds", 1),
        bars("peak", "megabytes", 1e-6),
        bars("installed", "megabytes", 1e-6),
    ]


def _http_plots(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    from evals.bench.plots import lines_plot

    names = list(dict.fromkeys(row["system"] for row in result["rows"]))
    visitors = [name for name in names if "by workers" not in name]

    def over(key: str, scale: float) -> dict[str, list[tuple[float, float]]]:
        return {n: [(r["visitors"], scale * r[key]) for r in result["rows"] if r["system"] == n] for n in visitors}

    return [
        ("Throughput", lines_plot(over("per_second", 1), "throughput", "concurrent visitors", "answers/s")),
        ("Latency p95", lines_plot(over("p95", 1000), "latency under load", "concurrent visitors", "milliseconds")),
    ]


def _growth_plots(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    from evals.bench.plots import lines_plot

    kinds = list(dict.fromkeys(row["kind"] for row in result["rows"]))

    def line(of: Callable[[Mapping[str, Any]], float]) -> dict[str, list[tuple[float, float]]]:
        return {k: [(r["passages"], of(r)) for r in result["rows"] if r["kind"] == k] for k in kinds}

    answers = {
        name: [(row["passages"], 1000 * row[name]) for row in result["answers"]]
        for name in ("p50", "p95", "lexical_p95")
    }
    return [
        ("Search alone, p95", lines_plot(line(lambda r: 1000 * r["p95"]), "search", "passages", "milliseconds",
                                         logarithmic="xy")),
        ("Recall@10 against exact search", lines_plot(line(lambda r: r["recall"]), "recall", "passages",
                                                      "recall@10")),
        ("Size on disk", lines_plot(line(lambda r: r["bytes"] / 1e6), "size", "passages", "megabytes",
                                    logarithmic="xy")),
        ("Time to build", lines_plot(line(lambda r: r["build"]), "build", "passages", "seconds",
                                     logarithmic="xy")),
        ("The whole answer", lines_plot(answers, "whole answer", "passages", "milliseconds")),
    ]  # fmt: skip


def _batches_plots(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    from evals.bench.plots import lines_plot

    points = {"encoder": [(row["batch"], row["texts_per_second"]) for row in result["rows"]]}
    return [("Texts per second", lines_plot(points, "batches", "texts per batch", "texts/s"))]


def write(results: Mapping[str, Any], path: Path) -> Path:
    """Write the page and return its path."""
    parts: Sequence[dict[str, Any]] = [
        {"name": name, "result": result, "grids": grids(name, result), "plots": plots(name, result)}
        for name, result in results.items()
    ]
    environment = templates(Path(__file__).resolve().parent)
    path.write_text(environment.get_template("page.html.jinja").render(parts=parts), encoding="utf-8")
    return path


_GRIDS: Mapping[str, Callable[[Mapping[str, Any]], list[Grid]]] = {
    "systems": _systems_grids,
    "http": _http_grids,
    "growth": _growth_grids,
    "index": _index_grids,
    "many": _many_grids,
    "build": _build_grids,
    "day": _day_grids,
    "large": _large_grids,
    "batches": _batches_grids,
}
_PLOTS: Mapping[str, Callable[[Mapping[str, Any]], list[tuple[str, str]]]] = {
    "systems": _systems_plots,
    "http": _http_plots,
    "growth": _growth_plots,
    "batches": _batches_plots,
}

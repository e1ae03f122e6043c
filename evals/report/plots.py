"""Draws plots as SVG to put inside a page. They need no script and no other file, and their text is real text."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evals.measures.curves import reliability, risk_coverage

_STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#667",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "grid.color": "#e3e6ea",
}
BLUE, ORANGE, GRAY = "#14558f", "#b8500b", "#8a94a0"


def confusion_plot(confusion: Mapping[str, Mapping[str, int]]) -> str:
    """Draw the confusion matrix: kinds in rows and outcomes in columns, shaded by the share of the row."""
    kinds = list(confusion)
    usual = ["answered", "not_covered", "off_topic"]
    outcomes = usual + sorted({o for row in confusion.values() for o in row} - set(usual))
    counts = np.array([[confusion[kind].get(outcome, 0) for outcome in outcomes] for kind in kinds])
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure, axes = new_figure(1.6 + 1.15 * len(outcomes), 1.2 + 0.48 * len(kinds))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(outcomes)), [o.replace("_", " ") for o in outcomes])
    axes.set_yticks(range(len(kinds)), [k.replace("_", " ") for k in kinds])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for row, column in np.ndindex(counts.shape):
        color = "white" if shares[row, column] > 0.5 else "#223"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=color)
    return to_svg(figure, "kind of the question (rows) and outcome (columns)")


def risk_coverage_plot(scores: Sequence[Mapping[str, Any]]) -> str:
    """Draw how often the bot is wrong if only its most confident answers are kept: by outcome and by first citation."""
    figure, axes = new_figure(5.2, 3.4)
    meant = [s for s in scores if s["outcome_right"] is not None]
    outcomes = [(s["confidence"], s["outcome_right"] == 0) for s in meant]
    answered = [(s["confidence"], s["hit_at_1"] != 1) for s in meant if s["outcome"] == "answered"]
    for label, pairs, color in (
        ("outcome wrong, all questions", outcomes, BLUE),
        ("first citation wrong, answered questions", answered, ORANGE),
    ):
        if pairs:
            coverage, risk = risk_coverage(pairs)
            area = float(np.mean(risk))
            axes.plot(coverage, risk, color=color, label=f"{label} (mean {area:.3f})")
    axes.set(xlabel="share of questions kept, most confident first", ylabel="share of them wrong", xlim=(0, 1))
    axes.set_ylim(0, None)
    axes.grid(visible=True)
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0, 1.22))
    return to_svg(figure, "risk and coverage")


def reliability_plot(scores: Sequence[Mapping[str, Any]]) -> str:
    """Draw the stated confidence against the share of right outcomes, in bins of equal size."""
    pairs = [(s["confidence"], s["outcome_right"]) for s in scores if s["outcome_right"] is not None]
    figure, axes = new_figure(4.2, 3.4)
    axes.plot([0, 1], [0, 1], color=GRAY, linestyle="--", linewidth=1)
    if pairs:
        stated, right = reliability(pairs)
        axes.plot(stated, right, color=BLUE, marker="o", label=f"{len(stated)} bins, {len(pairs)} questions")
        axes.legend(frameon=False, fontsize=9, loc="upper left")
    axes.set(xlabel="stated confidence", ylabel="share of right outcomes", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.grid(visible=True)
    return to_svg(figure, "reliability")


def section_plot(sections: Mapping[str, Mapping[str, float | None]]) -> str:
    """Draw hit@1 and hit@3 for each section of the policy, with the number of its questions."""
    names = sorted(sections, key=lambda name: sections[name]["hit@1"] or 0.0)
    figure, axes = new_figure(8.4, 0.9 + 0.36 * len(names))
    rows = np.arange(len(names))
    for offset, measure, color in ((0.18, "hit@1", BLUE), (-0.18, "hit@3", "#9dbfdd")):
        axes.barh(rows + offset, [sections[n][measure] or 0.0 for n in names], 0.34, color=color, label=measure)
    axes.set_yticks(rows, [f"{name} ({sections[name]['questions']:.0f})" for name in names])
    axes.set_xlim(0, 1)
    axes.grid(visible=True, axis="x")
    axes.set_axisbelow(True)
    axes.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    return to_svg(figure, "accuracy by section")


def latency_plot(seconds: Mapping[str, Sequence[float]]) -> str:
    """Draw for each system the share of answers given within a time, on a logarithmic scale."""
    figure, axes = new_figure(5.2, 3.4)
    for (system, values), color in zip(seconds.items(), mpl.color_sequences["Dark2"], strict=False):
        ordered = np.sort(np.maximum(np.array(values), 1e-6)) * 1000
        share = np.arange(1, len(ordered) + 1) / len(ordered)
        axes.step(ordered, share, where="post", label=f"{system} ({np.median(ordered):.1f} ms)", color=color)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(mpl.ticker.FormatStrFormatter("%g"))
    axes.set(xlabel="milliseconds (median in parentheses)", ylabel="share of answers", ylim=(0, 1.02))
    axes.grid(visible=True)
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
    return to_svg(figure, "latency")


def new_figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a new figure of this size, in inches, in the report's style, and its axes."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height))
        return figure, figure.add_subplot()


def to_svg(figure: Figure, label: str) -> str:
    """Return the figure as an `<svg>` element. label: its name for screen readers."""
    with mpl.rc_context(_STYLE | {"svg.hashsalt": label}):
        buffer = io.StringIO()
        figure.savefig(
            buffer,
            format="svg",
            bbox_inches="tight",
            transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    # Inside HTML an SVG needs no namespaces.
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", buffer.getvalue())
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return text[text.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{label}"', 1)

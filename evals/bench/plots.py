"""Draws the benchmark's plots: lines by number of passages or visitors, and bars by system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl

from evals.report.plots import BLUE, GRAY, new_figure, to_svg


def lines_plot(
    lines: Mapping[str, Sequence[tuple[float, float]]], label: str, across: str, up: str, *, logarithmic: str = "x"
) -> str:
    """Draw a line through (x, y) points for each name and return the SVG.

    label: the plot's name for screen readers. across, up: labels of the axes. logarithmic: which axes are, "", "x" or
    "xy".
    """
    figure, axes = new_figure(5.2, 3.4)
    for (name, points), color in zip(lines.items(), mpl.color_sequences["Dark2"], strict=False):
        axes.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name, color=color)
    if "x" in logarithmic:
        axes.set_xscale("log")
        ticks = sorted({point[0] for points in lines.values() for point in points})
        axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
        axes.minorticks_off()
    if "y" in logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(mpl.ticker.FormatStrFormatter("%g"))
    else:
        axes.set_ylim(0, None)
    axes.set(xlabel=across, ylabel=up)
    axes.grid(visible=True)
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
    return to_svg(figure, label)


def bars_plot(values: Mapping[str, float], label: str, across: str) -> str:
    """Draw a bar with its value for each name and return the SVG. across: the label of the axis."""
    figure, axes = new_figure(5.2, 0.8 + 0.42 * len(values))
    colors = [BLUE if number == 0 else GRAY for number in range(len(values))]
    bars = axes.barh(list(values), list(values.values()), color=colors)
    axes.bar_label(bars, labels=[f" {value:,.0f}" if value >= 100 else f" {value:.3g}" for value in values.values()])
    axes.margins(x=0.15)  # room for the longest bar's value
    axes.invert_yaxis()
    axes.set_xlabel(across)
    return to_svg(figure, label)

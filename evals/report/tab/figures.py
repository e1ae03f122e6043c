"""Draws line plots as SVG with a little arithmetic, so that `make demo` installs no plotting library.

Their text is real text, their colors follow the page (light, dark, forced), they need no script, and each is above a
table of the same numbers. Gradio's own plots draw on a canvas without a text alternative and load a megabyte of script.
matplotlib, which the report uses, would be one more package to install and update.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 20, 12, 46
# More points than this look the same.
_MOST_POINTS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """A named line through (x, y) points, x from 0 to 1. dotted: whether its points are marked."""

    name: str
    points: Sequence[tuple[float, float]]
    dotted: bool = False


def line_figure(
    name: str, lines: Sequence[Line], *, x_label: str, y_label: str, y_max: float = 1.0, diagonal: bool = False
) -> str:
    """Draw lines over x from 0 to 1 and y from 0 to `y_max`; return the legend and the SVG.

    name: the plot's name for screen readers. diagonal: whether to draw the line on which x equals y.
    """

    def x_of(x: float) -> float:
        return _LEFT + x * (_WIDTH - _LEFT - _RIGHT)

    def y_of(y: float) -> float:
        return _HEIGHT - _BOTTOM - y / y_max * (_HEIGHT - _TOP - _BOTTOM)

    parts = []
    for step in range(6):
        share = step / 5
        x, y = x_of(share), y_of(share * y_max)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share * y_max:.0%}</text>')
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{share:.0%}</text>')
    parts.append(f'<text x="{x_of(0.5):.1f}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(x_label)}</text>')
    middle = y_of(y_max / 2)
    parts.append(
        f'<text x="12" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 12 {middle:.1f})">'
        f"{escape(y_label)}</text>"
    )
    if diagonal:
        parts.append(
            f'<line class="diagonal" x1="{x_of(0):.1f}" y1="{y_of(0):.1f}" x2="{x_of(1):.1f}" y2="{y_of(1):.1f}"/>'
        )
    for number, line in enumerate(lines, start=1):
        places = [(x_of(x), y_of(y)) for x, y in _thinned(line.points)]
        parts.append(f'<polyline class="line-{number}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        if line.dotted:
            parts += [f'<circle class="line-{number}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places]
    keys = "".join(
        f'<li><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><line class="line-{number}" x1="0" x2="28" y1="4" '
        f'y2="4"/></svg>{escape(line.name)}</li>'
        for number, line in enumerate(lines, start=1)
    )
    return (
        f'<ul class="keys">{keys}</ul><svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(name)}. The numbers are in the table below.">{"".join(parts)}</svg>'
    )


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Keep at most about _MOST_POINTS points, evenly spaced, and always the last one."""
    step = max(1, len(points) // _MOST_POINTS)
    return [*points[:-1:step], *points[-1:]]

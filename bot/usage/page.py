"""Insights as one HTML page that loads nothing and runs no script."""

from __future__ import annotations

from pathlib import Path

from bot.templates import templates
from bot.usage.insights import MEANING, Insights, about, label, outcome_of, topic_label
from bot.usage.values import REASONS
from bot.usage.weeks import FEWEST


def page(insights: Insights) -> str:
    """Return the page."""
    environment = templates(Path(__file__).resolve().parent)
    environment.filters.update(label=label, outcome_of=outcome_of, about=about, topic=topic_label)
    template = environment.get_template("insights.html.jinja")
    return template.render(insights=insights, meaning=MEANING, reasons=REASONS, fewest=FEWEST)

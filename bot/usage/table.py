"""Insights as comma-separated values, one number or text per line, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from bot.usage.insights import Insights, PolicyInsights
from bot.usage.weeks import FEWEST

_HEAD = ("policy", "from", "to", "part", "name", "topic", "number")
# A spreadsheet runs a cell as a formula if it begins with one of these.
_FORMULA = ("=", "+", "-", "@", "|", "%")


def table(insights: Insights) -> str:
    """Return the table. The mark at its start tells spreadsheets that it is UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_HEAD)
    for of in insights.policies:
        period = (insights.since.isoformat(), insights.until.isoformat())
        for row in _rows(of, period):
            writer.writerow([safe_cell(cell) for cell in (of.policy, *row)])
    return f"\ufeff{file.getvalue()}"


def safe_cell(value: str | int) -> str | int:
    """Return a cell that a spreadsheet shows as text, whatever a visitor wrote."""
    if isinstance(value, int):
        return value
    text = " ".join(value.split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(of: PolicyInsights, period: tuple[str, str]) -> Iterator[tuple[str | int, ...]]:
    for outcome, number in of.outcomes.items():
        yield *period, "questions by outcome", outcome, "", number
    for language, number in of.languages.items():
        yield *period, "questions by language", language, "", number
    for topic in of.topics:
        name = "" if topic.topic else f"topics with fewer than {FEWEST} questions, or none"
        yield *period, "questions by topic", name, topic.topic or "", topic.number
    for week in of.weeks:
        days = (week.start.isoformat(), week.end.isoformat())
        for outcome, number in week.outcomes.items():
            yield *days, "week by outcome", outcome, "", number
        for name, number in (
            ("helpful", week.helpful),
            ("unhelpful", week.unhelpful),
            ("passed on", week.passed_on),
        ):
            yield *days, "week", name, "", number
    for verdicts in of.verdicts:
        for name, number in (
            ("helpful", verdicts.helpful),
            ("unhelpful", verdicts.unhelpful),
            *verdicts.reasons.items(),
        ):
            yield *period, f"verdicts: {verdicts.outcome}", name, "", number
    for group in of.groups:
        for question, times in zip(group.questions, group.times, strict=True):
            yield *period, "question without a good answer", question, group.topic or "", times
    for comment in of.comments:
        yield *period, f"comment: {'helpful' if comment.helpful else 'unhelpful'}", comment.comment or "", "", 1

"""Insights on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.types import Outcome
from bot.usage.insights import MEANING, Insights, PolicyInsights, about, label, outcome_of, topic_label
from bot.usage.values import REASONS
from bot.usage.weeks import FEWEST

_SHOWN = 10
_WEEK = ("|Questions", "|Answered", "|Not covered", "|Helpful", "|Unhelpful", "|Passed on")


def show_insights(insights: Insights, console: Console | None = None) -> None:
    """Print tables for a terminal: the largest groups and the first comments, and how many more there are."""
    console = console or Console()
    console.print(Text(f"From {insights.since} to {insights.until}", style="dim"))
    if not insights.policies:
        console.print("No questions were asked.")
    for of in insights.policies:
        console.print()
        languages = ", ".join(f"{language} {number}" for language, number in of.languages.items())
        console.print(Text(of.policy, style="bold cyan"), Text(f"questions: {of.asked} ({languages})"))
        for table in _tables(of):
            console.print(table)
        for comment in of.comments[:_SHOWN]:
            console.print(Text(f"“{comment.comment}”").append(f"  {about(comment)}", style="dim"))
        if len(of.comments) > _SHOWN:
            more = len(of.comments) - _SHOWN
            console.print(Text(f"and {more} more comments: see --html or --json", style="dim"))


def _tables(of: PolicyInsights) -> Iterator[Table | Text]:
    if of.outcomes:
        table = _table("Outcomes", "Outcome", "", "|Questions", "|Share")
        for outcome, number in of.outcomes.items():
            table.add_row(label(outcome), MEANING[outcome], str(number), f"{number / of.asked:.0%}")
        yield table
    if len(of.weeks) > 1:
        table = _table("Weeks", "From", *_WEEK)
        for week in of.weeks:
            numbers = (week.asked, week.outcomes.get(Outcome.ANSWERED, 0), week.outcomes.get(Outcome.NOT_COVERED, 0))
            table.add_row(str(week.start), *map(str, (*numbers, week.helpful, week.unhelpful, week.passed_on)))
        yield table
    if of.topics:
        table = _table("Topics", "Topic", "|Questions", "|Answered", "|Period before")
        for line in of.topics:
            before = "" if line.topic is None else str(line.before or f"under {FEWEST}")
            table.add_row(Text(topic_label(line.topic)), str(line.number), str(line.answered), before)
        yield table
        yield Text(f"Topics with fewer than {FEWEST} questions are added together.", style="dim")
    if of.verdicts:
        table = _table("Ratings", "Outcome", *(f"|{name.capitalize()}" for name in ("helpful", "unhelpful", *REASONS)))
        for verdicts in of.verdicts:
            reasons = (str(verdicts.reasons.get(reason, "")) for reason in REASONS)
            table.add_row(label(verdicts.outcome), str(verdicts.helpful), str(verdicts.unhelpful), *reasons)
        yield table
    if of.groups:
        table = _table("Shared questions without a good answer", "|Asked", "Question", "Outcome")
        for group in of.groups[:_SHOWN]:
            topic = f"\non {topic_label(group.topic)}" if group.topic else ""
            table.add_row(str(group.size), Text(group.name).append(topic, style="dim"), outcome_of(group))
        yield table
        if (more := len(of.groups) - _SHOWN) > 0:
            yield Text(f"and {more} smaller groups: see --html or --json", style="dim")
    if of.left_out:
        yield Text(f"{of.left_out} earlier questions are not grouped: shorten --since", style="dim")


def _table(title: str, *columns: str) -> Table:
    """Return an empty table. A column whose name starts with | holds numbers."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name.removeprefix("|"), justify="right" if name.startswith("|") else "left")
    return table

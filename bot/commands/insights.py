"""`askpolicy insights`: what visitors ask, what they think of the answers, and what gets no answer."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from bot.commands.command import Command, json_line, read_settings
from bot.types import AskPolicyError


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    period = parser.add_mutually_exclusive_group()
    period.add_argument(
        "--since",
        type=_days,
        metavar="DAYS",
        help="how many days to look back (default: the setting feedback.retention_days)",
    )
    period.add_argument("--weekly", action="store_true", help="report the last complete week, Monday to Sunday")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one self-contained page")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the report as a table for spreadsheets")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def _run(arguments: argparse.Namespace) -> int:
    """Write the report in the forms asked for, or print it."""
    from datetime import timedelta

    from bot.encoder.embedding import OnnxEmbedder
    from bot.encoder.files import encoder_bytes
    from bot.usage.insights import gather, last_week
    from bot.usage.opening import open_store
    from bot.usage.values import today

    settings = read_settings()
    with closing(open_store(settings)) as store:
        if not store.keeps_usage:
            raise AskPolicyError(
                "Nothing from visitors is kept, so there is nothing to report: set feedback.enabled to true and "
                "feedback.retention_days to 1 or more."
            )
        if not store.exists:
            raise AskPolicyError(
                f"There is no feedback database at {store.place} that you can read: `askpolicy serve` creates it with "
                "its first answer."
            )
        store.purge()  # A running service purges it; if the service is stopped, do not report what has expired.
        until = today()
        since = until - timedelta(days=arguments.since or settings.feedback.retention_days)
        if arguments.weekly:
            since, until = last_week()
        embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)
        insights = gather(store, embedder, since, until)
    notes = []
    if arguments.html:
        from bot.usage.page import page

        _write(arguments.html, page(insights), "--html")
        notes.append(f"Wrote {arguments.html}.")
    if arguments.csv:
        from bot.usage.table import table

        _write(arguments.csv, table(insights), "--csv")
        notes.append(f"Wrote {arguments.csv}.")
    if arguments.json:
        print(json_line(insights.to_json()))
    elif notes:
        print("\n".join(notes))
    else:
        from bot.usage.terminal import show_insights

        show_insights(insights)
    return 0


def _write(file: Path, text: str, option: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise AskPolicyError(
            f"{file} cannot be written ({error.strerror}): choose another path with {option}."
        ) from None


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 36_500):
        raise argparse.ArgumentTypeError(f"{text} is not a number of days: use a number from 1 to 36500")
    return int(text)


INSIGHTS = Command(
    "insights",
    "report what visitors ask, what they think of the answers, and what gets no answer",
    "askpolicy insights --weekly --html insights.html",
    _run,
    _add_arguments,
)

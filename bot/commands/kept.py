"""`askpolicy audit`, `export` and `delete`: what the service keeps, and who did what."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.command import Command, json_line, read_settings, say
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from bot.usage.store import Store
    from bot.usage.values import Audited, Count, Feedback, Switch, Unanswered


def _add_audit(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `audit`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")


def _add_export(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `export`."""
    parser.add_argument("file", type=Path, help="the file to write; it must not exist")


def _add_delete(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `delete`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--before", type=_day, metavar="DAY", help="what is older than a day, such as 2027-01-31")
    what.add_argument("--all", action="store_true", help="everything that visitors left")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _run_audit(arguments: argparse.Namespace) -> int:
    """Print the audit, the latest first."""
    with closing(_store()) as store:
        for audited in store.audit():
            if arguments.json:
                print(json_line(audited.to_json()))
            else:
                say(f"{audited.at:%Y-%m-%d %H:%M} UTC  {audited.who}  {audited.what}")
    return 0


def _run_export(arguments: argparse.Namespace) -> int:
    """Write everything that is kept."""
    from bot.usage.values import Audited
    from bot.usage.who import system_user

    file: Path = arguments.file
    with closing(_store()) as store:
        lines = list(_lines(store))
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise AskPolicyError(f"{file} exists and is not overwritten: choose another name.") from None
        except OSError as error:
            raise AskPolicyError(f"{file} cannot be written ({error.strerror}): choose another path.") from None
        try:
            store.note(Audited(system_user(), f"exported {len(lines):,} rows"))
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.writelines(f"{line}\n" for line in lines)
        except OSError as error:
            file.unlink()
            raise AskPolicyError(f"{file} cannot be written ({error.strerror}): choose another path.") from None
        except AskPolicyError:
            file.unlink()
            raise
    print(f"Wrote {len(lines):,} rows to {file}, which only you can read. It may contain visitors' words.")
    return 0


def _lines(store: Store) -> list[str]:
    kept: dict[str, Sequence[Count | Feedback | Unanswered | Switch | Audited]] = {
        "count": store.counts(date.min),
        "feedback": store.feedback(date.min),
        "unanswered": store.unanswered(date.min),
        "switch": store.switches(),
        "audit": store.audit(),
    }
    return [json_line({"kind": kind, **row.to_json()}) for kind, rows in kept.items() for row in rows]


def _run_delete(arguments: argparse.Namespace) -> int:
    """Delete what visitors left, once it is confirmed."""
    from bot.usage.who import system_user

    before: date | None = arguments.before
    days = f" before {before}" if before else ""
    with closing(_store()) as store:
        tables = (store.counts(date.min), store.feedback(date.min), store.unanswered(date.min))
        number = sum(before is None or row.day < before for rows in tables for row in rows)
        if not arguments.yes and not _confirmed(f"This deletes {number:,} rows{days}, beyond recovery."):
            print("Nothing was deleted.")
            return 1
        deleted = store.delete(before, system_user())
    print(f"Deleted what visitors left{days}: {deleted:,} rows.")
    return 0


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise AskPolicyError(f"{question} Add --yes to do it without a terminal.")
    print(question, "Type yes to continue: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def _store() -> Store:
    """Return the store. Raises AskPolicyError if there is none yet."""
    from bot.usage.opening import open_store

    store = open_store(read_settings())
    if not store.exists:
        raise AskPolicyError(
            f"There is no feedback database at {store.place} that you can read: nothing is kept there. If the service "
            "uses another one, run this with its settings."
        )
    return store


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day: write it as 2027-01-31") from None


AUDIT = Command(
    "audit",
    "print who paused, exported, or deleted what",
    "askpolicy audit",
    _run_audit,
    _add_audit,
)
EXPORT = Command(
    "export",
    "write everything that is kept to a file of JSON Lines that only you can read",
    "askpolicy export kept.jsonl",
    _run_export,
    _add_export,
)
DELETE = Command(
    "delete",
    "delete what visitors left, beyond recovery",
    "askpolicy delete --before 2027-01-01",
    _run_delete,
    _add_delete,
)

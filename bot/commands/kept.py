"""`askpolicy audit`, `export` and `delete`: what the service keeps, and who did what."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.guard.control_codes import escaped_in_json, without_control_codes
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from bot.usage.store import Store
    from bot.usage.values import Audited, Count, Feedback, Switch, Unanswered


def add_audit(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `audit`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `export`."""
    parser.add_argument("file", type=Path, help="the file to write; it must not exist")


def add_delete(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `delete`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--before", type=_day, metavar="DAY", help="what is older than a day, such as 2027-01-31")
    what.add_argument("--all", action="store_true", help="everything that visitors left")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run_audit(arguments: argparse.Namespace) -> int:
    """Print the audit, the latest first."""
    with closing(_store()) as store:
        for audited in store.audit():
            if arguments.json:
                print(_json_line(audited.to_json()))
            else:
                print(without_control_codes(f"{audited.at:%Y-%m-%d %H:%M} UTC  {audited.who}  {audited.what}"))
    return 0


def run_export(arguments: argparse.Namespace) -> int:
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
    print(f"Wrote {len(lines):,} rows to {file}, which only you can read. It may hold words of visitors.")
    return 0


def _lines(store: Store) -> list[str]:
    kept: dict[str, Sequence[Count | Feedback | Unanswered | Switch | Audited]] = {
        "count": store.counts(date.min),
        "feedback": store.feedback(date.min),
        "unanswered": store.unanswered(date.min),
        "switch": store.switches(),
        "audit": store.audit(),
    }
    return [_json_line({"kind": kind, **row.to_json()}) for kind, rows in kept.items() for row in rows]


def run_delete(arguments: argparse.Namespace) -> int:
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
    print(question, "Type yes to go on: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def _store() -> Store:
    """Return the store. Raises AskPolicyError if there is none yet."""
    from bot.settings import load_settings
    from bot.usage.opening import open_store

    store = open_store(load_settings())
    if not store.exists:
        raise AskPolicyError(
            f"There is no feedback database at {store.place} that you may read: nothing is kept there. If the service "
            "uses another one, run this with its settings."
        )
    return store


def _json_line(record: object) -> str:
    return escaped_in_json(json.dumps(record, ensure_ascii=False))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day: write it as 2027-01-31") from None

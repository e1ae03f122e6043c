"""`askpolicy database`: brings the tables of the shared database up to date, or back."""

from __future__ import annotations

import argparse
from contextlib import closing

from bot.commands.command import Command, read_settings
from bot.types import AskPolicyError


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `database`."""
    parser.add_argument(
        "--to", type=int, metavar="STEP", help="go to this step, which may be an earlier one; by default, to the last"
    )


def _run(arguments: argparse.Namespace) -> int:
    """Apply the steps that are missing, or take back those after `--to`."""
    url = read_settings().database.url
    if url is None:
        raise AskPolicyError(
            "There is no shared database: name one with the setting database.url (docs/shared-store.md), such as "
            "ASKPOLICY_DATABASE__URL=postgresql://askpolicy@db.example.org/askpolicy."
        )
    from bot.postgres import migrations
    from bot.postgres.connection import Database

    with closing(Database(url, writes=True)) as database, database.connected() as connection:
        before, after = migrations.migrate(connection, arguments.to)
        if before == after:
            print(f"The database {database.name} is at step {after} already: nothing to do.")
            return 0
        print(f"The database {database.name} was at step {before} and is now at step {after} of {migrations.latest()}.")
        if after < before:
            print(
                f"Rows of later steps are kept in the schema {migrations.KEPT}, and nothing deletes them there: if you "
                f"do not go forward again, run `DROP SCHEMA {migrations.KEPT} CASCADE`."
            )
    return 0


DATABASE = Command(
    "database",
    "create the tables of the shared database, or bring them up to date",
    "askpolicy database",
    _run,
    _add_arguments,
)

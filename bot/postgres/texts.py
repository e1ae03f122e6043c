"""The texts of all versions of a policy, in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.policies.versions import Recorded, version_of_text
from bot.postgres.connection import Connection


def put_texts(connection: Connection, policy: str, texts: Iterable[tuple[Recorded, str]]) -> None:
    """Add the texts of versions, oldest first, unless the database has them. connection: in a transaction."""
    for entry, text in texts:
        connection.execute(
            "INSERT INTO askpolicy.texts (policy, version, title, effective, updated, since, content) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (policy, entry.version, entry.title, entry.effective, entry.updated, entry.since, text.encode()),
        )


def get_texts(connection: Connection, policy: str, known: Collection[str]) -> tuple[list[Recorded], dict[str, bytes]]:
    """Return the versions of a policy, oldest first, and the texts of those that are not known yet, by version.

    A version whose text is damaged is left out.
    """
    rows = connection.execute(
        "SELECT version, title, effective, updated, since, CASE WHEN version <> ALL(%s) THEN content END "
        "FROM askpolicy.texts WHERE policy = %s ORDER BY number",
        (list(known), policy),
    ).fetchall()
    history, texts = [], {}
    for version, *columns, content in rows:
        if version not in known:
            # This also keeps anything but a checksum from becoming the name of a folder.
            if version_of_text(content) != version:
                continue
            texts[version] = bytes(content)
        history.append(Recorded(version, *columns))
    return history, texts

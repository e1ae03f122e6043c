"""The versions of a policy folder, and where each one is.

    manifest.toml, policy.txt, …  the version in use
    draft/                        the next version, complete, until it is published
    versions/history.json         all versions that were ever in use, oldest first
    versions/<version>/           another version, complete, with `as-read.txt`: the text that its citations point into
    .switch/                      a version that is being put in place; while it exists, it is the one in use

A version is named by the first 12 hex digits of the sha256 of its text, as an answer names it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.policies.differences import Alignment
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import read_own_file
from bot.policies.parsing import parse_policy
from bot.types import AskPolicyError, Changes, Policy, PolicyVersion

DRAFT, VERSIONS, SWITCH = "draft", "versions", ".switch"
HISTORY, AS_READ = "history.json", "as-read.txt"
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version in the history. since: the day on which it came into use, None if that was before there was a history.

    effective, updated: the dates that it names.
    """

    version: str
    title: str
    effective: str | None
    updated: str | None
    since: str | None

    @classmethod
    def of(cls, policy: Policy, since: str | None) -> Recorded:
        """Return the entry of a policy."""
        return cls(version_of(policy), policy.title, policy.effective, policy.updated, since)


def version_of(policy: Policy) -> str:
    """Return the name of a policy's version."""
    return PolicyVersion.of(policy).version


def version_of_text(data: bytes) -> str:
    """Return the name of the version with this text."""
    return hashlib.sha256(data).hexdigest()[:12]


def home_of(folder: Path) -> Path:
    """Return the policy folder that a folder with a version of it belongs to; the folder itself if it is one."""
    if folder.name in (DRAFT, SWITCH):
        home = folder.parent
    elif folder.parent.name == VERSIONS:
        home = folder.parent.parent
    else:
        return folder
    return home if (home / MANIFEST).is_file() else folder


def place_of(folder: Path) -> str:
    """Return where a version is in its policy folder, such as `draft`; "" for the one in use."""
    place = folder.relative_to(home_of(folder)).as_posix()
    return "" if place in (".", SWITCH) else place


def in_use(folder: Path) -> Path:
    """Return the folder with the files of the version in use."""
    return folder / SWITCH if (folder / SWITCH / MANIFEST).is_file() else folder


def read_history(folder: Path) -> tuple[Recorded, ...]:
    """Return all versions of a policy folder, oldest first; none if it never had another one.

    Raises AskPolicyError if the history cannot be read.
    """
    # Written before `.switch` appears, and renamed after: see `bot.policies.switching`.
    path = folder / VERSIONS / (f"next-{HISTORY}" if (folder / SWITCH).is_dir() else HISTORY)
    if not path.exists() and not (path := folder / VERSIONS / HISTORY).exists():
        return ()
    try:
        return tuple(Recorded(**record) for record in json.loads(read_own_file(path)))
    except (ValueError, TypeError):
        raise AskPolicyError(f"{path} is not a history of versions: restore it from a copy, or delete it.") from None


def history_bytes(entries: Iterable[Recorded]) -> bytes:
    """Return the content of the history's file."""
    return json.dumps([dataclasses.asdict(entry) for entry in entries], ensure_ascii=False, indent=1).encode() + b"\n"


def before(history: Iterable[Recorded], version: str) -> Recorded | None:
    """Return the version before another one, or None."""
    entries = list(history)
    names = [entry.version for entry in entries]
    return entries[names.index(version) - 1] if version in names[1:] else None


def after(history: Iterable[Recorded], version: str) -> Recorded | None:
    """Return the version after another one, or None."""
    return before(reversed(list(history)), version)


def read_earlier(folder: Path, entry: Recorded, id: str) -> Policy:
    """Return a version that is not in use, as it was read then. id: of the policy.

    Raises AskPolicyError if it is not kept, or is not the text that its name promises.
    """
    path = folder / VERSIONS / entry.version / AS_READ
    if not _ID.fullmatch(entry.version):
        raise AskPolicyError(f"“{entry.version[:40]}” is not the name of a version.")
    data = read_own_file(path)
    if version_of_text(data) != entry.version:
        raise AskPolicyError(f"{path} is not the text of version {entry.version}: restore it from a copy.")
    return parse_policy(
        data.decode("utf-8"), id=id, title=entry.title, effective=entry.effective, updated=entry.updated
    )


def kept_texts(folder: Path, policy: Policy) -> list[tuple[Recorded, str]]:
    """Return the versions of a policy folder whose text is known, with it: oldest first, and always the one in use.

    policy: that one. An earlier version that cannot be read is left out: it must not stop the one in use.
    """
    history, own = read_history(folder), Recorded.of(policy, None)
    if own.version not in {entry.version for entry in history}:
        history = (*history, own)
    found = []
    for entry in history:
        with suppress(AskPolicyError):
            read = policy if entry.version == own.version else read_earlier(folder, entry, policy.id)
            found.append((entry, read.text))
    return found


def changes_of(policy: Policy, folder: Path) -> Changes | None:
    """Return what a policy's version changed, or None if no version before it is known.

    folder: of the policy. An earlier version that cannot be read counts as unknown: it must not stop the one in use.
    """
    try:
        history = read_history(folder)
        earlier = before(history, version_of(policy))
        if earlier is None:
            return None
        old = read_earlier(folder, earlier, policy.id)
    except AskPolicyError:
        return None
    own = {entry.version: entry for entry in history}[version_of(policy)]
    dates = ((policy.updated, old.updated), (policy.effective, old.effective))
    date = next((new for new, was in dates if new and new != was), own.since)
    if date is None:
        return None
    alignment = Alignment(old, policy)
    return Changes(earlier.version, date, alignment.new_or_changed, len(alignment.removed))

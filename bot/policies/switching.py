"""Puts another version of a policy folder in place of the one in use, as a whole.

The files cannot be replaced in one step, but a folder can be renamed in one. So the new version is written to a folder
of its own, which is then renamed to `.switch`. At this moment, it becomes the version in use. After that, its files are
copied to their places. If this is interrupted, the next command completes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.policies.manifest import NAME as MANIFEST
from bot.policies.versions import (
    AS_READ,
    DRAFT,
    HISTORY,
    SWITCH,
    VERSIONS,
    Recorded,
    history_bytes,
    read_history,
    version_of,
)
from bot.policies.writing import replace_file, sync_folder
from bot.types import AskPolicyError, Policy

# The list of what could not be carried over belongs to a draft only.
UNPLACED = "unplaced.toml"
_OWN_FILES = frozenset({AS_READ, UNPLACED})


def files_of(folder: Path) -> list[Path]:
    """Return the files of a version, by name, without folders and without files whose names start with a period."""
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name not in _OWN_FILES and (path.is_symlink() or path.is_file())
    )


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Keep others from changing the versions of a policy folder, and complete a switch that was interrupted.

    Raises AskPolicyError if the folder cannot be written.
    """
    try:
        (folder / VERSIONS).mkdir(exist_ok=True)
        with (folder / VERSIONS / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _finish(folder)
            yield
    except OSError as error:
        raise AskPolicyError(
            f"{error.filename or folder} cannot be written ({error.strerror}): free up space, or allow it. Run the "
            "command again to complete it; until then, the policy stays whole."
        ) from None


def put_draft(folder: Path, scratch: Path) -> None:
    """Make a complete version the draft of a policy folder, in place of an earlier draft."""
    _sync(scratch)
    _remove(folder / DRAFT)
    os.replace(scratch, folder / DRAFT)
    sync_folder(folder)


def switch(folder: Path, source: Path, old: Policy, new: Policy, today: str) -> None:
    """Replace the version in use by another, and keep the old one. Call it within `changing`.

    source: the folder of the new version, in the same policy folder. If it is the draft, the draft is gone afterward.
    old, new: the policies.
    today: the day, in ISO form.
    """
    versions = folder / VERSIONS
    _keep(folder, versions / version_of(old), old)
    next_history = versions / f"next-{HISTORY}"
    next_history.write_bytes(history_bytes(_with(read_history(folder), old, new, today)))
    if source.parent == folder:
        scratch = source
    else:
        scratch = folder / ".switching"
        _remove(scratch)
        scratch.mkdir()
        for path in files_of(source):
            shutil.copy2(path, scratch / path.name)
    _sync(versions)
    _sync(scratch)
    os.replace(scratch, folder / SWITCH)  # now the new version is in use
    sync_folder(folder)
    _finish(folder)


def _with(history: tuple[Recorded, ...], old: Policy, new: Policy, today: str) -> list[Recorded]:
    """Return the history with a new version at its end, after the one in use. If it is already there, nothing moves."""
    names = [entry.version for entry in history]
    if version_of(new) in names:
        return [*history, *([] if version_of(old) in names else [Recorded.of(old, None)])]
    in_use = next((entry for entry in history if entry.version == version_of(old)), Recorded.of(old, None))
    others = [entry for entry in history if entry.version != in_use.version]
    return [*others, in_use, Recorded.of(new, today)]


def _keep(folder: Path, place: Path, policy: Policy) -> None:
    """Copy the version in use to its place among the versions."""
    scratch = place.with_name(".keeping")
    _remove(scratch)
    scratch.mkdir()
    for path in files_of(folder):
        shutil.copy2(path, scratch / path.name)
    (scratch / AS_READ).write_bytes(policy.text.encode("utf-8"))
    _sync(scratch)
    _remove(place)
    os.replace(scratch, place)
    sync_folder(place.parent)


def _finish(folder: Path) -> None:
    """Copy the files of `.switch` to their places, and then remove it."""
    new = folder / SWITCH
    if not (new / MANIFEST).is_file():
        return
    there = files_of(new)
    for path in there:
        replace_file(folder / path.name, path.read_bytes())
    names = {path.name for path in there}
    for path in files_of(folder):
        if path.name not in names:
            path.unlink()
    next_history = folder / VERSIONS / f"next-{HISTORY}"
    if next_history.exists():
        os.replace(next_history, folder / VERSIONS / HISTORY)
        sync_folder(folder / VERSIONS)
    sync_folder(folder)
    _remove(new)


def _remove(folder: Path) -> None:
    """Remove a folder. Its name disappears first, so that nobody sees a part of it."""
    if folder.exists():
        gone = folder.with_name(f".removed-{os.getpid()}")
        shutil.rmtree(gone, ignore_errors=True)
        os.replace(folder, gone)
        shutil.rmtree(gone)


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)

"""Folders, files and lists -> the policies to build, each with its id and the state of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.building.results import Failed
from bot.policies.folder import find_policy, policy_id
from bot.policies.hosts import is_web_address
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.readers.kinds import ENDINGS
from bot.settings import Settings
from bot.types import AskPolicyError


@dataclass(frozen=True, slots=True)
class Source:
    """A policy to build.

    name: an absolute path, or an address. id: the policy's. state: a digest of the state of its files.
    """

    name: str
    id: str
    state: str

    @property
    def key(self) -> str:
        """Return what identifies the policy as it is now. A policy that changes gets another key."""
        return f"{self.id}:{self.state}"


def find_sources(names: Sequence[str], settings: Settings) -> tuple[list[Source], list[Failed]]:
    """Return the policies that the names lead to, in order, and those whose id cannot be read.

    names: of policies under `corpus`, or paths of policy folders, of folders with policies in them, or of files, or
    addresses. Raises AskPolicyError if a name leads to nothing, or if two policies have the same id.
    """
    sources: dict[str, Source] = {}
    failed = []
    for name in dict.fromkeys(_expand(names, settings)):
        try:
            id = policy_id(name, settings.corpus, settings.fetch)
            source = Source(name, id, _state(name, settings))
        except (AskPolicyError, OSError) as error:
            failed.append(Failed(name, str(error)))
            continue
        if (other := sources.setdefault(id, source)) is not source:
            raise AskPolicyError(
                f"{other.name} and {name} are both policies with the id '{id}', so one would replace the other: "
                "give one of them another id in its manifest, or another file name."
            )
    if not sources and not failed:
        raise AskPolicyError(f"There is no policy in {', '.join(names)}: name policy folders, or files.")
    return list(sources.values()), failed


def read_list(lines: Iterable[str]) -> list[str]:
    """Return the names in a list, one on each line. Empty lines and lines that begin with # are comments."""
    return [name for line in lines if (name := line.strip()) and not name.startswith("#")]


def _expand(names: Sequence[str], settings: Settings) -> Iterator[str]:
    for name in names:
        path = Path(name)
        if is_web_address(name):
            yield name
        elif path.is_dir() and not (path / MANIFEST).is_file() and not (settings.corpus / name / MANIFEST).is_file():
            yield from map(str, _policies_in(path.absolute()))
        elif (settings.corpus / name / MANIFEST).is_file():
            yield str((settings.corpus / name).absolute())
        elif not path.exists():
            find_policy(name, settings.corpus)  # raises the error that says what could be meant
        else:
            yield str(path.absolute())


def _policies_in(folder: Path) -> Iterator[Path]:
    """Yield the policy folders and the files in a folder and its subfolders. Links to folders are not followed."""
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        raise AskPolicyError(f"The folder {folder} cannot be read ({error.strerror}): allow it.") from None
    for child in children:
        if child.name.startswith("."):
            continue
        if (child / MANIFEST).is_file():
            yield child
        elif child.is_dir() and not child.is_symlink():
            yield from _policies_in(child)
        elif child.suffix.lower() in ENDINGS and child.is_file():
            yield child


def _state(name: str, settings: Settings) -> str:
    """Return a digest of the names, sizes and times of a policy's files. A page has none: it is always read again."""
    if is_web_address(name):
        return ""
    path = find_policy(name, settings.corpus)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    states = [(file.name, (stat := file.stat()).st_size, stat.st_mtime_ns) for file in files if file.is_file()]
    return hashlib.sha256(repr(states).encode()).hexdigest()[:16]

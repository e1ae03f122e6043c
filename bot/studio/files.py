"""The files of a policy folder: what they hold now, and edits that never overwrite somebody else's.

All state is in these files. Each edit replaces one of them in one step. It is refused if any of them has changed since
the page that it comes from was made.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.policies.anchors import Anchors
from bot.policies.answers_file import AnswersFile
from bot.policies.folder import find_policy, read_text
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import read_manifest, read_own_file
from bot.policies.questions import NAME as QUESTIONS
from bot.policies.reviewed import NAME as ANSWERS
from bot.policies.reviewed import AnswerEntry, parse_reviewed
from bot.policies.versions import DRAFT, home_of
from bot.policies.wording import NAME as WORDING
from bot.policies.writing import replace_file
from bot.settings import Settings
from bot.studio.words import rewritten
from bot.topics.catalog import policy_topic_ids
from bot.types import AskPolicyError, Policy

_EDITED = (ANSWERS, QUESTIONS, WORDING)


class ChangedError(AskPolicyError):
    """The files have changed since the page was made, so an edit could undo somebody else's."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a policy folder holds. revision: a digest of all its files. policy: without labels.

    entries: the reviewed answers and drafts. anchors: of the policy's statements. asked: the visitor questions, as the
    file has them.
    """

    revision: str
    policy: Policy
    entries: tuple[AnswerEntry, ...]
    anchors: Anchors
    asked: tuple[dict[str, Any], ...]

    def entry(self, topic: str) -> AnswerEntry | None:
        """Return the reviewed answer or draft for a topic."""
        return next((entry for entry in self.entries if topic in entry.ids), None)

    @property
    def known(self) -> frozenset[str]:
        """Return the visitor questions and the ways to ask about own topics, case-folded."""
        own = (question for entry in self.entries for question in entry.questions)
        return frozenset(map(str.casefold, (*(record["question"] for record in self.asked), *own)))


class Files:
    """A policy folder. Threads can share it."""

    def __init__(self, name: str, settings: Settings) -> None:
        """Find the folder. name: see `find_policy`. Raises AskPolicyError if it is not a policy folder.

        is_draft: whether it is the next version of another folder, which visitors do not get yet.
        """
        self.name = name
        self.folder = find_policy(name, settings.corpus)
        if self.folder.is_file():
            raise AskPolicyError(
                f"{self.folder} is a single file, and the studio needs a policy folder: put it into a folder with a "
                "manifest.toml."
            )
        self.is_draft = self.folder.name == DRAFT and home_of(self.folder) != self.folder
        self._lock = threading.RLock()
        self._seen: tuple[object, ...] = ()
        self._contents: Contents | None = None
        self._policy: tuple[str, Policy, Anchors] | None = None

    def go_home(self) -> None:
        """Continue with the version in use, after the draft has replaced it."""
        with self._lock:
            self.folder, self.name = home_of(self.folder), self.name.rstrip("/").removesuffix(f"/{DRAFT}")
            self.is_draft = False
            self._seen, self._contents, self._policy = (), None, None

    def read(self) -> Contents:
        """Return what the folder holds now. Raises AskPolicyError if a file cannot be read."""
        with self._lock:
            manifest = read_manifest(self.folder)
            paths = [self.folder / name for name in (MANIFEST, manifest.text, *_EDITED)]
            seen = tuple(_signature(path) for path in paths)
            if self._contents is None or seen != self._seen:
                self._contents = self._parse([_bytes(path) for path in paths])
                self._seen = seen
            return self._contents

    def _parse(self, data: list[bytes]) -> Contents:
        *source, answers, questions, wording = data
        policy, anchors = self._read_policy(_digest([*source, wording]))
        return Contents(
            _digest(data),
            policy,
            parse_reviewed(answers, self.folder / ANSWERS, policy_topic_ids()),
            anchors,
            _records(questions, self.folder / QUESTIONS),
        )

    def _read_policy(self, digest: str) -> tuple[Policy, Anchors]:
        """Read the policy, unless it is the one that was read last."""
        if self._policy is None or self._policy[0] != digest:
            policy = read_text(self.folder, read_manifest(self.folder))[0].policy
            self._policy = digest, policy, Anchors(policy)
        return self._policy[1:]

    def put_answer(self, revision: str, topic: str, entry: AnswerEntry) -> None:
        """Replace the answer or draft that has a topic, or add one.

        Other topics that share a silent answer keep it, since one topic says nothing about another.
        revision: of the contents that the edit is made to. Raises ChangedError if they have changed.
        """
        with self._editing(revision):
            file = AnswersFile(self.folder, policy_topic_ids())
            old = file.find(topic)
            if old is not None and old.verdict == "silent":
                _leave(file, old, entry.ids)
            file.put(topic, entry)
            file.write()

    def remove_answer(self, revision: str, topic: str) -> None:
        """Remove the answer or draft of a topic. Other topics that share it keep it. See `put_answer`."""
        with self._editing(revision):
            file = AnswersFile(self.folder, policy_topic_ids())
            if (old := file.find(topic)) is not None:
                _leave(file, old, (topic,))
            file.remove(topic)
            file.write()

    def add_questions(self, revision: str, records: Iterable[dict[str, Any]]) -> None:
        """Add visitor questions at the end of the file, all or none. See `put_answer`."""
        with self._editing(revision):
            path = self.folder / QUESTIONS
            data = _bytes(path)
            lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8")
            replace_file(path, data + (b"" if not data or data.endswith(b"\n") else b"\n") + lines)

    def put_words(self, revision: str, language: str, words: Mapping[tuple[str, str], str]) -> None:
        """Replace own texts of a language. See `put_answer` and `bot.studio.words.rewritten`."""
        with self._editing(revision):
            path = self.folder / WORDING
            replace_file(path, rewritten(_bytes(path), path, language, words))

    @contextmanager
    def _editing(self, revision: str) -> Iterator[None]:
        with self._lock:
            if self.read().revision != revision:
                raise ChangedError(
                    "The files in this folder have changed since this page was opened, so nothing was saved: copy what "
                    "you typed if you still need it, then reload the page."
                )
            yield


def _leave(file: AnswersFile, entry: AnswerEntry, topics: Collection[str]) -> None:
    """Remove topics from an entry that has others."""
    if others := tuple(topic for topic in entry.topics if topic not in topics):
        file.put(entry.topics[0], entry.model_copy(update={"topics": others}))


def _signature(path: Path) -> object:
    """Return what changes when a file is written to or replaced."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _bytes(path: Path) -> bytes:
    return read_own_file(path) if path.exists() or path.is_symlink() else b""


def _digest(parts: list[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:32]


def _records(data: bytes, path: Path) -> tuple[dict[str, Any], ...]:
    records = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not isinstance(record.get("question"), str):
            raise AskPolicyError(f"{path}, line {number}, is not a visitor question: correct or remove that line.")
        records.append(record)
    return tuple(records)

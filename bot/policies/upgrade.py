"""Rewrites the labels of a policy folder: numbers of older versions become words, and words follow what has changed.

Only labels whose statement clearly says the same are moved. The others stay as they are and are reported.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.policies.anchors import Anchor, Anchors, UnplacedError, is_number, shown
from bot.policies.folder import find_policy, read_text
from bot.policies.label_files import LabeledLines, LabeledTables
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import read_manifest
from bot.policies.numbered.blocks import read_blocks
from bot.policies.numbered.statements import Statement, read_statements
from bot.policies.placing import Placer
from bot.policies.reviewed import NAME as ANSWERS
from bot.policies.reviewed import read_reviewed
from bot.policies.writing import replace_file
from bot.types import AskPolicyError, Policy, Quote, statement_text


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the labels with the same words. was: the words. now: the new anchors, empty if unplaced.

    why: the reason if unplaced. where: file, line and key of each label.
    """

    was: str
    now: tuple[Anchor, ...]
    why: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The result of `upgrade`. files: the new content of each file that changes, by path.

    labels: how many there are. numbers: how many were numbers. changes: labels whose words change or that are unplaced.
    text_changed: the sha256 of the text, if the manifest has another. leave_open: the topics whose review says that
    something is not in the policy, if the text has changed: nobody has read it for them.
    """

    policy: Policy
    files: dict[Path, bytes]
    labels: int
    numbers: int
    changes: tuple[Change, ...]
    text_changed: str | None
    leave_open: tuple[str, ...]

    def write(self) -> None:
        """Replace the files, each in one step, so that none is ever half written. Running again finishes the rest."""
        for path, data in self.files.items():
            replace_file(path, data)


def upgrade(name: str, corpus: Path, *, same_text: bool = False) -> Upgrade:
    """Work out the new labels of a policy folder. Nothing is written before `Upgrade.write`.

    name: see `load_policy_folder`. same_text: see `Placer`. Raises AskPolicyError if a file cannot be read, or if
    labels are numbers and the text is not the one that they were written for.
    """
    folder = find_policy(name, corpus)
    if folder.is_file():
        raise AskPolicyError(f"{folder} is a single file and has no labels: name a policy folder.")
    manifest = read_manifest(folder)
    read, sha256 = read_text(folder, manifest)
    files: list[LabeledTables | LabeledLines] = [
        LabeledTables(folder / MANIFEST, "caveats", "caveat", ("of", "cite", "unless"))
    ]
    entries = read_reviewed(folder)
    if entries:
        files.append(LabeledTables(folder / ANSWERS, "answers", "answer", ("cite",)))
    files += map(LabeledLines, sorted(folder.glob("*.jsonl")))
    values = [(where, value) for file in files for where, value in file.labels()]
    if sha256 != manifest.sha256 and any(is_number(value) for _, value in values):
        raise AskPolicyError(
            f"The labels of '{manifest.id}' are numbers, and its text has changed since they were written, so nobody "
            f"can tell what they mean: restore the text with the sha256 {manifest.sha256}, then run "
            f"`askpolicy upgrade {shlex.quote(name)}` again."
        )
    rewriter = _Rewriter(read.policy, values, same_text)
    for file in files:
        file.rewrite(rewriter.new)
    return Upgrade(
        read.policy,
        {file.path: file.data() for file in files if file.changed},
        len(values),
        sum(is_number(value) for _, value in values),
        rewriter.changes(),
        None if sha256 == manifest.sha256 else sha256,
        () if sha256 == manifest.sha256 else tuple(t for e in entries if e.reviewed and e.leaves_open for t in e.ids),
    )


class _Rewriter:
    """Gives the new anchors of a label, and remembers what changed."""

    def __init__(self, policy: Policy, values: Iterable[tuple[str, Any]], same_text: bool) -> None:
        self._anchors = Anchors(policy)
        self._text = policy.text
        self._numbered: list[Statement] = []
        anchors = []
        for where, value in values:
            if not is_number(value):
                anchors.append(_parse(value, where))
                continue
            self._numbered = self._numbered or read_statements(policy.text, read_blocks(policy.text))
            if not 0 <= value < len(self._numbered):
                raise AskPolicyError(
                    f"{where} names the statement {value}, and the policy has 0 to {len(self._numbered) - 1}: correct "
                    "that number."
                )
        self._placer = Placer(policy, self._anchors, anchors, same_text=same_text)
        self._new: dict[tuple[int | Anchor, bool], tuple[str, tuple[Anchor, ...], str]] = {}
        self._where: dict[tuple[int | Anchor, bool], list[str]] = {}

    def new(self, value: Any, where: str, one: bool) -> list[Any]:
        """Return the anchors that replace a label, as files have them; the label itself if it is unplaced.

        one: the label must name one statement.
        """
        label: int | Anchor = value if is_number(value) else _parse(value, where)
        key = label, one
        if key not in self._new:
            was, now, why = self._number(label) if isinstance(label, int) else self._anchor(label)
            if one and len(now) > 1:
                now, why = (), f"it was divided in {len(now)}: choose one for “of”, or write a caveat for each"
            self._new[key] = was, now, why
        was, now, _ = self._new[key]
        self._where.setdefault(key, []).append(where)
        if not now:
            return [was if is_number(value) else value]
        return [anchor.to_json() for anchor in now]

    def changes(self) -> tuple[Change, ...]:
        """Return what changed and what is unplaced."""
        found: dict[tuple[str, tuple[Anchor, ...], str], list[str]] = {}
        for key, (was, now, why) in self._new.items():
            if why or [anchor.words for anchor in now] != [was]:
                found.setdefault((was, now, why), []).extend(self._where[key])
        return tuple(Change(*change, tuple(where)) for change, where in found.items())

    def _anchor(self, anchor: Anchor) -> tuple[str, tuple[Anchor, ...], str]:
        try:
            places = self._placer.place(anchor)
        except UnplacedError as error:
            return anchor.words, (), str(error)
        if self._anchors.places(anchor.words):
            return anchor.words, (anchor,), ""
        return anchor.words, tuple(map(self._anchors.at, places)), ""

    def _number(self, number: int) -> tuple[str, tuple[Anchor, ...], str]:
        statement = self._numbered[number]
        own, *context = (
            Quote(self._text[start:end], start, end) for start, end in (statement.span, *statement.context)
        )
        was = statement_text(own, context)
        try:
            return was, tuple(map(self._anchors.at, self._placer.overlapping(statement.span))), ""
        except UnplacedError as error:
            return was, (), f"{shown(was)}: {error}"


def _parse(value: object, where: str) -> Anchor:
    try:
        return Anchor.parse(value)
    except ValueError as error:
        raise AskPolicyError(f"{where}: {error}.") from None

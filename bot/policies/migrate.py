"""The next version of a policy folder: a new text, with everything that its owner wrote about the old one.

A label follows its statement if that clearly says the same (`bot.policies.carrying`). If a statement that is needed is
gone or changed, questions and caveats are left out and listed in `unplaced.toml`, and reviewed answers become drafts,
to be read again. Nothing is ever attached to other words.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from bot.policies.anchors import Anchor, fold, is_number
from bot.policies.answers_file import AnswersFile
from bot.policies.carrying import Carried, Carrier
from bot.policies.differences import Alignment, Difference
from bot.policies.folder import load_policy_folder, read_text
from bot.policies.label_files import LabeledLines, LabeledTables
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import read_manifest, read_toml
from bot.policies.reviewed import NAME as ANSWERS
from bot.policies.reviewed import AnswerEntry, read_reviewed
from bot.policies.source import read_source
from bot.policies.switching import UNPLACED, files_of
from bot.settings import FetchSettings
from bot.types import AskPolicyError, Policy

# What a caveat or a question cannot do without.
_NEEDED = frozenset({"evidence", "of", "cite"})
# Verdicts that say that something is not in the policy, which any new words can make wrong.
_SAY_NOTHING = {"silent": "does not mention the topic", "partly": "leaves a part of the topic open"}
# An answer -> those of its topics that the new words come near.
Near = Callable[[AnswerEntry], frozenset[str]]
# The next version, the indexes of what is new in it or under another heading, and the words that are new in changed
# statements -> `Near`.
MakeNear = Callable[[Policy, Sequence[int], Sequence[str]], Near]
_DATES = ("effective", "updated")
_SHOWN_PLACES = 3
_HEAD = """\
What `askpolicy migrate` could not carry over. `statements` are those that labels named and that no longer say the same.
If one does say the same to a reader, set `same = true` and run `askpolicy migrate` again with `--accept`: its labels
then follow. `left_out` is what needs them, as it was in its file. Or write it there with words that `askpolicy
statements` prints for the draft. Delete this file when you are done.
"""


@dataclass(frozen=True, slots=True)
class NewText:
    """The file of a new text. suffix: for its name, such as ".html"."""

    data: bytes
    suffix: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is left out because a statement is unplaced. file, number: where it was; text: as it was there."""

    file: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """A reviewed answer that is a draft now. topics: its topics. why: one sentence.

    leaves_open: whether it says that something is not in the policy, which new words may say.
    """

    topics: tuple[str, ...]
    why: str
    leaves_open: bool = False


@dataclass
class Migration:
    """The next version, and what became of each label. labels: how many there are.

    new_words: the indexes of the new version's statements that say something that the old one does not.
    places: file, number and key of each label, by what became of it, except those of drafts. kept: the topics of the
    reviewed answers that stay reviewed. untouched: those of them that the policy does not mention, or not in full, and
    that the new words do not come near. shortened: the topics of each draft from which a statement was removed.
    dates: what the manifest said and what the new text says, by key.
    """

    old: Policy
    new: Policy
    differences: tuple[Difference, ...]
    new_words: tuple[int, ...] = ()
    labels: int = 0
    places: dict[Carried, list[str]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    unreviewed: list[Unreviewed] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    untouched: list[str] = field(default_factory=list)
    shortened: list[tuple[str, ...]] = field(default_factory=list)
    dates: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    @property
    def unplaced(self) -> list[Carried]:
        """Return the statements that labels named and that no longer say the same."""
        return [carried for carried in self.places if not carried.now]

    @property
    def noted(self) -> list[Carried]:
        """Return the statements whose labels were carried over although the statements changed a little."""
        return [carried for carried in self.places if carried.note]


def read_new_text(source: str, fetching: FetchSettings) -> NewText:
    """Read a new text from a file or from the address of a page. Raises AskPolicyError if it cannot be read."""
    found = read_source(source, fetching)
    return NewText(found.data, Path(found.name).suffix)


def read_accepted(path: Path) -> dict[str, str]:
    """Return the statements of a list of unplaced ones that its reader accepted: old words -> new words.

    Raises AskPolicyError if it cannot be read.
    """
    try:
        return {fold(each["was"]): each["became"] for each in read_toml(path)["statements"] if each.get("same") is True}
    except (KeyError, TypeError, AttributeError):
        raise AskPolicyError(f"{path} is not a list that `askpolicy migrate` wrote: name its {UNPLACED}.") from None


def places_shown(places: Sequence[str]) -> str:
    """Return the first places of labels, and how many more there are."""
    more = len(places) - _SHOWN_PLACES
    return "; ".join(places[:_SHOWN_PLACES]) + (f"; and {more} more" if more > 0 else "")


def migrate(
    name: str,
    corpus: Path,
    new_text: NewText,
    into: Path,
    accepted: Mapping[str, str] | None = None,
    make_near: MakeNear | None = None,
) -> Migration:
    """Write the next version of a policy folder. The folder itself is not changed.

    into: a folder that does not exist yet. accepted: see `read_accepted`. make_near: tells which topics new words come
    near; without it, they count as near every topic. Raises AskPolicyError if a file cannot be read, or if the labels
    of the old version do not fit.
    """
    read = load_policy_folder(name, corpus)
    if read.path is None:
        raise AskPolicyError(f"{name} is a single file and has no labels: name a policy folder.")
    into.mkdir()
    for path in files_of(read.path):
        shutil.copyfile(path, into / path.name)
    new, dates = _put_text(into, new_text)
    alignment = Alignment(read.policy, new)
    done = Migration(read.policy, new, alignment.differences(), alignment.new_or_changed, dates=dates)
    new_words = alignment.new_or_changed_or_moved, alignment.added_words
    _Labels(into, alignment, done, accepted or {}, make_near(new, *new_words) if make_near else _all_topics).carry()
    _write_unplaced(into, done)
    load_policy_folder(str(into), into)  # raises if anything does not fit
    return done


def _put_text(into: Path, new_text: NewText) -> tuple[Policy, dict[str, tuple[str, str | None]]]:
    """Put the new text and its dates into the folder's manifest. Return the policy, and the dates that change."""
    path = into / MANIFEST
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    name = Path(str(document["text"])).with_suffix(new_text.suffix).name
    (into / str(document["text"])).unlink()
    (into / name).write_bytes(new_text.data)
    had = {key: str(document.pop(key)) for key in _DATES if key in document}
    document["text"], document["sha256"] = name, hashlib.sha256(new_text.data).hexdigest()
    path.write_bytes(tomlkit.dumps(document).encode("utf-8"))
    policy = read_text(into, read_manifest(into))[0].policy
    now = {"effective": policy.effective, "updated": policy.updated}
    return policy, {key: (old, now[key]) for key, old in had.items() if now[key] != old}


def _all_topics(answer: AnswerEntry) -> frozenset[str]:
    return frozenset(answer.ids)


class _Labels:
    """The labels of the next version, while they are carried over."""

    def __init__(
        self, into: Path, alignment: Alignment, done: Migration, accepted: Mapping[str, str], near: Near
    ) -> None:
        self._done, self._alignment, self._near = done, alignment, near
        self._divided: list[list[str]] = []
        self._caveats = LabeledTables(into / MANIFEST, "caveats", "caveat", ("of", "cite", "unless"))
        self._into, self._entries = into, read_reviewed(into)
        self._answers = None
        if (into / ANSWERS).exists():
            self._answers = LabeledTables(into / ANSWERS, "answers", "answer", ("cite",))
        self._lines = [LabeledLines(path) for path in sorted(into.glob("*.jsonl"))]
        answers = [self._answers] if self._answers else []
        self._files: list[LabeledTables | LabeledLines] = [self._caveats, *answers, *self._lines]
        known = {Anchor.parse(value) for file in self._files for _, value in file.labels() if not is_number(value)}
        placed = [Anchor(words) for words in alignment.old.words]
        self._carrier = Carrier(done.old, done.new, alignment, known & set(placed), accepted)

    def carry(self) -> None:
        """Carry all labels over, and write the files."""
        for file in self._files:
            if file is self._answers:
                self._carry_answers(file)
            else:
                self._carry_needed(file)
            file.rewrite(lambda value, _, __: [anchor.to_json() for anchor in self._of(value).now])
            if file.changed:
                file.path.write_bytes(file.data())
        self._divide()

    def _of(self, value: Any) -> Carried:
        return self._carrier.carry(Anchor.parse(value))

    def _carried(self, where: str, labels: dict[str, list[Any]]) -> Iterator[tuple[str, Carried]]:
        """Yield the key of each label, and what became of it. Remember both."""
        for key, values in labels.items():
            for value in values:
                carried = self._of(value)
                if key == "of" and len(carried.now) > 1:
                    carried = Carried(carried.was, (), f"it was divided in {len(carried.now)}: write a caveat for each")
                self._done.labels += 1
                self._done.places.setdefault(carried, []).append(f"{where}, {key}")
                yield key, carried

    def _carry_needed(self, file: LabeledTables | LabeledLines) -> None:
        """Remove each question or caveat that needs a statement that is unplaced."""
        gone = set()
        each = "line" if isinstance(file, LabeledLines) else "caveat"
        for number, labels, text in file.records():
            carried = list(self._carried(f"{file.path.name}, {each} {number}", labels))
            if any(key in _NEEDED and not one.now for key, one in carried):
                gone.add(number)
                self._done.left_out.append(LeftOut(file.path.name, number, text))
        file.remove(gone)

    def _carry_answers(self, file: LabeledTables) -> None:
        """Make a draft of each answer that may no longer be right."""
        for number, labels, _ in file.records():
            entry = self._entries[number - 1]
            if entry.reviewed is None:
                if any(not self._of(value).now for values in labels.values() for value in values):
                    self._done.shortened.append(entry.ids)
                continue
            carried = [one for _, one in self._carried(f"{file.path.name}, answer {number}", labels)]
            again: Collection[str] = ()
            if why := self._why_draft(carried):
                again = entry.ids
            elif entry.leaves_open and self._alignment.new_or_changed_or_moved:
                again = self._near(entry)
                why = f"it says that the policy {_SAY_NOTHING[str(entry.verdict)]}, and new words come near it"
                self._done.untouched += [topic for topic in entry.ids if topic not in again]
            again, kept = ([topic for topic in entry.ids if (topic in again) is is_again] for is_again in (True, False))
            self._done.kept.update(kept)
            if again:
                self._done.unreviewed.append(Unreviewed(tuple(again), why, entry.leaves_open))
            if not kept:
                file.unset(number, "reviewed")
            elif again:
                self._divided.append(again)

    @staticmethod
    def _why_draft(carried: Iterable[Carried]) -> str:
        for one in carried:
            if not one.now:
                return "a statement that it cites changed or is gone"
            if one.note:
                return f"a statement that it cites {one.note}"
        return ""

    def _divide(self) -> None:
        """Give the topics that new words come near a draft of their own, if others of the same answer stay."""
        if not self._divided:
            return
        file = AnswersFile(self._into)
        for again in self._divided:
            entry = next(each for each in file.entries if again[0] in each.topics)
            stay = tuple(topic for topic in entry.topics if topic not in again)
            file.put(again[0], entry.model_copy(update={"topics": stay}))
            file.put(again[0], entry.model_copy(update={"topics": tuple(again), "reviewed": None}))
        file.write()


def _write_unplaced(into: Path, done: Migration) -> None:
    """Write the list of what could not be carried over, if there is anything."""
    if not done.unplaced and not done.left_out:
        return
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    statements, left_out = tomlkit.aot(), tomlkit.aot()
    for carried in done.unplaced:
        table: dict[str, Any] = {"was": carried.was, "why": carried.why, "labels": places_shown(done.places[carried])}
        if carried.became is not None:
            table |= {"became": carried.became, "same": False}
        statements.append(tomlkit.item(table))
    for each in done.left_out:
        left_out.append(tomlkit.item({"file": each.file, "number": each.number, "text": each.text}))
    for name, tables in (("statements", statements), ("left_out", left_out)):
        if tables:
            document.append(name, tables)
    (into / UNPLACED).write_text(tomlkit.dumps(document), encoding="utf-8")

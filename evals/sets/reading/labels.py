"""Labels of the set `reading`, one file for each policy: docs/quality.md explains them.

In a labeler's working file, the words of the policy are plain strings. In the committed file of a policy that may not
be copied, each such string is {"words": how many, "sha256": of the folded words}. Both are read in the same way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from bot.types import AskPolicyError
from evals.files import read_json, write_json
from evals.sets.paths import ROOT, SHARED
from evals.sets.reading.words import Fingerprint, FoldedText

Kind = Literal["answerable", "not_covered", "off_topic"]
Side = Literal["anywhere", "before", "after"]

FOLDER = ROOT / "evals" / "sets" / "reading"
LABELS = FOLDER / "labels"
INVENTED = FOLDER / "policies"
# The real policies, which may not be copied into this repository.
REAL = SHARED.parent / "policies"


@dataclass(frozen=True, slots=True)
class Other:
    """Words that go with others. side: which occurrence is meant; "before" is the nearest one before."""

    words: Fingerprint
    side: Side


@dataclass(frozen=True, slots=True)
class Labeled:
    """Words of a policy that must, or must not, be shown in one citation with others, because they would mislead.

    needs: words that govern them, such as a lead-in or an "unless". excludes: words that look as if they did, such as
    the lead-in of a list that has ended. unread: the reader was not able to read them when they were labeled.
    """

    says: Fingerprint
    needs: tuple[Other, ...]
    excludes: tuple[Other, ...]
    unread: bool


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """A question. evidence: each entry is by itself a right first citation; empty if the policy has no answer."""

    id: str
    question: str
    kind: Kind
    evidence: tuple[Labeled, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """Everything that is labeled about one policy.

    policy: its file's name. sha256: of the file. headings: quotes of exactly these words answer nothing. traps: words
    that mislead without others, whatever the question.
    """

    policy: str
    sha256: str
    headings: frozenset[Fingerprint]
    questions: tuple[ReadingQuestion, ...]
    traps: tuple[Labeled, ...]

    @property
    def may_mislead(self) -> tuple[Labeled, ...]:
        """Return all that misleads without some words or with others: the traps, and evidence of this sort."""
        evidence = [labeled for question in self.questions for labeled in question.evidence]
        return tuple(labeled for labeled in (*evidence, *self.traps) if labeled.needs or labeled.excludes)

    def path(self) -> Path:
        """Return the path of the policy's file, whether or not it exists."""
        invented = INVENTED / self.policy
        return invented if invented.is_file() else REAL / self.policy

    def missing(self) -> str | None:
        """Return why the policy cannot be measured here; None if it can."""
        path = self.path()
        if not path.is_file():
            return "its file is not here"
        if hashlib.sha256(path.read_bytes()).hexdigest() != self.sha256:
            return "its file is not the one that was labeled"
        return None


def load_labels(folder: Path = LABELS) -> tuple[Labels, ...]:
    """Return the labels of every policy, by name. Raises AskPolicyError if a file is not as it should be."""
    return tuple(parse_labels(read_json(path), path) for path in sorted(folder.glob("*.json")))


def parse_labels(record: Any, path: Path) -> Labels:
    """Return the labels that a file holds. path: what errors mention.

    Raises AskPolicyError if something is missing or is not of the right form.
    """
    try:
        questions = tuple(
            _question(f"{record['policy']}#{number}", question)
            for number, question in enumerate(record["questions"], start=1)
        )
        labels = Labels(
            policy=str(record["policy"]),
            sha256=str(record.get("sha256", "")),
            headings=frozenset(map(_fingerprint, record.get("headings", ()))),
            questions=questions,
            traps=tuple(map(_labeled, record.get("traps", ()))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AskPolicyError(f"{path} is not a file of labels ({error!r}): see docs/quality.md for its form.") from None
    for question in questions:
        if (question.kind == "answerable") != bool(question.evidence):
            raise AskPolicyError(f"{path}: '{question.question}' needs evidence if it is answerable, and only then.")
    if any(not trap.needs and not trap.excludes for trap in labels.traps):
        raise AskPolicyError(f"{path}: every trap needs `with` or `without`, the words that make it one.")
    return labels


def commit_labels(working: Path, text_of: Callable[[Path], str], folder: Path = LABELS) -> tuple[Path, list[str]]:
    """Check a working file and write the file to commit; return its path, and what is wrong, line by line.

    Nothing is written if anything is wrong. text_of: path of a policy -> its text as the reader gives it. The words of
    a real policy are replaced by fingerprints. Raises AskPolicyError if the working file or the policy cannot be read.
    """
    try:
        record = read_json(working)
    except json.JSONDecodeError as error:
        raise AskPolicyError(f"{working} is not JSON ({error}): correct it.") from None
    labels = parse_labels(record, working)
    path = labels.path()
    if not path.is_file():
        raise AskPolicyError(f"There is no policy {labels.policy} in {INVENTED} or {REAL}: correct its name.")
    out = folder / f"{labels.policy}.json"
    wrong = problems(record, FoldedText(text_of(path)))
    if not wrong:
        record["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        write_json(out, record if path.parent == INVENTED else fingerprinted(record))
    return out, wrong


def problems(record: Mapping[str, Any], text: FoldedText) -> list[str]:
    """Return a line for all words of a working file that are not found exactly once; a heading may recur."""
    headings = record.get("headings", ())
    wrong = [f"heading not found: {heading}" for heading in headings if not text.find(_fingerprint(heading))]
    evidence = [entry for question in record["questions"] for entry in question.get("evidence", ())]
    for entry in (*evidence, *record.get("traps", ())):
        says = text.find(_fingerprint(entry["says"]))
        if entry.get("unread"):
            continue
        # Some policies hold a whole part twice, word for word.
        if len(says) != entry.get("times", 1):
            wrong.append(f"found {len(says)} times: {entry['says']}")
            continue
        for other in (*entry.get("with", ()), *entry.get("without", ())):
            meant = _other(other)
            found = text.find(meant.words)
            if meant.side == "anywhere" and len(found) != 1:
                wrong.append(f"found {len(found)} times, of '{entry['says']}': {other}")
            elif occurrence(meant, says[0], text) is None:
                wrong.append(f"not found, of '{entry['says']}': {other}")
    return wrong


def occurrence(other: Other, says: range, text: FoldedText) -> range | None:
    """Return the words that are meant along with these words of the policy; None if the policy does not have them."""
    found = text.find(other.words)
    match other.side:
        case "before":
            return next((at for at in reversed(found) if at.start < says.start), None)
        case "after":
            return next((at for at in found if at.start >= says.start), None)
        case _:
            return found[0] if found else None


def fingerprinted(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a working file's record with fingerprints instead of the policy's words. Questions stay."""
    questions = [
        question | ({"evidence": _hidden_entries(question["evidence"])} if "evidence" in question else {})
        for question in record["questions"]
    ]
    return {
        "policy": record["policy"],
        "sha256": record["sha256"],
        "headings": [_hidden(heading) for heading in record.get("headings", ())],
        "questions": questions,
        "traps": _hidden_entries(record.get("traps", ())),
    }


def _hidden_entries(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    hidden = []
    for entry in entries:
        fields: dict[str, Any] = {"says": _hidden(entry["says"])}
        for others in ("with", "without"):
            if entry.get(others):
                fields[others] = [_hidden_other(other) for other in entry[others]]
        if entry.get("unread"):
            fields["unread"] = True
        hidden.append(fields)
    return hidden


def _hidden_other(other: Any) -> dict[str, Any]:
    sides = {side: _hidden(other[side]) for side in ("before", "after") if isinstance(other, dict) and side in other}
    return sides or _hidden(other)


def _hidden(words: Any) -> dict[str, Any]:
    return _fingerprint(words)._asdict()


def _question(identity: str, record: Mapping[str, Any]) -> ReadingQuestion:
    if record["kind"] not in get_args(Kind):
        raise ValueError(f"the kind '{record['kind']}' is not one of {', '.join(get_args(Kind))}")
    evidence = tuple(map(_labeled, record.get("evidence", ())))
    return ReadingQuestion(identity, str(record["question"]), record["kind"], evidence)


def _labeled(record: Mapping[str, Any]) -> Labeled:
    if unknown := record.keys() - {"says", "with", "without", "unread", "times"}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    needs, excludes = record.get("with", []), record.get("without", [])
    if not isinstance(needs, list) or not isinstance(excludes, list):
        raise ValueError("`with` and `without` are lists")
    says = _fingerprint(record["says"])
    return Labeled(says, tuple(map(_other, needs)), tuple(map(_other, excludes)), bool(record.get("unread")))


def _other(record: Any) -> Other:
    if isinstance(record, Mapping):
        for side in ("before", "after"):
            if side in record:
                return Other(_fingerprint(record[side]), side)
    return Other(_fingerprint(record), "anywhere")


def _fingerprint(words: Any) -> Fingerprint:
    found = Fingerprint.of(words) if isinstance(words, str) else Fingerprint(int(words["words"]), str(words["sha256"]))
    if not found.words:
        raise ValueError(f"no words: {words!r}")
    return found

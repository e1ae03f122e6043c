"""A policy folder, `corpus/<id>/` (manifest, policy text, visitor questions), or any single policy file."""

from __future__ import annotations

import hashlib
import json
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Literal

from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import read_manifest, read_own_file
from bot.policies.parsing import parse_policy
from bot.policies.readers.kinds import read_file
from bot.types import AskPolicyError, Policy, Sentence

QuestionKind = Literal["answerable", "not_covered", "off_topic", "small_talk"]
KINDS: tuple[QuestionKind, ...] = ("answerable", "not_covered", "off_topic", "small_talk")
MAX_POLICY_BYTES = 20_000_000
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class VisitorQuestion:
    """A question that an author wrote for a policy, with the sentences that answer it.

    evidence: the indexes of the sentences that are needed, the best answer first.
    acceptable: other sentences that also answer; distractors: sentences that only seem to.
    yes_no: the right answer to a yes/no question: yes, no, or depends.
    """

    question: str
    kind: QuestionKind
    evidence: tuple[int, ...] = ()
    acceptable: tuple[int, ...] = ()
    distractors: tuple[int, ...] = ()
    yes_no: str | None = None
    history: tuple[str, ...] = ()

    @property
    def read_as(self) -> str:
        """Return what the encoder reads: the previous question, if any, and this one."""
        return " ".join([*self.history[-1:], self.question])

    def to_json(self) -> dict[str, Any]:
        """Return the fields as `questions.jsonl` has them: acceptable is `also`, distractors are `near`."""
        fields: dict[str, Any] = {"question": self.question, "kind": self.kind}
        for name, values in (
            ("evidence", self.evidence),
            ("also", self.acceptable),
            ("near", self.distractors),
            ("history", self.history),
        ):
            if values:
                fields[name] = list(values)
        if self.yes_no:
            fields["yes_no"] = self.yes_no
        return fields


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """A policy and what its owner wrote about it. A single file is a folder without questions.

    starters: questions that a visitor may begin with.
    left_out: what is in the file and was not read, a line for each kind of thing.
    """

    policy: Policy
    questions: tuple[VisitorQuestion, ...]
    starters: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def load_policy_folder(name: str, corpus: Path) -> PolicyFolder:
    """Read a policy by its folder's name under `corpus`, or by a path to a folder or file.

    Raises AskPolicyError if there is nothing, or if it cannot be read.
    """
    path = Path(name)
    try:
        for folder in (corpus / name, path):
            if (folder / MANIFEST).is_file():
                return _read_folder(folder)
        if path.is_file():
            with path.open("rb") as file:
                return read_single_file(file.read(MAX_POLICY_BYTES + 1), path)
    except OSError as error:
        raise AskPolicyError(
            f"The policy '{name[:80]}' cannot be read ({error.strerror}): give a policy's name or the path of its file."
        ) from None
    if path.is_dir():
        raise AskPolicyError(f"The folder {path} has no manifest.toml: add one, or name the policy file itself.")
    available = ", ".join(list_policies(corpus)) or "none"
    raise AskPolicyError(
        f"There is no policy '{name}': give one of the policies under {corpus} ({available}), or the path of a "
        "text, Markdown, HTML, PDF or Word file."
    )


def count_fragments(policy: Policy) -> int:
    """Count the sentences that have no end. Items of lists and rows of tables need none."""
    return sum(_is_fragment(policy.text, sentence) for sentence in policy.sentences)


def _is_fragment(text: str, sentence: Sentence) -> bool:
    line = text.rfind("\n", 0, sentence.start) + 1
    begun = text[line : sentence.start].strip() or sentence.text.startswith("|")
    return not begun and _ENDED.search(sentence.text) is None


def list_policies(corpus: Path) -> list[str]:
    """Return the names of the policies under `corpus`."""
    return sorted(manifest.parent.name for manifest in corpus.glob(f"*/{MANIFEST}"))


def _read_folder(folder: Path) -> PolicyFolder:
    manifest = read_manifest(folder)
    data = read_own_file(folder / manifest.text)
    actual = hashlib.sha256(data).hexdigest()
    if actual != manifest.sha256:
        raise AskPolicyError(
            f"The text of '{manifest.id}' is not the one its manifest was written for (sha256 {actual[:12]}…, not "
            f"{manifest.sha256[:12]}…): restore the file, or check the new text and put its sha256 into "
            f"{folder / MANIFEST}."
        )
    reading = read_file(data, folder / manifest.text)
    policy = parse_policy(
        reading.text,
        id=manifest.id,
        title=manifest.title or reading.title,
        site=manifest.site,
        url=manifest.url,
        effective=manifest.effective or reading.effective,
        updated=manifest.updated or reading.updated,
        contacts=tuple(contact.value() for contact in manifest.contacts),
        caveats=tuple(caveat.value() for caveat in manifest.caveats),
    )
    last = len(policy.sentences) - 1
    if any(index > last for c in policy.caveats for index in (c.of, *c.cite, *c.unless)):
        raise AskPolicyError(f"A caveat in {folder / MANIFEST} names a sentence that is not 0 to {last}: correct it.")
    path = folder / "questions.jsonl"
    questions = parse_questions(read_own_file(path), len(policy.sentences), path) if path.exists() else ()
    return PolicyFolder(policy, questions, manifest.starters, reading.left_out)


def parse_questions(data: bytes, sentences: int, path: Path) -> tuple[VisitorQuestion, ...]:
    """Parse visitor questions from JSON Lines; raises AskPolicyError that names the first bad line of `path`."""
    questions = []
    for number, line in enumerate(data.removeprefix(BOM_UTF8).splitlines(), start=1):
        try:
            record = json.loads(line)
            question = VisitorQuestion(
                question=str(record["question"]),
                kind=record["kind"],
                evidence=tuple(record.get("evidence", ())),
                acceptable=tuple(record.get("also", ())),
                distractors=tuple(record.get("near", ())),
                yes_no=record.get("yes_no"),
                history=tuple(record.get("history", ())),
            )
            indexes = (*question.evidence, *question.acceptable, *question.distractors)
            fits = (
                question.kind in KINDS
                and question.yes_no in (None, "yes", "no", "depends")
                and (question.kind == "answerable") == bool(question.evidence)
                and all(type(i) is int and 0 <= i < sentences for i in indexes)
                and all(isinstance(earlier, str) for earlier in question.history)
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            fits = False
        if not fits:
            raise AskPolicyError(
                f"{path}, line {number}, is not a visitor question: it needs question, kind (one of "
                f"{', '.join(KINDS)}) and, if answerable, evidence (sentence numbers below {sentences})."
            )
        questions.append(question)
    return tuple(questions)


def read_single_file(data: bytes, path: PurePath) -> PolicyFolder:
    """Read the bytes of a policy file. path: its name, which may tell its kind, and which errors mention.

    Raises AskPolicyError if it cannot be read.
    """
    if len(data) > MAX_POLICY_BYTES:
        raise AskPolicyError(f"{path} is larger than {MAX_POLICY_BYTES // 1_000_000} MB: give the policy alone.")
    identity = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "policy"
    reading = read_file(data, path)
    policy = parse_policy(
        reading.text, id=identity, title=reading.title, effective=reading.effective, updated=reading.updated
    )
    return PolicyFolder(policy, (), left_out=reading.left_out)

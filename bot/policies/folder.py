"""A policy folder, `corpus/<id>/` (manifest, policy text, visitor questions), or any single policy file."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import read_manifest, read_own_file
from bot.policies.parsing import parse_policy
from bot.types import AskPolicyError, Policy

QuestionKind = Literal["answerable", "not_covered", "off_topic", "small_talk"]
KINDS: tuple[QuestionKind, ...] = ("answerable", "not_covered", "off_topic", "small_talk")
MAX_POLICY_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class VisitorQuestion:
    """A question that an author wrote for a policy, with the sentences that answer it.

    evidence: sentence indexes, all of them needed, the one that answers best first.
    acceptable: further sentences that answer too; distractors: sentences that look right and are not.
    yes_no: the true answer to a yes/no question: yes, no, depends.
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
        """What the encoder reads: a follow-up stands behind the question before it."""
        return " ".join([*self.history[-1:], self.question])

    def to_json(self) -> dict[str, Any]:
        """Return the fields as `questions.jsonl` has them, where acceptable and distractors are `also` and `near`."""
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
    """A policy and what its owner wrote about it. starters: questions that a visitor may begin with.

    A single file is a folder without questions.
    """

    policy: Policy
    questions: tuple[VisitorQuestion, ...]
    starters: tuple[str, ...] = ()


def load_policy_folder(name: str, corpus: Path) -> PolicyFolder:
    """Read a policy by its folder's name under `corpus`, or by a path to a folder or file.

    Raises AskPolicyError where nothing is there, or what is there cannot be read.
    """
    path = Path(name)
    try:
        for folder in (corpus / name, path):
            if (folder / MANIFEST).is_file():
                return _read_folder(folder)
        if path.is_file():
            return PolicyFolder(_read_single_file(path), ())
    except OSError as error:
        raise AskPolicyError(
            f"The policy '{name[:80]}' cannot be read ({error.strerror}): give a policy's name or the path of its file."
        ) from None
    if path.is_dir():
        raise AskPolicyError(f"The folder {path} has no manifest.toml: add one, or name the policy file itself.")
    available = ", ".join(list_policies(corpus)) or "none"
    raise AskPolicyError(
        f"There is no policy '{name}': give one of the policies under {corpus} ({available}), or the path of a "
        "text, Markdown, HTML or PDF file."
    )


def list_policies(corpus: Path) -> list[str]:
    """The names of the policies that lie under `corpus`."""
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
    policy = parse_policy(
        _decode(data, folder / manifest.text),
        id=manifest.id,
        title=manifest.title,
        site=manifest.site,
        url=manifest.url,
        effective=manifest.effective,
        updated=manifest.updated,
        contacts=tuple(contact.value() for contact in manifest.contacts),
        caveats=tuple(caveat.value() for caveat in manifest.caveats),
    )
    last = len(policy.sentences) - 1
    if any(index > last for c in policy.caveats for index in (c.of, *c.cite, *c.unless)):
        raise AskPolicyError(f"A caveat in {folder / MANIFEST} names a sentence that is not 0 to {last}: correct it.")
    path = folder / "questions.jsonl"
    questions = parse_questions(read_own_file(path), len(policy.sentences), path) if path.exists() else ()
    return PolicyFolder(policy, questions, manifest.starters)


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
                f"{', '.join(KINDS)}) and, where answerable, evidence (sentence numbers below {sentences})."
            )
        questions.append(question)
    return tuple(questions)


def _read_single_file(path: Path) -> Policy:
    if path.stat().st_size > MAX_POLICY_BYTES:
        raise AskPolicyError(f"{path} is larger than {MAX_POLICY_BYTES // 1_000_000} MB: give the policy alone.")
    identity = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "policy"
    suffix = path.suffix.lower()
    title = None
    if suffix in {".html", ".htm"}:
        title, text = _html_text(path.read_bytes())
    elif suffix == ".pdf":
        text = _pdf_text(path)
    else:
        text = _decode(path.read_bytes(), path)
    if not text.strip():
        raise AskPolicyError(f"{path} holds no text: give a file whose text can be selected and copied.")
    return parse_policy(text, id=identity, title=title)


def _decode(data: bytes, path: Path) -> str:
    # Line ends stay as they are: offsets count the file's own code points.
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AskPolicyError(
            f"{path} is not UTF-8 text (byte {error.start} does not fit): save it as UTF-8 and try again."
        ) from None


_HTML_BLOCKS = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "td", "th", "blockquote", "pre", "div"]


def _html_text(data: bytes) -> tuple[str | None, str]:
    """The page's title and its main text, with headings as Markdown and list items as bullets."""
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PreformattedString

    soup = BeautifulSoup(data, "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title else None
    for tag in soup(["title", "script", "style", "noscript", "template", "nav", "header", "footer", "form", "svg"]):
        tag.decompose()
    root = soup.find("main") or soup.find("article") or soup.body or soup
    blocks = []
    # Runs of words with the same innermost block; words that stand in none are a run too. Comments are no words.
    parts = [part for part in root.find_all(string=True) if part.strip() and not isinstance(part, PreformattedString)]
    for _, group in itertools.groupby(parts, key=lambda part: id(part.find_parent(_HTML_BLOCKS))):
        run = list(group)
        block = run[0].find_parent(_HTML_BLOCKS)
        words = re.sub(r"\s+([.,;:!?)])", r"\1", " ".join(" ".join(part.split()) for part in run))
        name = block.name if isinstance(block, Tag) else ""
        level = int(name[1]) if re.fullmatch("h[1-6]", name) else 0
        blocks.append(("#" * level + " " if level else "• " if name == "li" else "") + words)
    return title, "\n\n".join(blocks)


def _pdf_text(path: Path) -> str:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        return "\n\n".join(page.extract_text() for page in PdfReader(path).pages)
    except (PyPdfError, ValueError, KeyError, TypeError) as error:
        raise AskPolicyError(
            f"{path} cannot be read as a PDF ({str(error) or type(error).__name__}): save it again as PDF or as text."
        ) from None

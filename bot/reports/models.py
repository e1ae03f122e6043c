"""The model cards: what bot/models/README.md says about each model, with the size and checksum of each file in use."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.encoder.embedding import encoder_id
from bot.encoder.files import encoder_bytes
from bot.reports.document import Document, Entry, Section
from bot.reports.facts import MODELS, Facts
from bot.types import AskPolicyError

_README = "bot/models/README.md"
_SUMS = "SHA256SUMS"
# A paragraph or an item of a list that begins with its subject, such as **Data.**
_SUBJECT = re.compile(r"\*\*(?P<subject>[^*]+?)\.?\*\*\s*(?P<text>.*)", re.S)
# What is measured with each question set, and what it means.
_MEASURES = {
    "hit@1": "the first quote answers",
    "complete": "all statements that belong to the answer are quoted",
    "precision": "quotes that belong to the answer",
    "outcome_macro_f1": "the right outcome, as macro F1",
    "not_covered_answered": "questions that the policy does not answer and that get quotes",
    "answerable_refused": "questions that the policy answers and that are refused",
    "fabricated_quotes": "quotes that are not in the policy",
}
_SETS = {
    "massgov_dev": "Written questions about the Mass.gov policy (development set)",
    "massgov_real_dev": "Real people's questions, read as if asked of Mass.gov (development set)",
}


def model_cards(facts: Facts) -> Document:
    """Return the cards of all models in use."""
    sections = [*_files(facts), *_described(facts), *_measured(facts)]
    return Document(
        "model-cards",
        "Model cards",
        "What each model is for, what it was trained with, how good it is, and which files it consists of. None of the "
        "models writes text.",
        f"AskPolicy {facts.version}",
        facts.date,
        tuple(sections),
    )


def model_files() -> dict[str, ModelFile]:
    """Return each model file that ships, by name, as it is on this machine."""
    lines = (MODELS / _SUMS).read_text(encoding="utf-8").splitlines()
    shipped = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    return {name: ModelFile.read(MODELS / name, digest) for name, digest in shipped.items()}


class ModelFile(NamedTuple):
    """A model file. size: in bytes. is_shipped: whether it is unchanged since it was shipped."""

    size: int
    sha256: str
    is_shipped: bool

    @classmethod
    def read(cls, path: Path, expected: str) -> ModelFile:
        """Measure a file. Raises AskPolicyError if it cannot be read."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise AskPolicyError(f"{path} cannot be read ({error.strerror}): reinstall askpolicy.") from None
        digest = hashlib.sha256(data).hexdigest()
        return cls(len(data), digest, digest == expected)


def _files(facts: Facts) -> Iterator[Section]:
    """Yield the files in use: those that ship, and the owner's own encoder."""
    entries = [
        Entry(
            name,
            f"{file.size:,} bytes, sha256 {file.sha256}{'' if file.is_shipped else ', not the file that ships'}",
            proof=(f"bot/models/{_SUMS}",),
        )
        for name, file in model_files().items()
        if facts.ships_model or not name.startswith("encoder/")
    ]
    if not facts.ships_model:
        encoder = encoder_id(encoder_bytes(facts.settings.model))
        entries.append(
            Entry(
                "Encoder of the owner's choice", f"{encoder}. Its publisher describes it.", proof=("askpolicy check",)
            )
        )
    yield Section("Files in use", "", tuple(entries))


def _described(facts: Facts) -> Iterator[Section]:
    """Yield a section for each section of the README that describes a model."""
    for title, paragraphs in _sections((MODELS / "README.md").read_text(encoding="utf-8")):
        if title == "The encoder" and not facts.ships_model:
            continue
        entries = []
        for paragraph in paragraphs:
            found = _SUBJECT.match(paragraph)
            name, text = (found["subject"], found["text"]) if found else ("About", paragraph)
            entries.append(Entry(name, " ".join(text.replace("`", "").split()), proof=(_README,)))
        yield Section(title, "", tuple(entries))


def _sections(markdown: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the title of each section, and its paragraphs and items as they are written."""
    title = ""
    paragraphs: list[str] = []
    tokens = MarkdownIt("commonmark").parse(markdown)
    for before, token in zip([Token("", "", 0), *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        if before.type == "heading_open":
            if title and before.tag == "h2":
                yield title, paragraphs
            title, paragraphs = (token.content if before.tag == "h2" else ""), []
        elif title:
            paragraphs.append(token.content)
    yield title, paragraphs


def _measured(facts: Facts) -> Iterator[Section]:
    """Yield the measured figures of each question set."""
    for questions, title in _SETS.items():
        found = facts.measures.get(questions, {})
        entries = tuple(
            Entry(
                meaning[0].upper() + meaning[1:], f"{found[name]:g}", proof=(f"python -m evals run --set {questions}",)
            )
            for name, meaning in _MEASURES.items()
            if name in found
        )
        if entries:
            yield Section(
                title, "Shares from 0 to 1; the last one is a count. Measured with the models that ship.", entries
            )
    if not facts.measures:
        entry = Entry(
            "Figures",
            "Not known outside a checkout of the project, which measures them.",
            proof=("python -m evals run",),
        )
        yield Section("Measured figures", "", (entry,))

"""A file of content/ and the facts -> a document. Each text is a Jinja template over the facts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from jinja2 import Environment, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.reports.document import Document, Entry, Section
from bot.reports.facts import Facts

FOLDER = Path(__file__).resolve().parent / "content"
# In this order on the command line.
KINDS = ("transparency", "accessibility", "privacy")

_Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EntryContent(_Strict):
    """An entry as content/ has it. levels, proof: short names, see `Content`."""

    name: _Text
    text: str = ""
    levels: dict[str, str] = {}
    proof: tuple[str, ...] = ()
    owner: bool = False


class SectionContent(_Strict):
    """A section as content/ has it. settings: whether it lists the settings that decide what is kept."""

    title: _Text
    text: str = ""
    settings: bool = False
    entries: tuple[EntryContent, ...] = ()


class Content(_Strict):
    """A file of content/. proofs: short names for proofs. columns: what levels judge, by their short names."""

    title: _Text
    about: _Text
    proofs: dict[str, str] = {}
    columns: dict[str, str] = {}
    sections: tuple[SectionContent, ...]

    def proof(self, name: str) -> str:
        """Return a proof by its short name, or the name if it has none."""
        return self.proofs.get(name, name)


def read_content(kind: str) -> Content:
    """Read a file of content/."""
    return TypeAdapter(Content).validate_python(tomllib.loads((FOLDER / f"{kind}.toml").read_text(encoding="utf-8")))


def fill_in(kind: str, facts: Facts) -> Document:
    """Return a document, filled in. kind: one of KINDS."""
    content = read_content(kind)
    # Plain text: the pages escape it.
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701

    def say(text: str) -> str:
        return " ".join(environment.from_string(text).render(facts=facts).split())

    def entry(found: EntryContent) -> Entry:
        text = say(found.text)
        return Entry(
            say(found.name),
            text,
            {content.columns[column]: level for column, level in found.levels.items()},
            tuple(map(content.proof, found.proof)),
            # A text without facts says what the owner has to write.
            is_blank=found.owner and ("{{" not in found.text or not text),
        )

    sections = []
    for found in content.sections:
        entries = [entry(one) for one in found.entries]
        if found.settings:
            entries += [Entry(name, f"{value}. {meaning}") for name, value, meaning in facts.kept]
        # An entry that does not apply to the settings in force is empty.
        entries = [one for one in entries if one.text or one.is_blank]
        columns = tuple(content.columns.values()) if any(one.levels for one in entries) else ()
        sections.append(Section(say(found.title), say(found.text), tuple(entries), columns))
    return Document(
        kind, say(content.title), say(content.about), f"AskPolicy {facts.version}", facts.date, tuple(sections)
    )

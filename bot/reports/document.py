"""What a document consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What a document says if only the owner of the policy can know it.
BLANK = "To be filled in by the owner"


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of a document.

    levels: by what is judged, for a table of conformance. proof: the tests, commands and files that show it. is_blank:
    whether the owner has to fill it in; the text, if any, says what to write.
    """

    name: str
    text: str
    levels: Mapping[str, str] = field(default_factory=dict, hash=False)
    proof: tuple[str, ...] = ()
    is_blank: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "name": self.name,
            "text": self.text,
            "blank": self.is_blank,
            **({"levels": dict(self.levels)} if self.levels else {}),
            "proof": list(self.proof),
        }


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, words below it, and entries. columns: what `Entry.levels` judges, in order."""

    title: str
    text: str
    entries: tuple[Entry, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. kind: its name on the command line. date: in ISO form."""

    kind: str
    title: str
    about: str
    product: str
    date: str
    sections: tuple[Section, ...]

    @property
    def blanks(self) -> int:
        """Return how many entries the owner has to fill in."""
        return sum(entry.is_blank for section in self.sections for entry in section.entries)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "document": self.kind,
            "title": self.title,
            "about": self.about,
            "product": self.product,
            "date": self.date,
            "blanks": self.blanks,
            "sections": [
                {
                    "title": section.title,
                    "text": section.text,
                    "entries": [entry.to_json() for entry in section.entries],
                }
                for section in self.sections
            ],
        }

"""What a build made of its policies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Built:
    """A policy that was published. version: the name of its index's version."""

    id: str
    version: str
    statements: int
    questions: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A policy that could not be built. name: as it was given. why: one sentence."""

    name: str
    why: str

    def __str__(self) -> str:
        """Return one line. Most sentences name the file themselves."""
        line = self.why if self.name in self.why else f"{self.name}: {self.why}"
        return " ".join(line.split())


@dataclass(frozen=True, slots=True)
class Result:
    """What a build did. before: how many of `built` an interrupted build had finished already."""

    built: tuple[Built, ...]
    failed: tuple[Failed, ...]
    before: int = 0

    @property
    def statements(self) -> int:
        """Return how many statements were built."""
        return sum(built.statements for built in self.built)

    @property
    def questions(self) -> int:
        """Return how many visitor questions were built."""
        return sum(built.questions for built in self.built)

"""What the message before was answered with, all of its questions together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from bot.types import Citation, Findings, Hit


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The findings for each of the questions in a message, at least one."""

    findings: tuple[Findings, ...]

    @property
    def cited(self) -> frozenset[str]:
        """Return the ids of the passages that it cites."""
        return _ids(citation for each in self.findings for citation in each.citations)

    @property
    def shown(self) -> tuple[Citation, ...]:
        """Return the statements that it shows, each once: for each question what answers it, or what is nearest."""
        shown = {cited.passage_id: cited for each in self.findings for cited in each.citations or each.related}
        return tuple(dataclasses.replace(cited, number=n) for n, cited in enumerate(shown.values(), start=1))

    def more(self, most: int) -> list[Hit]:
        """Return what else was found, of each question the first, then of each the second. most: how many."""
        shown = _ids(self.shown)
        new = [[hit for hit in each.hits if hit.passage.id not in shown] for each in self.findings]
        in_turn = {hit.passage.id: hit for hits in zip_longest(*new) for hit in hits if hit}
        return list(in_turn.values())[:most]

    def opens_like(self, findings: Findings) -> bool:
        """Return whether one of the questions was answered with the same statement first."""
        return bool(findings.citations) and any(each.citations[:1] == findings.citations[:1] for each in self.findings)

    def has_review(self, findings: Findings) -> bool:
        """Return whether one of the questions was answered with the same answer of the owner."""
        return any(each.citations and each.reviewed == findings.reviewed for each in self.findings)


def _ids(citations: Iterable[Citation]) -> frozenset[str]:
    return frozenset(citation.passage_id for citation in citations)

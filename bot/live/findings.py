"""What a check of the live page found: each finding with its level, and the whole as text, JSON and one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.types import AskPolicyError

Level = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One result. code: its kind, for programs. text: one sentence. details: for programs, as JSON."""

    level: Level
    code: str
    text: str
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {"level": self.level, "code": self.code, "text": self.text, **self.details}


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """A whole check of one policy. checked: the time, in UTC and ISO form. counts: of statements and places."""

    policy: str
    url: str | None
    checked: str
    findings: tuple[Finding, ...]
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """Return the problems."""
        return tuple(finding for finding in self.findings if finding.level == "wrong")

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "policy": self.policy,
            "url": self.url,
            "checked": self.checked,
            "ok": not self.wrong,
            "counts": dict(self.counts),
            "findings": [finding.to_json() for finding in self.findings],
        }

    @property
    def line(self) -> str:
        """Return one line as monitoring programs read it: the state, the first problem, and counts after a bar."""
        counts = " ".join(f"{name}={count}" for name, count in self.counts.items())
        more = f" (and {len(self.wrong) - 1} more)" if len(self.wrong) > 1 else ""
        said = f"{self.wrong[0].text}{more}" if self.wrong else "the page and the places are as expected"
        state = "CRITICAL" if self.wrong else "OK"
        return f"ASKPOLICY {state} - {self.policy}: {' '.join(said.replace('|', '/').split())} | {counts}".rstrip(" |")


def reason(error: AskPolicyError) -> str:
    """Return what is wrong, without how to fix it: a message has this before the first colon and space.

    Messages about pages advise to save the page, which does not help against a link that does not answer.
    """
    return str(error).partition(": ")[0].rstrip(".")

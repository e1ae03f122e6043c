"""A store that keeps nothing from visitors, for owners who may not. Pauses, notices and the audit work as usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.usage.store import Store
from bot.usage.values import Audited, Count, Feedback, KeepsNothingError, Switch, SwitchKind, Unanswered


class SwitchesOnly:
    """A `bot.usage.store.Store` that keeps only what the owner does, in `inner`.

    What `inner` kept before expires by its retention period, at once if that is 0.
    """

    keeps_usage = False

    def __init__(self, inner: Store) -> None:
        self._inner = inner

    @property
    def place(self) -> str:
        """See `Store`."""
        return self._inner.place

    @property
    def exists(self) -> bool:
        """See `Store`."""
        return self._inner.exists

    def close(self) -> None:
        """See `Store`."""
        self._inner.close()

    def count(self, counted: Count) -> None:
        """Count nothing."""

    def add(self, feedback: Feedback) -> str:
        """Raise KeepsNothingError."""
        raise KeepsNothingError(_KEEPS_NOTHING)

    def keep(self, question: Unanswered) -> str:
        """Raise KeepsNothingError."""
        raise KeepsNothingError(_KEEPS_NOTHING)

    def counts(self, since: date) -> Sequence[Count]:
        """Return what is left of earlier counts."""
        return self._inner.counts(since) if self.exists else ()

    def feedback(self, since: date) -> Sequence[Feedback]:
        """Return what is left of earlier verdicts."""
        return self._inner.feedback(since) if self.exists else ()

    def unanswered(self, since: date) -> Sequence[Unanswered]:
        """Return what is left of earlier questions."""
        return self._inner.unanswered(since) if self.exists else ()

    def purge(self) -> int:
        """See `Store`. Does not create the database."""
        return self._inner.purge() if self.exists else 0

    def delete(self, before: date | None, who: str) -> int:
        """See `Store`."""
        return self._inner.delete(before, who)

    def switches(self) -> Sequence[Switch]:
        """See `Store`."""
        return self._inner.switches()

    def switch_on(self, switch: Switch, who: str) -> None:
        """See `Store`."""
        self._inner.switch_on(switch, who)

    def switch_off(self, kind: SwitchKind, policy: str | None, who: str) -> Sequence[Switch]:
        """See `Store`."""
        return self._inner.switch_off(kind, policy, who)

    def note(self, audited: Audited) -> None:
        """See `Store`."""
        self._inner.note(audited)

    def audit(self) -> Sequence[Audited]:
        """See `Store`."""
        return self._inner.audit()


_KEEPS_NOTHING = "Nothing from visitors is kept: set feedback.enabled to true and feedback.retention_days to 1 or more."

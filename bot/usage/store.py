"""What a store of usage can do: `bot.usage.sqlite` and `bot.usage.postgres` are such stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.usage.values import Audited, Count, Feedback, Switch, SwitchKind, Unanswered


class Store(Protocol):
    """Keeps counts, what visitors choose to give, the owner's switches, and who did what.

    Threads can share a store; after a fork, each child process needs its own. Every method raises AskPolicyError if
    the store cannot be used. What is written survives a crash of the process once the method has returned.
    """

    @property
    def keeps_usage(self) -> bool:
        """Return whether it keeps counts and what visitors give. Switches and the audit are kept in any case."""

    @property
    def place(self) -> str:
        """Return where it is, in words for people: a path, or the name of a database."""

    @property
    def exists(self) -> bool:
        """Return whether there is anything to read. A store in a file does not exist until something is written."""

    def close(self) -> None:
        """Release the connection; the next call opens it again."""

    # Visitors ------------------------------------------------------------------------------------------------------

    def count(self, counted: Count) -> None:
        """Add `counted.number` to the count of its day, policy, outcome, language and topic."""

    def add(self, feedback: Feedback) -> str:
        """Store one verdict, cleaned, and return its id. A second verdict on the same answer replaces the first.

        Raises TooLongError if a cleaned text is too long, FullError or WordsFullError if there is no room,
        KeepsNothingError if nothing is kept.
        """

    def keep(self, question: Unanswered) -> str:
        """Store a question that was passed on, cleaned, and return its id. Raises the same errors as `add`."""

    def counts(self, since: date) -> Sequence[Count]:
        """Return the counts from `since` on."""

    def feedback(self, since: date) -> Sequence[Feedback]:
        """Return the verdicts from `since` on, in an order that reveals nothing. Their `answer_id` is the row's id."""

    def unanswered(self, since: date) -> Sequence[Unanswered]:
        """Return the questions that were passed on from `since` on. Like `feedback`."""

    def purge(self) -> int:
        """Delete what is older than the retention period, beyond recovery. Return how many rows were deleted."""

    def delete(self, before: date | None, who: str) -> int:
        """Delete what visitors left before a day, or all of it, beyond recovery. Return how many rows; audited.

        It is deleted even if AskPolicyError says that another program keeps old bytes on disk.
        """

    # The owner -----------------------------------------------------------------------------------------------------

    def switches(self) -> Sequence[Switch]:
        """Return the switches that are set, also those that have ended by themselves."""

    def switch_on(self, switch: Switch, who: str) -> None:
        """Set a switch, in place of an earlier one of its kind and policy; audited."""

    def switch_off(self, kind: SwitchKind, policy: str | None, who: str) -> Sequence[Switch]:
        """Remove the switches of a kind; audited. Return those that were set.

        policy: an id, empty for the one that is for all policies, or None for all of them.
        """

    def note(self, audited: Audited) -> None:
        """Add a line to the audit."""

    def audit(self) -> Sequence[Audited]:
        """Return the audit, the latest first."""

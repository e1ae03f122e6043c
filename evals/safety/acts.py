"""`python -m evals safety acts`: checks that the rules for acts recognize them, and take no question for one.

`acts.jsonl` has acts, and questions with the same words. Held-out messages were written after the first version of the
rules in `bot/answering/acts.toml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.answering.acts import recognize
from bot.types import ACTS
from evals.files import read_lines

WRITTEN = Path(__file__).with_name("acts.jsonl")
# At least this share of the acts must be recognized, and at most this share of the questions may be taken for one.
RECOGNIZED, FALSE_ALARMS = 0.95, 0.01


@dataclass(frozen=True, slots=True)
class Message:
    """A message written for this check. act: one of ACTS, or None for a question. held_out: see above."""

    text: str
    act: str | None
    held_out: bool


def messages() -> tuple[Message, ...]:
    """Return the messages of `acts.jsonl`."""
    return tuple(Message(**record) for record in read_lines(WRITTEN))


def mistakes(written: Sequence[Message]) -> list[Message]:
    """Return the messages for which the rules say something else."""
    return [message for message in written if recognize(message.text) != message.act]


def check_acts(console: Console) -> int:
    """Print what is recognized, by act, and each mistake; return 1 if there are more than allowed, else 0."""
    written = messages()
    table = Table("act", "development", "recognized", "held out", "recognized")
    for column in table.columns[1:]:
        column.justify = "right"
    for act in (*ACTS, None):
        row: list[str] = []
        for held_out in (False, True):
            group = [message for message in written if message.act == act and message.held_out is held_out]
            row += str(len(group)), str(len(group) - len(mistakes(group)))
        table.add_row(act or "none: a question", *row)
    console.print(table)
    wrong = mistakes(written)
    for message in wrong:
        console.print(f"  {message.act} taken for {recognize(message.text)}: {message.text}", markup=False)
    acts = [message for message in written if message.act]
    false = sum(message.act is None for message in wrong)
    missed = len(wrong) - false
    return int(missed > (1 - RECOGNIZED) * len(acts) or false > FALSE_ALARMS * (len(written) - len(acts)))

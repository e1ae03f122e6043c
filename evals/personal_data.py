"""`python -m evals.personal_data`: is personal data found where it is, and not where it is not?

Masks made messages with one secret each and counts how many lose all of it. Then asks the rules about real questions,
in which there is nothing to find. Exit codes: 0 every target holds, 1 one does not.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.personal_data import mask_personal_data
from evals.data import DEVELOPMENT, OFF_TOPIC, PRIVACY_QUESTIONS, VISITOR_QUESTIONS
from evals.personal_messages import Message, leaked, messages
from evals.results import read_lines

# Recall that has to be reached, and the share of harmless questions that may be touched.
TARGETS = {
    "social_security_number": 0.99,
    "card_number": 0.99,
    "bank_account": 0.99,
    "phone": 0.98,
    "email": 0.98,
    "address": 0.90,
}
FALSE_ALARMS = 0.005
# Real people's questions, the policy's visitor questions, and utterances on other subjects.
HARMLESS = (
    PRIVACY_QUESTIONS,
    DEVELOPMENT["massgov_real_dev"],
    DEVELOPMENT["massgov_dev"],
    VISITOR_QUESTIONS,
    OFF_TOPIC,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.personal_data", description="Measures the masking.")
    parser.add_argument("--count", type=int, default=2_400, help="how many messages to make (default: 2400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print every miss and every false alarm")
    arguments = parser.parse_args(argv)
    console = Console() if sys.stdout.isatty() else Console(width=140)
    recall = show_recall(messages(arguments.count, arguments.seed), console, arguments.show)
    missed = [kind for kind, target in TARGETS.items() if recall.get(kind, 0.0) < target]
    if show_false_alarms(HARMLESS, console, arguments.show) > FALSE_ALARMS:
        missed.append("false alarms")
    console.print(f"Not reached: {', '.join(missed)}." if missed else "Every target holds.")
    return 1 if missed else 0


def show_recall(made: Sequence[Message], console: Console, every_miss: bool = False) -> dict[str, float]:
    """Print the share of messages that lose their whole secret, by kind and by spelling; return it by kind."""
    groups: dict[tuple[int, str], list[tuple[bool, bool]]] = defaultdict(list)
    for message in made:
        masked, kinds = mask_personal_data(message.text)
        gone = not leaked(message, masked)
        right = gone and kinds == (message.kind,)
        for group in ((0, message.kind), (1, message.spelling), (2, "all")):
            groups[group].append((gone, right))
        if every_miss and not right:
            console.print(f"{message.kind}, {message.spelling}: {message.text!r} -> {masked!r}", markup=False)
    table = _table("Messages with one secret", "", "messages", "taken out", "and its kind named", "target")
    recall = {}
    for (level, name), rows in sorted(groups.items()):
        gone_share, right_share = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        target = f"{TARGETS[name]:.2f}" if name in TARGETS else ""
        table.add_row(name, str(len(rows)), f"{gone_share:.3f}", f"{right_share:.3f}", target)
        if level == 0:
            recall[name] = gone_share
    console.print(table)
    return recall


def show_false_alarms(paths: Sequence[Path], console: Console, every_one: bool = False) -> float:
    """Print the share of harmless questions that are touched, by file; return the largest."""
    table = _table("Questions without personal data", "", "questions", "touched", "share", "at most")
    worst = 0.0
    for path in paths:
        if not path.is_file():
            console.print(f"{path.name} is not at hand and left out.")
            continue
        questions = _harmless(path)
        touched = [question for question in questions if mask_personal_data(question)[1]]
        for question in touched if every_one else ():
            console.print(f"{path.name}: {question!r} -> {mask_personal_data(question)[0]!r}", markup=False)
        share = len(touched) / len(questions)
        worst = max(worst, share)
        table.add_row(path.name, str(len(questions)), str(len(touched)), f"{share:.4f}", str(FALSE_ALARMS))
    console.print(table)
    return worst


def _harmless(path: Path) -> list[str]:
    """The questions of a file but those that were written to hold personal data or to attack."""
    return [record["question"] for record in read_lines(path) if record.get("kind") not in {"sensitive", "injection"}]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column else "left")
    return table


if __name__ == "__main__":
    sys.exit(main())

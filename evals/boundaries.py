"""`python -m evals boundaries`: finds the sentences of legal English with our rules and with other libraries."""

from __future__ import annotations

import time

from rich.console import Console
from rich.table import Table

from evals import OURS
from evals.measures.boundaries import BoundaryScore, score_boundaries
from evals.peers.splitters import SPLITTERS, Split, load_splitter, starts
from evals.sets.boundaries import SPLITS, Passage, load_boundaries

# Our F1 on the held-out texts must be at least this.
F1 = 0.98
# Long enough for a steady figure.
_TIMED_CHARS = 200_000
_CONTEXT = 40


def check_boundaries(console: Console, every_error: bool = False) -> int:
    """Print the measures of every splitter; return 0 if ours reach the target, else 1.

    every_error: also print our errors, except in the held-out texts.
    """
    passages = {split: load_boundaries(split) for split in SPLITS}
    table = Table(title="Sentence boundaries of legal English", title_justify="left")
    for column in ("", "texts", "marks", "boundaries", "precision", "recall", "F1", "million characters a second"):
        table.add_column(column, justify="right" if column else "left")
    reached = False
    for name in SPLITTERS:
        splitter = load_splitter(name)
        speed = _speed(splitter, " ".join(passage.text for texts in passages.values() for passage in texts))
        for split, texts in passages.items():
            measured = score(splitter, texts)
            reached |= name == OURS and split == "held out" and measured.f1 >= F1
            places, true = sum(passage.places for passage in texts), sum(len(passage.starts) for passage in texts)
            shares = (f"{share:.3f}" for share in (measured.precision, measured.recall, measured.f1))
            table.add_row(f"{name}, {split}", str(len(texts)), str(places), str(true), *shares, f"{speed:.2f}")
    console.print(table)
    if every_error:
        _show_errors(load_splitter(OURS), passages["dev"], console)
    console.print("The target is reached." if reached else f"Target missed: F1 of {F1} on the held-out texts.")
    return 0 if reached else 1


def score(splitter: Split, texts: list[Passage]) -> BoundaryScore:
    """Return the score of a splitter over some texts."""
    return score_boundaries((passage.starts, starts(splitter, passage.text)) for passage in texts)


def _speed(splitter: Split, text: str) -> float:
    text = " ".join([text] * (_TIMED_CHARS // len(text) + 1))
    started = time.process_time()
    splitter(text)
    return len(text) / 1e6 / (time.process_time() - started)


def _show_errors(splitter: Split, texts: list[Passage], console: Console) -> None:
    for passage in texts:
        found = starts(splitter, passage.text)
        for place in sorted(passage.starts ^ found):
            before = passage.text[max(0, place - _CONTEXT) : place]
            kind = "wrong " if place in found else "missed"
            console.print(f"{kind} {before}| {passage.text[place : place + _CONTEXT]}", markup=False, highlight=False)

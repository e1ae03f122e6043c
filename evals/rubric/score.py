"""`python -m evals rubric score`: shows how often each system's answers are good, and how far the readers agree."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.types import AskPolicyError
from evals.files import read_json, write_lines
from evals.measures.significance import confidence_intervals
from evals.rubric.agreement import agreed, kappa
from evals.rubric.grades import CAUSES, GRADES, USABLE, Grade, read_grades

# Reader -> item -> grade.
Readers = Mapping[str, Mapping[str, Grade]]
_MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Key:
    """What readers do not see. systems: in the order in which they were named. items: item -> its sha256, systems."""

    systems: tuple[str, ...]
    items: Mapping[str, Mapping[str, Any]]

    def items_of(self, system: str) -> list[str]:
        """Return the items that show an answer of this system, in an order that is the same for all systems."""
        shown = (item for item, entry in self.items.items() if system in entry["systems"])
        return sorted(shown, key=self.sha256)

    def sha256(self, item: str) -> str:
        """Return the sha256 of an item's question."""
        return str(self.items[item]["sha256"])


def score(readers: Sequence[Path], key_path: Path, labels: Path | None, console: Console) -> int:
    """Print the tables and return the exit code, 0. labels: where to write the grades by sha256, to commit; or None.

    Raises AskPolicyError if a file cannot be read, or if two readers have the same file name.
    """
    key = read_key(key_path)
    grades = {path.stem: read_grades(path, key.items) for path in readers}
    if len(grades) < len(readers):
        raise AskPolicyError("Two readers' files have the same name: the name says who read.")
    _show_shares(grades, key, console)
    if len(grades) > 1:
        _show_agreement(grades, key, console)
    _show_causes(grades, key, console)
    _show_changes(grades, key, console)
    if labels:
        write_lines(labels, label_records(grades, key))
        console.print(f"Labels: {labels}", soft_wrap=True)
    return 0


def read_key(path: Path) -> Key:
    """Return the key that `prepare` wrote. Raises AskPolicyError if it is none."""
    if not path.is_file():
        raise AskPolicyError(f"There is no {path}: `python -m evals rubric prepare` writes it.")
    try:
        record = read_json(path)
        return Key(tuple(record["systems"]), record["items"])
    except (ValueError, KeyError, TypeError):
        raise AskPolicyError(
            f"{path} is not a key: use the key.json that `python -m evals rubric prepare` wrote."
        ) from None


def shares(grades: Iterable[Sequence[Grade]]) -> dict[str, float | None]:
    """Return the shares of answers that are good, usable, and have the wrong outcome. Each item has some grades."""
    every = [grade for some in grades for grade in some]
    if not every:
        return {"good": None, "usable": None, "wrong_outcome": None}
    return {
        "good": sum(g.grade == "good" for g in every) / len(every),
        "usable": sum(g.grade in USABLE for g in every) / len(every),
        "wrong_outcome": sum(g.wrong_outcome for g in every) / len(every),
    }


def agreement(one: Sequence[Grade], other: Sequence[Grade]) -> dict[str, float | None]:
    """Return how far two readers agree on the grade, on what is usable, and on wrong outcomes."""
    numbers, others = ([GRADES.index(g.grade) for g in grades] for grades in (one, other))
    usable, others_usable = ([int(g.grade in USABLE) for g in grades] for grades in (one, other))
    wrong, others_wrong = ([int(g.wrong_outcome) for g in grades] for grades in (one, other))
    return {
        "grade: same": agreed(numbers, others),
        "grade: kappa": kappa(numbers, others),
        "grade: weighted kappa": kappa(numbers, others, "quadratic"),
        "usable: same": agreed(usable, others_usable),
        "usable: kappa": kappa(usable, others_usable),
        "wrong outcome: same": agreed(wrong, others_wrong),
        "wrong outcome: kappa": kappa(wrong, others_wrong),
    }


def label_records(readers: Readers, key: Key) -> Iterator[dict[str, Any]]:
    """Yield one record per question, system and reader. It has the question's sha256, and none of its words."""
    for system, reader in itertools.product(key.systems, readers):
        for item in key.items_of(system):
            grade = readers[reader][item]
            yield {
                "sha256": key.sha256(item),
                "system": system,
                "reader": reader,
                "grade": grade.grade,
                "cause": grade.cause,
                "wrong_outcome": grade.wrong_outcome,
            }


def _show_shares(readers: Readers, key: Key, console: Console) -> None:
    table = Table(title="answers by system and reader", title_justify="left")
    for column in ("system", "reader", "answers", "good", "usable", "wrong outcome"):
        table.add_column(column, justify="left" if column in {"system", "reader"} else "right")
    for system in key.systems:
        items = key.items_of(system)
        rows = {reader: [[grades[item]] for item in items] for reader, grades in readers.items()}
        if len(readers) > 1:
            rows[_MEAN] = [[grades[item] for grades in readers.values()] for item in items]
        for reader, some in rows.items():
            found, intervals = shares(some), confidence_intervals(some, shares)
            cells = [f"{found[n]:.3f} ({intervals[n][0]:.2f}–{intervals[n][1]:.2f})" for n in found]
            table.add_row(system, reader, str(len(items)), *cells)
    console.print(table)


def _show_agreement(readers: Readers, key: Key, console: Console) -> None:
    table = Table(title="agreement of two readers", title_justify="left")
    table.add_column("readers")
    table.add_column("answers")
    for (one, grades), (other, others) in itertools.combinations(readers.items(), 2):
        groups = {"all": list(key.items)} | {system: key.items_of(system) for system in key.systems}
        for group, items in groups.items():
            found = agreement([grades[i] for i in items], [others[i] for i in items])
            if len(table.columns) == 2:
                for name in found:
                    table.add_column(name, justify="right")
            table.add_row(f"{one}, {other}", group, *("–" if v is None else f"{v:.2f}" for v in found.values()))
    console.print(table)


def _show_causes(readers: Readers, key: Key, console: Console) -> None:
    table = Table(title="causes: number of answers that are not good", title_justify="left")
    table.add_column("cause")
    columns = list(itertools.product(key.systems, readers))
    for system, reader in columns:
        table.add_column(f"{system}, {reader}", justify="right")
    for cause in CAUSES:
        counts = [sum(readers[r][item].cause == cause for item in key.items_of(s)) for s, r in columns]
        table.add_row(cause, *map(str, counts))
    console.print(table)


def _show_changes(readers: Readers, key: Key, console: Console) -> None:
    """Print for each pair of systems how many questions got a better, an equal or a worse answer, by each reader."""
    places = {system: {key.sha256(i): i for i in key.items_of(system)} for system in key.systems}
    table = Table(title="questions by reader: second system against first", title_justify="left")
    for column in ("systems", "reader", "better", "same", "worse"):
        table.add_column(column)
    for first, second in itertools.combinations(places, 2):
        for reader, grades in readers.items():
            pairs = [
                (grades[places[first][q]], grades[places[second][q]]) for q in places[first] if q in places[second]
            ]
            steps = [GRADES.index(a.grade) - GRADES.index(b.grade) for a, b in pairs]
            counts = (sum(s > 0 for s in steps), sum(s == 0 for s in steps), sum(s < 0 for s in steps))
            table.add_row(f"{first}, {second}", reader, *map(str, counts))
    if table.row_count:
        console.print(table)

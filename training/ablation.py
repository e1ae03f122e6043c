"""Measures what each channel and model contributes: the cross-validated measures, with one of them left out at a time.

    python -m training.ablation [--encoder NAME=FOLDER …] [--out FILE]

All fitted models are fitted again for each variant. `python -m evals report` shows the output as a table if it is saved
as `ablation.json` in the results folder.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bot.answering.fitted import Fitted, Logistic
from bot.index.bundle import Bundle
from bot.index.lexical import Lexical
from bot.settings import Settings
from evals.files import write_json
from evals.peers import MODEL
from training.calibrate import SETS, built_bundle, cross_validated_measures, fit_scope

MEASURES = ("hit@1", "hit@3", "complete", "precision", "outcome_macro_f1", "off_topic_answered", "not_covered_answered",
            "answerable_refused")  # fmt: skip


def variants(settings: Settings, encoders: dict[str, str]) -> Iterator[tuple[str, Bundle, Logistic]]:
    """Yield the name, bundle and scope model of each variant, the whole system first."""
    bundle = built_bundle(settings.model)
    scope = fit_scope(bundle)
    yield "everything", bundle, scope
    yield "without visitor questions", bundle.without_questions(), scope
    yield "without BM25", dataclasses.replace(bundle, lexical=Lexical([""] * len(bundle.passages))), scope
    uniform = dataclasses.replace(
        scope, coefficients=np.zeros_like(scope.coefficients), intercept=np.zeros_like(scope.intercept)
    )
    yield "without the scope model", bundle, uniform
    for name, model in {"encoder as published": MODEL, **encoders}.items():
        other = built_bundle(model)
        yield name, other, fit_scope(other)


def main() -> None:
    """Measure every variant; print the tables and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", action="append", default=[], metavar="NAME=FOLDER", help="another one to measure")
    parser.add_argument("--out", type=Path, default=Path("results") / "ablation.json")
    arguments = parser.parse_args()
    settings = Settings()
    found: dict[str, dict[str, dict[str, float | None]]] = {name: {} for name in SETS}
    for variant, bundle, scope in variants(settings, dict(pair.split("=", 1) for pair in arguments.encoder)):
        unfitted = Logistic.unfitted()
        fitted = Fitted(scope, unfitted, unfitted, unfitted, unfitted, unfitted)
        for name, figures in cross_validated_measures(bundle, fitted, settings).items():
            found[name][variant] = {measure: figures[measure] for measure in MEASURES}
    write_json(arguments.out, found)
    for name, rows in found.items():
        table = Table("", *MEASURES, title=name)
        for variant, figures in rows.items():
            table.add_row(variant, *(f"{figures[measure]:.3f}" for measure in MEASURES))
        Console(width=160).print(table)


if __name__ == "__main__":
    main()

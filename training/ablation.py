"""Measures what each channel and model contributes: the development sets, with one of them left out at a time.

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

from bot.answering.fitted import Logistic, load_fitted
from bot.index.bundle import Bundle
from bot.index.lexical import Lexical
from bot.pipeline import Bot
from bot.settings import Settings
from evals.asking import answer_cases, ask_bot
from evals.files import write_json
from evals.measures.aggregates import aggregate
from evals.measures.answers import EXPECTED
from evals.measures.summary import score_answers
from evals.peers import MODEL
from evals.sets.cases import load_set
from evals.sets.paths import DEVELOPMENT
from training.calibrate import built_bundle, fit, fit_scope, informed_examples, plain_examples, unfitted_but

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


def measures(bot: Bot, name: str) -> dict[str, float | None]:
    """Return the measures of a bot on the questions of a development set that have one of the three outcomes."""
    cases = [case for case in load_set(name) if case.kind in EXPECTED]
    return aggregate(score_answers(cases, list(answer_cases(ask_bot(bot), cases)), bot.bundle.policy))


def main() -> None:
    """Measure every variant; print the tables and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", action="append", default=[], metavar="NAME=FOLDER", help="another one to measure")
    parser.add_argument("--out", type=Path, default=Path("results") / "ablation.json")
    arguments = parser.parse_args()
    settings = Settings()
    found: dict[str, dict[str, dict[str, float | None]]] = {name: {} for name in DEVELOPMENT}
    for variant, bundle, scope in variants(settings, dict(pair.split("=", 1) for pair in arguments.encoder)):
        fitted = unfitted_but(scope, load_fitted().fact)
        fitted = fit(plain_examples(bundle, fitted, settings), fitted, "_plain")
        if bundle.questions:
            fitted = fit(informed_examples(bundle, fitted, settings), fitted)
        for name in found:
            figures = measures(Bot(bundle, settings, fitted), name)
            found[name][variant] = {measure: figures[measure] for measure in MEASURES}
    write_json(arguments.out, found)
    for name, rows in found.items():
        table = Table("", *MEASURES, title=name)
        for variant, figures in rows.items():
            table.add_row(variant, *(f"{figures[measure]:.3f}" for measure in MEASURES))
        Console(width=160).print(table)


if __name__ == "__main__":
    main()

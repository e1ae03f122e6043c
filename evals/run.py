"""`python -m evals run`: asks every question of the chosen sets, scores the answers, writes a results folder."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from bot.corpus import load_shelf
from bot.opening import bundle_folder, index_policy, open_shelf
from bot.pipeline import Bot
from bot.settings import load_settings
from bot.types import AskPolicyError, Policy
from evals import off_topic, tables, units
from evals.answering import Ask, answer_cases, score_answers, score_rankings, section_of, summarise
from evals.environment import environment
from evals.gate import BASELINE, GATED_SETS, check_gate, junit, make_baseline, read_baseline
from evals.measures import Folded
from evals.peers import answer, build_peer
from evals.results import OURS, write_json, write_lines
from evals.sets import (
    ALL_SETS,
    OFF_TOPIC_SET,
    TOPIC_CHANGE_SET,
    UNIT_SETS,
    Case,
    UnitSet,
    available,
    load_set,
    load_unit_sets,
    topic_changes,
)
from evals.statistics import confidence_intervals


@dataclass(frozen=True, slots=True)
class Options:
    """What to run. limit: at most so many questions a set, for development; None takes all."""

    sets: tuple[str, ...]
    stage: str
    peers: tuple[str, ...]
    out: Path
    gate: bool
    write_baseline: bool
    limit: int | None


def run(options: Options, console: Console) -> int:
    """Run, print and write; returns the exit code, 1 where the gate does not hold.

    Raises AskPolicyError where the options do not go together, or a set or peer is not to be had.
    """
    if (options.gate or options.write_baseline) and (options.limit is not None or options.stage != "bot"):
        raise AskPolicyError("The gate and the baseline need whole sets: leave out --limit and --stage.")
    baseline = read_baseline()
    if options.gate and not baseline:
        raise AskPolicyError(f"There is no {BASELINE}: write one with `python -m evals run --write-baseline`.")

    with tempfile.TemporaryDirectory() as home:
        bot = bot_of_this_checkout(Path(home))
        asks = {OURS: _ask_us(bot)} | {name: _ask_peer(name, bot.bundle.policy) for name in options.peers}
        aggregates: dict[str, dict[str, Any]] = {}
        for name in _at_hand(options.sets, console):
            if name in UNIT_SETS:
                aggregates[name] = _run_units(name, bot, options)
                tables.show_units(name, aggregates[name], console)
            else:
                aggregates[name] = _run_cases(name, asks, bot.bundle.policy, options, console)
        write_json(options.out / "settings.json", environment(bot) | {"options": _plain(options)})
    write_json(options.out / "aggregates.json", aggregates)

    ours = {name: systems[OURS]["measures"] for name, systems in aggregates.items() if name in GATED_SETS}
    checks = check_gate(ours, baseline) if options.stage == "bot" and options.limit is None else []
    (options.out / "junit.xml").write_text(junit(checks), encoding="utf-8")
    if options.write_baseline:
        write_json(BASELINE, make_baseline(ours, baseline))
        console.print(f"Baseline written: {BASELINE}")
    console.print(f"Results: {options.out}", soft_wrap=True)
    if not options.gate:
        return 0
    for name in sorted(baseline.keys() - ours.keys()):
        console.print(f"[yellow]Not gated, because it was not measured: {name}[/]")
    tables.show_gate(checks, console)
    return 0 if checks and all(check.passed for check in checks) else 1


def bot_of_this_checkout(home: Path) -> Bot:
    """A bot whose index is built in `home` from what is checked out, without answers held from before.

    Vectors of texts that have not changed since the usual index was built come from there: they are the same.
    """
    settings = load_settings(home=home, cached_answers=0)
    usual = load_settings()
    shelf = load_shelf(settings.policy, settings.corpus)
    index_policy(settings.policy, settings, reuse=bundle_folder(shelf, usual))
    return open_shelf(shelf, settings)


def _at_hand(wanted: Sequence[str], console: Console) -> list[str]:
    """The sets that can be run: all that are named, or by default those that are there, the others said plainly."""
    there = [*available(), TOPIC_CHANGE_SET]
    there += [OFF_TOPIC_SET] if off_topic.held_out() else []
    there += [name for name in UNIT_SETS if load_unit_sets(name)]
    missing = [name for name in wanted or ALL_SETS if name not in there]
    if missing and wanted:
        raise AskPolicyError(
            f"Not at hand: {', '.join(missing)}. evals/data.py says where the files belong; SHARED_DATA names the "
            "folder."
        )
    for name in missing:
        console.print(f"[yellow]Not at hand, so not measured: {name}[/]")
    return [name for name in wanted or ALL_SETS if name in there]


def load_cases(name: str) -> tuple[Case, ...]:
    """The cases of a set about the policy; CLINC150's held-out utterances are off-topic ones."""
    if name == TOPIC_CHANGE_SET:
        return topic_changes(load_set("massgov_dev"))
    if name != OFF_TOPIC_SET:
        return load_set(name)
    return tuple(
        Case(f"clinc150-{number:04d}", question, (), "off_topic", (), (), None, "clear")
        for number, question in enumerate(off_topic.held_out())
    )


def _run_cases(
    name: str, asks: dict[str, Ask], policy: Policy, options: Options, console: Console
) -> dict[str, dict[str, Any]]:
    cases = load_cases(name)[: options.limit]
    folded = Folded(policy.text)
    sections = {case.id: section_of(case, policy, folded) for case in cases}
    answer_rows, score_rows = [], []
    summaries = {}
    for system, ask in asks.items():
        answers = list(_tracked(answer_cases(ask, cases), len(cases), f"{name}: {system}"))
        scores = score_answers(cases, answers, policy)
        rankings = score_rankings(cases, answers, policy)
        answer_rows += [{"system": system, **record} for record in answers]
        score_rows += [
            {"system": system, "section": sections[s.id], **dataclasses.asdict(s), "ranking": rankings.get(s.id)}
            for s in scores
        ]
        states_confidence = any("confidence" in record for record in answers)
        summaries[system] = summarise(scores, rankings, sections, options.stage, with_confidence=states_confidence)
    write_lines(options.out / name / "cases.jsonl", map(dataclasses.asdict, cases))
    write_lines(options.out / name / "answers.jsonl", answer_rows)
    write_lines(options.out / name / "scores.jsonl", score_rows)
    tables.show_set(name, summaries, console)
    return summaries


def _run_units(name: str, bot: Bot, options: Options) -> dict[str, dict[str, Any]]:
    sets = _first_questions(load_unit_sets(name), options.limit)
    rankings = {OURS: units.rank_with_askpolicy(sets, bot.settings)}
    for peer in options.peers:
        if peer in units.UNIT_PEERS:
            rankings[peer] = units.rank_with_peer(sets, peer)
    rows: list[dict[str, Any]] = []
    summaries = {}
    for system, ranked in rankings.items():
        scores = units.score_units(sets, ranked)
        rows += [{"system": system, **dataclasses.asdict(s)} for s in scores]
        summaries[system] = {
            "measures": units.aggregate_units(scores),
            "intervals": confidence_intervals(scores, units.aggregate_units),
        }
    write_lines(options.out / name / "scores.jsonl", rows)
    return summaries


def _first_questions(sets: Sequence[UnitSet], limit: int | None) -> list[UnitSet]:
    if limit is None:
        return list(sets)
    kept = []
    left = limit
    for unit_set in sets:
        if left > 0:
            kept.append(dataclasses.replace(unit_set, cases=unit_set.cases[:left]))
            left -= len(unit_set.cases)
    return kept


def _ask_us(bot: Bot) -> Ask:
    place = {passage.id: row for row, passage in enumerate(bot.bundle.passages)}

    def ask(question: str, history: Sequence[str]) -> dict[str, Any]:
        answer = bot.ask(question, history)
        return answer.to_json() | {"ranking": [place[hit.passage.id] for hit in answer.hits]}

    return ask


def _ask_peer(name: str, policy: Policy) -> Ask:
    peer = build_peer(name, policy)
    return lambda question, history: answer(peer, policy, question, history)


def _tracked(rows: Iterable[dict[str, Any]], total: int, title: str) -> Iterable[dict[str, Any]]:
    """Progress on a terminal, none in a pipe."""
    errors = Console(stderr=True)
    return track(rows, title, total, console=errors, transient=True, disable=not errors.is_terminal)


def _plain(options: Options) -> dict[str, Any]:
    return dataclasses.asdict(options) | {"out": str(options.out)}

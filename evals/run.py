"""`python -m evals run`: asks every question of the chosen sets, scores the answers, and writes a results folder."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from bot.opening import bundle_folder, index_policy, open_policy_folder
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from bot.types import AskPolicyError, Policy
from evals import OURS
from evals.asking import UNIT_PEERS, Ask, answer_cases, ask_bot, ask_peer, rank_with_askpolicy, rank_with_peer
from evals.files import write_json, write_lines
from evals.gate import BASELINE, GATED_SETS, check_gate, junit, make_baseline, read_baseline
from evals.measures.normalized import NormalizedText
from evals.measures.significance import confidence_intervals
from evals.measures.summary import score_answers, score_rankings, section_of, summarize
from evals.measures.units import aggregate_units, score_units
from evals.reading import run_reading
from evals.report import tables
from evals.report.environment import environment
from evals.sets import off_topic
from evals.sets.cases import (
    ALL_SETS,
    CONVERSATION_SET,
    OFF_TOPIC_SET,
    READING_SET,
    TOPIC_CHANGE_SET,
    TRAINING_POLICIES_SET,
    TYPO_SET,
    UNIT_SETS,
    UnitSet,
    available,
    load_cases,
    load_unit_sets,
)
from evals.sets.plain_sentences import load_judged, to_judge
from evals.training_policies import run_training_policies


@dataclass(frozen=True, slots=True)
class Options:
    """What to run. limit: how many questions to ask of each set; None asks all of them.

    policies: of the set `reading`, ask only about these files; all if empty.
    """

    sets: tuple[str, ...]
    stage: str
    peers: tuple[str, ...]
    out: Path
    gate: bool
    write_baseline: bool
    limit: int | None
    policies: tuple[str, ...] = ()


def run(options: Options, console: Console) -> int:
    """Run the evaluation, print the results and write them; return the exit code, 1 if the gate fails.

    Raises AskPolicyError if the options contradict each other, or if a set or a peer is missing.
    """
    if (options.gate or options.write_baseline) and (options.limit is not None or options.stage != "bot"):
        raise AskPolicyError("The gate and the baseline need whole sets: remove --limit and --stage.")
    baseline = read_baseline()
    if options.gate and not baseline:
        raise AskPolicyError(f"{BASELINE} does not exist: write it with `python -m evals run --write-baseline`.")

    with tempfile.TemporaryDirectory() as home:
        bot = bot_of_this_checkout(Path(home))
        asks = {OURS: ask_bot(bot)} | {name: ask_peer(name, bot.bundle.policy) for name in options.peers}
        aggregates: dict[str, dict[str, Any]] = {}
        for name in _sets_to_run(options.sets, console):
            if name == READING_SET:
                found = run_reading(options.out / name, options.policies, options.limit)
                aggregates[name] = {OURS: found.summary}
                tables.show_reading(name, found, console)
            elif name == TRAINING_POLICIES_SET:
                ran = run_training_policies(bot.settings, options.out / name, options.limit)
                aggregates[name] = {OURS: ran.summary}
                tables.show_policies(name, ran, console)
            elif name in UNIT_SETS:
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
        console.print(f"[yellow]Not checked by the gate, because it was not measured: {name}[/]")
    tables.show_gate(checks, console)
    return 0 if checks and all(check.passed for check in checks) else 1


def bot_of_this_checkout(home: Path) -> Bot:
    """Return a bot that caches no answers, with an index built in `home` from this checkout.

    Vectors of texts that the usual index already has are copied from it, because they would be the same.
    """
    settings = load_settings(home=home, cached_answers=0)
    usual = load_settings()
    policy_folder = load_policy_folder(settings.policy, settings.corpus)
    index_policy(settings.policy, settings, reuse=bundle_folder(policy_folder, usual))
    return open_policy_folder(policy_folder, settings)


def _sets_to_run(wanted: Sequence[str], console: Console) -> list[str]:
    """Return the wanted sets, or every set that has its file if none is named. Print which sets are skipped.

    Raises AskPolicyError if a wanted set has no file.
    """
    found = [*available(), TOPIC_CHANGE_SET, CONVERSATION_SET, TYPO_SET]
    found += [OFF_TOPIC_SET] if off_topic.held_out() else []
    found += [name for name in UNIT_SETS if load_unit_sets(name)]
    found += [READING_SET, TRAINING_POLICIES_SET]
    missing = [name for name in wanted or ALL_SETS if name not in found]
    if missing and wanted:
        raise AskPolicyError(
            f"These sets have no file: {', '.join(missing)}. Put the files where evals/sets/paths.py expects them, or "
            "set SHARED_DATA to their folder."
        )
    for name in missing:
        console.print(f"[yellow]Not measured, because its file is missing: {name}[/]")
    return [name for name in wanted or ALL_SETS if name in found]


def _run_cases(
    name: str, asks: dict[str, Ask], policy: Policy, options: Options, console: Console
) -> dict[str, dict[str, Any]]:
    cases = load_cases(name)[: options.limit]
    normalized = NormalizedText(policy.text)
    sections = {case.id: section_of(case, policy, normalized) for case in cases}
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
        if system == OURS:
            write_lines(options.out / name / "to_judge.jsonl", to_judge(cases, answers, load_judged()))
        states_confidence = any("confidence" in record for record in answers)
        summaries[system] = summarize(scores, rankings, sections, options.stage, with_confidence=states_confidence)
    write_lines(options.out / name / "cases.jsonl", map(dataclasses.asdict, cases))
    write_lines(options.out / name / "answers.jsonl", answer_rows)
    write_lines(options.out / name / "scores.jsonl", score_rows)
    tables.show_set(name, summaries, console)
    return summaries


def _run_units(name: str, bot: Bot, options: Options) -> dict[str, dict[str, Any]]:
    sets = _first_questions(load_unit_sets(name), options.limit)
    rankings = {OURS: rank_with_askpolicy(sets, bot.settings)}
    for peer in options.peers:
        if peer in UNIT_PEERS:
            rankings[peer] = rank_with_peer(sets, peer)
    rows: list[dict[str, Any]] = []
    summaries = {}
    for system, ranked in rankings.items():
        scores = score_units(sets, ranked)
        rows += [{"system": system, **dataclasses.asdict(s)} for s in scores]
        summaries[system] = {
            "measures": aggregate_units(scores),
            "intervals": confidence_intervals(scores, aggregate_units),
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


def _tracked(rows: Iterable[dict[str, Any]], total: int, title: str) -> Iterable[dict[str, Any]]:
    """Show progress if standard error is a terminal."""
    errors = Console(stderr=True)
    return track(rows, title, total, console=errors, transient=True, disable=not errors.is_terminal)


def _plain(options: Options) -> dict[str, Any]:
    return dataclasses.asdict(options) | {"out": str(options.out)}

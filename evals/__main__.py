"""`python -m evals run | compare | report | rubric | bench | boundaries | learning | store | links | safety | labels`.

Exit codes: 0 done; 1 the work failed, the gate failed, or a safety check found a problem; 2 wrong usage. Each command
imports the heavy packages that it needs, so that `--help` stays fast.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.startup import keep_files_in
from bot.types import AskPolicyError
from evals.sets.cases import ALL_SETS, CASE_SETS

if TYPE_CHECKING:
    from rich.console import Console

_PARTS = ("systems", "http", "growth", "batches", "index", "many", "build", "day", "large")
_PEERS = ("langchain", "llamaindex", "haystack", "anchorcite", "dense", "bm25")
_BENCH_PEERS = ("langchain", "llamaindex", "haystack")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        from bot.settings import load_settings

        keep_files_in(load_settings().home)  # matplotlib writes files
        return command(arguments)
    except AskPolicyError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Measure askpolicy and its peers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_run(
        commands.add_parser("run", help="ask every question of a set, score the answers, and write a results folder")
    )

    compare = commands.add_parser("compare", help="compare two results folders, with a significance test")
    compare.add_argument("first", type=Path)
    compare.add_argument("second", type=Path)
    compare.add_argument("--systems", nargs=2, default=("askpolicy", "askpolicy"), metavar=("FIRST", "SECOND"),
                         help="which systems to compare; the two folders may be the same")  # fmt: skip
    compare.set_defaults(run=_compare)

    report = commands.add_parser("report", help="turn a results folder into a self-contained page")
    report.add_argument("folder", type=Path)
    report.add_argument("--output", type=Path, metavar="FILE", help="default: report.html in the folder")
    report.set_defaults(run=_report)

    _add_rubric(commands.add_parser("rubric", help="have people judge answers, without knowing the system"))
    _add_bench(commands.add_parser("bench", help="measure speed and footprint, for us and for peers"))

    boundaries = commands.add_parser("boundaries", help="find the sentences of legal English, with other libraries too")
    boundaries.add_argument("--show", action="store_true",
                            help="print every error of ours, except in the held-out texts")  # fmt: skip
    boundaries.set_defaults(run=_boundaries)

    learning = commands.add_parser("learning", help="what do an owner's own questions add, from 0 to 300?")
    learning.set_defaults(run=_learning)

    store = commands.add_parser("store", help="are the answers the same if the shared database searches the vectors?")
    store.add_argument("--limit", type=_positive, metavar="N", help="ask only the first N questions of each set")
    store.set_defaults(run=_store)

    links = commands.add_parser("links", help="open the link of each statement in Chromium: do they land?")
    links.add_argument("policies", nargs="*", metavar="POLICY",
                       help="policies, files, or folders of files (default: Mass.gov and the real ones)")  # fmt: skip
    links.add_argument("--limit", type=_positive, metavar="N", help="open only N links of each policy, evenly spread")
    links.add_argument("--show", action="store_true", help="print the links that do not land")
    links.set_defaults(run=_links)

    _add_safety(commands.add_parser("safety", help="check for behavior that must never happen"))

    labels = commands.add_parser("labels", help="check a working file of labels, and write the file to commit")
    labels.add_argument("working", type=Path, help="a JSON file as docs/quality.md describes it")
    labels.set_defaults(run=_labels)
    return parser


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("--set", action="append", dest="sets", choices=ALL_SETS, metavar="NAME", help=", ".join(ALL_SETS))
    run.add_argument("--stage", choices=("bot", "retrieval", "decision"), default="bot", help="which part to measure")
    run.add_argument("--peer", action="append", dest="peers", choices=(*_PEERS, "all"), metavar="NAME",
                     help=f"also ask this peer: {', '.join(_PEERS)}, all")  # fmt: skip
    run.add_argument("--out", type=Path, metavar="DIR", help="the results folder (default: results/<time>)")
    run.add_argument("--gate", action="store_true", help="fail if a measure is worse than in evals/baseline.json")
    run.add_argument("--write-baseline", action="store_true", help="save this run's measures as evals/baseline.json")
    run.add_argument("--limit", type=_positive, metavar="N", help="ask only the first N questions of each set")
    run.add_argument("--policy", action="append", dest="policies", metavar="FILE",
                     help="of the set reading, ask only about this policy")  # fmt: skip
    run.set_defaults(run=_run)


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument("--part", action="append", dest="parts", choices=_PARTS, metavar="NAME",
                       help=f"run only this part: {', '.join(_PARTS)} (default: all but day and large)")  # fmt: skip
    bench.add_argument("--peer", action="append", dest="peers", choices=(*_PEERS, "all"), metavar="NAME",
                       help="compare with this peer (default: langchain, llamaindex, haystack)")  # fmt: skip
    bench.add_argument("--full", action="store_true", help="go up to 1,000,000 passages; takes a few more minutes")
    bench.add_argument("--statements", type=_positive, default=1_000_000, metavar="N",
                       help="how many the part large has (default: 1,000,000: more than an hour)")  # fmt: skip
    bench.add_argument("--repeats", type=_positive, default=5, metavar="N", help="take medians of N runs (default: 5)")
    bench.add_argument("--limit", type=_positive, metavar="N", help="ask only the first N questions")
    bench.add_argument("--core-hour", type=float, default=0.04, metavar="PRICE",
                       help="of the part day: the price of one processor for an hour (default: 0.04)")  # fmt: skip
    bench.add_argument("--out", type=Path, metavar="DIR", help="the results folder (default: results/<time>)")
    bench.set_defaults(run=_bench)


def _add_safety(safety: argparse.ArgumentParser) -> None:
    checks = safety.add_subparsers(required=True, metavar="CHECK")
    injections = checks.add_parser("injections", help="does the bot obey any prompt that gives it orders?")
    injections.set_defaults(run=_injections)
    garak = checks.add_parser("garak", help="does the service obey any of garak's prompts?")
    garak.add_argument("command", metavar="GARAK", help="path of the garak command; `make garak` installs one")
    garak.add_argument("families", nargs="*", metavar="FAMILY", help="run only these probe families, such as dan")
    garak.set_defaults(run=_garak)
    languages = checks.add_parser("languages", help="does the guard accept English and recognize other languages?")
    languages.set_defaults(run=_languages)
    personal_data = checks.add_parser("personal-data", help="does the guard find personal data, and nothing else?")
    personal_data.add_argument("--show", action="store_true",
                               help="print every miss and false alarm, except from the held-out file")  # fmt: skip
    personal_data.set_defaults(run=_personal_data)
    urgent = checks.add_parser("urgent", help="does the guard recognize danger, and nothing else as danger?")
    urgent.add_argument("--show", action="store_true", help="print every mistake, except in held-out messages")
    urgent.set_defaults(run=_urgent)
    acts = checks.add_parser("acts", help="do the rules recognize greetings, complaints and other acts?")
    acts.set_defaults(run=_acts)


def _add_rubric(rubric: argparse.ArgumentParser) -> None:
    steps = rubric.add_subparsers(required=True, metavar="STEP")
    answer = steps.add_parser("answer", help="ask every question of a set and write the answers as a visitor sees them")
    answer.add_argument("--out", type=Path, required=True, metavar="FILE", help="named after the system: before.jsonl")
    answer.set_defaults(run=_rubric_answer)
    prepare = steps.add_parser("prepare", help="draw questions, and write the answers to judge in a random order")
    prepare.add_argument("--count", type=_positive, default=150, metavar="N", help="draw N questions (default: 150)")
    prepare.add_argument("--seed", type=int, default=1, metavar="N", help="which questions are drawn (default: 1)")
    prepare.add_argument("--answers", type=Path, action="append", default=[], metavar="FILE",
                         help="one system's answers; repeat it for others (default: ask this checkout)")  # fmt: skip
    prepare.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write items.jsonl, key.json")
    prepare.set_defaults(run=_rubric_prepare)
    for step in (answer, prepare):
        step.add_argument("--set", dest="name", choices=CASE_SETS, required=True, metavar="NAME",
                          help=", ".join(CASE_SETS))  # fmt: skip
    score = steps.add_parser("score", help="show how good each system's answers are, and how far the readers agree")
    score.add_argument(
        "readers", type=Path, nargs="+", metavar="READER", help="the grades of one reader, as JSON Lines"
    )
    score.add_argument("--key", type=Path, required=True, metavar="FILE", help="the key.json of the items")
    score.add_argument("--labels", type=Path, metavar="FILE", help="also write the grades, keyed by sha256, to commit")
    score.set_defaults(run=_rubric_score)


def _run(arguments: argparse.Namespace) -> int:
    from evals.run import Options, run

    options = Options(
        sets=tuple(arguments.sets or ()),
        stage=arguments.stage,
        peers=_peers(arguments.peers),
        out=arguments.out or _new_folder(),
        gate=arguments.gate,
        write_baseline=arguments.write_baseline,
        limit=arguments.limit,
        policies=tuple(arguments.policies or ()),
    )
    return run(options, _console())


def _compare(arguments: argparse.Namespace) -> int:
    from evals.report.compare import compare

    return compare(arguments.first, arguments.second, tuple(arguments.systems), _console())


def _report(arguments: argparse.Namespace) -> int:
    from evals.report.page import write_report

    page = write_report(arguments.folder, arguments.output or arguments.folder / "report.html")
    print(page)
    return 0


def _rubric_answer(arguments: argparse.Namespace) -> int:
    from evals.rubric.prepare import answer_set

    print(f"{answer_set(arguments.name, arguments.out)} answers: {arguments.out}")
    return 0


def _rubric_prepare(arguments: argparse.Namespace) -> int:
    from evals.rubric.prepare import prepare

    made = prepare(arguments.name, arguments.count, arguments.seed, arguments.answers, arguments.out)
    print(f"{made} items to judge as docs/rubric.md says: {arguments.out}")
    return 0


def _rubric_score(arguments: argparse.Namespace) -> int:
    from evals.rubric.score import score

    return score(arguments.readers, arguments.key, arguments.labels, _console())


def _bench(arguments: argparse.Namespace) -> int:
    from evals.bench import Options, bench

    options = Options(
        out=arguments.out or _new_folder(),
        parts=tuple(arguments.parts or _PARTS[:-2]),
        peers=_peers(arguments.peers or _BENCH_PEERS),
        repeats=arguments.repeats,
        limit=arguments.limit,
        full=arguments.full,
        core_hour=arguments.core_hour,
        statements=arguments.statements,
    )
    return bench(options, _console())


def _boundaries(arguments: argparse.Namespace) -> int:
    from evals.boundaries import check_boundaries

    return check_boundaries(_console(), arguments.show)


def _store(arguments: argparse.Namespace) -> int:
    from evals.store import run_store

    return run_store(arguments.limit, _console())


def _learning(_: argparse.Namespace) -> int:
    from evals.learning import show_learning_curve

    show_learning_curve(_console())
    return 0


def _links(arguments: argparse.Namespace) -> int:
    from evals.links import measure

    return measure(arguments.policies, arguments.limit, arguments.show, _console())


def _injections(_: argparse.Namespace) -> int:
    from evals.safety.injections import try_injections

    return try_injections(_console())


def _garak(arguments: argparse.Namespace) -> int:
    from evals.safety.garak import try_garak

    return try_garak(arguments.command, arguments.families, _console())


def _languages(_: argparse.Namespace) -> int:
    from evals.safety.languages import check_languages

    return check_languages(_console())


def _personal_data(arguments: argparse.Namespace) -> int:
    from evals.safety.personal_data import check_personal_data

    return check_personal_data(_console(), arguments.show)


def _urgent(arguments: argparse.Namespace) -> int:
    from evals.safety.urgent import check_urgent

    return check_urgent(_console(), arguments.show)


def _acts(_: argparse.Namespace) -> int:
    from evals.safety.acts import check_acts

    return check_acts(_console())


def _labels(arguments: argparse.Namespace) -> int:
    from evals.reading import text_of
    from evals.sets.reading.labels import commit_labels

    out, wrong = commit_labels(arguments.working, text_of)
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print(f"evals: {out} was not written: correct {arguments.working}.", file=sys.stderr)
        return 1
    print(out)
    return 0


def _console() -> Console:
    from rich.console import Console

    # Outside a terminal there is no width to fit.
    return Console() if sys.stdout.isatty() else Console(width=160)


def _peers(named: Sequence[str] | None) -> tuple[str, ...]:
    return _PEERS if "all" in (named or ()) else tuple(dict.fromkeys(named or ()))


def _new_folder() -> Path:
    return Path("results") / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())

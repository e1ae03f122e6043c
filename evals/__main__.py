"""`python -m evals run | compare | report | bench | safety`.

Exit codes: 0 done, 1 the work failed, the gate does not hold or a safety check found something, 2 wrong usage. Heavy
packages are imported only by the command that needs them.
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
from evals.sets.cases import ALL_SETS

if TYPE_CHECKING:
    from rich.console import Console

_PARTS = ("systems", "http", "growth", "batches")
_PEERS = ("langchain", "llamaindex", "haystack", "dense", "bm25")
_BENCH_PEERS = ("langchain", "llamaindex", "haystack")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        from bot.settings import load_settings

        keep_files_in(load_settings().home)  # matplotlib's files
        return command(arguments)
    except AskPolicyError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Measures askpolicy and its peers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="ask the questions of the sets, score the answers, write a results folder")
    run.add_argument("--set", action="append", dest="sets", choices=ALL_SETS, metavar="NAME", help=", ".join(ALL_SETS))
    run.add_argument("--stage", choices=("bot", "retrieval", "decision"), default="bot", help="what to report on")
    run.add_argument("--peer", action="append", dest="peers", choices=(*_PEERS, "all"), metavar="NAME",
                     help=f"ask these too: {', '.join(_PEERS)}, all")  # fmt: skip
    run.add_argument("--out", type=Path, metavar="DIR", help="the results folder (default: results/<time>)")
    run.add_argument("--gate", action="store_true", help="fail if a measure is worse than in evals/baseline.json")
    run.add_argument("--write-baseline", action="store_true", help="make this run the baseline")
    run.add_argument("--limit", type=_positive, metavar="N", help="the first N questions of each set: for development")
    run.set_defaults(run=_run)

    compare = commands.add_parser("compare", help="compare two results folders, measure by measure, with significance")
    compare.add_argument("first", type=Path)
    compare.add_argument("second", type=Path)
    compare.add_argument("--systems", nargs=2, default=("askpolicy", "askpolicy"), metavar=("FIRST", "SECOND"),
                         help="whose answers to compare; the folders may be the same")  # fmt: skip
    compare.set_defaults(run=_compare)

    report = commands.add_parser("report", help="turn a results folder into one self-contained page")
    report.add_argument("folder", type=Path)
    report.add_argument("--output", type=Path, metavar="FILE", help="default: report.html in the folder")
    report.set_defaults(run=_report)

    bench = commands.add_parser("bench", help="measure speed and footprint, ours and the peers'")
    bench.add_argument("--part", action="append", dest="parts", choices=_PARTS, metavar="NAME",
                       help=f"only these: {', '.join(_PARTS)}")  # fmt: skip
    bench.add_argument("--peer", action="append", dest="peers", choices=(*_PEERS, "all"), metavar="NAME",
                       help="next to these (default: langchain, llamaindex, haystack)")  # fmt: skip
    bench.add_argument("--full", action="store_true", help="up to 1,000,000 passages, which takes a few more minutes")
    bench.add_argument("--repeats", type=_positive, default=5, metavar="N", help="take medians of N runs")
    bench.add_argument("--limit", type=_positive, metavar="N", help="the first N questions")
    bench.add_argument("--out", type=Path, metavar="DIR", help="the results folder (default: results/<time>)")
    bench.set_defaults(run=_bench)

    safety = commands.add_parser("safety", help="check what must not happen")
    checks = safety.add_subparsers(required=True, metavar="CHECK")
    injections = checks.add_parser("injections", help="ask prompts that give orders: is any obeyed?")
    injections.set_defaults(run=_injections)
    garak = checks.add_parser("garak", help="ask garak's prompts over HTTP: is any obeyed?")
    garak.add_argument("command", metavar="GARAK", help="garak's command; `make garak` installs one")
    garak.add_argument("families", nargs="*", metavar="FAMILY", help="only these families of probes, such as dan")
    garak.set_defaults(run=_garak)
    languages = checks.add_parser("languages", help="is English let through, and every other language recognized?")
    languages.set_defaults(run=_languages)
    personal_data = checks.add_parser("personal-data", help="is personal data found, and nothing else?")
    personal_data.add_argument("--show", action="store_true",
                               help="print every miss and false alarm, but none of a held-out file")  # fmt: skip
    personal_data.set_defaults(run=_personal_data)
    return parser


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


def _bench(arguments: argparse.Namespace) -> int:
    from evals.bench import Options, bench

    options = Options(
        out=arguments.out or _new_folder(),
        parts=tuple(arguments.parts or _PARTS),
        peers=_peers(arguments.peers or _BENCH_PEERS),
        repeats=arguments.repeats,
        limit=arguments.limit,
        full=arguments.full,
    )
    return bench(options, _console())


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


def _console() -> Console:
    from rich.console import Console

    # A pipe has no width to keep to.
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

"""`askpolicy build`: many policies -> their indexes, by a plain loop or on Ray."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.command import Command
from bot.guard.control_codes import without_control_codes
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from bot.building.results import Result
    from bot.building.sources import Source
    from bot.settings import Settings


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a policy folder or file, a folder with many of them, or an address",
    )
    parser.add_argument(
        "--list", type=Path, metavar="FILE", help="a file with one SOURCE on each line, or - for standard input"
    )
    parser.add_argument(
        "--engine",
        choices=("loop", "ray"),
        help="loop builds one policy after the other; ray runs a pipeline, which can be restarted (default: loop)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="texts that are embedded at the same time; on ray, by one process each (default: the setting threads, or "
        "all processors of the cluster)",
    )
    parser.add_argument(
        "--address", metavar="RAY", help="a running Ray cluster, such as auto (default: one on this machine alone)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="the folder for the indexes (default: the setting home)"
    )


def _run(arguments: argparse.Namespace) -> int:
    """Build the policies, print one line for each that cannot be built, and return 1 if there is one."""
    from bot.building.sources import find_sources
    from bot.settings import load_settings

    overrides: dict[str, object] = {"home": arguments.out} if arguments.out else {}
    settings = load_settings(**overrides)
    if arguments.workers is not None and arguments.workers < 1:
        raise AskPolicyError("--workers must be 1 or more.")
    if arguments.address and arguments.engine == "loop":
        raise AskPolicyError("--address names a Ray cluster: leave out --engine loop.")
    sources, unreadable = find_sources(_names(arguments), settings)
    started = time.monotonic()
    result = _build(sources, settings, arguments)
    for failed in (*unreadable, *result.failed):
        print(f"askpolicy: {without_control_codes(str(failed))}", file=sys.stderr)
    count = len(result.built) + len(result.failed) + len(unreadable)
    print(_summary(result, count, settings.home, time.monotonic() - started))
    return 1 if len(result.built) < count else 0


def _names(arguments: argparse.Namespace) -> list[str]:
    names = list(arguments.sources)
    if arguments.list:
        from bot.building.sources import read_list

        try:
            data = sys.stdin.buffer.read() if str(arguments.list) == "-" else arguments.list.read_bytes()
            names += read_list(data.decode("utf-8").splitlines())
        except OSError as error:
            raise AskPolicyError(
                f"The list {arguments.list} cannot be read ({error.strerror}): name a file with one policy on a line."
            ) from None
        except UnicodeDecodeError as error:
            raise AskPolicyError(
                f"The list {arguments.list} is not UTF-8 (byte {error.start} is invalid): save it as UTF-8 text."
            ) from None
    if not names:
        raise AskPolicyError("Name what to build: policy folders, files, or a folder with many of them.")
    return names


def _build(sources: list[Source], settings: Settings, arguments: argparse.Namespace) -> Result:
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Building", total=len(sources))

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return _engine(arguments)(sources, settings, show)


def _engine(
    arguments: argparse.Namespace,
) -> Callable[[list[Source], Settings, Callable[[int, int], None]], Result]:
    if arguments.engine == "ray" or arguments.address:
        from bot.building import cluster

        return lambda sources, settings, show: cluster.build(
            sources, settings, workers=arguments.workers, address=arguments.address, on_progress=show
        )
    from bot.building import loop

    return lambda sources, settings, show: loop.build(
        sources, settings, workers=arguments.workers or settings.threads, on_progress=show
    )


def _summary(result: Result, count: int, home: Path, seconds: float) -> str:
    before = f", {result.before:,} of them before a restart" if result.before else ""
    now = len(result.built) - result.before
    return (
        f"Built {len(result.built):,} of {count:,} policies in {home}{before}: {result.statements:,} statements and "
        f"{result.questions:,} visitor questions, in {seconds:,.1f} s ({now / seconds:,.2f} policies a second)."
    )


BUILD = Command(
    "build",
    "read many policies and build their indexes, on this machine or on a Ray cluster",
    "askpolicy build corpus --engine ray",
    _run,
    _add_arguments,
)

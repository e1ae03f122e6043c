"""`askpolicy index`, `statements`, and `upgrade`: what was read from a policy, and the labels that name it."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.commands.command import Command, add_policy, json_line, read_settings, say
from bot.types import AskPolicyError


def _add_index(parser: argparse.ArgumentParser) -> None:
    add_policy(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder to write the index to")


def _index(arguments: argparse.Namespace) -> int:
    # What is imported and read here stays until the end, so collecting garbage would only take a twentieth of the time.
    gc.disable()
    try:
        return _index_and_tell(arguments)
    finally:
        gc.enable()


def _index_and_tell(arguments: argparse.Namespace) -> int:
    from bot.commands.about import tell_reading
    from bot.opening import index_policy
    from bot.policies.hosts import is_web_address

    settings = read_settings()
    name = arguments.policy or settings.policy
    with _progress() as on_progress:
        folder, policy_folder = index_policy(name, settings, arguments.out, on_progress)
    policy = policy_folder.policy
    print(
        f"Indexed '{policy.id}': {len(policy.sentences)} statements, {len(policy_folder.questions)} visitor questions, "
        f"in {folder}."
    )
    if is_web_address(name):
        say(f"Read “{policy.title}” at {policy.url}, and will not fetch it again until the next `index`.")
    tell_reading(policy_folder)
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show on a terminal how many texts are embedded."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Embedding", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _add_statements(parser: argparse.ArgumentParser) -> None:
    add_policy(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")


def _statements(arguments: argparse.Namespace) -> int:
    from bot.commands.labels import show_statements, statements, tell_left_out
    from bot.policies.folder import load_text

    settings = read_settings()
    policy_folder = load_text(arguments.policy or settings.policy, settings.corpus, settings.fetch)
    if arguments.json:
        for statement in statements(policy_folder.policy):
            print(json_line(statement))
    else:
        show_statements(policy_folder)
    tell_left_out(policy_folder)
    return 0


def _add_upgrade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", nargs="?", help="a folder under corpus/ (default: the Mass.gov policy)")
    parser.add_argument("--dry-run", action="store_true", help="list what would change, and write nothing")
    parser.add_argument(
        "--same-text",
        action="store_true",
        help="the policy's text has not changed, only how askpolicy divides it: follow changed context too",
    )


def _upgrade(arguments: argparse.Namespace) -> int:
    from bot.commands.labels import show_upgrade

    try:
        from bot.policies.upgrade import upgrade
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"Upgrading labels needs {error.name}: pip install {error.name}.") from None

    settings = read_settings()
    name = arguments.policy or settings.policy
    done = upgrade(name, settings.corpus, same_text=arguments.same_text)
    if not arguments.dry_run:
        done.write()
    if unplaced := show_upgrade(done, dry_run=arguments.dry_run):
        raise AskPolicyError(
            f"Labels of '{name}' could not be placed ({unplaced} different texts) and are unchanged: write words that "
            "`askpolicy statements` prints."
        )
    return 0


INDEX = Command("index", "read a policy and build its index", "askpolicy index my-policy.html", _index, _add_index)
STATEMENTS = Command(
    "statements",
    "print the statements that were read",
    "askpolicy statements my-policy.html",
    _statements,
    _add_statements,
)
UPGRADE = Command(
    "upgrade",
    "rewrite the labels of a policy folder after a change of its text or of askpolicy, and list what changed",
    "askpolicy upgrade massgov --dry-run",
    _upgrade,
    _add_upgrade,
)

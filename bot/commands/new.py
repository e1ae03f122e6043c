"""`askpolicy new`: a page or file -> a policy folder with drafts, ready to index."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.command import Command, read_settings, say

if TYPE_CHECKING:
    from bot.drafting.folder import NewFolder
    from bot.settings import Settings


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", help="the address of a page, or a text, Markdown, HTML, PDF or Word file")
    parser.add_argument("--name", metavar="ID", help="the name of the folder (default: after the site)")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="the folder to make it in (default: the setting corpus)"
    )


def _run(arguments: argparse.Namespace) -> int:
    """Make a policy folder, and print what was found, what was not, and what to do next."""
    from rich.console import Console
    from rich.progress import Progress

    from bot.drafting.folder import draft_folder, write_folder

    settings = read_settings()
    corpus = arguments.corpus or own_corpus(settings)
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Drafting", total=None)
        made = draft_folder(
            arguments.source,
            settings,
            corpus,
            arguments.name,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    write_folder(made)
    _tell(made, settings)
    return 0


def own_corpus(settings: Settings) -> Path:
    """Return the folder for an owner's policies: the setting, or `corpus` here if that is inside the package."""
    from bot.settings import PACKAGE

    return Path("corpus") if settings.corpus.is_relative_to(PACKAGE) else settings.corpus


def _tell(made: NewFolder, settings: Settings) -> None:
    from bot.commands.about import tell_reading

    policy = made.source.read.policy
    say(f"Read {len(policy.sentences)} statements. This is what they say about the policy itself:")
    tell_reading(made.source.read)
    if made.missing:
        say(f"Not found: {'; '.join(made.missing)}.")
    for question in made.starters:
        say(f"Starter: {question}")
    sure = sum(bool(draft.cite) and draft.is_sure for draft in made.drafts)
    answered = sum(bool(draft.cite) for draft in made.drafts)
    if made.drafts:
        say(
            f"Drafts: {answered} topics with an answer ({sure} likely, {answered - sure} doubtful), "
            f"{len(made.drafts) - answered} on which the policy seems silent. None is used before you review it."
        )
    if made.drafts and not sure:
        say("askpolicy: no topic is likely to be answered: is this the privacy policy itself?", file=sys.stderr)
    say(f"Wrote {made.path}: {', '.join(sorted(made.files))}. Their comments say what to check.")
    name = shlex.quote(_name(made.path, settings))
    if made.drafts:
        say(f"Review the drafts in a browser: askpolicy studio {name}")
    say(f"Next:\n  askpolicy index {name}\n  askpolicy check --policy {name}\n  askpolicy serve --policy {name}")


def _name(path: Path, settings: Settings) -> str:
    """Return how commands name the folder: by its name if it is in the corpus, otherwise by its path."""
    return path.name if os.path.realpath(path.parent) == os.path.realpath(settings.corpus) else str(path)


NEW = Command(
    "new",
    "make a policy folder from a page or file, with drafts to review",
    "askpolicy new https://www.example.org/privacy",
    _run,
    _add_arguments,
)

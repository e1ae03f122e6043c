"""`askpolicy diff`: what changed between two versions of a policy, in a terminal, as JSON, or as a page."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.command import Command, json_line, read_settings, say
from bot.guard.control_codes import without_control_codes
from bot.types import AskPolicyError, Policy, PolicyVersion

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from bot.comparing import AnswerChange
    from bot.pipeline import Bot
    from bot.policies.differences import Difference
    from bot.policies.folder import PolicyFolder
    from bot.settings import Settings

# How a kind of difference is shown to a reader: in words, so that nothing depends on color alone.
KINDS = {"added": "Added", "removed": "Removed", "changed": "Changed", "moved": "Moved"}
_COLORS = {"added": "\033[32m", "removed": "\033[31m"}
_MARKS = {"added": ("{+", "+}"), "removed": ("[-", "-]"), "same": ("", "")}
_PLAIN = "\033[0m"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a policy. changes: None if no questions were asked."""

    old: Policy
    new: Policy
    differences: tuple[Difference, ...]
    changes: tuple[AnswerChange, ...] | None

    @property
    def counts(self) -> dict[str, int]:
        """Return how many statements there are of each kind of difference."""
        return {kind: sum(each.kind == kind for each in self.differences) for kind in KINDS}

    @property
    def groups(self) -> list[tuple[tuple[str, str], list[Difference]]]:
        """Return the differences by kind and place, if these are the same for several that follow each other."""
        alike = groupby(self.differences, lambda each: (each.kind, _place(each)))
        return [(kind_and_place, list(group)) for kind_and_place, group in alike]

    @property
    def topics(self) -> list[AnswerChange]:
        """Return the topics whose question gets a different answer."""
        return [change for change in self.changes or () if change.topic]

    @property
    def questions(self) -> list[AnswerChange]:
        """Return the visitor questions that get a different answer."""
        return [change for change in self.changes or () if not change.topic]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        asked = self.changes is not None
        return {
            "old": _version(self.old),
            "new": _version(self.new),
            "statements": [difference.to_json() for difference in self.differences],
            "topics": [change.to_json() for change in self.topics] if asked else None,
            "questions": [change.to_json() for change in self.questions] if asked else None,
        }


def _version(policy: Policy) -> dict[str, Any]:
    version = PolicyVersion.of(policy)
    return {
        "id": version.id,
        "title": policy.title,
        "version": version.version,
        "effective": version.effective,
        "updated": version.updated,
    }


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("old", help="a policy folder, a file, or the address of a page")
    parser.add_argument("new", help="the same, or the new text of a policy folder")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the differences as JSON")
    form.add_argument("--html", type=Path, metavar="FILE", help="write them as one self-contained page")
    parser.add_argument("--no-answers", action="store_true", help="compare the texts only, and ask no questions")


def _run(arguments: argparse.Namespace) -> int:
    """Compare, and print or write the result."""
    settings = read_settings()
    with tempfile.TemporaryDirectory(prefix="askpolicy-") as scratch:
        compared = compare(arguments.old, arguments.new, settings, Path(scratch), answers=not arguments.no_answers)
    if arguments.json:
        print(json_line(compared.to_json()))
    elif arguments.html:
        write_page(compared, arguments.html)
        print(f"Wrote {arguments.html}.")
    else:
        show(compared, color=sys.stdout.isatty())
    return 0


def compare(old: str, new: str, settings: Settings, scratch: Path, *, answers: bool) -> Comparison:
    """Compare two versions of a policy. Nothing is changed.

    old, new: see `load_policy_folder`. If only the old one is a folder, the new one is its next version, with the
    labels that can be carried over. scratch: an empty folder. Raises AskPolicyError if one cannot be read.
    """
    from bot.opening import read_policy
    from bot.policies.differences import Alignment

    one = read_policy(old, settings)
    two = _next_version(one, old, new, settings, scratch) or read_policy(new, settings)
    differences = Alignment(one.policy, two.policy).differences()
    changes = _answers(one, two, settings, scratch) if answers else None
    return Comparison(one.policy, two.policy, differences, changes)


def _next_version(old: PolicyFolder, name: str, new: str, settings: Settings, scratch: Path) -> PolicyFolder | None:
    """Return the next version of a folder, if the new one is only a text; otherwise None."""
    from bot.policies.folder import find_policy, load_policy_folder
    from bot.policies.hosts import is_web_address

    if old.path is None or (not is_web_address(new) and find_policy(new, settings.corpus).is_dir()):
        return None
    try:
        from bot.policies.migrate import migrate, read_new_text
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"Comparing a folder with a text needs {error.name}: pip install {error.name}.") from None

    migrate(name, settings.corpus, read_new_text(new, settings.fetch), scratch / "next")
    return load_policy_folder(str(scratch / "next"), settings.corpus)


def _answers(old: PolicyFolder, new: PolicyFolder, settings: Settings, scratch: Path) -> tuple[AnswerChange, ...]:
    from rich.console import Console
    from rich.progress import Progress

    from bot.comparing import compare_answers, questions_to_ask

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Embedding", total=None)
        known = _known(old, settings)
        tell = partial(_tell, progress, task)
        before = _open(old, settings, scratch / "old", known, tell)
        after = _open(new, settings, scratch / "new", scratch / "old", tell)
        asked = questions_to_ask(old.questions, new.questions)
        task = progress.add_task("Asking both versions", total=len(asked))
        return tuple(compare_answers(before, after, asked, lambda: progress.advance(task), settings.threads))


def _tell(progress: Progress, task: TaskID, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


def _known(policy_folder: PolicyFolder, settings: Settings) -> Path:
    from bot.opening import bundle_folder

    return bundle_folder(policy_folder, settings)


def _open(
    policy_folder: PolicyFolder, settings: Settings, out: Path, reuse: Path, on_progress: Callable[[int, int], None]
) -> Bot:
    """Return a bot whose index is in a folder of its own, so that no index in use is replaced."""
    from bot.encoder.files import encoder_bytes
    from bot.index.bundle import build_bundle, load_bundle
    from bot.pipeline import Bot

    encoder = encoder_bytes(settings.model)
    build_bundle(policy_folder, encoder, out, threads=settings.threads, on_progress=on_progress, reuse=reuse)
    return Bot(load_bundle(out, expect=policy_folder, threads=settings.threads), settings)


def show(compared: Comparison, *, color: bool) -> None:
    """Print a comparison. Removed words are in [-…-], added words in {+…+}; color only adds to that."""
    counts = compared.counts
    say(f"{compared.old.title} ({_version(compared.old)['version']} → {_version(compared.new)['version']})")
    say(f"Statements: {', '.join(f'{count} {kind}' for kind, count in counts.items())}.\n")
    for (kind, place), group in compared.groups:
        say(f"{KINDS[kind]}: {place}")
        mark = {"added": "+ ", "removed": "- "}.get(kind, "  ")
        for each in group:
            print(f"  {mark}{' '.join(_piece(piece.kind, piece.words, kind, color) for piece in each.pieces)}")
        print()
    if compared.changes is None:
        return
    for title, changes in (("Topics", compared.topics), ("Questions", compared.questions)):
        say(f"{title} that get another answer: {len(changes)}.")
        for change in changes:
            _show_change(change)
    if not compared.changes:
        say("Every question gets the answer that it had.")


def _place(difference: Difference) -> str:
    old, new = (section or "(no heading)" for section in (difference.old_section, difference.new_section))
    if difference.kind == "moved" and old != new:
        return f"from {old} to {new}"
    return old if difference.kind == "removed" else new


def _piece(kind: str, words: str, of: str, color: bool) -> str:
    words = without_control_codes(words)
    start, end = _MARKS[kind] if of == "changed" else ("", "")
    marked = f"{start}{words}{end}"
    return f"{_COLORS[kind]}{marked}{_PLAIN}" if color and kind in _COLORS else marked


def _show_change(change: AnswerChange) -> None:
    say(f"  {change.question}" + (f"  [{change.topic}]" if change.topic else ""))
    say(f"    {change.outcomes}")
    for kind, words in change.quotes:
        say(f"    {({'removed': '-', 'added': '+'}).get(kind, ' ')} “{words}”")
    say("")


def write_page(compared: Comparison, page: Path) -> None:
    """Write a comparison as one HTML page that loads nothing and runs no script.

    Raises AskPolicyError if the page cannot be written.
    """
    from bot.templates import templates

    environment = templates(Path(__file__).resolve().parent)
    html = environment.get_template("diff.html.jinja").render(
        compared=compared, kinds=KINDS, old=_version(compared.old), new=_version(compared.new)
    )
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise AskPolicyError(
            f"The page {page} cannot be written ({error.strerror}): choose another path with --html."
        ) from None


DIFF = Command(
    "diff",
    "show what changed between two versions of a policy: statements, and which questions get another answer",
    "askpolicy diff massgov new.html --html changes.html",
    _run,
    _add_arguments,
)

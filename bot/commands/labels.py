"""Prints the statements of a policy, and what an upgrade of its labels changes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.commands.command import say
from bot.index.passages import make_passages
from bot.policies.anchors import Anchors
from bot.policies.folder import PolicyFolder
from bot.types import Policy

if TYPE_CHECKING:
    from bot.policies.upgrade import Change, Upgrade

_SHOWN_PLACES = 3


def statements(policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield each statement: its id, offsets, section, context, own words, all words, and the anchor that names it."""
    anchors = Anchors(policy)
    for passage in make_passages(policy):
        yield {
            "id": passage.id,
            "start": passage.start,
            "end": passage.end,
            "section": " > ".join(passage.headings),
            "context": [words.to_json() for words in passage.context],
            "quote": passage.text,
            "words": anchors.words[passage.index],
            "anchor": anchors.at(passage.index).to_json(),
        }


def show_statements(policy_folder: PolicyFolder) -> None:
    """Print the statements under their headings, each with its id, its offsets, and its words.

    Words that the policy has more than once do not name a statement, so the label that does is below them.
    """
    section = None
    for statement in statements(policy_folder.policy):
        if statement["section"] != section:
            section = statement["section"]
            say(f"{section or '(no heading)'}\n")
        anchor = statement["anchor"]
        label = "" if isinstance(anchor, str) else f"  label: {json.dumps(anchor, ensure_ascii=False)}\n"
        say(f"  {statement['id']}  {statement['start']}-{statement['end']}\n  {statement['words']}\n{label}")


def tell_left_out(policy_folder: PolicyFolder) -> None:
    """Print what is in the file and was not read, to standard error."""
    for note in policy_folder.left_out:
        say(f"Left out: {note}", file=sys.stderr)


def show_upgrade(done: Upgrade, *, dry_run: bool) -> int:
    """Print what an upgrade changes, for review. Return how many different labels are unplaced."""
    moved = [change for change in done.changes if change.now]
    unplaced = [change for change in done.changes if not change.now]
    for title, changes in (("Changed, please check:", moved), ("Not placed, please correct:", unplaced)):
        if changes:
            print(title)
        for change in changes:
            _show_change(change)
    say(
        f"Labels of '{done.policy.id}': {done.labels}; numbers: {done.numbers}; changed: {_labels(moved)}; not placed: "
        f"{_labels(unplaced)}. {'Would write' if dry_run else 'Wrote'} "
        f"{', '.join(str(path) for path in done.files) or 'nothing'}."
    )
    if done.text_changed:
        say(
            "The text is not the one that the manifest was written for. After you have checked it, put this into "
            f'manifest.toml: sha256 = "{done.text_changed}"'
        )
    if done.leave_open:
        say(
            "These topics were reviewed as not mentioned, or in part, in the text before, and nobody has read the new "
            f"one for them: {', '.join(done.leave_open)}. Read them again. Next time, `askpolicy migrate` makes drafts "
            "of them and says which ones new words may speak to."
        )
    return len(unplaced)


def _show_change(change: Change) -> None:
    say(f"  was: {change.was}")
    for anchor in change.now:
        say(f"  now: {anchor.words}" + (f" [in {anchor.section}]" if anchor.section else ""))
    if change.why:
        say(f"  why: {change.why}")
    more = len(change.where) - _SHOWN_PLACES
    places = "; ".join(change.where[:_SHOWN_PLACES]) + (f"; and {more} more" if more > 0 else "")
    say(f"       {places}\n")


def _labels(changes: list[Change]) -> int:
    return sum(len(change.where) for change in changes)

"""Publishing: the folder is checked, its index is built next to the old one and replaces it in one step.

The draft of the next version is checked and indexed, so that it can be tried, and then put in use in a second step.
"""

from __future__ import annotations

import datetime
import shlex
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from bot.opening import bundle_folder, index_policy
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.review_check import check_reviewed
from bot.policies.routes import old_checks
from bot.policies.versions import DRAFT, version_of
from bot.publishing import home_folder, missing, publish, share_in_use
from bot.settings import Settings
from bot.studio.board import Board
from bot.studio.files import Files
from bot.types import AskPolicyError


class Finding(Protocol):
    """A line of the report."""

    @property
    def good(self) -> bool:
        """Whether all is well."""

    @property
    def text(self) -> str:
        """What was found, in one sentence."""


# The command `askpolicy check`: the settings and the name of a policy -> findings.
Check = Callable[[Settings, str], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report."""

    good: bool
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What publishing did.

    done: whether the new index is in use, or the draft is ready to be. at: the time on this machine. shared: whether
    the shared database has it. switched: whether a draft was to be put in place of the version in use.
    """

    done: bool
    lines: tuple[Line, ...]
    at: str
    shared: bool = False
    switched: bool = False


class Publisher:
    """Publishes one folder, one run at a time. last: the last report."""

    def __init__(self, files: Files, settings: Settings, check: Check) -> None:
        self.last: Report | None = None
        self._files, self._settings, self._check = files, settings, check
        self._lock = threading.Lock()

    def publish(self) -> Report:
        """Check the folder, build its index, put it in place, and check that. Never raises AskPolicyError."""
        with self._lock:
            lines: list[Line] = []
            done = shared = False
            try:
                edited = self._load(self._files.name)
                lines += self._before(edited)
                if all(line.good for line in lines):
                    folder, policy_folder = index_policy(
                        self._files.name, self._settings, reuse=bundle_folder(edited, self._settings)
                    )
                    done = True
                    numbers = (
                        _many(len(policy_folder.policy.sentences), "statement"),
                        _many(len(policy_folder.questions), "question"),
                    )
                    lines.append(Line(True, f"The new index is in {folder}: {' and '.join(numbers)}."))
                    lines += (Line(found.good, found.text) for found in self._check(self._settings, self._files.name))
                    if self._files.is_draft:
                        lines += self._missing(edited)
                        done = all(line.good for line in lines)
                    elif all(line.good for line in lines):
                        shared = self._share()
                        lines += [Line(True, "The shared database has this version.")] if shared else []
            except AskPolicyError as error:
                lines.append(Line(False, str(error)))
            self.last = Report(done, tuple(lines), _now(), shared)
            return self.last

    def put_in_use(self) -> Report:
        """Put a ready draft in place of the version in use, and continue with that. Never raises AskPolicyError."""
        with self._lock:
            lines: list[Line] = []
            done = None
            try:
                done = publish(self._home_name, self._settings, datetime.date.today())
                self._files.go_home()
                now, before = (version_of(policy) for policy in (done.policy, done.before))
                lines.append(Line(True, f"Version {now} is in use. Version {before}, the one before it, is kept."))
                lines += (Line(found.good, found.text) for found in self._check(self._settings, self._files.name))
            except AskPolicyError as error:
                lines.append(Line(False, str(error)))
            self.last = Report(done is not None, tuple(lines), _now(), bool(done and done.shared), switched=True)
            return self.last

    @property
    def _home_name(self) -> str:
        name = self._files.name.rstrip("/")
        return name.removesuffix(f"/{DRAFT}") if self._files.is_draft else name

    @property
    def name(self) -> str:
        """Return how commands name the policy that visitors get, or will get."""
        return shlex.quote(self._home_name)

    def _share(self) -> bool:
        """Write the version in use to the shared database, if there is one. Return whether there is."""
        name = self._files.name
        return share_in_use(name, home_folder(name, self._settings), self._settings) is not None

    def _load(self, name: str) -> PolicyFolder:
        return load_policy_folder(name, self._settings.corpus)

    def _missing(self, draft: PolicyFolder) -> Iterator[Line]:
        """Yield what keeps `askpolicy publish` from putting the draft in use."""
        current = self._load(str(home_folder(self._files.name, self._settings).resolve()))
        yield from (Line(False, text) for text in missing(draft, current, datetime.date.today()))

    def _before(self, edited: PolicyFolder) -> Iterator[Line]:
        policy = edited.policy
        yield Line(True, "All labels name a statement of the policy.")
        problems = check_reviewed(policy)
        yield from (Line(False, str(problem)) for problem in problems)
        if not problems and policy.reviewed:
            yield Line(True, "Each reviewed sentence says only what its statements say.")
        if not self._files.is_draft:  # of a draft, these are missing
            yield from (Line(True, f"Note: {text}") for text in old_checks(policy, datetime.date.today()))


def outlook(board: Board) -> list[Line]:
    """Return what the owner should know before publishing."""
    drafts = sum(state.status == "draft" for state in board.states)
    wrong = sum(state.status == "reviewed" and state.is_doubtful for state in board.states)
    unclear = board.counts["doubtful"] - wrong
    lines = [Line(False, "No topic is reviewed yet: the chat will answer with quotes alone.")]
    if board.reviewed:
        silent = sum(state.status == "reviewed" and state.is_silent for state in board.states)
        lines = []
        if spoken := board.reviewed - silent:
            lines.append(Line(True, f"{_many(spoken, 'topic')} will be answered in your reviewed words."))
        if silent:
            them = "it" if silent == 1 else "them"
            said = f"The chat will say about {_many(silent, 'topic')} that the policy does not mention {them}."
            lines.append(Line(True, said))
    if drafts:
        lines.append(Line(True, f"{_many(drafts, 'topic')} with a draft. Drafts are not used before you review them."))
    if wrong:
        lines.append(Line(False, f"{_many(wrong, 'reviewed topic')} to correct before you can publish: see Doubtful."))
    if unclear:
        lines.append(Line(True, f"{_many(unclear, 'doubtful topic')} without a review: look at these next."))
    return lines


def _now() -> str:
    return f"{datetime.datetime.now():%H:%M}"


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

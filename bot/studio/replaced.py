"""What the version in use says about a topic and its draft no longer does, and what stays.

For words that it quotes and the draft does not have, the statement that may have replaced them is found.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.policies.reviewed import AnswerEntry, read_reviewed
from bot.policies.versions import home_of, in_use
from bot.studio.board import TopicState, place
from bot.studio.files import Contents, Files
from bot.types import AskPolicyError


@dataclass(frozen=True, slots=True)
class Replaced:
    """was: words that the version in use quotes. index: of the draft's statement that is most like them, if any."""

    was: str
    index: int | None


def replaced(files: Files, contents: Contents, state: TopicState) -> tuple[Replaced, ...]:
    """Return the statements that the reviewed answer of the version in use cites and that the draft does not have.

    None once the topic is reviewed in the draft, or if the answers of the version in use cannot be read.
    """
    if not files.is_draft or state.status == "reviewed":
        return ()
    entry = _in_use(files, state)
    lost = place(entry, contents)[1] if entry else ()
    return tuple(Replaced(words, contents.anchors.nearest(words)) for words in lost)


def stays(files: Files, state: TopicState) -> bool:
    """Return whether a draft has kept the review of a topic that the policy does not mention, or not in full.

    `askpolicy migrate` keeps it if no new words come near the topic.
    """
    now = state.entry
    if not files.is_draft or now is None or now.reviewed is None or not now.leaves_open:
        return False
    before = _in_use(files, state)
    return before is not None and (before.reviewed, before.verdict) == (now.reviewed, now.verdict)


def _in_use(files: Files, state: TopicState) -> AnswerEntry | None:
    """Return the reviewed answer of the version in use, or None if there is none or if it cannot be read."""
    try:
        entries = read_reviewed(in_use(home_of(files.folder)))
    except AskPolicyError:
        return None
    return next((each for each in entries if each.reviewed and state.topic.id in each.ids), None)

"""What the version in use quotes on a topic and its draft no longer says, with the words that may have replaced it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.policies.reviewed import read_reviewed
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
    try:
        entries = read_reviewed(in_use(home_of(files.folder)))
    except AskPolicyError:
        return ()
    entry = next((each for each in entries if each.reviewed and state.topic.id in each.ids), None)
    lost = place(entry, contents)[1] if entry else ()
    return tuple(Replaced(words, contents.anchors.nearest(words)) for words in lost)

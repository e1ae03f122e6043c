"""What is done and what is left: each topic with its answer, the filters of the list, and the counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.answering.topics import GAP_TO, SUGGESTED_FROM
from bot.drafting.starters import ASKED_FIRST
from bot.policies.anchors import UnplacedError
from bot.policies.reviewed import AnswerEntry
from bot.studio.entries import problems_of
from bot.studio.files import Contents
from bot.topics.catalog import Topic, policy_topics

Filter = Literal["review", "new", "doubtful", "reviewed", "silent", "gaps", "all"]
Status = Literal["reviewed", "draft", "open"]
_FIRST = {topic: place for place, topic in enumerate(ASKED_FIRST)}


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic and its answer.

    cite: the indexes of the statements that the answer cites. lost: the words that it cites and that the policy no
    longer has. problems: what the checker says. coverage: how certain it is that the policy speaks to the topic, 0 to
    1, or None if that is not known yet. new_words: those of a draft's new statements that may speak to it, "" if there
    are none.
    """

    topic: Topic
    entry: AnswerEntry | None
    cite: tuple[int, ...]
    lost: tuple[str, ...]
    problems: tuple[str, ...]
    coverage: float | None
    new_words: str = ""

    @property
    def status(self) -> Status:
        """Return how far the answer is."""
        if self.entry is None:
            return "open"
        return "draft" if self.entry.reviewed is None else "reviewed"

    @property
    def is_silent(self) -> bool:
        """Return whether the answer says that the policy does not mention the topic."""
        return self.entry is not None and self.entry.verdict == "silent"

    @property
    def is_gap(self) -> bool:
        """Return whether people may ask this, and the policy says nothing about it."""
        return self.is_silent or (self.entry is None and self.coverage is not None and self.coverage <= GAP_TO)

    @property
    def is_doubtful(self) -> bool:
        """Return whether a person should check it: the checker objects, words are lost, or the answer is uncertain."""
        if self.lost or self.problems:
            return True
        return self.is_unclear

    @property
    def is_unclear(self) -> bool:
        """Return whether nobody has reviewed it, and the policy may or may not speak to it."""
        return self.status != "reviewed" and self.coverage is not None and GAP_TO < self.coverage < SUGGESTED_FROM

    @property
    def needs_review(self) -> bool:
        """Return whether it has a draft, or may need an answer and has none."""
        if self.entry is None:
            return not self.is_gap
        return self.status == "draft" or bool(self.lost)

    @property
    def has_new_words(self) -> bool:
        """Return whether new words may speak to it, and nobody has reviewed it with them."""
        return bool(self.new_words) and self.status != "reviewed"


FILTERS: dict[Filter, tuple[str, Callable[[TopicState], bool]]] = {
    "review": ("To review", lambda state: state.needs_review),
    "new": ("New words", lambda state: state.has_new_words),
    "doubtful": ("Doubtful", lambda state: state.is_doubtful),
    "reviewed": ("Reviewed", lambda state: state.status == "reviewed"),
    "silent": ("Silent", lambda state: state.is_silent),
    "gaps": ("Gaps", lambda state: state.is_gap),
    "all": ("All", lambda state: True),
}


@dataclass(frozen=True, slots=True)
class Board:
    """All topics. cited, statements: how many statements the reviewed answers cite, of how many."""

    states: tuple[TopicState, ...]
    cited: int
    statements: int

    @property
    def reviewed(self) -> int:
        """Return how many topics have a reviewed answer."""
        return sum(state.status == "reviewed" for state in self.states)

    @property
    def counts(self) -> dict[Filter, int]:
        """Return how many topics each filter shows."""
        return {name: sum(map(shows, self.states)) for name, (_, shows) in FILTERS.items()}

    def shown(self, filter: Filter) -> list[TopicState]:
        """Return the topics that a filter shows: what people ask first, the others of the catalog, the owner's own."""
        return [state for state in self.states if FILTERS[filter][1](state)]

    def state(self, topic: str) -> TopicState | None:
        """Return a topic by its id."""
        return next((state for state in self.states if state.topic.id == topic), None)

    def after(self, topic: str, filter: Filter) -> TopicState | None:
        """Return the topic that comes after another among those that a filter shows; the first one after the last."""
        ids = [state.topic.id for state in self.states]
        place = ids.index(topic) if topic in ids else -1
        ordered = (*self.states[place + 1 :], *self.states[: max(place, 0)])
        return next((state for state in ordered if FILTERS[filter][1](state)), None)


def make_board(
    contents: Contents,
    coverage: Mapping[str, float] | None,
    checked: dict[str, tuple[str, ...]] | None = None,
    new_words: Mapping[str, str] | None = None,
) -> Board:
    """Return the board of a folder. coverage: by topic id, None if it is not known yet.

    checked: what the checker said about entries of the same policy, by their JSON. What it says about new ones is
    added.
    new_words: by the id of the topic that they may speak to.
    """
    new_words = new_words or {}
    checked = {} if checked is None else checked
    placed = {id(entry): place(entry, contents) for entry in contents.entries}
    problems = {}
    for entry in contents.entries:
        key = entry.model_dump_json()
        if key not in checked:
            checked[key] = problems_of(contents.policy, entry, placed[id(entry)][0])
        problems[id(entry)] = checked[key]
    states = []
    added = [entry.own for entry in contents.entries if entry.own]
    own_topics = [Topic(each.id, "policy", each.name, each.questions[0]) for each in added]
    catalog = sorted(policy_topics(), key=lambda topic: _FIRST.get(topic.id, len(_FIRST)))
    for topic in (*catalog, *own_topics):
        own = contents.entry(topic.id)
        cite, lost = placed[id(own)] if own else ((), ())
        # A draft of an own topic is not in the chat.
        estimate = None if coverage is None else coverage.get(topic.id)
        states.append(
            TopicState(topic, own, cite, lost, problems.get(id(own), ()), estimate, new_words.get(topic.id, ""))
        )
    cited = {index for state in states if state.status == "reviewed" for index in state.cite}
    return Board(tuple(states), len(cited), len(contents.policy.sentences))


def place(entry: AnswerEntry, contents: Contents) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the indexes of the statements that an entry cites, and the words that are no longer in the policy."""
    found: dict[int, None] = {}
    lost = []
    for anchor in entry.cite:
        try:
            if isinstance(anchor, int):
                raise UnplacedError
            found[contents.anchors.find(anchor)] = None
        except UnplacedError:
            lost.append(f"statement {anchor}" if isinstance(anchor, int) else anchor.words)
    return tuple(found), tuple(lost)

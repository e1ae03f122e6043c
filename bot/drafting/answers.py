"""A bot -> drafts of reviewed answers: what the bot would say about each topic, and how sure it is.

Each topic's own question is asked. Measured on the 238 topics of Mass.gov, whose answers a person has reviewed, without
that review and without visitor questions: of 105 sure drafts, 98 are about topics that the policy speaks to, and 82
start with a statement that the reviewer cited, too. Of the 33 topics that are proposed as silent, 30 are silent and 3
partly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.drafting.verdicts import certain_verdict
from bot.pipeline import Bot
from bot.policies.about import known_names
from bot.policies.anchors import Anchors
from bot.policies.folder import is_fragment
from bot.policies.review_check import MAX_CITED
from bot.topics.catalog import Topic, policy_topics
from bot.types import Outcome, Policy

# If the bot's confidence is at least this, a draft is sure. Otherwise, silence is not proposed.
SURE_FROM = 0.9
# The highest confidence of a draft if the bot cites a heading first, or a fact other than the one the topic asks for.
_DOUBTFUL = 0.5
# What a topic asks for, by the names of `bot.policies.facts`. The bot answers with the other date if there is only one.
_ASKS_FOR = {"policy-effective": "effective", "policy-updated": "updated"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What an owner may approve about a topic.

    verdict: "yes", "no", "stated" or "silent". cite: indexes of the statements, the best one first, then the others in
    reading order; empty if the policy is silent. confidence: the bot's confidence in its outcome, 0 to 1.
    """

    topic: Topic
    verdict: str
    cite: tuple[int, ...]
    confidence: float

    @property
    def is_sure(self) -> bool:
        """Return whether the bot is sure that the policy speaks to the topic, or that it does not."""
        return self.confidence >= SURE_FROM


def draft_answers(
    bot: Bot, topics: Sequence[Topic] | None = None, on_progress: Callable[[int, int], None] | None = None
) -> tuple[Draft, ...]:
    """Return a draft for each topic that the policy speaks to or is certainly silent on, in the order of the topics.

    topics: those to draft, all policy topics if None. on_progress: called with the number of topics done and in total.
    """
    wanted = policy_topics() if topics is None else topics
    policy = bot.bundle.policy
    anchors, names = Anchors(policy), known_names(policy)
    rows = {passage.id: passage.index for passage in bot.bundle.passages}
    drafts = []
    for number, topic in enumerate(wanted, start=1):
        answer = bot.ask(topic.question)
        if answer.outcome is Outcome.ANSWERED:
            cited = [rows[citation.passage_id] for citation in answer.citations]
            # A heading that was read as text is near its topic and answers nothing.
            if saying := [row for row in cited if not _is_heading(row, policy)]:
                cite = with_companions(saying, policy)
                verdict = certain_verdict(topic.question, [anchors.words[row] for row in cite], names)
                fact = _ASKS_FOR.get(topic.id)
                most = 1.0 if saying[0] == cited[0] and (fact is None or fact in policy.facts) else _DOUBTFUL
                drafts.append(Draft(topic, verdict or "stated", cite, min(answer.confidence, most)))
        elif answer.outcome is Outcome.NOT_COVERED and answer.confidence >= SURE_FROM:
            drafts.append(Draft(topic, "silent", (), answer.confidence))
        if on_progress:
            on_progress(number, len(wanted))
    return tuple(drafts)


def _is_heading(row: int, policy: Policy) -> bool:
    """Return whether a statement may be a heading that was read as text, because it has no end."""
    is_fact = any(row in rows for rows in policy.facts.values())  # "Phone: 617-555-0100" has no end either
    return not is_fact and is_fragment(policy.text, policy.sentences[row])


def with_companions(rows: Sequence[int], policy: Policy) -> tuple[int, ...]:
    """Return statements to cite: the best one, then in reading order the others and the sentences that limit them.

    rows: indexes of statements, the best first. This returns at most as many as a reviewed answer may cite; the best
    one keeps what limits it.
    """
    starts = {sentence.start: sentence.index for sentence in policy.sentences}
    chosen: list[int] = []
    for row in rows:
        sentence = policy.sentences[row]
        limits = [starts[span.start] for span in sentence.neighbors if span.start > sentence.start]
        chosen += [each for each in (row, *limits) if each not in chosen]
    best, *others = chosen[:MAX_CITED]
    return best, *sorted(others)

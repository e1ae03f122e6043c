"""What the people who own a policy can learn from its visitors: outcomes, verdicts, and what was asked in vain.

Counts cover every question. Verdicts, comments and questions come from the visitors who chose to give them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.types import AskPolicyError, Outcome
from bot.usage.feedback import REASONS, Count, Feedback, Store, today

if TYPE_CHECKING:
    from rich.console import Console

# Two groups are joined while the mean cosine between their questions is at least this. Over the visitor questions that
# ship, groups agree best with the sentence that answers (adjusted Rand index 0.3) between 0.45 and 0.5; the upper end
# joins fewer questions that only look alike.
SIMILARITY = 0.5
# Grouping takes memory with the square of the questions: 200 MB and two seconds for this many. The latest are grouped.
MAX_GROUPED = 5_000
# What the policy's owner may want to answer. Greetings, empty questions and the like say nothing about a policy.
_IN_VAIN = (Outcome.NOT_COVERED, Outcome.OFF_TOPIC)
_SHOWN_GROUPS = 10

MEANING = {
    Outcome.ANSWERED: "in the policy's own words",
    Outcome.NOT_COVERED: "the policy is silent",
    Outcome.OFF_TOPIC: "not about this policy",
    Outcome.SMALL_TALK: "greetings, thanks",
    Outcome.EMPTY: "no words in it",
    Outcome.TOO_LONG: "longer than the limit",
    Outcome.UNSUPPORTED_LANGUAGE: "not in a language that is read",
    Outcome.ERROR: "it failed",
}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What visitors thought of answers with one outcome. reasons: of the unhelpful ones that gave one."""

    outcome: Outcome
    helpful: int
    unhelpful: int
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean much the same, the most central one first; it names the group.

    size: how many were asked, those in the very same words too; outcomes: of them, and `unhelpful`: marked so.
    """

    questions: tuple[str, ...]
    size: int
    outcomes: dict[Outcome, int]
    unhelpful: int

    @property
    def name(self) -> str:
        """The question that is closest to all the others."""
        return self.questions[0]


@dataclass(frozen=True, slots=True)
class PolicyInsights:
    """One policy's visitors. left_out: shared questions that were too many to group."""

    policy: str
    outcomes: dict[Outcome, int]
    languages: dict[str, int]
    verdicts: tuple[Verdicts, ...]
    groups: tuple[Group, ...]
    left_out: int
    comments: tuple[Feedback, ...]

    @property
    def asked(self) -> int:
        """How many questions were asked."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Insights:
    """From `since` to `until`, both included; the policy that was asked most comes first."""

    since: date
    until: date
    policies: tuple[PolicyInsights, ...]

    def to_json(self) -> dict[str, Any]:
        """All of it, every question of every group too."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "policies": [
                {
                    "policy": of.policy,
                    "outcomes": of.outcomes,
                    "languages": of.languages,
                    "verdicts": [
                        {"outcome": v.outcome, "helpful": v.helpful, "unhelpful": v.unhelpful, "reasons": v.reasons}
                        for v in of.verdicts
                    ],
                    "groups": [
                        {
                            "name": group.name,
                            "size": group.size,
                            "outcomes": group.outcomes,
                            "unhelpful": group.unhelpful,
                            "questions": list(group.questions),
                        }
                        for group in of.groups
                    ],
                    "left_out": of.left_out,
                    "comments": [
                        {"outcome": c.outcome, "helpful": c.helpful, "reason": c.reason, "comment": c.comment}
                        for c in of.comments
                    ],
                }
                for of in self.policies
            ],
        }


def gather(store: Store, embedder: OnnxEmbedder, since: date) -> Insights:
    """Read the store from `since` to today and group what was asked in vain. Raises AskPolicyError."""
    counts, given = store.counts(since), store.feedback(since)
    asked: Counter[str] = Counter({feedback.policy: 0 for feedback in given})
    for count in counts:
        asked[count.policy] += count.number
    policies = tuple(
        _of_policy(
            policy,
            [count for count in counts if count.policy == policy],
            [feedback for feedback in given if feedback.policy == policy],
            embedder,
        )
        for policy, _ in asked.most_common()
    )
    return Insights(since, today(), policies)


def _of_policy(
    policy: str, counts: Sequence[Count], given: Sequence[Feedback], embedder: OnnxEmbedder
) -> PolicyInsights:
    outcomes: Counter[Outcome] = Counter()
    languages: Counter[str] = Counter()
    for count in counts:
        outcomes[count.outcome] += count.number
        languages[count.language] += count.number
    in_vain = [f for f in given if f.question and (f.outcome in _IN_VAIN or not f.helpful)]
    in_vain.sort(key=lambda feedback: feedback.day, reverse=True)
    # Whoever was not helped first: that is where there is something to do.
    comments = sorted((f for f in given if f.comment), key=lambda f: (f.helpful, f.outcome, f.comment))
    return PolicyInsights(
        policy=policy,
        outcomes=dict(outcomes.most_common()),
        languages=dict(languages.most_common()),
        verdicts=tuple(_verdicts(given)),
        groups=group_questions(in_vain[:MAX_GROUPED], embedder),
        left_out=max(0, len(in_vain) - MAX_GROUPED),
        comments=tuple(comments),
    )


def _verdicts(given: Sequence[Feedback]) -> Iterator[Verdicts]:
    for outcome in Outcome:
        helpful = [feedback.helpful for feedback in given if feedback.outcome is outcome]
        if helpful:
            reasons = Counter(f.reason for f in given if f.outcome is outcome and not f.helpful and f.reason)
            yield Verdicts(
                outcome,
                helpful=sum(helpful),
                unhelpful=len(helpful) - sum(helpful),
                reasons={reason: reasons[reason] for reason in REASONS if reasons[reason]},
            )


def group_questions(given: Sequence[Feedback], embedder: OnnxEmbedder) -> tuple[Group, ...]:
    """The questions of `given`, which all have one, grouped by meaning; the largest group first."""
    if not given:
        return ()
    vectors = embedder.encode([feedback.question or "" for feedback in given])
    groups = [_group(members, given, vectors) for members in cluster(vectors, SIMILARITY)]
    return tuple(sorted(groups, key=lambda group: (-group.size, group.name)))


def _group(members: Sequence[int], given: Sequence[Feedback], vectors: FloatArray) -> Group:
    centrality = vectors[members] @ vectors[members].sum(axis=0)
    ordered = [given[members[i]] for i in np.argsort(-centrality, kind="stable")]
    return Group(
        questions=tuple(dict.fromkeys(feedback.question or "" for feedback in ordered)),
        size=len(ordered),
        outcomes=dict(Counter(feedback.outcome for feedback in ordered).most_common()),
        unhelpful=sum(not feedback.helpful for feedback in ordered),
    )


def cluster(vectors: FloatArray, similarity: float) -> list[list[int]]:
    """Agglomerative clustering with average linkage: row numbers by cluster, each row in exactly one.

    vectors: unit length, shape (questions, dimension). similarity: the lowest mean cosine at which two are joined.
    """
    means = vectors @ vectors.T
    np.fill_diagonal(means, -np.inf)
    clusters = [[row] for row in range(len(vectors))]
    nearest, closest = means.argmax(axis=1), means.max(axis=1)
    while (closest >= similarity).any():
        one = int(closest.argmax())
        other = int(nearest[one])
        sizes = len(clusters[one]), len(clusters[other])
        means[one] = (sizes[0] * means[one] + sizes[1] * means[other]) / sum(sizes)
        means[:, one] = means[one]
        means[other] = means[:, other] = means[one, one] = -np.inf
        clusters[one] += clusters[other]
        clusters[other] = []
        # Joining brings no two clusters closer than one of the joined was, so all other rows keep their nearest.
        stale = np.isin(nearest, (one, other))
        stale[[one, other]] = True
        nearest[stale], closest[stale] = means[stale].argmax(axis=1), means[stale].max(axis=1)
    return [members for members in clusters if members]


def show_insights(insights: Insights, console: Console | None = None) -> None:
    """Tables for people at a terminal: the largest groups, and all the rest as a number."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = console or Console()
    console.print(Text(f"From {insights.since} to {insights.until}", style="dim"))
    if not insights.policies:
        console.print("Nothing was asked.")
    for of in insights.policies:
        console.print()
        languages = ", ".join(f"{language} {number}" for language, number in of.languages.items())
        console.print(Text(of.policy, style="bold cyan"), Text(f"questions: {of.asked} ({languages})"))
        if of.outcomes:
            table = Table("Outcome", "", title="Outcomes", title_justify="left")
            table.add_column("Questions", justify="right")
            table.add_column("Share", justify="right")
            for outcome, number in of.outcomes.items():
                table.add_row(label(outcome), MEANING[outcome], str(number), f"{number / of.asked:.0%}")
            console.print(table)
        if of.verdicts:
            table = Table("Outcome", title="Verdicts", title_justify="left")
            for column in ("Helpful", "Unhelpful", *REASONS):
                table.add_column(column.capitalize(), justify="right")
            for verdicts in of.verdicts:
                reasons = (str(verdicts.reasons.get(reason, "")) for reason in REASONS)
                table.add_row(label(verdicts.outcome), str(verdicts.helpful), str(verdicts.unhelpful), *reasons)
            console.print(table)
        if of.groups:
            table = Table(title="Shared questions that were not answered, or not well", title_justify="left")
            table.add_column("Asked", justify="right")
            table.add_column("Question")
            table.add_column("How it ended")
            for group in of.groups[:_SHOWN_GROUPS]:
                table.add_row(str(group.size), Text(group.name), ended(group))
            console.print(table)
            more = len(of.groups) - _SHOWN_GROUPS
            if more > 0:
                console.print(Text(f"and {more} smaller groups: see --html or --json", style="dim"))
        if of.left_out:
            console.print(Text(f"{of.left_out} earlier questions are not grouped: shorten --since", style="dim"))
        for comment in of.comments[:_SHOWN_GROUPS]:
            console.print(Text(f"“{comment.comment}”").append(f"  {said_of(comment)}", style="dim"))
        if len(of.comments) > _SHOWN_GROUPS:
            more = len(of.comments) - _SHOWN_GROUPS
            console.print(Text(f"and {more} more comments: see --html or --json", style="dim"))


def write_page(insights: Insights, page: Path) -> None:
    """One HTML page that needs nothing from outside and runs nothing. Raises AskPolicyError."""
    from bot.templates import templates

    environment = templates(Path(__file__).resolve().parent)
    environment.filters.update(label=label, ended=ended, said_of=said_of)
    html = environment.get_template("insights.html.jinja").render(insights=insights, meaning=MEANING, reasons=REASONS)
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise AskPolicyError(f"{page} cannot be written ({error.strerror}): give another place with --html.") from None


def label(outcome: Outcome) -> str:
    """An outcome in words."""
    return outcome.replace("_", " ")


def ended(group: Group) -> str:
    """How a group's questions ended, in words."""
    if group.size == 1:
        return label(next(iter(group.outcomes))) + (", marked unhelpful" if group.unhelpful else "")
    parts = [f"{number} {label(outcome)}" for outcome, number in group.outcomes.items()]
    return ", ".join(parts) + (f"; {group.unhelpful} marked unhelpful" if group.unhelpful else "")


def said_of(comment: Feedback) -> str:
    """What a comment was given to, in words."""
    verdict = "helpful" if comment.helpful else "unhelpful"
    return f"{label(comment.outcome)}, {verdict}" + (f", {comment.reason}" if comment.reason else "")

"""Reports what a policy's owner can learn from its visitors: outcomes, verdicts, and questions without a good answer.

Counts cover every question. Verdicts, comments and questions come from visitors who chose to give them.
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

# Two groups are joined if the mean cosine between their questions is at least this. Measured on the visitor questions
# that ship: the groups agree best with the answering sentences (adjusted Rand index 0.3) between 0.45 and 0.5. The
# upper end joins fewer questions that only look alike.
SIMILARITY = 0.5
# Memory grows with the square of the number of questions: this many need 200 MB and two seconds. If there are more, the
# latest ones are grouped.
MAX_GROUPED = 5_000
# Outcomes of questions that the owner may want to answer. Greetings and empty questions, for example, say nothing about
# a policy.
_UNANSWERED = (Outcome.NOT_COVERED, Outcome.OFF_TOPIC)
_SHOWN_GROUPS = 10

MEANING = {
    Outcome.ANSWERED: "in the policy's own words",
    Outcome.NOT_COVERED: "the policy is silent",
    Outcome.OFF_TOPIC: "not about this policy",
    Outcome.SMALL_TALK: "greetings, thanks, complaints",
    Outcome.EMPTY: "no words",
    Outcome.TOO_LONG: "over the length limit",
    Outcome.UNSUPPORTED_LANGUAGE: "not in English",
    Outcome.URGENT: "somebody may be in danger",
    Outcome.ERROR: "something failed",
}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What visitors thought of answers with one outcome.

    helpful, unhelpful: how many said so. reasons: how many gave each reason for an unhelpful verdict.
    """

    outcome: Outcome
    helpful: int
    unhelpful: int
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions with a similar meaning.

    questions: the different wordings, the most central one first. size: how many were asked, repeats included.
    outcomes: how many of them had each outcome. unhelpful: how many of their answers were marked unhelpful.
    """

    questions: tuple[str, ...]
    size: int
    outcomes: dict[Outcome, int]
    unhelpful: int

    @property
    def name(self) -> str:
        """Return the question that is closest to all the others."""
        return self.questions[0]


@dataclass(frozen=True, slots=True)
class PolicyInsights:
    """What one policy's visitors asked and thought. left_out: shared questions beyond MAX_GROUPED."""

    policy: str
    outcomes: dict[Outcome, int]
    languages: dict[str, int]
    verdicts: tuple[Verdicts, ...]
    groups: tuple[Group, ...]
    left_out: int
    comments: tuple[Feedback, ...]

    @property
    def asked(self) -> int:
        """Return how many questions were asked."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Insights:
    """The insights from `since` to `until`, both included. policies: the one with the most questions first."""

    since: date
    until: date
    policies: tuple[PolicyInsights, ...]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON, including every question of every group."""
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
    """Read the store from `since` to today, and group the questions without a good answer.

    Raises AskPolicyError if the store cannot be read.
    """
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
    unanswered = [f for f in given if f.question and (f.outcome in _UNANSWERED or not f.helpful)]
    unanswered.sort(key=lambda feedback: feedback.day, reverse=True)
    # Unhelpful answers come first, because the owner can improve them.
    comments = sorted((f for f in given if f.comment), key=lambda f: (f.helpful, f.outcome, f.comment))
    return PolicyInsights(
        policy=policy,
        outcomes=dict(outcomes.most_common()),
        languages=dict(languages.most_common()),
        verdicts=tuple(_verdicts(given)),
        groups=group_questions(unanswered[:MAX_GROUPED], embedder),
        left_out=max(0, len(unanswered) - MAX_GROUPED),
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
    """Return the questions of `given`, grouped by meaning, largest group first. Each must have a question."""
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
    """Cluster vectors by agglomerative clustering with average linkage. Return the rows of each cluster.

    vectors: unit length, shape (questions, dimension). similarity: the lowest mean cosine at which two clusters are
    joined. Each row is in exactly one cluster.
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
        # A joined cluster is never closer to another than its closer part was, so all other rows keep their nearest.
        stale = np.isin(nearest, (one, other))
        stale[[one, other]] = True
        nearest[stale], closest[stale] = means[stale].argmax(axis=1), means[stale].max(axis=1)
    return [members for members in clusters if members]


def show_insights(insights: Insights, console: Console | None = None) -> None:
    """Print tables for a terminal: the largest groups and the first comments, and how many more there are."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = console or Console()
    console.print(Text(f"From {insights.since} to {insights.until}", style="dim"))
    if not insights.policies:
        console.print("No questions were asked.")
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
            table = Table(title="Shared questions without a good answer", title_justify="left")
            table.add_column("Asked", justify="right")
            table.add_column("Question")
            table.add_column("Outcome")
            for group in of.groups[:_SHOWN_GROUPS]:
                table.add_row(str(group.size), Text(group.name), outcome_of(group))
            console.print(table)
            more = len(of.groups) - _SHOWN_GROUPS
            if more > 0:
                console.print(Text(f"and {more} smaller groups: see --html or --json", style="dim"))
        if of.left_out:
            console.print(Text(f"{of.left_out} earlier questions are not grouped: shorten --since", style="dim"))
        for comment in of.comments[:_SHOWN_GROUPS]:
            console.print(Text(f"“{comment.comment}”").append(f"  {about(comment)}", style="dim"))
        if len(of.comments) > _SHOWN_GROUPS:
            more = len(of.comments) - _SHOWN_GROUPS
            console.print(Text(f"and {more} more comments: see --html or --json", style="dim"))


def write_page(insights: Insights, page: Path) -> None:
    """Write the insights as one HTML page that loads nothing and runs no script.

    Raises AskPolicyError if the page cannot be written.
    """
    from bot.templates import templates

    environment = templates(Path(__file__).resolve().parent)
    environment.filters.update(label=label, outcome_of=outcome_of, about=about)
    html = environment.get_template("insights.html.jinja").render(insights=insights, meaning=MEANING, reasons=REASONS)
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise AskPolicyError(
            f"The page {page} cannot be written ({error.strerror}): choose another path with --html."
        ) from None


def label(outcome: Outcome) -> str:
    """Return an outcome in words."""
    return outcome.replace("_", " ")


def outcome_of(group: Group) -> str:
    """Return the outcomes of a group's questions in words."""
    if group.size == 1:
        return label(next(iter(group.outcomes))) + (", marked unhelpful" if group.unhelpful else "")
    parts = [f"{number} {label(outcome)}" for outcome, number in group.outcomes.items()]
    return ", ".join(parts) + (f"; {group.unhelpful} marked unhelpful" if group.unhelpful else "")


def about(comment: Feedback) -> str:
    """Return in words what a comment is about: the answer's outcome, the verdict and the reason."""
    verdict = "helpful" if comment.helpful else "unhelpful"
    return f"{label(comment.outcome)}, {verdict}" + (f", {comment.reason}" if comment.reason else "")

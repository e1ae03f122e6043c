"""Drafts -> the text of `answers.toml`, with comments that say what to check."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.drafting.answers import Draft
from bot.drafting.sentences import plain_sentence
from bot.drafting.toml_text import array, comment, value
from bot.policies.anchors import Anchors
from bot.topics.catalog import policy_topics
from bot.types import Policy
from bot.wording import READ

_EXAMPLE = """#
#     [[answers]]
#     topics = ["data-sale"]
#     verdict = "no"
#     reviewed = 2026-11-27
#     cite = ["We do not sell your data."]
#     [answers.text]
#     en = "We do not sell your data."
"""
# What the drafts of each part have in common, in the order of the file.
_PARTS: tuple[tuple[Callable[[Draft], bool], str], ...] = (
    (lambda draft: bool(draft.cite) and draft.is_sure, "The policy very likely speaks to these topics."),
    (
        lambda draft: bool(draft.cite) and not draft.is_sure,
        "The policy may speak to these topics: check that first. If it does not, write the verdict silent and remove "
        "`cite`.",
    ),
    (
        lambda draft: not draft.cite,
        "The policy seems to say nothing about these topics. If that is so, add `reviewed`: silence needs no text.",
    ),
)


def answers_text(policy: Policy, drafts: Sequence[Draft]) -> str:
    """Return the content of `answers.toml` for a policy. Topics without a draft are named at its end."""
    anchors = Anchors(policy)
    parts = [
        comment(
            f"Drafts of the answers for “{policy.title}”, one for each topic. None of them is used: an entry without "
            "`reviewed` is a draft, and the chat answers with quotes alone."
        )
        + comment(
            "To approve one: read its statements in the policy, correct `verdict` (yes, no, depends, stated, partly "
            "or silent) and `cite` (the best statement first, then the others in reading order, with exceptions and "
            "limits), and add the day and one plain sentence, if none is there: in plain words, with something "
            "of each statement, for reading grade 8. `askpolicy check` tells you what to change. Approve as many "
            "as you like, in any order. An approved answer looks like this:"
        )
        + _EXAMPLE
    ]
    for belongs, title in _PARTS:
        if some := [draft for draft in drafts if belongs(draft)]:
            parts.append(comment(title))
            parts += [_entry(draft, anchors, policy) for draft in some]
    drafted = {draft.topic.id for draft in drafts}
    if rest := [topic.id for topic in policy_topics() if topic.id not in drafted]:
        parts.append(
            comment(
                "Topics without a draft, because it is not certain whether the policy speaks to them: "
                f"{', '.join(rest)}."
            )
        )
    return "\n".join(parts)


def _entry(draft: Draft, anchors: Anchors, policy: Policy) -> str:
    lines = [
        comment(f"“{draft.topic.question}” {_sureness(draft)}").rstrip("\n"),
        "[[answers]]",
        f"topics = [{value(draft.topic.id)}]",
        f"verdict = {value(draft.verdict)}",
    ]
    if draft.cite:
        lines.append(f"cite = {array(anchors.at(row).to_json() for row in draft.cite)}")
    if draft.is_sure and (text := plain_sentence(policy, draft.cite, draft.verdict)):
        lines += ["[answers.text]", f"{READ} = {value(text)}"]
    return "\n".join(lines) + "\n"


def _sureness(draft: Draft) -> str:
    percent = min(99, int(100 * draft.confidence))
    return f"Likely ({percent}%)." if draft.is_sure else f"Doubtful ({percent}%)."

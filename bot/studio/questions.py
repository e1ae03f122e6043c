"""Visitor questions for the folder: written by the owner, shared by visitors, or ways to ask that ship with a topic."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import Any, Literal, get_args

from bot.guard.cleaning import guard
from bot.policies.reviewed import AnswerEntry
from bot.settings import Settings
from bot.studio.entries import Edited
from bot.studio.files import Contents
from bot.studio.live import Live
from bot.topics.catalog import topic_ids, topics
from bot.types import AskPolicyError, Outcome, OwnTopic, is_own
from bot.usage.groups import Group, each_alone, group_questions
from bot.usage.insights import MAX_GROUPED, without_good_answer
from bot.usage.opening import open_store
from bot.usage.values import today

Kind = Literal["answerable", "not_covered", "off_topic"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# How many ways to ask are tried at once, and how many groups of shared questions are listed.
_MOST_TRIED, _MOST_SHARED = 10, 100


def _record_of(
    question: str, kind: str, cite: Sequence[int], contents: Contents, settings: Settings
) -> tuple[dict[str, Any], bool]:
    """Return a question as `questions.jsonl` has it, and whether personal data was removed from it.

    cite: the indexes of the statements that answer it, only for `answerable`. Raises AskPolicyError if it cannot be
    added.
    """
    guarded = guard(question, settings.guard)
    if guarded.outcome is Outcome.TOO_LONG:
        raise AskPolicyError(f"The question is too long: write at most {settings.guard.max_question_chars} characters.")
    if not any(map(str.isalnum, guarded.question)):
        raise AskPolicyError("There is no question: type one as a visitor would.")
    if kind not in KINDS:
        raise AskPolicyError("Say whether the policy answers this question.")
    if kind == "answerable" and not cite:
        raise AskPolicyError("Choose the statements that answer this question first.")
    if guarded.question.casefold() in contents.known:
        raise AskPolicyError("This question is in the folder already.")
    record: dict[str, Any] = {"question": guarded.question, "kind": kind}
    if kind == "answerable":
        record["evidence"] = [contents.anchors.at(index).to_json() for index in cite]
    return record, any(warning.code == "personal_data" for warning in guarded.warnings)


def records_of(
    questions: Sequence[str], kind: str, cite: Sequence[int], contents: Contents, settings: Settings
) -> tuple[list[dict[str, Any]], bool]:
    """Return several questions of the same kind as `questions.jsonl` has them, each once. See `_record_of`."""
    each = [_record_of(question, kind, cite, contents, settings) for question in questions or [""]]
    records = {record["question"].casefold(): record for record, _ in each}
    return list(records.values()), any(masked for _, masked in each)


def _ways_of(questions: Sequence[str], contents: Contents, settings: Settings) -> tuple[tuple[str, ...], bool]:
    records, masked = records_of(questions, "not_covered", (), contents, settings)
    return tuple(record["question"] for record in records), masked


def with_ways(
    entry: AnswerEntry, questions: Sequence[str], contents: Contents, settings: Settings
) -> tuple[AnswerEntry, bool]:
    """Return an own topic with more ways to ask, and whether personal data was removed from them. See `records_of`."""
    ways, masked = _ways_of(questions, contents, settings)
    return entry.model_copy(update={"questions": (*entry.questions, *ways)}), masked


def own_draft(name: str, questions: Sequence[str], contents: Contents, settings: Settings) -> tuple[AnswerEntry, bool]:
    """Return the draft of an own topic, and whether personal data was removed from its ways to ask.

    Raises AskPolicyError if the folder has its name or one of the questions already, or if something does not fit.
    """
    ways, masked = _ways_of(questions, contents, settings)
    own = OwnTopic(" ".join(name.split()), ways)
    if contents.entry(own.id):
        raise AskPolicyError("There is a topic with this name already: add the questions to it, or write another name.")
    return Edited((own.id,), "", (), {}, own).entry(contents.anchors, None), masked


@functools.cache
def _phrasings() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    text = files("bot").joinpath("topics", "phrasings.jsonl").read_text(encoding="utf-8")
    for record in map(json.loads, text.splitlines()):
        found.setdefault(record["topic"], []).append(record["question"])
    return {topic: tuple(questions) for topic, questions in found.items()}


def ways_to_ask(topic: str, cite: Sequence[int], live: Live, contents: Contents) -> list[tuple[str, bool]]:
    """Return ways to ask about a topic that are not in the folder, each with whether the chat cites what it should.

    cite: the indexes of the statements that should be cited; empty if the policy is silent. The first few are tried.
    Those that get a different answer come first. Raises AskPolicyError if there is no chat yet.
    """
    tried = [way for way in _phrasings().get(topic, ()) if way.casefold() not in contents.known][:_MOST_TRIED]
    starts = {contents.policy.sentences[index].start for index in cite}
    fits = []
    for way in tried:
        answer = live.ask(way)
        cited = {citation.start for citation in answer.citations}
        fits.append((way, bool(starts & cited) if starts else not cited))
    return sorted(fits, key=lambda each: each[1])


def shared_groups(settings: Settings, live: Live, contents: Contents) -> tuple[Group, ...]:
    """Return the questions that visitors shared or passed on, and that got no good answer, the largest group first.

    The store is only read. Questions that are in the folder already are left out. Until there is a chat, each question
    is a group. Raises AskPolicyError if the store cannot be read.
    """
    with closing(open_store(settings)) as store:
        if not store.exists:
            return ()
        since = today() - timedelta(days=settings.feedback.retention_days)
        given = [each for each in store.feedback(since) if each.policy == contents.policy.id]
        passed_on = [each for each in store.unanswered(since) if each.policy == contents.policy.id]
    left = [each for each in without_good_answer(given, passed_on) if each.question.casefold() not in contents.known]
    if live.built is None:
        return each_alone(left)[:_MOST_SHARED]
    groups = group_questions(left[:MAX_GROUPED], live.built.bot.bundle.embedder)[:_MOST_SHARED]
    return tuple(replace(group, topic=group.topic or _topic_of(group.name, live)) for group in groups)


def _topic_of(question: str, live: Live) -> str | None:
    found = live.ask(question).topics
    policy = [id for id in found if is_own(id) or topics()[topic_ids()[id]].kind == "policy"]
    return policy[0] if policy else None

"""Reads the training examples: the written corpus, and real questions with their labels if they are available.

The repository does not include the public question sets (PrivacyQA, CLINC150). They are read if `evals.sets.paths`
finds them. Without them, training still works on the written corpus alone.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.policies.anchors import Labels
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.questions import VisitorQuestion, read_question
from bot.types import Policy
from evals.files import read_lines
from evals.sets import off_topic
from evals.sets.paths import CORPUS, DEVELOPMENT, ENCODER_POLICIES, PRIVACY_QUESTIONS, UNSEEN_POLICIES, corpus_folders

# In the folder of an invented policy: each line names a topic that the policy speaks to and the statements that answer
# it, or says that this is unsure.
TOPIC_LABELS = "topics.jsonl"
# A written question that is at least this similar to a development question is left out. difflib's ratio, 0 to 1.
NEAR_DUPLICATE = 0.9


@dataclass(frozen=True, slots=True)
class TrainingPolicy:
    """A policy and all of its training questions."""

    folder: PolicyFolder
    questions: tuple[VisitorQuestion, ...]


def fold(question: str) -> str:
    """Return a question's words in lower case, for finding duplicates."""
    return " ".join(re.findall(r"[^\W_]+", question.lower()))


def question_key(question: str) -> str:
    """Return the key of a real question's label: the sha256 of the question, in hex digits."""
    return hashlib.sha256(question.encode("utf-8")).hexdigest()


def development_questions() -> set[str]:
    """Return the folded development questions, and the originals of those that were shortened."""
    records = [record for path in DEVELOPMENT.values() for record in read_lines(path)]
    return {fold(q) for record in records for q in (record["question"], record.get("original")) if q}


class NearDuplicates:
    """A set of folded questions. `question in set` is true if the question is equal or nearly equal to one of them."""

    def __init__(self, folded: Iterable[str]) -> None:
        self._folded = set(folded)
        self._by_word: dict[str, set[str]] = {}
        for question in self._folded:
            for word in question.split():
                self._by_word.setdefault(word, set()).add(question)

    def __contains__(self, question: str) -> bool:
        folded = fold(question)
        if folded in self._folded:
            return True
        words = set(folded.split())
        shared: dict[str, int] = {}
        for word in words:
            for other in self._by_word.get(word, ()):
                shared[other] = shared.get(other, 0) + 1
        return any(
            count >= 0.6 * max(len(words), len(other.split()))
            and difflib.SequenceMatcher(None, folded, other).ratio() >= NEAR_DUPLICATE
            for other, count in shared.items()
        )


def real_questions(path: Path, policy: Policy) -> tuple[VisitorQuestion, ...]:
    """Return labeled questions of PrivacyQA's train split.

    path: the file with the labels. The words come from PRIVACY_QUESTIONS; a label without its question is skipped.
    Raises AskPolicyError if a label names no statement of the policy.
    """
    words = {question_key(record["question"]): record["question"] for record in read_lines(PRIVACY_QUESTIONS)}
    labels = Labels(policy, policy.id)
    questions = [
        read_question({"question": words.get(record["sha256"], ""), **record}, labels, f"{path}, line {number}")
        for number, record in enumerate(read_lines(path), start=1)
    ]
    labels.check()
    return tuple(question for question in questions if question.question)


def training_policies() -> list[TrainingPolicy]:
    """Return Mass.gov, then the invented policies, without questions that are too similar to a development question."""
    measured = NearDuplicates(development_questions())
    policies = []
    for folder in corpus_folders():
        policy_folder = load_policy_folder(str(folder), CORPUS)
        questions = policy_folder.questions + real_questions(folder / "real_labels.jsonl", policy_folder.policy)
        kept = tuple(q for q in questions if q.question not in measured)
        policies.append(TrainingPolicy(policy_folder, kept))
    return policies


def encoder_policies() -> list[TrainingPolicy]:
    """Return the training policies that the encoder is trained on."""
    return [policy for policy in training_policies() if policy.folder.policy.id in ENCODER_POLICIES]


def decision_policies() -> list[TrainingPolicy]:
    """Return the training policies that the decision models are fitted on, none of which the encoder has seen."""
    return [policy for policy in training_policies() if policy.folder.policy.id in UNSEEN_POLICIES]


def topic_statements(policy: Policy) -> dict[str, tuple[int, ...] | None]:
    """Return the statements of an invented policy that answer each topic, the best one first; None if it is unsure.

    The policy is silent on every topic that is missing. Raises AskPolicyError if a label names no statement.
    """
    path = CORPUS / "training" / policy.id / TOPIC_LABELS
    labels, found = Labels(policy, policy.id), {}
    for line, record in enumerate(read_lines(path), start=1):
        unsure = record.get("unsure", False)
        rows = None if unsure else tuple(labels.place(record["evidence"], f"{path}, line {line}"))
        found[record["topic"]] = rows
    labels.check()
    return found


def off_topic_questions() -> list[VisitorQuestion]:
    """Return the CLINC150 utterances of the training part."""
    return [VisitorQuestion(utterance, "off_topic") for utterance in off_topic.train()]

"""Visitor questions: `questions.jsonl`, one labeled question on each line."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.policies.anchors import Anchors, Labels
from bot.policies.problems import near
from bot.types import AskPolicyError, ReviewedAnswer

NAME = "questions.jsonl"
QuestionKind = Literal["answerable", "not_covered", "off_topic", "small_talk"]
KINDS: tuple[QuestionKind, ...] = ("answerable", "not_covered", "off_topic", "small_talk")
# The keys of a record that hold anchors.
LABELS = ("evidence", "also", "near")


@dataclass(frozen=True, slots=True)
class VisitorQuestion:
    """A question that an author wrote for a policy, with the sentences that answer it.

    evidence: the indexes of the sentences that are needed, the best answer first.
    acceptable: other sentences that also answer; distractors: sentences that only seem to.
    yes_no: the right answer to a yes/no question: yes, no, or depends. route: the id of the route of a question about
    something else, see `bot.types.Route`. topic: the id of the owner's own topic that it asks about; it counts only for
    questions about that topic. `questions.jsonl` has none of these.
    """

    question: str
    kind: QuestionKind
    evidence: tuple[int, ...] = ()
    acceptable: tuple[int, ...] = ()
    distractors: tuple[int, ...] = ()
    yes_no: str | None = None
    history: tuple[str, ...] = ()
    route: str | None = None
    topic: str | None = None

    @property
    def read_as(self) -> str:
        """Return what the encoder reads: the previous question, if any, and this one."""
        return " ".join([*self.history[-1:], self.question])

    def to_json(self, anchors: Anchors) -> dict[str, Any]:
        """Return the fields as `questions.jsonl` has them: acceptable is `also`, distractors are `near`."""
        fields: dict[str, Any] = {"question": self.question, "kind": self.kind}
        for name, indexes in zip(LABELS, (self.evidence, self.acceptable, self.distractors), strict=True):
            if indexes:
                fields[name] = [anchors.at(index).to_json() for index in indexes]
        if self.history:
            fields["history"] = list(self.history)
        if self.yes_no:
            fields["yes_no"] = self.yes_no
        if self.route:
            fields["route"] = self.route
        return fields


def own_questions(reviewed: Iterable[ReviewedAnswer]) -> Iterator[VisitorQuestion]:
    """Yield the ways to ask about the owner's own topics."""
    for answer in reviewed:
        for question in answer.own.questions if answer.own else ():
            if answer.verdict == "silent":
                yield VisitorQuestion(question, "not_covered", (), topic=answer.topics[0])
            else:
                yield VisitorQuestion(question, "answerable", answer.cite, topic=answer.topics[0])


def parse_questions(
    data: bytes, labels: Labels, path: Path, routes: Collection[str] = ()
) -> tuple[VisitorQuestion, ...]:
    """Parse visitor questions from JSON Lines.

    labels: keeps the anchors that it cannot place; call its `check`. routes: the ids that are known. Raises
    AskPolicyError that names the first bad line of `path`.
    """
    questions = []
    for number, line in enumerate(data.removeprefix(BOM_UTF8).splitlines(), start=1):
        where = f"{path}, line {number}"
        try:
            questions.append(read_question(json.loads(line), labels, where))
        except UnicodeDecodeError:
            raise AskPolicyError(f"{where}, is not UTF-8 text: save the file as UTF-8.") from None
        except json.JSONDecodeError:
            raise AskPolicyError(f"{where}, is not JSON: write one object in braces on each line.") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise AskPolicyError(
                f"{where}, is not a visitor question: it needs question, kind (one of {', '.join(KINDS)}) and, if "
                "answerable, evidence (a list with the words of statements). Only off_topic may have a route (an id)."
            ) from None
        route = questions[-1].route
        if route is not None and route not in routes:
            raise AskPolicyError(
                f"{where}, has the route '{route[:60]}', which manifest.toml does not list{near(route, routes)}: "
                "correct it, or add [[routes]] with this id."
            )
    return tuple(questions)


def read_question(record: dict[str, Any], labels: Labels, where: str) -> VisitorQuestion:
    """Read a record of `questions.jsonl`.

    where: file and line, for errors. Raises ValueError, KeyError, TypeError or AttributeError if it is not one.
    """
    placed = {name: labels.place(_list(record.get(name, ())), f"{where}, {name}") for name in LABELS}
    question = VisitorQuestion(
        question=str(record["question"]),
        kind=record["kind"],
        evidence=placed["evidence"],
        acceptable=placed["also"],
        distractors=placed["near"],
        yes_no=record.get("yes_no"),
        history=tuple(_list(record.get("history", ()))),
        route=record.get("route"),
    )
    fits = (
        question.kind in KINDS
        and question.yes_no in (None, "yes", "no", "depends")
        and (question.kind == "answerable") == bool(record.get("evidence"))
        and (question.route is None or (isinstance(question.route, str) and question.kind == "off_topic"))
        and all(isinstance(earlier, str) for earlier in question.history)
    )
    if not fits:
        raise ValueError
    return question


def _list(value: Any) -> Iterable[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return value

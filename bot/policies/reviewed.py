"""`answers.toml` of a policy folder: the answers that the owner has approved, one for each group of topics.

    [[answers]]
    topics = ["data-sale", "data-rent-trade"]  # the sentence is written for the first one
    verdict = "no"                             # one of `bot.types.VERDICTS`
    reviewed = 2026-11-27
    cite = ["We do not sell your data.", "However, a court may ask for it."]
    [answers.text]
    en = "Maple Bakery does not sell your data, but a court may ask for it."

`cite` names statements by their words, the best answer first, then the others in reading order. A topic that the policy
does not mention has the verdict `silent` and no text. What it cites comes near the topic, and is shown as that.

Instead of `topics`, an entry can have a topic of the owner's own:

    name = "how long the parking app keeps license plates"  # completes "The policy does not mention …"
    questions = ["do you keep my license plate", "when do you delete the plates of parked cars"]
    names = { es = "cuánto tiempo guarda las matrículas la aplicación de estacionamiento" }  # optional

An entry without the key `reviewed` is a draft. It needs only its topics, and no answer ever uses it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationError, model_validator

from bot.policies.anchors import Anchors, Labels
from bot.policies.manifest import AnchorField, Strict, day, parse_toml, read_own_file
from bot.policies.problems import first_problem, near
from bot.types import VERDICTS, AskPolicyError, OwnTopic, ReviewedAnswer
from bot.wording import LANGUAGES, READ

NAME = "answers.toml"
MAX_TEXT_CHARS, MAX_NAME_CHARS, MAX_QUESTION_CHARS = 300, 100, 300
_KEYS = ("topics", "name", "questions", "names", "verdict", "reviewed", "cite", "text")
# The fewest ways to ask that define a topic. One would find little more than its own words.
_LEAST_QUESTIONS = 2


def _verdict(value: str) -> str:
    if value not in VERDICTS:
        raise ValueError(f"the verdict '{value[:40]}' is not known{near(value, VERDICTS)}: use {', '.join(VERDICTS)}")
    return value


def _review_date(value: object) -> str:
    """Read the day of the review."""
    if (reviewed := day(value)) is None:
        raise ValueError("'reviewed' is not a date: write it as 2026-11-27")
    return reviewed


def _are_texts(texts: object) -> object:
    """Find keys of the answer below [answers.text], which is where a file's last lines end up."""
    for key in texts if isinstance(texts, dict) else ():
        if key in _KEYS:
            raise ValueError(f"the key '{key}' is below [answers.text]: move it above that line")
    return texts


def _text(texts: dict[str, str]) -> dict[str, str]:
    for language, words in texts.items():
        if language not in LANGUAGES:
            raise ValueError(f"'{language[:40]}' is not a language of the chat: use {', '.join(LANGUAGES)}")
        if not 0 < len(words.strip()) <= MAX_TEXT_CHARS or words != words.strip() or not words.isprintable():
            raise ValueError(f"the text in '{language}' must be one line of 1 to {MAX_TEXT_CHARS} characters")
    return texts


def _is_line(words: str, longest: int) -> bool:
    return 0 < len(words) <= longest and words == words.strip() and words.isprintable()


def _name(words: str) -> str:
    has_letters = re.search("[a-zA-Z]", words) is not None
    if not has_letters or not _is_line(words, MAX_NAME_CHARS) or words[-1] in ".?!":
        raise ValueError(
            f"the name '{words[:40]}' does not complete “The policy does not mention …”: write it in English, in one "
            f"line of up to {MAX_NAME_CHARS} characters, without a period or a question mark at its end"
        )
    return words


def _names(names: dict[str, str]) -> dict[str, str]:
    for language, words in names.items():
        if language not in LANGUAGES or language == READ:
            others = ", ".join(code for code in LANGUAGES if code != READ)
            raise ValueError(f"'names' has '{language[:40]}', but 'name' is for English: use {others}")
        if not _is_line(words, MAX_NAME_CHARS) or words[-1] in ".?!。？！":
            raise ValueError(
                f"the name in '{language}' must be one line of 1 to {MAX_NAME_CHARS} characters, without a period or a "
                "question mark at its end"
            )
    return names


def _questions(questions: tuple[str, ...]) -> tuple[str, ...]:
    for question in questions:
        if not _is_line(question, MAX_QUESTION_CHARS):
            raise ValueError(
                f"the question '{question[:40]}' must be one line of 1 to {MAX_QUESTION_CHARS} characters, without "
                "spaces around it"
            )
    return questions


class AnswerEntry(Strict):
    """A reviewed answer in a file; see `bot.types.ReviewedAnswer`. It is a draft if `reviewed` is None.

    topics: from the catalog. name, questions, names: see `bot.types.OwnTopic`; an entry has these or `topics`.
    """

    topics: tuple[str, ...] = ()
    name: Annotated[str, AfterValidator(_name)] | None = None
    questions: Annotated[tuple[str, ...], AfterValidator(_questions)] = ()
    names: Annotated[dict[str, str], AfterValidator(_names)] = Field(default_factory=dict)
    verdict: Annotated[str, AfterValidator(_verdict)] | None = None
    reviewed: Annotated[str, PlainValidator(_review_date)] | None = None
    cite: tuple[AnchorField, ...] = ()
    text: Annotated[dict[str, str], BeforeValidator(_are_texts), AfterValidator(_text)] = Field(default_factory=dict)

    @classmethod
    def of_answer(cls, answer: ReviewedAnswer, anchors: Anchors) -> AnswerEntry:
        """Return the entry of an answer."""
        return cls(
            topics=() if answer.own else answer.topics,
            name=answer.own.name if answer.own else None,
            questions=answer.own.questions if answer.own else (),
            names=dict(answer.own.names) if answer.own else {},
            verdict=answer.verdict,
            reviewed=answer.reviewed,
            cite=tuple(map(anchors.at, answer.cite)),
            text=dict(answer.text),
        )

    @property
    def own(self) -> OwnTopic | None:
        """Return the owner's own topic, or None if it is for topics of the catalog."""
        return None if self.name is None else OwnTopic(self.name, self.questions, self.names)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of its topics, one at least."""
        return (self.own.id,) if self.own else self.topics

    @property
    def leaves_open(self) -> bool:
        """Return whether it says that something is not in the policy, so that new words can make it wrong."""
        return self.verdict in ("silent", "partly")

    @model_validator(mode="after")
    def _has_topics(self) -> Self:
        if self.topics and (self.name is not None or self.questions or self.names):
            raise ValueError("it has both 'topics' and a topic of your own: remove 'topics', or 'name' and 'questions'")
        if self.name is None and (self.questions or self.names):
            raise ValueError("the key 'name' is missing: add what completes “The policy does not mention …”")
        if self.name is None and not self.topics:
            raise ValueError("it has no topic: add 'topics', or 'name' and 'questions' for a topic of your own")
        if self.name is not None and len(set(map(str.casefold, self.questions))) < _LEAST_QUESTIONS:
            raise ValueError(f"a topic of your own needs {_LEAST_QUESTIONS} different 'questions' or more: add some")
        return self

    @model_validator(mode="after")
    def _fits_the_verdict(self) -> Self:
        if self.reviewed is None:
            return self
        if self.verdict is None:
            raise ValueError(f"a reviewed answer needs a verdict: add one of {', '.join(VERDICTS)}")
        if self.verdict == "silent":
            if self.text:
                raise ValueError("a silent answer has no text: remove it, or change the verdict")
        elif not self.cite:
            raise ValueError("'cite' names no statement: add one that answers, or use the verdict silent")
        elif "en" not in self.text:
            raise ValueError("the text in 'en' is missing: add it")
        return self


class _Answers(Strict):
    answers: tuple[AnswerEntry, ...] = ()


def read_reviewed(folder: Path, topics: Collection[str] | None = None) -> tuple[AnswerEntry, ...]:
    """Read the reviewed answers and the drafts of a policy folder. Empty without a file. See `parse_reviewed`."""
    path = folder / NAME
    if not path.exists() and not path.is_symlink():
        return ()
    return parse_reviewed(read_own_file(path), path, topics)


def parse_reviewed(data: bytes, path: Path, topics: Collection[str] | None = None) -> tuple[AnswerEntry, ...]:
    """Parse the content of `answers.toml`. path: the file, for errors.

    topics: the ids that are known; None to accept any. Raises AskPolicyError that names the first answer that does not
    fit, and why.
    """
    record = parse_toml(data, path)
    try:
        entries = _Answers.model_validate(record).answers
    except ValidationError as error:
        keys = {"": ("answers",), "answers": _KEYS}
        raise AskPolicyError(f"{path}{first_problem(error, keys, {'answers': 'answer'}, named=True)}.") from None
    first: dict[str, int] = {}
    asked: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        for topic in entry.ids:
            if topics is not None and entry.own is None and topic not in topics:
                raise AskPolicyError(
                    f"{path}, answer {number}: the topic '{topic[:60]}' is not known{near(topic, topics)}: correct it."
                )
            if topic in first:
                raise AskPolicyError(
                    f"{path}, answer {number}: the topic '{entry.name or topic}' is in answer {first[topic]} too: keep "
                    "one of them."
                )
            first[topic] = number
        for question in map(str.casefold, entry.questions):
            if asked.setdefault(question, number) != number:
                raise AskPolicyError(
                    f"{path}, answer {number}: the question '{question[:60]}' is in answer {asked[question]} too: keep "
                    "one of them."
                )
    return entries


def place_reviewed(entries: Sequence[AnswerEntry], labels: Labels, where: str) -> tuple[ReviewedAnswer, ...]:
    """Return the reviewed answers, without drafts, with the indexes of their statements.

    One that cannot be placed is left to `labels.check`. where: the file, for the error.
    """
    return tuple(
        ReviewedAnswer(
            entry.ids,
            entry.verdict,
            entry.text,
            labels.place(entry.cite, f"{where}, answer {number} ({entry.ids[0]}), cite"),
            entry.reviewed,
            entry.own,
        )
        for number, entry in enumerate(entries, start=1)
        if entry.reviewed is not None and entry.verdict is not None
    )

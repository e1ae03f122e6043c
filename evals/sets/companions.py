"""Companions: statements that an answer needs if it cites certain others, because those alone would mislead.

`companions.toml` names them by their words. Nothing is trained on it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from bot.policies.anchors import Anchor, Anchors, UnplacedError
from bot.types import AskPolicyError, Policy, Span

COMPANIONS = Path(__file__).with_name("companions.toml")


@dataclass(frozen=True, slots=True)
class Companion:
    """What an answer needs if it cites the statement `of`: one statement of each group of `needs`."""

    of: Span
    needs: tuple[tuple[Span, ...], ...]


def load_companions(policy: Policy, path: Path = COMPANIONS) -> tuple[Companion, ...]:
    """Return the companions of a policy; none if the file is about another one.

    Raises AskPolicyError if the file names a statement that it does not define or that the policy does not have.
    """
    record = tomllib.loads(path.read_text(encoding="utf-8"))
    if record["policy"] != policy.id:
        return ()
    anchors = Anchors(policy)
    spans: dict[str, Span] = {}
    for name, words in record["statements"].items():
        try:
            sentence = policy.sentences[anchors.find(Anchor.parse(words))]
        except UnplacedError as error:
            raise AskPolicyError(f"{path}, {name}: {error}") from None
        spans[name] = Span(sentence.start, sentence.end)
    try:
        return tuple(
            Companion(spans[of], tuple(tuple(spans[name] for name in group) for group in entry["needs"]))
            for entry in record["companions"]
            for of in entry["of"]
        )
    except KeyError as error:
        raise AskPolicyError(f"{path} uses {error}, which is no name under [statements].") from None

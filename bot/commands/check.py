"""`askpolicy check`: settings, policy, model, index, and one real question."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.encoder.embedding import OnnxEmbedder, encoder_id
from bot.encoder.files import encoder_bytes
from bot.index.bundle import Bundle, load_bundle
from bot.index.vectors import VectorIndex
from bot.opening import bundle_folder
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.settings import Settings
from bot.types import AskPolicyError

# Texts of each index that are embedded again: a second or so for each hundred.
_SAMPLE = 200
# The least cosine of a text's new vector to the stored one. Rounding to a byte a dimension leaves .999; two sentences
# that say nearly the same are at .98.
_SAME = 0.99


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `askpolicy check`."""

    good: bool
    text: str


def check(settings_source: Callable[[], Settings], policy: str | None) -> Iterator[Finding]:
    """Yield what was found, in order; stop at the first thing that is wrong, since the rest needs it."""
    try:
        settings = settings_source()
        yield Finding(True, "Settings are valid.")
        policy_folder = load_policy_folder(policy or settings.policy, settings.corpus)
        yield Finding(True, f"Policy '{policy_folder.policy.id}': {len(policy_folder.policy.sentences)} sentences.")
        encoder = encoder_bytes(settings.model)
        yield Finding(True, f"Model {encoder_id(encoder)} is there.")
        folder = bundle_folder(policy_folder, settings)
        bundle = load_bundle(folder, expect=policy_folder, expect_encoder=encoder_id(encoder), threads=settings.threads)
        yield Finding(True, f"Index {bundle.version} in {folder} is whole and fits.")
        strays = list(texts_with_other_vectors(bundle))
        if strays:
            raise AskPolicyError(
                f"The index in {folder} holds vectors that do not belong to their texts, for example of "
                f"“{strays[0][:80]}”: delete that folder and build it again with "
                f"`askpolicy index {policy_folder.policy.id}`."
            )
        yield Finding(True, "The vectors belong to their texts.")
        Bot(bundle, settings).ask(f"What does {policy_folder.policy.sentences[0].text[:200]} mean?")
        yield Finding(True, "A question was answered.")
    except AskPolicyError as error:
        yield Finding(False, str(error))


def texts_with_other_vectors(bundle: Bundle) -> Iterator[str]:
    """Yield the texts, of a random sample, whose stored vector is not the one that the encoder gives them."""
    passages = [passage.context for passage in bundle.passages]
    questions = [question.read_as for question in bundle.questions]
    yield from _strays(passages, bundle.vectors, bundle.embedder)
    yield from _strays(questions, bundle.question_vectors, bundle.embedder)


def _strays(texts: Sequence[str], index: VectorIndex, embedder: OnnxEmbedder) -> Iterator[str]:
    rows = sorted(random.sample(range(len(texts)), min(_SAMPLE, len(texts))))
    if not rows:
        return
    fresh = embedder.encode([texts[row] for row in rows])
    stored = index.vectors(rows)
    for row, cosine in zip(rows, np.sum(fresh * stored, axis=1), strict=True):
        if cosine < _SAME:
            yield texts[row]

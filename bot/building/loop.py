"""The plain engine: one policy after the other, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.building import steps
from bot.building.publishers import publisher_of
from bot.building.results import Failed, Result
from bot.building.sources import Source
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.settings import Settings
from bot.types import AskPolicyError


def build(
    sources: Sequence[Source],
    settings: Settings,
    *,
    workers: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Build the policies, in order.

    workers: texts of one policy that are embedded at the same time. on_progress: called with the number of policies
    done and in total. Raises AskPolicyError if a policy cannot be published.
    """
    embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), workers)
    publisher = publisher_of(settings)
    built, failed = [], []
    for number, source in enumerate(sources):
        if on_progress is not None:
            on_progress(number, len(sources))
        try:
            policy_folder = steps.read(source.name, settings)
        except AskPolicyError as error:
            failed.append(Failed(source.name, str(error)))
            continue
        vectors = steps.embed(policy_folder, embedder, settings)
        built.append(steps.publish(policy_folder, vectors, publisher))
    return Result(tuple(built), tuple(failed))

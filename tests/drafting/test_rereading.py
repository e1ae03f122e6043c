"""New words and the topics that they may speak to."""

from __future__ import annotations

import pytest

from bot.drafting.rereading import topics_of_new_words
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.policies.parsing import parse_policy
from bot.settings import Settings

TEXT = "Harbor\n\nSelling\n\nWe sell nothing.\n\nPeople\n\n{new}\n"


@pytest.fixture(scope="module")
def embedder(settings: Settings) -> OnnxEmbedder:
    return OnnxEmbedder.from_bytes(encoder_bytes(settings.model), 1)


@pytest.mark.parametrize(
    ("new", "topic"),
    [
        ("Children under 13 may not make an account.", "children-age"),
        ("We record the fingerprint of every member.", "biometrics"),
        ("We encrypt all data on its way.", "encryption"),
        ("If Harbor is sold, the buyer gets your data.", "share-merger"),
    ],
)
def test_new_words_name_their_topic(embedder: OnnxEmbedder, new: str, topic: str) -> None:
    policy = parse_policy(TEXT.format(new=new), id="harbor")
    found = {each.topic: each for each in topics_of_new_words(policy, (1,), embedder)}
    assert found[topic].words == new
    assert [each.coverage for each in found.values()] == sorted((e.coverage for e in found.values()), reverse=True)
    # What was there before counts for nothing.
    assert all("sell nothing" not in each.words for each in found.values())


def test_without_new_words_no_topic_is_named(embedder: OnnxEmbedder) -> None:
    assert topics_of_new_words(parse_policy(TEXT.format(new=""), id="harbor"), (), embedder) == ()

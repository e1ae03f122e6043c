import dataclasses

import numpy as np
import pytest

from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.policies.folder import PolicyFolder
from bot.policies.questions import VisitorQuestion
from bot.settings import load_settings
from evals import training_policies
from evals.files import read_lines
from evals.training_policies import Remembering, run_training_policies, score_policy, without_statements

QUESTIONS = (
    VisitorQuestion("do you share my address with the post office?", "answerable", evidence=(2,)),
    VisitorQuestion("hello", "small_talk"),
    VisitorQuestion("do you fly to the moon?", "off_topic"),
    VisitorQuestion("who else gets my address?", "answerable", evidence=(2,)),
)


@pytest.fixture
def settings(tmp_path):
    return load_settings(home=tmp_path, cached_answers=0)


@pytest.fixture
def embedder(settings):
    return Remembering.from_bytes(encoder_bytes(settings.model), 1)


def test_deleted_statements_are_not_in_the_text_that_is_read(policy):
    rest = without_statements(policy, (0, 2))
    assert [sentence.text for sentence in rest.sentences] == [
        "Your browser keeps nothing of ours.",
        "We sell nothing.",
        "We sell nothing.",
    ]
    assert "post office" not in rest.text
    assert all(rest.text[s.start : s.end] == s.text for s in rest.sentences)


def test_a_policy_of_which_nothing_is_left_is_not_asked(policy):
    assert without_statements(policy, range(len(policy.sentences))) is None


def test_each_question_is_asked_and_each_answerable_one_again_without_its_answer(policy, embedder, settings):
    scores = list(score_policy(PolicyFolder(policy, QUESTIONS), embedder, settings))
    assert [(s.id, s.kind) for s in scores] == [
        ("small#0", "answerable"),
        ("small#2", "off_topic"),
        ("small#3", "answerable"),
        ("small#0-deleted", "deleted"),
        ("small#3-deleted", "deleted"),
    ]
    assert scores[0].hit_at_1 == 1.0


def test_the_bot_knows_none_of_the_questions(policy, embedder, settings, monkeypatch):
    seen = []
    real = training_policies.Bot
    monkeypatch.setattr(training_policies, "Bot", lambda bundle, *rest: seen.append(bundle) or real(bundle, *rest))
    list(score_policy(PolicyFolder(policy, QUESTIONS), embedder, settings))
    assert [len(bundle.questions) for bundle in seen] == [0, 0]
    assert [len(bundle.passages) for bundle in seen] == [5, 4]


def test_a_text_is_encoded_once_and_as_always(embedder, settings, monkeypatch):
    texts = ["We sell nothing.", "We use no cookies.", "We sell nothing."]
    expected = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), 1).encode(texts)
    encoded = []
    real = OnnxEmbedder.encode
    monkeypatch.setattr(
        OnnxEmbedder, "encode", lambda self, texts, *rest: encoded.extend(texts) or real(self, texts, *rest)
    )
    assert np.allclose(embedder.encode(texts), expected, atol=1e-6)
    assert np.allclose(embedder.encode(texts[::-1]), expected[::-1], atol=1e-6)
    assert encoded == ["We sell nothing.", "We use no cookies."]


def test_a_run_writes_scores_and_resamples_policies(policy, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(training_policies, "corpus_folders", lambda: ["massgov", "a", "b"])
    monkeypatch.setattr(
        training_policies,
        "load_policy_folder",
        lambda name, corpus: PolicyFolder(dataclasses.replace(policy, id=name), QUESTIONS),
    )
    ran = run_training_policies(settings, tmp_path / "out", limit=1)
    assert set(ran.policies) == {"a", "b"}
    assert ran.summary["measures"]["questions"] == 4
    assert ran.summary["measures"]["hit@1"] == 1.0
    assert "deleted_answered" in ran.summary["intervals"]
    assert [record["id"] for record in read_lines(tmp_path / "out" / "scores.jsonl")] == [
        "a#0",
        "a#0-deleted",
        "b#0",
        "b#0-deleted",
    ]

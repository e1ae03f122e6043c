from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bot.encoder.embedding import ENCODER_FILES, OnnxEmbedder, encoder_id, load_sentence_transformer
from bot.encoder.files import encoder_bytes
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import AskPolicyError

needs_build = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None, reason="needs the extra `build`: sentence-transformers"
)


@pytest.fixture(scope="module")
def files(settings: Settings) -> dict[str, bytes]:
    return encoder_bytes(settings.model)


def test_vectors_are_of_unit_length_in_the_order_of_the_texts(bot: Bot) -> None:
    embedder = bot.bundle.embedder
    texts = [f"{'long ' * (40 - n)}text number {n}" for n in range(40)]  # more than one batch, the longest first
    vectors = embedder.encode(texts)
    assert vectors.shape == (40, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(40), abs=1e-3)
    alone = np.stack([embedder.encode([text])[0] for text in texts[::13]])
    assert np.argmax(alone @ vectors.T, axis=1).tolist() == [0, 13, 26, 39]


def test_encoding_no_texts_returns_no_vectors(bot: Bot) -> None:
    assert bot.bundle.embedder.encode([]).shape == (0, bot.bundle.embedder.dimension)


@pytest.mark.parametrize("text", ["", " ", "word " * 5_000, "🍪", "[PAD]"])
def test_any_text_has_a_vector(bot: Bot, text: str) -> None:
    vector = bot.bundle.embedder.encode([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


def test_texts_with_similar_meanings_have_similar_vectors(bot: Bot) -> None:
    sell, sold, weather = bot.bundle.embedder.encode(
        ["Do you sell my data?", "Is my information sold?", "It rains in Boston tomorrow."]
    )
    assert sell @ sold > sell @ weather


def test_an_encoder_can_be_loaded_from_a_folder_or_from_bytes(
    settings: Settings, files: dict[str, bytes], bot: Bot
) -> None:
    embedder = OnnxEmbedder(Path(settings.model), threads=1)
    assert embedder.id == bot.bundle.embedder.id == encoder_id(files)
    changed = {**files, "tokenizer.json": files["tokenizer.json"] + b" "}
    assert encoder_id(changed) != embedder.id


def test_a_folder_without_the_encoder_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match=r"encoder.json cannot be read \(No such file .*: reinstall askpolicy, or"):
        OnnxEmbedder(tmp_path)


@pytest.mark.parametrize("name", ENCODER_FILES)
@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\x00nonsense"], ids=["empty", "object", "nonsense"])
def test_a_damaged_encoder_is_refused_with_one_sentence(files: dict[str, bytes], name: str, data: bytes) -> None:
    with pytest.raises(
        AskPolicyError, match=r"The encoder's files cannot be used \(.+\): reinstall askpolicy, or name"
    ):
        OnnxEmbedder.from_bytes({**files, name: data})


def test_a_folder_with_a_missing_file_is_refused_before_use(tmp_path: Path, files: dict[str, bytes]) -> None:
    (tmp_path / "encoder.json").write_bytes(files["encoder.json"])
    with pytest.raises(AskPolicyError, match=r"is not complete \(No such file .*model.onnx\): reinstall askpolicy"):
        encoder_bytes(str(tmp_path))


def test_without_sentence_transformers_the_error_names_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(
        AskPolicyError, match=r"'any/model' needs .*: install it with `pip install 'askpolicy\[build\]'`"
    ):
        encoder_bytes("any/model")


@needs_build
@pytest.mark.thorough
def test_packaged_weights_are_refused_if_they_are_not_the_published_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sentence_transformers  # noqa: F401  # looks up its own packages when it is imported

    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other weights")
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr("bot.encoder.embedding.importlib.util.find_spec", lambda name: spec)
    with pytest.raises(AskPolicyError, match="not the published ones: reinstall it with `pip install --force"):
        load_sentence_transformer("all-MiniLM-L6-v2")


@needs_build
@pytest.mark.thorough
def test_an_unknown_model_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "no such type"}), encoding="utf-8")
    with pytest.raises(AskPolicyError, match=r"cannot be loaded .*: give a folder, or the name of a sentence"):
        load_sentence_transformer(str(tmp_path))

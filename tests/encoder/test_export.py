from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bot.encoder import export
from bot.encoder.embedding import PACKAGED_MODELS, FloatArray, OnnxEmbedder, SentenceTransformerEmbedder
from bot.encoder.export import PROOF, export_encoder, int8_columns
from bot.index.passages import make_passages
from bot.policies.folder import load_policy_folder
from bot.settings import Settings
from bot.types import AskPolicyError

_MISSING = [
    name
    for name in ("torch", "sentence_transformers", "onnx", "onnxscript", PACKAGED_MODELS["all-MiniLM-L6-v2"][0])
    if importlib.util.find_spec(name) is None
]
needs_build = pytest.mark.skipif(bool(_MISSING), reason=f"needs the extra `build`: {', '.join(_MISSING)} not installed")

TEXTS = ["Do you sell my data?", "We keep server logs for 30 days, e.g. in Boston — “always”.", "", "cookies " * 400]


@pytest.fixture(scope="module")
def model() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder("all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def exported(model: SentenceTransformerEmbedder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    folder = tmp_path_factory.mktemp("encoder")
    return folder, export_encoder(model.model, folder, TEXTS[:2], name=model.id)


@pytest.fixture(scope="module")
def corpus_and_questions(settings: Settings) -> list[str]:
    """Return the passages of the policy and the development questions."""
    development = Path(__file__).resolve().parents[2] / "evals" / "sets" / "massgov_dev.jsonl"
    texts = [passage.read_as for passage in make_passages(load_policy_folder("massgov", settings.corpus).policy)]
    return [*texts, *(json.loads(line)["question"] for line in development.read_text(encoding="utf-8").splitlines())]


@needs_build
@pytest.mark.thorough
def test_the_exported_copy_gives_the_same_vectors_as_the_model(
    model: SentenceTransformerEmbedder, exported: tuple[Path, float]
) -> None:
    folder, least = exported
    assert least >= PROOF["float32"]
    ours, theirs = OnnxEmbedder(folder).encode(TEXTS), model.encode(TEXTS)
    assert ours.shape == theirs.shape == (4, 384)
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


@needs_build
@pytest.mark.thorough
def test_the_copy_matches_the_model_on_the_corpus_and_development_questions(
    model: SentenceTransformerEmbedder, exported: tuple[Path, float], corpus_and_questions: list[str]
) -> None:
    # The shipped model is an int8 copy of a float model that is not shipped: the proof was made at its export (PROOF).
    ours, theirs = OnnxEmbedder(exported[0]).encode(corpus_and_questions), model.encode(corpus_and_questions)
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


@needs_build
@pytest.mark.thorough
def test_the_exported_folder_describes_itself(exported: tuple[Path, float]) -> None:
    folder, _ = exported
    config = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    assert {"name": "all-MiniLM-L6-v2", "dimension": 384, "max_tokens": 256, "precision": "float32"}.items() <= (
        config.items()
    )


@pytest.fixture
def exported_once(exported: tuple[Path, float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Reuse the copy of the same model, because torch's exporter takes half a minute."""
    import torch

    source = exported[0] / "model.onnx"
    monkeypatch.setattr(torch.onnx, "export", lambda *_, f, **__: shutil.copyfile(source, f))


@needs_build
@pytest.mark.usefixtures("exported_once")
@pytest.mark.thorough
def test_an_int8_copy_is_small_and_close_on_the_corpus_and_development_questions(
    model: SentenceTransformerEmbedder, exported: tuple[Path, float], corpus_and_questions: list[str], tmp_path: Path
) -> None:
    least = export_encoder(model.model, tmp_path, corpus_and_questions, quantize=True)
    assert least >= PROOF["int8"] >= 0.99
    assert (tmp_path / "model.onnx").stat().st_size < 0.4 * (exported[0] / "model.onnx").stat().st_size
    assert json.loads((tmp_path / "encoder.json").read_text(encoding="utf-8"))["precision"] == "int8"


@needs_build
@pytest.mark.usefixtures("exported_once")
@pytest.mark.thorough
def test_a_copy_with_different_vectors_is_refused(model: SentenceTransformerEmbedder, tmp_path: Path) -> None:
    class RotatedModel:
        """The same model with rotated vectors, which the copy cannot match."""

        def __getattr__(self, name: str) -> Any:
            return getattr(model.model, name)

        def __call__(self, features: Any) -> Any:
            return model.model(features)

        def encode(self, texts: list[str], **options: Any) -> Any:
            return -model.model.encode(texts, **options)

    with pytest.raises(AskPolicyError, match=r"differ too much .* \(cosine -1.0000\): use another model"):
        export_encoder(RotatedModel(), tmp_path / "new" / "folder", TEXTS[:1])


def test_without_the_extra_the_error_names_the_install_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(AskPolicyError, match=r"install them with `pip install 'askpolicy\[build\]'`"):
        export_encoder(None, tmp_path / "encoder", TEXTS)
    assert not (tmp_path / "encoder").exists()


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.floats(-4, 4, width=32)))
def test_quantized_weights_are_close_and_pairs_do_not_overflow(weight: FloatArray) -> None:
    whole, scale = int8_columns(weight)
    assert np.all(np.abs(whole * scale - weight) <= 0.51 * scale)
    size = np.abs(np.pad(whole.astype(int), ((0, len(whole) % 2), (0, 0))))
    # 255 is the largest number on the other side, and 32,767 the largest in 16 bits.
    assert np.all(255 * (size[0::2] + size[1::2]) < 32_768)


@pytest.fixture
def two_matrices() -> tuple[Any, dict[str, FloatArray]]:
    """Build x, a known matrix and one more after it; one column of x is large."""
    helper = pytest.importorskip("onnx").helper
    from onnx import numpy_helper

    random = np.random.default_rng(1)
    first, second = random.standard_normal((16, 8)), random.standard_normal((8, 4))
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "first"], ["y"]), helper.make_node("MatMul", ["y", "second"], ["z"])],
        "two",
        [helper.make_tensor_value_info("x", 1, ["n", 16])],
        [helper.make_tensor_value_info("z", 1, ["n", 4])],
        [numpy_helper.from_array(w.astype(np.float32), n) for n, w in (("first", first), ("second", second))],
    )
    opset = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    x = random.standard_normal((12, 16)).astype(np.float32)
    x[:, 3] *= 200
    return helper.make_model(graph, opset_imports=opset, ir_version=10), {"x": x}


def _run(model: Any, feed: dict[str, FloatArray]) -> FloatArray:
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    result: FloatArray = session.run(None, feed)[0]
    return result


def test_smoothing_keeps_the_product_and_reduces_int8_loss(
    two_matrices: tuple[Any, dict[str, FloatArray]],
) -> None:
    model, feed = two_matrices
    exact = _run(model, feed)
    plain = type(model).FromString(model.SerializeToString())
    export._multiply_as_int8(plain)
    export._smooth(model, [feed])
    np.testing.assert_allclose(_run(model, feed), exact, rtol=1e-4, atol=1e-3)
    export._multiply_as_int8(model)
    assert {node.op_type for node in model.graph.node} == {"Mul", "DynamicQuantizeMatMul"}
    lost, lost_plainly = (np.abs(_run(one, feed) - exact).mean() for one in (model, plain))
    assert lost < 0.7 * lost_plainly
    assert lost < 0.02 * np.abs(exact).mean()

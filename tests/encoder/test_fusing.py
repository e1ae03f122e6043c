"""Fused encoders give the same vectors. The model here has one layer, in the form that torch exports."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.encoder.embedding import FloatArray
from bot.encoder.files import encoder_bytes
from bot.settings import Settings

onnx = pytest.importorskip("onnx", reason="needs the extra `build`")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from bot.encoder.export import int8_columns  # noqa: E402
from bot.encoder.fusing import fuse  # noqa: E402

_SIZE, _HEADS, _WORDS = 32, 4, 50
_RANDOM = np.random.default_rng(7)


class _Builder:
    """Collects the steps and constants of a model."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.shapes: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def step(self, kind: str, inputs: list[str], result: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [result], domain=domain, **attributes))
        return result

    def product(self, name: str, source: str, rows: int, columns: int) -> str:
        """Add a product in int8 with a bias."""
        whole, scale = int8_columns(_RANDOM.normal(size=(rows, columns)).astype(np.float32))
        inputs = [source, self.constant(f"{name}_int8", whole), self.constant(f"{name}_columns", scale)]
        made = self.step("DynamicQuantizeMatMul", inputs, f"{name}_product", "com.microsoft")
        # ONNX Runtime fuses the layer norms of the plain model itself, but only if it knows the shapes.
        self.shapes.append(helper.make_tensor_value_info(made, TensorProto.FLOAT, ["texts", "tokens", columns]))
        bias = self.constant(f"{name}_bias", _RANDOM.normal(size=columns).astype(np.float32))
        return self.step("Add", [made, bias], name)

    def norm(self, name: str, source: str) -> str:
        weight = self.constant(f"{name}_weight", _RANDOM.normal(size=_SIZE).astype(np.float32))
        bias = self.constant(f"{name}_bias", _RANDOM.normal(size=_SIZE).astype(np.float32))
        return self.step("LayerNormalization", [source, weight, bias], name, axis=-1, epsilon=1e-12)


def _model() -> Any:
    b = _Builder()
    one, last = b.constant("one", np.array([1])), b.constant("last", np.array([-1]))
    words = b.constant("words", _RANDOM.normal(size=(_WORDS, _SIZE)).astype(np.float32))
    types = b.constant("types", _RANDOM.integers(-127, 127, size=(2, _SIZE)).astype(np.int8))
    type_scale, type_zero = b.constant("type_scale", np.float32(0.01)), b.constant("type_zero", np.int8(3))
    b.step("Gather", [words, "input_ids"], "word")
    b.step("Gather", [types, "token_type_ids"], "type_int8")
    b.step("DequantizeLinear", ["type_int8", type_scale, type_zero], "type")
    embedded = b.norm("embedded", b.step("Add", ["word", "type"], "summed"))
    b.step("Shape", ["attention_mask"], "shape")
    split = b.step("Concat", ["shape", last, b.constant("head", np.array([_SIZE // _HEADS]))], "split", axis=0)
    whole = b.step("Concat", ["shape", last], "whole", axis=0)
    b.step("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    b.step("Sub", ["mask", b.constant("all", np.float32(1))], "hidden")
    b.step("Mul", ["hidden", b.constant("much", np.float32(1e4))], "lowered")
    b.step("Unsqueeze", ["lowered", b.constant("axes", np.array([1, 2]))], "masked")
    for name, turned in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        b.step("Reshape", [b.product(name, embedded, _SIZE, _SIZE), split], f"{name}_split")
        b.step("Transpose", [f"{name}_split"], f"{name}_heads", perm=turned)
    b.step("MatMul", ["query_heads", "key_heads"], "scores")
    b.step("Mul", ["scores", b.constant("root", np.float32((_SIZE // _HEADS) ** -0.5))], "scaled")
    b.step("Softmax", [b.step("Add", ["scaled", "masked"], "added")], "weights", axis=-1)
    b.step("Transpose", [b.step("MatMul", ["weights", "value_heads"], "found")], "turned", perm=[0, 2, 1, 3])
    dense = b.product("dense", b.step("Reshape", ["turned", whole], "joined"), _SIZE, _SIZE)
    first = b.norm("first", b.step("Add", [dense, embedded], "kept"))
    wide = b.step("Gelu", [b.product("wide", first, _SIZE, 2 * _SIZE)], "gelu")
    second = b.norm("second", b.step("Add", [b.product("narrow", wide, 2 * _SIZE, _SIZE), first], "kept_again"))
    b.step("ReduceSum", [second, one], "sum", keepdims=0)
    length = b.step("ReduceL2", ["sum", last], "length", keepdims=1)
    b.step("Clip", [length, b.constant("least", np.float32(1e-12))], "clipped")
    b.step("Shape", ["sum"], "sum_shape")
    b.step("Div", ["sum", b.step("Expand", ["clipped", "sum_shape"], "expanded")], "sentence_embedding")
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    outputs = [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["texts", _SIZE])]
    graph = helper.make_graph(b.nodes, "encoder", inputs, outputs, b.constants, value_info=b.shapes)
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets)


def _session(model: Any) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _vector(session: Any, tokens: list[int]) -> FloatArray:
    ids = np.array([tokens])
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    vector: FloatArray = session.run(None, {each.name: feed[each.name] for each in session.get_inputs()})[0]
    return vector


@pytest.fixture(scope="module")
def sessions() -> tuple[Any, Any]:
    """Return a model and the same model fused."""
    plain = _model()
    fused = onnx.ModelProto()
    fused.CopyFrom(plain)
    fuse(fused)
    kinds = Counter(node.op_type for node in fused.graph.node)
    assert kinds["QAttention"] == kinds["Gelu"] == 1
    assert kinds["Add"] == 3  # of the embeddings and the two residuals
    assert kinds["LayerNormalization"] == 3
    assert not kinds["Softmax"] + kinds["Transpose"] + kinds["Reshape"] + kinds["Expand"]
    assert [each.name for each in fused.graph.input] == ["input_ids", "attention_mask"]
    return _session(plain), _session(fused)


@settings(deadline=None, max_examples=50)
@given(tokens=st.lists(st.integers(0, _WORDS - 1), min_size=1, max_size=40))
def test_fused_models_give_the_same_vectors(sessions: tuple[Any, Any], tokens: list[int]) -> None:
    plain, fused = sessions
    # A bias that is added earlier changes the last bit.
    np.testing.assert_allclose(_vector(fused, tokens), _vector(plain, tokens), atol=1e-5)


def test_a_fused_model_and_a_model_of_another_form_stay_as_they_are(settings: Settings) -> None:
    shipped = onnx.load_from_string(encoder_bytes(settings.model)["model.onnx"])
    other = onnx.load_from_string(_other().SerializeToString())
    for model in (shipped, other):
        nodes = [node.SerializeToString() for node in model.graph.node]
        fuse(model)
        assert [node.SerializeToString() for node in model.graph.node] == nodes


def _other() -> Any:
    """Return a model with a softmax, a layer norm and a GELU, but without products in int8."""
    b = _Builder()
    b.step("Softmax", ["x"], "soft", axis=-1)
    b.step("Gelu", [b.norm("norm", b.step("Add", ["soft", "x"], "sum"))], "y")
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", _SIZE]) for name in ("x", "y")]
    return helper.make_model(helper.make_graph(b.nodes, "other", ends[:1], ends[1:], b.constants))

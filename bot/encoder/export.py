"""Exports a sentence-transformers model to an encoder folder for ONNX Runtime, and checks that the vectors agree."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.types import AskPolicyError

# The lowest cosine allowed between the vectors of the model and of its copy, on every proof text.
PROOF = {"float32": 0.9999, "int8": 0.99}
# SmoothQuant's alpha: how much of the spread between columns moves from the activations to the weights. For the encoder
# that ships, the lowest cosine is 0.994 at 0.7 and 0.989 at 0.8.
_SMOOTH = 0.7


def export_encoder(
    model: Any, folder: Path, proof_texts: Sequence[str], *, quantize: bool = False, name: str = ""
) -> float:
    """Write `model.onnx`, `tokenizer.json` and `encoder.json` to `folder`; return the lowest cosine on `proof_texts`.

    model: a SentenceTransformer with a fast tokenizer. quantize: write int8, a quarter of the size. name: stored in
    `encoder.json`.
    Raises AskPolicyError if a package is missing, or if the copy's vectors differ too much from the model's.
    """
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = Path(scratch) / "model.onnx"
        inputs = _export_graph(model, exported)
        folder.mkdir(parents=True, exist_ok=True)
        if quantize:
            feeds = [dict(model.preprocess([text])) for text in proof_texts]
            _quantize(exported, folder / "model.onnx", [{n: np.asarray(feed[n]) for n in inputs} for feed in feeds])
        else:
            shutil.copyfile(exported, folder / "model.onnx")
    _strip(folder / "model.onnx")
    precision = "int8" if quantize else "float32"
    _write_config(model, folder, name, precision)

    ours = OnnxEmbedder(folder).encode(proof_texts)
    theirs = model.encode(list(proof_texts), normalize_embeddings=True, show_progress_bar=False)
    least = float(np.min(np.sum(ours * theirs, axis=1)))
    if least < PROOF[precision]:
        raise AskPolicyError(
            f"The vectors of the exported copy differ too much from the model's own (cosine {least:.4f}): use another "
            "model, or report this with the model's name."
        )
    return least


def _export_graph(model: Any, path: Path) -> list[str]:
    """Write a model with pooling and normalization as one ONNX graph in float32. Return the names of its inputs.

    Raises AskPolicyError if a package is missing.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
        import torch
    except ImportError:
        raise AskPolicyError(
            "Exporting a model needs torch, onnx and onnxscript: install them with `pip install 'askpolicy[build]'`."
        ) from None

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        """All modules of the model as one graph, including pooling and normalization."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *features: torch.Tensor) -> torch.Tensor:
            pooled = self.model(dict(zip(names, features, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(pooled, dim=-1)

    model.eval()
    for module in model.modules():
        if hasattr(module, "set_attn_implementation"):
            module.set_attn_implementation("eager")  # exports to the simplest graph, which was also the fastest
    features = dict(model.preprocess(["What is collected?", "A second, somewhat longer text."]))
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in features]
    batch, tokens = torch.export.Dim("batch", max=4096), torch.export.Dim("tokens", max=512)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with torch.no_grad():
        torch.onnx.export(
            Encoder(),
            args=tuple(features[n] for n in names),
            f=str(path),
            input_names=names,
            output_names=["sentence_embedding"],
            dynamic_shapes=(tuple({0: batch, 1: tokens} for _ in names),),
            external_data=False,
            dynamo=True,
            verbose=False,
        )
    return names


def _write_config(model: Any, folder: Path, name: str, precision: str) -> None:
    """Write `tokenizer.json` and `encoder.json`."""
    tokenizer = model.tokenizer
    (folder / "tokenizer.json").write_text(tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    config = {
        "name": name,
        "dimension": int(model.get_embedding_dimension()),
        "max_tokens": int(model.max_seq_length),
        "pad_id": int(tokenizer.pad_token_id),
        "pad_token": str(tokenizer.pad_token),
        "precision": precision,
    }
    (folder / "encoder.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _quantize(source: Path, target: Path, feeds: Sequence[dict[str, Any]]) -> None:
    """Quantize the word embeddings and the matrix products to int8: docs/adr/0011.

    feeds: sample inputs of the model. They show how large the inputs of each matrix get.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from bot.encoder.fusing import fuse

    quantize_dynamic(str(source), str(target), weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"])
    model = onnx.load(target)
    _smooth(model, feeds)
    _multiply_as_int8(model)
    fuse(model)
    onnx.save(model, target)


def _smooth(model: Any, feeds: Sequence[dict[str, Any]]) -> None:
    """Divide the columns of each matrix's input by a scale, and multiply the matrix's rows by it.

    The product is unchanged. Without this, a few large columns would use up the whole range of int8 (Xiao et al. 2023,
    "SmoothQuant"; `_SMOOTH` is their alpha).
    """
    from onnx import helper, numpy_helper

    readers: dict[str, list[Any]] = {}
    constants = {}
    for node, constant in _matrices(model):
        readers.setdefault(node.input[0], []).append(node)
        constants[constant.name] = constant
    largest = _largest(model, list(readers), feeds)
    for name, matmuls in readers.items():
        weights = {node.input[1]: numpy_helper.to_array(constants[node.input[1]]) for node in matmuls}
        heaviest = np.max([np.abs(weight).max(axis=1) for weight in weights.values()], axis=0)
        scale = np.maximum(largest[name], 1e-5) ** _SMOOTH / np.maximum(heaviest, 1e-5) ** (1 - _SMOOTH)
        scale = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
        for matrix, weight in weights.items():
            constants[matrix].CopyFrom(numpy_helper.from_array(weight * scale[:, None], matrix))
        model.graph.initializer.append(numpy_helper.from_array(1 / scale, f"{name}_scale"))
        division = helper.make_node("Mul", [name, f"{name}_scale"], [f"{name}_smooth"])
        model.graph.node.insert(list(model.graph.node).index(matmuls[0]), division)
        for node in matmuls:
            node.input[0] = f"{name}_smooth"


def _matrices(model: Any) -> list[tuple[Any, Any]]:
    """Return (node, matrix) for each product with a constant matrix."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    return [
        (node, constants[node.input[1]])
        for node in model.graph.node
        if node.op_type == "MatMul" and node.input[1] in constants
    ]


def _multiply_as_int8(model: Any) -> None:
    """Replace each product with a constant matrix by one in 8 bits.

    The matrix becomes int8, with a scale for each column. Its input becomes uint8, with one scale that is found at run
    time.
    """
    from onnx import helper, numpy_helper

    for node, constant in _matrices(model):
        whole, scale = int8_columns(numpy_helper.to_array(constant))
        model.graph.initializer.remove(constant)
        names = [f"{constant.name}_int8", f"{constant.name}_columns"]
        model.graph.initializer.extend(map(numpy_helper.from_array, (whole, scale), names))
        node.CopyFrom(
            helper.make_node(
                "DynamicQuantizeMatMul", [node.input[0], *names], node.output, node.name, domain="com.microsoft"
            )
        )
    if all(known.domain != "com.microsoft" for known in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def int8_columns(weight: FloatArray) -> tuple[npt.NDArray[np.int8], FloatArray]:
    """Return a matrix, shape (n, columns), as int8 integers of the same shape and a scale for each column.

    The absolute values of rows 2i and 2i + 1 add up to 128 at most. Processors without VNNI add two products with uint8
    in 16 bits and clip larger sums, so this limit makes a vector the same on every processor.
    """
    size = np.abs(np.pad(weight, ((0, len(weight) % 2), (0, 0))))
    scale = np.maximum((size[0::2] + size[1::2]).max(axis=0) / 127, 1e-12).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


def _largest(model: Any, names: Sequence[str], feeds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return, for each intermediate result in `names`, the largest absolute value in each column over all feeds."""
    import onnx
    import onnxruntime

    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(watched.SerializeToString(), options, providers=["CPUExecutionProvider"])
    largest: dict[str, Any] = {}
    for feed in feeds:
        for name, values in zip(names, session.run(list(names), feed), strict=True):
            columns = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, 0), columns)
    return largest


def _strip(path: Path) -> None:
    """Remove the exporter's metadata from a model, because it names folders of the machine that it ran on."""
    import onnx

    model = onnx.load(path)
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    for value in (*model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    onnx.save(model, path)

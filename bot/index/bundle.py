"""Builds a policy's passages, visitor questions and vectors into a bundle, and loads them from it."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot import __version__
from bot.encoder.embedding import ENCODER_FILES, FloatArray, OnnxEmbedder, encoder_id_of
from bot.index import versions
from bot.index.bundle_manifest import FORMAT, BundleManifest, Counts, Kinds, PolicyEntry, damaged
from bot.index.lexical import Lexical
from bot.index.passage_topics import PassageTopics
from bot.index.passages import make_passages
from bot.index.vectors import FaissIndex, IndexKind, VectorIndex, index_kind
from bot.policies.anchors import Anchors, Labels
from bot.policies.folder import PolicyFolder
from bot.policies.manifest import place_caveats
from bot.policies.parsing import parse_policy
from bot.policies.places import places_text, read_places
from bot.policies.questions import VisitorQuestion, parse_questions
from bot.policies.reviewed import place_reviewed
from bot.types import AskPolicyError, Changes, Passage, Policy, Sentence


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that answering needs, in memory.

    vectors: index of what the models read for the passages; row i is passage i.
    question_vectors: index of the visitor questions; row i is question i.
    topics: what the passages are about.
    """

    policy: Policy
    passages: tuple[Passage, ...]
    questions: tuple[VisitorQuestion, ...]
    embedder: OnnxEmbedder
    vectors: VectorIndex
    question_vectors: VectorIndex
    lexical: Lexical
    version: str
    topics: PassageTopics = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", PassageTopics(len(self.passages)))

    def without_questions(self) -> Bundle:
        """Return a copy of the bundle without visitor questions."""
        return dataclasses.replace(self, questions=(), question_vectors=FaissIndex.empty(self.embedder.dimension))


def bundle_of_units(units: Sequence[str], embedder: OnnxEmbedder) -> Bundle:
    """Return an in-memory bundle of separate texts: passage i is `units[i]`. It has no headings and no questions."""
    starts = [0, *itertools.accumulate(len(unit) + 1 for unit in units)]
    sentences = tuple(Sentence(i, "", unit, starts[i], starts[i] + len(unit)) for i, unit in enumerate(units))
    policy = Policy("", "", "", None, None, None, "\n".join(units), (), sentences, "")
    passages = tuple(Passage(s.index, "", "", "", (), s.text, s.start, s.end, s.text) for s in sentences)
    return _in_memory(policy, passages, embedder, "flat")


def bundle_in_memory(policy_folder: PolicyFolder, embedder: OnnxEmbedder) -> Bundle:
    """Return a bundle of a policy without its visitor questions. Nothing is written to disk."""
    passages = make_passages(policy_folder.policy)
    return _in_memory(policy_folder.policy, passages, embedder, index_kind(len(passages)))


def bundle_as_edited(policy_folder: PolicyFolder, embedder: OnnxEmbedder, known: dict[str, FloatArray]) -> Bundle:
    """Return a bundle of a policy and its visitor questions. Nothing is written to disk.

    known: the vectors of texts by `known_vectors`; those of new texts are added.
    """
    policy, questions = policy_folder.policy, policy_folder.questions
    passages = make_passages(policy)
    read = [p.read_as for p in passages]
    vectors = _embed([*read, *(q.read_as for q in questions)], embedder, known, None)
    passage_vectors, question_vectors = vectors[: len(passages)], vectors[len(passages) :]
    return Bundle(
        policy,
        passages,
        questions,
        embedder,
        FaissIndex.build(passage_vectors, index_kind(len(passages))),
        FaissIndex.build(question_vectors, index_kind(len(questions))),
        Lexical(read),
        "",
    )


def _in_memory(policy: Policy, passages: tuple[Passage, ...], embedder: OnnxEmbedder, kind: IndexKind) -> Bundle:
    texts = [p.read_as for p in passages]
    vectors = FaissIndex.build(embedder.encode(texts), kind)
    no_questions = FaissIndex.empty(embedder.dimension)
    return Bundle(policy, passages, (), embedder, vectors, no_questions, Lexical(texts), "")


def build_bundle(
    policy_folder: PolicyFolder,
    encoder_files: dict[str, bytes],
    out: Path,
    *,
    threads: int = 2,
    on_progress: Callable[[int, int], None] | None = None,
    reuse: Path | None = None,
) -> str:
    """Embed a policy and its visitor questions, write a version under `out` and make it current. Return its name.

    threads: texts that are embedded at the same time. on_progress: called with the number of texts done and in total.
    reuse: a bundle's folder, `out` by default. Texts in its current version, if any, are not embedded again.
    Raises AskPolicyError if the encoder cannot be used or the version cannot be written.
    """
    embedder = OnnxEmbedder.from_bytes(encoder_files, threads)
    vectors = embed_policy(policy_folder, embedder, reuse or out, on_progress)
    return write_bundle(policy_folder, vectors, embedder.id, encoder_files, out)


def embed_policy(
    policy_folder: PolicyFolder,
    embedder: OnnxEmbedder,
    reuse: Path,
    on_progress: Callable[[int, int], None] | None = None,
) -> FloatArray:
    """Return the vectors of a policy's passages, then of its visitor questions, shape (texts, dimension).

    on_progress, reuse: see `build_bundle`.
    """
    passages = make_passages(policy_folder.policy)
    texts = [*(p.read_as for p in passages), *(q.read_as for q in policy_folder.questions)]
    return _embed(texts, embedder, known_vectors(reuse, embedder.id), on_progress)


def write_bundle(
    policy_folder: PolicyFolder, vectors: FloatArray, encoder: str, encoder_files: dict[str, bytes], out: Path
) -> str:
    """Write a version under `out` from what `embed_policy` returned, make it current, and return its name.

    encoder: the encoder's id. Raises AskPolicyError if the version cannot be written.
    """
    passages = make_passages(policy_folder.policy)
    parts = (vectors[: len(passages)], vectors[len(passages) :])
    indexes = tuple(FaissIndex.build(part, index_kind(len(part))) for part in parts)
    return _write(policy_folder, passages, indexes, encoder, encoder_files, out)


def copy_bundle(policy_folder: PolicyFolder, bundle: Bundle, out: Path) -> None:
    """Write a loaded bundle under `out`, without its encoder, and with all that the policy folder says now.

    Raises AskPolicyError if it cannot be written.
    """
    indexes = (FaissIndex.of(bundle.vectors), FaissIndex.of(bundle.question_vectors))
    _write(policy_folder, bundle.passages, indexes, bundle.embedder.id, {}, out)


def _write(
    policy_folder: PolicyFolder,
    passages: Sequence[Passage],
    indexes: Sequence[FaissIndex],
    encoder: str,
    encoder_files: dict[str, bytes],
    out: Path,
) -> str:
    policy = policy_folder.policy
    anchors = Anchors(policy)
    kinds = [index_kind(len(index)) for index in indexes]
    manifest = BundleManifest(
        format=FORMAT,
        askpolicy=__version__,
        encoder=encoder,
        policy=PolicyEntry.of(policy, anchors),
        statements=_sha256(_read_by_models(passages)),
        counts=Counts(passages=len(passages), questions=len(policy_folder.questions)),
        kinds=Kinds(passages=kinds[0], questions=kinds[1]),
        starters=policy_folder.starters,
        origins=policy_folder.origins,
        files={},
    )
    files = {
        "policy.txt": policy.text.encode("utf-8"),
        "places.json": places_text(policy),
        "questions.jsonl": b"".join(_question_lines(policy_folder.questions, anchors)),
        "passages.faiss": indexes[0].save(),
        "questions.faiss": indexes[1].save(),
        **encoder_files,
    }
    return versions.write(out, files, manifest)


def _sha256(data: bytes) -> str:
    return _sha256_of([data])


def _sha256_of(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _read_by_models(passages: Sequence[Passage]) -> bytes:
    return "\0".join(passage.read_as for passage in passages).encode("utf-8")


def _question_lines(questions: Sequence[VisitorQuestion], anchors: Anchors) -> Iterator[bytes]:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return (encode(question.to_json(anchors)).encode("utf-8") + b"\n" for question in questions)


def indexed_policy(folder: Path) -> PolicyFolder:
    """Return the policy and the questions that a bundle was built from. Raises AskPolicyError if it is damaged."""
    version = versions.read(folder, versions.TEXTS)
    policy, _, questions = _parse_texts(folder, version.files, version.manifest)
    return PolicyFolder(policy, questions, version.manifest.starters, origins=version.manifest.origins)


def load_bundle(
    folder: Path,
    *,
    expect: PolicyFolder | None = None,
    expect_encoder: str | None = None,
    embedder: OnnxEmbedder | None = None,
    threads: int = 2,
) -> Bundle:
    """Verify and load the current version.

    expect: the policy, with its questions, that the bundle must have been built for. If the current version was not,
    the one before it may have been, because an index is replaced before its policy is. expect_encoder: the id of the
    encoder that it must have been built with, checked only along with `expect`. embedder: one that is loaded already;
    the bundle's own encoder is then not read. threads: see `OnnxEmbedder`.
    Raises AskPolicyError if the bundle is missing, damaged, or built for something else.
    """
    read = versions.OWN if embedder else versions.FILES
    version = versions.read(folder, read)
    if embedder:
        expect_encoder = embedder.id
    if expect is not None:
        policy, passages, questions = expect.policy, make_passages(expect.policy), expect.questions
        # If this passes, the bundle's own copies of the texts are the same and need not be parsed.
        version = _built_for(folder, version, expect, passages, expect_encoder, read)
    else:
        policy, passages, questions = _parse_texts(folder, version.files, version.manifest)
    manifest, files = version.manifest, version.files
    vectors, question_vectors = _parse_vectors(folder, files, manifest)
    encoder = {} if embedder else {file: files[file] for file in ENCODER_FILES}
    # Free the raw files before the encoder needs memory.
    name = version.name
    del version, files
    embedder = embedder or OnnxEmbedder.from_bytes(encoder, threads, id=encoder_id_of(manifest.files))
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
        Lexical([p.read_as for p in passages]),
        name,
    )


def _parse_texts(
    folder: Path, files: dict[str, bytes], manifest: BundleManifest
) -> tuple[Policy, tuple[Passage, ...], tuple[VisitorQuestion, ...]]:
    stored = manifest.policy
    try:
        policy = dataclasses.replace(
            parse_policy(
                files["policy.txt"].decode("utf-8"),
                id=stored.id,
                title=stored.title,
                site=stored.site,
                url=stored.url,
                effective=stored.effective,
                updated=stored.updated,
                contacts=tuple(contact.value() for contact in stored.contacts),
            ),
            names=stored.names,
            language=stored.language,
            languages=stored.languages,
            public_records=stored.public_records,
            wording=stored.wording,
            routes=tuple(route.value() for route in stored.routes),
            changes=Changes(**dict(stored.changes)) if stored.changes else None,
        )
        policy = read_places(policy, files["places.json"])
        labels = Labels(policy, stored.id)
        routes = [route.id for route in stored.routes]
        caveats = place_caveats(stored.caveats, labels, str(folder))
        reviewed = place_reviewed(stored.reviewed, labels, str(folder))
        questions = parse_questions(files["questions.jsonl"], labels, folder / "questions.jsonl", routes)
        labels.check()
    except (ValueError, AskPolicyError):
        raise damaged(folder, "its texts cannot be read") from None
    passages = make_passages(policy)
    if _sha256(_read_by_models(passages)) != manifest.statements:
        raise damaged(folder, "its text was divided into statements by other rules")
    return dataclasses.replace(policy, caveats=caveats, reviewed=reviewed), passages, questions


def _parse_vectors(folder: Path, files: dict[str, bytes], manifest: BundleManifest) -> tuple[FaissIndex, FaissIndex]:
    kinds = manifest.kinds
    try:
        return (
            FaissIndex.load(files["passages.faiss"], kinds.passages),
            FaissIndex.load(files["questions.faiss"], kinds.questions),
        )
    except ValueError as error:
        raise damaged(folder, str(error)) from None


def _embed(
    texts: Sequence[str],
    embedder: OnnxEmbedder,
    known: dict[str, FloatArray],
    on_progress: Callable[[int, int], None] | None,
) -> FloatArray:
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known.update(zip(new, embedder.encode(new, on_progress), strict=True))
    return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), embedder.dimension)


def known_vectors(folder: Path, encoder: str) -> dict[str, FloatArray]:
    """Return the vector of each text in the folder's current version.

    Empty if that version is missing, damaged, or made by another encoder.
    """
    try:
        version = versions.read(folder)
        manifest = version.manifest
        if manifest.encoder != encoder:
            return {}
        _, passages, questions = _parse_texts(folder, version.files, manifest)
        indexes = _parse_vectors(folder, version.files, manifest)
    except AskPolicyError:
        return {}
    known: dict[str, FloatArray] = {}
    contents = ([p.read_as for p in passages], [q.read_as for q in questions])
    for kind, texts, index in zip((manifest.kinds.passages, manifest.kinds.questions), contents, indexes, strict=True):
        if kind == "flat":  # it rounds to half precision, as the new index will; ivf-refined rounds more
            known.update(zip(texts, index.vectors(), strict=True))
    return known


def _built_for(
    folder: Path,
    current: versions.Version,
    expect: PolicyFolder,
    passages: Sequence[Passage],
    encoder: str | None,
    files: Sequence[str],
) -> versions.Version:
    """Return the version that was built for a policy, with these files.

    Raises AskPolicyError about the current one if there is none.
    """
    try:
        _check_built_for(folder, current.manifest, expect, passages, encoder)
        return current
    except AskPolicyError as error:
        for name in versions.others(folder):
            with suppress(AskPolicyError):
                other = versions.read(folder, files, name)
                _check_built_for(folder, other.manifest, expect, passages, encoder)
                return other
        raise error from None


def _check_built_for(
    folder: Path,
    manifest: BundleManifest,
    policy_folder: PolicyFolder,
    passages: Sequence[Passage],
    encoder: str | None,
) -> None:
    anchors = Anchors(policy_folder.policy)
    entry = PolicyEntry.of(policy_folder.policy, anchors)
    if (manifest.policy.sha256, manifest.policy.id) != (entry.sha256, entry.id):
        wrong = "another text of the policy"
    elif manifest.statements != _sha256(_read_by_models(passages)):
        wrong = "another division of the policy into statements"
    elif manifest.files.get("questions.jsonl") != _sha256_of(_question_lines(policy_folder.questions, anchors)):
        wrong = "other visitor questions"
    elif manifest.policy.caveats != entry.caveats:
        wrong = "other caveats"
    elif manifest.policy.reviewed != entry.reviewed:
        wrong = "other reviewed answers"
    elif encoder is not None and manifest.encoder != encoder:
        wrong = "another model"
    elif manifest.askpolicy != __version__:
        wrong = f"askpolicy {manifest.askpolicy}, and this is {__version__}"
    else:
        return
    raise AskPolicyError(
        f"The index in {folder} was built for {wrong}: build it again with `askpolicy index {policy_folder.policy.id}`."
    )

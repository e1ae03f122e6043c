"""Builds a policy's passages, visitor questions and vectors into a bundle, and loads them from it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np

from bot.encoder.embedding import ENCODER_FILES, FloatArray, OnnxEmbedder, encoder_id_of, file_digests
from bot.index import versions
from bot.index.built_for import version_built_for
from bot.index.bundle_files import make_files, parse_texts, parse_vectors
from bot.index.bundle_manifest import damaged
from bot.index.lexical import Lexical
from bot.index.passage_topics import PassageTopics
from bot.index.passages import make_passages
from bot.index.vectors import FaissIndex, IndexKind, VectorIndex, index_kind
from bot.policies.about import known_names
from bot.policies.empty import says_nothing
from bot.policies.folder import PolicyFolder
from bot.policies.questions import VisitorQuestion
from bot.types import AskPolicyError, Passage, Policy, Sentence

# The title is one of the first four passages.
_FIRST = 4


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that answering needs, in memory.

    vectors: index of what the models read for the passages; row i is passage i.
    question_vectors: index of the visitor questions; row i is question i.
    topics: what the passages are about. own: the rows of the questions about the owner's own topics. routes_only:
    whether every other question is an example for a route. empty: the passages that say nothing, or only the
    policy's title or its owner's name.
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
    own: frozenset[int] = field(init=False, repr=False, compare=False)
    routes_only: bool = field(init=False, repr=False, compare=False)
    empty: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", PassageTopics(len(self.passages)))
        own = frozenset(row for row, question in enumerate(self.questions) if question.topic)
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "routes_only", all(question.route or question.topic for question in self.questions))
        names = {name.casefold() for name in (self.policy.title, *known_names(self.policy)) if name}
        first = self.passages[:_FIRST]
        titles = [passage.index for passage in first if passage.text.casefold() in names]
        # Separate texts have no sections, and all of them are ranked.
        sentences = self.policy.sentences if self.policy.sections else ()
        empty = (sentence.index for sentence in sentences if says_nothing(sentence, self.policy))
        object.__setattr__(self, "empty", frozenset([*titles, *empty]))

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
    digests = file_digests(encoder_files)
    embedder = OnnxEmbedder.from_bytes(encoder_files, threads, id=encoder_id_of(digests))
    vectors = embed_policy(policy_folder, embedder, reuse or out, on_progress)
    return write_bundle(policy_folder, vectors, embedder.id, encoder_files, out, digests)


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
    policy_folder: PolicyFolder,
    vectors: FloatArray,
    encoder: str,
    encoder_files: dict[str, bytes],
    out: Path,
    digests: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Write a version under `out` from what `embed_policy` returned, make it current, and return its name.

    encoder: the encoder's id. digests: of the encoder's files, if they are known; see `file_digests`.
    Raises AskPolicyError if the version cannot be written.
    """
    passages = make_passages(policy_folder.policy)
    parts = (vectors[: len(passages)], vectors[len(passages) :])
    indexes = tuple(FaissIndex.build(part, index_kind(len(part))) for part in parts)
    return _write(policy_folder, passages, indexes, encoder, encoder_files, out, digests)


def copy_bundle(policy_folder: PolicyFolder, bundle: Bundle, out: Path) -> None:
    """Write a loaded bundle under `out`, without its encoder, and with everything that the policy folder says now.

    Raises AskPolicyError if it cannot be written.
    """
    indexes = (FaissIndex.of(bundle.vectors), FaissIndex.of(bundle.question_vectors))
    _write(policy_folder, bundle.passages, indexes, bundle.embedder.id, {}, out, {})


def _write(
    policy_folder: PolicyFolder,
    passages: Sequence[Passage],
    indexes: Sequence[FaissIndex],
    encoder: str,
    encoder_files: dict[str, bytes],
    out: Path,
    digests: Mapping[str, str],
) -> str:
    files, manifest = make_files(policy_folder, passages, indexes, encoder)
    return versions.write(out, files | encoder_files, manifest, digests)


def indexed_policy(folder: Path) -> PolicyFolder:
    """Return the policy and the questions that a bundle was built from. Raises AskPolicyError if it is damaged."""
    version = versions.read(folder, versions.TEXTS)
    policy, _, questions = parse_texts(folder, version.files, version.manifest)
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
    encoder that it must have been built with, checked only together with `expect`. embedder: one that is already
    loaded; then the bundle's own encoder is not read. threads: see `OnnxEmbedder`. Raises AskPolicyError if the bundle
    is missing, damaged, or built for something else.
    """
    read = versions.OWN if embedder else versions.FILES
    version = versions.read(folder, read)
    if embedder:
        expect_encoder = embedder.id
    if expect is not None:
        policy, passages, questions = expect.policy, make_passages(expect.policy), expect.questions
        # If this passes, the bundle's own copies of the texts are the same and need not be parsed.
        version = version_built_for(folder, version, expect, passages, expect_encoder, read)
    else:
        policy, passages, questions = parse_texts(folder, version.files, version.manifest)
    manifest, files = version.manifest, version.files
    vectors, question_vectors = parse_vectors(folder, files, manifest)
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
        _, passages, questions = parse_texts(folder, version.files, manifest)
        indexes = parse_vectors(folder, version.files, manifest)
    except AskPolicyError:
        return {}
    known: dict[str, FloatArray] = {}
    contents = ([p.read_as for p in passages], [q.read_as for q in questions])
    for kind, texts, index in zip((manifest.kinds.passages, manifest.kinds.questions), contents, indexes, strict=True):
        if kind != "ivf-refined":  # the others round to half precision, as the new index will
            known.update(zip(texts, index.vectors(), strict=True))
    return known

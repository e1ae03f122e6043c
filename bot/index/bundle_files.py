"""A policy, its visitor questions and their vectors <-> the content of a bundle's files.

    policy.txt        the text
    places.json       where its words are on its page, and where they lead
    questions.jsonl   the visitor questions
    passages.faiss    the vectors of the passages
    questions.faiss   the vectors of the visitor questions

`bundle.json` has the rest: see `bot.index.bundle_manifest`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot import __version__
from bot.index.bundle_manifest import FORMAT, BundleManifest, Counts, Kinds, PolicyEntry, damaged
from bot.index.passages import make_passages
from bot.index.vectors import FaissIndex, index_kind
from bot.policies.anchors import Anchors, Labels
from bot.policies.folder import PolicyFolder
from bot.policies.manifest import place_caveats
from bot.policies.parsing import parse_policy
from bot.policies.places import places_text, read_places
from bot.policies.questions import VisitorQuestion, own_questions, parse_questions
from bot.policies.reviewed import place_reviewed
from bot.types import AskPolicyError, Changes, Passage, Policy


def make_files(
    policy_folder: PolicyFolder, passages: Sequence[Passage], indexes: Sequence[FaissIndex], encoder: str
) -> tuple[dict[str, bytes], BundleManifest]:
    """Return the content of the files, by name, and the manifest, which lacks their checksums.

    indexes: of the passages, and of the visitor questions. encoder: the encoder's id.
    """
    policy = policy_folder.policy
    anchors = Anchors(policy)
    kinds = [index_kind(len(index)) for index in indexes]
    manifest = BundleManifest(
        format=FORMAT,
        askpolicy=__version__,
        encoder=encoder,
        policy=PolicyEntry.of(policy, anchors),
        statements=passages_sha256(passages),
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
    }
    return files, manifest


def passages_sha256(passages: Iterable[Passage]) -> str:
    """Return the checksum of what the models read for the passages. It changes if the rules of reading do."""
    return _sha256(["\0".join(passage.read_as for passage in passages).encode("utf-8")])


def questions_sha256(questions: Sequence[VisitorQuestion], anchors: Anchors) -> str:
    """Return the checksum that `questions.jsonl` has for these questions. anchors: of their policy."""
    return _sha256(_question_lines(questions, anchors))


def _sha256(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _question_lines(questions: Sequence[VisitorQuestion], anchors: Anchors) -> Iterator[bytes]:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    # Those of the owner's own topics are in the manifest, with the answers.
    labeled = (question for question in questions if question.topic is None)
    return (encode(question.to_json(anchors)).encode("utf-8") + b"\n" for question in labeled)


def parse_texts(
    folder: Path, files: dict[str, bytes], manifest: BundleManifest
) -> tuple[Policy, tuple[Passage, ...], tuple[VisitorQuestion, ...]]:
    """Return the policy, its passages and its visitor questions. folder: the bundle's, for errors.

    Raises AskPolicyError if the files cannot be read, or if today's rules divide the text in another way.
    """
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
        questions += tuple(own_questions(reviewed))
        labels.check()
    except (ValueError, AskPolicyError):
        raise damaged(folder, "its texts cannot be read") from None
    passages = make_passages(policy)
    if passages_sha256(passages) != manifest.statements:
        raise damaged(folder, "its text was divided into statements by other rules")
    return dataclasses.replace(policy, caveats=caveats, reviewed=reviewed), passages, questions


def parse_vectors(folder: Path, files: dict[str, bytes], manifest: BundleManifest) -> tuple[FaissIndex, FaissIndex]:
    """Return the index of the passages, and that of the visitor questions. folder: the bundle's, for errors.

    Raises AskPolicyError if a file is not an index of the kind that the manifest names.
    """
    kinds = manifest.kinds
    try:
        return (
            FaissIndex.load(files["passages.faiss"], kinds.passages),
            FaissIndex.load(files["questions.faiss"], kinds.questions),
        )
    except ValueError as error:
        raise damaged(folder, str(error)) from None

"""`bundle.json`: what a bundle was built for, and the sha256 of every file in it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.policies.anchors import Anchors
from bot.policies.manifest import CaveatEntry, ContactEntry, PlaceEntry
from bot.policies.reviewed import AnswerEntry
from bot.types import AskPolicyError, Policy

NAME = "bundle.json"
# 8: the policy's entry has the reviewed answers, the routes, and the searches and dates of contacts.
FORMAT = 8
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Count = Annotated[int, Field(ge=0, strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChangesEntry(_Strict):
    """What the policy's version changed; see `bot.types.Changes`."""

    before: str
    date: str
    statements: tuple[_Count, ...]
    removed: _Count


class PolicyEntry(_Strict):
    """A policy without its text. sha256: the checksum of the text."""

    id: str
    title: str
    site: str
    url: str | None
    effective: str | None
    updated: str | None
    sha256: _Sha256
    contacts: tuple[ContactEntry, ...]
    caveats: tuple[CaveatEntry, ...]
    names: tuple[str, ...]
    language: str
    public_records: bool
    wording: dict[str, dict[str, dict[str, str]]]
    reviewed: tuple[AnswerEntry, ...]
    routes: tuple[PlaceEntry, ...]
    changes: ChangesEntry | None = None
    languages: tuple[str, ...] = ()

    @classmethod
    def of(cls, policy: Policy, anchors: Anchors) -> PolicyEntry:
        """Return the entry of a policy. anchors: of the same policy."""
        return cls(
            id=policy.id,
            title=policy.title,
            site=policy.site,
            url=policy.url,
            effective=policy.effective,
            updated=policy.updated,
            sha256=policy.sha256,
            contacts=tuple(map(ContactEntry.of, policy.contacts)),
            caveats=tuple(CaveatEntry.of_caveat(caveat, anchors) for caveat in policy.caveats),
            names=policy.names,
            language=policy.language,
            public_records=policy.public_records,
            wording={
                language: {t: dict(own) for t, own in tables.items()} for language, tables in policy.wording.items()
            },
            routes=tuple(map(PlaceEntry.of, policy.routes)),
            reviewed=tuple(AnswerEntry.of_answer(answer, anchors) for answer in policy.reviewed),
            changes=ChangesEntry(**dataclasses.asdict(policy.changes)) if policy.changes else None,
            languages=policy.languages,
        )


class Counts(_Strict):
    """The number of passages and of visitor questions in the bundle."""

    passages: _Count
    questions: _Count


class Kinds(_Strict):
    """The kind of each vector index. See `bot.index.vectors.IndexKind`."""

    passages: str
    questions: str


class BundleManifest(_Strict):
    """The content of `bundle.json`.

    askpolicy: the version that built the bundle. encoder: the id of its encoder. statements: the sha256 of what the
    models read for all passages, which changes with the rules of reading. starters, origins: of the policy folder.
    files: the sha256 of each file.
    """

    format: Annotated[int, Field(strict=True)]
    askpolicy: str
    encoder: str
    policy: PolicyEntry
    statements: _Sha256
    counts: Counts
    kinds: Kinds
    starters: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    files: dict[str, _Sha256]


def parse_bundle_manifest(data: bytes, folder: Path) -> BundleManifest:
    """Parse the `bundle.json` of the bundle in `folder`.

    Raises AskPolicyError if it has another format or is not a valid manifest.
    """
    try:
        record = json.loads(data)
        found = record.get("format") if isinstance(record, dict) else None
        if isinstance(found, int) and found != FORMAT:
            raise AskPolicyError(
                f"The index in {folder} has format {found}, but this askpolicy reads format {FORMAT}: build it again "
                "with `askpolicy index`."
            )
        return BundleManifest.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise damaged(folder, f"{NAME}: {f'{key} is' if key else 'its content is'} not valid") from None
    except (ValueError, RecursionError):
        raise damaged(folder, f"{NAME} is not JSON") from None


def damaged(folder: Path, what: str) -> AskPolicyError:
    """Return an error that says what is wrong with the index in `folder` and how to fix it."""
    return AskPolicyError(f"The index in {folder} is damaged ({what}): build it again with `askpolicy index`.")

"""`manifest.toml`: what an owner says of a policy. Whatever does not fit is refused, with the key that is wrong."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
)

from bot.policies.anchors import Anchor, Anchors, Labels, is_number
from bot.types import ROLES, AskPolicyError, Caveat, Contact

NAME = "manifest.toml"
# An id names the folder of an index and appears in addresses, so it can lead nowhere else.
PolicyId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
# A file next to the manifest: no folder, and not `..`.
_FileName = Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]*[^/\\\x00-\x1f.][^/\\\x00-\x1f]*$")]
_WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s\x00-\x1f\x7f-\x9f]+$")]


def _anchor(value: object) -> Anchor | int:
    """Read an anchor. A number, as in older manifests, is left to `Labels.place`, which knows what to say of it."""
    return value if isinstance(value, int) and is_number(value) else Anchor.parse(value)


AnchorField = Annotated[
    Anchor | int, PlainValidator(_anchor), PlainSerializer(lambda a: a if isinstance(a, int) else a.to_json())
]

# A page, or what opens the visitor's mail program or phone. Nothing else: `javascript:` would run in the chat's page.
_CONTACT_ADDRESS = re.compile(
    r"https?://[^\s\x00-\x1f\x7f-\x9f]+"
    r"|mailto:[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}"
    r"|tel:\+?[0-9][0-9.-]{1,24}(?:;ext=[0-9]{1,8})?"
)


def is_contact_address(value: str) -> bool:
    """Return whether a link to a contact is a page, one email address, or one phone number."""
    return _CONTACT_ADDRESS.fullmatch(value) is not None


def _contact_address(value: str) -> str:
    if not is_contact_address(value):
        raise ValueError("write https:// and a page, mailto: and an email address, or tel: and a phone number")
    return value


def _role(value: str) -> str:
    if value not in ROLES:
        raise ValueError(f"'{value[:40]}' is not a role{near(value, ROLES)}; roles are {', '.join(ROLES)}")
    return value


_ContactAddress = Annotated[str, AfterValidator(_contact_address)]
_Role = Annotated[str, AfterValidator(_role)]
_Name = Annotated[str, Field(min_length=2, max_length=100, pattern=r"^\S(?:.*\S)?$")]
_Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


def iso_date(value: object) -> object:
    """TOML has dates of its own: `updated = 2023-08-04` without quotes is one."""
    return value.isoformat() if isinstance(value, datetime.date) else value


_Date = Annotated[str, BeforeValidator(iso_date), Field(min_length=1, max_length=100)]


class Strict(BaseModel):
    """A table that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ContactEntry(Strict):
    """Where a visitor goes next; see `bot.types.Contact`."""

    role: _Role
    name: str
    url: _ContactAddress | None = None
    names: dict[str, str] = {}

    def value(self) -> Contact:
        """Return it as the core type."""
        return Contact(self.role, self.name, self.url, self.names)


class CaveatEntry(Strict):
    """Statements that belong next to another; see `bot.types.Caveat`."""

    of: AnchorField
    cite: tuple[AnchorField, ...]
    unless: tuple[AnchorField, ...] = ()

    @classmethod
    def of_caveat(cls, caveat: Caveat, anchors: Anchors) -> CaveatEntry:
        """Return the entry of a caveat."""
        cite, unless = (tuple(map(anchors.at, indexes)) for indexes in (caveat.cite, caveat.unless))
        return cls(of=anchors.at(caveat.of), cite=cite, unless=unless)


class Manifest(Strict):
    """All that may be in `manifest.toml`.

    sha256: of the text file's bytes. starters: questions to begin with. names: of the owner and its site, apart from
    `site`. language: a code, such as `es`. public_records: whether what visitors send is a public record.
    """

    id: PolicyId
    text: _FileName
    sha256: str
    title: str | None = None
    site: str | None = None
    url: _WebAddress | None = None
    effective: _Date | None = None
    updated: _Date | None = None
    starters: tuple[str, ...] = ()
    names: tuple[_Name, ...] | None = None
    language: _Language | None = None
    public_records: bool = False
    contacts: tuple[ContactEntry, ...] | None = None
    caveats: tuple[CaveatEntry, ...] = ()


def place_caveats(entries: Sequence[CaveatEntry], labels: Labels, where: str) -> tuple[Caveat, ...]:
    """Return the caveats with the indexes of their statements. One that cannot be placed is left to `labels.check`.

    where: the file, for the error.
    """
    caveats = []
    for number, entry in enumerate(entries, start=1):
        of, cite, unless = (
            labels.place(anchors, f"{where}, caveat {number}, {key}")
            for key, anchors in (("of", (entry.of,)), ("cite", entry.cite), ("unless", entry.unless))
        )
        caveats += [Caveat(index, cite, unless) for index in of]
    return tuple(caveats)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a policy folder.

    Raises AskPolicyError that names the key and what is wrong with it.
    """
    path = folder / NAME
    try:
        return Manifest.model_validate(read_toml(path))
    except ValidationError as error:
        raise AskPolicyError(f"{path}: {_first_problem(error)}.") from None


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of a policy folder. Raises AskPolicyError if it cannot be read."""
    try:
        # An editor may have put a byte order mark in front.
        return tomllib.loads(read_own_file(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise AskPolicyError(f"{path} is not UTF-8 text: save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise AskPolicyError(f"{path} is not TOML ({error}): correct that place.") from None


def read_own_file(path: Path) -> bytes:
    """Read a file of a policy folder. A link is refused: it could lead to any file of this machine.

    Raises AskPolicyError if the file cannot be read.
    """
    if path.is_symlink():
        raise AskPolicyError(f"{path} is a link: put the file itself there.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise AskPolicyError(f"{path} cannot be read ({error.strerror}): put a file there that you may read.") from None


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the most similar of the known words, or "" if none is similar."""
    found = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean '{found[0]}'?)" if found else ""


def _known_keys() -> list[str]:
    return [key for model in (Manifest, ContactEntry, CaveatEntry) for key in model.model_fields]


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    match first["type"], key:
        case "missing", _:
            return f"the key '{key}' is missing; id, text and sha256 are needed"
        case "extra_forbidden", _:
            hint = near(str(first["loc"][-1]), _known_keys())
            return f"the key '{key}' is not known{hint}: remove it, or correct its spelling"
        case "string_pattern_mismatch", "id":
            return "the id may have lower-case letters, digits, hyphens and underscores, 64 at most"
        case "string_pattern_mismatch", "text":
            return "text must be the name of a file in the same folder"
        case "string_pattern_mismatch", _:
            return f"'{key}' is no web address: write it in full, with https://"
        case "value_error", _ if first["loc"][0] == "contacts":
            return f"'{key}': {first['ctx']['error']}"
        case _:
            return f"'{key}' does not fit ({first['msg']})"

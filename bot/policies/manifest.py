"""`manifest.toml`: what an owner says about a policy. If an entry does not fit, an error names its key."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    model_validator,
)

from bot.addresses import site_origin
from bot.policies.anchors import Anchor, Anchors, Labels, is_number
from bot.policies.problems import first_problem, near
from bot.types import ROLES, ROUTE, SEARCH_WORDS, AskPolicyError, Caveat, Contact, Route
from bot.wording import LANGUAGES, READ

NAME = "manifest.toml"


def _like(pattern: str, otherwise: str) -> AfterValidator:
    """Return a check that all of a text matches a pattern. otherwise: what to say if it does not."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(otherwise)
        return value

    return AfterValidator(check)


_ID = _like(r"[a-z0-9][a-z0-9_-]{0,63}", "use lowercase letters, digits, hyphens and underscores, 64 at most")
# It names the folder of an index and appears in addresses, so it can lead nowhere else.
PolicyId = Annotated[str, _ID]
# No folder, and not `..`.
_FileName = Annotated[
    str,
    _like(
        r"[^/\\\x00-\x1f]*[^/\\\x00-\x1f.][^/\\\x00-\x1f]*",
        "write the name of a file in the same folder",
    ),
]
_WebAddress = Annotated[str, _like(r"https?://[^\s\x00-\x1f\x7f-\x9f]+", "write the whole address, with https://")]


def _anchor(value: object) -> Anchor | int:
    """Read an anchor. A number, as in older manifests, is left to `Labels.place`, which knows what to say about it."""
    return value if isinstance(value, int) and is_number(value) else Anchor.parse(value)


AnchorField = Annotated[
    Anchor | int, PlainValidator(_anchor), PlainSerializer(lambda a: a if isinstance(a, int) else a.to_json())
]

# A page, or an address that opens the visitor's mail program or phone. Nothing else: `javascript:` would run in the
# chat's page.
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
_Name = Annotated[str, _like(r"\S.{0,98}\S", "write one line of 2 to 100 characters")]
_Origin = Annotated[str, AfterValidator(site_origin)]
_Language = Annotated[str, _like(r"[a-z]{2,3}", "write the code of a language, such as en")]


def _known_language(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"'{language[:40]}' is not a language of the chat: use {', '.join(LANGUAGES)}")
    return language


_Translated = Annotated[str, AfterValidator(_known_language)]


def _offered(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Check the languages of the chat, and return them in their usual order."""
    if READ not in languages:
        raise ValueError(f'the chat reads English, and falls back to it: add "{READ}"')
    return tuple(language for language in LANGUAGES if language in languages)


_Offered = Annotated[tuple[_Translated, ...], AfterValidator(_offered)]


def _date(value: object) -> str:
    """Read a date, with or without quotes, as it is written. A day that does not exist is refused."""
    written = value.isoformat()[:10] if isinstance(value, datetime.date) else value
    if not isinstance(written, str) or not 0 < len(written) <= 100 or not written.isprintable():
        raise ValueError("this is not a date: write it as 2026-11-27")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written) and day(written) is None:
        raise ValueError("there is no such day: write it as 2026-11-27")
    return written


_Date = Annotated[str, PlainValidator(_date)]


class Strict(BaseModel):
    """A table that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def day(value: object) -> str | None:
    """Return a day, as TOML or JSON has it, in ISO form. None for anything else, such as a number or a time of day."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    try:
        return datetime.date.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def _checked(value: object) -> str:
    """Read the day on which the owner checked a place."""
    if (checked := day(value)) is None:
        raise ValueError("this is not a date: write it as 2026-11-27")
    return checked


def _search_url(value: str) -> str:
    """Check the address of a search. The words can only be in its query, so a visitor cannot change where it leads."""
    address, mark, query = value.partition("?")
    if not _SECURE_ADDRESS.fullmatch(address) or not mark:
        raise ValueError(f"write https:// and a page, a question mark, and {SEARCH_WORDS} where the words go")
    if SEARCH_WORDS not in query or value.count("{") != 1 or value.count("}") != 1:
        raise ValueError(f"write {SEARCH_WORDS} exactly once, after the question mark, and no other braces")
    if not _SECURE_ADDRESS.fullmatch(address + query):
        raise ValueError("remove the blanks")
    return value


_SECURE_ADDRESS = re.compile(r"https://[^\s\x00-\x1f\x7f-\x9f]+")
_CheckedDate = Annotated[str, PlainValidator(_checked)]


class ContactEntry(Strict):
    """Where a visitor goes next; see `bot.types.Contact`."""

    role: _Role
    name: str
    url: _ContactAddress | None = None
    names: dict[_Translated, str] = {}
    search_url: Annotated[str, AfterValidator(_search_url)] | None = None
    checked: _CheckedDate | None = None

    @model_validator(mode="after")
    def _is_a_search(self) -> Self:
        if self.search_url and self.role != "search":
            raise ValueError("only a contact with the role search may have a search_url: remove it")
        return self

    @classmethod
    def of(cls, contact: Contact) -> ContactEntry:
        """Return the entry of a contact."""
        return cls(
            role=contact.role,
            name=contact.name,
            url=contact.url,
            names=dict(contact.names),
            search_url=contact.search_url,
            checked=contact.checked,
        )

    def value(self) -> Contact:
        """Return it as the core type."""
        return Contact(self.role, self.name, self.url, self.names, self.search_url, self.checked)


def _route_url(value: str) -> str:
    if not _SECURE_ADDRESS.fullmatch(value):
        raise ValueError("write https:// and a page")
    return value


def _line(value: str) -> str:
    if not 2 <= len(value) <= 200 or value != value.strip() or not value.isprintable():
        raise ValueError("write one line of 2 to 200 characters")
    return value


_Line = Annotated[str, AfterValidator(_line)]


def _place_name(value: str) -> str:
    # Questions name a place by the words before its initials, and by the initials.
    if re.fullmatch(r"(?:the\s+)?\([^()]*\)", value, re.IGNORECASE):
        raise ValueError("write a name before the parentheses, such as Registry of Motor Vehicles (RMV)")
    return value


_PlaceName = Annotated[_Line, AfterValidator(_place_name)]


class PlaceEntry(Strict):
    """A route without its examples, as an index has it; see `bot.types.Route`."""

    id: Annotated[str, _ID]
    name: _PlaceName
    names: dict[_Translated, _Line] = {}
    url: Annotated[str, AfterValidator(_route_url)] | None = None
    checked: _CheckedDate | None = None

    @model_validator(mode="after")
    def _is_checked(self) -> Self:
        if self.url and not self.checked:
            raise ValueError("a url needs a date: say when you checked it, for example checked = 2026-11-27")
        return self

    @classmethod
    def of(cls, route: Route) -> PlaceEntry:
        """Return the entry of a route."""
        place = route.contact
        return PlaceEntry(id=route.id, name=place.name, names=dict(place.names), url=place.url, checked=place.checked)

    def value(self) -> Route:
        """Return it as the core type."""
        return Route(self.id, Contact(ROUTE, self.name, self.url, self.names, checked=self.checked))


class RouteEntry(PlaceEntry):
    """Where to go with questions about something else. examples: such questions, or the words of one."""

    examples: Annotated[tuple[_Line, ...], Field(min_length=1)]


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


class OwnerEntry(Strict):
    """What `askpolicy report` says about the owner.

    purpose: of the chat. responsible: who is accountable for it, such as a person or an office.
    """

    name: _Line | None = None
    contact: _Line | None = None
    purpose: Annotated[str, Field(min_length=2, max_length=2_000)] | None = None
    team: _Line | None = None
    responsible: _Line | None = None


class Manifest(Strict):
    """All that may be in `manifest.toml`.

    sha256: of the text file's bytes. page_sha256: of the words of the live page, as `askpolicy check --live` prints it,
    if they differ from the text and somebody has compared them. starters: questions to begin with. names: of the owner
    and its site, apart from `site`. language: of the text, a code such as `es`. languages: those that the chat is
    offered in, None for all. public_records: whether what visitors send is a public record. origins: sites whose pages
    may ask about this policy. owner: for `askpolicy report`.
    """

    id: PolicyId
    text: _FileName
    sha256: str
    page_sha256: Annotated[str, _like(r"[0-9a-f]{64}", "copy the 64 digits from `askpolicy check --live`")] | None = (
        None
    )
    title: str | None = None
    site: str | None = None
    url: _WebAddress | None = None
    effective: _Date | None = None
    updated: _Date | None = None
    starters: tuple[str, ...] = ()
    names: tuple[_Name, ...] | None = None
    language: _Language | None = None
    languages: _Offered | None = None
    public_records: bool = False
    owner: OwnerEntry = OwnerEntry()
    contacts: tuple[ContactEntry, ...] | None = None
    caveats: tuple[CaveatEntry, ...] = ()
    routes: tuple[RouteEntry, ...] = ()
    origins: tuple[_Origin, ...] = ()

    @model_validator(mode="after")
    def _tells_routes_apart(self) -> Self:
        ids: set[str] = set()
        routes: dict[str, str] = {}
        for route in self.routes:
            if route.id in ids:
                raise ValueError(f"two routes have the id '{route.id}': give one of them another id")
            ids.add(route.id)
            for example in route.examples:
                other = routes.setdefault(example.casefold(), route.id)
                if other != route.id:
                    raise ValueError(f"the example '{example}' is in the routes '{other}' and '{route.id}': keep one")
        return self


# The keys of each table, and what one table of a list is called, for errors.
_LISTS = {"contacts": "contact", "caveats": "caveat", "routes": "route"}
_KEYS = {
    "": Manifest.model_fields,
    "owner": OwnerEntry.model_fields,
    "contacts": ContactEntry.model_fields,
    "caveats": CaveatEntry.model_fields,
    "routes": RouteEntry.model_fields,
}


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
        raise AskPolicyError(f"{path}{first_problem(error, _KEYS, _LISTS)}.") from None


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of a policy folder. Raises AskPolicyError if it cannot be read."""
    return parse_toml(read_own_file(path), path)


def parse_toml(data: bytes, path: Path) -> dict[str, Any]:
    """Parse the content of a TOML file. Raises AskPolicyError, which names the file by its path, if it is not TOML."""
    try:
        # An editor may have put a byte order mark in front.
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise AskPolicyError(f"{path} is not UTF-8 text: save it as UTF-8.") from None
    except RecursionError:
        raise AskPolicyError(f"{path} is not readable TOML: its brackets are nested too deeply.") from None
    except ValueError as error:  # also a number with thousands of digits
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
        raise AskPolicyError(f"{path} cannot be read ({error.strerror}): put a file there that you can read.") from None

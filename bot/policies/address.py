"""A page's address -> its policy text: fetched, read, and checked to be a policy."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from bot.policies.fetch import Fetched, fetch
from bot.policies.hosts import Resolver, parse_address, system_resolver
from bot.policies.readers.encodings import decode
from bot.policies.readers.kinds import kind_of, read_file
from bot.policies.readers.obstacles import WALL_WORDS, Obstacles
from bot.policies.readers.reading import Reading
from bot.policies.readers.tree import parse
from bot.settings import FetchSettings
from bot.types import AskPolicyError

_MAX_ID_CHARS = 48
# Every privacy policy has one of these, in the languages that most of the world's policies are in.
_SUBJECT = re.compile(
    r"privac|personal|person(?:en|um|lig)|datenschutz|cookie|\bdata\b|\binformation|\bdatos\b|\bdados\b|\bdati\b|"
    r"donn[ée]e|gegevens|konfidenz|конфиденц|персональн|隐私|隱私|個人|个人|プライバシー|개인정보|خصوصية|gizlilik|prywatno|"
    r"riêng tư|enfòmasyon|osobn",
    re.I,
)


def address_id(address: str, settings: FetchSettings) -> str:
    """Return the id of the policy at an address: its words, and a digest so that no other address has it.

    Raises AskPolicyError if the address may not be fetched.
    """
    url = parse_address(address, settings.ports).url
    words = re.sub(r"[^a-z0-9]+", "-", url.partition("://")[2].removeprefix("www.").lower()).strip("-")
    return f"{words[:_MAX_ID_CHARS].strip('-') or 'page'}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


class ReadPage(NamedTuple):
    """A page that was fetched and read. url: the address to cite it by."""

    reading: Reading
    url: str
    fetched: Fetched


def read_address(
    address: str, settings: FetchSettings, max_bytes: int, resolve: Resolver = system_resolver
) -> ReadPage:
    """Fetch and read a page.

    Raises AskPolicyError if it cannot be fetched or read, or is not a policy.
    """
    fetched = fetch(address, settings, max_bytes, resolve)
    reading = read_page(fetched)
    if not _SUBJECT.search(f"{reading.title} {reading.text}"):
        raise AskPolicyError(
            f"{fetched.url} does not read like a privacy policy, because it never mentions personal data: give the "
            "address of the policy itself, or save it and give the file."
        )
    return ReadPage(reading, _cited(fetched, reading, settings), fetched)


def read_page(fetched: Fetched) -> Reading:
    """Read what an address returned. Raises AskPolicyError if it cannot be read, or is a wall before the page."""
    # A name of this kind is what the readers' errors mention.
    name = Path(fetched.url.partition("://")[2].partition("?")[0])
    reading = read_file(fetched.data, name, fetched.kind, fetched.charset)
    _check_no_wall(fetched, name, reading)
    return reading


def _check_no_wall(fetched: Fetched, name: Path, reading: Reading) -> None:
    """Raise AskPolicyError if a page is a login or a question for consent, which have a few words of their own."""
    if len(reading.text.split()) >= WALL_WORDS or kind_of(fetched.data, name, fetched.kind) != "html":
        return
    found = Obstacles.of(parse(decode(fetched.data, name, declares=True, charset=fetched.charset)))
    if (found.password or found.consent) and (reason := found.reason()):
        raise AskPolicyError(f"{name} {reason}.")


def _cited(fetched: Fetched, reading: Reading, settings: FetchSettings) -> str:
    """Return the page's own name for its address if that is on the same site, otherwise the one it was fetched from."""
    if reading.canonical:
        try:
            canonical = parse_address(urljoin(fetched.url, reading.canonical), settings.ports).url
        except AskPolicyError:
            return fetched.url
        ours, theirs = urlsplit(fetched.url), urlsplit(canonical)
        # Some sites name their start page on every page.
        if _site(ours.hostname) == _site(theirs.hostname) and (theirs.path != "/" or ours.path == "/"):
            return canonical
    return fetched.url


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.")

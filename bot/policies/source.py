"""A page or file -> its policy, and the bytes that a policy folder keeps of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from bot.policies.address import ReadPage, read_address
from bot.policies.folder import MAX_POLICY_BYTES, PolicyFolder, policy_of_page, read_single_file
from bot.policies.hosts import Resolver, is_web_address, system_resolver
from bot.policies.readers.encodings import decode
from bot.policies.readers.kinds import kind_of
from bot.settings import FetchSettings
from bot.types import AskPolicyError

# What a folder calls its text, by kind, so that it is read in the same way again.
_NAMES = {"html": "policy.html", "markdown": "policy.md", "pdf": "policy.pdf", "docx": "policy.docx"}
_TEXT_NAME = "policy.txt"


@dataclass(frozen=True, slots=True)
class Source:
    """A policy as it came. name: what its file is called in a folder. data: the bytes of that file."""

    read: PolicyFolder
    name: str
    data: bytes

    @property
    def id(self) -> str:
        """Return an id for the folder: the site's name if the policy says it, otherwise the page's host or the file."""
        policy = self.read.policy
        host = urlsplit(policy.url or "").hostname or ""
        for words in (policy.site if policy.site != policy.title else "", host.removeprefix("www.")):
            if id := re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:64].strip("-"):
                return id
        return policy.id[:64].strip("-")


def read_source(source: str, fetching: FetchSettings, resolve: Resolver = system_resolver) -> Source:
    """Read a policy from an address or a file. Raises AskPolicyError if it cannot be read."""
    if is_web_address(source):
        page = read_address(source, fetching, MAX_POLICY_BYTES, resolve)
        name = PurePath(page.fetched.url.partition("://")[2].partition("?")[0])
        kind = kind_of(page.fetched.data, name, page.fetched.kind)
        return Source(policy_of_page(page, "policy"), _NAMES.get(kind, _TEXT_NAME), _kept(page, kind, name))
    path = Path(source)
    if path.is_dir():
        raise AskPolicyError(f"{path} is a folder: give the file of the policy, or the address of its page.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_POLICY_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not a path"
        raise AskPolicyError(
            f"{source[:200]} cannot be read ({why}): give the address of a page, with https://, or the path of a "
            "text, Markdown, HTML, PDF or Word file."
        ) from None
    return Source(read_single_file(data, path), _NAMES.get(kind_of(data, path), _TEXT_NAME), data)


def _kept(page: ReadPage, kind: str, name: PurePath) -> bytes:
    """Return the bytes of a page as they are, or in UTF-8 if only the server said which encoding they have."""
    data = page.fetched.data
    if kind in ("pdf", "docx") or page.fetched.charset is None:
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data, name, declares=kind == "html", charset=page.fetched.charset).encode("utf-8")
    return data

"""The address of a page -> its bytes, within limits of size, time and redirects, as the site's robots.txt allows. Each
redirect is checked in the same way as the first address. Cookies, passwords and proxies are not used.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bot import __version__
from bot.policies.hosts import Address, Resolver, addresses_to_call, parse_address, system_resolver
from bot.settings import FetchSettings
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from protego import Protego
    from urllib3.response import HTTPResponse

USER_AGENT = f"AskPolicy/{__version__} (reads one privacy policy, because a person asked for it)"
_ROBOT = "AskPolicy"
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/markdown,text/plain;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
# RFC 9309 asks robots to read at least 500 KiB of a robots.txt.
_ROBOTS_BYTES = 512_000
_CHUNK_BYTES = 65_536
_LOGIN_PATH = re.compile(r"(?:^|[/._-])(?:log-?in|sign-?in|sso|auth|oauth2?|saml2?|adfs)(?:[/._?-]|$)", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
# The kind of file that a content type means; see `bot.policies.readers.kinds`. For other types, the bytes decide.
_KINDS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}
_BY_BYTES = frozenset(
    {
        "",
        "text/plain",
        "application/octet-stream",
        "binary/octet-stream",
        "application/pdf",
        "application/x-pdf",
        "application/zip",
        "application/msword",
        "application/rtf",
        "text/rtf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
        "application/epub+zip",
    }
)


class ClosedToProgramsError(AskPolicyError):
    """Raised if a page probably exists, but only for people: robots.txt forbids it, or it leads to a login."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address returned.

    url: the address after all redirects. kind: what the server calls it, "html" or "markdown", or None if the bytes
    decide. charset: the encoding that the server names. moved: whether there were redirects, all of them permanent.
    """

    data: bytes
    url: str
    kind: str | None
    charset: str | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a site says about an address.

    status: the HTTP status. url: the address after all redirects. moved: as in `Fetched`.
    """

    status: int
    url: str
    moved: bool


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    data: bytes
    location: str
    content_type: str


def fetch(address: str, settings: FetchSettings, max_bytes: int, resolve: Resolver = system_resolver) -> Fetched:
    """Fetch a page. max_bytes: its largest size, unpacked. resolve: tests give their own.

    Raises AskPolicyError that says in one sentence why there is no page.
    """
    _check_packages(address)
    return _Fetch(settings, max_bytes, resolve).page(address)


class Links:
    """Asks addresses whether they answer, one after the other. Each site's name and robots.txt are looked up once."""

    def __init__(self, settings: FetchSettings, resolve: Resolver = system_resolver) -> None:
        self._fetch = _Fetch(settings, _CHUNK_BYTES, resolve)

    def ask(self, address: str) -> Reply:
        """Ask one address. Raises AskPolicyError if nothing answers, or if it must not be asked."""
        _check_packages(address)
        return self._fetch.reply(address)


def _check_packages(address: str) -> None:
    try:
        import protego  # noqa: F401
        import urllib3  # noqa: F401
    except ModuleNotFoundError:
        raise AskPolicyError(
            f"Fetching {address[:200]} needs more packages: install them with `pip install 'askpolicy[readers]'`, or "
            "save the page and give the file."
        ) from None


class _Fetch:
    """One page, with its redirects and robots.txt files, in the time that the settings allow."""

    def __init__(self, settings: FetchSettings, max_bytes: int, resolve: Resolver) -> None:
        self._settings = settings
        self._max_bytes = max_bytes
        self._resolve = resolve
        self._end = time.monotonic() + settings.seconds
        self._found: dict[str, list[str]] = {}  # the IP addresses of each site, looked up once and checked
        self._robots: dict[str, Protego] = {}  # the rules of each site that was asked

    def page(self, first: str) -> Fetched:
        """Follow redirects to the page. Raises AskPolicyError if there is none."""
        at, response, moved = self._follow(first, lambda at: self._get(at, self._max_bytes))
        _check_status(at, response)
        return _fetched(at, response, moved=moved)

    def reply(self, first: str) -> Reply:
        """Follow redirects to what answers, in a new time limit. Its body is not read beyond the first bytes."""
        self._end = time.monotonic() + self._settings.seconds
        at, response, moved = self._follow(first, self._head)
        return Reply(response.status, at.url, moved)

    def _follow(self, first: str, request: Callable[[Address], _Response]) -> tuple[Address, _Response, bool]:
        """Follow redirects. Return the last address, its response, and whether the page has moved there permanently."""
        at = parse_address(first, self._settings.ports)
        statuses: list[int] = []
        for _ in range(MAX_REDIRECTS + 1):
            self._respect_robots(at)
            response = request(at)
            if response.status not in _REDIRECTS or not response.location:
                return at, response, bool(statuses) and _PERMANENT.issuperset(statuses)
            statuses.append(response.status)
            to = parse_address(urljoin(at.url, response.location), self._settings.ports)
            if _LOGIN_PATH.search(to.target) and not _LOGIN_PATH.search(at.target):
                raise ClosedToProgramsError(f"{at.url} leads to a login page: save the policy and give the file.")
            at = to
        raise AskPolicyError(
            f"{first[:200]} redirects more than {MAX_REDIRECTS} times, as sites that require cookies do: open it in "
            "a browser, and give the address that it ends at, or the saved page."
        )

    def _head(self, at: Address) -> _Response:
        """Send a HEAD request to an address, or request its page if the site does not answer that."""
        with suppress(AskPolicyError):
            response = self._get(at, 0, method="HEAD")
            if response.status < 400:
                return response
        return self._get(at, self._max_bytes, cut=True)

    def _respect_robots(self, page: Address) -> None:
        """Raise AskPolicyError if the robots.txt of the page's site does not allow it, as RFC 9309 reads it."""
        if page.origin not in self._robots:
            self._robots[page.origin] = self._rules(page)
        if not self._robots[page.origin].can_fetch(page.url, _ROBOT):
            raise ClosedToProgramsError(
                f"{page.origin}/robots.txt does not allow programs to fetch {page.url}: save the page and give the "
                "file."
            )

    def _rules(self, page: Address) -> Protego:
        from protego import Protego

        at = page._replace(target="/robots.txt")
        for _ in range(MAX_REDIRECTS + 1):
            response = self._get(at, _ROBOTS_BYTES, cut=True)
            if response.status not in _REDIRECTS or not response.location:
                break
            at = parse_address(urljoin(at.url, response.location), self._settings.ports)
        if response.status >= 500:
            raise AskPolicyError(
                f"{page.origin}/robots.txt, which says what may be fetched, cannot be read (status {response.status}): "
                "try again later, or save the page and give the file."
            )
        # A site without rules allows everything.
        return Protego.parse(response.data.decode("utf-8", errors="replace") if response.status < 300 else "")

    def _get(self, at: Address, max_bytes: int, *, cut: bool = False, method: str = "GET") -> _Response:
        """Request one address. cut: whether a longer body is cut off; otherwise it is an error."""
        if at.origin not in self._found:
            allow_private = self._settings.allow_private
            self._found[at.origin] = addresses_to_call(at, self._resolve, self._left(at), allow_private=allow_private)
        found = self._found[at.origin]
        for number, ip in enumerate(found, start=1):
            try:
                return self._request(at, ip, max_bytes, cut=cut, method=method)
            except ConnectionError:
                if number == len(found):
                    raise AskPolicyError(
                        f"{at.origin} does not accept connections, or ends them early: check the address, and try "
                        "again later."
                    ) from None
        raise AssertionError("a host without addresses is refused before")

    def _request(self, at: Address, ip: str, max_bytes: int, *, cut: bool, method: str) -> _Response:
        """Request one address from one IP address, which was checked. Raises ConnectionError if that fails."""
        import urllib3
        from urllib3.connection import HTTPConnection, HTTPSConnection

        connection: HTTPConnection
        if at.scheme == "https":
            # The certificate has to be for the name, although the connection goes to the IP address.
            context = ssl.create_default_context()
            connection = HTTPSConnection(
                ip, at.port, timeout=self._left(at), ssl_context=context, server_hostname=at.host
            )
        else:
            connection = HTTPConnection(ip, at.port, timeout=self._left(at))
        host = at.origin.partition("://")[2]
        try:
            connection.connect()
            with self._time_limit(connection.sock, at):
                connection.request(method, at.target, headers={"Host": host, **_HEADERS}, preload_content=False)
                response = connection.getresponse()
                encoding = response.headers.get("Content-Encoding", "").strip().lower()
                if encoding not in _ENCODINGS:
                    raise AskPolicyError(f"{at.url} is packed as “{encoding[:40]}”: save the page and give the file.")
                try:
                    data = self._body(response, at, max_bytes, cut=cut)
                finally:
                    response.close()
                self._left(at)  # a body that the time limit cut off may look complete
                headers = response.headers
                return _Response(
                    response.status, data, headers.get("Location", ""), headers.get("Content-Type", "").lower()
                )
        except (urllib3.exceptions.HTTPError, HTTPException, OSError) as error:
            self._left(at)  # the time limit ends a connection, too
            raise _told(error, at) from None
        finally:
            connection.close()

    def _body(self, response: HTTPResponse, at: Address, max_bytes: int, *, cut: bool) -> bytes:
        """Read a body, unpacked as it arrives, and no more of it than is allowed."""
        if response.status in _REDIRECTS:
            return b""
        data = bytearray()
        while len(data) <= max_bytes and (chunk := response.read(_CHUNK_BYTES, decode_content=True)):
            data += chunk
            self._left(at)
        if len(data) > max_bytes and not cut:
            raise AskPolicyError(
                f"{at.url} is larger than {max_bytes / 1_000_000:g} MB: give the address of the policy alone."
            )
        return bytes(data[:max_bytes])

    def _left(self, at: Address) -> float:
        """Return the seconds left. Raises AskPolicyError if there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise AskPolicyError(
                f"{at.url} took longer than {self._settings.seconds:g} seconds: try again later, or save the page and "
                "give the file. The setting fetch.seconds allows more."
            )
        return left

    @contextmanager
    def _time_limit(self, connected: socket.socket, at: Address) -> Iterator[None]:
        """End a connection when the time is up, even if it keeps sending a byte now and then."""
        # `socket.socket.shutdown` rather than the method of a TLS socket, which must not be called from another thread.
        timer = threading.Timer(self._left(at), lambda: _shut_down(connected))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _shut_down(connected: socket.socket) -> None:
    with suppress(OSError):  # it may be closed
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _told(error: Exception, at: Address) -> Exception:
    """Return the error to raise for one of the libraries."""
    from urllib3.exceptions import DecodeError, SSLError

    if isinstance(error, (SSLError, ssl.SSLError)):
        return AskPolicyError(
            f"{at.origin} has no certificate that can be trusted ({_reason(error)}): have it renewed, or save the page "
            "in a browser and give the file."
        )
    if isinstance(error, DecodeError):
        return AskPolicyError(f"{at.url} cannot be unpacked: save the page in a browser and give the file.")
    return ConnectionError(str(error))


def _reason(error: Exception) -> str:
    found = re.search(r"certificate verify failed: ([^(\]]+)", str(error))
    return found[1].strip().rstrip(".") if found else "the secure connection failed"


def _check_status(at: Address, response: _Response) -> None:
    status = response.status
    if 200 <= status < 300:
        return
    if status in {404, 410}:
        raise AskPolicyError(f"There is no page at {at.url} (status {status}): check the address.")
    if status in {401, 407}:
        raise AskPolicyError(f"{at.url} asks for a login (status {status}): save the policy and give the file.")
    if status == 429 or status >= 500:
        raise AskPolicyError(f"{at.url} is not available now (status {status}): try again later.")
    raise AskPolicyError(
        f"{at.url} refuses programs (status {status}): open it in a browser, save the page and give the file."
    )


def _fetched(at: Address, response: _Response, *, moved: bool) -> Fetched:
    content_type = response.content_type.partition(";")[0].strip()
    if content_type not in _KINDS and content_type not in _BY_BYTES:
        raise AskPolicyError(
            f"{at.url} is not a policy but “{content_type[:80]}”: give the address of a page, a PDF, a Word file or a "
            "text."
        )
    charset = _CHARSET.search(response.content_type)
    return Fetched(response.data, at.url, _KINDS.get(content_type), charset[1] if charset else None, moved)

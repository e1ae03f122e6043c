"""An address -> its parts, and the network addresses that may be called for it: public ones, on the usual ports.

A name is resolved once, and the connection goes to the very address that was checked, so a name that points elsewhere a
moment later (DNS rebinding) achieves nothing.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from bot.types import AskPolicyError

Resolver = Callable[[str, int], Sequence[str]]  # host and port -> IP addresses

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_CHARS = 2_000
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?\.?")
# Parts of an address that are already percent-encoded, or need not be.
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_QUERY_SAFE = _PATH_SAFE + "?[]"
# Hosts written as one number, in octal or in hexadecimal: browsers and C libraries read them as IPv4 addresses.
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)")
# Where clouds give a machine its own secrets. Two of these are outside the private ranges.
_METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)
# IPv6 addresses that carry an IPv4 address. Behind NAT64, all of IPv4 is reached through the first network, so what
# they carry is checked; the other networks belong to tunnels that no website is on.
_NAT64 = ip_network("64:ff9b::/96")
_TUNNELS = tuple(map(ip_network, ("64:ff9b:1::/48", "2001::/32", "2002::/16", "::/96")))


class PrivateAddressError(AskPolicyError):
    """Raised if a page's host leads to a private or reserved network address."""


class Address(NamedTuple):
    """A page's address. target: path and query, as they are sent."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Return scheme, host and port, without the scheme's own port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        """Return the whole address, without a fragment."""
        return self.origin + self.target


def is_web_address(name: str) -> bool:
    """Return whether a policy is named by an address of any kind, `https://…`, and not as a folder or file."""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", name) is not None


def parse_address(text: str, ports: Sequence[int]) -> Address:
    """Check an address and take it apart. ports: those that may be called.

    Raises AskPolicyError if it is not the address of a web page, or contains a password.
    """
    shown = text[:200]
    wrong = AskPolicyError(f"“{shown}” is not the address of a web page: write it as https://www.example.org/privacy.")
    if len(text) > _MAX_CHARS or any(character.isspace() or not character.isprintable() for character in text):
        raise wrong
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:  # includes UnicodeError
        raise wrong from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise AskPolicyError(
            f"{shown} begins with {parts.scheme}:, and only pages at http:// and https:// are fetched: save the "
            "policy and give the file."
        )
    if "@" in parts.netloc:
        raise AskPolicyError("The address holds a user name or password: give the page's public address.")
    if host is None:
        raise wrong
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise AskPolicyError(
            f"{parts.scheme}://{host} is called on port {port}, and only {_listed(ports)} are allowed: save the page "
            "in a browser and give the file, or add the port to the setting fetch.ports, and for an intranet, set "
            "fetch.allow_private, too."
        )
    query = f"?{quote(parts.query, safe=_QUERY_SAFE)}" if parts.query else ""
    return Address(parts.scheme, host, port, (quote(parts.path, safe=_PATH_SAFE) or "/") + query)


def addresses_to_call(address: Address, resolve: Resolver, seconds: float, *, allow_private: bool) -> list[str]:
    """Resolve a host, once. Returns its IP addresses, all of which may be called.

    Raises AskPolicyError if the host is unknown or if that takes longer than `seconds`, and PrivateAddressError if any
    of its addresses leads to a private network, to this machine, or to a cloud's metadata.
    """
    found = _resolve_in_time(address, resolve, seconds)
    if not all(may_call(each, allow_private=allow_private) for each in found):
        # Do not name the address: the page's author could learn what is inside the network.
        raise PrivateAddressError(
            f"{address.origin} leads to a private or reserved network address, which is not fetched: save the page in "
            "a browser and give the file, or set fetch.allow_private for pages of an intranet."
        )
    return found


def may_call(address: str, *, allow_private: bool) -> bool:
    """Return whether a page may be fetched from an IP address.

    allow_private: whether private networks and this machine are allowed. Metadata of clouds, link-local, multicast and
    reserved addresses never are.
    """
    try:
        ip = _carried(ip_address(address))
    except ValueError:
        return False
    if ip.is_loopback:
        return allow_private
    if ip in _METADATA or any(ip in network for network in _TUNNELS):
        return False
    if isinstance(ip, IPv6Address) and ip.is_site_local:
        return False
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return False
    return allow_private or (ip.is_global and not ip.is_private)


def system_resolver(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, in the order in which the system prefers them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _carried(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def _resolve_in_time(address: Address, resolve: Resolver, seconds: float) -> list[str]:
    """Call the resolver, in a thread because the system's has no time limit."""
    found: list[str] = []

    def look_up() -> None:
        try:
            found.extend(resolve(address.host, address.port))
        except (OSError, UnicodeError):
            found.clear()

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(seconds, 0))
    if thread.is_alive():
        raise AskPolicyError(f"The name {address.host} could not be looked up in time: try again later.")
    if not found:
        raise AskPolicyError(
            f"There is no site at {address.host}: check the spelling and the network connection, or save the page and "
            "give the file."
        )
    return found


def _host(name: str) -> str | None:
    """Return a host in lowercase and ASCII, or None if it is not a valid name or address."""
    if ":" in name:
        return IPv6Address(name).compressed
    # Normalizes letters such as full-width digits, too.
    name = name if name.isascii() else name.encode("idna").decode("ascii").lower()
    if _NUMBER.fullmatch(name.rstrip(".").rpartition(".")[2]):
        return str(IPv4Address(name))
    return name if _HOST.fullmatch(name) and ".." not in name else None


def _listed(ports: Sequence[int]) -> str:
    return " and ".join(map(str, ports)) if ports else "none"

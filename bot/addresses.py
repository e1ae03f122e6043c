"""Checks the addresses that settings hold: sites (origins) and the path under which a proxy offers the service."""

from __future__ import annotations

import ipaddress
import json
import re
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_PREFIX = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)+")
# First parts of the service's own addresses that have more parts. As a prefix each would be ambiguous.
_OWN_FOLDERS = frozenset({"v1", "static", "demo"})


def split_list(value: object) -> object:
    """Split a string into a list at commas and blanks; a JSON list and whatever is no string stay lists.

    Raises ValueError if the string begins like a JSON list and is none.
    """
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return [item.strip("\"'") for item in value.replace(",", " ").split()]
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        raise ValueError(
            'the list is not valid JSON: write it as ["A", "B"], or without brackets and quotes as A, B'
        ) from None


def site_origin(value: str) -> str:
    """Bring an origin into the form in which browsers send it: lower case, no slash at the end, no default port.

    Raises ValueError if it names no single site: a path, a wildcard, `null` (which any page can claim to be).
    """
    if value == "null" or "*" in value:
        raise ValueError(f"'{value}' would let in any page: name each site, such as https://www.example.org")
    wrong = f"'{value}' is not the address of a site: give scheme and host alone, such as https://www.example.org"
    try:
        parts = urlsplit(value)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:  # UnicodeError is one
        raise ValueError(wrong) from None
    named = parts.scheme in _DEFAULT_PORTS and host is not None and port != 0
    if not named or "@" in parts.netloc or parts.path not in {"", "/"} or "?" in value or "#" in value:
        raise ValueError(wrong)
    return f"{parts.scheme}://{host}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")


def is_same_host(origin: str, host: str) -> bool:
    """Whether an Origin header names the host that a Host header names, whatever the scheme.

    A proxy that ends TLS hides the scheme, and some leave out the port in Host: without one, every port matches.
    """
    try:
        ours, theirs = urlsplit(f"//{host}"), urlsplit(origin)
        if theirs.scheme not in _DEFAULT_PORTS or not ours.hostname or ours.hostname != theirs.hostname:
            return False
        return ours.port in {None, theirs.port or _DEFAULT_PORTS[theirs.scheme]}
    except ValueError:
        return False


def path_prefix(value: str) -> str:
    """Bring the path under which a proxy offers the service into one form: `/chat`, or empty for the whole host.

    Raises ValueError if it is no such path, or begins like an address of the service's own.
    """
    if not value.strip("/"):
        return ""
    path = "/" + value.strip("/")
    if not _PREFIX.fullmatch(path):
        raise ValueError(f"'{value}' is not a path: give the part after the host name alone, such as /chat")
    if (first := path.split("/")[1]) in _OWN_FOLDERS:
        raise ValueError(f"/{first} is an address of the service's own: take another path, such as /chat")
    return path


def _host(name: str) -> str | None:
    """A host as browsers write it, or None."""
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name).compressed}]"
    ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    return ascii_name if _HOST.fullmatch(ascii_name) else None

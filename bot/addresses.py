"""Checks addresses in the settings: sites (origins), the path at which a proxy publishes the service, a database."""

from __future__ import annotations

import ipaddress
import json
import re
from urllib.parse import urlsplit

from pydantic import SecretStr

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_PREFIX = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)+")
# First parts of the service's own addresses that have more than one part. As a prefix, each would be ambiguous.
_OWN_FOLDERS = frozenset({"v1", "static", "demo", "p"})


def split_list(value: object) -> object:
    """Return the list that a string holds, as JSON or separated by commas or spaces; return other values unchanged.

    Raises ValueError if the string starts with `[` but is not valid JSON.
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


def split_pairs(value: object) -> object:
    """Return the table that a string holds, as JSON or as `key=value` pairs separated by commas or spaces.

    Returns other values unchanged. Raises ValueError if the string is neither.
    """
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise ValueError('the table is not valid JSON: write it as {"A": "B"}, or as A=B') from None
    pairs = [item.partition("=") for item in value.replace(",", " ").split()]
    if not all(key and mark and word for key, mark, word in pairs):
        raise ValueError("write each item as A=B, with commas or spaces between them")
    return {key: word for key, _, word in pairs}


def host_name(value: str) -> str:
    """Return a host name in lower case. Raises ValueError if it is anything else, such as a URL, or has a port."""
    try:
        host = _host(value.lower())
    except ValueError:
        host = None
    if host is None or host.startswith("["):
        raise ValueError(f"'{value}' is not a host name: give only the name, such as chat.example.org")
    return host


def site_origin(value: str) -> str:
    """Return an origin in the form that browsers send: lower case, no trailing slash, no default port.

    Raises ValueError if it does not name a single site: a path, a wildcard, or `null`, which any page can claim to be.
    """
    if value == "null" or "*" in value:
        raise ValueError(f"'{value}' allows any page: name each site, such as https://www.example.org")
    wrong = f"'{value}' is not the address of a site: give only the scheme and host, such as https://www.example.org"
    try:
        parts = urlsplit(value)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:  # includes UnicodeError
        raise ValueError(wrong) from None
    named = parts.scheme in _DEFAULT_PORTS and host is not None and port != 0
    if not named or "@" in parts.netloc or parts.path not in {"", "/"} or "?" in value or "#" in value:
        raise ValueError(wrong)
    return f"{parts.scheme}://{host}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")


def is_same_host(origin: str, host: str) -> bool:
    """Return whether an Origin header and a Host header name the same host, whatever the scheme.

    A proxy that terminates TLS hides the scheme, and some leave the port out of Host: without one, every port matches.
    """
    try:
        ours, theirs = urlsplit(f"//{host}"), urlsplit(origin)
        if theirs.scheme not in _DEFAULT_PORTS or not ours.hostname or ours.hostname != theirs.hostname:
            return False
        return ours.port in {None, theirs.port or _DEFAULT_PORTS[theirs.scheme]}
    except ValueError:
        return False


def path_prefix(value: str) -> str:
    """Return the path at which a proxy publishes the service in one form: `/chat`, or empty for the whole host.

    Raises ValueError if it is not a path, or if it starts like one of the service's own addresses.
    """
    if not value.strip("/"):
        return ""
    path = "/" + value.strip("/")
    if not _PREFIX.fullmatch(path):
        raise ValueError(f"'{value}' is not a path: give only the part after the host name, such as /chat")
    if (first := path.split("/")[1]) in _OWN_FOLDERS:
        raise ValueError(f"/{first} is one of the service's own addresses: use another path, such as /chat")
    return path


def _host(name: str) -> str | None:
    """Return a host as browsers write it, or None if it is not a valid name."""
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name).compressed}]"
    ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    return ascii_name if _HOST.fullmatch(ascii_name) else None


def postgresql_url(url: SecretStr) -> SecretStr:
    """Return the address of a PostgreSQL database. Raises ValueError, without repeating it, if it is none."""
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("write it like postgresql://user:password@db.example.org/askpolicy")
    return url


def collector_url(value: str) -> str:
    """Return the URL to which OpenTelemetry's spans go; without a path, it gets the usual one, `/v1/traces`.

    Raises ValueError if it is not an http or https URL, or has a login, a query, or a fragment.
    """
    wrong = f"'{value}' is not the URL of a collector: give one such as http://127.0.0.1:4318"
    if "@" in value:
        raise ValueError("the URL of a collector has no login in it: give one such as http://127.0.0.1:4318")
    try:
        parts = urlsplit(value)
        named = parts.scheme in _DEFAULT_PORTS and _host(parts.hostname or "") is not None and parts.port != 0
    except ValueError:  # includes UnicodeError
        raise ValueError(wrong) from None
    if not named or "?" in value or "#" in value:
        raise ValueError(wrong)
    return parts._replace(path="/v1/traces").geturl() if parts.path in {"", "/"} else value

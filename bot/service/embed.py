"""Writes the HTML that puts the chat on a page: for the service's own address, or pinned to one version."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from bot.addresses import path_prefix, site_origin
from bot.settings import ServeSettings
from bot.types import AskPolicyError


def pinned_path(script: bytes) -> str:
    """Return the URL path of this version of the widget, which contains a hash of its content."""
    return f"/widget-{hashlib.sha256(script).hexdigest()[:16]}.js"


def integrity(script: bytes) -> str:
    """Return the script's hash for the `integrity` attribute (Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode("ascii")


def snippet(address: str) -> str:
    """Return the HTML for a page. address: the URL where visitors reach the service, without a trailing slash."""
    return _lines(address, f'src="{escape(address)}/widget.js"')


def pinned_snippet(address: str, script: bytes) -> str:
    """Return the HTML for a page that loads exactly this version of the widget."""
    return _lines(address, f'src="{escape(address)}{pinned_path(script)}"\n  integrity="{integrity(script)}"')


def public_address(value: str) -> str:
    """Check the URL where visitors reach the service, such as https://www.example.org/chat, and return it normalized.

    Raises AskPolicyError if it is not the URL of a service.
    """
    scheme, mark, rest = value.strip().partition("://")
    host, _, path = rest.partition("/")
    try:
        return site_origin(scheme + mark + host) + path_prefix(path)
    except ValueError:
        raise AskPolicyError(
            f"'{value}' is not the address of a service: give one such as https://chat.example.org."
        ) from None


def local_address(settings: ServeSettings, port: int | None = None) -> str:
    """Return the service's URL on this machine. port: the port in use, if the setting is 0."""
    # Nobody can open the address that means "every interface".
    host = "localhost" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 (compared, not bound)
    return f"http://{f'[{host}]' if ':' in host else host}:{port or settings.port}{settings.root_path}"


def greeting(listening: str, port: int, settings: ServeSettings) -> str:
    """Return what `askpolicy serve` prints once it listens: its URL, and how to put the chat on a page.

    listening: the IP address that it listens on.
    """
    if settings.origins:
        allowed = f"Pages on {' and '.join(settings.origins)} may use it."
    else:
        allowed = "Pages on other sites may not use it yet: list those sites in the setting serve.origins."
    lines = snippet(local_address(settings, port)).replace("\n", "\n  ")
    return (
        f"AskPolicy: http://{f'[{listening}]' if ':' in listening else listening}:{port} (stop it with Ctrl+C)\n"
        f"To put the chat on a page, add these lines, with the URL that your visitors use:\n  {lines}\n{allowed}"
    )


def _lines(address: str, source: str) -> str:
    return (
        f'<script type="module" {source}></script>\n'
        f'<policy-chat endpoint="{escape(address)}">\n'
        f'  <a href="{escape(address)}/ask">Ask about our privacy policy</a>\n'
        "</policy-chat>"
    )

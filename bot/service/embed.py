"""The lines that put the chat on a page: for the address that the service listens on, or pinned to one version."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from bot.addresses import path_prefix, site_origin
from bot.settings import ServeSettings
from bot.types import AskPolicyError


def pinned_path(script: bytes) -> str:
    """The address that names this version of the widget by its content."""
    return f"/widget-{hashlib.sha256(script).hexdigest()[:16]}.js"


def integrity(script: bytes) -> str:
    """The script's hash for the `integrity` attribute (Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode("ascii")


def snippet(address: str) -> str:
    """The lines for a page. address: where visitors reach the service, without a slash at the end."""
    return _lines(address, f'src="{escape(address)}/widget.js"')


def pinned_snippet(address: str, script: bytes) -> str:
    """The lines for a page that loads this version of the widget and no other."""
    return _lines(address, f'src="{escape(address)}{pinned_path(script)}"\n  integrity="{integrity(script)}"')


def public_address(value: str) -> str:
    """Check the address at which visitors reach the service, such as https://www.example.org/chat.

    Raises AskPolicyError if it is none.
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
    """The address of the service on this machine. port: the one in use, if the settings leave it open."""
    # Nobody can visit the address that means every one of this machine.
    host = "localhost" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 (compared, not bound)
    return f"http://{f'[{host}]' if ':' in host else host}:{port or settings.port}{settings.root_path}"


def greeting(listening: str, port: int, settings: ServeSettings) -> str:
    """What `askpolicy serve` prints once it listens: where, and how to put the chat on a page.

    listening: the host, as an address.
    """
    if settings.origins:
        allowed = f"The pages of {' and '.join(settings.origins)} may use it."
    else:
        allowed = "Pages of other sites may not use it yet: name these in the setting serve.origins."
    lines = snippet(local_address(settings, port)).replace("\n", "\n  ")
    return (
        f"AskPolicy: http://{f'[{listening}]' if ':' in listening else listening}:{port} (stop it with Ctrl+C)\n"
        f"To put the chat on a page, add these lines, with the address that your visitors reach:\n  {lines}\n{allowed}"
    )


def _lines(address: str, source: str) -> str:
    return (
        f'<script type="module" {source}></script>\n'
        f'<policy-chat endpoint="{escape(address)}">\n'
        f'  <a href="{escape(address)}/ask">Ask about our privacy policy</a>\n'
        "</policy-chat>"
    )

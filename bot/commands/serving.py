"""`askpolicy serve` and `embed`: the service, and the HTML that puts its chat on a page."""

from __future__ import annotations

import argparse

from bot.commands.command import Command, add_policy_option, read_settings
from bot.types import AskPolicyError


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="the address to listen on (default: the setting serve.host, 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, help="the port, or 0 for any free one (default: the setting serve.port, 8000)"
    )
    parser.add_argument("--workers", type=int, help="how many processes (default: the setting serve.workers, 2)")
    add_policy_option(parser)


def _serve(arguments: argparse.Namespace) -> int:
    from bot.settings import load_settings

    given = {name: getattr(arguments, name) for name in ("host", "port", "workers")}
    overrides: dict[str, object] = {"serve": {name: value for name, value in given.items() if value is not None}}
    if arguments.policy is not None:
        overrides["policy"] = arguments.policy
    try:
        from bot.service import serve
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"The service needs {error.name}: pip install 'askpolicy[serve]'.") from None
    serve(lambda: load_settings(**overrides))
    return 0


def _add_embed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", nargs="?", help="the URL where visitors reach the service (default: this machine)")


def _embed(arguments: argparse.Namespace) -> int:
    from bot.service.embed import local_address, pinned_snippet, public_address

    try:
        from bot.service.assets import widget_script
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"The widget needs {error.name}: pip install 'askpolicy[serve]'.") from None
    address = public_address(arguments.address) if arguments.address else local_address(read_settings().serve)
    print(pinned_snippet(address, widget_script()))
    return 0


SERVE = Command(
    "serve",
    "answer over HTTP, with the chat widget and a demo",
    "askpolicy serve --port 8000",
    _serve,
    _add_serve,
)
EMBED = Command(
    "embed",
    "print the HTML that puts this version of the chat on a page",
    "askpolicy embed https://chat.example.org",
    _embed,
    _add_embed,
)

"""`askpolicy studio`: the owner's workbench, a web page on this machine."""

from __future__ import annotations

import argparse

from bot.commands.command import Command, port_number
from bot.types import AskPolicyError


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("policy", nargs="?", help="a folder under corpus/ (default: the setting policy)")
    parser.add_argument("--port", type=port_number, default=0, help="the port (default: any free one)")


def _run(arguments: argparse.Namespace) -> int:
    """Serve the workbench until it is stopped."""
    from bot.settings import load_settings

    try:
        from bot.studio.server import serve_studio
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"The studio needs {error.name}: pip install 'askpolicy[serve]'.") from None
    from bot.commands.check import check

    settings = load_settings()
    serve_studio(
        settings,
        arguments.policy or settings.policy,
        arguments.port,
        lambda settings, policy: check(lambda: settings, policy),
        lambda words: print(words, flush=True),
    )
    return 0


STUDIO = Command(
    "studio",
    "open the workbench for a policy's owner: review what the chat says, on a web page on this machine",
    "askpolicy studio my-policy",
    _run,
    _add_arguments,
)

"""What each command of the command line has, and what several of them share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from bot.guard.control_codes import escaped_in_json, without_control_codes

if TYPE_CHECKING:
    from bot.settings import Settings

_POLICY_HELP = (
    "a folder under corpus/, a text, Markdown, HTML, PDF, or Word file, or the address of a page "
    "(default: the Mass.gov policy)"
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    summary: what it does, without a period. example: a command line that works as written. run: does it, and returns
    the exit code; it imports heavy packages itself. add_arguments: describes the arguments.
    """

    name: str
    summary: str
    example: str
    run: Callable[[argparse.Namespace], int]
    add_arguments: Callable[[argparse.ArgumentParser], None]

    def add_to(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Add the command to the parser of the command line."""
        parser = commands.add_parser(
            self.name,
            help=self.summary,
            description=self.summary[0].upper() + self.summary[1:] + ".",
            epilog=f"example:\n  {self.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.add_arguments(parser)
        parser.set_defaults(run=self.run)


def add_policy(parser: argparse.ArgumentParser) -> None:
    """Add the policy to read, the only argument without a name of some commands."""
    parser.add_argument("policy", nargs="?", help=_POLICY_HELP)


def add_policy_option(parser: argparse.ArgumentParser) -> None:
    """Add `--policy`, the policy to use."""
    parser.add_argument("--policy", help=_POLICY_HELP)


def port_number(text: str) -> int:
    """Return the port in an argument. Raises ArgumentTypeError if it is not a number from 0 to 65535."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text} is not a port: use a number from 0 to 65535")
    return int(text)


def read_settings() -> Settings:
    """Return the settings. Raises AskPolicyError if one is wrong."""
    from bot.settings import load_settings

    return load_settings()


def say(text: str, file: TextIO | None = None) -> None:
    """Print text that may come from a policy or a visitor: without codes that would control the terminal."""
    print(without_control_codes(text), file=file)


def json_line(record: object) -> str:
    """Return a record as one line of JSON that is safe to show in a terminal."""
    return escaped_in_json(json.dumps(record, ensure_ascii=False))

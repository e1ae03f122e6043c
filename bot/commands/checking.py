"""`askpolicy check`: prints what `bot/commands/check.py` or, with `--live`, `bot/live` finds."""

from __future__ import annotations

import argparse

from bot.commands.command import Command, add_policy_option, read_settings, say
from bot.types import AskPolicyError


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_policy_option(parser)
    parser.add_argument(
        "--live",
        action="store_true",
        help="fetch the policy's page and the places that it names, and compare them with what the chat says",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="with --live: print the result as JSON")
    form.add_argument("--line", action="store_true", help="with --live: print one line, for monitoring")


def _check(arguments: argparse.Namespace) -> int:
    if arguments.live:
        from bot.commands.live import run_live

        settings = read_settings()
        return run_live(arguments.policy or settings.policy, settings, as_json=arguments.json, as_line=arguments.line)
    if arguments.json or arguments.line:
        raise AskPolicyError("--json and --line are forms of the live check: add --live.")
    from bot.commands.check import check

    problems = False
    for finding in check(read_settings, arguments.policy):
        problems |= not finding.good
        say(f"{'ok   ' if finding.good else 'WRONG'}  {finding.text}")
    return 1 if problems else 0


CHECK = Command(
    "check",
    "find problems with settings, policy, model, or index, and how to fix them",
    "askpolicy check",
    _check,
    _add_arguments,
)

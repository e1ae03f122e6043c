"""`askpolicy ask` and `chat`: questions at a terminal."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bot.commands.command import Command, add_policy_option, json_line, read_settings
from bot.commands.streams import be_lenient, decode

if TYPE_CHECKING:
    from bot.pipeline import Bot


def open_policy(name: str | None) -> Bot:
    """Return a bot for a policy, the one of the settings if None."""
    from bot.opening import open_bot

    return open_bot(read_settings(), name)


def _add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", help="the question, or - to read it from standard input")
    add_policy_option(parser)
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def _ask(arguments: argparse.Namespace) -> int:
    question = arguments.question
    if question == "-":
        question = decode(sys.stdin.buffer.read(), "The question on standard input")
    bot = open_policy(arguments.policy)
    answer = bot.ask(question)
    if arguments.json:
        print(json_line(answer.to_json()))
    else:
        from bot.commands.terminal import show_answer

        show_answer(answer, bot.bundle.policy)
    return 0


def _chat(arguments: argparse.Namespace) -> int:
    from bot.commands.terminal import chat

    be_lenient(sys.stdin)
    chat(open_policy(arguments.policy))
    return 0


ASK = Command("ask", "answer one question", 'askpolicy ask "do you sell my data?"', _ask, _add_question)
CHAT = Command("chat", "hold a conversation", "askpolicy chat", _chat, add_policy_option)

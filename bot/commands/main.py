"""The command line, `askpolicy`: the commands are in `_EXAMPLES`.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage. Each
command imports the heavy packages that it needs when it runs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from bot import __version__
from bot.commands import (
    asking,
    batch,
    build,
    checking,
    database,
    diff,
    insights,
    kept,
    new,
    reading,
    report,
    serving,
    studio,
    switches,
    versions,
)  # fmt: skip
from bot.commands.command import say
from bot.commands.streams import be_lenient
from bot.types import AskPolicyError

# In the order of `askpolicy --help`.
_COMMANDS = (
    reading.INDEX, build.BUILD, new.NEW, reading.STATEMENTS, reading.UPGRADE,
    diff.DIFF, versions.MIGRATE, versions.PUBLISH, versions.ROLLBACK, database.DATABASE,
    asking.ASK, asking.CHAT, batch.BATCH, batch.RANK,
    insights.INSIGHTS, switches.PAUSE, switches.RESUME, switches.NOTICE, kept.AUDIT, kept.EXPORT, kept.DELETE,
    serving.SERVE, studio.STUDIO, serving.EMBED, report.REPORT, checking.CHECK,
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = make_parser()
    arguments = parser.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    be_lenient(sys.stdout)
    try:
        code = run(arguments)
        sys.stdout.flush()
        return code
    except AskPolicyError as error:
        say(f"askpolicy: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has closed the pipe (`askpolicy batch | head`), so the output can no longer be flushed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


# Each line is a command that works as written, and what it does.
_EXAMPLES = """
examples:
  askpolicy ask "do you sell my data?"            answer with quotes from the policy
  askpolicy ask --json "how long do you keep it?" answer as JSON, for programs
  askpolicy chat                                  hold a conversation
  askpolicy new https://www.example.org/privacy   make a policy folder, with drafts to review
  askpolicy index my-policy.html                  read another policy
  askpolicy index https://www.example.org/privacy read a page
  askpolicy build corpus                          read many policies
  askpolicy statements my-policy.html             print the statements that were read
  askpolicy upgrade my-policy                     rewrite a folder's labels after a change
  askpolicy diff my-policy new.html               show what a new text changes, and which answers
  askpolicy migrate my-policy new.html            draft the next version of a folder
  askpolicy publish my-policy                     put the draft in use
  askpolicy rollback my-policy                    go back to the version before
  askpolicy database                              set up the database that many machines share
  askpolicy ask --policy my-policy.html "..."     ask about that policy
  askpolicy batch questions.jsonl                 answer many questions, one JSON object per line
  askpolicy rank benchmark.jsonl                  rank given sentences, for benchmarks
  askpolicy serve --port 8000                     answer over HTTP, with the chat widget and a demo
  askpolicy studio my-policy                      review what the chat says, on a web page on this machine
  askpolicy embed https://chat.example.org        print the HTML that puts the chat on a page
  askpolicy insights --html insights.html         report what visitors ask and think of the answers
  askpolicy report privacy --html privacy.html    write a document for procurement
  askpolicy pause --message "Back on Monday."     stop answering, and show visitors why
  askpolicy resume                                answer again
  askpolicy notice "Closed on Monday."            show a sentence above the chat
  askpolicy audit                                 print who paused, exported, or deleted what
  askpolicy export kept.jsonl                     write everything that is kept to a file
  askpolicy delete --before 2027-01-01            delete what visitors left
  askpolicy check                                 find problems, and how to fix them
  askpolicy check --live                          compare the policy with its page as it is now

Settings come from ASKPOLICY_... environment variables or from askpolicy.toml in this folder: see docs/running.md.
"""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="askpolicy",
        description="Answer questions about a privacy policy in the policy's own words.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"askpolicy {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())

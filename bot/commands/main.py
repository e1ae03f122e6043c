"""The command line, `askpolicy`: the commands are in `_EXAMPLES`.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage. Each
command imports the heavy packages that it needs when it runs.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from bot import __version__
from bot.commands import database, diff, insights, kept, new, studio, switches, versions
from bot.commands.report import add_options as report_options
from bot.guard.control_codes import escaped_in_json, without_control_codes
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from bot.pipeline import Bot
    from bot.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    _be_lenient(sys.stdout)
    try:
        code = run(arguments)
        sys.stdout.flush()
        return code
    except AskPolicyError as error:
        print(f"askpolicy: {without_control_codes(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has closed the pipe (`askpolicy batch | head`), so the output cannot be flushed any more.
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="askpolicy",
        description="Answer questions about a privacy policy in the policy's own words.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"askpolicy {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    policy_help = (
        "a folder under corpus/, a text, Markdown, HTML, PDF, or Word file, or the address of a page "
        "(default: the Mass.gov policy)"
    )

    index = _command(commands, "index", _index, "read a policy and build its index", "askpolicy index my-policy.html")
    index.add_argument("policy", nargs="?", help=policy_help)
    index.add_argument("--out", type=Path, metavar="DIR", help="the folder to write the index to")

    new_command = _command(commands, "new", new.run, new.SUMMARY, new.EXAMPLE)
    new.add_arguments(new_command)

    statements = _command(
        commands,
        "statements",
        _statements,
        "print the statements that were read",
        "askpolicy statements my-policy.html",
    )
    statements.add_argument("policy", nargs="?", help=policy_help)
    statements.add_argument("--json", action="store_true", help="print one JSON object per line")

    upgrade = _command(
        commands,
        "upgrade",
        _upgrade,
        "rewrite the labels of a policy folder after a change of its text or of askpolicy, and list what changed",
        "askpolicy upgrade massgov --dry-run",
    )
    upgrade.add_argument("policy", nargs="?", help="a folder under corpus/ (default: the Mass.gov policy)")
    upgrade.add_argument("--dry-run", action="store_true", help="list what would change, and write nothing")
    upgrade.add_argument(
        "--same-text",
        action="store_true",
        help="the policy's text has not changed, only how askpolicy divides it: follow changed context too",
    )

    diff.add(
        _command(
            commands,
            "diff",
            diff.run,
            "show what changed between two versions of a policy: statements, and which questions get another answer",
            "askpolicy diff massgov new.html --html changes.html",
        )
    )
    versions.add_migrate(
        _command(
            commands,
            "migrate",
            versions.run_migrate,
            "draft the next version of a policy folder from a new text, with the labels and answers that still fit",
            "askpolicy migrate massgov new.html",
        )
    )
    versions.add_publish(
        _command(
            commands,
            "publish",
            versions.run_publish,
            "put the draft of a policy folder in place of the version in use, with its index",
            "askpolicy publish massgov",
        )
    )
    versions.add_rollback(
        _command(
            commands,
            "rollback",
            versions.run_rollback,
            "go back to the version of a policy folder before the one in use, with its index",
            "askpolicy rollback massgov",
        )
    )
    database.add_arguments(_command(commands, "database", database.run, database.SUMMARY, database.EXAMPLE))

    ask = _command(commands, "ask", _ask, "answer one question", 'askpolicy ask "do you sell my data?"')
    ask.add_argument("question", help="the question, or - to read it from standard input")
    ask.add_argument("--policy", help=policy_help)
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")

    chat = _command(commands, "chat", _chat, "hold a conversation", "askpolicy chat")
    chat.add_argument("--policy", help=policy_help)

    batch = _command(
        commands,
        "batch",
        _batch,
        "answer many questions: one {id, question, history} per line in, one answer per line out",
        """echo '{"id": 1, "question": "do you use cookies?"}' | askpolicy batch""",
    )
    batch.add_argument("input", nargs="?", type=Path, help="a file of JSON Lines (default: standard input)")
    batch.add_argument("--policy", help=policy_help)
    batch.add_argument("--output", type=Path, metavar="FILE", help="the file to write (default: standard output)")

    ranking = _command(
        commands,
        "rank",
        _rank,
        "rank given sentences or segments for given questions, for benchmarks",
        "askpolicy rank benchmark.jsonl --output ranking.jsonl",
    )
    ranking.add_argument("input", type=Path, help="a file of JSON Lines")
    ranking.add_argument("--output", type=Path, metavar="FILE", help="the file to write (default: standard output)")

    insights.add(
        _command(
            commands,
            "insights",
            insights.run,
            "report what visitors ask, what they think of the answers, and what gets no answer",
            "askpolicy insights --weekly --html insights.html",
        )
    )
    switches.add_pause(
        _command(
            commands,
            "pause",
            switches.run_pause,
            "stop answering until `resume`, and show visitors why",
            'askpolicy pause --message "We are correcting our policy." --until 2027-01-31T09:00',
        )
    )
    switches.add_resume(
        _command(commands, "resume", switches.run_resume, "answer again after a pause", "askpolicy resume")
    )
    switches.add_notice(
        _command(
            commands,
            "notice",
            switches.run_notice,
            "show a sentence above the chat, which goes on answering; without a sentence, print what is shown",
            'askpolicy notice "Our offices are closed on Monday."',
        )
    )
    kept.add_audit(
        _command(commands, "audit", kept.run_audit, "print who paused, exported, or deleted what", "askpolicy audit")
    )
    kept.add_export(
        _command(
            commands,
            "export",
            kept.run_export,
            "write everything that is kept to a file of JSON Lines that only you can read",
            "askpolicy export kept.jsonl",
        )
    )
    kept.add_delete(
        _command(
            commands,
            "delete",
            kept.run_delete,
            "delete what visitors left, beyond recovery",
            "askpolicy delete --before 2027-01-01",
        )
    )

    serve = _command(
        commands, "serve", _serve, "answer over HTTP, with the chat widget and a demo", "askpolicy serve --port 8000"
    )
    serve.add_argument("--host", help="the address to listen on (default: the setting serve.host, 127.0.0.1)")
    serve.add_argument(
        "--port", type=int, help="the port, or 0 for any free one (default: the setting serve.port, 8000)"
    )
    serve.add_argument("--workers", type=int, help="how many processes (default: the setting serve.workers, 2)")
    serve.add_argument("--policy", help=policy_help)

    studio_command = _command(commands, "studio", studio.run, studio.SUMMARY, studio.EXAMPLE)
    studio.add_arguments(studio_command)

    embed = _command(
        commands,
        "embed",
        _embed,
        "print the HTML that puts this version of the chat on a page",
        "askpolicy embed https://chat.example.org",
    )
    embed.add_argument("address", nargs="?", help="the URL where visitors reach the service (default: this machine)")

    report = _command(
        commands,
        "report",
        _report,
        "write a document for procurement, filled in from the settings and the policy in force",
        "askpolicy report accessibility --html accessibility.html",
    )
    report_options(report, policy_help)

    check = _command(
        commands,
        "check",
        _check,
        "find problems with settings, policy, model, or index, and how to fix them",
        "askpolicy check",
    )
    check.add_argument("--policy", help=policy_help)
    check.add_argument(
        "--live",
        action="store_true",
        help="fetch the policy's page and the places that it names, and compare them with what the chat says",
    )
    form = check.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="with --live: print the result as JSON")
    form.add_argument("--line", action="store_true", help="with --live: print one line, for monitoring")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    example: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _settings() -> Settings:
    from bot.settings import load_settings

    return load_settings()


def _open(policy: str | None) -> Bot:
    from bot.opening import open_bot

    return open_bot(_settings(), policy)


def _index(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from bot.commands.about import tell_reading
    from bot.opening import index_policy
    from bot.policies.hosts import is_web_address

    settings = _settings()
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Embedding", total=None)
        folder, policy_folder = index_policy(
            arguments.policy or settings.policy,
            settings,
            arguments.out,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    print(
        f"Indexed '{policy_folder.policy.id}': {len(policy_folder.policy.sentences)} sentences, "
        f"{len(policy_folder.questions)} visitor questions, in {folder}."
    )
    if is_web_address(arguments.policy or settings.policy):
        title = without_control_codes(policy_folder.policy.title)
        print(f"Read “{title}” at {policy_folder.policy.url}, and will not fetch it again until the next `index`.")
    tell_reading(policy_folder)
    return 0


def _statements(arguments: argparse.Namespace) -> int:
    from bot.commands.labels import show_statements, statements, tell_left_out
    from bot.policies.folder import load_text

    settings = _settings()
    policy_folder = load_text(arguments.policy or settings.policy, settings.corpus, settings.fetch)
    if arguments.json:
        for statement in statements(policy_folder.policy):
            print(_json_line(statement))
    else:
        show_statements(policy_folder)
    tell_left_out(policy_folder)
    return 0


def _upgrade(arguments: argparse.Namespace) -> int:
    from bot.commands.labels import show_upgrade

    try:
        from bot.policies.upgrade import upgrade
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"Upgrading labels needs {error.name}: pip install {error.name}.") from None

    settings = _settings()
    name = arguments.policy or settings.policy
    done = upgrade(name, settings.corpus, same_text=arguments.same_text)
    if not arguments.dry_run:
        done.write()
    if unplaced := show_upgrade(done, dry_run=arguments.dry_run):
        raise AskPolicyError(
            f"Labels of '{name}' could not be placed ({unplaced} different texts) and are unchanged: write words that "
            "`askpolicy statements` prints."
        )
    return 0


def _ask(arguments: argparse.Namespace) -> int:
    question = arguments.question
    if question == "-":
        question = _decode(sys.stdin.buffer.read(), "The question on standard input")
    bot = _open(arguments.policy)
    answer = bot.ask(question)
    if arguments.json:
        print(_json_line(answer.to_json()))
    else:
        from bot.commands.terminal import show_answer

        show_answer(answer, bot.bundle.policy)
    return 0


def _chat(arguments: argparse.Namespace) -> int:
    from bot.commands.terminal import chat

    _be_lenient(sys.stdin)
    chat(_open(arguments.policy))
    return 0


def _batch(arguments: argparse.Namespace) -> int:
    from bot.commands.batch import answer_lines

    bot = _open(arguments.policy)
    _check_apart(arguments)
    with _Input(arguments.input) as source, _Output(arguments.output) as write:
        for answer in answer_lines(source, bot):
            write(answer)
    return 0


def _rank(arguments: argparse.Namespace) -> int:
    from bot.commands.batch import rank_lines

    _check_apart(arguments)
    with _Input(arguments.input) as source, _Output(arguments.output) as write:
        for ranking in rank_lines(source, _settings()):
            write(ranking)
    return 0


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


def _embed(arguments: argparse.Namespace) -> int:
    from bot.service.embed import local_address, pinned_snippet, public_address

    try:
        from bot.service.assets import widget_script
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"The widget needs {error.name}: pip install 'askpolicy[serve]'.") from None
    address = public_address(arguments.address) if arguments.address else local_address(_settings().serve)
    print(pinned_snippet(address, widget_script()))
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from bot.commands.report import report

    return report(arguments, _settings())


def _check(arguments: argparse.Namespace) -> int:
    if arguments.live:
        from bot.commands.live import run_live

        settings = _settings()
        return run_live(arguments.policy or settings.policy, settings, as_json=arguments.json, as_line=arguments.line)
    if arguments.json or arguments.line:
        raise AskPolicyError("--json and --line are forms of the live check: add --live.")
    from bot.commands.check import check

    problems = False
    for finding in check(_settings, arguments.policy):
        problems |= not finding.good
        print(f"{'ok   ' if finding.good else 'WRONG'}  {without_control_codes(finding.text)}")
    return 1 if problems else 0


def _check_apart(arguments: argparse.Namespace) -> None:
    given, wanted = arguments.input, arguments.output
    if given and wanted and given.exists() and wanted.exists() and given.samefile(wanted):
        raise AskPolicyError(f"{wanted} is also the input and would be overwritten: choose another --output.")


class _Input:
    """Reads lines from a file or standard input, as bytes: invalid UTF-8 is an error of one line, not of the run."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> BinaryIO:
        if self._path is None:
            return sys.stdin.buffer
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise AskPolicyError(
                f"{self._path} cannot be read ({error.strerror}): name a file of JSON Lines."
            ) from None
        return self._file

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


class _Output:
    """Writes JSON Lines to a file or to standard output, each line immediately."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._progress = 0
        try:
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace") if path else sys.stdout
        except OSError as error:
            raise AskPolicyError(f"{path} cannot be written ({error.strerror}): choose another --output.") from None

    def __enter__(self) -> Callable[[object], None]:
        return self._write

    def _write(self, record: object) -> None:
        print(_json_line(record), file=self._file, flush=True)
        self._progress += 1
        if self._path and sys.stderr.isatty():
            print(f"\r{self._progress} done", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self._path:
            self._file.close()
            if sys.stderr.isatty():
                print(file=sys.stderr)


def _be_lenient(stream: TextIO) -> None:
    """Escape characters that the terminal cannot show or that it sent broken, instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _json_line(record: object) -> str:
    return escaped_in_json(json.dumps(record, ensure_ascii=False))


def _decode(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AskPolicyError(f"{what} is not UTF-8 (byte {error.start} is invalid): send it as UTF-8 text.") from None


if __name__ == "__main__":
    sys.exit(main())

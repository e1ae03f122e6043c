"""Lists every command, for the proof that none calls another host. Add new commands here; a test checks this."""

from __future__ import annotations

from dataclasses import dataclass

# With a secret that must not leave the machine.
ASKED = "I am jane.doe@example.org, SSN 219-09-4713: do you sell my data?"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. run: what `tests.trust.hold` runs and then keeps open.

    said: words in its output, or in one of its answers, that prove that it did its work. typed: its standard input.
    server: it serves until it is stopped, and answers questions meanwhile. thorough: it is slow, so only
    `make security` runs it. {named} in an argument is the folder of the files that the user names.
    """

    name: str
    run: tuple[str, ...]
    proof: str
    typed: str = ""
    server: bool = False
    thorough: bool = False


COMMANDS = (
    Command("index", ("bot.commands.main", "index", "{named}/small.txt"), "Indexed 'small'"),
    Command("statements", ("bot.commands.main", "statements", "massgov"), "We do not sell"),
    Command("upgrade", ("bot.commands.main", "upgrade", "massgov", "--dry-run"), "massgov"),
    Command(
        "versions of a policy",
        (
            *("bot.commands.main", "new", "{named}/small.txt", "--name", "harbour", "--corpus", "{named}"),
            *("then", "bot.commands.main", "diff", "{named}/harbour", "{named}/newer.txt"),
            *("then", "bot.commands.main", "migrate", "{named}/harbour", "{named}/newer.txt"),
            *("then", "bot.commands.main", "publish", "{named}/harbour", "--anyway"),
            *("then", "bot.commands.main", "rollback", "{named}/harbour"),
        ),
        "is now version",
    ),
    Command(
        "shared database",
        (
            *("tests.trust.with_database", "then", "bot.commands.main", "database"),
            *("then", "bot.commands.main", "new", "{named}/small.txt", "--name", "harbour", "--corpus", "{named}"),
            *("then", "bot.commands.main", "publish", "{named}/harbour"),
        ),
        "The database has this version now",
    ),
    Command(
        "switches",
        (
            *("bot.commands.main", "pause", "then", "bot.commands.main", "notice", "Closed on Monday."),
            *("then", "bot.commands.main", "export", "{named}/kept.jsonl"),
            *("then", "bot.commands.main", "delete", "--all", "--yes"),
            *("then", "bot.commands.main", "resume", "then", "bot.commands.main", "audit"),
        ),
        "pause on for all policies",
    ),
    Command("ask", ("bot.commands.main", "ask", ASKED), "We do not sell"),
    Command("chat", ("bot.commands.main", "chat"), "We do not sell", typed=f"{ASKED}\nquit\n"),
    Command("batch", ("bot.commands.main", "batch", "{named}/questions.jsonl"), "We do not sell"),
    Command("rank", ("bot.commands.main", "rank", "{named}/units.jsonl"), '"ranking"'),
    Command("check", ("bot.commands.main", "check"), "A question was answered."),
    Command("insights", ("bot.commands.main", "insights", "--html", "{named}/insights.html"), "Wrote"),
    Command("report", ("bot.commands.main", "report", "privacy", "--html", "{named}/privacy.html"), "Wrote"),
    Command("embed", ("bot.commands.main", "embed", "https://chat.example.org"), "integrity="),
    Command("serve", ("bot.commands.main", "serve", "--port", "0", "--workers", "1"), "We do not sell", server=True),
    Command("studio", ("bot.commands.main", "studio"), "We do not sell", server=True),
    Command("demo", ("app", "--port", "0"), "We do not sell", server=True),
    Command("a chain", ("tests.trust.chain",), "We do not sell"),
    Command(
        "evals run",
        ("evals", "run", "--set", "massgov_dev", "--limit", "2", "--out", "{named}/results"),
        "massgov_dev",
    ),
    Command(
        "evals run with peers, report",
        (
            *("evals", "run", "--set", "massgov_dev", "--limit", "1", "--peer", "all", "--out", "{named}/results"),
            *("then", "evals", "report", "{named}/results"),
        ),
        "report.html",
        thorough=True,
    ),
    Command("training", ("training.check_corpus",), "No question occurs twice", thorough=True),
)

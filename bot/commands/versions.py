"""`askpolicy migrate`, `publish`, and `rollback`: the versions of a policy folder."""

from __future__ import annotations

import argparse
import datetime
import functools
import shlex
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.command import Command, read_settings, say
from bot.types import AskPolicyError, Policy, is_own

if TYPE_CHECKING:
    from bot.drafting.rereading import NewWords
    from bot.encoder.embedding import OnnxEmbedder
    from bot.policies.migrate import Migration
    from bot.publishing import Switched
    from bot.settings import Settings

_SHOWN_TOPICS = 8


def _add_migrate(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `migrate`."""
    parser.add_argument("policy", help="a folder under corpus/")
    parser.add_argument("new", help="the new text: a text, Markdown, HTML, PDF, or Word file, or the address of a page")
    parser.add_argument("--dry-run", action="store_true", help="list what would change, and write nothing")
    parser.add_argument("--replace", action="store_true", help="replace the draft that is there")
    parser.add_argument(
        "--accept",
        type=Path,
        metavar="FILE",
        help="a list of unplaced statements (unplaced.toml) in which `same = true` lets labels follow changed words",
    )


def _add_publish(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `publish`."""
    parser.add_argument("policy", help="a folder under corpus/")
    parser.add_argument("--anyway", action="store_true", help="publish even if something is missing")


def _add_rollback(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rollback`."""
    parser.add_argument("policy", help="a folder under corpus/")
    parser.add_argument("--forward", action="store_true", help="go to the next version instead of the one before")


def _run_migrate(arguments: argparse.Namespace) -> int:
    """Write the draft of the next version, and list each change for review."""
    try:
        from bot.policies.migrate import migrate, read_accepted, read_new_text
    except ModuleNotFoundError as error:
        raise AskPolicyError(f"Migrating needs {error.name}: pip install {error.name}.") from None
    from bot.drafting.nearness import Nearness
    from bot.drafting.rereading import withdraw_denials
    from bot.policies.switching import changing, put_draft
    from bot.policies.versions import DRAFT, version_of
    from bot.publishing import home_folder

    settings = read_settings()
    home = home_folder(arguments.policy, settings)
    accepted = read_accepted(arguments.accept) if arguments.accept else {}
    new_text = read_new_text(arguments.new, settings.fetch)
    embedder = functools.cache(lambda: _embedder(settings))  # slow to load, and not always needed
    with changing(home):
        if (home / DRAFT).exists() and not arguments.replace and not arguments.dry_run:
            raise AskPolicyError(
                f"'{arguments.policy}' has a draft already, in {home / DRAFT}: publish it, or add --replace."
            )
        scratch = home / ".draft-new"
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            done = migrate(
                str(home.resolve()),
                settings.corpus,
                new_text,
                scratch,
                accepted,
                lambda policy, new, added: Nearness(policy, new, added, embedder),
            )
            if version_of(done.new) == version_of(done.old):
                raise AskPolicyError(f"The new text is the one that '{arguments.policy}' has: there is nothing to do.")
            spoken_to = _spoken_to(done, embedder)
            withdraw_denials(scratch, done, spoken_to)
            if not arguments.dry_run:
                put_draft(home, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    show_migration(done)
    show_rereading(done, spoken_to)
    if arguments.dry_run:
        print("Nothing was written.")
    else:
        say(
            f"The draft is in {home / DRAFT}. Visitors still get the version in use. Review the draft with `askpolicy "
            f"studio {shlex.quote(f'{arguments.policy}/{DRAFT}')}`, and put it in use with `askpolicy publish "
            f"{shlex.quote(arguments.policy)}`."
        )
    return 0


def _run_publish(arguments: argparse.Namespace) -> int:
    """Put the draft in place of the version in use, and write it to the database if one is set."""
    from bot.publishing import publish

    settings = read_settings()
    done = publish(arguments.policy, settings, datetime.date.today(), anyway=arguments.anyway)
    for each in done.accepted:
        say(f"Accepted: {each}")
    _tell_switched(done, _rollback(arguments.policy))
    return 0


def _run_rollback(arguments: argparse.Namespace) -> int:
    """Put another version back."""
    from bot.publishing import rollback

    done = rollback(arguments.policy, read_settings(), datetime.date.today(), forward=arguments.forward)
    _tell_switched(done, _rollback(arguments.policy) + ("" if arguments.forward else " --forward"))
    return 0


def _rollback(name: str) -> str:
    return f"askpolicy rollback {shlex.quote(name)}"


def _tell_switched(done: Switched, undo: str) -> None:
    """Print what was switched. undo: the command that puts the version before back."""
    if done.policy is done.before and done.shared is None:
        say(
            f"'{done.policy.id}' is published as it is in its folder: {_named(done.policy)}. A running service answers "
            "from it after a reload, without losing a request: `systemctl reload askpolicy`, or SIGHUP for its parent "
            "process. There was no draft of another version."
        )
        return
    if done.policy is done.before:
        has = (
            "has this version now, and services switch to it" if done.shared else "had this version already, unchanged"
        )
        say(f"'{done.policy.id}' is {_named(done.policy)}. The database {has}.")
        return
    if done.shared is not None:
        say(
            f"'{done.policy.id}' is now {_named(done.policy)}, here and in the database; before, it was "
            f"{_named(done.before)}, which is kept. Services switch to it without losing a request. `{undo}` "
            "undoes this."
        )
        return
    say(
        f"'{done.policy.id}' is now {_named(done.policy)}; before, it was {_named(done.before)}, which is kept. A "
        "running service answers from it after a reload, without losing a request: `systemctl reload askpolicy`, or "
        f"SIGHUP for its parent process. `{undo}` undoes this."
    )


def _named(policy: Policy) -> str:
    from bot.policies.versions import version_of

    date = policy.updated or policy.effective
    return f"version {version_of(policy)}{f' of {date}' if date else ''}"


def show_migration(done: Migration) -> None:
    """Print what changed and what became of each label, for review."""
    from bot.commands.diff import Comparison, show
    from bot.policies.migrate import places_shown

    show(Comparison(done.old, done.new, done.differences, None), color=False)
    for key, (old, new) in done.dates.items():
        say(f"Date ({key}): was {old}; {f'the new text says {new}' if new else 'the new text names none'}.")
    if done.noted:
        say("\nLabels that follow a statement that is not quite as it was; please check:")
    for carried in done.noted:
        say(f"  {carried.was}")
        say(f"    {carried.note}: {' '.join(anchor.words for anchor in carried.now)}")
        say(f"    {places_shown(done.places[carried])}")
    if done.unplaced:
        say("\nLabels that are not placed, and are left out:")
    for carried in done.unplaced:
        say(f"  {carried.was}")
        say(f"    why: {carried.why}")
        if carried.became:
            say(f"    probably became: {carried.became}")
        say(f"    {places_shown(done.places[carried])}")
    if done.shortened:
        topics = [topic for each in done.shortened for topic in each]
        more = f" and {len(topics) - _SHOWN_TOPICS} more" if len(topics) > _SHOWN_TOPICS else ""
        say(
            "\nDrafts of answers from which statements were removed, because they changed or are gone: "
            f"{', '.join(topics[:_SHOWN_TOPICS])}{more}."
        )
    if done.unreviewed:
        say("\nReviewed answers that are drafts now; read them again, and mark them as reviewed:")
    for answer in done.unreviewed:
        say(f"  {', '.join(answer.topics)}: {answer.why}.")
    unplaced = sum(len(done.places[carried]) for carried in done.unplaced)
    say(
        f"\nLabels: {done.labels}; carried over: {done.labels - unplaced}; not placed: {unplaced}. Questions and "
        f"caveats left out: {len(done.left_out)}. Reviewed answers to read again: {len(done.unreviewed)}."
    )
    if done.left_out or done.unplaced:
        print("What is left out is listed in unplaced.toml next to the draft's files.")


def _embedder(settings: Settings) -> OnnxEmbedder:
    from bot.encoder.embedding import OnnxEmbedder
    from bot.encoder.files import encoder_bytes

    return OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)


def _spoken_to(done: Migration, embedder: Callable[[], OnnxEmbedder]) -> dict[str, NewWords]:
    """Return what new words may be about, by topic. Empty if no review depends on it."""
    if not done.kept and not any(answer.leaves_open for answer in done.unreviewed):
        return {}
    from bot.drafting.rereading import topics_of_new_words

    return {each.topic: each for each in topics_of_new_words(done.new, done.new_words, embedder())}


def show_rereading(done: Migration, spoken_to: Mapping[str, NewWords]) -> None:
    """Print the topics that new words may speak to: those reviewed as not mentioned, and those whose review is kept."""
    open_topics = [topic for answer in done.unreviewed if answer.leaves_open for topic in answer.topics]
    own = [topic for topic in open_topics if is_own(topic)]
    open_topics = [topic for topic in open_topics if topic not in own]
    first = [topic for topic in spoken_to if topic in open_topics]
    if first:
        say("\nNew words may speak to these topics, which were reviewed as not mentioned, or in part; begin with them:")
    for topic in first:
        say(f"  {topic}: {spoken_to[topic].words}")
    if rest := [topic for topic in open_topics if topic not in first]:
        say(f"\nNew words come near {'these, too' if first else 'these topics'}; look at them once: {', '.join(rest)}.")
    if own:
        say(f"\nNobody has compared new words with these topics of your own: {', '.join(own)}.")
    if done.untouched:
        one, number = len(done.untouched) == 1, len(done.untouched)
        more = f" and {number - _SHOWN_TOPICS} more" if number > _SHOWN_TOPICS else ""
        say(
            f"\nNew words do not come near {'1 topic that was' if one else f'{number} topics that were'} reviewed as "
            f"not mentioned, or in part; {'this review stays' if one else 'these reviews stay'}: "
            f"{', '.join(done.untouched[:_SHOWN_TOPICS])}{more}."
        )
    surely = [each for each in spoken_to.values() if each.topic in done.kept and each.is_sure]
    if surely:
        say("\nNew words seem to speak to these topics, whose reviews are kept; look for a new exception:")
    for each in surely:
        say(f"  {each.topic}: {each.words}")


MIGRATE = Command(
    "migrate",
    "draft the next version of a policy folder from a new text, with the labels and answers that still fit",
    "askpolicy migrate massgov new.html",
    _run_migrate,
    _add_migrate,
)
PUBLISH = Command(
    "publish",
    "put a policy folder in use, with its index: the draft if there is one, otherwise the folder as it is edited",
    "askpolicy publish massgov",
    _run_publish,
    _add_publish,
)
ROLLBACK = Command(
    "rollback",
    "go back to the version of a policy folder before the one in use, with its index",
    "askpolicy rollback massgov",
    _run_rollback,
    _add_rollback,
)

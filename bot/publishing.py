"""Puts the draft of a policy in place of the version in use, or another version back: the folder and its index.

If the setting `database.url` names a database, that gets the version too, for the services of other machines.
"""

from __future__ import annotations

import datetime
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle
from bot.opening import bundle_folder, is_indexed
from bot.policies.folder import PolicyFolder, find_policy, load_policy_folder
from bot.policies.manifest import read_toml
from bot.policies.review_check import check_reviewed
from bot.policies.routes import old_checks
from bot.policies.switching import UNPLACED, changing, switch
from bot.policies.translations import missing_languages
from bot.policies.versions import DRAFT, VERSIONS, after, before, home_of, read_history, version_of
from bot.settings import Settings
from bot.types import AskPolicyError, Policy
from bot.wording import language_name

_SHOWN_TOPICS = 8


@dataclass(frozen=True, slots=True)
class Switched:
    """What was put in place of what. accepted: what is missing and was accepted.

    shared: whether this changed the database; None if none is set.
    """

    policy: Policy
    before: Policy
    accepted: tuple[str, ...] = ()
    shared: bool | None = None


def home_folder(name: str, settings: Settings) -> Path:
    """Return the policy folder of a name. Raises AskPolicyError if there is none, or if it is a single file."""
    path = find_policy(name, settings.corpus)
    if path.is_file():
        raise AskPolicyError(f"{path} is a single file, and only a policy folder has versions.")
    return home_of(path)


def missing(draft: PolicyFolder, current: PolicyFolder, today: datetime.date) -> Iterator[str]:
    """Yield what a draft lacks to be published, each as one sentence."""
    path = draft.path / UNPLACED if draft.path else None
    # Answers that need a statement which is not placed are drafts, so they are missed below until they are reviewed.
    left_out = len(read_toml(path).get("left_out", ())) if path and path.exists() else 0
    if left_out:
        yield (
            f"Questions and caveats that are left out: {left_out}. Write what you still need where {path} says, and "
            "delete that file."
        )
    had, has = ({t for answer in p.policy.reviewed for t in answer.topics} for p in (current, draft))
    if lost := sorted(had - has):
        more = len(lost) - _SHOWN_TOPICS
        yield (
            f"Topics that had a reviewed answer and have none now: {len(lost)}. Review "
            f"{', '.join(lost[:_SHOWN_TOPICS])}{f' and {more} more' if more > 0 else ''} in the studio, or set "
            "`reviewed` in answers.toml."
        )
    yield from (str(problem) for problem in check_reviewed(draft.policy))
    yield from old_checks(draft.policy, today)
    old, new = (_texts(folder.policy) for folder in (current, draft))
    if lost := sorted(old - new):
        yield f"wording.toml lacks texts that the version in use has: add {', '.join(lost[:_SHOWN_TOPICS])}."
    used = {language for answer in current.policy.reviewed for language in answer.text}
    missing = (each for answer in draft.policy.reviewed for each in missing_languages(answer, draft.policy))
    lacking = Counter(each for each in missing if each in used)
    for language, count in sorted(lacking.items()):
        yield f"Reviewed answers without a text in {language_name(language)}: {count}. Add it."


def _texts(policy: Policy) -> set[str]:
    return {
        f"{language}.{table}.{key}"
        for language, tables in policy.wording.items()
        for table, texts in tables.items()
        for key in texts
    }


def publish(name: str, settings: Settings, today: datetime.date, *, anyway: bool = False) -> Switched:
    """Put the draft of a policy folder in place of the version in use; without a draft, index that as it is edited.

    With a database, it gets this version too. anyway: even if
    something is missing. Raises AskPolicyError that says what is missing; nothing has changed then.
    """
    home = home_folder(name, settings)
    with changing(home):
        _check_database(settings)
        if not (home / DRAFT).is_dir():
            return _publish_in_use(name, home, settings, anyway=anyway)
        current, draft = _load(home, settings), _load(home / DRAFT, settings)
        if version_of(current.policy) == version_of(draft.policy):
            raise AskPolicyError(
                f"The draft of '{name}' has the text that is in use: move what you changed in {home / DRAFT} to "
                f"{home}, and delete the draft."
            )
        lacking = tuple(missing(draft, current, today))
        if lacking and not anyway:
            raise AskPolicyError(
                f"The draft of '{name}' is not ready:"
                + "".join(f"\n  - {each}" for each in lacking)
                + f"\nComplete it with `askpolicy studio {shlex.quote(f'{name}/{DRAFT}')}` or in {home / DRAFT}, or "
                f"accept all of this with `askpolicy publish {shlex.quote(name)} --anyway`."
            )
        _switch(home, home / DRAFT, draft, current, settings, today)
        shutil.rmtree(bundle_folder(draft, settings), ignore_errors=True)
        shared = share_in_use(name, home, settings)
    return Switched(draft.policy, current.policy, lacking, shared)


def _publish_in_use(name: str, home: Path, settings: Settings, *, anyway: bool) -> Switched:
    """Build the index of the version in use again if the folder was edited, and write both to a database."""
    current = _load(home, settings)
    wrong = tuple(str(problem) for problem in check_reviewed(current.policy))
    if wrong and not anyway:
        raise AskPolicyError(
            f"'{name}' is not ready:"
            + "".join(f"\n  - {each}" for each in wrong)
            + f"\nCorrect it in {home}, or accept all of this with `askpolicy publish {shlex.quote(name)} --anyway`."
        )
    build_bundle(current, encoder_bytes(settings.model), bundle_folder(current, settings), threads=settings.threads)
    return Switched(current.policy, current.policy, wrong, share_in_use(name, home, settings))


def rollback(name: str, settings: Settings, today: datetime.date, *, forward: bool = False) -> Switched:
    """Put the version before the one in use back; with `forward`, the one after it. Raises AskPolicyError if none."""
    home = home_folder(name, settings)
    with changing(home):
        _check_database(settings)
        current = _load(home, settings)
        version = version_of(current.policy)
        kept = [
            each for each in read_history(home) if (home / VERSIONS / each.version).is_dir() or each.version == version
        ]
        target = after(kept, version) if forward else before(kept, version)
        if kept and not forward and version not in {each.version for each in kept}:
            target = kept[-1]  # the text in use was changed by hand
        if target is None:
            raise AskPolicyError(f"'{name}' has no {'later' if forward else 'earlier'} version than the one in use.")
        place = home / VERSIONS / target.version
        other = _load(place, settings)
        _switch(home, place, other, current, settings, today)
        shared = share_in_use(name, home, settings)
    return Switched(other.policy, current.policy, shared=shared)


def _check_database(settings: Settings) -> None:
    """Raise AskPolicyError if a database is set but cannot be used, before anything changes."""
    if settings.database.url:
        from bot.postgres.sharing import check_shared

        check_shared(settings.database.url)


def share_in_use(name: str, home: Path, settings: Settings) -> bool | None:
    """Write the version in use and its index to the database. Return whether that changed anything; None without one.

    Raises AskPolicyError if the database cannot be used, or if the index does not fit the folder.
    """
    if settings.database.url is None:
        return None
    from bot.postgres.sharing import share

    current = _load(home, settings)
    try:
        return share(current, home, bundle_folder(current, settings), settings, settings.database.url)
    except AskPolicyError as error:
        raise AskPolicyError(
            f"{home} has version {version_of(current.policy)}, but the database does not: {error} Then run `askpolicy "
            f"publish {shlex.quote(name)}` again."
        ) from None


def _load(folder: Path, settings: Settings) -> PolicyFolder:
    return load_policy_folder(str(folder.resolve()), settings.corpus)


def _switch(
    home: Path, place: Path, new: PolicyFolder, current: PolicyFolder, settings: Settings, today: datetime.date
) -> None:
    """Build the index first: until the folder changes, the index before it is still found."""
    index = bundle_folder(current, settings)
    own = bundle_folder(new, settings)
    reuse = own if is_indexed(own) else index
    build_bundle(new, encoder_bytes(settings.model), index, threads=settings.threads, reuse=reuse)
    switch(home, place, current.policy, new.policy, today.isoformat())

"""`askpolicy pause`, `resume` and `notice`: what visitors of a running service see, within two seconds."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.commands.command import Command, read_settings
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from bot.service.offers import Offer
    from bot.settings import Settings
    from bot.usage.store import Store
    from bot.usage.values import Switch, SwitchKind


def _add_pause(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `pause`."""
    _add_policy(parser)
    parser.add_argument(
        "--message", default="", help="your sentence to visitors (default: a standard one in their language)"
    )
    _add_until(parser)


def _add_resume(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `resume`."""
    _add_policy(parser)


def _add_notice(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `notice`."""
    parser.add_argument("message", nargs="?", help="the sentence to show")
    _add_policy(parser)
    _add_until(parser)
    parser.add_argument("--clear", action="store_true", help="show no notice any more")


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policy", metavar="ID", help="the id of one policy (default: all policies)")


def _add_until(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--until",
        type=_moment,
        metavar="TIME",
        help="when it ends: a day, or a time on this machine's clock, such as 2027-01-31 or 2027-01-31T09:00",
    )


def _run_pause(arguments: argparse.Namespace) -> int:
    """Stop the answers."""
    from bot.usage.values import Switch, SwitchKind
    from bot.usage.who import system_user

    settings = read_settings()
    policy = _policy(arguments.policy, settings)
    switch = Switch(SwitchKind.PAUSE, policy, _one_line(arguments.message), arguments.until)
    with closing(_store(settings)) as store:
        store.switch_on(switch, system_user())
    print(_sentence("Paused", switch))
    print(f"Visitors see: {f'“{switch.message}”' if switch.message else 'a standard sentence in their language.'}")
    _tell_where(store)
    return 0


def _run_resume(arguments: argparse.Namespace) -> int:
    """Answer again."""
    from bot.usage.values import SwitchKind

    settings = read_settings()
    with closing(_store(settings)) as store:
        removed = _switch_off(store, SwitchKind.PAUSE, arguments.policy)
        still = _in_force(store, SwitchKind.PAUSE)
    for switch in removed:
        print(_sentence("Resumed", switch, until=False))
    if not removed:
        print("Nothing was paused.")
    if arguments.policy and any(not switch.policy for switch in still):
        print("All policies are still paused: run `askpolicy resume`.")
    _tell_where(store)
    return 0


def _run_notice(arguments: argparse.Namespace) -> int:
    """Show a notice, remove it, or print those that are shown."""
    from bot.usage.values import Switch, SwitchKind
    from bot.usage.who import system_user

    if arguments.clear and arguments.message is not None:
        raise AskPolicyError("Give a sentence to show, or --clear, but not both.")
    settings = read_settings()
    with closing(_store(settings)) as store:
        if arguments.clear:
            removed = _switch_off(store, SwitchKind.NOTICE, arguments.policy)
            lines = [_sentence("Removed the notice for", switch, until=False) for switch in removed]
            print("\n".join(lines) or "No notice was shown.")
        elif arguments.message is None:
            shown = _in_force(store, SwitchKind.NOTICE)
            print("\n".join(switch.in_words() for switch in shown) or "No notice is shown.")
            return 0
        else:
            policy = _policy(arguments.policy, settings)
            switch = Switch(SwitchKind.NOTICE, policy, _one_line(arguments.message), arguments.until)
            store.switch_on(switch, system_user())
            print(_sentence("Showing the notice for", switch))
    _tell_where(store)
    return 0


def _store(settings: Settings) -> Store:
    from bot.usage.opening import open_store

    return open_store(settings)


def _policy(id: str | None, settings: Settings) -> str:
    """Return the id of a policy to switch, or empty for all. Raises AskPolicyError if there is none with it.

    A misspelled id would pause nothing and say nothing.
    """
    from bot.service.offers import Offers

    if id is None:
        return ""
    offers = Offers(settings, _published(settings))
    if offers.get(id) is None and not _is_folder(id, settings):
        known = ", ".join(offer.id for offer in offers)
        raise AskPolicyError(
            f"The service has no policy with the id '{id}': use one of {known}, or leave out --policy for all."
        )
    return id


def _is_folder(id: str, settings: Settings) -> bool:
    """Return whether a policy folder has this id: `askpolicy serve --policy` may serve it, too."""
    from bot.policies.folder import policy_id

    try:
        return settings.database.url is None and policy_id(id, settings.corpus, settings.fetch) == id
    except AskPolicyError:
        return False


def _published(settings: Settings) -> list[Offer] | None:
    """Return the policies of the shared database; None if there is none."""
    if settings.database.url is None:
        return None
    from bot.service.following import published_offers

    return published_offers(settings.database.url)


def _switch_off(store: Store, kind: SwitchKind, policy: str | None) -> list[Switch]:
    from bot.usage.who import system_user

    return list(store.switch_off(kind, policy, system_user()))


def _in_force(store: Store, kind: SwitchKind) -> list[Switch]:
    from bot.usage.values import now

    return [switch for switch in store.switches() if switch.kind is kind and switch.is_on(now())]


def _sentence(done: str, switch: Switch, *, until: bool = True) -> str:
    from bot.usage.values import ALL

    end = f" until {switch.until.astimezone():%Y-%m-%d %H:%M %Z}" if until and switch.until else ""
    return f"{done} {f'the policy {switch.policy}' if switch.policy else ALL}{end}."


def _tell_where(store: Store) -> None:
    """Name the database, since a service with other settings would not notice."""
    print(f"Services that use {store.place} follow within two seconds.")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text} is not a day or a time: write it as 2027-01-31 or 2027-01-31T09:00"
        ) from None
    if moment <= datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text} is in the past: use a later day or time")
    return moment


PAUSE = Command(
    "pause",
    "stop answering until `resume`, and show visitors why",
    'askpolicy pause --message "We are correcting our policy." --until 2027-01-31T09:00',
    _run_pause,
    _add_pause,
)
RESUME = Command(
    "resume",
    "answer again after a pause",
    "askpolicy resume",
    _run_resume,
    _add_resume,
)
NOTICE = Command(
    "notice",
    "show a sentence above the chat, which still answers; without a sentence, print what is shown",
    'askpolicy notice "Our offices are closed on Monday."',
    _run_notice,
    _add_notice,
)

"""Which policies the service offers: their ids, the sites that may ask about them, and the host names that choose them.

They are in folders on this machine, or published in the shared database. Only the manifests of folders are read, so a
service starts fast, however many policies it has.
"""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.policies.folder import policy_id
from bot.policies.hosts import is_web_address
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import read_manifest
from bot.settings import Settings
from bot.types import AskPolicyError

_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Offer:
    """A policy that the service offers.

    name: as the settings name it. origins: other sites whose pages may ask about it, by its manifest. problem: why its
    manifest cannot be read, if so; the id is then the name of its folder. shared: whether it is in the shared database,
    and not in a folder.
    """

    id: str
    name: str
    origins: tuple[str, ...] = ()
    problem: str | None = None
    shared: bool = False


class Offers:
    """The policies that the settings name, the default one first.

    Raises AskPolicyError if two have the same id, or if a pattern or a host fits none.
    """

    def __init__(self, settings: Settings, published: Iterable[Offer] | None = None) -> None:
        """Find the policies.

        published: the policies in the shared database, in which the settings then name ids; None for folders.
        """
        self._offers: dict[str, Offer] = {}
        ids: dict[str, str] = {}
        named = _folders(settings) if published is None else _shared(settings, published)
        for name, offer in named:
            other = self._offers.setdefault(offer.id, offer)
            if other is not offer:
                raise AskPolicyError(
                    f"Two policies have the id '{offer.id}', {other.name} and {name}: give one of them another id, or "
                    "remove it from serve.policies."
                )
            ids[name] = ids[offer.id] = offer.id
        self._hosts: dict[str, str] = {}
        for host, policy in settings.serve.hosts.items():
            if policy not in ids:
                raise AskPolicyError(
                    f"serve.hosts gives {host} the policy '{policy}', which is not served: add it to serve.policies."
                )
            self._hosts[host] = ids[policy]
        self.origins = frozenset(origin for offer in self for origin in offer.origins)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self._offers.values())

    def __len__(self) -> int:
        return len(self._offers)

    @property
    def default(self) -> Offer:
        """Return the policy that answers if nothing chooses another."""
        return next(iter(self))

    def get(self, id: str) -> Offer | None:
        """Return the policy with this id, or None."""
        return self._offers.get(id)

    def of_host(self, host: str) -> str | None:
        """Return the id of the policy that a Host header chooses, or None."""
        if not self._hosts:
            return None
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        return self._hosts.get(name.lower().rstrip("."))


def _names(settings: Settings) -> list[str]:
    """Return the names of the policies, with patterns replaced by what they fit. Each policy appears once."""
    names: dict[Path | str, str] = {}
    for given in (settings.policy, *settings.serve.policies):
        for name in _matching(given, settings.corpus) if _is_pattern(given) else [given]:
            folder = settings.corpus / name
            names.setdefault(folder.resolve() if (folder / MANIFEST).is_file() else name, name)
    return list(names.values())


def _folders(settings: Settings) -> Iterator[tuple[str, Offer]]:
    for name in _names(settings):
        yield name, _offer(name, settings)


def _shared(settings: Settings, published: Iterable[Offer]) -> Iterator[tuple[str, Offer]]:
    """Yield what the settings name of the published policies. A pattern may fit none yet."""
    found = {offer.id: offer for offer in published}
    serve = settings.serve
    given = [*dict.fromkeys((settings.policy, *serve.policies, *serve.hosts.values()))]
    names = dict.fromkeys(id for name in given for id in (fnmatch.filter(found, name) if _is_pattern(name) else [name]))
    for id in names:
        missing = f"The shared database has no policy '{id}': publish it with `askpolicy publish {id}`."
        yield id, found.get(id) or Offer(id, id, problem=missing, shared=True)


def _is_pattern(name: str) -> bool:
    return bool(_WILDCARDS & set(name)) and not is_web_address(name)


def _matching(pattern: str, corpus: Path) -> list[str]:
    found = sorted(glob.glob(os.path.join(pattern, MANIFEST), root_dir=corpus))
    if not found:
        raise AskPolicyError(
            f"No policy folder fits '{pattern}' in the setting serve.policies: it looks for {MANIFEST} in {corpus}, or "
            "where an absolute path leads."
        )
    return [os.path.dirname(path) for path in found]


def _offer(name: str, settings: Settings) -> Offer:
    folder = settings.corpus / name if (settings.corpus / name / MANIFEST).is_file() else Path(name)
    try:
        if is_web_address(name) or not (folder / MANIFEST).is_file():
            return Offer(policy_id(name, settings.corpus, settings.fetch), name)
        manifest = read_manifest(folder)
    except AskPolicyError as error:
        return Offer(folder.name, name, problem=str(error))
    return Offer(manifest.id, name, manifest.origins)

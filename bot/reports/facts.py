"""The settings in force, the policy, its manifest and the model -> what the documents may say."""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from bot import __version__
from bot.opening import read_policy
from bot.policies.folder import find_policy
from bot.policies.hosts import is_web_address
from bot.policies.manifest import OwnerEntry, read_manifest
from bot.settings import PACKAGE, Settings
from bot.types import AskPolicyError, Policy
from bot.wording import language_name, languages_of

BASELINE = PACKAGE.parent / "evals" / "baseline.json"
MODELS = PACKAGE / "models"
_PASSWORD = re.compile(r"://[^/]*@")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the documents may say.

    owner: what the manifest says about the owner. date: in ISO form. languages: of the interface, in English. measures:
    measured figures by question set and name, empty outside a checkout. kept: the settings that decide what is kept,
    with their value and meaning.
    """

    policy: Policy
    settings: Settings
    owner: OwnerEntry
    date: str
    languages: tuple[str, ...]
    measures: Mapping[str, Mapping[str, float]]
    kept: tuple[tuple[str, str, str], ...]
    version: str = __version__

    @property
    def policy_name(self) -> str:
        """Return the policy's title in quotes, with the site's name if the title lacks it, as most do."""
        title, site = self.policy.title, self.policy.site
        return f"“{title}”" if site.casefold() in title.casefold() else f"“{title}” of {site}"

    @property
    def owner_name(self) -> str:
        """Return the owner as the manifest names it, "" if it names none."""
        return self.owner.name or ""

    @property
    def owner_contact(self) -> str:
        """Return how to reach the owner: as the manifest says, otherwise the best contact of the policy."""
        contacts = self.policy.owner_contacts()
        return self.owner.contact or (f"{contacts[0].name}" if contacts else "")

    @property
    def reviewed_topics(self) -> int:
        """Return how many topics have a reviewed answer."""
        return sum(len(answer.topics) for answer in self.policy.reviewed)

    @property
    def keeps_feedback(self) -> bool:
        """Return whether counts and feedback are kept at all."""
        return self.settings.feedback.enabled and self.settings.feedback.retention_days > 0

    @property
    def ships_model(self) -> bool:
        """Return whether the encoder in use is the one that ships."""
        return Path(self.settings.model).resolve() == (MODELS / "encoder").resolve()

    @property
    def shares_addresses(self) -> bool:
        """Return whether the keys made from addresses leave this machine, to a store that several machines share."""
        return not self.settings.serve.rate_store.startswith("memory:")

    @property
    def shares_database(self) -> bool:
        """Return whether a PostgreSQL database that several machines share keeps the policies and what is kept."""
        return self.settings.database.url is not None

    @property
    def verifies_database(self) -> bool:
        """Return whether the address of that database asks for TLS with a verified certificate."""
        url = self.settings.database.url
        return url is not None and "sslmode=verify-full" in url.get_secret_value()

    @property
    def called(self) -> str:
        """Return what the service calls on other machines, in words; "" if it calls nobody."""
        is_set = {
            "the database that database.url names": self.shares_database,
            "the store that serve.rate_store names": self.shares_addresses,
            "the collector that tracing.url names": self.settings.tracing.url is not None,
        }
        found = [name for name in is_set if is_set[name]]
        return ", and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 2 else " and ".join(found)

    def measure(self, questions: str, name: str) -> str:
        """Return a measured figure as text, or that it is not known here."""
        value = self.measures.get(questions, {}).get(name)
        return "not known outside a checkout" if value is None else f"{value:.2f}".lstrip("0")


def gather(name: str, settings: Settings) -> Facts:
    """Read what the documents need. name: a policy's. Raises AskPolicyError if it cannot be read."""
    owner = OwnerEntry()
    if not is_web_address(name) and (path := find_policy(name, settings.corpus)).is_dir():
        owner = read_manifest(path).owner
    policy = read_policy(name, settings, may_fetch=False).policy
    return Facts(
        policy=policy,
        settings=settings,
        owner=owner,
        date=today().isoformat(),
        languages=tuple(map(language_name, languages_of(policy))),
        measures=_measures(),
        kept=(
            ("cached_answers", str(settings.cached_answers), str(Settings.model_fields["cached_answers"].description)),
            *_rows("feedback", settings.feedback),
            *_rows("database", settings.database),
            *_rows("serve", settings.serve, ("questions_per_minute", "rate_store", "origins")),
            *_rows("tracing", settings.tracing),
        ),
    )


def now() -> datetime.datetime:
    """Return the time in UTC; that of SOURCE_DATE_EPOCH if it is set, so that a document can be reproduced.

    Raises AskPolicyError if SOURCE_DATE_EPOCH is not a number of seconds.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if fixed is None:
        return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    try:
        return datetime.datetime.fromtimestamp(int(fixed), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise AskPolicyError(
            "SOURCE_DATE_EPOCH is not a number of seconds since 1970: correct or remove that environment variable."
        ) from None


def today() -> datetime.date:
    """Return the day, in UTC."""
    return now().date()


def _rows(group: str, values: BaseModel, names: tuple[str, ...] | None = None) -> tuple[tuple[str, str, str], ...]:
    fields = type(values).model_fields
    return tuple(
        (f"{group}.{name}", _shown(getattr(values, name)), str(fields[name].description))
        for name in names or tuple(fields)
    )


def _shown(value: Any) -> str:
    """Return a setting as text, without passwords, which an address such as redis://:password@host may hold."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, SecretStr):
        return "set"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "the default" if value is None else _PASSWORD.sub("://…@", str(value))


def _measures() -> dict[str, dict[str, float]]:
    """Return the figures that `python -m evals run --gate` compares with, if this is a checkout."""
    if not BASELINE.is_file():
        return {}
    found = json.loads(BASELINE.read_text(encoding="utf-8"))
    return {
        questions: {name: float(measure["value"]) for name, measure in measures.items()}
        for questions, measures in found.items()
    }

"""Loads one policy of the service: from its private copy, or from the owner's files, which are then copied."""

from __future__ import annotations

import functools
import logging
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.answering.cache import Store
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle, copy_bundle, indexed_policy, load_bundle
from bot.opening import bundle_folder, is_indexed, read_policy
from bot.pipeline import Bot
from bot.policies.folder import PolicyFolder
from bot.postgres.copies import Copies, copies_of
from bot.service.content import Content
from bot.service.memory import give_back
from bot.service.offers import Offer
from bot.settings import Settings
from bot.types import AskPolicyError, Policy

# What a loaded policy takes in memory: a fixed part, and a part for each statement and each visitor question, with
# their vectors. Measured for policies of 60 to 730 statements and 0 to 7,000 questions: from 4% less to 16% more.
_BYTES, _STATEMENT_BYTES, _QUESTION_BYTES = 400_000, 2_800, 1_400
_log = logging.getLogger("askpolicy.loading")


@dataclass(frozen=True, slots=True)
class ServedPolicy:
    """A policy in memory.

    starters: questions to start with, in its owner's words. origins: other sites that may use it.
    """

    bot: Bot
    starters: tuple[str, ...]
    origins: tuple[str, ...] = ()

    @property
    def policy(self) -> Policy:
        """Return the policy: its text, sections, and contacts."""
        return self.bot.bundle.policy

    @property
    def version(self) -> str:
        """Return the version of its index."""
        return self.bot.bundle.version

    @property
    def bytes(self) -> int:
        """Return about how much memory it takes."""
        bundle = self.bot.bundle
        return _BYTES + _STATEMENT_BYTES * len(bundle.passages) + _QUESTION_BYTES * len(bundle.questions)


class Loader:
    """Loads the policies of one worker. All share one encoder and one store of earlier findings."""

    def __init__(
        self, settings: Settings, content: Content | None, on_stale: Callable[[str, str], None] = lambda _, __: None
    ) -> None:
        """Load nothing yet.

        content: where the copies are; None to make none. on_stale: called with a policy's id and what is wrong with its
        files if it keeps the content of the previous load.
        """
        self._settings = settings
        self._copies = copies_of(settings)
        self._content = content
        self._on_stale = on_stale
        self._store = Store(settings.cached_answers)

    def load(self, offer: Offer, *, or_before: bool) -> ServedPolicy:
        """Load a policy. Builds its index if there is none, unless the service was reloaded since it started.

        or_before: whether the copy from the previous load is good enough if the owner's files cannot be used. Raises
        AskPolicyError that says what is wrong with them.
        """
        if self._copies is not None:
            return self._load_shared(offer, self._copies)
        with self._locked(offer.id):
            copy = self._content.copy_of(offer.id) if self._content else None
            if copy is not None and copy.exists():
                try:
                    return self._copied(copy)
                except Exception as error:
                    _log.warning("The copy of the policy '%s' cannot be used: %s", offer.id, reason_of(error))
                    shutil.rmtree(copy, ignore_errors=True)
            try:
                return self._load(offer, copy)
            except Exception as error:
                before = self._content.copy_before(offer.id) if self._content and or_before else None
                if before is None or copy is None:
                    raise
                shutil.copytree(before, copy)
                served = self._copied(copy)
                self._on_stale(offer.id, reason_of(error))
                return served

    def _load_shared(self, offer: Offer, copies: Copies) -> ServedPolicy:
        if offer.problem:
            raise AskPolicyError(offer.problem)
        with copies.locked(offer.id):
            if copies.version(offer.id) is None:
                raise AskPolicyError(f"The policy '{offer.id}' has not arrived from the shared database yet.")
            try:
                return self._copied(copies.of(offer.id))
            except AskPolicyError:
                copies.remove(offer.id)  # it is copied again when somebody asks
                raise

    def _load(self, offer: Offer, copy: Path | None) -> ServedPolicy:
        if offer.problem:
            raise AskPolicyError(offer.problem)
        embedder = self._embedder
        read = read_policy(offer.name, self._settings, may_fetch=False)
        if read.policy.id != offer.id:
            raise AskPolicyError(
                f"The policy {offer.name} had the id '{offer.id}' and now has '{read.policy.id}': reload the service."
            )
        folder = bundle_folder(read, self._settings)
        # Do not build one during a reload: it would take processors from visitors, for minutes.
        if not is_indexed(folder) and (self._content is None or self._content.before is None):
            build_bundle(read, encoder_bytes(self._settings.model), folder, threads=self._settings.threads)
        bundle = load_bundle(folder, expect=read, embedder=embedder)
        if copy is not None:
            try:
                copy_bundle(read, bundle, copy)
            except AskPolicyError as error:
                _log.warning("There is no copy of the policy '%s' in case its files are damaged: %s", offer.id, error)
        return self._served(read, Bot(bundle, self._settings, store=self._store))

    def _copied(self, copy: Path) -> ServedPolicy:
        read = indexed_policy(copy)
        bundle = load_bundle(copy, expect=read, embedder=self._embedder)
        return self._served(read, Bot(bundle, self._settings, store=self._store))

    def _served(self, read: PolicyFolder, bot: Bot) -> ServedPolicy:
        give_back()
        return ServedPolicy(bot, read.starters, read.origins)

    def encoder_id(self) -> str:
        """Return the id of the encoder. Raises AskPolicyError if it cannot be used."""
        return self._embedder.id

    @functools.cached_property
    def _embedder(self) -> OnnxEmbedder:
        with self._locked(".encoder"):
            embedder = self._open_encoder()
        give_back()
        return embedder

    def _open_encoder(self) -> OnnxEmbedder:
        threads = self._settings.threads
        if self._content is None:
            return OnnxEmbedder.from_bytes(encoder_bytes(self._settings.model), threads)
        copied = self._content.encoder(threads)
        if copied is None:
            self._copy_encoder(self._content)
            copied = self._content.encoder(threads)
        return copied or OnnxEmbedder.from_bytes(encoder_bytes(self._settings.model), threads)

    def _copy_encoder(self, content: Content) -> None:
        try:
            content.write_encoder(encoder_bytes(self._settings.model))
        except OSError as error:
            _log.warning("There is no copy of the model in case its files are damaged: %s", error.strerror)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        if self._content is None:
            yield
        else:
            with self._content.locked(name):
                yield


def reason_of(error: Exception) -> str:
    """Return what is wrong and how to fix it, for the log.

    An unexpected error gives only its type and place, since its message may contain anything.
    """
    if isinstance(error, AskPolicyError):
        return str(error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename} cannot be read ({error.strerror}): let the user who runs the service read it."
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Loading failed with {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}: "
        "`askpolicy check` shows more."
    )

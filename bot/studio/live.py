"""The chat as the folder is now: built in memory in the background, and rebuilt after each edit."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.policies.folder import load_policy_folder, new_in_draft
from bot.settings import Settings
from bot.studio.files import Files
from bot.types import Answer, AskPolicyError, Policy

if TYPE_CHECKING:
    from bot.encoder.embedding import FloatArray, OnnxEmbedder
    from bot.pipeline import Bot

# How often the files are checked for edits that were made elsewhere.
_LOOK_EVERY_SECONDS = 1.0
_NOT_READY = "The chat is being built. This takes a moment."
_log = logging.getLogger("askpolicy.studio")


@dataclass(frozen=True, slots=True)
class Built:
    """A chat and what it was built from. starters: questions to begin with.

    coverage: how certain it is that the policy speaks to each topic, 0 to 1, by the topic's id. new_words: in a draft,
    those that the version in use does not have, by the id of the topic that they may speak to.
    """

    revision: str
    bot: Bot
    starters: tuple[str, ...]
    coverage: dict[str, float]
    new_words: dict[str, str]


class Live:
    """Builds the chat in one thread. Other threads use what it built last."""

    def __init__(self, files: Files, settings: Settings) -> None:
        self.built: Built | None = None
        self.problem: str | None = None
        self._files, self._settings = files, settings
        self._tried = ""
        self._wake = threading.Event()
        self._stopped = False
        self._embedder: OnnxEmbedder | None = None
        self._known: dict[str, FloatArray] = {}
        self._new: tuple[str, dict[str, str]] = "", {}

    def start(self) -> None:
        """Start the thread, which builds the chat and checks for edits until `stop`."""
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def stop(self) -> None:
        """End the thread, after the chat that it is building."""
        self._stopped = True
        self._wake.set()

    def wake(self) -> None:
        """Check the files now."""
        self._wake.set()

    def is_current(self, revision: str) -> bool:
        """Return whether the last try to build the chat was for this revision of the files."""
        return self._tried == revision

    def ask(self, question: str) -> Answer:
        """Ask the chat. Raises AskPolicyError, in words for the page, if there is none yet."""
        built = self.built
        if built is None:
            raise AskPolicyError(self.problem or _NOT_READY)
        return built.bot.ask(question)

    def _run(self) -> None:
        while not self._stopped:
            self._look()
            self._wake.wait(_LOOK_EVERY_SECONDS)
            self._wake.clear()

    def _look(self) -> None:
        try:
            revision = self._files.read().revision
            if revision == self._tried:
                return
            built = self._build(revision)
        except AskPolicyError as error:
            self.problem = str(error)
        except Exception:
            _log.exception("The chat could not be built.")
            self.problem = "The chat could not be built: run `askpolicy check` to see why."
        else:
            self.built, self.problem, self._tried = built, None, revision
            return
        try:
            self._tried = self._files.read().revision
        except AskPolicyError:
            self._tried = ""

    def _build(self, revision: str) -> Built:
        # These are slow to import, and the page opens before they are needed.
        from bot.encoder.embedding import OnnxEmbedder
        from bot.encoder.files import encoder_bytes
        from bot.index.bundle import bundle_as_edited, known_vectors
        from bot.opening import bundle_folder
        from bot.pipeline import Bot

        policy_folder = load_policy_folder(self._files.name, self._settings.corpus)
        if self._embedder is None:
            self._embedder = OnnxEmbedder.from_bytes(encoder_bytes(self._settings.model), self._settings.threads)
            self._known = known_vectors(bundle_folder(policy_folder, self._settings), self._embedder.id)
        bundle = bundle_as_edited(policy_folder, self._embedder, self._known)
        bot = Bot(bundle, self._settings)
        new_words = self._new_words(policy_folder.policy, self._embedder)
        return Built(revision, bot, policy_folder.starters, bot.coverage(), new_words)

    def _new_words(self, policy: Policy, embedder: OnnxEmbedder) -> dict[str, str]:
        """Return the words that a draft has and the version in use does not, by topic. Found once for each text."""
        from bot.drafting.rereading import topics_of_new_words

        if self._new[0] != policy.sha256:
            found = topics_of_new_words(policy, new_in_draft(policy, self._files.folder), embedder)
            self._new = policy.sha256, {each.topic: each.words for each in found}
        return self._new[1]

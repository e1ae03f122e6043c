"""Question -> Answer. `Bot.ask` is the one place where the steps are put together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.cache import AnswerCache
from bot.compose import LANGUAGES, answer_text, cite, fixed_text, messages
from bot.corpus import Shelf, load_shelf
from bot.decide import decide, select
from bot.embedding import encoder_id
from bot.encoder_files import encoder_bytes
from bot.fitted import Fitted, load_fitted
from bot.followup import needed_history
from bot.guard import guard
from bot.index import Bundle, build_bundle, load_bundle
from bot.polarity import polarity
from bot.rerank import FusionReranker, Reranker, rank
from bot.retrieve import retrieve
from bot.settings import Settings
from bot.types import Answer, Citation, Hit, Outcome, PolicyVersion


@dataclass(frozen=True, slots=True)
class Bot:
    """Answers questions about one policy. Immutable, so threads may share it."""

    bundle: Bundle
    settings: Settings
    fitted: Fitted
    reranker: Reranker
    cache: AnswerCache = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """One cache for one bot: what another policy, model or setting answered is never in it."""
        object.__setattr__(self, "cache", AnswerCache(self.settings.cached_answers))

    @classmethod
    def from_bundle(cls, bundle: Bundle, settings: Settings, reranker: Reranker | None = None) -> Bot:
        """A bot over a loaded bundle; `reranker` takes the place of the default one."""
        fitted = load_fitted()
        return cls(bundle, settings, fitted, reranker or FusionReranker(fitted))

    def ask(self, question: str, history: Sequence[str] = (), language: str = "en") -> Answer:
        """Answer one question.

        history: the visitor's earlier questions, oldest first. language: that of the words around the quotes, one of
        `bot.compose.LANGUAGES`; AskPolicyError where it is another.
        """
        started = time.perf_counter()
        messages(language)  # refuses a language that is not spoken
        guarded = guard(question, self.settings.guard)
        if guarded.language in LANGUAGES:
            language = guarded.language
        if guarded.outcome is not None:
            answer = self._fixed(guarded.outcome, 1.0, (), language)
        else:
            answer = self._known(guarded.question, history, language)
        seconds = time.perf_counter() - started
        return replace(answer, question=guarded.question, warnings=guarded.warnings, seconds=seconds)

    def _known(self, question: str, history: Sequence[str], language: str) -> Answer:
        """The answer to a cleaned question; of one that was asked lately, the one that it got."""
        recent = history[max(0, len(history) - self.settings.guard.max_history) :]
        cleaned = [guard(q, self.settings.guard).question for q in recent]
        earlier = needed_history(question, [q for q in cleaned if q])
        key = self.cache.key(language, *earlier, question)
        answer = self.cache.get(key)
        if answer is None:
            answer = self._look_up(question, earlier, language)
            self.cache.put(key, answer)
        return answer

    def _look_up(self, question: str, earlier: Sequence[str], language: str) -> Answer:
        evidence = retrieve(question, self.bundle, self.settings.retrieve, earlier=earlier)
        hits = rank(" ".join([*earlier, question]), evidence, self.bundle, self.reranker)
        decision = decide(evidence, self.fitted, self.settings.decide)
        if decision.outcome is not Outcome.ANSWERED:
            return self._fixed(decision.outcome, decision.confidence, hits, language)
        chosen = select(hits, self.settings.compose)
        citations = cite(chosen, self.bundle.passages, self.bundle.policy)
        opening = polarity(question, chosen, evidence, self.bundle)
        text = answer_text(citations, opening, language=language)
        return self._answer(Outcome.ANSWERED, text, citations, decision.confidence, hits, language)

    def failed(self, reason: str) -> Answer:
        """An `error` answer for a request that could not be read."""
        return self._answer(Outcome.ERROR, reason, (), 0.0, (), "en")

    def _fixed(self, outcome: Outcome, confidence: float, hits: tuple[Hit, ...], language: str) -> Answer:
        limit = self.settings.guard.max_question_chars
        text = fixed_text(outcome, self.bundle.policy, limit=limit, language=language)
        return self._answer(outcome, text, (), confidence, hits, language)

    def _answer(
        self,
        outcome: Outcome,
        text: str,
        citations: tuple[Citation, ...],
        confidence: float,
        hits: tuple[Hit, ...],
        language: str,
    ) -> Answer:
        """An answer that does not hold its question, so that it can be held for whoever asks the same."""
        policy = self.bundle.policy
        return Answer(
            question="",
            outcome=outcome,
            text=text,
            citations=citations,
            warnings=(),
            confidence=confidence,
            policy_version=PolicyVersion(policy.id, policy.sha256[:12], policy.effective, policy.updated),
            seconds=0.0,
            hits=hits,
            language=language,
        )


def bundle_folder(shelf: Shelf, settings: Settings) -> Path:
    """Where the bundle of a policy lies unless another place is named."""
    return settings.home / shelf.policy.id


def index_policy(
    name: str,
    settings: Settings,
    out: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    reuse: Path | None = None,
) -> tuple[Path, Shelf]:
    """Build the bundle of a policy and switch it in. on_progress, reuse: as of `build_bundle`."""
    shelf = load_shelf(name, settings.corpus)
    folder = out or bundle_folder(shelf, settings)
    build_bundle(
        shelf,
        encoder_bytes(settings.model),
        folder,
        threads=settings.threads,
        on_progress=on_progress,
        reuse=reuse,
    )
    return folder, shelf


def open_bot(settings: Settings, policy: str | None = None) -> Bot:
    """A bot for a policy. Its bundle is built where there is none yet; one that does not fit is refused.

    Raises AskPolicyError.
    """
    return open_shelf(load_shelf(policy or settings.policy, settings.corpus), settings)


def open_shelf(shelf: Shelf, settings: Settings) -> Bot:
    """As `open_bot`, for a policy that was read already."""
    folder = bundle_folder(shelf, settings)
    encoder = encoder_bytes(settings.model)
    if not (folder / "CURRENT").exists():
        build_bundle(shelf, encoder, folder, threads=settings.threads)
    expected = encoder_id(encoder)
    del encoder  # or its bytes stand in memory beside those of the bundle's own
    bundle = load_bundle(folder, expect=shelf, expect_encoder=expected, threads=settings.threads)
    return Bot.from_bundle(bundle, settings)

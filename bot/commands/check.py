"""`askpolicy check`: checks settings, policy, reviewed answers, model, and index, and asks real questions."""

from __future__ import annotations

import datetime
import random
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from pydantic import SecretStr

from bot.encoder.embedding import OnnxEmbedder, encoder_id
from bot.encoder.files import encoder_bytes
from bot.index.bundle import Bundle, load_bundle
from bot.index.vectors import VectorIndex
from bot.opening import bundle_folder, is_indexed, read_policy
from bot.pipeline import Bot
from bot.policies.folder import PolicyFolder, find_policy
from bot.policies.review_check import check_reviewed
from bot.policies.routes import old_checks
from bot.policies.translations import missing_languages
from bot.policies.versions import VERSIONS, home_of, read_earlier, read_history, version_of
from bot.service.offers import Offers
from bot.settings import Settings
from bot.topics.catalog import policy_topics
from bot.types import AskPolicyError, Outcome, Policy
from bot.wording import language_name

# How many texts of each index are embedded again, which takes about a second per hundred.
_SAMPLE = 200
# How many labeled questions are asked, which takes about a second, and the share of them whose answers may cite other
# statements or none: of the 3,536 questions of Mass.gov, that is .02, so chance alone never gives a sample more.
_ASKED, _MOST_MISSED = 50, 0.15
_SHOWN = 80  # characters of a question or a statement in a message
# The lowest cosine between a text's new vector and the stored one. Rounding to one byte per dimension leaves .999; two
# sentences that say nearly the same thing are at .98.
_SAME = 0.99


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the output of `askpolicy check`."""

    good: bool
    text: str


def check(settings_source: Callable[[], Settings], policy: str | None) -> Iterator[Finding]:
    """Yield the findings in order, and stop at the first problem, since the later checks depend on the earlier ones.

    policy: a folder or file; None for the setting `policy`, and then for the other policies of the service too.
    """
    try:
        settings = settings_source()
        yield Finding(True, "Settings are valid.")
        if settings.database.url is not None:
            yield _shared(settings, settings.database.url)
            if policy is None and not _is_here(settings):
                return
        policy_folder = read_policy(policy or settings.policy, settings)
        yield Finding(True, f"Policy '{policy_folder.policy.id}': {len(policy_folder.policy.sentences)} statements.")
        yield from _earlier(policy_folder)
        problems = check_reviewed(policy_folder.policy)
        yield from (Finding(False, str(problem)) for problem in problems)
        if problems:
            return
        yield from _reviewed(policy_folder.policy)
        today = datetime.date.today()
        yield from (Finding(True, f"Note: {text}") for text in old_checks(policy_folder.policy, today))
        encoder = encoder_bytes(settings.model)
        yield Finding(True, f"Model {encoder_id(encoder)} is installed.")
        folder = bundle_folder(policy_folder, settings)
        if not is_indexed(folder):
            name = shlex.quote(policy or settings.policy)
            raise AskPolicyError(f"There is no index in {folder}: build it with `askpolicy index {name}`.")
        bundle = load_bundle(folder, expect=policy_folder, expect_encoder=encoder_id(encoder), threads=settings.threads)
        yield Finding(True, f"Index {bundle.version} in {folder} is intact and matches the policy and the model.")
        strays = list(texts_with_other_vectors(bundle))
        if strays:
            raise AskPolicyError(
                f"The index in {folder} has vectors that do not match their texts, for example for "
                f"“{strays[0][:80]}”: delete that folder and build the index again with "
                f"`askpolicy index {policy_folder.policy.id}`."
            )
        yield Finding(True, "The vectors match their texts.")
        bot = Bot(bundle, settings)
        bot.ask(f"What does {policy_folder.policy.sentences[0].text[:200]} mean?")
        yield Finding(True, "A question was answered.")
        yield from _starters(bot, policy_folder.starters)
        yield from _silent(bot)
        yield from _labeled(bot)
        if policy is None:
            yield from _others(settings, bundle.embedder)
    except AskPolicyError as error:
        yield Finding(False, str(error))


def _earlier(policy_folder: PolicyFolder) -> Iterator[Finding]:
    """Yield how many earlier and later versions are kept, which old citations lead to.

    Raises AskPolicyError if one of them is damaged.
    """
    if policy_folder.path is None:
        return
    home = home_of(policy_folder.path)
    others = [entry for entry in read_history(home) if entry.version != version_of(policy_folder.policy)]
    kept = [entry for entry in others if (home / VERSIONS / entry.version).is_dir()]
    for entry in kept:
        read_earlier(home, entry, policy_folder.policy.id)
    if kept:
        yield Finding(True, f"Other versions of the policy, kept and intact: {len(kept)}.")
    if len(kept) < len(others):
        yield Finding(True, f"Note: versions in the history that are not kept: {len(others) - len(kept)}.")


def _shared(settings: Settings, url: SecretStr) -> Finding:
    """Return whether the shared database can be used, and has a version of the default policy that can be served."""
    try:
        from bot.postgres import bundles, migrations
        from bot.postgres.connection import Database

        with closing(Database(url)) as database, database.connected() as connection:
            migrations.check_version(connection)
            published = bundles.in_use(connection)
            for each in published:
                if each.policy == settings.policy:
                    bundles.get(connection, each, encoder_id(encoder_bytes(settings.model)))
            row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
    except AskPolicyError as error:
        return Finding(False, str(error))
    pgvector = f"pgvector {row[0]}" if row else "no pgvector"
    text = f"The shared database {database.name} can be used: {len(published)} published policies, {pgvector}."
    if settings.policy not in {each.policy for each in published}:
        text += f" It has no '{settings.policy}' yet: publish it with `askpolicy publish {settings.policy}`."
    return Finding(True, text)


def _is_here(settings: Settings) -> bool:
    """Return whether the default policy is on this machine, too. It need not be on a machine that only serves."""
    try:
        find_policy(settings.policy, settings.corpus)
    except AskPolicyError:
        return False
    return True


def _reviewed(policy: Policy) -> Iterator[Finding]:
    """Yield how many topics have a reviewed answer, and which languages are not complete."""
    if not policy.reviewed:
        return
    topics = sum(len(answer.topics) for answer in policy.reviewed)
    yield Finding(True, f"Topics with a reviewed answer: {topics}. Each sentence says only what its statements say.")
    tomorrow = (datetime.date.today() + datetime.timedelta(days=1)).isoformat()  # a day for time zones
    for answer in policy.reviewed:
        if answer.reviewed > tomorrow:
            yield Finding(
                False,
                f"The answer on '{answer.topics[0]}' was reviewed on {answer.reviewed}, which is in the future: "
                "correct `reviewed` in answers.toml.",
            )
    missing = Counter(language for answer in policy.reviewed for language in missing_languages(answer, policy))
    if missing:
        counts = ", ".join(f"{language_name(language)} ({count})" for language, count in sorted(missing.items()))
        yield Finding(
            True,
            f"Note: some reviewed answers are not translated, and show only their quotes in these languages: {counts}."
            " Add the texts, or list the languages that you offer as `languages` in manifest.toml.",
        )


def _silent(bot: Bot) -> Iterator[Finding]:
    """Yield the topics that are reviewed as not mentioned, although their own question is answered."""
    questions = {topic.id: topic.question for topic in policy_topics()}
    silent = [id for each in bot.bundle.policy.reviewed if each.verdict == "silent" for id in each.topics]
    for id in silent:
        question = questions.get(id)
        if question and (answer := bot.ask(question)).outcome is Outcome.ANSWERED:
            yield Finding(
                True,
                f"Note: the topic '{id}' is reviewed as silent, but “{question}” is answered with "
                f"“{answer.citations[0].quote[:_SHOWN]}”: correct the review, or add the question as not covered to "
                "questions.jsonl.",
            )


def _others(settings: Settings, embedder: OnnxEmbedder) -> Iterator[Finding]:
    """Yield what is wrong with each other policy that the service offers, or that all of them can be served."""
    others = list(Offers(settings))[1:]
    broken = 0
    for offer in others:
        try:
            if offer.problem:
                raise AskPolicyError(offer.problem)
            read = read_policy(offer.name, settings, may_fetch=False)
            load_bundle(bundle_folder(read, settings), expect=read, embedder=embedder)
            problems = [str(problem) for problem in check_reviewed(read.policy)]
        except AskPolicyError as error:
            problems = [str(error)]
        broken += bool(problems)
        yield from (Finding(False, f"Policy '{offer.id}': {problem}") for problem in problems)
    if others and not broken:
        yield Finding(True, f"The other policies of the service can be served: {len(others)}.")


def _starters(bot: Bot, starters: Sequence[str]) -> Iterator[Finding]:
    """Ask what the chat offers at the start, and yield what it does not answer."""
    refused = [question for question in starters if bot.ask(question).outcome is not Outcome.ANSWERED]
    for question in refused:
        yield Finding(
            True,
            f"Note: the chat offers “{question[:_SHOWN]}” at the start and does not answer it: replace it in "
            "`starters` in manifest.toml.",
        )
    if starters and not refused:
        yield Finding(True, f"The questions that the chat offers at the start are answered: {len(starters)}.")


def _labeled(bot: Bot) -> Iterator[Finding]:
    """Ask a random sample of the folder's labeled questions, and yield how many cite what their labels name."""
    bundle = bot.bundle
    answerable = [question for question in bundle.questions if question.kind == "answerable"]
    sample = random.sample(answerable, min(_ASKED, len(answerable)))
    if not sample:
        return
    rows = {passage.id: passage.index for passage in bundle.passages}
    missed = []
    for labeled in sample:
        answer = bot.ask(labeled.question, labeled.history)
        cited = [rows[citation.passage_id] for citation in answer.citations]
        if set(cited).isdisjoint(labeled.evidence):
            missed.append((labeled, cited))
    if len(missed) > _MOST_MISSED * len(sample):
        labeled, cited = missed[0]
        got = f"is answered with “{bundle.passages[cited[0]].text[:_SHOWN]}”" if cited else "gets no answer"
        yield Finding(
            False,
            f"{len(missed)} of {len(sample)} labeled questions are not answered from the statements of their labels. "
            f"For example, “{labeled.question[:_SHOWN]}” {got}, and its label names "
            f"“{bundle.passages[labeled.evidence[0]].text[:_SHOWN]}”: correct the labels in questions.jsonl.",
        )
        return
    yield Finding(True, f"Labeled questions: {len(sample) - len(missed)} of {len(sample)} cite their statements.")


def texts_with_other_vectors(bundle: Bundle) -> Iterator[str]:
    """Yield the texts, from a random sample, whose stored vector differs from the encoder's."""
    passages = [passage.read_as for passage in bundle.passages]
    questions = [question.read_as for question in bundle.questions]
    yield from _strays(passages, bundle.vectors, bundle.embedder)
    yield from _strays(questions, bundle.question_vectors, bundle.embedder)


def _strays(texts: Sequence[str], index: VectorIndex, embedder: OnnxEmbedder) -> Iterator[str]:
    rows = sorted(random.sample(range(len(texts)), min(_SAMPLE, len(texts))))
    if not rows:
        return
    fresh = embedder.encode([texts[row] for row in rows])
    stored = index.vectors(rows)
    for row, cosine in zip(rows, np.sum(fresh * stored, axis=1), strict=True):
        if cosine < _SAME:
            yield texts[row]

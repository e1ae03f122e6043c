"""Question -> Answer. `Bot.ask` puts the steps together: guard, understand, find, compose.

`bot.answering.finding` has the steps between what is asked and the findings: retrieve, rank, decide, cite.
"""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.answering.acts import language_of, recognize
from bot.answering.cache import AnswerCache, Store
from bot.answering.compose import compose, refusal_words
from bot.answering.finding import MOST_RELATED, Finder
from bot.answering.fitted import Fitted, load_fitted
from bot.answering.last import LastAnswer
from bot.answering.parts import Question, join
from bot.answering.retrieve import Retrieved
from bot.elsewhere.troubles import OwnProducts
from bot.elsewhere.whose import is_given_out
from bot.guard.cleaning import Guarded, guard
from bot.index.bundle import Bundle
from bot.policies.about import known_names
from bot.settings import Settings
from bot.topics.catalog import policy_topics
from bot.types import ACTS, Answer, Citation, Findings, Outcome, PolicyVersion
from bot.understanding.clauses import words_of
from bot.understanding.corrections import Correction
from bot.understanding.follow_ups import says_nothing
from bot.understanding.general import in_general
from bot.understanding.names import OwnNames
from bot.understanding.plans import thanks_with_plan
from bot.understanding.several import MOST_PARTS, sentences_of
from bot.understanding.spelling import Spelling
from bot.understanding.understand import (
    SURE,
    Asked,
    AskedPart,
    are_two,
    better_reading,
    has_two_readings,
    is_better,
    is_new,
    may_answer,
    may_be_about_earlier,
    needs_other_reading,
    silent_on_all,
    understand,
    understand_as_one,
)
from bot.wording import LANGUAGES, READ, languages_of, messages

# How one of the questions was read, as which text with which history, and what was found for it.
_Found = tuple[AskedPart, Asked, Findings]
# Acts of a visitor whom the last answer did not satisfy.
_WANTS_MORE = frozenset({"complaint", "doubt", "why", "more"})
_WHY = re.compile(r"(?:(?:and|but|so|then)\s+)?why\b|.{0,40}\bwhy\W*$", re.IGNORECASE)
# Acts after which a follow-up is about the question before them. A complaint about something else has words of its own.
_ASKS_NOTHING = frozenset(ACTS) - {"chat_privacy", "whole_policy", "trouble"}
# The topic of a question about an app's data, and that on which what a policy says is said of all data.
_OF_APP, _GIVEN_OUT = "other-organization", "sharing-and-sale"


@dataclass(frozen=True, slots=True)
class Bot:
    """Answers questions about one policy. Immutable, so threads can share it.

    store: where it keeps earlier findings; by default, one of its own.
    """

    bundle: Bundle
    settings: Settings
    fitted: Fitted = field(default_factory=load_fitted)
    store: Store | None = field(default=None, repr=False, compare=False)
    cache: AnswerCache = field(init=False, repr=False, compare=False)
    _finder: Finder = field(init=False, repr=False, compare=False)
    _names: OwnNames = field(init=False, repr=False, compare=False)
    _spelling: Spelling = field(init=False, repr=False, compare=False)
    _products: OwnProducts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Give each bot its own cache, so that it never holds results of another policy, model or setting."""
        object.__setattr__(self, "cache", AnswerCache(self.store or Store(self.settings.cached_answers)))
        object.__setattr__(self, "_finder", Finder(self.bundle, self.settings, self.fitted))
        names = known_names(self.bundle.policy)
        object.__setattr__(self, "_names", OwnNames(names))
        own = "\n".join([self.bundle.policy.text, *names])
        asked = [*(visitor.question for visitor in self.bundle.questions), *(each.question for each in policy_topics())]
        object.__setattr__(self, "_spelling", Spelling(own, asked))
        object.__setattr__(self, "_products", OwnProducts(self.bundle.policy))

    def coverage(self) -> dict[str, float]:
        """Return how certain it is that the policy speaks to each policy topic, 0 to 1, by the topic's id."""
        return self._finder.coverage()

    def ask(self, question: str, history: Sequence[str] = (), language: str = "en") -> Answer:
        """Answer one question.

        history: the visitor's earlier questions, oldest first. language: the language of the words around the quotes,
        unless the question itself is in another supported language. If the owner does not offer it, they are in
        English. Raises AskPolicyError if it is not one of `bot.wording.LANGUAGES`.
        """
        started = time.perf_counter()
        messages(language)  # raises if the language is unknown, before any work is done
        guarded = guard(question, self.settings.guard)
        language = self._language(guarded, language)
        is_read = guarded.outcome in {None, Outcome.UNSUPPORTED_LANGUAGE}
        act = self._recognize(guarded.question) if is_read else None
        if guarded.outcome is not None and not act:
            return self._compose(guarded, Findings(guarded.outcome, 1.0), language, started)
        is_known = bool(history)
        history = [earlier.question for earlier in self._recent(history) if _asks(earlier)]
        if act and not (act == "why" and self._says_why(guarded.question, history)):
            language = self._language(guarded, language_of(guarded.question) or language)
            return self._compose(guarded, self._act(act, history), language, started, again=is_known)
        understood = understand(guarded.question, history, self._names, self._spelling)
        if not history and says_nothing(guarded.question):
            suggestions = self._find(understood.parts[0].asked).suggestions
            nothing = Findings(Outcome.SMALL_TALK, 1.0, suggestions=suggestions)
            return self._compose(guarded, nothing, language, started)
        found = self._find_parts(understood.parts)
        answers: list[Answer] = []
        answered: list[Findings] = []
        for read, asked, findings in found:
            if _is_of_chat(read, asked):
                findings = self._act("chat_privacy", history)
            elif not _is_sure(findings) and self._products.is_broken(read.shown):
                findings = self._act("trouble", history)
            elif len(found) == 1 and self._asks_for_reasons(read.shown, findings, history):
                findings = self._act("why", history)
            if understood.correction:
                findings = self._corrected(findings, understood.correction, history)
            if len(found) == 1 and self._says_again(guarded.question, findings, history):
                findings = dataclasses.replace(findings, repeated=True)
            findings = self._finder.not_again(findings, answered)
            read_as = read.read_as(asked, guarded.question)
            answers.append(self._compose(guarded, findings, language, started, again=is_known, read_as=read_as))
            answered.append(findings)
        if len(answers) == 1:
            return answers[0]
        questions = [
            Question(read.shown, read.completed, self._without_contacts(findings, language))
            for (read, _, _), findings in zip(found, answered, strict=True)
        ]
        return join(answers, questions, understood.repaired, time.perf_counter() - started)

    def evidence(self, question: str, history: Sequence[str] = ()) -> Retrieved:
        """Return the candidates that `ask` would base its decision on, for training and ranking.

        Unlike `ask`, this never refuses a question.
        """
        guarded = guard(question, self.settings.guard)
        earlier = [each.question for each in self._recent(history)]
        asked = understand_as_one(guarded.question, earlier, self._names, self._spelling)
        return self._finder.retrieve(asked)

    def failed(self, reason: str, language: str = "en") -> Answer:
        """Return an `error` answer with `reason` as its text, for a request that could not be read or answered."""
        version = PolicyVersion.of(self.bundle.policy)
        return Answer("", Outcome.ERROR, reason, (), (), 0.0, version, 0.0, language=language)

    def _language(self, guarded: Guarded, chosen: str) -> str:
        """Return the language of the words around the quotes: the question's, or the one that the visitor chose.

        Help in danger comes in the visitor's language, whatever the owner offers.
        """
        offered = LANGUAGES if guarded.outcome is Outcome.URGENT else languages_of(self.bundle.policy)
        return next((each for each in (guarded.language, chosen) if each in offered), READ)

    def _recognize(self, question: str) -> str | None:
        """Return what the visitor does, see `recognize`. A question on the chats of the site is one for the policy."""
        act = _act_of(question)
        return None if act == "chat_privacy" and self._products.has_chats(question) else act

    def _act(self, act: str, history: Sequence[str]) -> Findings:
        """Return the findings of an act.

        If the visitor asks for the source, they have the statements of the last answer, and if for more, other ones.
        """
        related: tuple[Citation, ...] = ()
        if history and act == "source":
            related = self._find_last(history).shown
        elif history and act in _WANTS_MORE:
            related = self._finder.cite(self._find_last(history).more(MOST_RELATED))
        return Findings(Outcome.SMALL_TALK, 1.0, act=act, related=related)

    def _corrected(self, findings: Findings, correction: Correction, history: Sequence[str]) -> Findings:
        """Return the findings for a message that corrects how the last question was understood.

        They do not start with what the visitor did not mean, nor, if possible, with what the last answer said. If a
        visitor only says that this was no answer, it is not said again: other statements are shown as after a
        complaint. That the policy does not mention something can be said again.
        """
        if findings.act or not findings.citations:
            return findings
        if findings.reviewed and correction.leaves_out(findings.reviewed.in_language(READ)):
            findings = dataclasses.replace(findings, reviewed=None)
        last = self._find_last(history)
        said = last.cited
        meant = [each for each in findings.citations if not correction.leaves_out(each.quote)]
        if findings.reviewed is None:
            meant.sort(key=lambda each: each.passage_id in said)
        says_again = any(each.passage_id in said for each in meant[:1])
        if findings.reviewed:
            says_again = last.has_review(findings)
        if correction.means:
            meant = meant or list(findings.citations)
        elif says_again:
            meant = []
        if meant:
            numbered = tuple(dataclasses.replace(each, number=n) for n, each in enumerate(meant, start=1))
            yes_no = findings.yes_no if numbered == findings.citations else None
            return dataclasses.replace(findings, citations=numbered, yes_no=yes_no)
        shown = {citation.passage_id for citation in last.shown}
        others = (hit for hit in findings.hits if hit.passage.id not in shown)
        new = [hit for hit in others if not correction.leaves_out(hit.passage.text)]
        return Findings(Outcome.SMALL_TALK, 1.0, act="complaint", related=self._finder.cite(new[:MOST_RELATED]))

    def _recent(self, history: Sequence[str]) -> list[Guarded]:
        """Return the last earlier messages, cleaned, the oldest first, without those that have no words left."""
        recent = history[max(0, len(history) - self.settings.guard.max_history) :]
        cleaned = (guard(earlier, self.settings.guard) for earlier in recent)
        return [earlier for earlier in cleaned if earlier.question]

    def _says_why(self, question: str, history: Sequence[str]) -> bool:
        """Return whether the policy answers a "why?" after another question, and not with the same statement again."""
        asked = understand_as_one(question, history, self._names, self._spelling)
        if asked.earlier or asked.question == question:
            return False
        why = self._find(asked)
        return why.outcome is Outcome.ANSWERED and not self._repeats_last(why, history)

    def _asks_for_reasons(self, question: str, findings: Findings, history: Sequence[str]) -> bool:
        """Return whether a follow-up, such as "why so long" or "how", asks for more than the policy says."""
        if findings.outcome is Outcome.SMALL_TALK:
            return bool(history) and findings.act is None and says_nothing(question)
        return _WHY.match(question) is not None and self._repeats_last(findings, history)

    def _repeats_last(self, findings: Findings, history: Sequence[str]) -> bool:
        """Return whether an answer opens with the same statement as that to the last question, if there is one."""
        return bool(history and findings.citations) and self._find_last(history).opens_like(findings)

    def _says_again(self, question: str, findings: Findings, history: Sequence[str]) -> bool:
        """Return whether another question than the last one gets the same answer, which says no plain yes or no."""
        if findings.outcome is not Outcome.ANSWERED or findings.yes_no is not None:
            return False
        if not history or _same_words(question, history[-1]):
            return False
        last = self._find_last(history)
        return last.has_review(findings) and (findings.reviewed is not None or last.opens_like(findings))

    def _find_last(self, history: Sequence[str]) -> LastAnswer:
        """Return what was found for the last message. history: cleaned, the oldest first; at least one."""
        parts = understand(history[-1], history[:-1], self._names, self._spelling).parts
        given: list[Findings] = []
        for _, _, findings in self._find_parts(parts):
            given.append(self._finder.not_again(findings, given))
        return LastAnswer(tuple(given))

    def _compose(
        self,
        guarded: Guarded,
        findings: Findings,
        language: str,
        started: float,
        *,
        again: bool = False,
        read_as: str | None = None,
    ) -> Answer:
        return compose(
            guarded,
            findings,
            self.bundle.policy,
            limit=self.settings.guard.max_question_chars,
            language=language,
            seconds=time.perf_counter() - started,
            again=again,
            read_as=read_as,
        )

    def _without_contacts(self, findings: Findings, language: str) -> str | None:
        """Return the words for what is not answered if another answer follows, None if it is answered."""
        if findings.act or findings.citations:
            return None
        limit = self.settings.guard.max_question_chars
        return refusal_words(findings, self.bundle.policy, limit=limit, language=language, without_contacts=True)

    def _find_parts(self, parts: Sequence[AskedPart]) -> list[_Found]:
        """Return what is found for each of the questions that were asked, and for both halves of one that is two."""
        found: list[_Found] = []
        room = MOST_PARTS - len(parts)
        for part in parts:
            whole = self._find_part(part)
            divided = self._divided(part, whole) if room else [whole]
            room -= len(divided) - 1
            found += divided
        return found

    def _divided(self, part: AskedPart, whole: _Found) -> list[_Found]:
        """Return what was found for a question, or for each of its halves if it is two questions."""
        read, asked, findings = whole
        # Most questions with "or" are answered as one, so the halves are not even looked for.
        if not part.halves or (findings.outcome is Outcome.ANSWERED and not part.may_be_two):
            return [whole]
        both = [self._find_part(half) for half in part.halves]
        each = [found for _, _, found in both]
        if not are_two(findings, each):
            return [whole]
        return [(read, asked, silent_on_all(each))] if all(found.silent_on for found in each) else both

    def _find_part(self, part: AskedPart) -> _Found:
        """Return the best way to read one of the questions that were asked, with its findings."""
        asked, findings = self._find_best(part.asked)
        if needs_other_reading(findings):
            for other in part.others(self._names):
                found = self._find(other.asked)
                if is_better(found, findings):
                    part, asked, findings = other, other.asked, found
        if may_be_about_earlier(findings):
            for after in part.after:
                found = self._find(after)
                # Words that were put in for what it points to are right if the policy speaks to them.
                if not may_answer(found) or (part.completed is not None and not found.silent_on):
                    continue
                if is_new(found, self._find(after.before)):
                    return dataclasses.replace(part, completed=None), after, found
        if (
            asked.earlier
            and findings.outcome is Outcome.OFF_TOPIC
            and not findings.route
            and findings.confidence < SURE
        ):
            # A follow-up is about what the question before is about.
            near = self._finder.cite(findings.hits[:MOST_RELATED])
            findings = dataclasses.replace(findings, outcome=Outcome.NOT_COVERED, related=near)
        return part, asked, self._with_general_answer(asked, findings)

    def _with_general_answer(self, asked: Asked, findings: Findings) -> Findings:
        """Add the answer on all offices, or on all data, to a question without one on an office or on an app's data."""
        if findings.outcome is Outcome.ANSWERED or findings.silent_on or findings.act or findings.route:
            return findings
        question = self._finder.of_any_office(asked.question)
        if question is None and _OF_APP in findings.topics:
            question = in_general(asked.question)
        in_all = self._find(Asked(question)) if question else None
        if in_all and _is_sure(in_all) and (in_all.reviewed or findings.outcome is not Outcome.OFF_TOPIC):
            return dataclasses.replace(findings, reviewed=in_all.reviewed, related=in_all.citations)
        if _OF_APP not in findings.topics:
            return findings
        is_refused = findings.outcome is Outcome.NOT_COVERED and findings.reviewed is None
        if is_refused and findings.topics[0] == _OF_APP and is_given_out(asked.question):
            return self._finder.with_review_on(findings, _GIVEN_OUT)
        return findings

    def _find_best(self, asked: Asked) -> tuple[Asked, Findings]:
        """Return the better reading of what is asked, as a follow-up or alone, with its findings."""
        if len(asked.earlier) > 1 and has_two_readings(asked.before):
            # What the question before was answered without, this one does not need either.
            earlier, found = self._find_best(asked.before)
            if found.citations or found.silent_on:
                asked = Asked(asked.question, (*earlier.earlier, earlier.question))
        together = self._find(asked)
        if not has_two_readings(asked):
            return asked, together
        _, before = self._find_best(asked.before)
        return better_reading(asked, together, self._find(asked.alone), before)

    def _find(self, asked: Asked) -> Findings:
        """Return the findings from the cache, or find them and add them to it."""
        findings = self.cache.get(asked)
        if findings is None:
            findings = self._finder.find(asked)
            self.cache.put(asked, findings)
        return findings


def _act_of(message: str) -> str | None:
    """Return what the visitor does, see `recognize`. If each sentence does something, the last one counts."""
    act = recognize(message) or ("thanks" if thanks_with_plan(message) else None)
    if act is None and len(sentences := sentences_of(message)) > 1:
        acts = [recognize(sentence) for sentence in sentences]
        act = acts[-1] if all(acts) else None
    return act


def _same_words(one: str, other: str) -> bool:
    return words_of(one)[1] == words_of(other)[1]


def _asks(earlier: Guarded) -> bool:
    """Return whether an earlier message asks something that a follow-up may be about. "Thanks" does not."""
    return earlier.outcome is not Outcome.UNSUPPORTED_LANGUAGE and _act_of(earlier.question) not in _ASKS_NOTHING


def _is_of_chat(read: AskedPart, asked: Asked) -> bool:
    """Return whether a follow-up asks about this chat, like the question before it."""
    in_full = read.completed or (asked.in_full if asked.earlier else None)
    return in_full is not None and recognize(in_full) == "chat_privacy"


def _is_sure(findings: Findings) -> bool:
    return findings.outcome is Outcome.ANSWERED and findings.confidence >= SURE

"""What is asked -> findings: the outcome, and what an answer shows. `bot.answering.compose` then puts it into words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.answering.answered import AnsweredTopics
from bot.answering.compose import Citer
from bot.answering.contacts import with_contact
from bot.answering.decide import Decision, decide, select
from bot.answering.definitions import Definitions
from bot.answering.evidence import LABELED, Evidence, for_whom
from bot.answering.facts import MAYBE_FROM, AskedFact, Stated, asked_fact, state
from bot.answering.fitted import Fitted
from bot.answering.lists import PolicyLists
from bot.answering.paragraphs import with_what_goes_on
from bot.answering.periods import with_period_first
from bot.answering.polarity import polarity
from bot.answering.rank import rank
from bot.answering.recipients import Recipients, naming_first, recipients_in
from bot.answering.retrieve import Retrieved, retrieve
from bot.answering.routes import route_of
from bot.answering.sections import ShortSections, without_empty, without_weak
from bot.answering.sharing import SharingPart
from bot.answering.silence import own_words
from bot.answering.telling import share_of_words
from bot.answering.topics import NEAR_FROM, PolicyTopics, is_found
from bot.elsewhere.offices import Offices
from bot.elsewhere.reasons import Elsewhere, NotHere
from bot.index.bundle import Bundle
from bot.settings import Settings
from bot.topics.model import load_topic_model
from bot.types import Changes, Citation, Contact, Findings, Hit, Outcome, ReviewedAnswer
from bot.understanding.understand import Asked
from bot.wording import READ

# The most statements to show if nothing answers, and how similar or how relevant they must be. A statement with the
# question's rare words is relevant even if it is about something else on the whole. On the set `reading`, they hold the
# answer of 40 of 62 questions that are refused so, and 44 of 96 on which the policy is silent get none.
MOST_RELATED, _RELATED_FROM, _RELEVANT_FROM = 3, 0.3, 0.3
# Among so many is the most relevant one, even if another goes first: see `everybody_first`.
_FIRST = 2

# How sure an answer is at least that names the recipient in the question. Of 33 questions on companies and people in 7
# policies, 19 are answered so, and each with what the policy says of them.
_SURE_NAMED = 0.75
# "How do I reach you" is small talk if the policy does not say how.
_SMALL_TALK_IF_REFUSED = frozenset({"contact-privacy", "contact-email", "contact-phone", "contact-mail"})
# How sure an answer is that cites the statement which defines the word that is asked for.
_SURE_DEFINED = 0.9


class Finder:
    """Finds what one policy says on what is asked. Threads can share it."""

    def __init__(self, bundle: Bundle, settings: Settings, fitted: Fitted) -> None:
        self._bundle, self._settings, self._fitted = bundle, settings, fitted
        self._topics = PolicyTopics(bundle, fitted, load_topic_model())
        self._citer = Citer(bundle.passages, bundle.policy)
        self._definitions = Definitions(bundle.passages)
        self._lists = PolicyLists(bundle.policy)
        self._sections = ShortSections(bundle.passages, bundle.policy.title)
        self._elsewhere = Elsewhere(bundle.policy)
        self._sharing = SharingPart(bundle.passages, bundle.policy, self._lists)
        self._offices = Offices(bundle.policy.routes)
        self._recipients = Recipients(bundle.policy, self._elsewhere.parties)
        self._answered_topics = AnsweredTopics(bundle, fitted, load_topic_model(), settings, self._elsewhere)

    def coverage(self) -> dict[str, float]:
        """Return how certain it is that the policy speaks to each policy topic, 0 to 1, by the topic's id."""
        covered = zip(self._topics.policy_topics, self._topics.coverage.tolist(), strict=True)
        return {topic.id: coverage for topic, coverage in covered}

    def retrieve(self, asked: Asked) -> Retrieved:
        """Return the candidates for what is asked, with their scores."""
        return retrieve(asked, self._bundle, self._settings.retrieve)

    def of_any_office(self, question: str) -> str | None:
        """Return a question whether an office gets data as one on any agency, or None if it names no office."""
        return self._offices.in_general(question, recipients_in(question))

    def cite(self, hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """Return the citations of hits, numbered from 1, then those of the caveats that belong to them."""
        return self._citer.cite(_rows(hits))

    def find(self, asked: Asked) -> Findings:
        """Return the findings. The first that applies decides: changes, a fact, a definition, or the fitted models."""
        retrieved = self.retrieve(asked)
        topics = self._topics.asked(retrieved)
        recipients = self._recipients.asked(asked.question)
        hits = rank(retrieved, self._bundle.passages, self._fitted, self._topics.belongs(topics))
        if retrieved.trust < LABELED:
            hits = self._citer.audiences.everybody_first(asked.in_full, hits)
            hits = naming_first(hits, recipients) if recipients else hits
        not_here = self._elsewhere.asked(asked.question)
        of_product = self._elsewhere.is_of_product(asked.question)
        most = 0 if retrieved.nearest else self._settings.compose.max_citations
        groups = self._sharing.asked_for(asked.question, hits, most)
        evidence = Evidence(asked, retrieved, topics, hits, not_here, recipients, of_product, groups)

        changes = self._bundle.policy.changes
        if changes and changes.statements and topics.what_changed and not evidence.others:
            return self._changed(changes, evidence)

        fact = None if evidence.others else asked_fact(retrieved, self._fitted)
        if fact is not None and (stated := state(fact, retrieved, self._bundle, self._fitted, self._settings.compose)):
            return self._stated(stated, fact, evidence)

        if self._bundle.policy.language != READ:
            return Findings(Outcome.UNSUPPORTED_LANGUAGE, 1.0, hits)

        ordered = with_period_first(asked.question, hits) if evidence.unlabeled else hits
        chosen = select(ordered, self._settings.compose)
        reviewed = self._topics.reviewed(topics, hits, chosen) or self._topics.reviewed_on(topics)
        if not reviewed and (defined := self._defined(evidence)):
            return defined
        decision = self._decide(evidence, reviewed, fact)
        findings = Findings(decision.outcome, decision.confidence, hits, topics=topics.ids, nearly=decision.nearly)
        if decision.outcome is Outcome.ANSWERED:
            return self._answered(findings, evidence, chosen, reviewed)
        if not_here and decision.outcome is Outcome.OFF_TOPIC and (evidence.others or evidence.perhaps_others):
            return self._for_others(findings, evidence, not_here)
        return self._refused(findings, evidence)

    def not_again(self, findings: Findings, given: Sequence[Findings]) -> Findings:
        """Return other relevant statements for a question if those before it were answered with all that it cites.

        "When was it updated, and where do I find the date?" asks for two things, which are near each other. If nothing
        answers it, the nearest statements are not shown again either, nor is the owner's answer that cites only them.
        """
        shown = {citation.passage_id for each in given for citation in each.citations}
        cited = {citation.passage_id for citation in findings.citations}
        if findings.related:
            new_ones = tuple(near for near in findings.related if near.passage_id not in shown)
            if not new_ones or findings.reviewed is None:
                return dataclasses.replace(findings, related=new_ones, reviewed=findings.reviewed if new_ones else None)
        if not findings.hits or not cited or not cited <= shown:
            return findings
        relevant = select(findings.hits, self._settings.compose)
        if new := [hit for hit in relevant if hit.passage.id not in shown]:
            return dataclasses.replace(findings, citations=self.cite(new), reviewed=None, yes_no=None)
        return findings

    def with_review_on(self, findings: Findings, topic: str) -> Findings:
        """Add the owner's answer on a topic, by its id, and its statements, to a question without an answer."""
        return self._with_review(findings, self._topics.reviewed_of(topic))

    def _changed(self, changes: Changes, evidence: Evidence) -> Findings:
        """Return what is new in the policy, as far as an answer may quote."""
        cited = self._citer.cite(changes.statements[: self._settings.compose.max_citations])
        topics = evidence.topics
        return Findings(Outcome.ANSWERED, topics.probability, evidence.hits, cited, topics=topics.ids, changes=changes)

    def _stated(self, stated: Stated, fact: AskedFact, evidence: Evidence) -> Findings:
        """Return the statements that state a fact, or that the policy does not state it."""
        hits = (*stated.chosen, *evidence.hits)
        findings = Findings(stated.outcome, fact.probability, hits, topics=evidence.topics.ids)
        if stated.chosen:
            return dataclasses.replace(findings, citations=self.cite(stated.chosen))
        return self._refused(findings, evidence)

    def _defined(self, evidence: Evidence) -> Findings | None:
        """Return what defines the word whose meaning is asked for, unless the owner labeled the question."""
        row = self._definitions.asked(evidence.asked.question)
        if row is None or evidence.retrieved.own is not None or evidence.retrieved.known_kind is not None:
            return None
        rows = with_what_goes_on(evidence.asked.question, (row,), evidence.hits, self._bundle.policy)
        return Findings(
            Outcome.ANSWERED,
            _SURE_DEFINED,
            evidence.hits,
            self._citer.cite(rows),
            topics=evidence.topics.ids,
            suggestions=self._suggestions(evidence, None),
        )

    def _decide(self, evidence: Evidence, reviewed: ReviewedAnswer | None, fact: AskedFact | None) -> Decision:
        """Return the decision of the fitted models, with what the question's words and the owner's review settle."""
        retrieved, topics = evidence.retrieved, evidence.topics
        best = max(evidence.hits[:_FIRST], key=lambda hit: hit.relevance)
        decision = decide(
            retrieved,
            self._fitted,
            self._settings.decide,
            for_whom=for_whom(evidence),
            # The label of a question that the owner wrote says more than the topic that it seems to be about.
            silent=0.0 if retrieved.known_kind == "answerable" else self._topics.reviewed_silent(topics),
            covered=self._topics.reviewed_covered(topics, reviewed)
            or evidence.names_recipient
            or bool(evidence.groups),
            careful=fact is not None and fact.probability >= MAYBE_FROM,
            relevance=best.relevance,
            agreement=retrieved.agreement_of(best),
            words=None
            if retrieved.nearest
            else share_of_words(evidence.asked.question, best.passage.read_as, self._bundle.lexical),
            own=retrieved.own is not None,
        )
        if evidence.names_recipient and decision.outcome is Outcome.ANSWERED:
            return dataclasses.replace(decision, confidence=max(decision.confidence, _SURE_NAMED))
        return decision

    def _answered(
        self, findings: Findings, evidence: Evidence, chosen: Sequence[Hit], reviewed: ReviewedAnswer | None
    ) -> Findings:
        """Add what answers: the statements of the owner's review and the best one, or those that are relevant."""
        rows = _rows(chosen)
        may_be_empty = reviewed is None and evidence.unlabeled
        if may_be_empty:
            rows = without_empty(rows, self._bundle.policy)
            chosen = [hit for hit in chosen if hit.passage.index in rows]
        entries: Sequence[int] = ()
        if reviewed and is_found(reviewed, evidence.hits):
            # The one that answers best comes first, then those that the owner cites, in reading order.
            rows = (rows[0], *(row for row in reviewed.cite if row != rows[0]))
        elif reviewed:
            rows = reviewed.cite
        elif evidence.groups:
            rows = evidence.groups
        elif entries := self._lists.asked_for(rows, evidence.hits):
            rows = self._lists.add_short(rows, entries)
        elif evidence.unlabeled:
            chosen = self._citer.audiences.for_everybody(evidence.asked.in_full, chosen)
            rows = self._completed(_rows(without_weak(chosen)), evidence)
        if may_be_empty:
            rows = without_empty(rows, self._bundle.policy)
        # An answer that leaves something open is no plain yes or no.
        is_partial = reviewed is not None and reviewed.verdict == "partly"
        return dataclasses.replace(
            findings,
            citations=self._citer.cite(rows, by_relevance=reviewed is None),
            list_goes_on=self._goes_on(rows, entries, evidence),
            yes_no=None if is_partial else polarity(evidence.asked.question, rows, evidence.retrieved, self._bundle),
            reviewed=reviewed,
            suggestions=self._suggestions(evidence, reviewed),
        )

    def _goes_on(self, rows: Sequence[int], entries: Sequence[int], evidence: Evidence) -> bool:
        """Return whether only a part of what is asked for is cited: of a list, or of the groups who get data."""
        if rows == evidence.groups and rows:
            return self._sharing.has_more(rows)
        return bool(entries) and self._lists.goes_on(rows, entries, evidence.hits)

    def _completed(self, rows: Sequence[int], evidence: Evidence) -> tuple[int, ...]:
        """Return the statements to cite, with what the policy says next to the first, and how to reach the owner."""
        question, policy = evidence.asked.question, self._bundle.policy
        rows = with_what_goes_on(question, self._sections.add(rows), evidence.hits, policy)
        return with_contact(question, rows, policy)

    def _suggestions(self, evidence: Evidence, given: ReviewedAnswer | None) -> tuple[str, ...]:
        """Return what can be asked next. given: the reviewed answer that is given."""
        vector = evidence.retrieved.question_vector
        return self._topics.suggestions(vector, evidence.topics, given, self._answered_topics)

    def _for_others(self, findings: Findings, evidence: Evidence, not_here: NotHere) -> Findings:
        """Say whom the question is for, as its words do, and add what the policy says of them."""
        findings = dataclasses.replace(
            findings,
            topics=tuple(dict.fromkeys([not_here.topic, *findings.topics])),
            suggestions=self._suggestions(evidence, None),
            route=self._route(evidence),
        )
        if not_here.name:
            naming = [hit for hit in evidence.hits if not_here.name.lower() in hit.passage.text.lower()]
            return dataclasses.replace(findings, related=self.cite(naming[:MOST_RELATED]))
        near = not_here.topic == "other-organization" and findings.route is None
        return self._with_nearest_review(findings, evidence) if near else findings

    def _refused(self, findings: Findings, evidence: Evidence) -> Findings:
        """Add what helps: the topic that is not mentioned, or the nearest statements, and what can be asked."""
        topics = evidence.topics
        topic = topics.named
        if findings.outcome is Outcome.SMALL_TALK and topics.best.id in _SMALL_TALK_IF_REFUSED:
            return dataclasses.replace(findings, act="human")
        if topic and topic.kind == "act" and findings.outcome is not Outcome.NOT_COVERED:
            return dataclasses.replace(findings, outcome=Outcome.SMALL_TALK, act=topic.id.replace("-", "_"))
        findings = dataclasses.replace(findings, suggestions=self._suggestions(evidence, None))
        if findings.outcome is Outcome.OFF_TOPIC and not self._definitions.using(evidence.asked.question):
            return self._off_topic(findings, evidence)
        if findings.outcome in {Outcome.OFF_TOPIC, Outcome.NOT_COVERED}:
            return self._not_covered(dataclasses.replace(findings, outcome=Outcome.NOT_COVERED), evidence)
        return findings

    def _off_topic(self, findings: Findings, evidence: Evidence) -> Findings:
        """Add where to go; or else, if the question may be about this policy after all, the owner's nearest answer."""
        if route := self._route(evidence):
            return dataclasses.replace(findings, route=route)
        topics = evidence.topics
        may_be_here = topics.best.kind == "policy" or topics.of_other_organization
        return self._with_nearest_review(findings, evidence) if may_be_here else findings

    def _route(self, evidence: Evidence) -> Contact | None:
        return route_of(evidence.asked.in_full, evidence.retrieved, self._offices)

    def _not_covered(self, findings: Findings, evidence: Evidence) -> Findings:
        """Add the topics that the policy does not mention if that is certain, otherwise the nearest statements."""
        question = evidence.asked.question
        if silent := self._topics.silent_on(evidence.topics, question, findings.confidence):
            near = self._citer.cite(self._topics.near_silence(silent))
            return dataclasses.replace(findings, silent_on=tuple(topic.id for topic in silent), related=near)
        if using := self._definitions.using(question):
            return dataclasses.replace(findings, related=self._citer.cite(using))
        findings = self._with_nearest_review(findings, evidence)
        if findings.related:
            return findings
        nearest = [
            hit
            for hit in evidence.hits[:MOST_RELATED]
            if hit.similarity >= _RELATED_FROM or hit.relevance >= _RELEVANT_FROM
        ]
        with_words = self._with_words(evidence)
        nearest = list(dict.fromkeys([*evidence.naming, *with_words, *nearest]))[:MOST_RELATED]
        # Of the refusals on the set `reading` whose best statement names what is asked, 7 of 8 are wrong.
        nearly = findings.nearly or evidence.hits[0] in with_words
        return dataclasses.replace(findings, related=self.cite(nearest), nearly=nearly)

    def _with_words(self, evidence: Evidence) -> list[Hit]:
        """Return the candidates with all words of the name of the topic that is asked about: "location"."""
        topic = evidence.topics.named
        rows = self._bundle.lexical.rows_with_all(own_words(topic)) if topic else frozenset()
        return [hit for hit in evidence.hits if hit.passage.index in rows]

    def _with_nearest_review(self, findings: Findings, evidence: Evidence) -> Findings:
        """Add the owner's answer on the nearest subject and its statements, if there is one."""
        chosen = select(evidence.hits, self._settings.compose)
        reviewed = self._topics.reviewed(evidence.topics.of_policy, evidence.hits, chosen, NEAR_FROM)
        return self._with_review(findings, reviewed or self._topics.reviewed_on(evidence.topics))

    def _with_review(self, findings: Findings, reviewed: ReviewedAnswer | None) -> Findings:
        if reviewed is None:
            return findings
        rows = tuple(dict.fromkeys([*reviewed.cite, findings.hits[0].passage.index]))
        return dataclasses.replace(findings, reviewed=reviewed, related=self._citer.cite(rows))


def _rows(hits: Sequence[Hit]) -> tuple[int, ...]:
    return tuple(hit.passage.index for hit in hits)

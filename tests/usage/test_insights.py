from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.encoder.embedding import OnnxEmbedder
from bot.types import Outcome
from bot.usage import insights as module
from bot.usage.insights import gather, last_week, outcome_of, topic_label
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count, Feedback, Unanswered, today
from tests.support.usage import ASKED, LONG_AGO, day_before, fill


class TestGather:
    def test_insights_include_outcomes_verdicts_groups_and_comments(
        self, store: SqliteStore, embedder: OnnxEmbedder
    ) -> None:
        fill(store)
        massgov, parks = gather(store, embedder, LONG_AGO).policies
        assert massgov.outcomes == {Outcome.ANSWERED: 8, Outcome.NOT_COVERED: 2, Outcome.OFF_TOPIC: 1}
        assert massgov.languages == {"en": 10, "ht": 1}
        assert [(v.outcome, v.helpful, v.unhelpful, v.reasons) for v in massgov.verdicts] == [
            (Outcome.ANSWERED, 2, 2, {"incomplete": 1}),
            (Outcome.NOT_COVERED, 0, 3, {}),
            (Outcome.OFF_TOPIC, 1, 0, {}),
            (Outcome.SMALL_TALK, 1, 0, {}),
        ]
        assert [c.comment for c in massgov.comments] == ["<b>Not</b> all of it.", "Thank you."]
        assert (parks.policy, parks.asked, parks.groups, parks.verdicts) == ("parks", 1, (), ())

    def test_only_unanswered_questions_are_grouped(self, store: SqliteStore, embedder: OnnxEmbedder) -> None:
        fill(store)
        massgov, _ = gather(store, embedder, LONG_AGO).policies
        assert [(set(group.questions), outcome_of(group)) for group in massgov.groups] == [
            (set(ASKED[0]), "3 not covered; 3 marked unhelpful"),
            ({"has mass.gov ever been hacked"}, "not covered"),
            ({"how long do you keep my address"}, "answered, marked unhelpful"),
            ({"who won the game last night"}, "off topic"),
        ]

    def test_since_excludes_older_rows(self, store: SqliteStore, embedder: OnnxEmbedder) -> None:
        fill(store)
        insights = gather(store, embedder, today() - timedelta(days=29))
        assert [of.policy for of in insights.policies] == ["massgov"]
        assert (insights.since, insights.until) == (today() - timedelta(days=29), today())

    def test_too_many_questions_are_cut_to_the_latest_with_a_note(
        self, store: SqliteStore, embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MAX_GROUPED", 2)
        for days, question in enumerate(ASKED[2]):
            store.add(Feedback(question, "massgov", Outcome.NOT_COVERED, False, None, None, question, day_before(days)))
        (massgov,) = gather(store, embedder, LONG_AGO).policies
        assert massgov.left_out == 1
        assert {question for group in massgov.groups for question in group.questions} == set(ASKED[2][:2])

    def test_json_contains_everything(self, store: SqliteStore, embedder: OnnxEmbedder) -> None:
        fill(store)
        shown = json.loads(json.dumps(gather(store, embedder, LONG_AGO).to_json()))
        massgov = shown["policies"][0]
        assert massgov["outcomes"] == {"answered": 8, "not_covered": 2, "off_topic": 1}
        assert massgov["groups"][0]["size"] == 3
        assert set(massgov["groups"][0]["questions"]) == set(ASKED[0])
        assert massgov["comments"][0] == {
            "outcome": "answered",
            "helpful": False,
            "reason": "incomplete",
            "comment": "<b>Not</b> all of it.",
        }

    def test_a_group_says_what_the_studio_needs(self, store: SqliteStore, embedder: OnnxEmbedder) -> None:
        fill(store)
        first, *_ = gather(store, embedder, LONG_AGO).to_json()["policies"][0]["groups"]
        assert (first["topic"], first["size"], first["times"]) == ("account-delete", 3, [1, 1, 1])
        assert first["outcomes"] == {"not_covered": 3}

    def test_a_question_that_was_judged_and_passed_on_is_one(self, store: SqliteStore, embedder: OnnxEmbedder) -> None:
        question = "has mass.gov ever been hacked"
        store.add(Feedback("a1", "massgov", Outcome.NOT_COVERED, False, question=question))
        store.keep(Unanswered("a1", "massgov", Outcome.NOT_COVERED, question))
        store.keep(Unanswered("a2", "massgov", Outcome.NOT_COVERED, question))
        (massgov,) = gather(store, embedder, today()).policies
        assert [(group.size, group.unhelpful) for group in massgov.groups] == [(2, 1)]
        assert massgov.passed_on == 2


class TestWeekly:
    def test_a_week_is_compared_with_the_one_before(self, store: SqliteStore, embedder: OnnxEmbedder) -> None:
        since, until = last_week()
        assert (since.weekday(), until.weekday(), (until - since).days) == (0, 6, 6)
        assert timedelta(days=1) <= today() - until <= timedelta(days=7)
        for day, number in ((since - timedelta(days=8), 40), (since - timedelta(days=1), 20), (since, 6), (until, 2)):
            store.count(Count(day, "massgov", Outcome.ANSWERED, "en", "data-sale", number))
        store.count(Count(until + timedelta(days=1), "massgov", Outcome.ANSWERED, "en", "data-sale", 99))
        store.keep(Unanswered("a1", "massgov", Outcome.NOT_COVERED, "an old question", since - timedelta(days=1)))
        (massgov,) = gather(store, embedder, since, until).policies
        assert massgov.asked == 8
        assert [(line.topic, line.number, line.before) for line in massgov.topics] == [("data-sale", 8, 20)]
        assert [week.asked for week in massgov.weeks] == [40, 20, 8]
        assert [week.passed_on for week in massgov.weeks] == [0, 1, 0]
        assert massgov.groups == ()


def test_a_topic_of_the_owners_own_is_shown_in_words() -> None:
    assert topic_label("own:how-long-plates-are-kept") == "how long plates are kept"
    assert topic_label("data-sale") == "whether data is sold"
    assert topic_label("of-a-later-version") == "of-a-later-version"

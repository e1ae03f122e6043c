"""What every store of usage does, on each of them."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from bot.types import Outcome
from bot.usage.store import Store
from bot.usage.values import (
    MAX_COMMENT_CHARS,
    Audited,
    Count,
    Feedback,
    FullError,
    Switch,
    SwitchKind,
    TooLongError,
    Unanswered,
    WordsFullError,
    today,
)
from tests.support.stores import Kind
from tests.support.usage import DAY, unanswered, verdict


@pytest.fixture
def store(kind: Kind) -> Store:
    return kind.open()


class TestWhatIsKept:
    def test_counts_add_up_by_day_policy_outcome_and_language(self, store: Store) -> None:
        for _ in range(3):
            store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
        store.count(Count(DAY, "harbour", Outcome.NOT_COVERED, "ht"))
        store.count(Count(DAY - timedelta(days=1), "harbour", Outcome.ANSWERED, "en"))
        numbers = {(c.day, c.outcome, c.language): c.number for c in store.counts(DAY)}
        assert numbers == {(DAY, Outcome.ANSWERED, "en"): 3, (DAY, Outcome.NOT_COVERED, "ht"): 1}

    def test_a_verdict_is_read_back_unchanged(self, store: Store) -> None:
        given = verdict(helpful=False, reason="unclear", comment="Which?", question="do you sell my data?", day=DAY)
        id = store.add(given)
        (kept,) = store.feedback(DAY)
        assert kept == Feedback(
            id, "harbour", Outcome.ANSWERED, False, "unclear", "Which?", "do you sell my data?", DAY
        )
        assert store.feedback(DAY + timedelta(days=1)) == []

    def test_the_latest_verdict_on_an_answer_counts(self, store: Store) -> None:
        first = store.add(verdict("a1", helpful=True))
        assert store.add(verdict("a1", helpful=False, reason="wrong")) == first
        store.add(verdict("a2"))
        assert sorted(f.helpful for f in store.feedback(today())) == [False, True]

    def test_the_answer_id_is_stored_as_a_digest(self, store: Store, kind: Kind) -> None:
        id = store.add(verdict("4111111111111111"))
        assert len(id) == 32
        assert b"4111111111111111" not in kind.all_bytes()

    @pytest.mark.parametrize(
        ("secret", "text"),
        [
            ("123-45-6789", "My SSN is 123-45-6789, do you keep it?"),
            ("617-555-0134", "Call me at 617-555-0134."),
            ("ann@example.org", "write to ann@example.org"),
            ("4111 1111 1111 1111", "my card is 4111 1111 1111 1111"),
            ("hunter2", "my password is hunter2"),
            ("123-45-6789", "my SSN is 1\u200b23-45-67\u200b89 hidden"),
        ],
    )
    @pytest.mark.parametrize("field", ["comment", "question"])
    def test_personal_data_never_reaches_the_disk(
        self, store: Store, kind: Kind, field: str, secret: str, text: str
    ) -> None:
        store.add(verdict(**{field: text}))
        (kept,) = store.feedback(today())
        assert "[" in (getattr(kept, field) or "")
        assert secret.encode() not in kind.all_bytes().replace("\u200b".encode(), b"")

    def test_texts_in_any_language_are_stored(self, store: Store) -> None:
        store.add(verdict(comment="No me sirve para nada.", question="你们会出售我的数据吗?"))
        (kept,) = store.feedback(today())
        assert (kept.comment, kept.question) == ("No me sirve para nada.", "你们会出售我的数据吗?")

    def test_a_text_without_words_is_stored_as_none(self, store: Store) -> None:
        store.add(verdict(comment=" \u200b\n ", question=""))
        (kept,) = store.feedback(today())
        assert (kept.comment, kept.question) == (None, None)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        answer_id=strategies.text(max_size=40),
        comment=strategies.text(max_size=MAX_COMMENT_CHARS),
        question=strategies.text(max_size=200),
    )
    def test_visitor_texts_are_stored_on_one_line_without_control_characters(
        self, store: Store, answer_id: str, comment: str, question: str
    ) -> None:
        id = store.add(verdict(answer_id, comment=comment, question=question))
        kept = next(f for f in store.feedback(today()) if f.answer_id == id)
        assert f"{kept.comment}{kept.question}".isprintable()

    def test_stored_texts_are_no_longer_than_allowed(self, kind: Kind) -> None:
        """Some characters become up to eighteen when the text is normalized."""
        with closing(kind.open(max_question_chars=300)) as store:
            for changes in ({"comment": "ﷺ" * 500}, {"question": "ﷺ" * 300}, {"question": "x" * 301}):
                with pytest.raises(TooLongError, match=r"^The (comment|question) is too long: shorten it to [35]00 "):
                    store.add(verdict(**changes))
            assert store.feedback(date.min) == []
            store.add(verdict(comment="ﷺ" * 27, question="ﷺ" * 16))
            (kept,) = store.feedback(date.min)
            assert (len(kept.comment or ""), len(kept.question or "")) == (27 * 18, 16 * 18)


class TestRoom:
    def test_a_full_store_refuses_new_verdicts_and_allows_changes(self, kind: Kind) -> None:
        with closing(kind.open(max_rows=3)) as store:
            for number in range(3):
                store.add(verdict(f"a{number}"))
            with pytest.raises(FullError, match=r"is full \(3 verdicts and .* bytes\): raise feedback\.max_rows or"):
                store.add(verdict("a3"))
            store.add(verdict("a1", helpful=False, comment="It changed."))
            assert sorted(f.helpful for f in store.feedback(date.min)) == [False, True, True]
            store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
            assert len(store.counts(DAY)) == 1

    def test_a_nearly_full_store_drops_texts_then_refuses_verdicts(self, kind: Kind) -> None:
        most = 250_000
        ends: list[str] = []
        chance = random.Random(1)

        def text(length: int) -> str:  # that no database can compress much
            return " ".join("".join(chance.choices("abcdefghijklmnop", k=7)) for _ in range(length // 8))

        with closing(kind.open(max_bytes=most)) as store:
            while "refused" not in ends[-3:-1]:
                try:
                    words = {"comment": text(450), "question": text(1_500)}
                    store.add(verdict(f"a{len(ends)}", policy="harbour" * 100, **words))
                    ends.append("kept")
                except WordsFullError:
                    ends.append("without words")
                except FullError:
                    ends.append("refused")
            assert kind.size() < most + 150_000
            kept = store.feedback(date.min)
        assert list(dict.fromkeys(ends)) == ["kept", "without words", "refused"]
        assert len(kept) == len(ends) - ends.count("refused")
        assert sum(f.comment is not None for f in kept) == ends.count("kept")

    def test_space_freed_by_the_retention_is_reused(self, kind: Kind) -> None:
        with closing(kind.open(max_bytes=200_000)) as store:
            old = today() - timedelta(days=91)
            for number in itertools.count():
                try:
                    store.add(verdict(f"a{number}", comment="words " * 80, day=old))
                except WordsFullError:
                    break
            assert store.purge() > 3
            store.add(verdict("new", comment="There is room."))
            assert [f.comment for f in store.feedback(date.min)] == ["There is room."]

    def test_counts_are_bounded_too(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.usage.limits.COUNTS", 2)
        for policy in ("a", "b", "c", "a", "c"):
            store.count(Count(DAY, policy, Outcome.ANSWERED, "en", number=5))
        assert {c.policy: c.number for c in store.counts(DAY)} == {"a": 10, "b": 5}

    def test_concurrent_writers_do_not_exceed_the_limit(self, kind: Kind) -> None:
        stores = [kind.open(max_rows=20) for _ in range(4)]
        stores[0].purge()

        def add(number: int) -> bool:
            try:
                stores[number % 4].add(verdict(f"a{number}"))
            except FullError:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(add, range(60))) == 20
        for store in stores:
            store.close()
        assert len(kind.open().feedback(date.min)) == 20


class TestPurge:
    def test_expired_rows_are_erased_to_the_last_byte(self, store: Store, kind: Kind) -> None:
        old, kept = today() - timedelta(days=91), today() - timedelta(days=90)
        store.add(verdict("a1", day=old, comment="the old pelican", question="a pelican of old?"))
        store.add(verdict("a2", day=kept, comment="the young heron"))
        store.count(Count(old, "harbour", Outcome.ANSWERED, "en"))
        store.count(Count(kept, "harbour", Outcome.ANSWERED, "en"))
        assert b"pelican" in kind.all_bytes()
        assert store.purge() == 2
        assert [f.day for f in store.feedback(date.min)] == [kept]
        assert [c.day for c in store.counts(date.min)] == [kept]
        assert b"pelican" not in kind.all_bytes()
        assert b"heron" in kind.all_bytes()
        assert store.purge() == 0


class TestQuestions:
    def test_a_question_is_kept_with_its_day_and_outcome_alone(self, store: Store) -> None:
        id = store.keep(unanswered("a1", "who hosts it?"))
        assert id != "a1"
        assert store.keep(unanswered("a1", "who hosts it?")) == id  # a second click
        assert store.unanswered(DAY) == [Unanswered(id, "harbour", Outcome.NOT_COVERED, "who hosts it?", DAY)]
        assert store.unanswered(DAY + timedelta(days=1)) == []

    def test_personal_data_and_danger_never_reach_the_disk(self, store: Store, kind: Kind) -> None:
        store.keep(unanswered("a1", "is my SSN 123-45-6789 with you?"))
        store.keep(unanswered("a2", "I want to kill myself"))
        store.keep(unanswered("a3", " \u200b "))
        (kept,) = store.unanswered(DAY)
        assert "[social security number]" in kept.question
        for secret in (b"123-45-6789", b"kill myself"):
            assert secret not in kind.all_bytes()

    def test_a_question_counts_toward_the_limits(self, kind: Kind) -> None:
        with closing(kind.open(max_rows=2, max_question_chars=20)) as store:
            store.add(verdict("a1"))
            store.keep(unanswered("a2", "who?"))
            with pytest.raises(FullError, match="2 verdicts and questions"):
                store.keep(unanswered("a3", "who?"))
            with pytest.raises(TooLongError, match="The question is too long: shorten it to 20"):
                store.keep(unanswered("a2", "x" * 21))
        with (
            closing(kind.open(max_bytes=1)) as store,
            pytest.raises(FullError, match="room for more words"),
        ):
            store.keep(unanswered("a2", "whom?"))


class TestDeletion:
    def test_what_is_deleted_is_erased_to_the_last_byte_and_audited(self, store: Store, kind: Kind) -> None:
        later = DAY + timedelta(days=1)
        store.add(verdict("a1", day=DAY, comment="the old pelican"))
        store.keep(unanswered("a2", "a pelican of old?"))
        store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en", "pelican-topic"))
        store.add(verdict("a3", day=later, comment="the young heron"))
        assert store.delete(later, "ann") == 3
        assert b"pelican" not in kind.all_bytes()
        assert [f.comment for f in store.feedback(date.min)] == ["the young heron"]
        assert store.delete(None, "bo") == 1
        assert b"heron" not in kind.all_bytes()
        assert [(line.who, line.what) for line in store.audit()] == [
            ("bo", "deleted what visitors left: 1 rows"),
            ("ann", "deleted what visitors left before 2026-03-02: 3 rows"),
        ]


class TestSwitches:
    def test_each_kind_and_policy_has_one_switch_and_everything_is_audited(self, store: Store) -> None:
        until = datetime(2026, 3, 2, 9, tzinfo=UTC)
        store.switch_on(Switch(SwitchKind.PAUSE, "", "First."), "ann")
        store.switch_on(Switch(SwitchKind.PAUSE, "", "Second.", until), "ann")
        store.switch_on(Switch(SwitchKind.PAUSE, "harbour"), "bo")
        store.switch_on(Switch(SwitchKind.NOTICE, "", "Closed on Monday."), "bo")
        assert sorted(store.switches(), key=lambda switch: (switch.kind, switch.policy)) == [
            Switch(SwitchKind.NOTICE, "", "Closed on Monday."),
            Switch(SwitchKind.PAUSE, "", "Second.", until),
            Switch(SwitchKind.PAUSE, "harbour"),
        ]
        assert store.switch_off(SwitchKind.PAUSE, "", "ann") == [Switch(SwitchKind.PAUSE, "", "Second.", until)]
        assert len(store.switch_off(SwitchKind.PAUSE, None, "ann")) == 1
        assert [switch.kind for switch in store.switches()] == [SwitchKind.NOTICE]
        assert [line.what for line in store.audit()] == [
            "pause off for harbour",
            "pause off for all policies",
            "notice on for all policies: “Closed on Monday.”",
            "pause on for harbour",
            "pause on for all policies until 2026-03-02T09:00:00+00:00: “Second.”",
            "pause on for all policies: “First.”",
        ]

    def test_the_audit_is_bounded(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.usage.limits.AUDIT", 3)
        for number in range(5):
            store.note(Audited("ann", f"exported {number} rows"))
        assert [line.what for line in store.audit()] == [f"exported {number} rows" for number in (4, 3, 2)]

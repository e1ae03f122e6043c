from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, strategies

from bot.commands.main import main
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.settings import Settings
from bot.types import AskPolicyError, Outcome
from bot.usage import insights as module
from bot.usage.feedback import Feedback, Store, today
from bot.usage.insights import Group, cluster, gather, group_questions, outcome_of, show_insights, write_page
from tests.support.browser import Visit, axe_violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Four subjects that the policy does not mention, with several wordings each.
ASKED = (
    ("how do i delete my account", "how do i close my account", "I want delete my account, where is button?"),
    ("has mass.gov ever been hacked", "were you ever hacked before", "have you guys been hacked lately"),
    ("are there ads on here", "do you show ads", "is there ads on this site"),
    ("how long does a persistent cookie last", "when does the persistant cookie expire"),
)
LONG_AGO = date(2000, 1, 1)


@pytest.fixture(scope="module")
def embedder(settings: Settings) -> OnnxEmbedder:
    return OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "feedback.sqlite", 90)) as store:
        yield store


def shared(question: str | None, outcome: Outcome = Outcome.NOT_COVERED, helpful: bool = False) -> Feedback:
    return Feedback(f"{question} {outcome} {helpful}", "massgov", outcome, helpful, question=question)


def fill(store: Store) -> None:
    for outcome, number in ((Outcome.ANSWERED, 7), (Outcome.NOT_COVERED, 2), (Outcome.OFF_TOPIC, 1)):
        for _ in range(number):
            store.count(today(), "massgov", outcome, "en")
    store.count(today(), "massgov", Outcome.ANSWERED, "ht")
    store.count(today() - timedelta(days=30), "parks", Outcome.NOT_COVERED, "en")
    for question in ASKED[0]:
        store.add(shared(question))
    store.add(shared("who won the game last night", Outcome.OFF_TOPIC, helpful=True))
    store.add(shared("how long do you keep my address", Outcome.ANSWERED, helpful=False))
    store.add(shared("do you sell my data", Outcome.ANSWERED, helpful=True))
    store.add(shared("hello there", Outcome.SMALL_TALK, helpful=True))
    store.add(Feedback("n1", "massgov", Outcome.ANSWERED, False, "incomplete", comment="<b>Not</b> all of it."))
    store.add(Feedback("n2", "massgov", Outcome.ANSWERED, True, comment="Thank you."))


class TestGroups:
    def test_questions_with_the_same_meaning_are_grouped(self, embedder: OnnxEmbedder) -> None:
        groups = group_questions([shared(q) for meaning in ASKED for q in meaning], embedder)
        assert {frozenset(group.questions) for group in groups} == {frozenset(meaning) for meaning in ASKED}
        assert [group.size for group in groups] == [3, 3, 3, 2]

    def test_the_most_central_question_names_the_group(self, embedder: OnnxEmbedder) -> None:
        (group,) = group_questions([shared(q) for q in ASKED[1]], embedder)
        vectors = embedder.encode(group.questions)
        assert int((vectors @ vectors.T).sum(axis=0).argmax()) == 0
        assert group.name == group.questions[0]

    def test_repeated_questions_count_each_time(self, embedder: OnnxEmbedder) -> None:
        given = [shared("do you show ads", helpful=helpful) for helpful in (True, False, False)]
        given.append(shared("do you show ads", Outcome.ANSWERED))
        (group,) = group_questions(given, embedder)
        assert group == Group(("do you show ads",), 4, {Outcome.NOT_COVERED: 3, Outcome.ANSWERED: 1}, 3)
        assert outcome_of(group) == "3 not covered, 1 answered; 3 marked unhelpful"

    def test_without_shared_questions_there_are_no_groups(self, embedder: OnnxEmbedder) -> None:
        assert group_questions([], embedder) == ()

    @given(
        seed=strategies.integers(0, 10_000),
        rows=strategies.integers(1, 24),
        similarity=strategies.floats(-1, 1),
    )
    def test_clusters_equal_those_of_agglomerative_clustering(self, seed: int, rows: int, similarity: float) -> None:
        vectors = np.random.default_rng(seed).normal(size=(rows, 4)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        similarities = (vectors @ vectors.T).astype(np.float64)
        expected = [[row] for row in range(rows)]
        while len(expected) > 1:
            pairs = [(a, b) for a in range(len(expected)) for b in range(a)]
            means = [similarities[np.ix_(expected[a], expected[b])].mean() for a, b in pairs]
            if max(means) < similarity:
                break
            a, b = pairs[int(np.argmax(means))]
            expected[b] += expected.pop(a)
        assert {frozenset(c) for c in cluster(vectors, similarity)} == {frozenset(c) for c in expected}


class TestGather:
    def test_insights_include_outcomes_verdicts_groups_and_comments(self, store: Store, embedder: OnnxEmbedder) -> None:
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

    def test_only_unanswered_questions_are_grouped(self, store: Store, embedder: OnnxEmbedder) -> None:
        fill(store)
        massgov, _ = gather(store, embedder, LONG_AGO).policies
        assert [(set(group.questions), outcome_of(group)) for group in massgov.groups] == [
            (set(ASKED[0]), "3 not covered; 3 marked unhelpful"),
            ({"how long do you keep my address"}, "answered, marked unhelpful"),
            ({"who won the game last night"}, "off topic"),
        ]

    def test_since_excludes_older_rows(self, store: Store, embedder: OnnxEmbedder) -> None:
        fill(store)
        insights = gather(store, embedder, today() - timedelta(days=29))
        assert [of.policy for of in insights.policies] == ["massgov"]
        assert (insights.since, insights.until) == (today() - timedelta(days=29), today())

    def test_too_many_questions_are_cut_to_the_latest_with_a_note(
        self, store: Store, embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MAX_GROUPED", 2)
        for days, question in enumerate(ASKED[2]):
            store.add(Feedback(question, "massgov", Outcome.NOT_COVERED, False, None, None, question, day_before(days)))
        (massgov,) = gather(store, embedder, LONG_AGO).policies
        assert massgov.left_out == 1
        assert {question for group in massgov.groups for question in group.questions} == set(ASKED[2][:2])

    def test_json_contains_everything(self, store: Store, embedder: OnnxEmbedder) -> None:
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


def day_before(days: int) -> date:
    return today() - timedelta(days=days)


class TestPage:
    @pytest.mark.parametrize(
        ("scheme", "width"),
        [
            ("light", 1000),
            *(pytest.param(*look, marks=pytest.mark.thorough) for look in (("dark", 1000), ("light", 320))),
        ],
    )
    def test_the_page_is_accessible_and_self_contained(
        self, chromium: Browser, store: Store, embedder: OnnxEmbedder, tmp_path: Path, scheme: str, width: int
    ) -> None:
        fill(store)
        store.add(Feedback("x", "massgov", Outcome.ANSWERED, False, comment="<script>document.title = 'run'</script>"))
        page_file = tmp_path / "insights.html"
        write_page(gather(store, embedder, LONG_AGO), page_file)
        with chromium.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 800},
            bypass_csp=True,  # axe-core is added as a script
        ) as context:
            visit = Visit(context, [page_file.as_uri()])
            visit.page.goto(page_file.as_uri())
            assert axe_violations(visit.page) == []
            assert visit.page.title() == f"What visitors asked, {LONG_AGO} to {today()}"
            assert visit.page.evaluate("document.documentElement.scrollWidth") == width
            words = visit.page.inner_text("main")
            assert visit.complaints == []
            assert visit.foreign_requests == []
        for told in ("73%", "how do i close my account", "<b>Not</b> all of it.", "answered, unhelpful, incomplete"):
            assert told in words
        html = page_file.read_text(encoding="utf-8")
        assert "default-src 'none'" in html
        assert not re.search(r"<script|https?:|<b>Not", html)

    def test_an_empty_store_is_reported(self, store: Store, embedder: OnnxEmbedder, tmp_path: Path) -> None:
        write_page(gather(store, embedder, LONG_AGO), tmp_path / "page.html")
        assert "No questions were asked." in (tmp_path / "page.html").read_text(encoding="utf-8")

    def test_an_unwritable_path_gives_a_one_sentence_error(
        self, store: Store, embedder: OnnxEmbedder, tmp_path: Path
    ) -> None:
        with pytest.raises(AskPolicyError, match=r"cannot be written .*: choose another path with --html"):
            write_page(gather(store, embedder, LONG_AGO), tmp_path / "no" / "page.html")


class TestTerminal:
    def test_the_terminal_shows_tables(
        self, store: Store, embedder: OnnxEmbedder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "100")
        fill(store)
        show_insights(gather(store, embedder, LONG_AGO))
        out = capsys.readouterr().out
        assert "massgov questions: 11 (en 10, ht 1)" in out
        assert re.search(r"not covered\s+│ the policy is silent\s+│\s+2 │\s+18% │", out)
        assert re.search(r"│ answered\s+│\s+2 │\s+2 │\s+│\s+1 │", out)
        assert re.search(r"│\s+3 │ .*account.*│ 3 not covered; 3 marked unhelpful", out)
        assert "“<b>Not</b> all of it.”  answered, unhelpful, incomplete" in out

    def test_what_does_not_fit_is_summarized_as_a_number(
        self, store: Store, embedder: OnnxEmbedder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_SHOWN_GROUPS", 1)
        monkeypatch.setattr(module, "MAX_GROUPED", 4)
        fill(store)
        show_insights(gather(store, embedder, LONG_AGO))
        out = capsys.readouterr().out
        assert re.search(r"and \d smaller groups: see --html or --json", out)
        assert "1 earlier questions are not grouped: shorten --since" in out
        assert "and 1 more comments: see --html or --json" in out

    def test_an_empty_store_is_reported(
        self, store: Store, embedder: OnnxEmbedder, capsys: pytest.CaptureFixture[str]
    ) -> None:
        show_insights(gather(store, embedder, LONG_AGO))
        assert "No questions were asked." in capsys.readouterr().out


class TestCommand:
    @pytest.fixture
    def kept(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
        monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(store.path))
        fill(store)
        return store

    def test_the_command_prints_json_and_deletes_expired_rows(
        self, kept: Store, capsys: pytest.CaptureFixture[str]
    ) -> None:
        kept.count(day_before(91), "massgov", Outcome.ANSWERED, "en")
        assert main(["insights", "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert shown["since"] == day_before(90).isoformat()
        assert [of["policy"] for of in shown["policies"]] == ["massgov", "parks"]
        assert min(count.day for count in kept.counts(LONG_AGO)) == day_before(30)

    def test_the_command_writes_a_page_and_shows_tables(
        self, kept: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["insights", "--html", str(tmp_path / "page.html"), "--since", "7"]) == 0
        assert capsys.readouterr().out == f"Wrote {tmp_path / 'page.html'}.\n"
        assert "parks" not in (tmp_path / "page.html").read_text(encoding="utf-8")
        assert main(["insights"]) == 0
        assert "Verdicts" in capsys.readouterr().out

    def test_without_a_database_the_command_names_its_expected_path(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(tmp_path / "none.sqlite"))
        assert main(["insights"]) == 1
        assert f"There is no feedback database at {tmp_path / 'none.sqlite'}" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("days", ["0", "-1", "week", "1e9", "99999999999"])
    def test_an_invalid_number_of_days_is_wrong_usage(self, days: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as exit:
            main(["insights", f"--since={days}"])
        assert exit.value.code == 2
        assert f"{days} is not a number of days: use a number from 1 to 36500" in capsys.readouterr().err

    def test_the_command_needs_no_torch_and_no_index(self, kept: Store, tmp_path: Path) -> None:
        code = (
            "import sys; from bot.commands.main import main; main(['insights', '--json']);"
            "print(sorted({'torch', 'gradio', 'langchain_core'} & set(sys.modules)), file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "[]"

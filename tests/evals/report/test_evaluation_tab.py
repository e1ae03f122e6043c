"""Checks that a run is asked batch by batch, read if it is stored, and shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot import AskPolicyError, Bot, load_settings, open_bot
from evals.report.tab.figures import Line, line_figure
from evals.report.tab.run_html import progress_html, run_html
from evals.report.tab.runs import BATCHES, Evaluation, open_evaluation, stored_run
from evals.sets.cases import load_set


class WellFormed(HTMLParser):
    """Fails if a closing tag does not match the last open tag."""

    _VOID = frozenset({"br", "img", "input", "line", "polyline", "circle"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def evaluation(bot: Bot) -> Evaluation:
    """Return an evaluation over every eighth question of the set."""
    return Evaluation(bot, load_set("massgov_dev")[::8])


class TestEvaluation:
    def test_batches_cover_the_set_once(self, evaluation: Evaluation) -> None:
        done = [evaluation.ask(batch) for batch in range(BATCHES)]
        assert done == sorted(done)
        assert done[-1] == evaluation.size

    def test_the_result_asks_missing_batches(self, bot: Bot) -> None:
        evaluation = Evaluation(bot, load_set("massgov_dev")[::8])
        evaluation.ask(BATCHES // 2)
        result = evaluation.result()
        assert result.measures["questions"] == evaluation.size == len(result.scores)
        assert sum(sum(row.values()) for row in result.confusion.values()) == evaluation.size
        assert result.measures["fabricated_quotes"] == 0
        low, high = result.intervals["hit@1"]
        assert low <= (result.measures["hit@1"] or 0) <= high

    def test_many_requests_cost_one_run_and_later_ones_cost_nothing(
        self, bot: Bot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Any events, in any order, at the same time."""
        evaluation = Evaluation(bot, load_set("massgov_dev")[::20])
        work: Counter[str] = Counter()
        running: list[int] = []

        def watch(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
            def watched(*arguments: Any) -> Any:
                work[name] += 1
                running.append(1)
                try:
                    assert len(running) == 1
                    return do(*arguments)
                finally:
                    running.pop()

            return watched

        monkeypatch.setattr(evaluation, "_ask", watch("asked", evaluation._ask))
        monkeypatch.setattr(evaluation, "_measure", watch("measured", evaluation._measure))
        calls = [evaluation.result, *(partial(evaluation.ask, batch) for batch in range(BATCHES))] * 4
        with ThreadPoolExecutor(12) as pool:
            done = [pool.submit(call) for call in calls]
            results = [future.result() for future in done]
        assert work == {"asked": evaluation.size, "measured": 1}
        assert len({id(result) for result in results if not isinstance(result, int)}) == 1

    def test_another_policy_has_no_questions(self, small_policy_file: Path, tmp_path: Path) -> None:
        other = open_bot(load_settings(home=tmp_path), str(small_policy_file))
        with pytest.raises(AskPolicyError, match="'harbour'"):
            open_evaluation(other)


class TestStored:
    def test_nothing_stored(self, bot: Bot, tmp_path: Path) -> None:
        assert stored_run(bot, tmp_path / "nowhere") is None

    def test_a_complete_run_is_found_and_others_are_skipped(
        self, bot: Bot, evaluation: Evaluation, tmp_path: Path
    ) -> None:
        result = evaluation.result()
        names = ("whole", "first-questions", "other-policy", "broken")
        for name in names:
            folder = tmp_path / name
            (folder / "massgov_dev").mkdir(parents=True)
            settings = {
                "policy": {"sha256": "0" if name == "other-policy" else bot.bundle.policy.sha256},
                "bundle": bot.bundle.version,
                "options": {"limit": 5 if name == "first-questions" else None, "stage": "bot"},
            }
            ours = {"measures": result.measures, "intervals": result.intervals, "confusion": result.confusion}
            (folder / "settings.json").write_text(json.dumps(settings))
            (folder / "aggregates.json").write_text(
                "{" if name == "broken" else json.dumps({"massgov_dev": {"askpolicy": ours}})
            )
            rows = [json.dumps({"system": "askpolicy", **score}) for score in result.scores if score["outcome_right"]]
            (folder / "massgov_dev" / "scores.jsonl").write_text("\n".join(rows))
            for file, key in (("answers", "answer"), ("cases", "case")):
                lines = [json.dumps({"system": "askpolicy", **wrong[key]}) for wrong in result.wrong]
                (folder / "massgov_dev" / f"{file}.jsonl").write_text("\n".join(lines))
        found = stored_run(bot, tmp_path)
        assert found is not None
        assert "results/whole, made with the same index as this page" in found.source
        assert found.measures == result.measures


class TestPage:
    def test_a_run_is_shown_completely(self, evaluation: Evaluation) -> None:
        result = evaluation.result()
        page = WellFormed(run_html(result))
        assert page.tags.count("table") == 4
        assert page.tags.count("polyline") == 3
        assert f"Wrong answers: {len(result.wrong)} of {evaluation.size}" in page.text
        for wrong in result.wrong:
            assert wrong["case"]["question"] in page.text

    def test_a_run_without_answers_is_shown_too(self, bot: Bot) -> None:
        off_topic = [case for case in load_set("massgov_dev") if case.kind == "off_topic"][:3]
        WellFormed(run_html(Evaluation(bot, off_topic).result()))

    def test_progress_has_words_and_a_bar(self) -> None:
        page = WellFormed(progress_html(26, 260))
        assert "26 of 260 questions asked" in page.text
        assert "progress" in page.tags


def test_a_figure_has_a_name_and_draws_each_line() -> None:
    lines = [Line("first <b>", [(x / 500, 0.5) for x in range(501)]), Line("second", [(0, 0), (1, 1)], dotted=True)]
    html = line_figure("Shares", lines, x_label="kept", y_label="wrong")
    page = WellFormed(html)
    assert 'aria-label="Shares.' in html
    assert page.tags.count("polyline") == 2
    assert page.tags.count("circle") == 2
    assert "b" not in page.tags
    assert html.count(",") < 400  # thinned

from __future__ import annotations

import re

import pytest

from bot.encoder.embedding import OnnxEmbedder
from bot.usage import insights, terminal
from bot.usage.insights import gather
from bot.usage.sqlite import SqliteStore
from bot.usage.terminal import show_insights
from tests.support.usage import LONG_AGO, fill


class TestTerminal:
    def test_the_terminal_shows_tables(
        self,
        store: SqliteStore,
        embedder: OnnxEmbedder,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
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
        self,
        store: SqliteStore,
        embedder: OnnxEmbedder,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(terminal, "_SHOWN", 1)
        monkeypatch.setattr(insights, "MAX_GROUPED", 4)
        fill(store)
        show_insights(gather(store, embedder, LONG_AGO))
        out = capsys.readouterr().out
        assert re.search(r"and \d smaller groups: see --html or --json", out)
        assert "2 earlier questions are not grouped: shorten --since" in out
        assert "and 1 more comments: see --html or --json" in out

    def test_an_empty_store_is_reported(
        self, store: SqliteStore, embedder: OnnxEmbedder, capsys: pytest.CaptureFixture[str]
    ) -> None:
        show_insights(gather(store, embedder, LONG_AGO))
        assert "No questions were asked." in capsys.readouterr().out

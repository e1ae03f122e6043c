from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.index.lexical import Lexical, best_rows, stems
from bot.index.passages import make_passages
from bot.policies.folder import load_policy_folder
from bot.settings import Settings

DEVELOPMENT = Path(__file__).resolve().parents[2] / "evals" / "sets" / "massgov_dev.jsonl"


@pytest.mark.parametrize("texts", [["the", "a"], [""], ["x"], []])
def test_texts_without_words_have_no_lexical_score(texts: list[str]) -> None:
    assert Lexical(texts).scores("the x word").tolist() == [0.0] * len(texts)


def test_words_match_passages_regardless_of_their_endings() -> None:
    lexical = Lexical(["Cookies are deleted.", "Addresses are stored.", "Nothing else."])
    assert lexical.scores("delete a cookie").argmax() == 0
    assert lexical.scores("storing an address").argmax() == 1
    assert lexical.scores("zebra").tolist() == lexical.scores("").tolist() == [0, 0, 0]


def test_a_word_is_rarer_in_fewer_texts() -> None:
    lexical = Lexical(["a red house", "a red car", "a red and blue boat"])
    assert lexical.rarity("zebra") > lexical.rarity("blue") > lexical.rarity("red") > 0


def test_scores_equal_those_of_bm25s(settings: Settings) -> None:
    bm25s = pytest.importorskip("bm25s", reason="needs the extra `evals`")
    import Stemmer

    def words(texts: list[str]) -> list[list[str]]:
        options = {"stopwords": "en", "stemmer": Stemmer.Stemmer("english"), "return_ids": False}
        found: list[list[str]] = bm25s.tokenize(texts, show_progress=False, **options)
        return found

    texts = [passage.read_as for passage in make_passages(load_policy_folder("massgov", settings.corpus).policy)]
    theirs = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    theirs.index(words(texts), show_progress=False)
    ours = Lexical(texts)
    for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)["question"]
        tokens = words([question])[0]
        expected = theirs.get_scores(tokens) if tokens else np.zeros(len(texts))
        np.testing.assert_allclose(ours.scores(question), expected, atol=2e-6)


@given(st.lists(st.integers(0, 4), max_size=40), st.integers(1, 12))
def test_the_best_rows_equal_those_of_a_full_sort(values: list[int], count: int) -> None:
    expected = [row for row in sorted(range(len(values)), key=lambda row: -values[row]) if values[row]][:count]
    scores = np.array(values, dtype=np.float32)
    rows = np.flatnonzero(scores).astype(np.int32)
    assert best_rows(scores, rows, count) == best_rows(scores, rows[::-1], count) == expected


@given(st.integers(490, 1_500), st.integers(1, 1_500), st.integers(0, 99))
def test_the_best_of_many_rows_equal_those_of_a_full_sort(size: int, count: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(1, 1_000, size).astype(np.float32)
    expected = sorted(range(size), key=lambda row: -scores[row])[:count]
    assert best_rows(scores, np.arange(size, dtype=np.int32), count) == expected


def test_a_search_returns_the_rows_with_a_score() -> None:
    lexical = Lexical(["Cookies are deleted.", "Addresses are stored.", "Nothing else.", "Cookies are stored."])
    for question, expected in (("stored cookies", [0, 1, 3]), ("cookie cookies", [0, 3]), ("zebra", []), ("", [])):
        scores, rows = lexical.search(question)
        assert sorted(rows.tolist()) == np.flatnonzero(scores).tolist() == expected


def test_a_very_frequent_word_keeps_only_its_heaviest_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["cookie among many other words here", "cookie cookie", "cookie rules", "nothing"]
    exact = Lexical(texts).scores("cookie")
    monkeypatch.setattr("bot.index.lexical._MAX_POSTINGS", 2)
    assert Lexical(texts).scores("cookie").tolist() == [0.0, exact[1], exact[2], 0.0]


def test_a_word_is_found_in_any_form() -> None:
    lexical = Lexical(["We use cookies.", "Nothing else."])
    assert lexical.has_any(stems("music and a cookie"))
    assert not lexical.has_any(stems("music and the rest"))
    assert not lexical.has_any([])

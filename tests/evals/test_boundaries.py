"""The comparison of sentence splitters, and its measures."""

from __future__ import annotations

import pytest
from rich.console import Console

from evals import OURS, boundaries
from evals.__main__ import main
from evals.measures.boundaries import score_boundaries
from evals.peers.splitters import SPLITTERS, load_splitter, starts
from evals.sets.boundaries import SPLITS, load_boundaries, make_passage


def test_places_are_where_sentences_start() -> None:
    passage = make_passage(["We ask Acme Inc. first.", "Why?", "We must."])
    assert [passage.text[start:] for start in sorted(passage.starts)] == ["Why? We must.", "We must."]
    assert passage.places == 3


def test_scores_count_right_wrong_and_missed_places() -> None:
    score = score_boundaries([(frozenset({1, 2, 3}), frozenset({2, 3, 4})), (frozenset({5}), frozenset())])
    assert (score.right, score.wrong, score.missed) == (2, 1, 2)
    assert (score.precision, score.recall, score.f1) == pytest.approx((2 / 3, 1 / 2, 4 / 7))


@pytest.mark.filterwarnings("ignore")  # of the libraries
@pytest.mark.parametrize("name", SPLITTERS)
def test_every_splitter_finds_an_easy_boundary(name: str) -> None:
    text = "We keep your name for two years. We never sell it to anyone."
    assert starts(load_splitter(name), text) == {33}


def test_the_set_is_large_and_mostly_without_boundaries() -> None:
    texts = {split: load_boundaries(split) for split in SPLITS}
    assert sum(passage.places for passages in texts.values() for passage in passages) >= 450
    for passages in texts.values():
        assert 0.3 < sum(len(p.starts) for p in passages) / sum(p.places for p in passages) < 0.6
    assert not {p.text for p in texts["dev"]} & {p.text for p in texts["held out"]}


@pytest.mark.parametrize(("target", "code"), [(0.98, 0), (1.1, 1)])
def test_the_command_fails_if_the_target_is_missed(target, code, monkeypatch) -> None:
    monkeypatch.setattr(boundaries, "F1", target)
    monkeypatch.setattr(boundaries, "SPLITTERS", {OURS: SPLITTERS[OURS]})
    monkeypatch.setattr("evals.__main__._console", lambda: Console(quiet=True))
    assert main(["boundaries", "--show"]) == code

import json

import numpy as np
import pytest

from evals import asking
from evals.asking import rank_with_askpolicy, rank_with_peer
from evals.measures.units import Ranking, aggregate_units, score_units
from evals.sets.cases import UnitCase, UnitSet

pytest.importorskip("ir_measures", reason="needs the extra evals")

SETS = (
    UnitSet(
        "shop",
        ("We sell cakes.", "We keep your address for a year.", "We use no cookies."),
        (UnitCase("shop", "how long is my address kept?", (1,)), UnitCase("shop", "who is the president?", ())),
    ),
    UnitSet("club", ("We never share.", "Cookies remember you."), (UnitCase("club", "cookies?", (0, 1)),)),
)


def test_measures_by_hand():
    rankings = [Ranking("answered", (0, 1, 2)), Ranking("off_topic", (0, 1, 2)), Ranking("answered", (1, 0))]
    first, second, third = score_units(SETS, rankings)
    assert first.id == "shop#0"
    assert first.ranking == pytest.approx(
        {
            "AP": 0.5,
            "RR": 0.5,
            "R@5": 1.0,
            "nDCG@10": 1 / np.log2(3),
            "Success@1": 0.0,
            "Success@3": 1.0,
            "Success@5": 1.0,
        }
    )
    assert second.ranking is None
    assert third.ranking["AP"] == 1.0
    found = aggregate_units([first, second, third])
    assert (found["questions"], found["with_relevant_units"]) == (3, 2)
    assert found["AP"] == pytest.approx(0.75)
    assert (found["answerable_refused"], found["unanswerable_answered"]) == (0.0, 0.0)


def test_a_system_that_always_answers_has_no_outcome_measures():
    found = aggregate_units(score_units(SETS, [Ranking(None, (1, 0, 2)), Ranking(None, (0, 1, 2)), Ranking(None, ())]))
    assert found["unanswerable_answered"] is None
    assert found["AP"] == pytest.approx(0.5)  # the empty ranking counts as 0


def test_equal_scores_keep_the_order_of_the_ranking():
    many = UnitSet("m", tuple(map(str, range(12))), (UnitCase("m", "q", (10,)),))
    (found,) = score_units((many,), [Ranking(None, (10, *range(10), 11))])
    assert found.ranking["Success@1"] == 1.0


def test_each_question_needs_a_ranking():
    with pytest.raises(ValueError, match="3 questions got 1"):
        score_units(SETS, [Ranking(None, ())])


def test_we_rank_by_the_code_behind_the_command_line(monkeypatch):
    seen = []

    def rank_lines(lines, settings):
        for line in lines:
            record = json.loads(line)
            seen.append(record)
            for question in record["questions"]:
                yield {"question": question["question"], "outcome": "answered", "ranking": [0]}

    monkeypatch.setattr(asking, "rank_lines", rank_lines)
    assert rank_with_askpolicy(SETS, None) == [Ranking("answered", (0,))] * 3
    assert [r["policy"] for r in seen] == ["shop", "club"]
    assert seen[1]["sentences"] == ["We never share.", "Cookies remember you."]


def test_bm25_ranks_shared_words_first():
    first, _, third = rank_with_peer(SETS, "bm25")
    assert first.units[0] == 1
    assert third.units == (1, 0)
    assert first.outcome is None

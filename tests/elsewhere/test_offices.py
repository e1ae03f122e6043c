from __future__ import annotations

import pytest

from bot.answering.recipients import recipients_in
from bot.elsewhere.offices import Offices, office_names
from bot.pipeline import Bot
from bot.types import Contact, Outcome, Route


def test_places_without_a_name_are_not_named() -> None:
    places = ["the Office of Tolls (OOT)", "MassRoads", "your town hall"]
    routes = [Route(str(number), Contact("route", name, None)) for number, name in enumerate(places)]
    assert office_names(routes) == ("Office of Tolls", "OOT", "MassRoads")


@pytest.mark.parametrize(
    ("question", "general"),
    [
        ("do you share my data with MassRoads?", "do you share my data with another government agency?"),
        ("does the OOT get my data", "does another government agency get my data"),
        ("is it sent to the department of parks", "is it sent to another government agency"),
        ("can my town hall see what I type", "can another government agency see what I type"),
        ("does my bank get my data", None),
        ("how do I pay MassRoads", None),
    ],
)
def test_a_question_on_one_office_is_asked_of_any(question: str, general: str | None) -> None:
    places = ("the Office of Tolls (OOT)", "MassRoads")
    offices = Offices([Route(str(number), Contact("route", name, None)) for number, name in enumerate(places)])
    assert offices.in_general(question, recipients_in(question)) == general


def test_whether_an_office_gets_data_has_the_answer_on_all_as_the_nearest(bot: Bot) -> None:
    answer = bot.ask("do you share data with the RMV")
    assert answer.outcome is Outcome.NOT_COVERED
    assert answer.reviewed
    assert "government agency responsible" in " ".join(citation.quote for citation in answer.related)

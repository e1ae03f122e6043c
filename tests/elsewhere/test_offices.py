from __future__ import annotations

from bot.elsewhere.offices import office_names
from bot.types import Contact, Route


def test_places_without_a_name_are_not_named() -> None:
    places = ["the Office of Tolls (OOT)", "MassRoads", "your town hall"]
    routes = [Route(str(number), Contact("route", name, None)) for number, name in enumerate(places)]
    assert office_names(routes) == ("Office of Tolls", "OOT", "MassRoads")

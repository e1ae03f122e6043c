"""Content negotiation: what a client accepts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.negotiation import has_current, prefers, takes_gzip, weights


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("gzip;q=0.001", True),
        ("gzip ; Q=1", True),
        ("br;q=1, gzip;q=0.5", True),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("*;q=0, gzip", True),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=high", False),
        ("gzip;q=nan", False),
        ("gzipped", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_used_according_to_its_weight(header: str, takes: bool) -> None:
    assert takes_gzip(header) is takes


@pytest.mark.parametrize(
    ("header", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", True),
        ("text/html", True),
        ("text/html;level=1;q=0.5, */*;q=0.1", True),
        ("text/html;q=0", False),
        ("text/html;q=0.5, application/json", False),
        ("application/json, text/html;q=0.9", False),
        ("application/json;q=0.2, text/html;q=0.3", True),
        ("application/json, */*", False),
        ("*/*", False),
        ("text/*", False),
        ("", False),
    ],
)
def test_a_page_is_sent_only_to_clients_that_accept_html(header: str, page: bool) -> None:
    assert prefers(header, "text/html", "application/json") is page


@pytest.mark.parametrize(
    ("header", "current"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b",W/"a"', True),
        ("*", True),
        (" * ", True),
        ('"b"', False),
        ('"aa"', False),
        ('"*"', False),
        ("a", False),
        ('"b, "a', False),
        ("", False),
    ],
)
def test_entity_tags_must_match_exactly(header: str, current: bool) -> None:
    assert has_current(header, '"a"') is current


@given(st.text())
def test_any_header_gives_valid_weights(header: str) -> None:
    assert all(0 <= weight <= 1 for weight in weights(header).values())

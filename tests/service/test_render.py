"""Dates in words, and relative addresses under any path."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from bot.service.render import LANGUAGES, path_to_top
from bot.wording import date_in_words

WORDS = {
    "en": "June 5, 2023",
    "es": "5 de junio de 2023",
    "pt": "5 de junho de 2023",
    "zh": "2023年6月5日",
    "ht": "5 jen 2023",
    "vi": "5 tháng 6 năm 2023",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_is_written_in_words(language: str) -> None:
    assert date_in_words("2023-06-05", language) == WORDS[language]
    assert len({date_in_words(f"2023-{month:02}-01", language) for month in range(1, 13)}) == 12


@pytest.mark.parametrize("value", ["June 2023", "2023-06", "2023-13-01", "2023-02-30", "soon", "", "{day}", "2023"])
def test_other_date_formats_are_kept(value: str) -> None:
    assert date_in_words(value, "en") == value


@pytest.mark.parametrize("prefix", ["/", "/chat/", "/a/b/"])
@pytest.mark.parametrize("path", ["", "ask", "demo/", "a/b/c", "a%2Fb"])
def test_the_link_to_the_root_works_under_any_path(prefix: str, path: str) -> None:
    scope = {"path": "/", "raw_path": f"/{path}".encode()}
    here = f"http://x{prefix}{path}"
    assert urljoin(here, path_to_top(scope)) == f"http://x{prefix}"

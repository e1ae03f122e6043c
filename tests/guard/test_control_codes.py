from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.guard.control_codes import escaped_in_json, without_control_codes


@given(st.text())
def test_json_keeps_its_meaning_and_contains_no_control_code(text: str) -> None:
    line = escaped_in_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(line) == text
    assert without_control_codes(line) == line


def test_words_line_breaks_and_tabs_are_kept() -> None:
    assert without_control_codes("a\tb\nc é 隐") == "a\tb\nc é 隐"
    assert without_control_codes("a\x1b[2Jb\rc\x9b") == "a\ufffd[2Jb\ufffdc\ufffd"

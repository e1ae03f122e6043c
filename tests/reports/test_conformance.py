"""The accessibility conformance report: every criterion is in it, and claims only what a test shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.reports.content import read_content

ROOT = Path(__file__).resolve().parents[2]
CONTENT = read_content("accessibility")
CRITERIA = {e.name: e for section in CONTENT.sections for e in section.entries if e.levels}
LEVELS = {"Supports", "Not Applicable", "Not Evaluated"}
# WCAG 2.2 (https://www.w3.org/TR/WCAG22/).
A = """1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4
2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2"""
AA = """1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8 3.1.2
3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3"""
SCRIPTS = sorted((ROOT / "widget" / "src").glob("*.js"))
PAGES = [ROOT / "bot/service/templates" / f"{name}.html" for name in ("base", "home", "ask", "privacy", "error")]
STYLES = [*(ROOT / "widget" / "src").rglob("*.css"), ROOT / "bot/service/static/page.css"]
MEDIA = "audio|video|track|img|picture|canvas|object|embed|iframe|marquee|blink"
GESTURES = (
    r"\b(?:pointer(?:down|up|move|cancel)|touch\w+|mouse(?:down|up|move)|drag\w*|drop|gesture\w+|wheel|device\w+)\b"
)


def text_of(files: list[Path]) -> str:
    assert files
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize(("level", "numbers"), [("A", A), ("AA", AA)])
def test_every_criterion_is_judged_once(level: str, numbers: str) -> None:
    (section,) = (section for section in CONTENT.sections if section.title == f"WCAG 2.2, level {level}")
    assert [entry.name.split()[0] for entry in section.entries] == numbers.split()


@pytest.mark.parametrize("name", CRITERIA)
def test_a_level_is_claimed_only_with_a_test(name: str) -> None:
    entry = CRITERIA[name]
    assert set(entry.levels) == set(CONTENT.columns)
    assert set(entry.levels.values()) <= LEVELS
    if set(entry.levels.values()) != {"Not Evaluated"}:
        assert any(CONTENT.proof(proof).startswith("tests/") for proof in entry.proof)


def test_there_is_no_picture_sound_video_or_login() -> None:
    scripts, pages = text_of(SCRIPTS), text_of(PAGES)
    assert re.search(rf"""element\(\s*["'](?:{MEDIA})["']|new Audio|\.play\(|["']password["']""", scripts) is None
    assert re.search(rf"<(?:{MEDIA})\b|type=.?password", pages) is None
    assert re.search(r"url\(|autoplay", text_of(STYLES)) is None


def test_nothing_reacts_to_gestures_motion_or_single_characters() -> None:
    scripts = text_of(SCRIPTS)
    assert re.search(GESTURES, scripts) is None
    assert set(re.findall(r"event\.(?:key|code) (?:===|!==) \"(\w+)\"", scripts)) == {"Enter", "Escape", "Tab"}
    assert len(re.findall(r"event\.(?:key|code|keyCode|which)\b", scripts)) == 4
    assert "accesskey" not in scripts + text_of(PAGES)
    assert re.search(r"\son\w+=", text_of(PAGES)) is None

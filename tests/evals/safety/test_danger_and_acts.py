from __future__ import annotations

from rich.console import Console

from evals.safety import acts, urgent


def test_the_measure_of_danger_passes_and_can_fail(monkeypatch) -> None:
    monkeypatch.setattr(urgent, "english_questions", lambda: ("do you sell my data",))
    console = Console(record=True, width=160)
    assert urgent.check_urgent(console) == 0
    assert "taken for danger: 0 of 1" in console.export_text()
    monkeypatch.setattr(urgent, "is_urgent", lambda text: False)
    assert urgent.check_urgent(Console(quiet=True)) == 1


def test_the_measure_of_acts_passes_and_can_fail(monkeypatch) -> None:
    assert acts.check_acts(Console(quiet=True)) == 0
    monkeypatch.setattr(acts, "recognize", lambda text: "thanks")
    assert acts.check_acts(Console(quiet=True)) == 1

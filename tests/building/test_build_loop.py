"""The plain engine: what it builds is what `askpolicy index` builds, bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.building import loop, steps
from bot.building.results import Failed
from bot.building.sources import find_sources
from bot.index import versions
from bot.opening import index_policy
from bot.settings import Settings
from bot.types import AskPolicyError

TEXTS = {
    "harbour": "Harbour Privacy\n\nCookies\n\nWe set one cookie. It ends with your visit.\n",
    # The same sentence as above among others: its vector must not depend on them.
    "meadow": "Meadow Privacy\n\nCookies\n\nWe set one cookie. We never sell what you tell us. You may write to us.\n",
}


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def at(settings: Settings, home: Path) -> Settings:
    return settings.model_copy(update={"home": home})


def contents(folder: Path) -> dict[str, bytes]:
    return versions.read(folder).files


def test_it_builds_what_index_builds_bit_for_bit(policies: Path, tmp_path: Path, settings: Settings) -> None:
    many, single = at(settings, tmp_path / "many"), at(settings, tmp_path / "single")
    sources, _ = find_sources([str(policies)], many)
    seen: list[tuple[int, int]] = []
    result = loop.build(sources, many, workers=2, on_progress=lambda *done: seen.append(done))
    assert [built.id for built in result.built] == ["harbour", "meadow"]
    assert [built.statements for built in result.built] == [2, 3]
    assert result.failed == ()
    assert seen == [(0, 2), (1, 2)]
    for built in result.built:
        index_policy(str(policies / f"{built.id}.txt"), single)
        assert contents(many.home / built.id) == contents(single.home / built.id)
        assert versions.read(many.home / built.id).name == built.version


def test_building_again_changes_nothing_and_embeds_nothing(
    policies: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = at(settings, tmp_path / "home")
    sources, _ = find_sources([str(policies)], there)
    first = loop.build(sources, there, workers=1)
    embedded: list[str] = []
    run = loop.OnnxEmbedder._run
    monkeypatch.setattr(loop.OnnxEmbedder, "_run", lambda self, texts: embedded.extend(texts) or run(self, texts))
    assert loop.build(sources, there, workers=1) == first
    assert embedded == []
    assert [len(list((there.home / name).glob("[0-9a-f]*"))) for name in TEXTS] == [1, 1]


def test_a_policy_that_cannot_be_read_does_not_stop_the_others(
    policies: Path, tmp_path: Path, settings: Settings
) -> None:
    (policies / "empty.txt").write_text(" \n", encoding="utf-8")
    there = at(settings, tmp_path / "home")
    sources, _ = find_sources([str(policies)], there)
    result = loop.build(sources, there, workers=1)
    assert len(result.built) == 2
    (failed,) = result.failed
    assert str(failed).count(str(policies / "empty.txt")) == 1
    assert "holds no text" in str(failed)


def test_a_reader_that_breaks_is_a_policy_that_cannot_be_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RecursionError("too\ndeep")

    monkeypatch.setattr(steps, "load_policy_folder", broken)
    with pytest.raises(AskPolicyError) as caught:
        steps.read("/x/harbour.txt", settings)
    assert str(Failed("/x/harbour.txt", str(caught.value))) == (
        "/x/harbour.txt cannot be read (RecursionError: too deep): please report this with the file."
    )


def test_an_index_that_cannot_be_written_stops_the_build(policies: Path, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "home").write_text("a file in the way", encoding="utf-8")
    there = at(settings, tmp_path / "home")
    sources, _ = find_sources([str(policies)], there)
    with pytest.raises(AskPolicyError, match="The index cannot be written"):
        loop.build(sources, there, workers=1)

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands.main import main
from bot.types import Outcome
from bot.usage.insights import last_week
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count
from tests.support.usage import LONG_AGO, day_before, fill


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "feedback.sqlite", 90)) as store:
        yield store


class TestCommand:
    @pytest.fixture
    def kept(self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> SqliteStore:
        monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(store.path))
        fill(store)
        return store

    def test_the_command_prints_json_and_deletes_expired_rows(
        self, kept: SqliteStore, capsys: pytest.CaptureFixture[str]
    ) -> None:
        kept.count(Count(day_before(91), "massgov", Outcome.ANSWERED, "en"))
        assert main(["insights", "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert shown["since"] == day_before(90).isoformat()
        assert [of["policy"] for of in shown["policies"]] == ["massgov", "parks"]
        assert min(count.day for count in kept.counts(LONG_AGO)) == day_before(30)

    def test_the_command_writes_a_page_and_shows_tables(
        self, kept: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["insights", "--html", str(tmp_path / "page.html"), "--since", "7"]) == 0
        assert capsys.readouterr().out == f"Wrote {tmp_path / 'page.html'}.\n"
        assert "parks" not in (tmp_path / "page.html").read_text(encoding="utf-8")
        assert main(["insights"]) == 0
        assert "Ratings" in capsys.readouterr().out

    def test_the_weekly_digest_is_a_page_a_table_and_json_in_one_run(
        self, kept: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        since, until = last_week()
        kept.count(Count(since, "massgov", Outcome.ANSWERED, "en", "data-sale", 7))
        page, table = tmp_path / "page.html", tmp_path / "table.csv"
        assert main(["insights", "--weekly", "--html", str(page), "--csv", str(table), "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert (shown["since"], shown["until"]) == (since.isoformat(), until.isoformat())
        assert f"What visitors asked, {since} to {until}" in page.read_text(encoding="utf-8")
        assert f"massgov,{since},{until},questions by topic,,data-sale,7\r\n" in table.read_bytes().decode("utf-8-sig")

    @pytest.mark.parametrize("option", ["--html", "--csv"])
    def test_a_file_that_cannot_be_written_gives_a_one_sentence_error(
        self, kept: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
    ) -> None:
        assert main(["insights", option, str(tmp_path / "no" / "file")]) == 1
        assert f"choose another path with {option}" in capsys.readouterr().err

    def test_if_nothing_is_kept_the_command_says_so(
        self, kept: SqliteStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ASKPOLICY_FEEDBACK__RETENTION_DAYS", "0")
        assert main(["insights"]) == 1
        assert "Nothing from visitors is kept, so there is nothing to report" in capsys.readouterr().err

    def test_without_a_database_the_command_names_its_expected_path(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(tmp_path / "none.sqlite"))
        assert main(["insights"]) == 1
        assert f"There is no feedback database at {tmp_path / 'none.sqlite'}" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("days", ["0", "-1", "week", "1e9", "99999999999"])
    def test_an_invalid_number_of_days_is_wrong_usage(self, days: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as exit:
            main(["insights", f"--since={days}"])
        assert exit.value.code == 2
        assert f"{days} is not a number of days: use a number from 1 to 36500" in capsys.readouterr().err

    def test_the_command_needs_no_torch_and_no_index(self, kept: SqliteStore, tmp_path: Path) -> None:
        code = (
            "import sys; from bot.commands.main import main; main(['insights', '--json']);"
            "print(sorted({'torch', 'gradio', 'langchain_core'} & set(sys.modules)), file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "[]"

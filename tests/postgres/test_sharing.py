"""`askpolicy publish` and `rollback` with a database, and `askpolicy database`."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from bot import Bot, open_bot
from bot.commands.main import main
from bot.index import versions
from bot.index.bundle import indexed_policy, load_bundle
from bot.policies.versions import read_history
from bot.postgres import bundles, migrations
from bot.postgres.connection import Connection, connect
from bot.postgres.texts import get_texts
from bot.publishing import publish, rollback
from bot.settings import Settings
from bot.types import AskPolicyError
from tests.support.postgres import Server
from tests.support.sharing import encoder, with_database
from tests.test_publishing import NEW, OLD, draft, written

TODAY = datetime.date(2026, 1, 2)


@pytest.fixture
def connection(database: SecretStr) -> Iterator[Connection]:
    """A connection to a database with our tables, and without any policy."""
    with closing(connect(database)) as connection:
        migrations.migrate(connection)
        connection.execute("TRUNCATE askpolicy.published, askpolicy.bundles, askpolicy.texts CASCADE")
        yield connection


@pytest.fixture
def settings(tmp_path: Path, database: SecretStr, connection: Connection) -> Settings:
    """Settings with that database, and a policy folder that has a draft."""
    return with_database(written(tmp_path), database)


def test_versions_are_published_and_taken_back(settings: Settings, connection: Connection, tmp_path: Path) -> None:
    assert publish("harbor", settings, TODAY).shared is True
    (second,) = bundles.in_use(connection)
    assert rollback("harbor", settings, TODAY).shared is True
    (first,) = bundles.in_use(connection)
    assert rollback("harbor", settings, TODAY, forward=True).shared is True
    assert bundles.in_use(connection) == [second]
    assert connection.execute("SELECT version FROM askpolicy.bundles ORDER BY added").fetchall() == [
        (second.version,),
        (first.version,),
    ]
    # What the database has answers as the folder does, also about what changed.
    versions.unpack(tmp_path / "copy", bundles.get(connection, second, encoder().id))
    copied = load_bundle(tmp_path / "copy", expect=indexed_policy(tmp_path / "copy"), embedder=encoder())
    copy = Bot(copied, settings)
    for question in ("how long do you keep my IP address", "what changed in this policy?"):
        mine = open_bot(settings).ask(question)
        assert (copy.ask(question).text, copy.ask(question).citations) == (mine.text, mine.citations)


def test_the_texts_of_all_versions_are_published(settings: Settings, connection: Connection) -> None:
    """Also that of the first one, which the database never had in use, but not the draft's."""
    first, second = OLD.strip(), NEW.strip()
    third = second.replace("90 days", "120 days")
    publish("harbor", settings, TODAY)
    draft(settings, third)
    history, texts = get_texts(connection, "harbor", ())
    assert history == list(read_history(settings.corpus / "harbor"))
    assert [text.decode() for text in texts.values()] == [first, second]
    publish("harbor", settings, TODAY)
    more, new = get_texts(connection, "harbor", [entry.version for entry in history])
    assert more == list(read_history(settings.corpus / "harbor"))
    assert [text.decode() for text in new.values()] == [third]
    connection.execute("UPDATE askpolicy.texts SET content = '' WHERE version = %s", (history[0].version,))
    assert get_texts(connection, "harbor", ()) == (more[1:], {more[1].version: second.encode(), **new})


def test_without_a_draft_the_version_in_use_is_published(
    settings: Settings, connection: Connection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = settings.corpus / "harbor"
    shutil.rmtree(home / "draft")
    assert settings.database.url is not None
    monkeypatch.setenv("ASKPOLICY_DATABASE__URL", settings.database.url.get_secret_value())
    monkeypatch.setenv("ASKPOLICY_HOME", str(settings.home))
    monkeypatch.setenv("ASKPOLICY_CORPUS", str(settings.corpus))
    for said in ("The database has this version now", "The database had this version already"):
        assert main(["publish", "harbor"]) == 0
        assert said in capsys.readouterr().out
    (home / "questions.jsonl").write_text(
        '{"question": "how long are IP addresses kept", "kind": "answerable", '
        '"evidence": ["We keep your IP address for 30 days."]}\n'
    )
    assert publish("harbor", settings, TODAY).shared is True  # the index was built again
    assert connection.execute("SELECT count(*) FROM askpolicy.vectors WHERE part = 'questions'").fetchone() == (1,)


@pytest.mark.parametrize("empty", [True, False])
def test_a_database_of_no_use_is_found_before_anything_changes(
    settings: Settings, postgres: Server, empty: bool
) -> None:
    url = postgres.secret() if empty else SecretStr("postgresql://postgres@127.0.0.1:1/db")
    for act in (publish, rollback):
        with pytest.raises(AskPolicyError, match="has no tables" if empty else "cannot be reached"):
            act("harbor", with_database(settings, url), TODAY)
    assert (settings.corpus / "harbor" / "draft").is_dir()


def test_a_failure_after_the_switch_says_what_to_run(
    settings: Settings, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise psycopg.errors.DiskFull("could not extend file")

    monkeypatch.setattr(bundles, "_store", fail)
    words = r"has version \w+, but the database does not: .*no room.*Then run `askpolicy publish harbor` again\."
    with pytest.raises(AskPolicyError, match=words):
        publish("harbor", settings, TODAY)
    assert bundles.in_use(connection) == []


def test_the_command_sets_a_database_up_and_takes_it_back(
    postgres: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["database"]) == 1
    assert "There is no shared database" in capsys.readouterr().err
    monkeypatch.setenv("ASKPOLICY_DATABASE__URL", postgres.new_database())
    for arguments, code, said in (
        ([], 0, "was at step 0 and is now at step"),
        ([], 0, "nothing to do"),
        (["--to", "0"], 0, "`DROP SCHEMA askpolicy_kept CASCADE`"),
        (["--to", "99"], 1, "There is no step 99"),
    ):
        assert main(["database", *arguments]) == code
        captured = capsys.readouterr()
        assert said in captured.out + captured.err

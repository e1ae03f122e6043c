"""The thread that keeps local copies up to date, with a real database that goes away, comes back, and is damaged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.policies.versions import Recorded, read_earlier, read_history, version_of_text
from bot.postgres import follower as module
from bot.postgres.bundles import Published
from bot.postgres.connection import Connection, connect
from bot.postgres.copies import Copies
from bot.postgres.follower import Follower
from bot.postgres.texts import put_texts
from bot.types import AskPolicyError
from tests.support.policies import write_policy
from tests.support.postgres import Server
from tests.support.running import wait_for
from tests.support.sharing import encoder, put, set_up


class Followed:
    """A follower, with what it reported."""

    def __init__(self, url: SecretStr, folder: Path) -> None:
        self.copies = Copies(folder)
        self.lists: list[list[Published]] = []
        self.copied: list[tuple[str, str]] = []
        self.follower = Follower(
            url, self.copies, lambda: encoder().id, self.lists.append, lambda *copy: self.copied.append(copy)
        )
        self.follower.start()

    def close(self) -> None:
        self.follower.stop()
        self.follower._thread.join(60)

    def has(self, policy: str, version: str | None) -> Callable[[], bool]:
        return lambda: self.copies.version(policy) == version


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)


@pytest.fixture
def url(own_postgres: Server) -> SecretStr:
    url = SecretStr(own_postgres.new_database())
    set_up(url)
    return url


@pytest.fixture
def publisher(url: SecretStr) -> Iterator[Connection]:
    with closing(connect(url)) as connection:
        yield connection


@pytest.fixture
def followed(url: SecretStr, tmp_path: Path, publisher: Connection) -> Iterator[Followed]:
    """A follower of a database with two policies."""
    for name in ("maple", "oak"):
        publish(publisher, tmp_path, name)
    with closing(Followed(url, tmp_path / "copies")) as followed:
        wait_for(lambda: followed.copies.policies() == ["maple", "oak"])
        yield followed


def publish(connection: Connection, tmp_path: Path, name: str, title: str = "One") -> str:
    folder = write_policy(tmp_path / "corpus", name, f'title = "{title} of {name}"\n')
    return put(connection, folder, tmp_path / "scratch")


def test_what_is_published_is_copied_and_a_new_version_follows(
    followed: Followed, publisher: Connection, tmp_path: Path
) -> None:
    first = followed.copies.version("maple")
    second = publish(publisher, tmp_path, "maple", "Two")
    wait_for(lambda: ("maple", second) in followed.copied)
    assert followed.copies.version("maple") == second != first
    publisher.execute("UPDATE askpolicy.published SET version = %s WHERE policy = 'maple'", (first,))  # by hand
    wait_for(followed.has("maple", first))
    assert followed.copied.count(("oak", str(followed.copies.version("oak")))) == 1
    third = publish(publisher, tmp_path, "birch")
    wait_for(followed.has("birch", third))
    assert [each.policy for each in followed.lists[-1]] == ["birch", "maple", "oak"]


def test_a_policy_that_is_withdrawn_is_removed_but_never_all_at_once(
    followed: Followed, publisher: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.execute("DELETE FROM askpolicy.published WHERE policy = 'oak'")
    wait_for(followed.has("oak", None))
    assert [each.policy for each in followed.lists[-1]] == ["maple"]
    with pytest.raises(AskPolicyError, match="has no policy 'oak': publish it with"):
        followed.follower.want("oak").result(60)
    publisher.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    publisher.execute("DELETE FROM askpolicy.published")
    wait_for(lambda: "has no policies any more" in followed.follower.problem)
    assert followed.copies.version("maple")


def test_copies_stay_while_the_database_is_away_and_what_was_missed_follows(
    followed: Followed, own_postgres: Server, url: SecretStr, tmp_path: Path, publisher: Connection
) -> None:
    own_postgres.stop()
    wait_for(lambda: "cannot be reached" in followed.follower.problem)
    assert followed.copies.policies() == ["maple", "oak"]
    with pytest.raises(AskPolicyError, match="cannot be reached"):
        followed.follower.want("maple").result(0)  # at once
    followed.close()
    own_postgres.start()
    with closing(connect(url)) as again:
        missed = publish(again, tmp_path, "maple", "Two")
    with closing(Followed(url, tmp_path / "copies")) as later:
        wait_for(later.has("maple", missed))
        assert later.follower.problem == ""


def test_a_lost_connection_is_made_again(followed: Followed, publisher: Connection, tmp_path: Path) -> None:
    publisher.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    second = publish(publisher, tmp_path, "oak", "Two")
    wait_for(followed.has("oak", second))


def test_a_missed_notification_is_found_when_everything_is_asked_again(
    followed: Followed, publisher: Connection, tmp_path: Path, url: SecretStr, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed.close()
    monkeypatch.setattr(module, "ASK_SECONDS", 0.1)
    publisher.execute("ALTER TABLE askpolicy.published DISABLE TRIGGER tell_services")
    with closing(Followed(url, tmp_path / "copies")) as asking:
        second = publish(publisher, tmp_path, "oak", "Two")
        wait_for(asking.has("oak", second))


def test_a_damaged_version_is_refused_and_the_copy_before_stays(
    followed: Followed, publisher: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = followed.copies.version("maple")
    with publisher.transaction():
        second = publish(publisher, tmp_path, "maple", "Two")
        publisher.execute(
            "UPDATE askpolicy.files SET content = set_byte(content, 9, 9) WHERE name = 'policy.txt' AND version = %s",
            (second,),
        )
    wait_for(lambda: "checksum of policy.txt does not match" in caplog.text)
    assert followed.copies.version("maple") == first
    with pytest.raises(AskPolicyError, match="is damaged"):
        followed.follower.want("maple").result(0)
    publish(publisher, tmp_path, "maple", "Two")  # repairs it
    wait_for(lambda: ("maple", second) in followed.copied)
    followed.follower.want("maple").result(60)


def test_a_copy_that_was_removed_is_made_again_when_somebody_wants_it(followed: Followed) -> None:
    followed.copies.remove("oak")
    followed.follower.want("oak").result(60)
    assert followed.copies.version("oak")


def test_texts_that_are_damaged_here_or_forgotten_there_follow_when_a_service_starts(
    followed: Followed, publisher: Connection, url: SecretStr, tmp_path: Path
) -> None:
    entries = [Recorded(version_of_text(text.encode()), "Maple", None, None, None) for text in ("One.", "Two.")]
    put_texts(publisher, "maple", zip(entries, ("One.", "Two."), strict=True))
    followed.copies.remove("maple")
    followed.follower.want("maple").result(60)
    folder, names = followed.copies.of("maple"), {entry.version for entry in entries}
    assert (list(read_history(folder)), followed.copies.texts("maple")) == (entries, names)
    followed.close()
    (folder / "versions" / entries[0].version / "as-read.txt").write_text("Three.")
    publisher.execute("DELETE FROM askpolicy.texts WHERE version = %s", (entries[1].version,))
    with closing(Followed(url, tmp_path / "copies")) as later:
        wait_for(lambda: "maple" in dict(later.copied))
    assert read_earlier(folder, entries[0], "maple").text == "One."
    assert list(read_history(folder)) == entries[:1]
    assert not (folder / "versions" / entries[1].version).exists()


def test_a_database_without_tables_or_of_a_newer_release_is_explained(
    own_postgres: Server, tmp_path: Path, url: SecretStr, publisher: Connection
) -> None:
    with closing(Followed(SecretStr(own_postgres.new_database()), tmp_path / "copies")) as followed:
        wait_for(lambda: "`askpolicy database`" in followed.follower.problem)
    publisher.execute("INSERT INTO askpolicy.migrations VALUES (999, 'later')")
    with closing(Followed(url, tmp_path / "copies")) as followed:
        wait_for(lambda: "set up by a newer askpolicy" in followed.follower.problem)


def test_an_id_that_would_leave_the_folder_is_not_copied(
    followed: Followed, publisher: Connection, tmp_path: Path
) -> None:
    for table in ("bundles", "files", "published"):
        columns = {
            "bundles": "version, text, origins, manifest",
            "files": "version, name, content",
            "published": "version",
        }
        publisher.execute(
            f"INSERT INTO askpolicy.{table} (policy, {columns[table]}) SELECT '../out', {columns[table]} "  # noqa: S608
            f"FROM askpolicy.{table} WHERE policy = 'oak'".encode()
        )
    third = publish(publisher, tmp_path, "birch")
    wait_for(followed.has("birch", third))
    time.sleep(0.1)
    assert not (tmp_path / "out").exists()
    assert "../out" not in [each.policy for each in followed.lists[-1]]


def test_a_folder_that_cannot_be_written_is_explained(url: SecretStr, publisher: Connection, tmp_path: Path) -> None:
    publish(publisher, tmp_path, "maple")
    (tmp_path / "file").write_text("")
    with closing(Followed(url, tmp_path / "file" / "copies")) as followed:
        wait_for(lambda: followed.lists)
        with pytest.raises(AskPolicyError, match="copies of published policies cannot be written to"):
            followed.follower.want("maple").result(60)

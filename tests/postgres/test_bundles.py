"""Bundles in the database: whole, verified when they are read, and one row chooses among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import numpy as np
import psycopg
import pytest
from pydantic import SecretStr

from bot.index import versions
from bot.index.bundle import indexed_policy, load_bundle
from bot.postgres import bundles, migrations
from bot.postgres.bundles import CHANNEL, Published
from bot.postgres.connection import Connection, connect
from bot.types import AskPolicyError
from tests.support.policies import write_policy
from tests.support.sharing import encoder, packed, put


@pytest.fixture(scope="module")
def ready(database: SecretStr) -> Iterator[Connection]:
    """A connection to a database with our tables."""
    with closing(connect(database)) as connection:
        migrations.migrate(connection)
        yield connection


@pytest.fixture
def connection(ready: Connection) -> Connection:
    """The same, without any policy."""
    ready.execute("TRUNCATE askpolicy.published, askpolicy.bundles CASCADE")
    return ready


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[versions.Packed, bundles.Vectors]]:
    """Two versions of the policy `maple`."""
    base = tmp_path_factory.mktemp("built")
    folders = [write_policy(base / str(n), "maple", f'title = "Version {n}"\n') for n in range(2)]
    return [packed(folder, base / f"scratch{n}") for n, folder in enumerate(folders)]


def store(connection: Connection, bundle: tuple[versions.Packed, bundles.Vectors]) -> Published:
    with connection.transaction():
        bundles.put(connection, "maple", *bundle)
    (published,) = bundles.in_use(connection)
    return published


Built = list[tuple[versions.Packed, bundles.Vectors]]


def test_what_is_read_back_is_what_was_written(connection: Connection, built: Built, tmp_path: Path) -> None:
    published = store(connection, built[0])
    read = bundles.get(connection, published, encoder().id)
    assert read == built[0][0]
    versions.unpack(tmp_path / "maple", read)
    assert versions.current(tmp_path / "maple") == published.version
    loaded = load_bundle(tmp_path / "maple", expect=indexed_policy(tmp_path / "maple"), embedder=encoder())
    rows = connection.execute("SELECT number, vector::text FROM askpolicy.vectors WHERE part = 'passages'").fetchall()
    stored = np.array([[float(value) for value in text.strip("[]").split(",")] for _, text in sorted(rows)])
    assert np.array_equal(stored.astype(np.float32), loaded.vectors.vectors())  # both round to half precision


def test_to_go_back_changes_one_row_and_tells_who_listens(connection: Connection, built: Built) -> None:
    first, second = store(connection, built[0]), store(connection, built[1])
    assert first.version != second.version
    before = connection.execute("SELECT version, added, xmin FROM askpolicy.bundles").fetchall()
    assert len(before) == 2
    with closing(connect(SecretStr(f"postgresql:///?{connection.info.dsn.replace(' ', '&')}"))) as listener:
        listener.execute(f"LISTEN {CHANNEL}".encode())
        assert store(connection, built[0]) == first
        assert [heard.payload for heard in listener.notifies(timeout=10, stop_after=1)] == ["maple"]
    assert connection.execute("SELECT version, added, xmin FROM askpolicy.bundles").fetchall() == before


def test_a_failure_changes_nothing(connection: Connection, built: Built) -> None:
    first = store(connection, built[0])
    wrong = {"passages": np.zeros((1, 3), np.float32), "questions": np.full((1, 3), np.nan, np.float32)}
    with pytest.raises(psycopg.Error), connection.transaction():
        bundles.put(connection, "maple", built[1][0], wrong)  # type: ignore[arg-type]
    assert bundles.in_use(connection) == [first]
    assert connection.execute("SELECT count(*) FROM askpolicy.bundles").fetchone() == (1,)


DAMAGE = {
    "UPDATE askpolicy.files SET content = set_byte(content, 10, 7) WHERE name = 'policy.txt'": "checksum of policy.txt",
    "DELETE FROM askpolicy.files WHERE name = 'passages.faiss'": "checksum of passages.faiss",
    "UPDATE askpolicy.bundles SET manifest = manifest || ' '": "checksum of bundle.json",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_version_is_refused_and_publishing_it_again_repairs_it(
    connection: Connection, built: Built, damage: str
) -> None:
    published = store(connection, built[0])
    connection.execute(damage.encode())
    words = rf"is damaged \(the {DAMAGE[damage]} does not match\): publish it again with `askpolicy publish maple`"
    with pytest.raises(AskPolicyError, match=words):
        bundles.get(connection, published, encoder().id)
    store(connection, built[0])
    assert bundles.get(connection, published, encoder().id) == built[0][0]


def test_a_version_of_another_policy_model_or_release_is_refused(
    connection: Connection, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = store(connection, built[0])
    with pytest.raises(AskPolicyError, match="made with another model"):
        bundles.get(connection, published, "other")
    # Somebody copied rows by hand.
    connection.execute(
        "INSERT INTO askpolicy.bundles SELECT 'oak', version, text, origins, manifest FROM askpolicy.bundles"
    )
    connection.execute("INSERT INTO askpolicy.files SELECT 'oak', version, name, content FROM askpolicy.files")
    with pytest.raises(AskPolicyError, match="of the policy 'oak' in the database is of the policy 'maple'"):
        bundles.get(connection, Published("oak", published.version, ()), encoder().id)
    monkeypatch.setattr(bundles, "__version__", "9.9")
    with pytest.raises(AskPolicyError, match=r"was made by askpolicy .*, and this is 9\.9: publish it again"):
        bundles.get(connection, published, encoder().id)


def test_the_list_has_what_a_service_must_know(connection: Connection, tmp_path: Path) -> None:
    for name in ("oak", "birch"):
        folder = write_policy(tmp_path, name, f'origins = ["https://{name}.example"]\n')
        put(connection, folder, tmp_path / "scratch")
    assert [(p.policy, p.origins) for p in bundles.in_use(connection)] == [
        ("birch", ("https://birch.example",)),
        ("oak", ("https://oak.example",)),
    ]
    assert [p.policy for p in bundles.in_use(connection, ["oak", "elm"])] == ["oak"]


def test_two_publishers_at_once_take_turns(database: SecretStr, connection: Connection, built: Built) -> None:
    """Each writes its own version again and again; what is in use is always whole, and one of the two."""
    store(connection, built[0])
    failed: list[Exception] = []

    def run(bundle: tuple[versions.Packed, bundles.Vectors]) -> None:
        try:
            with closing(connect(database)) as own:
                for _ in range(15):
                    with own.transaction():
                        bundles.put(own, "maple", *bundle)
        except Exception as error:
            failed.append(error)

    publishers = [Thread(target=run, args=(bundle,)) for bundle in built]
    for publisher in publishers:
        publisher.start()
    seen = set()
    while any(publisher.is_alive() for publisher in publishers):
        (published,) = bundles.in_use(connection)
        seen.add(bundles.get(connection, published, encoder().id).name)
    for publisher in publishers:
        publisher.join()
    assert failed == []
    assert seen <= {bundle.name for bundle, _ in built}

"""The shared database is killed, replaced by its replica, and away: nothing acknowledged is lost, and reads go on."""

from __future__ import annotations

import hashlib
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.index.versions import Packed
from bot.postgres import bundles, follower, migrations
from bot.postgres.bundles import Published
from bot.postgres.connection import Database, connect
from bot.types import AskPolicyError
from tests.postgres.test_follower import Followed
from tests.support.policies import expected, write_policy
from tests.support.postgres import Server
from tests.support.running import serving, wait_for
from tests.support.sharing import encoder, packed, put

pytestmark = pytest.mark.security
KILLS = 20
QUESTION = "How long do you keep my orders?"


@pytest.fixture
def durable() -> Iterator[Server]:
    """A server that syncs every commit, with our tables."""
    server = Server(durable=True)
    try:
        server.start()
        with closing(connect(server.secret())) as connection:
            migrations.migrate(connection)
        yield server
    finally:
        server.remove()


def variant(bundle: Packed, number: int) -> Packed:
    """Return a bundle that differs in its title."""
    manifest = bundle.manifest.replace(b'"title": "', b'"title": "%d ' % number, 1)
    return Packed(hashlib.sha256(manifest).hexdigest()[:16], manifest, bundle.files)


def test_no_acknowledged_version_is_lost_when_the_server_is_killed(
    durable: Server, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    names = ("maple", "oak")
    built = {name: packed(write_policy(tmp_path, name), tmp_path / "scratch") for name in names}
    acknowledged: dict[str, list[str]] = {name: [] for name in names}
    stop = threading.Event()

    def publish(name: str) -> None:
        bundle, vectors = built[name]
        with closing(Database(durable.secret(), writes=True)) as database:
            for number in itertools.count():
                if stop.is_set():
                    return
                new = variant(bundle, number)
                try:
                    with database.writing() as connection:
                        bundles.put(connection, name, new, vectors)
                except AskPolicyError:
                    time.sleep(0.01)
                else:
                    acknowledged[name].append(new.name)

    publishers = [threading.Thread(target=publish, args=(name,)) for name in names]
    for publisher in publishers:
        publisher.start()
    try:
        for kill in range(KILLS):
            before = sum(map(len, acknowledged.values()))
            wait_for(lambda: sum(map(len, acknowledged.values())) >= before + 3)  # noqa: B023
            time.sleep(random.Random(kill).random() * 0.2)
            durable.kill()
            durable.start()
    finally:
        stop.set()
        for publisher in publishers:
            publisher.join()
    with closing(connect(durable.secret())) as connection:
        for name, versions in acknowledged.items():
            for version in versions:
                assert bundles.get(connection, Published(name, version, ()), encoder().id).name == version
        assert [each.policy for each in bundles.in_use(connection)] == list(names)
    total = sum(map(len, acknowledged.values()))
    figure(f"Shared database: killed {KILLS} times under writes, 0 of {total} acknowledged versions lost or damaged.")


def test_reads_go_on_from_the_replica_when_the_primary_dies(
    durable: Server, tmp_path: Path, figure: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "REPLICA_SECONDS", 0.5)
    replica = Server(durable=True, source=durable)
    try:
        replica.start()
        both = SecretStr(f"postgresql://postgres@/postgres?host={durable.folder},{replica.folder}")
        with closing(connect(both, writes=True)) as connection:
            first = put(connection, write_policy(tmp_path / "corpus", "maple"), tmp_path / "scratch")
        with closing(connect(replica.secret())) as connection:
            wait_for(lambda: [each.version for each in bundles.in_use(connection)] == [first])
        with closing(Followed(both, tmp_path / "copies")) as followed:
            wait_for(followed.has("maple", first))
            durable.kill()
            with closing(connect(both)) as connection:
                assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
                assert bundles.get(connection, bundles.in_use(connection)[0], encoder().id).name == first
            followed.copies.remove("maple")
            with closing(Followed(both, tmp_path / "new")) as new:
                wait_for(new.has("maple", first))
                wait_for(lambda: followed.follower.problem == "")
            with pytest.raises(AskPolicyError, match="cannot be reached"):
                connect(both, writes=True)
            durable.start()
            with closing(connect(both, writes=True)) as connection:
                folder = write_policy(tmp_path / "corpus", "maple", 'title = "Two"\n')
                second = put(connection, folder, tmp_path / "scratch")
            wait_for(followed.has("maple", second))
    finally:
        replica.remove()
    figure("Shared database: the primary killed, its replica answered readers, and the primary was used again.")


def test_without_a_copy_503_comes_within_a_second_and_answers_soon_after_the_database(
    durable: Server, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    with closing(connect(durable.secret())) as connection:
        for name in ("maple", "oak"):
            put(connection, write_policy(tmp_path / "corpus", name), tmp_path / "scratch")
    settings = {
        "DATABASE__URL": durable.url(),
        "HOME": str(tmp_path / "home"),
        "FEEDBACK__PATH": str(tmp_path / "feedback.sqlite"),
        "POLICY": "maple",
        "SERVE__POLICIES": "*",
        "SERVE__QUESTIONS_PER_MINUTE": 0,
    }
    durable.stop()
    with serving(tmp_path / "log", workers=1, ready=False, **settings) as running, running.client() as client:
        wait_for(lambda: client.get("/healthz").status_code == 200)
        longest = 0.0
        for policy in ("maple", "oak") * 5:
            start = time.monotonic()
            assert client.post("/v1/answers", json={"question": QUESTION, "policy": policy}).status_code == 503
            longest = max(longest, time.monotonic() - start)
        assert longest < 1
        durable.start()
        start = time.monotonic()
        for policy in ("maple", "oak"):
            wait_for(
                lambda: client.post("/v1/answers", json={"question": QUESTION, "policy": policy}).status_code == 200  # noqa: B023
            )
        back = time.monotonic() - start
        assert back < 10
        for policy in ("maple", "oak"):
            text = client.post("/v1/answers", json={"question": QUESTION, "policy": policy}).json()["text"]
            assert expected(policy, QUESTION) in text
    figure(f"Shared database away: 503 after {longest:.2f} s at most; answers {back:.1f} s after it was back.")

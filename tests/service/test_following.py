"""A service answers from the shared database: new versions lose no request, and local copies answer without it."""

from __future__ import annotations

import datetime
import hashlib
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot import publishing as publisher
from bot.policies.versions import version_of_text
from bot.postgres.connection import connect
from bot.service.app import create_app
from bot.service.offers import Offer, Offers
from bot.settings import Settings, load_settings
from bot.types import AskPolicyError
from tests.support.policies import QUESTIONS, days, expected, write_policy
from tests.support.postgres import Server
from tests.support.running import assert_problem, wait_for
from tests.support.sharing import put, set_up, with_database
from tests.test_publishing import NEW, OLD, draft, written

ORDERS = "How long do you keep my orders?"
IP_ADDRESS = "How long do you keep my IP address?"


@pytest.fixture(scope="module")
def url(own_postgres: Server) -> SecretStr:
    url = SecretStr(own_postgres.new_database())
    set_up(url)
    return url


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("following")


def publish(url: SecretStr, base: Path, name: str, own_days: int | None = None) -> None:
    folder = write_policy(base / "corpus", name)
    if own_days is not None:
        text = (folder / "policy.txt").read_text().replace(str(days(name)), str(own_days))
        (folder / "policy.txt").write_text(text)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        (folder / "manifest.toml").write_text(f'id = "{name}"\ntext = "policy.txt"\nsha256 = "{sha256}"\n')
    with closing(connect(url)) as connection:
        put(connection, folder, base / "scratch")


@contextmanager
def service(url: SecretStr, home: Path) -> Iterator[TestClient]:
    """Serve in this process: to start another takes longer than all of these tests."""
    settings = load_settings(
        home=home,
        policy="maple",
        database={"url": url},
        feedback={"path": home.with_name(f"{home.name}.sqlite")},
        serve={"policies": ["*"], "questions_per_minute": 0, "demo": False},
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="module")
def client(url: SecretStr, base: Path) -> Iterator[TestClient]:
    for name in ("maple", "oak"):
        publish(url, base, name)
    with service(url, base / "home") as client:
        wait_until_ready(client)
        yield client


def wait_until_ready(client: httpx.Client) -> None:
    wait_for(lambda: client.get("/readyz").status_code == 200)


def ask(client: httpx.Client, policy: str, question: str = ORDERS) -> httpx.Response:
    return client.post("/v1/answers", json={"question": question, "policy": policy})


def test_each_policy_answers_in_its_own_words(client: httpx.Client) -> None:
    for policy in ("maple", "oak"):
        for question in QUESTIONS:
            answer = ask(client, policy, question).json()
            assert answer["policy"]["id"] == policy
            assert expected(policy, question) in answer["text"]
    assert [each["id"] for each in client.get("/v1/policies").json()["policies"]] == ["maple", "oak"]
    assert "askpolicy_database_followed 1.0" in client.get("/metrics").text
    assert_problem(ask(client, "birch"), 404)


def test_a_new_version_takes_over_without_a_lost_request(client: httpx.Client, url: SecretStr, base: Path) -> None:
    said: list[str] = []
    stop = threading.Event()

    def visit() -> None:
        while not stop.is_set():
            answer = ask(client, "oak")
            said.append(answer.json()["text"] if answer.status_code == 200 else str(answer.status_code))

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    try:
        for number in (11_111, 22_222):
            publish(url, base, "oak", number)
            wait_for(lambda: f"{number} days" in ask(client, "oak").json()["text"])  # noqa: B023
    finally:
        stop.set()
        for visitor in visitors:
            visitor.join()
    known = [f"{number} days" for number in (days("oak"), 11_111, 22_222)]
    assert [text for text in said if not any(number in text for number in known)] == []
    assert client.get("/v1/policies/oak").json()["version"] == ask(client, "oak").json()["policy"]["version"]


def test_a_policy_that_is_published_later_is_served_and_one_that_is_withdrawn_is_not(
    client: httpx.Client, url: SecretStr, base: Path
) -> None:
    publish(url, base, "birch")
    wait_for(lambda: ask(client, "birch").status_code == 200)
    assert expected("birch", ORDERS) in ask(client, "birch").json()["text"]
    with closing(connect(url)) as connection:
        connection.execute("DELETE FROM askpolicy.published WHERE policy = 'birch'")
    wait_for(lambda: ask(client, "birch").status_code == 404)


def test_a_version_damaged_in_the_database_is_refused_and_the_one_before_answers(
    client: httpx.Client, url: SecretStr, base: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = ask(client, "maple").json()["text"]
    with closing(connect(url)) as connection, connection.transaction():
        put(connection, write_policy(base / "corpus", "maple", 'title = "Two"\n'), base / "scratch")
        connection.execute("UPDATE askpolicy.files SET content = '' WHERE name = 'policy.txt' AND policy = 'maple'")
    wait_for(lambda: "is damaged (the checksum of policy.txt does not match)" in caplog.text)
    assert ask(client, "maple").json()["text"] == before


def test_an_old_citation_leads_to_the_text_that_it_quoted(
    client: httpx.Client, own_postgres: Server, url: SecretStr, base: Path
) -> None:
    """Also after the row of the version in use was changed by hand, and from a service that starts on its copies."""
    settings = with_database(written(base / "versions"), url)
    given = {}
    for number in (90, 120):
        publisher.publish("harbor", settings, datetime.date(2026, 1, number // 30))
        wait_for(lambda: f"{number} days" in ask(client, "harbor", IP_ADDRESS).text)  # noqa: B023
        given[number] = ask(client, "harbor", IP_ADDRESS).json()
        draft(settings, NEW.replace("90 days", "120 days"))
    first = version_of_text(OLD.strip().encode())
    assert_quoted(client, given[90])
    assert [each["version"] for each in client.get("/v1/policies/harbor").json()["versions"]] == [
        first,
        given[90]["policy"]["version"],
        given[120]["policy"]["version"],
    ]
    assert "We keep your IP address for 30 days." in client.get(f"/v1/policies/harbor?version={first}").text
    with closing(connect(url)) as connection:
        connection.execute(
            "UPDATE askpolicy.published SET version = bundles.version FROM askpolicy.bundles "
            "WHERE bundles.policy = 'harbor' AND published.policy = 'harbor' AND bundles.text = %s",
            (given[90]["policy"]["version"],),
        )
    wait_for(lambda: "90 days" in ask(client, "harbor", IP_ADDRESS).text)
    assert_quoted(client, given[120])
    own_postgres.stop()
    try:
        with service(url, base / "home") as later:
            wait_until_ready(later)
            for answer in given.values():
                assert_quoted(later, answer)
    finally:
        own_postgres.start()
    publish(url, base, "oak", 44_444)
    wait_for(lambda: "44444 days" in ask(client, "oak").json()["text"])


def assert_quoted(client: httpx.Client, answer: dict[str, Any]) -> None:
    """Check that the version that an answer names has its citations where they say."""
    shown = client.get("/v1/policies/harbor", params={"version": answer["policy"]["version"]}).json()
    sentences = [(each["text"], each["start"], each["end"]) for part in shown["sections"] for each in part["sentences"]]
    for cited in answer["citations"]:
        assert (cited["quote"], cited["start"], cited["end"]) in sentences


def test_copies_answer_while_the_database_is_away_and_it_is_followed_again(
    client: httpx.Client, own_postgres: Server, url: SecretStr, base: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = ask(client, "oak").json()["text"]
    own_postgres.stop()
    try:
        wait_for(lambda: "askpolicy_database_followed 0.0" in client.get("/metrics").text)
        assert "Local copies answer, since the database cannot be followed" in caplog.text
        assert ask(client, "oak").json()["text"] == before
        with service(url, base / "home") as later:
            wait_until_ready(later)
            assert ask(later, "oak").json()["text"] == before
        with service(url, base / "nothing") as empty:
            assert empty.get("/readyz").status_code == 503
            assert_problem(ask(empty, "maple"), 503)
            assert "There are no copies of its policies in" in caplog.text
            own_postgres.start()
            with closing(connect(url)) as connection:  # repair what the test before damaged
                put(connection, write_policy(base / "corpus", "maple"), base / "scratch")
            wait_until_ready(empty)
            assert expected("maple", ORDERS) in ask(empty, "maple").json()["text"]
    finally:
        if not own_postgres.running:
            own_postgres.start()
    publish(url, base, "oak", 33_333)
    wait_for(lambda: "33333 days" in ask(client, "oak").json()["text"])


class TestOffers:
    """What the settings name among published policies."""

    PUBLISHED = tuple(Offer(id, id, (f"https://{id}.example",), shared=True) for id in ("maple", "oak", "red-oak"))

    def offers(self, settings: Settings, policy: str, *policies: str, **hosts: str) -> Offers:
        serve = settings.serve.model_copy(update={"policies": policies, "hosts": hosts})
        return Offers(settings.model_copy(update={"policy": policy, "serve": serve}), self.PUBLISHED)

    def test_patterns_choose_and_the_default_comes_first(self, settings: Settings) -> None:
        assert [offer.id for offer in self.offers(settings, "oak", "*")] == ["oak", "maple", "red-oak"]
        assert [offer.id for offer in self.offers(settings, "maple", "*oak")] == ["maple", "oak", "red-oak"]
        assert [offer.id for offer in self.offers(settings, "maple")] == ["maple"]

    def test_one_that_is_not_published_says_what_to_do(self, settings: Settings) -> None:
        offers = self.offers(settings, "elm", "maple", **{"chat.birch.example": "birch"})
        assert [bool(offer.problem) for offer in offers] == [True, False, True]
        assert "publish it with `askpolicy publish elm`" in str(offers.default.problem)
        assert offers.of_host("chat.birch.example") == "birch"

    def test_without_a_database_nothing_is_shared(self, settings: Settings) -> None:
        assert [offer.shared for offer in Offers(settings)] == [False]
        with pytest.raises(AskPolicyError, match="No policy folder fits"):
            Offers(settings.model_copy(update={"serve": settings.serve.model_copy(update={"policies": ("zz*",)})}))

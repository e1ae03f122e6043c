"""Pauses and notices: in the API, on the pages, and in every worker of a running service."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.commands.main import main
from bot.pipeline import Bot
from bot.service import switchboard as module
from bot.service.app import create_app
from bot.service.switchboard import Paused, Switchboard
from bot.settings import Settings
from bot.types import AskPolicyError, Policy
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Switch, SwitchKind, now
from bot.wording import LANGUAGES, interface
from tests.support.running import serving, wait_for

OWN = "We are correcting our policy <b>today</b>."
SELLING = {"question": "do you sell my data?"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("switched") / "feedback.sqlite"


@pytest.fixture(scope="module")
def service(bot: Bot, settings: Settings, path: Path) -> Iterator[TestClient]:
    changes = {
        "serve": settings.serve.model_copy(update={"questions_per_minute": 0, "demo": False}),
        "feedback": settings.feedback.model_copy(update={"path": path}),
    }
    with TestClient(create_app(settings.model_copy(update=changes)), base_url="http://pages.test") as client:
        wait_for(lambda: client.get("/readyz").status_code == 200)
        yield client


@pytest.fixture
def policy(bot: Bot) -> Policy:
    return bot.bundle.policy


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path, 90)) as store:
        yield store
        for kind in SwitchKind:
            store.switch_off(kind, None, "ann")


def paused(service: TestClient) -> bool:
    return service.get("/v1/policies/massgov").json()["paused"] is not None


def switched_on(service: TestClient, store: SqliteStore, switch: Switch) -> None:
    store.switch_on(switch, "ann")
    part = {SwitchKind.PAUSE: "paused", SwitchKind.NOTICE: "notice"}[switch.kind]
    shown = module.to_json(switch)
    wait_for(lambda: service.get("/v1/policies/massgov").json()[part] == shown)


class TestPause:
    def test_the_api_gives_the_owners_sentence_and_the_link(self, service: TestClient, store: SqliteStore) -> None:
        until = now() + timedelta(minutes=2)
        switched_on(service, store, Switch(SwitchKind.PAUSE, "massgov", OWN, until))
        for accept in ("application/json", "text/event-stream"):
            response = service.post("/v1/answers", json=SELLING, headers={"Accept": accept})
            assert response.status_code == 503
            assert response.json() == {
                "type": "urn:askpolicy:paused",
                "title": "Paused",
                "status": 503,
                "detail": OWN,
                "link": "https://www.mass.gov/privacypolicy",
                "until": until.isoformat(),
            }
            assert 0 < int(response.headers["retry-after"]) <= 120
        assert service.get("/readyz").status_code == 200

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_without_a_sentence_it_is_in_the_visitors_language(
        self, service: TestClient, store: SqliteStore, language: str
    ) -> None:
        switched_on(service, store, Switch(SwitchKind.PAUSE))
        response = service.post("/v1/answers", json={**SELLING, "language": language})
        assert response.json()["detail"] == interface(language)["paused"]
        assert interface(language)["paused"] in service.get("/ask", params={"language": language}).text

    def test_the_page_shows_it_escaped_and_keeps_what_was_typed(self, service: TestClient, store: SqliteStore) -> None:
        switched_on(service, store, Switch(SwitchKind.PAUSE, "", OWN))
        page = service.get("/ask").text
        assert "We are correcting our policy &lt;b&gt;today&lt;/b&gt;." in page
        assert '<a class="address" href="https://www.mass.gov/privacypolicy">Read the whole policy</a>' in page
        assert "<textarea" not in page
        sent = service.post("/ask", data=SELLING)
        assert sent.status_code == 503
        assert "do you sell my data?</textarea>" in sent.text
        assert "Your question is still in the box." in sent.text

    def test_questions_are_answered_again_after_it(self, service: TestClient, store: SqliteStore) -> None:
        switched_on(service, store, Switch(SwitchKind.PAUSE))
        store.switch_off(SwitchKind.PAUSE, None, "ann")
        wait_for(lambda: not paused(service))
        assert service.post("/v1/answers", json=SELLING).status_code == 200

    def test_another_policys_pause_changes_nothing(self, service: TestClient, store: SqliteStore) -> None:
        store.switch_on(Switch(SwitchKind.PAUSE, "parks"), "ann")
        switched_on(service, store, Switch(SwitchKind.NOTICE, "massgov", "Later."))  # so that both were read
        assert not paused(service)


class TestNotice:
    def test_a_notice_is_shown_and_stops_nothing(self, service: TestClient, store: SqliteStore) -> None:
        switched_on(service, store, Switch(SwitchKind.NOTICE, "", OWN))
        assert service.post("/v1/answers", json=SELLING).status_code == 200
        for page in (service.get("/ask"), service.post("/ask", data=SELLING)):
            assert "&lt;b&gt;today&lt;/b&gt;" in page.text

    def test_the_policys_own_comes_before_that_of_all(self, service: TestClient, store: SqliteStore) -> None:
        store.switch_on(Switch(SwitchKind.NOTICE, "", "For all."), "ann")
        switched_on(service, store, Switch(SwitchKind.NOTICE, "massgov", "For one."))


class TestSwitchboard:
    def test_the_first_question_finds_the_pause(self, store: SqliteStore, policy: Policy) -> None:
        """A worker that starts during a pause answers nothing."""
        store.switch_on(Switch(SwitchKind.PAUSE), "ann")
        board = Switchboard(store)
        board.start()
        with pytest.raises(Paused) as raised:
            board.check(policy, "es")
        board.stop()
        assert raised.value.detail == interface("es")["paused"]

    def test_a_pause_ends_by_itself(self, store: SqliteStore, policy: Policy) -> None:
        store.switch_on(Switch(SwitchKind.PAUSE, until=now()), "ann")
        board = Switchboard(store)
        board.start()
        board.check(policy, "en")
        board.stop()

    def test_if_the_store_fails_the_pause_stays_and_the_log_says_so_once(
        self, policy: Policy, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
        store = SqliteStore(tmp_path / "feedback.sqlite", 90)
        store.switch_on(Switch(SwitchKind.PAUSE, message="An owner's own words."), "ann")
        board = Switchboard(store)
        with caplog.at_level(logging.INFO):
            board.start()
            store.path.write_bytes(b"no database" * 500)
            store.close()
            wait_for(lambda: "stay as they are" in caplog.text)
            board.stop()
        assert board.pause(policy)
        assert caplog.text.count("stay as they are") == 1
        assert "own words" not in caplog.text

    def test_a_pause_names_no_end_that_is_far_away(self, policy: Policy) -> None:
        for until, seconds in ((None, 300), (now() + timedelta(days=3), 3_600), (now(), 1)):
            assert Paused(Switch(SwitchKind.PAUSE, until=until), policy, "en").retry_after == seconds

    def test_a_policy_without_a_page_has_no_link(self, policy: Policy) -> None:
        assert Paused(Switch(SwitchKind.PAUSE), replace(policy, url=None), "en").body()["link"] is None


def test_every_worker_of_a_running_service_follows_within_seconds(
    bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "feedback.sqlite"
    monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(path))
    with serving(tmp_path / "log", workers=2, SERVE__QUESTIONS_PER_MINUTE=0) as running:

        def statuses() -> set[int]:
            """Ask over new connections, which the workers share."""
            found = set()
            for _ in range(12):
                with running.client() as client:
                    found.add(client.post("/v1/answers", json=SELLING).status_code)
            return found

        assert statuses() == {200}
        assert main(["pause", "--message", "Back on Monday."]) == 0
        assert "follow within two seconds" in capsys.readouterr().out
        wait_for(lambda: statuses() == {503})
        with running.client() as client:
            assert client.post("/v1/answers", json=SELLING).json()["detail"] == "Back on Monday."
        assert main(["resume"]) == 0
        wait_for(lambda: statuses() == {200})
        assert len(running.logged("Switched.")) >= 2
    assert "Back on Monday" not in (tmp_path / "log").read_text()


def test_an_unreadable_store_is_no_reason_not_to_start(policy: Policy, tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").write_bytes(b"no database" * 500)
    board = Switchboard(SqliteStore(tmp_path / "feedback.sqlite", 90))
    with pytest.raises(AskPolicyError):
        SqliteStore(tmp_path / "feedback.sqlite", 90).switches()
    board.start()
    board.check(policy, "en")
    board.stop()

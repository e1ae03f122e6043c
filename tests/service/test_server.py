"""Workers, their restarts, and the shutdown of the service."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import threading
from pathlib import Path

import httpx
import pytest

from bot.commands.main import main
from bot.pipeline import Bot
from bot.settings import Settings
from tests.support.running import PATIENCE, alive, assert_problem, serving, wait_for


@pytest.mark.thorough
def test_a_killed_worker_comes_back_while_the_others_go_on(bot: Bot, tmp_path: Path) -> None:
    with serving(tmp_path / "log", workers=2, SERVE__QUESTIONS_PER_MINUTE=0) as running:
        wait_for(lambda: len(running.workers()) == 2)
        killed = running.workers()[0]
        os.kill(killed, signal.SIGKILL)
        with running.client() as client:
            assert client.post("/v1/answers", json={"question": "Hello"}).status_code == 200
        wait_for(lambda: len(running.workers()) == 2 and killed not in running.workers())


@pytest.mark.thorough
def test_workers_end_when_their_parent_ends(bot: Bot, tmp_path: Path) -> None:
    with serving(tmp_path / "log", workers=2) as running:
        wait_for(lambda: len(running.workers()) == 2)
        workers = running.workers()
        running.process.kill()
        wait_for(lambda: not any(alive(worker) for worker in workers))


def test_answers_in_flight_are_finished_before_a_stop(bot: Bot, tmp_path: Path) -> None:
    answers: list[str] = []
    cut: list[str] = []

    def keep_asking(url: str) -> None:
        while True:
            received = ""
            try:
                with httpx.stream(
                    "POST",
                    f"{url}/v1/answers",
                    json={"question": "Do you sell my data?"},
                    headers={"Accept": "text/event-stream"},
                    timeout=PATIENCE,
                    trust_env=False,
                ) as response:
                    for text in response.iter_text():
                        received += text
            except httpx.TransportError:
                # The service accepts no more requests: one that comes too late would go to its successor.
                cut.append(received)
                return
            answers.append(received)

    with serving(tmp_path / "log", SERVE__QUESTIONS_PER_MINUTE=0) as running:
        askers = [threading.Thread(target=keep_asking, args=(running.url,)) for _ in range(2)]
        for asker in askers:
            asker.start()
        wait_for(lambda: len(answers) >= 2)
        assert running.stop() == 0
        for asker in askers:
            asker.join()
    assert {answer.count("event: answer") for answer in answers} == {1}
    assert cut == [""] * 2
    # Only JSON lines, from start to end.
    assert all(json.loads(line) for line in (tmp_path / "log").read_text().splitlines())


def test_the_service_reports_a_problem_and_runs_until_it_is_fixed(bot: Bot, settings: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(settings.home, home)
    current = home / "massgov" / "CURRENT"
    whole = current.read_bytes()
    current.write_bytes(b"broken")
    with (
        serving(tmp_path / "log", ready=False, HOME=str(home)) as running,
        running.client() as client,
    ):
        assert client.get("/healthz").status_code == 200
        for response in (
            client.get("/readyz"),
            client.post("/v1/answers", json={"question": "Hello"}),
            client.get("/v1/policies"),
        ):
            assert_problem(response, 503)
            assert int(response.headers["retry-after"]) > 0
            assert str(tmp_path) not in response.text
        assert client.get("/ask", params={"question": "Hello"}).status_code == 503
        assert {client.get(path).status_code for path in ("/", "/ask", "/privacy", "/widget.js")} == {200}
        wait_for(lambda: "is damaged" in (tmp_path / "log").read_text())
        current.write_bytes(whole)
        running.wait_until_ready(1)


@pytest.mark.thorough
def test_an_overloaded_service_answers_503(bot: Bot, tmp_path: Path) -> None:
    settings = {
        "SERVE__THREADS": 1,
        "SERVE__MAX_IN_WORK": 1,
        "SERVE__QUESTIONS_PER_MINUTE": 0,
    }
    responses: list[httpx.Response] = []
    with serving(tmp_path / "log", **settings) as running:

        def ask() -> None:
            with running.client() as client:
                responses.extend(client.post("/v1/answers", json={"question": "Do you sell?"}) for _ in range(20))

        askers = [threading.Thread(target=ask) for _ in range(6)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        refused = [response for response in responses if response.status_code != 200]
        assert 0 < len(refused) < len(responses)
        for response in refused:
            assert_problem(response, 503)
            assert response.headers["retry-after"] == "1"
        with running.client() as client:
            assert client.post("/v1/answers", json={"question": "Hello"}).status_code == 200


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SERVE__RATE_STORE": "nowhere://"}, "serve.rate_store"),
        ({"SERVE__ORIGINS": '["null"]'}, "serve.origins"),
        ({"SERVE__ORIGINS": '["*"]'}, "serve.origins"),
        ({"SERVE__ORIGINS": '["https://example.org/path"]'}, "serve.origins"),
        ({"SERVE__TRUSTED_PROXIES": '["everybody"]'}, "serve.trusted_proxies"),
        ({"SERVE__HOST": "192.0.2.1"}, "cannot listen on 192.0.2.1"),
    ],
)
def test_an_invalid_setting_is_reported_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], settings: dict[str, str], words: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"ASKPOLICY_{name}", value)
    assert main(["serve", "--port", "0"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_a_port_in_use_is_reported(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert main(["serve", "--port", str(other.getsockname()[1])]) == 1
    assert "--port" in capfd.readouterr().err


@pytest.mark.thorough
def test_another_policy_can_be_served(small_policy_file: Path, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "log", "--policy", str(small_policy_file), HOME=str(tmp_path)) as running,
        running.client() as client,
    ):
        (policy,) = client.get("/v1/policies").json()["policies"]
        assert policy["id"] == "harbour"
        answer = client.post("/v1/answers", json={"question": "Do you sell my e-mail address?"}).json()
        assert answer["policy"]["id"] == "harbour"

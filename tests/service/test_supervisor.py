"""Workers that hang, exit at once, or are reloaded, with real processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from bot.pipeline import Bot
from bot.service.reload import ReloadFailure
from bot.settings import Settings
from tests.support.running import PATIENCE, Running, alive, serving, wait_for

QUESTION = {"question": "Do you sell my data?"}


def first_run(folder: Path, code: str) -> Path:
    """Make a folder for PYTHONPATH, with code that each process runs when it starts."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code)
    return folder


@contextmanager
def asking(running: Running) -> Iterator[list[str]]:
    """Ask all the time, over open and over new connections; yield the list of failures."""
    wrong: list[str] = []
    stop = threading.Event()

    def ask(keep: bool) -> None:
        with running.client() as client:
            while not stop.is_set():
                headers = {} if keep else {"Connection": "close"}
                try:
                    response = client.post("/v1/answers", json=QUESTION, headers=headers)
                except httpx.TransportError as error:
                    wrong.append(repr(error))
                    continue
                if response.status_code != 200 or response.json()["outcome"] != "answered":
                    wrong.append(response.text)
                stop.wait(0.02)

    askers = [threading.Thread(target=ask, args=(keep,)) for keep in (True, True, False)]
    for asker in askers:
        asker.start()
    try:
        yield wrong
    finally:
        stop.set()
        for asker in askers:
            asker.join()


@pytest.mark.security
def test_a_worker_with_a_stuck_event_loop_is_replaced(bot: Bot, tmp_path: Path) -> None:
    # A signal handler runs in the main thread, which runs the event loop: the other threads continue.
    stuck = "import signal, time; signal.signal(signal.SIGUSR1, lambda *_: time.sleep(100_000))"
    path = first_run(tmp_path / "path", stuck)
    with serving(tmp_path / "log", pythonpath=path, SERVE__STUCK_SECONDS=3, SERVE__QUESTIONS_PER_MINUTE=0) as running:
        (worker,) = running.workers()
        os.kill(worker, signal.SIGUSR1)
        wait_for(lambda: running.logged("did not respond for 3 s"))
        assert not alive(worker)
        running.wait_until_ready(2)
        with running.client() as client:
            assert client.post("/v1/answers", json=QUESTION).status_code == 200
        assert running.workers()
        assert worker not in running.workers()


def test_a_service_that_drains_answers_but_is_not_ready(bot: Bot, tmp_path: Path) -> None:
    with serving(tmp_path / "log", SERVE__DRAIN_SECONDS=300) as running, running.client() as client:
        assert client.get("/readyz").status_code == 200
        running.process.send_signal(signal.SIGTERM)
        wait_for(lambda: client.get("/readyz").status_code == 503)
        assert client.post("/v1/answers", json=QUESTION).status_code == 200
        assert client.get("/healthz").status_code == 200
        assert running.stop() == 0  # the second signal ends the wait


def test_workers_that_exit_at_once_are_restarted_with_growing_delays(tmp_path: Path) -> None:
    code = "import os, sys\nif '--multiprocessing-fork' in sys.orig_argv: os._exit(7)"
    path = first_run(tmp_path / "path", code)
    with serving(tmp_path / "log", pythonpath=path, ready=False) as running:
        wait_for(lambda: len(running.logged("exit code 7")) >= 3)
        assert [line["pause"] for line in running.logged("exit code 7")][:3] == [1, 2, 4]
        assert running.stop() == 0


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "bot.commands.main"],
        pytest.param(
            ["-c", "import sys; from bot.commands.main import main; sys.exit(main())"], marks=pytest.mark.thorough
        ),
    ],
)
def test_no_code_in_the_working_folder_is_run(bot: Bot, tmp_path: Path, command: list[str]) -> None:
    """With `-P`, `-c` finds modules in the same places as a console script."""
    for module in ("pickle", "json", "argparse", "fastapi", "numpy", "onnxruntime"):
        (tmp_path / f"{module}.py").write_text(f"open('RAN', 'a').write('{module} ')\n")
    flags = ["-P"] if command[0] == "-c" else []
    environment = os.environ | {"ASKPOLICY_SERVE__DEMO": "false", "ASKPOLICY_SERVE__WORKERS": "1"}
    log = tmp_path / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, *flags, *command, "serve", "--port", "0"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        ) as process,
    ):
        wait_for(lambda: '"Ready."' in log.read_text())
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert not (tmp_path / "RAN").exists()


def test_the_log_names_the_settings_file(bot: Bot, tmp_path: Path) -> None:
    with serving(tmp_path / "log", cwd=tmp_path, ready=False) as running:
        wait_for(lambda: running.logged("Started."))
        assert running.logged(f"No settings file: there is no askpolicy.toml in the current folder, {tmp_path}.")
    (tmp_path / "askpolicy.toml").write_text("threads = 1\n")
    with serving(tmp_path / "log", cwd=tmp_path, ready=False) as running:
        wait_for(lambda: running.logged("Started."))
        assert running.logged(f"Settings file: {tmp_path / 'askpolicy.toml'}.")


def change_the_text(folder: Path) -> None:
    policy, manifest = folder / "corpus/massgov/policy.txt", folder / "corpus/massgov/manifest.toml"
    old = sha256(policy.read_bytes()).hexdigest()
    with policy.open("a") as text:
        text.write("\nOne more line of policy.\n")
    words = manifest.read_text()
    assert old in words
    manifest.write_text(words.replace(old, sha256(policy.read_bytes()).hexdigest()))


def remove_the_policy(folder: Path) -> None:
    (folder / "corpus/massgov").rename(folder / "elsewhere")


def break_the_settings(folder: Path) -> None:
    (folder / "askpolicy.toml").write_text("[serve\n")


def mistype_a_setting(folder: Path) -> None:
    (folder / "askpolicy.toml").write_text("[decide]\ncautoin = 0.5\n")


def name_a_missing_model(folder: Path) -> None:
    (folder / "askpolicy.toml").write_text('model = "/nowhere/encoder"\n')


def damage_the_index(folder: Path) -> None:
    (folder / "home/massgov/CURRENT").write_bytes(b"broken")


def put_a_folder_in_the_way(folder: Path) -> None:
    """A folder cannot be read as a file, even by root."""
    (folder / "corpus/massgov/policy.txt").unlink()
    (folder / "corpus/massgov/policy.txt").mkdir()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (change_the_text, ReloadFailure.CONTENT),
        *(
            pytest.param(spoil, reason, marks=pytest.mark.thorough)
            for spoil, reason in (
                (break_the_settings, ReloadFailure.SETTINGS),
                (remove_the_policy, ReloadFailure.CONTENT),
                (mistype_a_setting, ReloadFailure.SETTINGS),
                (name_a_missing_model, ReloadFailure.CONTENT),
                (damage_the_index, ReloadFailure.CONTENT),
                (put_a_folder_in_the_way, ReloadFailure.CONTENT),
            )
        ),
    ],
)
def test_a_failed_reload_changes_nothing(
    bot: Bot, settings: Settings, tmp_path: Path, spoil: Callable[[Path], None], reason: ReloadFailure
) -> None:
    shutil.copytree(settings.corpus, tmp_path / "corpus")
    shutil.copytree(settings.home, tmp_path / "home")
    places = {"HOME": str(tmp_path / "home"), "CORPUS": str(tmp_path / "corpus"), "SERVE__QUESTIONS_PER_MINUTE": 0}
    with serving(tmp_path / "log", cwd=tmp_path, **places) as running, asking(running) as wrong:
        workers = running.workers()
        spoil(tmp_path)
        running.process.send_signal(signal.SIGHUP)
        wait_for(lambda: running.logged("The reload failed"))
        with running.client() as client:
            ready = client.get("/readyz")
            assert ready.status_code == 200
            assert ready.json()["status"] == "ready"
            assert ready.json()["failed_reload"]["reason"] == reason
            assert str(tmp_path) not in ready.text
        assert set(workers) <= set(running.workers())
    assert wrong == []
    errors = [line for line in running.logged("") if line["level"] == "error"]
    assert len(errors) == 1, errors
    assert errors[0]["message"].endswith("reload again.")


def test_a_reload_applies_changes_and_loses_no_request(bot: Bot, settings: Settings, tmp_path: Path) -> None:
    given = {"HOME": str(settings.home), "SERVE__QUESTIONS_PER_MINUTE": 0}
    with serving(tmp_path / "log", cwd=tmp_path, workers=2, **given) as running, asking(running) as wrong:
        old = running.workers()
        (tmp_path / "askpolicy.toml").write_text("[")
        running.process.send_signal(signal.SIGHUP)
        wait_for(lambda: running.logged("The reload failed"))
        (tmp_path / "askpolicy.toml").write_text(
            """[guard]\nmax_question_chars = 30\n[serve]\nrate_store = "redis://a"\n"""
        )
        running.process.send_signal(signal.SIGHUP)
        wait_for(lambda: running.logged("Reloaded"))
        wait_for(lambda: not set(old) & set(running.workers()))
        with running.client() as client:
            wait_for(lambda: "failed_reload" not in client.get("/readyz").json())
            long = client.post("/v1/answers", json={"question": "Do you sell my personal data to others?"})
            assert long.json()["outcome"] == "too_long"
        assert running.logged("only after a restart: serve.rate_store")
    assert wrong == []


@pytest.mark.thorough
def test_a_worker_that_cannot_load_takes_no_requests_if_another_can(
    bot: Bot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(settings.home, tmp_path / "home")
    (tmp_path / "private").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "private"))
    given = {"HOME": str(tmp_path / "home"), "SERVE__QUESTIONS_PER_MINUTE": 0}
    with serving(tmp_path / "log", workers=2, **given) as running:
        whole = (tmp_path / "home/massgov/CURRENT").read_bytes()
        damage_the_index(tmp_path)
        (copied,) = (tmp_path / "private").glob("*/content-0/massgov/CURRENT")
        copied.write_bytes(b"broken")
        killed = running.workers()[0]
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: running.logged("Not ready: "))
        with running.client() as client:
            for _ in range(40):
                headers = {"Connection": "close"}
                assert client.post("/v1/answers", json=QUESTION, headers=headers).status_code == 200
        (tmp_path / "home/massgov/CURRENT").write_bytes(whole)
        running.wait_until_ready(3)

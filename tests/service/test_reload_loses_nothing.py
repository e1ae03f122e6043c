"""Everything that an owner can break, broken in turn while visitors ask: the service goes on answering."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.service.reload import ReloadFailure
from bot.settings import load_settings
from tests.support.policies import expected, index_all, write_policy
from tests.support.running import Running, serving, wait_for

QUESTION = "How long do you keep my orders?"
SETTINGS = '[serve]\npolicies = ["birch"]\nquestions_per_minute = 0\n'
# Root may read everything, so a test that takes rights away gives up this privilege.
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


def rewrite(path: Path, old: str, new: str) -> None:
    words = path.read_text()
    assert old in words
    path.write_text(words.replace(old, new))


def wrong_text(folder: Path) -> None:
    rewrite(folder / "corpus/alder/policy.txt", "orders for", "receipts for")


def wrong_sha256(folder: Path) -> None:
    rewrite(folder / "corpus/alder/manifest.toml", 'sha256 = "', 'sha256 = "0')


def new_text_without_an_index(folder: Path) -> None:
    import hashlib

    policy, manifest = folder / "corpus/alder/policy.txt", folder / "corpus/alder/manifest.toml"
    old = hashlib.sha256(policy.read_bytes()).hexdigest()
    rewrite(policy, "orders for", "receipts for")
    rewrite(manifest, old, hashlib.sha256(policy.read_bytes()).hexdigest())


def no_index(folder: Path) -> None:
    shutil.rmtree(folder / "home/alder")


def no_policy(folder: Path) -> None:
    shutil.rmtree(folder / "corpus/alder")


def no_model(folder: Path) -> None:
    (folder / "model/model.onnx").unlink()


def broken_model(folder: Path) -> None:
    (folder / "model/model.onnx").write_bytes(b"broken")


def no_right_to_the_text(folder: Path) -> None:
    (folder / "corpus/alder/policy.txt").chmod(0)


def no_right_to_the_corpus(folder: Path) -> None:
    (folder / "corpus").chmod(0)


def no_right_to_the_index(folder: Path) -> None:
    (folder / "home/alder").chmod(0)


def no_right_to_the_model(folder: Path) -> None:
    (folder / "model").chmod(0)


def no_right_to_the_settings(folder: Path) -> None:
    (folder / "askpolicy.toml").chmod(0)


def broken_answers(folder: Path) -> None:
    (folder / "corpus/alder/answers.toml").write_text('[[answers]]\ntopics = ["data-sale"]\nverdict = "maybe"\n')


def broken_wording(folder: Path) -> None:
    (folder / "corpus/alder/wording.toml").write_text("[en]\nno_such_text = 'x'\n")


def broken_manifest(folder: Path) -> None:
    (folder / "corpus/alder/manifest.toml").write_text("id = ")


def broken_settings(folder: Path) -> None:
    (folder / "askpolicy.toml").write_text("[serve")


def mistyped_setting(folder: Path) -> None:
    (folder / "askpolicy.toml").write_text(SETTINGS + "[decide]\ncautoin = 0.5\n")


def unknown_policy_of_a_host(folder: Path) -> None:
    (folder / "askpolicy.toml").write_text(SETTINGS + '[serve.hosts]\n"a.example" = "aspen"\n')


KINDS: dict[Callable[[Path], None], tuple[ReloadFailure, str]] = {
    wrong_text: (ReloadFailure.CONTENT, "is not the one its manifest was written for"),
    wrong_sha256: (ReloadFailure.CONTENT, "is not the one its manifest was written for"),
    new_text_without_an_index: (ReloadFailure.CONTENT, "build it again with `askpolicy index alder`"),
    no_index: (ReloadFailure.CONTENT, "build it with `askpolicy index`"),
    no_policy: (ReloadFailure.CONTENT, "There is no policy 'alder'"),
    no_model: (ReloadFailure.CONTENT, "name another model"),
    broken_model: (ReloadFailure.CONTENT, "name another model"),
    no_right_to_the_text: (ReloadFailure.CONTENT, "policy.txt cannot be read (Permission denied)"),
    no_right_to_the_corpus: (ReloadFailure.CONTENT, "cannot be read (Permission denied)"),
    no_right_to_the_index: (ReloadFailure.CONTENT, "cannot be read (Permission denied)"),
    no_right_to_the_model: (ReloadFailure.CONTENT, "(Permission denied"),
    no_right_to_the_settings: (ReloadFailure.SETTINGS, "cannot be read"),
    broken_answers: (ReloadFailure.CONTENT, "answers.toml, answer 1"),
    broken_wording: (ReloadFailure.CONTENT, "wording.toml"),
    broken_manifest: (ReloadFailure.CONTENT, "manifest.toml is not TOML"),
    broken_settings: (ReloadFailure.SETTINGS, "The settings file"),
    mistyped_setting: (ReloadFailure.SETTINGS, "decide.cautoin"),
    unknown_policy_of_a_host: (ReloadFailure.CONTENT, "serve.hosts gives a.example the policy 'aspen'"),
}


@contextmanager
def asking(running: Running, many: int) -> Iterator[tuple[list[str], list[int]]]:
    """Ask both policies all the time; yield what went wrong, and how many answers each asker got.

    Ends when every asker has asked `many` questions.
    """
    wrong: list[str] = []
    asked = [0] * 4
    stop = threading.Event()

    def ask(number: int) -> None:
        name = ("alder", "birch")[number % 2]
        headers = {"Connection": "close"} if number == 3 else {}
        with running.client() as client:
            while not stop.is_set() or asked[number] < many:
                try:
                    response = client.post(f"/p/{name}/v1/answers", json={"question": QUESTION}, headers=headers)
                except httpx.TransportError as error:
                    wrong.append(repr(error))
                else:
                    if response.status_code != 200 or expected(name, QUESTION) not in response.text:
                        wrong.append(response.text)
                asked[number] += 1
                stop.wait(0.001)

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(len(asked))]
    for asker in askers:
        asker.start()
    try:
        yield wrong, asked
    finally:
        stop.set()
        for asker in askers:
            asker.join()


def whole(folder: Path) -> Path:
    """Write two policies, their indexes, a copy of the model, and a settings file."""
    corpus, home = folder / "corpus", folder / "home"
    for name in ("alder", "birch"):
        write_policy(corpus, name)
    shutil.copytree(load_settings().model, folder / "model")
    (folder / "askpolicy.toml").write_text(SETTINGS)
    index_all(load_settings(corpus=corpus, home=home, model=str(folder / "model")), ["alder", "birch"])
    return folder


@contextmanager
def service(folder: Path, *, workers: int, wrapper: tuple[str, ...] = ()) -> Iterator[Running]:
    given = {name.upper(): str(folder / name) for name in ("home", "corpus", "model")}
    # From a variable, so that a settings file without the other policy is noticed.
    with serving(folder / "log", "--policy", "alder", cwd=folder, workers=workers, wrapper=wrapper, **given) as running:
        yield running


def failed_reload(running: Running, folder: Path, spoil: Callable[[Path], None], number: int) -> None:
    """Break something and reload; check what the service says of it."""
    reason, words = KINDS[spoil]
    spoil(folder)
    running.process.send_signal(signal.SIGHUP)
    wait_for(lambda: len(running.logged("The reload failed")) == number)
    line = running.logged("The reload failed")[-1]["message"]
    assert words in line, line
    assert line.endswith("Fix this, then reload again.")
    with running.client() as client:
        wait_for(lambda: client.get("/readyz").json().get("failed_reload", {}).get("reason") == reason)
        assert str(folder) not in client.get("/readyz").text
        assert "askpolicy_reload_failed 1.0" in client.get("/metrics").text


def repair(folder: Path, good: Path) -> None:
    for path in ("corpus", "home/alder", "model", "askpolicy.toml"):
        if (folder / path).exists():
            (folder / path).chmod(0o700)
        if (good / path).is_dir():
            shutil.rmtree(folder / path, ignore_errors=True)
            shutil.copytree(good / path, folder / path)
        else:
            shutil.copy(good / path, folder / path)


def test_a_worker_that_dies_after_everything_is_broken_is_replaced(tmp_path: Path) -> None:
    with service(whole(tmp_path), workers=1) as running, running.client() as client:
        assert expected("birch", QUESTION) in client.post("/p/birch/v1/answers", json={"question": QUESTION}).text
        for folder in ("corpus", "home", "model"):
            shutil.rmtree(tmp_path / folder)
        (tmp_path / "askpolicy.toml").write_text("[")
        wait_for(lambda: len(running.workers()) == 1)  # the old one ends after its last answer
        (worker,) = running.workers()
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: worker not in running.workers() and client.get("/readyz").status_code == 200)
        for name in ("alder", "birch"):
            assert expected(name, QUESTION) in client.post(f"/p/{name}/v1/answers", json={"question": QUESTION}).text


@pytest.mark.thorough
def test_a_broken_policy_keeps_its_old_content_and_the_others_are_new(tmp_path: Path) -> None:
    with service(whole(tmp_path), workers=1) as running, running.client() as client:

        def answer(name: str) -> str:
            return client.post(f"/p/{name}/v1/answers", json={"question": QUESTION}).text

        assert expected("birch", QUESTION) in answer("birch")
        rewrite(tmp_path / "corpus/birch/policy.txt", "orders for", "receipts for")
        rewrite(tmp_path / "corpus/alder/manifest.toml", 'site = "', 'title = "New title"\nsite = "')
        running.process.send_signal(signal.SIGHUP)
        wait_for(lambda: running.logged("Reloaded") and "failed_reload" in client.get("/readyz").json())
        assert client.get("/readyz").json()["failed_reload"]["reason"] == ReloadFailure.POLICIES
        assert client.get("/v1/policies/alder").json()["title"] == "New title"
        (line,) = [line for line in running.logged("") if line["level"] == "error"]
        assert line["message"].startswith("The policy 'birch' keeps its old content, and all others are new: The text")
        assert line["message"].endswith("Fix this, then reload again.")
        wait_for(lambda: len(running.workers()) == 1)  # the old one ends after its last answer
        (worker,) = running.workers()
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: worker not in running.workers() and client.get("/readyz").status_code == 200)
        assert expected("birch", QUESTION) in answer("birch")
        assert client.get("/v1/policies/alder").json()["title"] == "New title"
        write_policy(tmp_path / "corpus", "birch")
        running.process.send_signal(signal.SIGHUP)
        wait_for(lambda: client.get("/readyz").json() == {"status": "ready"})
        assert expected("birch", QUESTION) in answer("birch")


@pytest.mark.security
def test_no_request_is_lost_whatever_is_broken(tmp_path: Path) -> None:
    """10,000 requests, while 18 things are broken one after the other."""
    good = whole(tmp_path / "good")
    folder = tmp_path / "served"
    shutil.copytree(good, folder)
    with service(folder, workers=2, wrapper=AS_ANYBODY) as running, asking(running, 2_500) as (wrong, asked):
        for number, spoil in enumerate(KINDS, start=1):
            workers = running.workers()
            failed_reload(running, folder, spoil, number)
            assert set(workers) <= set(running.workers())
            repair(folder, good)
        running.process.send_signal(signal.SIGHUP)
        wait_for(lambda: running.logged("Reloaded"))
        with running.client() as client:
            wait_for(lambda: "failed_reload" not in client.get("/readyz").json())
            assert "askpolicy_reload_failed 0.0" in client.get("/metrics").text
    assert wrong == []
    assert sum(asked) >= 10_000
    errors = [line for line in running.logged("") if line["level"] == "error"]
    assert len(errors) == len(KINDS), errors

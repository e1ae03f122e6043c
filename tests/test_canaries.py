"""Personal data of every kind is sent through every interface, and nothing that is stored or shown may contain it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.guard.personal_data import KINDS
from bot.opening import open_bot
from bot.settings import load_settings
from tests.support.running import PATIENCE, Running, serving, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# kind -> (text before the secret, the secret, text after it)
CANARIES = {
    "address": ("I live at", "4711 Quokkaroo Ave", "is my address public?"),
    "bank_account": ("my account number is", "90817263544", "do you share it?"),
    "birth_date": ("I was born on", "11/23/1947", "is my birth date kept?"),
    "case_number": ("my case number is", "22-CV-048113", "is it sealed?"),
    "health_number": ("my MassHealth ID is", "100047219835", "who reads it?"),
    "id_number": ("on my letter is", "73310954826", "what is it for?"),
    "ip_address": ("my IP address is", "203.0.113.77", "is it logged?"),
    "license_plate": ("my license plate is", "7QKW 418", "is it read?"),
    "card_number": ("my card is", "4929 1234 5678 9014", "is it sold?"),
    "drivers_license": ("my driver's license is", "S98765431", "who sees it?"),
    "email": ("write to", "quokkaroo.wombatix@zyxwvut.org", "do you sell my email address?"),
    "name": ("my name is", "Zebulon Quokkaby", "do you keep my name?"),
    "password": ("my password is", "Qu0kka!pass", "is it safe?"),
    "phone": ("call me at", "617-555-0188", "do you share my phone number?"),
    "social_security_number": ("my SSN is", "219-09-4713", "is it public?"),
    "tax_number": ("my TIN is", "46-9182735", "is it released?"),
    "user_name": ("my username is", "quokka_4711", "is it logged?"),
}
QUESTIONS = [" ".join(parts) for parts in CANARIES.values()]


def found(data: bytes | str) -> list[str]:
    """Return the kinds whose secret, or a word or number of it, is in the data."""
    # A model is among the files: decoding it, or searching it with patterns alone, is slow.
    text = (data.encode("utf-8", "replace") if isinstance(data, str) else data).lower()
    return [
        kind
        for kind, (_, secret, _) in CANARIES.items()
        if any(
            part in text and re.search(rb"(?<!\w)%b(?!\w)" % re.escape(part), text)
            for secret in [secret.lower().encode()]
            for part in {secret, re.sub(rb"\W", b"", secret), *re.findall(rb"\w{6,}", secret)}
        )
    ]


def found_in_files(folder: Path) -> dict[str, list[str]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): kinds for path in files if (kinds := found(path.read_bytes()))}


def askpolicy(*arguments: str, typed: str = "") -> tuple[str, str]:
    """Return standard output and standard error of the command line, which must succeed."""
    command = [sys.executable, "-m", "bot.commands.main", *arguments]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return done.stdout, done.stderr


def test_there_is_a_canary_of_every_kind_and_the_search_finds_it() -> None:
    assert set(CANARIES) == set(KINDS)
    assert found("\n".join(QUESTIONS)) == list(CANARIES)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make the folder for all data, with a small policy whose index is built in a moment."""
    folder = tmp_path_factory.mktemp("canaries")
    policy = folder / "harbour.txt"
    policy.write_text("Harbour Privacy Policy\n\nSharing\n\nWe never sell your e-mail address.\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASKPOLICY_HOME", str(folder / "home"))
        patch.setenv("ASKPOLICY_POLICY", str(policy))
        open_bot(load_settings())
        yield folder / "home"


class TestCommandLine:
    @pytest.mark.thorough
    def test_ask(self, home: Path) -> None:
        question = "; ".join(QUESTIONS)
        for shown in ([], ["--json"]):
            assert found("".join(askpolicy("ask", "-", *shown, typed=question))) == []
        assert found_in_files(home) == {}

    @pytest.mark.thorough
    def test_chat(self, home: Path) -> None:
        # Every question except the first has all earlier ones as its history.
        out, err = askpolicy("chat", typed="\n".join(QUESTIONS) + "\nand why?\n")
        assert out.count("Removed from your question") == len(QUESTIONS)
        assert found(out + err) == []
        assert found_in_files(home) == {}

    def test_batch(self, home: Path, tmp_path: Path) -> None:
        asked = zip(CANARIES, QUESTIONS, strict=True)
        records = [{"id": kind, "question": question, "history": QUESTIONS} for kind, question in asked]
        broken = [f'{{"question": "{QUESTIONS[0]}"', json.dumps({"question": QUESTIONS}), json.dumps(QUESTIONS)]
        typed = "\n".join([*map(json.dumps, records), *broken])
        output = tmp_path / "answers.jsonl"
        out, err = askpolicy("batch", "--output", str(output), typed=typed)
        answers = [json.loads(line) for line in output.read_bytes().splitlines()]
        for record, answer in zip(records, answers, strict=False):
            assert answer["warnings"] == [{"code": "personal_data", "kinds": [record["id"]]}]
        assert [answer["outcome"] for answer in answers[-len(broken) :]] == ["error"] * len(broken)
        assert found(output.read_bytes()) == found(out + err) == []
        assert found_in_files(home) == {}

    def test_an_internal_failure_reveals_no_canary(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class BrokenError(Exception):
            pass

        def failing(*given: object, **named: object) -> None:
            raise BrokenError(given[0], named)

        monkeypatch.setattr("bot.answering.finding.retrieve", failing)
        bot = open_bot(load_settings())
        for question in ("and why?", *QUESTIONS):
            with pytest.raises(BrokenError) as raised:
                bot.ask(question, QUESTIONS[4:])
            assert found(str(raised.value)) == []


class TestService:
    @pytest.fixture
    def kept(self, home: Path, tmp_path: Path) -> Iterator[tuple[Running, Path]]:
        """Run a service; yield it and the folder of its log and feedback database."""
        settings = {"SERVE__QUESTIONS_PER_MINUTE": 0}
        with serving(tmp_path / "log", FEEDBACK__PATH=str(tmp_path / "feedback.sqlite"), **settings) as service:
            yield service, tmp_path

    def test_no_endpoint_keeps_or_reveals_a_canary(self, kept: tuple[Running, Path], home: Path) -> None:
        service, folder = kept
        with service.client() as client:
            responses = []
            for kind, question in zip(CANARIES, QUESTIONS, strict=True):
                answer = client.post("/v1/answers", json={"question": question, "history": QUESTIONS[:8]})
                assert answer.json()["warnings"] == [{"code": "personal_data", "kinds": [kind]}]
                verdict = {"answer_id": answer.json()["id"], "policy": "harbour", "outcome": answer.json()["outcome"]}
                stream = client.post(
                    "/v1/answers", json={"question": question}, headers={"Accept": "text/event-stream"}
                )
                words = {"helpful": False, "comment": question, "question": question}
                kept_verdict = client.post("/v1/feedback", json={**verdict, **words})
                assert kept_verdict.status_code == 201
                responses += [answer, stream, kept_verdict]
                responses += [client.post("/ask", data={"question": question})]
                responses += [client.get("/ask", params={"question": question})]
                # An invalid request is refused and not repeated.
                responses += [
                    client.post("/v1/answers", json={"question": [question], question: 1}),
                    client.post("/v1/answers", content=f'{{"question": "{question}"'),
                    client.post("/v1/answers", json={"question": "why?", "policy": question}),
                    client.get(f"/v1/policies/{question}"),
                    client.get(f"/{question}", headers={"User-Agent": question, "Referer": question}),
                ]
            responses += [client.get("/metrics"), client.get("/readyz")]
        assert {response.request.url.path: kinds for response in responses if (kinds := found(response.content))} == {}
        # While the service runs, with the database's write-ahead log, and after it has stopped.
        assert found_in_files(folder) == {}
        assert service.stop() == 0
        assert (folder / "feedback.sqlite").stat().st_size > 0
        assert '"route": "/v1/answers"' in (folder / "log").read_text()
        assert found_in_files(folder) == found_in_files(home) == {}

    @pytest.mark.thorough
    def test_the_demo(self, home: Path, tmp_path: Path) -> None:
        pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")
        settings = {"SERVE__QUESTIONS_PER_MINUTE": 0, "SERVE__DEMO": True}
        with serving(tmp_path / "log", **settings) as service, service.client() as client:
            wait_for(lambda: client.get("/demo/").status_code == 200)
            earlier: list[str] = []
            for question in QUESTIONS:
                pressed = {"data": [question, earlier], "fn_index": 0, "session_hash": "canary"}
                shown = client.post("/demo/gradio_api/run/predict", json=pressed)
                assert "was removed" in shown.text.lower()
                assert found(shown.content) == []
                earlier = shown.json()["data"][1]
            # A page that sent too much gets only its own input back, and the input goes nowhere else.
            client.post("/demo/gradio_api/run/predict", json={**pressed, "data": ["and why?", QUESTIONS]})
            assert service.stop() == 0
        assert found_in_files(tmp_path) == found_in_files(home) == {}

    @pytest.mark.thorough
    def test_the_widget_sends_no_canary(self, kept: tuple[Running, Path], home: Path, chromium: Browser) -> None:
        service, folder = kept
        sent: list[str] = []
        with chromium.new_context() as context:
            context.on("request", lambda request: sent.append(f"{request.url} {request.headers} {request.post_data}"))
            page = context.new_page()
            page.goto(service.url)
            for number, question in enumerate(QUESTIONS):
                page.locator("textarea#question").fill(question)
                page.locator("textarea#question").press("Enter")
                page.get_by_role("button", name="Remove it and ask").click()
                page.locator(".turn").nth(number).wait_for()
            kept_by_browser = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        assert sum("/v1/answers" in one for one in sent) == len(QUESTIONS)
        assert found("\n".join(sent)) == []
        assert kept_by_browser == '[{},{},""]'
        assert service.stop() == 0
        assert found_in_files(folder) == found_in_files(home) == {}

"""Every command of docs/your-policy.md works, in the order of the page, on a page that this test serves."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.commands.main import main
from bot.policies.answers_file import AnswersFile
from bot.policies.reviewed import parse_reviewed
from tests.drafting.bakery import PAGE
from tests.policies.web import Site, http, site

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "your-policy.md"
BLOCKS = [
    (token.info, token.content)
    for token in MarkdownIt("commonmark").parse(DOCUMENT.read_text(encoding="utf-8"))
    if token.type == "fence"
]
ADDRESS, PORT = "https://www.maplebakery.example/privacy", "8000"
IN_A_BROWSER = re.compile(r"xdg-open (\S+) +# in a browser")
STUDIO = re.compile(r"askpolicy (studio .+?) +# in a browser")
# A command on a line of its own, or one that reads lines up to END.
COMMAND = re.compile(r"[^\n]+<<'END'\n.*?^END$|[^\n]+", re.MULTILINE | re.DOTALL)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as opened:
        opened.replies["/privacy"] = http(body=PAGE)
        yield opened


@pytest.fixture
def owner(web: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with settings that let this machine's pages be fetched."""
    for name, value in {
        "HOME": tmp_path / "home",
        "CORPUS": tmp_path / "corpus",
        "FETCH__ALLOW_PRIVATE": "true",
        "FETCH__PORTS": web.port,
        "SERVE__DEMO": "false",  # slow to import
        "SERVE__WORKERS": 1,
    }.items():
        monkeypatch.setenv(f"ASKPOLICY_{name}", str(value))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Terminal:
    """Runs commands as a shell does. `askpolicy` runs in this process, which saves seconds for each command."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.jobs: list[subprocess.Popen[bytes]] = []

    def run(self, command: str) -> str:
        """Run one command. Return what it prints; fail if it fails."""
        if opened := IN_A_BROWSER.fullmatch(command):
            command = f"curl --silent --fail {opened[1]}"
        if opened := STUDIO.fullmatch(command):
            return self._open(opened[1])
        words = shlex.split(command, comments=True) if "<<" not in command else []
        if words[:1] == ["askpolicy"] and words[-1] == "&":
            self._start(shlex.join(words[1:-1]))
            return ""
        if words[:1] == ["askpolicy"]:
            code = main(words[1:])
            printed = self._capture.readouterr()
            assert code == 0, f"{command}\n{printed.out}\n{printed.err}"
            return printed.out
        if words == ["kill", "%1"]:
            self._stop()
            return ""
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _open(self, command: str) -> str:
        """Start a command that prints an address, fetch that page, and stop the command. Return the page."""
        job = self._start(command, stdout=subprocess.PIPE)
        assert job.stdout is not None
        address = re.search(r"http://\S+", job.stdout.readline().decode())
        assert address
        page = self.run(f"curl --silent --fail --location --cookie '' {address[0]}")
        job.stdout.close()
        self._stop()
        return page

    def _start(self, command: str, **options: int) -> subprocess.Popen[bytes]:
        words = shlex.split(command)
        job = subprocess.Popen([sys.executable, "-m", "bot.commands.main", *words], **options)  # type: ignore[call-overload]
        self.jobs.append(job)
        return job

    def _stop(self) -> None:
        self.jobs[0].terminate()
        assert self.jobs.pop(0).wait(60) in (0, -15)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    opened = Terminal(capsys)
    yield opened
    for job in opened.jobs:
        job.kill()
        job.wait()


def edit(entry_text: str, folder: Path) -> None:
    """Do what the page asks the owner to do in an editor: put an entry in place of its draft."""
    (entry,) = parse_reviewed(entry_text.encode(), DOCUMENT)
    file = AnswersFile(folder)
    draft = file.find(entry.topics[0])
    assert draft is not None
    assert draft.reviewed is None
    assert draft.verdict == entry.verdict
    file.put(entry.topics[0], entry)
    file.write()


def test_the_page_works_from_an_address_to_a_reviewed_answer(owner: Path, web: Site, terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    printed: list[tuple[str, str]] = []
    for kind, content in BLOCKS:
        assert kind in ("sh", "toml"), f"nothing tries a block of the kind {kind!r}"
        if kind == "toml":
            edit(content, owner / "corpus" / "maple-bakery")
            continue
        for command in COMMAND.findall(content.strip()):
            mine = command.replace(ADDRESS, f"{web.url}/privacy").replace(PORT, port)
            printed.append((command, terminal.run(mine)))
    assert web.paths().count("/privacy") == 1  # it is fetched once
    assert terminal.jobs == []  # the page stops what it starts

    (new,) = [out for command, out in printed if command.startswith("askpolicy new")]
    assert new.startswith("Read 17 statements.")
    assert "Not found: the day on which it took effect.\n" in new
    assert "Starter: Do you sell my data?\n" in new
    assert new.endswith(
        "Next:\n  askpolicy index maple-bakery\n  askpolicy check --policy maple-bakery\n"
        "  askpolicy serve --policy maple-bakery\n"
    )
    before, after = [out for command, out in printed if "do you sell my data?" in command]
    assert "Reviewed" not in before
    assert "However, a court may order us to hand over your data." in after
    studio, chat = [out for command, out in printed if "# in a browser" in command]
    assert "Do you sell my data?" in studio
    assert "<policy-chat" in chat
    assert [out for command, out in printed if "embed" in command and "<policy-chat" in out]
    assert "Labeled questions: 1 of 1 cite their statements." in printed[-1][1]

"""A small policy folder, and the studio's application over it without a server."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.commands.check import check
from bot.settings import Settings
from bot.studio.app import create_app
from bot.studio.desk import Desk
from bot.studio.files import Files
from bot.studio.live import Live
from bot.studio.publish import Publisher

TOKEN = "the-token"  # noqa: S105
HOST = "127.0.0.1:8765"
TEXT = """\
Maple Bakery Privacy Policy

Selling

We do not sell your data. However, a court may ask for it.

Cookies

We set one cookie that remembers your language. It is deleted when you close the browser.

We will not:

- lend your name
- print your number
"""
ANSWERS = """\
# Ours.

[[answers]]
topics = ["data-sale", "data-rent-trade"]  # two
verdict = "no"
reviewed = 2026-11-27
cite = [
    "We do not sell your data.",
    "However, a court may ask for it.",
]
[answers.text]
en = "Maple Bakery does not sell your data, but a court may ask for it."

[[answers]]
topics = ["cookies-used"]
verdict = "yes"
cite = ["We set one cookie that remembers your language."]
"""
QUESTIONS = '{"question": "will you sell me out", "kind": "answerable", "evidence": ["We do not sell your data."]}\n'


def write_folder(corpus: Path, text: str = TEXT, answers: str = ANSWERS, questions: str = QUESTIONS) -> Path:
    """Write the folder `maple` under `corpus`."""
    home = corpus / "maple"
    home.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = f'id = "maple"\ntext = "policy.txt"\nsha256 = "{digest}"\nsite = "Maple Bakery"\n'
    files = {"policy.txt": text, "manifest.toml": manifest, "answers.toml": answers, "questions.jsonl": questions}
    for name, content in files.items():
        # The studio that is running never reads half a file.
        written = home / f"{name}.new"
        written.write_text(content, encoding="utf-8")
        written.replace(home / name)
    return home


class Browser:
    """Opens pages and sends their forms, as a browser without JavaScript does."""

    def __init__(self, client: TestClient, desk: Desk) -> None:
        self.client, self.desk = client, desk

    def get(self, path: str = "") -> str:
        """Return a page, unescaped, so that tests read what people read."""
        response = self.client.get(f"/{TOKEN}/{path}")
        assert response.status_code == 200, response.text
        return unescape(response.text)

    def send(self, path: str, **fields: object) -> tuple[int, str, str]:
        """Send a form. Return the status, where it leads, and the page."""
        pairs = {name.replace("_", "-"): value for name, value in fields.items()}
        pairs.setdefault("revision", self.revision)
        response = self.client.post(f"/{TOKEN}/{path}", data=pairs, follow_redirects=False)
        return response.status_code, response.headers.get("location", ""), unescape(response.text)

    def check(self, **fields: object) -> dict[str, object]:
        """Return the checker's word."""
        pairs = {name.replace("_", "-"): value for name, value in fields.items()}
        found: dict[str, object] = self.client.post(f"/{TOKEN}/api/check", data=pairs).json()
        return found

    @property
    def revision(self) -> str:
        """The revision of the files now."""
        return self.desk.files.read().revision

    def until_built(self) -> None:
        """Wait until the chat is the one of the files."""
        while not self.desk.live.is_current(self.revision):
            self.desk.live.wake()
        assert self.desk.live.problem is None, self.desk.live.problem


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpus")


@pytest.fixture(scope="module")
def studio(corpus: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start the application once for a module."""
    write_folder(corpus)
    home = tmp_path_factory.mktemp("home")
    with opened("maple", corpus, settings.model_copy(update={"home": home})) as browser:
        yield browser


@contextmanager
def opened(name: str, corpus: Path, settings: Settings) -> Iterator[Browser]:
    """Open the studio over a policy folder."""
    own = settings.model_copy(update={"corpus": corpus})
    files = Files(name, own)
    publisher = Publisher(files, own, lambda settings, name: check(lambda: settings, name))
    desk = Desk(files, Live(files, own), publisher, own)
    with TestClient(create_app(desk, TOKEN, [HOST]), base_url=f"http://{HOST}") as client:
        yield Browser(client, desk)


@pytest.fixture
def browser(studio: Browser, corpus: Path) -> Browser:
    """The application over the folder as it was in the beginning."""
    write_folder(corpus)
    for name in ("wording.toml",):
        (corpus / "maple" / name).unlink(missing_ok=True)
    return studio


def checked(page: str, name: str) -> list[str]:
    """Return the values of the boxes and radio buttons of a name that are checked."""
    boxes = re.findall(rf'<input type="(?:checkbox|radio)" name="{name}" value="([^"]*)"([^>]*)>', page)
    return [value for value, rest in boxes if "checked" in rest]

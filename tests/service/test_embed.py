"""The HTML lines that put the chat on a page."""

from __future__ import annotations

import base64
import hashlib
import re

import httpx
import pytest

from bot.commands.main import main
from bot.service.embed import greeting, local_address, pinned_snippet, public_address
from bot.settings import ServeSettings
from bot.types import AskPolicyError
from tests.service.conftest import SITE
from tests.support.running import Running, assert_problem


def test_the_command_prints_an_address_that_is_served_and_its_hash(
    client: httpx.Client, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["embed", running.url]) == 0
    printed = capsys.readouterr().out
    (address,) = re.findall(r'src="([^"]+)"', printed)
    (hashed,) = re.findall(r'integrity="sha384-([^"]+)"', printed)
    script = client.get(address)
    assert base64.b64encode(hashlib.sha384(script.content).digest()).decode() == hashed
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.content == client.get("/widget.js").content
    assert f'endpoint="{running.url}"' in printed
    assert f'href="{running.url}/ask"' in printed


def test_another_version_of_the_chat_is_not_found(client: httpx.Client) -> None:
    problem = assert_problem(client.get("/widget-0123456789abcdef.js"), 404)
    assert "askpolicy embed" in problem["detail"]


@pytest.mark.parametrize("address", ["chat.example.org", "https://", "https://chat.example.org/a b", "file:///x"])
def test_an_address_that_is_not_a_service_is_refused(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AskPolicyError):
        public_address(address)
    assert main(["embed", address]) == 1
    assert "such as https://chat.example.org" in capsys.readouterr().err


def test_an_address_may_have_a_path() -> None:
    assert public_address("https://Example.org/chat/") == "https://example.org/chat"
    assert 'src="https://example.org/chat/widget-' in pinned_snippet("https://example.org/chat", b"")


def test_serve_prints_the_lines_for_its_own_address(running: Running) -> None:
    printed = greeting("127.0.0.1", 8000, ServeSettings(origins=(SITE,)))
    assert printed.startswith("AskPolicy: http://127.0.0.1:8000 ")
    assert 'src="http://127.0.0.1:8000/widget.js"' in printed
    assert SITE in printed
    assert "serve.origins" in greeting("127.0.0.1", 8000, ServeSettings())


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://localhost:8123/chat"),  # noqa: S104 (nothing listens)
        ("::", "http://localhost:8123/chat"),
        ("::1", "http://[::1]:8123/chat"),
        ("10.0.0.1", "http://10.0.0.1:8123/chat"),
    ],
)
def test_the_printed_local_address_can_be_visited(host: str, address: str) -> None:
    assert local_address(ServeSettings(host=host, root_path="chat"), 8123) == address

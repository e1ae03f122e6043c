"""The first visitor does not wait for an import that could have run earlier."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot import Bot

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(find_spec("gradio") is None, reason="needs gradio: pip install 'askpolicy[demo]'"),
    pytest.mark.skipif(find_spec("matplotlib") is None, reason="only matplotlib is slow to load: make setup"),
]

FIRST_EVENT = """
import asyncio, sys
import httpx
from fastapi import FastAPI
from bot import load_settings, open_bot
from bot.demo.page import mount_demo

app = mount_demo(FastAPI(openapi_url=None), open_bot(load_settings()))
before = set(sys.modules)

async def ask():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        body = {"data": ["do you sell my data?", []], "fn_index": 0}
        return await client.post("/gradio_api/run/predict", json=body)

assert asyncio.run(ask()).status_code == 200
print({name.partition(".")[0] for name in sys.modules.keys() - before})
"""


def test_the_first_event_does_not_load_a_plotting_library(bot: Bot) -> None:
    """Run a separate process, which has loaded nothing yet. The `bot` fixture has built the index."""
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run([sys.executable, "-c", FIRST_EVENT], cwd=root, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "matplotlib" not in ran.stdout

"""The demo in a browser, behind a real nginx that serves it under a path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.demo.visiting import SELLING, DemoVisit
from tests.support.behind_nginx import needs_nginx, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [needs_nginx, pytest.mark.thorough]


@pytest.fixture
def outside(address: str, tmp_path: Path) -> Iterator[str]:
    """Return the visitor's address of the service: nginx strips /chat and does not tell the service."""
    with site(tmp_path, address, "location /chat/ { proxy_pass http://127.0.0.1:8000/; }") as origin:
        yield f"{origin}/chat"


def test_the_demo_works_under_a_path(chromium: Browser, outside: str) -> None:
    context = chromium.new_context()
    visit = DemoVisit(context, [f"{outside}/demo/"])
    visit.page.goto(f"{outside}/demo/")
    visit.page.wait_for_selector("#conversation[role=region]")
    visit.ask("do you sell my data?")
    assert SELLING in visit.newest.inner_text()
    visit.go_to("Browse")
    visit.assert_clean()  # nothing was requested outside /chat/demo/
    context.close()

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.encoder.embedding import OnnxEmbedder
from bot.types import Outcome
from bot.usage.insights import gather
from bot.usage.page import page
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Feedback, today
from tests.support.browser import Visit, axe_violations
from tests.support.usage import LONG_AGO, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class TestPage:
    @pytest.mark.parametrize(
        ("scheme", "width"),
        [
            ("light", 1000),
            *(pytest.param(*look, marks=pytest.mark.thorough) for look in (("dark", 1000), ("light", 320))),
        ],
    )
    def test_the_page_is_accessible_and_self_contained(
        self, chromium: Browser, store: SqliteStore, embedder: OnnxEmbedder, tmp_path: Path, scheme: str, width: int
    ) -> None:
        fill(store)
        store.add(Feedback("x", "massgov", Outcome.ANSWERED, False, comment="<script>document.title = 'run'</script>"))
        page_file = tmp_path / "insights.html"
        page_file.write_text(page(gather(store, embedder, LONG_AGO)), encoding="utf-8")
        with chromium.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 800},
            bypass_csp=True,  # axe-core is added as a script
        ) as context:
            visit = Visit(context, [page_file.as_uri()])
            visit.page.goto(page_file.as_uri())
            assert axe_violations(visit.page) == []
            assert visit.page.title() == f"What visitors asked, {LONG_AGO} to {today()}"
            assert visit.page.evaluate("document.documentElement.scrollWidth") == width
            words = visit.page.inner_text("main")
            assert visit.complaints == []
            assert visit.foreign_requests == []
        for told in (
            "73%",
            "how do i close my account",
            "<b>Not</b> all of it.",
            "answered, unhelpful, incomplete",
            "deleting an account",
        ):
            assert told in words
        html = page_file.read_text(encoding="utf-8")
        assert "default-src 'none'" in html
        assert not re.search(r"<script|https?:|<b>Not", html)

    def test_an_empty_store_is_reported(self, store: SqliteStore, embedder: OnnxEmbedder) -> None:
        assert "No questions were asked." in page(gather(store, embedder, LONG_AGO))

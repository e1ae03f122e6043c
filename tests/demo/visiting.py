"""A visit to the demo in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import Visit, axe_violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator

desktop = pytest.mark.parametrize("visit", ["desktop"], indirect=True)
SELLING = "We do not sell any personally identifiable information"
ATTACK = "<img src=x onerror=\"document.title='broken'\"> do you sell my data?"
PUBLIC = "127.0.0.2"  # a public address, as far as the demo is told


class DemoVisit(Visit):
    """A visit to the demo."""

    def open(self, address: str) -> None:
        self.page.goto(f"{address}/demo")
        self.page.wait_for_selector("#conversation[role=region]")
        self.page.wait_for_selector("#policy[role=region]")

    def ask(self, question: str) -> None:
        self.page.get_by_label("Your question").fill(question)
        self.wait_for_answer(self.page.get_by_role("button", name="Ask", exact=True).click)

    def wait_for_answer(self, act: Callable[[], Any]) -> None:
        before = self.turns.count()
        act()
        self.turns.nth(before).wait_for()

    def go_to(self, tab: str) -> None:
        if self.page.get_by_role("tab", name=tab).count():
            self.page.get_by_role("tab", name=tab).click()
        else:  # Gradio moves tabs that do not fit into a menu.
            self.page.get_by_role("button", name="More tabs").click()
            self.page.get_by_role("button", name=tab, exact=True).click()
        self.page.wait_for_selector(
            {"Browse": "#browse .asked", "Evaluation": "#run", "Your policy": "#own-file"}.get(tab, "#question")
        )

    @property
    def turns(self) -> Locator:
        return self.page.locator("#conversation .log .turn")

    @property
    def newest(self) -> Locator:
        return self.turns.last

    def marked(self) -> list[str]:
        return [" ".join(words.split()) for words in self.page.locator("#policy mark").all_text_contents()]

    def wait_until_in_sight(self, selector: str) -> None:
        self.page.wait_for_function(
            """selector => {
                const pane = document.querySelector("#policy").getBoundingClientRect();
                const words = document.querySelector(selector).getBoundingClientRect();
                return words.top >= pane.top && words.top < pane.bottom;
            }""",
            arg=selector,
        )

    def focused(self) -> str:
        words: str = self.page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''")
        return words

    def violations(self) -> list[str]:
        """Return what axe-core finds in the current page, once its colors have stopped changing.

        Gradio's own markup is included: with gradio 6.31 no exception is necessary.
        """
        self.page.mouse.move(0, 0)
        self.page.wait_for_function("document.getAnimations().every(motion => motion.playState !== 'running')")
        return axe_violations(self.page)

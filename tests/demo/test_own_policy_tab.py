"""The tab that reads a visitor's own policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.demo import own_policy
from bot.policies import hosts
from tests.demo.visiting import ATTACK, PUBLIC, DemoVisit, desktop
from tests.policies.web import Site
from tests.support.scripted_bot import SUGGESTIONS, UNSURE, ScriptedBot

if TYPE_CHECKING:
    from playwright.sync_api import Route

OWN = {"name": "bakery.md", "mimeType": "text/markdown"}


class TestYourPolicy:
    def test_a_file_is_read_and_asked(self, visit: DemoVisit) -> None:
        visit.go_to("Your policy")
        policy = (
            b"# Maple Bakery\n\nWe will not:\n\n- sell your name\n\n<!-- left out -->\n\nWe keep orders for 6 years.\n"
        )
        visit.page.set_input_files("#own-file", {**OWN, "buffer": policy})
        visit.page.get_by_text("Maple Bakery: 2 statements were read.").wait_for()
        visit.page.get_by_label("Your question about this policy").fill("do you sell my name?")
        visit.page.keyboard.press("Enter")
        turn = visit.page.locator("#own-log .turn")
        turn.wait_for()
        assert "We will not:" in turn.locator("blockquote").inner_text()
        assert visit.page.locator("#own-read .cited").inner_text() == "We will not: sell your name"
        turn.get_by_role("button", name="Show in the policy").click()
        assert visit.focused() == "We will not: sell your name"
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert visit.violations() == []

    def test_an_address_is_read_and_asked(self, visit: DemoVisit, web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hosts, "may_call", lambda ip, *, allow_private: ip == PUBLIC)
        visit.go_to("Your policy")
        assert visit.violations() == []
        visit.page.get_by_label("or its web address").fill(f"http://maple.example:{web.port}/privacy")
        visit.page.get_by_role("button", name="Read it").click()
        visit.page.get_by_text("Maple Bakery: 2 statements were read.").wait_for()
        visit.page.get_by_label("Your question about this policy").fill("do you sell my data?")
        visit.page.keyboard.press("Enter")
        visit.page.locator("#own-log .turn").wait_for()
        assert "We never sell personal data." in visit.page.locator("#own-log blockquote").first.inner_text()
        for pane in ("html", "#own", "#own-log", "#own-read"):
            assert visit.page.locator(pane).evaluate("e => e.scrollWidth <= e.clientWidth"), pane
        assert visit.violations() == []

    def test_an_address_that_cannot_be_read_says_why(self, visit: DemoVisit, web: Site) -> None:
        visit.go_to("Your policy")
        read = visit.page.get_by_role("button", name="Read it")
        read.click()
        visit.page.get_by_text("Enter the web address of a policy first, or choose a file.").wait_for()
        for address, why in (
            (f"http://127.0.0.2:{web.port}/privacy", "which the demo never fetches from"),
            (f"file:///{'x' * 300}", "only pages at http:// and https:// are fetched"),
        ):
            visit.page.get_by_label("or its web address").fill(address)
            read.click()
            visit.page.get_by_text(why).wait_for()
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert visit.page.locator("#own-panes").is_hidden()

    @desktop
    def test_a_forgotten_page_is_fetched_again(
        self, visit: DemoVisit, web: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hosts, "may_call", lambda ip, *, allow_private: ip == PUBLIC)
        visit.go_to("Your policy")
        visit.page.get_by_label("or its web address").fill(f"http://maple.example:{web.port}/privacy")
        visit.page.keyboard.press("Enter")
        visit.page.get_by_text("2 statements were read.").wait_for()
        sent: list[Any] = []

        def forget(route: Route) -> None:
            sent.append(route.request.post_data_json)
            if len(sent) == 1:
                route.fulfill(status=409, json={"error": "The policy was forgotten: choose it again."})
            else:
                route.continue_()

        visit.page.route("**/own", forget)
        visit.page.get_by_label("Your question about this policy").fill("do you sell my data?")
        visit.page.keyboard.press("Enter")
        visit.page.locator("#own-log .turn").wait_for()
        assert [sorted(body) for body in sent] == [["earlier", "key", "question"], ["address", "earlier", "question"]]

    @desktop
    def test_a_suggestion_is_asked_and_the_box_is_kept(self, visit: DemoVisit, monkeypatch: pytest.MonkeyPatch) -> None:
        """The suggestion is the answer's own, as in the first tab."""
        monkeypatch.setattr(own_policy, "Bot", ScriptedBot)
        visit.go_to("Your policy")
        text = b"We do not sell your data. We use cookies.\n"
        visit.page.set_input_files("#own-file", {**OWN, "buffer": text})
        visit.page.locator("#own-panes").wait_for()
        box = visit.page.get_by_label("Your question about this policy")
        box.fill(UNSURE)
        visit.page.keyboard.press("Enter")
        visit.page.locator("#own-log .related").wait_for()
        assert visit.page.locator("#own-read .near").count() > 0
        assert visit.page.locator("#own-read .cited").count() == 0
        box.fill("half a question")
        visit.page.locator("#own-log").get_by_role("button", name=SUGGESTIONS[1]).click()
        visit.page.locator("#own-log .turn").nth(1).wait_for()
        assert visit.page.locator("#own-log .question").last.inner_text().endswith(SUGGESTIONS[1])
        assert box.input_value() == "half a question"
        assert visit.violations() == []

    @desktop
    def test_a_hostile_file_runs_nothing(self, visit: DemoVisit) -> None:
        title = visit.page.title()
        visit.go_to("Your policy")
        visit.page.set_input_files(
            "#own-file", {**OWN, "name": f"{ATTACK[:40]}.txt", "buffer": ATTACK.encode() + b". We keep it."}
        )
        visit.page.locator("#own-panes").wait_for()
        assert visit.page.locator("#own img").count() == 0
        assert visit.page.title() == title

    @desktop
    def test_a_file_that_cannot_be_read_says_why(self, visit: DemoVisit) -> None:
        visit.go_to("Your policy")
        visit.page.set_input_files("#own-file", {**OWN, "name": "old.rtf", "buffer": b"{\\rtf1 Hello}"})
        visit.page.get_by_text("save it as PDF, HTML, Word (.docx) or text").wait_for()

    @desktop
    def test_a_forgotten_policy_is_sent_again(self, visit: DemoVisit) -> None:
        visit.go_to("Your policy")
        visit.page.set_input_files("#own-file", {**OWN, "buffer": b"We never sell your name.\n"})
        visit.page.locator("#own-panes").wait_for()
        visit.page.route("**/own", lambda route: route.fulfill(status=409, json={"error": "forgotten"}), times=1)
        visit.page.get_by_label("Your question about this policy").fill("do you sell my name?")
        visit.page.keyboard.press("Enter")
        visit.page.locator("#own-log .turn").wait_for()

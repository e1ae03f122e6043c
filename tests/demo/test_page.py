"""The real page in a real browser: on a desktop, in dark colors, on a phone."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from fastapi import FastAPI

from bot import Bot
from bot.demo import own_policy
from bot.demo.own_policy import OwnPolicies
from bot.policies import hosts
from bot.settings import FetchSettings
from evals.report.tab.runs import Evaluation
from evals.sets.cases import load_set
from tests.policies.web import Site, http, site
from tests.support.browser import Visit, axe_violations
from tests.support.scripted_bot import OFF_TOPIC, PARTS, REVIEWED, SUGGESTIONS, UNSURE, URGENT, ScriptedBot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Route

SELLING = "We do not sell any personally identifiable information"
ATTACK = "<img src=x onerror=\"document.title='broken'\"> do you sell my data?"


PUBLIC = "127.0.0.2"  # a public address, as far as the demo is told
LONG = "Widerspruchsrechtsbelehrung" * 6
PAGE = f"<title>Maple Bakery</title><main><p>We never sell personal data.</p><p>{LONG} is kept.</p></main>"


@pytest.fixture(scope="module")
def web() -> Iterator[Site]:
    """Serve a bakery's policy, which the demo can fetch."""
    with site(address=PUBLIC) as opened:
        opened.replies["/privacy"] = http(body=PAGE)
        yield opened


@pytest.fixture(scope="module")
def address(bot: Bot, gradio: ModuleType, web: Site) -> Iterator[str]:
    """Serve the demo under a path, with the evaluation tab as `app.py` adds it but only every eighth question."""
    from bot.demo import page
    from bot.demo.page import mount_demo
    from evals.report.tab import build

    app = FastAPI(openapi_url=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "open_evaluation", lambda bot: Evaluation(bot, load_set("massgov_dev")[::8]))
        patch.setattr(build, "stored_run", lambda bot: None)
        patch.setattr(page, "OwnPolicies", partial(OwnPolicies, resolve=lambda host, port: [PUBLIC]))
        fetching = FetchSettings(ports=(80, 443, web.port))
        bot = ScriptedBot(bot.bundle, bot.settings.model_copy(update={"fetch": fetching}))
        mount_demo(app, bot, "/demo", [build.EVALUATION], own_policy=True)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


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
        self.page.get_by_role("tab", name=tab).click()
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


@pytest.fixture(params=["desktop", "dark", "phone"])
def visit(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[DemoVisit]:
    phone = request.param == "phone"
    context = chromium.new_context(
        viewport={"width": 375, "height": 812} if phone else {"width": 1280, "height": 900},
        color_scheme="dark" if request.param == "dark" else "light",
        reduced_motion="reduce" if phone else "no-preference",
    )
    visit = DemoVisit(context, [address])
    visit.open(address)
    yield visit
    visit.assert_clean()
    context.close()


desktop = pytest.mark.parametrize("visit", ["desktop"], indirect=True)


@desktop
class TestConversation:
    def test_an_answer_is_cited_marked_and_scrolled_into_view(self, visit: DemoVisit) -> None:
        visit.ask("do you sell my data?")
        first = visit.newest.locator(".citation").first
        assert SELLING in first.locator("blockquote").inner_text()
        assert first.locator(".section").inner_text() == "Dissemination of your personally identifiable information"
        link = first.get_by_role("link")
        assert (link.get_attribute("href") or "").startswith("https://www.mass.gov/privacypolicy#:~:text=")
        assert "noopener" in (link.get_attribute("rel") or "")
        assert "confidence" in visit.newest.inner_text()
        assert any(words.startswith(f"Citation 1{SELLING}") for words in visit.marked())
        visit.wait_until_in_sight("#policy mark[data-citation='1']")
        # Pressing the button may scroll the page to show the button, but the conversation stays on the screen.
        assert visit.page.evaluate("document.querySelector('#conversation').getBoundingClientRect().top") >= 0
        assert visit.violations() == []

    @pytest.mark.thorough
    def test_repeating_a_question_scrolls_again(self, visit: DemoVisit) -> None:
        for _ in range(2):
            visit.ask("do you sell my data?")
            visit.wait_until_in_sight("#policy mark[data-citation='1']")
            visit.page.evaluate("document.querySelector('#policy').scrollTo(0, 0)")

    @pytest.mark.thorough
    def test_a_follow_up_is_read_with_the_earlier_questions(self, visit: DemoVisit, bot: Bot) -> None:
        first, follow_up = "Do you store my IP address?", "And for how long?"
        visit.ask(first)
        visit.ask(follow_up)
        expected = bot.ask(follow_up, [first])
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == expected.outcome
        shown = visit.newest.locator("blockquote").all_text_contents()
        assert sorted(text.split("Citation ")[1][1:] for text in shown) == sorted(c.quote for c in expected.citations)
        assert visit.turns.count() == 2

    @pytest.mark.thorough
    def test_an_off_topic_answer_cites_and_marks_nothing(self, visit: DemoVisit) -> None:
        visit.ask("do you sell my data?")
        visit.ask("How do I renew my driver's license?")
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == "off_topic"
        assert visit.newest.locator(".citation").count() == 0
        assert visit.marked() == []

    @pytest.mark.thorough
    def test_personal_data_gets_a_warning_and_is_not_repeated(self, visit: DemoVisit) -> None:
        visit.ask("my SSN is 078-05-1120, is it safe with you?")
        assert "social security number" in visit.newest.locator(".warning").inner_text()
        assert "078-05-1120" not in visit.page.locator("#conversation").inner_text()
        # The next question does not include it either.
        with visit.page.expect_request(lambda request: request.method == "POST") as sent:
            visit.ask("and who can see it?")
        assert "is it safe with you?" in (sent.value.post_data or "")
        assert "078-05-1120" not in (sent.value.post_data or "")

    @pytest.mark.thorough
    def test_a_question_is_shown_as_text_never_markup(self, visit: DemoVisit) -> None:
        title = visit.page.title()
        visit.ask(ATTACK)
        assert visit.page.locator(".turn img").count() == 0
        assert "<img src=x" in visit.newest.locator(".question").inner_text()
        assert visit.page.title() == title

    @pytest.mark.thorough
    def test_an_empty_question_gets_a_friendly_answer(self, visit: DemoVisit) -> None:
        visit.ask("   ")
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == "empty"

    @pytest.mark.thorough
    def test_an_example_is_asked_with_one_click(self, visit: DemoVisit) -> None:
        from bot.demo.ask import EXAMPLES

        visit.wait_for_answer(visit.page.get_by_role("button", name=EXAMPLES[0]).click)
        assert visit.newest.locator(".question").inner_text().endswith(EXAMPLES[0])

    @pytest.mark.thorough
    def test_enter_asks(self, visit: DemoVisit) -> None:
        visit.page.get_by_label("Your question").fill("do you use cookies?")
        visit.wait_for_answer(lambda: visit.page.keyboard.press("Enter"))
        visit.page.wait_for_function("document.querySelector('#question textarea').value === ''")

    def test_an_answer_is_announced_and_shown_once(self, visit: DemoVisit) -> None:
        visit.ask("hello")
        assert visit.page.locator("#conversation [role=log] .turn").count() == 1
        assert visit.page.locator("body").inner_text().count("Hello. Ask me what") == 1
        assert visit.page.get_by_text("Hello. Ask me what").count() == 2  # one of them is hidden
        visit.page.get_by_role("button", name="Start over").click()
        visit.page.get_by_text("The conversation was cleared.").wait_for()

    @pytest.mark.thorough
    def test_a_refusal_is_shown_and_the_question_is_kept(self, visit: DemoVisit) -> None:
        visit.page.get_by_label("Your question").fill("x" * 20_001)
        visit.page.get_by_role("button", name="Ask", exact=True).click()
        visit.page.get_by_text("This is too long: ask in at most 20,000 characters.").wait_for()
        assert visit.page.get_by_label("Your question").input_value() == "x" * 20_001
        visit.ask("do you sell my data?")
        assert SELLING in visit.newest.inner_text()

    @pytest.mark.thorough
    def test_an_earlier_citation_can_be_shown_again(self, visit: DemoVisit) -> None:
        visit.ask("do you sell my data?")
        visit.ask("hello")
        visit.page.get_by_role("button", name="Show in the policy").first.click()
        assert SELLING in visit.focused()

    @pytest.mark.thorough
    def test_a_vote_is_counted_once_and_confirmed(self, visit: DemoVisit) -> None:
        visit.ask("do you sell my data?")
        visit.page.get_by_role("button", name="Yes, helpful").click()
        visit.page.wait_for_selector("#thanks p")
        assert "Only these two numbers are kept" in visit.page.locator("#thanks").inner_text()
        assert visit.page.get_by_role("button", name="Yes, helpful").count() == 0

    @pytest.mark.thorough
    def test_start_over_clears_the_conversation(self, visit: DemoVisit, bot: Bot) -> None:
        visit.ask("Do you store my IP address?")
        visit.page.get_by_role("button", name="Start over").click()
        visit.page.locator(".intro").wait_for()
        assert visit.turns.count() == 0
        assert visit.marked() == []
        visit.ask("And for how long?")
        expected = bot.ask("And for how long?")
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == expected.outcome


@desktop
class TestWholeAnswers:
    def test_a_suggestion_is_asked_with_one_key(self, visit: DemoVisit) -> None:
        visit.ask(REVIEWED)
        assert "Answering: do you sell my data" in visit.newest.inner_text()
        suggestion = visit.newest.get_by_role("button", name=SUGGESTIONS[1])
        suggestion.focus()
        with visit.page.expect_request(lambda request: request.method == "POST") as sent:
            visit.wait_for_answer(lambda: visit.page.keyboard.press("Enter"))
        assert visit.newest.locator(".question").inner_text().endswith(SUGGESTIONS[1])
        assert REVIEWED in (sent.value.post_data or "")
        assert visit.focused() == visit.page.locator("#conversation").inner_text()
        assert suggestion.is_hidden()

    def test_the_nearest_passages_are_not_marked_as_an_answer(self, visit: DemoVisit) -> None:
        visit.ask(UNSURE)
        assert visit.newest.locator(".verdict").inner_text().startswith("Not found.")
        assert visit.newest.locator(".related .citation").count() == visit.page.locator("#policy mark.near").count() > 0
        assert visit.page.locator("#policy mark:not(.near), .turn .badge").count() == 0
        visit.wait_until_in_sight("#policy mark[data-citation='1']")
        visit.newest.get_by_role("button", name="Show in the policy (passage 1)").click()
        assert visit.focused() == " ".join(visit.page.locator("#policy mark[data-citation='1']").inner_text().split())

    def test_a_question_after_danger_has_no_vote(self, visit: DemoVisit) -> None:
        visit.ask(UNSURE)
        visit.page.get_by_text("Was this answer helpful?").wait_for()
        visit.ask(URGENT)
        visit.page.get_by_text("Was this answer helpful?").wait_for(state="hidden")
        assert visit.newest.locator(".verdict").inner_text() == "Get help."


@pytest.mark.thorough
@desktop
class TestBrowse:
    def test_a_section_question_is_asked_in_the_first_tab(self, visit: DemoVisit) -> None:
        visit.ask("Do you store my IP address?")
        visit.go_to("Browse")
        question = visit.page.locator("#section-s9 .asked button").first
        words = question.inner_text()
        visit.wait_for_answer(question.click)
        assert visit.page.get_by_role("tab", name="Ask", selected=True).count() == 1
        assert visit.newest.locator(".question").inner_text().endswith(words)
        assert visit.newest.locator(".citation .section").first.inner_text() == "Cookies and usage data"
        assert visit.turns.count() == 2
        visit.page.wait_for_function("document.activeElement.id === 'conversation'")
        visit.wait_until_in_sight("#policy mark[data-citation='1']")

    def test_a_section_can_be_reached_by_keyboard(self, visit: DemoVisit) -> None:
        visit.go_to("Browse")
        visit.page.get_by_role("navigation").get_by_role("button", name="Security").focus()
        visit.page.keyboard.press("Enter")
        assert visit.focused() == "Security"
        assert visit.page.evaluate("document.activeElement.getBoundingClientRect().top") < 200
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.closest('section').id") == "section-s13"

    def test_every_section_is_shown_in_its_own_words(self, visit: DemoVisit, bot: Bot) -> None:
        visit.go_to("Browse")
        shown = "".join("".join(visit.page.locator(".sections .words").all_text_contents()).split())
        for sentence in bot.bundle.policy.sentences:
            assert "".join(sentence.text.split()) in shown


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


@pytest.mark.thorough
@desktop
class TestEvaluationTab:
    def test_a_run_shows_its_progress_and_plots(self, visit: DemoVisit) -> None:
        visit.go_to("Evaluation")
        visit.page.get_by_role("button", name="Run the evaluation now").click()
        visit.page.get_by_role("progressbar").wait_for()
        visit.page.get_by_role("heading", name="Wrong answers").wait_for()
        assert "questions were asked" in visit.page.locator("#progress").inner_text()
        assert visit.page.get_by_role("img").count() == 2
        assert visit.page.get_by_role("button", name="Run the evaluation now").is_enabled()


@desktop
def test_an_evaluation_can_be_resumed_if_it_was_refused_halfway(visit: DemoVisit) -> None:
    """The rate limit refuses a request: the next run continues from there."""
    from playwright.sync_api import expect

    visit.go_to("Evaluation")
    run = visit.page.get_by_role("button", name="Run the evaluation now")
    asked = itertools.count()

    def limit(route: Route) -> None:
        if next(asked) < 3:
            route.continue_()
        else:
            route.fulfill(status=429, json={"error": "Too many questions: try again in 20 seconds."})

    visit.page.route("**/run/predict", limit)
    run.click()
    visit.page.get_by_text("try again in 20 seconds").wait_for()
    expect(run).to_be_enabled()
    assert "questions asked" in visit.page.locator("#progress").inner_text()
    visit.page.unroute("**/run/predict")
    run.click()
    visit.page.get_by_role("heading", name="Wrong answers").wait_for()
    expect(run).to_be_enabled()
    expect(visit.page.get_by_text("try again in 20 seconds")).to_have_count(0)


@pytest.mark.thorough
@desktop
class TestKeyboard:
    def test_arrow_keys_change_tabs(self, visit: DemoVisit) -> None:
        visit.page.get_by_role("tab", name="Ask").focus()
        for key, tab in (("ArrowRight", "Browse"), ("ArrowRight", "Your policy"), ("ArrowLeft", "Browse")):
            visit.page.keyboard.press(key)
            visit.page.get_by_role("tab", name=tab, selected=True).wait_for()
            assert visit.focused() == tab

    def test_the_focus_is_visible(self, visit: DemoVisit) -> None:
        visit.page.get_by_label("Your question").focus()
        visit.page.keyboard.press("Tab")
        assert visit.focused() == "Ask"
        assert visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.thorough
class TestPage:
    def test_no_state_violates_wcag(self, visit: DemoVisit) -> None:
        from bot.demo.ask import EXAMPLES

        assert visit.violations() == []
        for question in ("my SSN is 078-05-1120, is it safe with you?", *EXAMPLES[1:4]):
            visit.ask(question)
        assert visit.violations() == []
        visit.go_to("Browse")
        assert visit.violations() == []
        visit.go_to("Evaluation")
        visit.page.get_by_role("button", name="Run the evaluation now").click()
        visit.page.get_by_role("heading", name="Wrong answers").wait_for()
        for summary in visit.page.locator(".run summary").all()[:4]:
            summary.click()
        assert visit.violations() == []

    def test_no_answer_violates_wcag(self, visit: DemoVisit) -> None:
        for question in (REVIEWED, UNSURE, OFF_TOPIC, PARTS, URGENT):
            visit.ask(question)
            assert visit.violations() == []

    def test_the_page_fits_its_width(self, visit: DemoVisit) -> None:
        for question in ("Can other people see what I send you?", "x" * 300, UNSURE, PARTS, URGENT):
            visit.ask(question)
            assert visit.page.evaluate(
                "['#conversation', '#policy'].every(id => { const e = document.querySelector(id);"
                " return e.scrollWidth <= e.clientWidth })"
            )
        for tab in ("Ask", "Browse", "Evaluation"):
            visit.go_to(tab)
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_nothing_is_lost_at_320_pixels(self, visit: DemoVisit) -> None:
        """320 pixels is the width of a desktop window at 400% zoom."""
        visit.page.set_viewport_size({"width": 320, "height": 256})
        for tab in ("Ask", "Browse", "Evaluation"):
            visit.go_to(tab)
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_the_page_has_names_headings_and_a_language(self, visit: DemoVisit) -> None:
        page = visit.page
        assert page.locator("html").get_attribute("lang") == "en"
        for tab in ("Ask", "Browse", "Evaluation"):
            visit.go_to(tab)
            levels = page.evaluate(
                "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(e => e.checkVisibility())"
                ".map(e => +e.tagName[1])"
            )
            assert levels.count(1) == 1
            assert levels[0] == 1
            assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        assert page.locator("text=Built with Gradio").count() == 0
        assert page.locator("text=Use via API").count() == 0

"""The Gradio demo: what it renders, and the real page in a real browser."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot import Answer, Bot, Citation, Outcome, Policy
from bot.policy import parse_policy
from bot.types import PolicyVersion, Warning

pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")

import app as demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SELLING = "We do not sell any personally identifiable information"
ATTACK = "<img src=x onerror=\"document.title='broken'\"> do you sell my data?"


class Words(HTMLParser):
    """The text that a reader sees, and the tags around it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def small_policy() -> Policy:
    text = "A <b>Policy</b>\n\nCookies & more\n\nWe set <i>no</i> cookies. We sell nothing.\n"
    return parse_policy(text, id="small", url="https://example.org/policy")


def an_answer(policy: Policy, *, text: str, citations: tuple[Citation, ...] = (), **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "question": "May I?",
        "outcome": Outcome.ANSWERED if citations else Outcome.NOT_COVERED,
        "text": text,
        "citations": citations,
        "warnings": (),
        "confidence": 0.95,
        "policy_version": PolicyVersion(policy.id, policy.sha256[:12], None, None),
        "seconds": 0.0,
    }
    return Answer(**{**values, **changes})


def citation_of(policy: Policy, index: int, number: int) -> Citation:
    sentence = policy.sentences[index]
    return Citation(number, f"small-{index}", ("Cookies",), sentence.text, sentence.start, sentence.end, policy.url)


class TestPolicy:
    def test_all_of_the_policy_is_there_in_its_order(self, bot: Bot) -> None:
        policy = bot.bundle.policy
        assert "".join(Words(demo.policy_html(policy)).text.split()) == "".join(policy.text.split())

    def test_nothing_of_the_policy_becomes_markup(self) -> None:
        words = Words(demo.policy_html(small_policy()))
        assert "We set <i>no</i> cookies." in words.text
        assert "Cookies & more" in words.text
        assert not {"b", "i"} & set(words.tags)

    def test_the_cited_sentence_alone_is_marked(self) -> None:
        policy = small_policy()
        html = demo.policy_html(policy, [citation_of(policy, 1, 1)])
        assert html.count("<mark") == 1
        assert "We sell nothing.</mark>" in html

    def test_headings_go_down_one_step_at_a_time(self, bot: Bot) -> None:
        tags = Words(demo.policy_html(bot.bundle.policy)).tags
        assert {tag for tag in tags if tag.startswith("h")} == {"h3"}


class TestAnswer:
    def test_an_extractive_answer_is_said_once(self) -> None:
        policy = small_policy()
        quote = policy.sentences[1].text
        html = demo.answer_html(
            an_answer(policy, text=f"No. {quote} [1]", citations=(citation_of(policy, 1, 1),)), policy
        )
        assert Words(html).text.count(quote) == 1
        assert '<p class="own">No.</p>' in html

    def test_a_composed_answer_keeps_its_words_beside_the_quote(self) -> None:
        policy = small_policy()
        text = "They sell nothing [1], and that is all."
        html = demo.answer_html(an_answer(policy, text=text, citations=(citation_of(policy, 1, 1),)), policy)
        assert "They sell nothing" in html
        assert "We sell nothing." in html
        assert "and that is all." in html

    def test_a_citation_that_the_text_does_not_name_is_shown(self) -> None:
        policy = small_policy()
        citations = (citation_of(policy, 1, 1), citation_of(policy, 0, 2))
        html = demo.answer_html(an_answer(policy, text="We sell nothing. [1]", citations=citations), policy)
        assert html.count("<figure") == 2

    def test_links_and_words_are_escaped(self) -> None:
        policy = small_policy()
        html = demo.turn_html(an_answer(policy, text="<script>1</script>", question='"><img src=x>'), policy)
        assert not {"script", "img"} & set(Words(html).tags)

    @pytest.mark.parametrize(("confidence", "words"), [(0.95, "Very sure"), (0.8, "Fairly sure"), (0.4, "Not sure")])
    def test_confidence_is_said_in_words_and_as_a_number(self, confidence: float, words: str) -> None:
        policy = small_policy()
        html = demo.answer_html(an_answer(policy, text="Nothing.", confidence=confidence), policy)
        assert words in html
        assert f"{confidence:.0%}" in html

    def test_a_warning_names_what_was_taken_out(self) -> None:
        policy = small_policy()
        warnings = (Warning("personal_data", ("phone", "card_number")), Warning("hidden_characters"))
        html = demo.answer_html(an_answer(policy, text="Nothing.", warnings=warnings), policy)
        assert "phone, card number" in html
        assert "cannot be seen" in html

    def test_silence_says_whom_to_ask(self, bot: Bot) -> None:
        policy = bot.bundle.policy
        html = demo.answer_html(an_answer(policy, text="Nothing."), policy)
        assert 'href="https://www.mass.gov/privacypolicy"' in html


def test_feedback_is_two_numbers() -> None:
    feedback = demo.Feedback()
    feedback.count(True)
    assert "1 helpful, 1 not helpful" in feedback.count(False)


def test_every_outcome_has_an_example(bot: Bot) -> None:
    answers = [bot.ask(example) for example in demo.EXAMPLES]
    wanted = {Outcome.ANSWERED, Outcome.NOT_COVERED, Outcome.OFF_TOPIC, Outcome.SMALL_TALK}
    assert wanted <= {answer.outcome for answer in answers}
    assert any(len(answer.citations) > 1 for answer in answers)
    assert any(warning.code == "personal_data" for answer in answers for warning in answer.warnings)


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(demo.AskPolicyError, match=f"127.0.0.1:{port}"):
            demo._listen("127.0.0.1", port)


def test_a_bad_setting_ends_with_1_and_no_traceback() -> None:
    ran = subprocess.run(
        [sys.executable, "app.py", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "ASKPOLICY_POLICY": "no-such-policy"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert len(ran.stderr.strip().splitlines()) == 1


@pytest.fixture(scope="module")
def address(bot: Bot) -> Iterator[str]:
    """The demo as a visitor starts it; `bot` has built the index."""
    with subprocess.Popen(
        [sys.executable, "app.py", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert "http://127.0.0.1:" in line, line + server.stdout.read()
        yield line.split()[2]
        server.terminate()
        # One line was all that it had to say.
        assert server.stdout.read() == ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the page is tested with playwright")
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"the page is tested in Debian's Chromium, which is not at {CHROMIUM}")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """One visitor's page, and what it did besides showing itself."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else self.strangers.append(r.url))
        page.set_default_timeout(120_000)  # machines that run tests are busy
        page.goto(address)
        page.wait_for_selector(".policy-text")
        page.wait_for_selector("#conversation[role=region]")

    def ask(self, question: str) -> None:
        self.page.get_by_label("Your question").fill(question)
        self.wait_for_answer(lambda: self.page.get_by_role("button", name="Ask", exact=True).click())

    def wait_for_answer(self, act: Any) -> None:
        before = self.page.locator(".turn").count()
        act()
        self.page.wait_for_function("before => document.querySelectorAll('.turn').length > before", arg=before)

    @property
    def newest(self) -> Any:
        return self.page.locator(".turn").last

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


@pytest.fixture(params=["desktop", "dark", "phone"])
def visit(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    phone = request.param == "phone"
    context = browser.new_context(
        viewport={"width": 375, "height": 812} if phone else {"width": 1280, "height": 900},
        color_scheme="dark" if request.param == "dark" else "light",
        reduced_motion="reduce" if phone else "no-preference",
    )
    visit = Visit(context.new_page(), address)
    yield visit
    # Whatever was tested: nothing went wrong in the page, nobody else was called, and nothing was kept.
    assert visit.complaints == []
    assert visit.strangers == []
    assert context.cookies() == []
    kept = "async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length"
    assert visit.page.evaluate(kept) == 0
    context.close()


@pytest.mark.parametrize("visit", ["desktop"], indirect=True)
class TestConversation:
    def test_an_answer_is_cited_marked_and_in_sight(self, visit: Visit) -> None:
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
        # Pressing the button may move the page until the button is in sight, but the conversation stays on the screen.
        assert visit.page.evaluate("document.querySelector('#conversation').getBoundingClientRect().top") >= 0

    def test_the_same_question_again_scrolls_again(self, visit: Visit) -> None:
        for _ in range(2):
            visit.ask("do you sell my data?")
            visit.wait_until_in_sight("#policy mark[data-citation='1']")
            visit.page.evaluate("document.querySelector('#policy').scrollTo(0, 0)")

    def test_a_follow_up_is_read_with_what_came_before(self, visit: Visit, bot: Bot) -> None:
        first, follow_up = "Do you store my IP address?", "And for how long?"
        visit.ask(first)
        visit.ask(follow_up)
        expected = bot.ask(follow_up, [first])
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == expected.outcome
        shown = visit.newest.locator("blockquote").all_text_contents()
        assert sorted(text.split("Citation ")[1][1:] for text in shown) == sorted(c.quote for c in expected.citations)
        assert visit.page.locator(".turn").count() == 2

    def test_other_subjects_cite_and_mark_nothing(self, visit: Visit) -> None:
        visit.ask("do you sell my data?")
        visit.ask("How do I renew my driver's license?")
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == "off_topic"
        assert visit.newest.locator(".citation").count() == 0
        assert visit.marked() == []

    def test_personal_data_is_warned_about_and_not_repeated(self, visit: Visit) -> None:
        visit.ask("my SSN is 078-05-1120, is it safe with you?")
        assert "social security number" in visit.newest.locator(".warning").inner_text()
        assert "078-05-1120" not in visit.page.locator("#conversation").inner_text()

    def test_a_question_is_text_never_markup(self, visit: Visit) -> None:
        title = visit.page.title()
        visit.ask(ATTACK)
        assert visit.page.locator(".turn img").count() == 0
        assert "<img src=x" in visit.newest.locator(".question").inner_text()
        assert visit.page.title() == title

    def test_an_empty_question_is_answered_kindly(self, visit: Visit) -> None:
        visit.ask("   ")
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == "empty"

    def test_an_example_is_asked_with_one_click(self, visit: Visit) -> None:
        example = visit.page.get_by_role("button", name=demo.EXAMPLES[0])
        visit.wait_for_answer(example.click)
        assert visit.newest.locator(".question").inner_text().endswith(demo.EXAMPLES[0])

    def test_enter_asks(self, visit: Visit) -> None:
        visit.page.get_by_label("Your question").fill("do you use cookies?")
        visit.wait_for_answer(lambda: visit.page.keyboard.press("Enter"))
        visit.page.wait_for_function("document.querySelector('#question textarea').value === ''")

    def test_an_earlier_citation_can_be_shown_again(self, visit: Visit) -> None:
        visit.ask("do you sell my data?")
        visit.ask("hello")
        visit.page.get_by_role("button", name="Show in the policy").first.click()
        assert SELLING in visit.page.evaluate("document.activeElement.textContent")

    def test_a_vote_is_counted_once_and_said(self, visit: Visit) -> None:
        visit.ask("do you sell my data?")
        visit.page.get_by_role("button", name="Yes, helpful").click()
        visit.page.wait_for_selector("#thanks p")
        assert "Only these two numbers are kept" in visit.page.locator("#thanks").inner_text()
        assert visit.page.get_by_role("button", name="Yes, helpful").count() == 0

    def test_start_over_forgets(self, visit: Visit, bot: Bot) -> None:
        visit.ask("Do you store my IP address?")
        visit.page.get_by_role("button", name="Start over").click()
        visit.page.wait_for_selector(".intro")
        assert visit.marked() == []
        visit.ask("And for how long?")
        expected = bot.ask("And for how long?")
        assert visit.newest.locator(".answer").get_attribute("data-outcome") == expected.outcome


class TestPage:
    def test_it_fits_its_width(self, visit: Visit) -> None:
        for question in ("Can other people see what I send you?", "x" * 300, "Do you use facial recognition?"):
            visit.ask(question)
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert visit.page.evaluate(
                "['#conversation', '#policy'].every(id => { const e = document.querySelector(id);"
                " return e.scrollWidth <= e.clientWidth })"
            )

    def test_words_stand_out_from_their_ground(self, visit: Visit) -> None:
        visit.ask("my SSN is 078-05-1120, is it safe with you?")
        visit.page.mouse.move(0, 0)
        visit.page.wait_for_timeout(300)  # the end of the button's change of colour
        assert visit.page.evaluate(WEAK_CONTRASTS) == []

    def test_names_headings_and_language(self, visit: Visit) -> None:
        page = visit.page
        assert page.locator("html").get_attribute("lang") == "en"
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1])")
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        nameless = "[...document.querySelectorAll('button')].filter(b => !b.innerText.trim() && !b.ariaLabel).length"
        assert page.evaluate(nameless) == 0
        assert page.get_by_role("region", name="Conversation").count() == 1
        assert page.locator("text=Built with Gradio").count() == 0
        assert page.locator("text=Use via API").count() == 0

    def test_the_focus_is_seen(self, visit: Visit) -> None:
        visit.page.get_by_label("Your question").focus()
        visit.page.keyboard.press("Tab")
        focused = "getComputedStyle(document.activeElement).outlineStyle + document.activeElement.innerText"
        assert visit.page.evaluate(focused) == "solidAsk"


# The texts whose contrast with what they stand on is below WCAG's 4.5 to 1.
WEAK_CONTRASTS = """() => {
    const parse = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const ground = element => {
        for (let e = element; e; e = e.parentElement) {
            const colour = parse(getComputedStyle(e).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const weak = [];
    for (const e of document.querySelectorAll(".gradio-container *")) {
        const says = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!says || !e.checkVisibility()) continue;
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) weak.push(`${contrast.toFixed(1)} ${e.textContent.trim().slice(0, 40)}`);
    }
    return weak;
}"""

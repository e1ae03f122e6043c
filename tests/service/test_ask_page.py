"""What the page without JavaScript shows of answers that use every field; the answers are made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from bot.pipeline import Bot
from bot.service import create_app
from bot.service.render import LANGUAGES
from bot.settings import Settings
from bot.types import Answer, AnswerPart, Contact, Outcome, Policy
from bot.wording import page_words
from tests.service.test_pages import LOOKS, THOROUGH
from tests.support import whole_answers as whole
from tests.support.browser import Visit, axe_violations
from tests.support.whole_answers import WHOLE

pytest.importorskip("playwright", reason="pages are tested with playwright")
from playwright.sync_api import Browser, Page, Route, expect

Say = Callable[[Answer], None]


@pytest.fixture(scope="module")
def service(bot: Bot, settings: Settings) -> Iterator[TestClient]:
    limits = settings.serve.model_copy(update={"questions_per_minute": 0, "demo": False})
    with TestClient(create_app(settings.model_copy(update={"serve": limits})), base_url="http://pages.test") as client:
        yield client


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Return a function that sets what the service answers to every question."""

    def answer_with(answer: Answer) -> None:
        def ask(_: Bot, question: str, history: object = (), language: str = "en") -> Answer:
            return replace(answer, question=question, language=language)

        monkeypatch.setattr(Bot, "ask", ask)
        monkeypatch.setattr(Policy, "next_steps", lambda _, outcome, act=None, question="": whole.next_steps(outcome))

    return answer_with


def asked(service: TestClient, question: str, **fields: Any) -> str:
    """Return the part of the page that has the answer to a question in the form."""
    html = service.post("/ask", data={"question": question, **fields}).text
    found = re.search(r'<section aria-labelledby="answer">.*?</section>\n(?=<form)', html, re.DOTALL)
    assert found, html
    return found[0]


def in_order(html: str, *words: str) -> bool:
    places = [html.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def test_a_whole_answer_is_in_the_order_in_which_it_is_read(service: TestClient, say: Say) -> None:
    say(whole.REVIEWED)
    html = asked(service, whole.REVIEWED.question)
    assert in_order(
        html,
        '<h2 id="answer">',
        f'Answering: <span lang="en">{whole.REVIEWED.read_as}</span>',
        f'<p class="opening" lang="en">{whole.REVIEWED.opening}',
        "November 20, 2026",
        f"<p>{whole.SELLING}",
        f'<span class="context">{whole.SHARING}</span> {whole.RECORDS}',
        "You can also ask",
    )
    assert page_words("en")["unsure"] not in html


@pytest.mark.parametrize("confidence", [0.69, 0.7])
def test_a_doubtful_answer_says_so(service: TestClient, say: Say, confidence: float) -> None:
    say(replace(whole.REVIEWED, confidence=confidence))
    html = asked(service, "Why?")
    assert (page_words("en")["unsure"] in html) is (confidence < 0.7)
    assert ("Did you mean" in html) is (confidence < 0.7)


def test_each_of_several_questions_has_a_heading_and_its_own_quotes(service: TestClient, say: Say) -> None:
    say(replace(whole.PARTS, opening="Not shown."))
    html = asked(service, whole.PARTS.question)
    assert in_order(
        html,
        '<h3 lang="en">Do you sell my data?</h3>',
        '<p class="opening" lang="en">No.</p>',
        '<p class="small">Reviewed on November 20, 2026',
        f'<li value="1">\n<blockquote lang="en"><p>{whole.SELLING}',
        '<li value="2">',
        '<h3 lang="en">Do you use them?</h3>',
        page_words("en")["unsure"],
        'Answering: <span lang="en">do you use cookies?</span>',
        '<p class="opening" lang="en">Yes, until you close your browser.</p>',
        '<li value="3">',
        '<h3 lang="en">Do you scan faces?</h3>',
        '<p lang="en">I did not find this in the policy.</p>',
        '<section class="related" aria-labelledby="related3">\n<h4 id="related3">The nearest passages</h4>',
        whole.FORMS,
        '<h3 lang="en">Do you read my mind?</h3>',
        '<p lang="en">The policy does not mention minds.</p>',
        "You can also ask",
    )
    assert html.count("<blockquote") == 5
    assert html.count(page_words("en")["unsure"]) == 1
    assert "Not shown" not in html


def test_the_nearest_passages_are_no_answer(service: TestClient, say: Say) -> None:
    say(whole.SILENT)
    html = asked(service, whole.SILENT.question)
    assert in_order(
        html, whole.SILENT.opening, '<h3 id="related">The nearest passages</h3>', whole.COOKIES, "Did you mean"
    )
    assert 'class="quotes"' not in html
    assert 'class="opening"' not in html


def test_the_place_for_another_subject_comes_first_and_once(service: TestClient, say: Say) -> None:
    say(whole.OFF_TOPIC)
    html = asked(service, whole.OFF_TOPIC.question)
    places = re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", html)
    assert places == [whole.RENEWAL.name, whole.SEARCH.name, whole.CHATBOT.name]
    say(replace(whole.OFF_TOPIC, route=Contact("search", "a desk", None)))
    assert re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", asked(service, "Why?"))[0] == "a desk"


def test_words_for_somebody_in_danger_stand_out(service: TestClient, say: Say) -> None:
    say(whole.URGENT)
    html = asked(service, whole.URGENT.question)
    assert in_order(html, '<p class="opening"', 'class="next urgent"', 'href="tel:988"', f"<li>{whole.RESCUE.name}")


def test_a_suggestion_asks_its_question_with_the_earlier_ones(chromium: Browser, service: TestClient, say: Say) -> None:
    say(whole.REVIEWED)
    page = visit(chromium, service, javascript=False)
    page.goto("/ask")
    page.get_by_role("textbox").fill("Do you sell my data?")
    page.get_by_role("button", name="Ask", exact=True).click()
    suggestion = page.get_by_role("list", name="You can also ask").get_by_role("button").nth(1)
    expect(suggestion).to_have_text(whole.SUGGESTIONS[1])
    suggestion.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_contain_text(whole.SUGGESTIONS[1])
    expect(page.locator(".earlier li")).to_have_text(["Do you sell my data?"])
    assert urlsplit(page.url).query == ""
    page.context.close()


def test_suggestions_are_in_the_policys_language(service: TestClient, say: Say) -> None:
    say(whole.REVIEWED)
    html = asked(service, "Do you sell my data?", language="es")
    assert '<ul aria-labelledby="suggestions" lang="en">' in html
    assert '<input type="hidden" name="language" value="es">' in html


def test_a_link_shows_its_words_in_the_box_alone(service: TestClient, say: Say) -> None:
    words = "this site is closed"
    near = AnswerPart(words, Outcome.NOT_COVERED, "Not found.", (), related=whole.SILENT.related, read_as=words)
    parts = (AnswerPart(words, Outcome.ANSWERED, "No.", (1,), read_as=words), near)
    say(replace(whole.REVIEWED, read_as=words, parts=parts))
    html = service.get("/ask", params={"question": words}).text
    assert html.count(words) == 1
    assert f"{words}</textarea>" in html
    assert '<p class="opening" lang="en">No.</p>' in html
    assert "Answering" not in html
    assert '<h3 id="related2">' in html


EVIL = '"><img src=x onerror=alert(1)>'


def test_every_field_is_shown_as_text(service: TestClient, say: Say) -> None:
    cited = whole.cited(1, EVIL, 100, [(EVIL, 10)])
    evil = replace(whole.REVIEWED, opening=EVIL, citations=(cited,), reviewed=EVIL, suggestions=(EVIL,), read_as=EVIL)
    silent = replace(whole.SILENT, related=(cited,), route=Contact("search", EVIL, None))
    evil_parts = (
        AnswerPart(EVIL, Outcome.ANSWERED, EVIL, (1,), reviewed=EVIL, read_as=EVIL),
        AnswerPart(EVIL, Outcome.NOT_COVERED, EVIL, (), related=(cited,)),
    )
    parts = replace(evil, parts=evil_parts)
    for answer in (evil, silent, parts):
        say(answer)
        html = asked(service, EVIL)
        assert "<img" not in html
        assert html.count("&lt;img src=x") >= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WHOLE)
def test_every_answer_is_shown_in_every_language(service: TestClient, say: Say, language: str, name: str) -> None:
    say(WHOLE[name])
    html = asked(service, "Why?", language=language)
    words = page_words(language)
    assert (words["related"] in html) is bool(WHOLE[name].nearest)
    assert (words["next"] in html) is bool(whole.steps_of(WHOLE[name]))
    assert (words["suggestions"] in html or words["did_you_mean"] in html) is bool(WHOLE[name].suggestions)


def visit(chromium: Browser, service: TestClient, *, javascript: bool, **look: Any) -> Page:
    """Open a page whose requests this process answers, so that a test can choose the answers."""

    def reply(route: Route) -> None:
        request = route.request
        sent = service.request(
            request.method,
            request.url,
            content=request.post_data_buffer,
            headers=request.headers,
            follow_redirects=False,
        )
        route.fulfill(status=sent.status_code, headers=dict(sent.headers), body=sent.content)

    context = chromium.new_context(base_url="http://pages.test", java_script_enabled=javascript, **look)
    page = Visit(context, ["http://pages.test"]).page
    page.route("**/*", reply)
    return page


@pytest.mark.parametrize("look", ["light", *(pytest.param(look, marks=THOROUGH) for look in LOOKS if look != "light")])
def test_whole_answers_are_accessible_and_fit_the_screen(
    chromium: Browser, service: TestClient, say: Say, look: str
) -> None:
    page = visit(chromium, service, javascript=True, **LOOKS[look])
    found = {}
    for name, answer in WHOLE.items():
        say(answer)
        page.goto("/ask")
        page.get_by_role("textbox").fill(answer.question)
        page.get_by_role("button", name="Ask", exact=True).click()
        page.locator("#answer").wait_for()
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[name] = axe_violations(page) + ["too wide"] * wide
    assert {name: faults for name, faults in found.items() if faults} == {}
    page.context.close()


@THOROUGH
def test_printing_leaves_the_suggestions_out(chromium: Browser, service: TestClient, say: Say) -> None:
    say(whole.SILENT)
    page = visit(chromium, service, javascript=False)
    page.goto("/ask?question=Why?")
    page.emulate_media(media="print")
    expect(page.locator(".related blockquote").first).to_be_visible()
    expect(page.locator(".suggestions")).to_be_hidden()
    page.context.close()

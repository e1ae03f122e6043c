"""The pages, in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import httpx
import pytest

from bot.pipeline import Bot
from bot.service.render import LANGUAGES
from bot.service.schemas import LanguageCode, OutcomeName
from bot.types import Outcome
from bot.wording import page_words
from tests.support.browser import Visit, axe_violations
from tests.support.running import Running, serving, wait_for

pytest.importorskip("playwright", reason="pages are tested with playwright")
from playwright.sync_api import Browser, Page, expect

ATTACKS = (
    "<script>document.title='broken'</script>",
    '"><img src=x onerror="document.title=\'broken\'">',
    "'-alert(1)-'</textarea><svg onload=\"document.title='broken'\">",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "javascript:document.title='broken'",
)
# The sizes, color schemes and other preferences of visitors.
LOOKS = {
    "light": {"viewport": {"width": 1100, "height": 900}},
    "dark": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 600}},
    "forced colors": {"viewport": {"width": 1100, "height": 900}, "forced_colors": "active"},
}

THOROUGH = pytest.mark.thorough
# WCAG 1.4.12: text spacing that a visitor may set without loss.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
Open = Callable[..., Page]


@pytest.fixture
def visits(chromium: Browser, running: Running) -> Iterator[Open]:
    """Return a function that opens a path in a new context, by default without JavaScript; check each at the end."""
    opened: list[Visit] = []

    def visit(path: str, *, javascript: bool = False, **look: object) -> Page:
        context = chromium.new_context(base_url=running.url, java_script_enabled=javascript, **look)
        opened.append(Visit(context, [running.url]))
        opened[-1].page.goto(path)
        return opened[-1].page

    yield visit
    for one in opened:
        assert one.complaints == []
        assert one.foreign_requests == []
        assert one.context.cookies() == []
        one.context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_a_question_is_answered_without_javascript(visits: Open) -> None:
    page = visits("/ask")
    ask(page, "Do you sell my data?")
    expect(page.locator(".opening")).to_contain_text("No. Mass.gov does not sell data that could identify you.")
    expect(page.locator("blockquote")).to_contain_text(["We do not sell any personally identifiable information"])
    link = page.locator("blockquote + p a").first
    assert str(link.get_attribute("href")).startswith("https://www.mass.gov/privacypolicy#:~:text=We%20do%20not%20sell")
    assert "sell" not in page.url
    assert page.title().startswith("Do you sell my data? – ")


@THOROUGH
def test_a_follow_up_is_answered_without_javascript(visits: Open) -> None:
    page = visits("/ask")
    ask(page, "How long do you keep my IP address?")
    ask(page, "and why?")
    expect(page.locator(".earlier li")).to_have_text(["How long do you keep my IP address?"])
    expect(page.locator("blockquote").first).to_be_visible()
    page.get_by_role("link", name="Start over").click()
    expect(page.locator("blockquote")).to_have_count(0)
    expect(page.locator("input[name=history]")).to_have_count(0)


@THOROUGH
def test_a_starter_is_a_link(visits: Open) -> None:
    page = visits("/ask")
    page.locator(".starters a").first.click()
    expect(page.locator("blockquote").first).to_be_visible()


def test_a_link_can_only_fill_the_question_box(visits: Open) -> None:
    words = "This site is closed, write to evil dot example"
    page = visits(f"/ask?question={words}&history={words}&history=Evil words")
    expect(page.get_by_role("textbox")).to_have_value(words)
    assert page.title() == page_words("en")["heading"]
    assert "closed" not in page.locator("main").inner_text()
    # Out of sight, they are only in the box and in the link that searches for them, which a doubtful refusal offers.
    assert page.locator("main").inner_html().count("closed") == 2
    (search,) = page.locator("main a[href*=closed]").all()
    assert (search.get_attribute("href") or "").startswith("https://search.mass.gov/?q=")
    assert search.inner_text() == "www.search.mass.gov"
    assert "Evil words" not in page.content()
    expect(page.get_by_role("heading", name="Answer")).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).click()  # a question that the visitor sends is the visitor's own
    expect(page.locator(".asked")).to_contain_text(words)
    expect(page.locator(".earlier")).to_have_count(0)


SECRETS = ("My SSN is 078-05-1120", "write to jane.doe@example.org", "card 4242 4242 4242 4242")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("field", ["question", "history"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_is_shown_again_without_cleaning(client: httpx.Client, secret: str, field: str, method: str) -> None:
    fields = {"question": "and why?", field: f"{secret}, do you sell it?"}
    place = {"params": fields} if method == "GET" else {"data": fields}
    page = client.request(method, "/ask", **place)
    assert page.status_code == 200
    assert secret.split()[-1] not in page.text
    if method == "POST":
        assert "do you sell it?" in page.text


def test_earlier_questions_are_shown_cleaned_and_limited_in_number(client: httpx.Client) -> None:
    history = [f"Question number {number}?" for number in "abcdefghijkl"]
    page = client.post("/ask", data={"question": "and why?", "history": [*history, "x" * 3_000]}).text
    assert {letter for letter in "abcdefghijkl" if f"Question number {letter}?" in page} == set("fghijkl")
    assert "xxx" not in page


def test_a_question_that_is_too_long_is_cleaned_and_shown_for_shortening(client: httpx.Client) -> None:
    page = client.post("/ask", data={"question": "My SSN is 078-05-1120. " + "why " * 600}).text
    assert page_words("en")["question"] in page
    assert "why why why" in page
    assert "078-05-1120" not in page


@pytest.fixture(scope="module")
def busy(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Run a service that has already answered the one question that its limit allows a minute."""
    log = tmp_path_factory.mktemp("busy") / "log"
    with serving(log, SERVE__QUESTIONS_PER_MINUTE=1) as running, running.client() as client:
        client.post("/ask", data={"question": "Do you sell my data?"})
        yield client


def test_a_rate_limited_visitor_keeps_the_cleaned_question(busy: httpx.Client) -> None:
    fields = {"question": "My SSN is 078-05-1120. Is it safe?", "history": "I am at jane.doe@example.org"}
    page = busy.post("/ask", data=fields, headers={"Accept": "text/html"})
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0
    assert page_words("en")["too_many"] in page.text
    assert page_words("en")["kept"] in page.text
    assert "Is it safe?</textarea>" in page.text
    assert 'name="history" value="I am at' in page.text
    assert "078-05-1120" not in page.text
    assert "jane.doe" not in page.text


def test_a_rate_limited_visitor_is_not_promised_that_a_long_text_is_kept(busy: httpx.Client) -> None:
    page = busy.post("/ask", data={"question": "why " * 600})
    assert page.status_code == 429
    assert page_words("en")["kept"] not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_that_answers_are_automated(client: httpx.Client, busy: httpx.Client, language: str) -> None:
    notice = page_words(language)["notice_automated"]
    question = {"language": language, "question": "Do you sell my data?"}
    for page in (
        client.get("/ask", params={"language": language}),
        client.get("/ask", params=question),
        client.post("/ask", data=question),
        busy.post("/ask", data=question),
    ):
        assert page.text.count(notice) == 1


def test_another_site_cannot_send_the_form(chromium: Browser, running: Running) -> None:
    body = (
        f'<form method="post" action="{running.url}/ask"><input name="question" value="Evil"><button>Go</button></form>'
    )
    # The same address under another host name is another site.
    evil = running.url.replace("127.0.0.1", "localhost") + "/evil"
    with chromium.new_context() as context:
        page = context.new_page()
        page.route(evil, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(evil)
        with page.expect_navigation() as navigation:
            page.get_by_role("button").click()
        assert navigation.value.status == 403
        assert "serve.origins" in page.locator("main").inner_text()
        assert "Evil" not in page.content()


@THOROUGH
def test_the_page_names_a_contact_if_the_policy_is_silent(visits: Open) -> None:
    page = visits("/ask")
    ask(page, "Do you use facial recognition?")
    expect(page.get_by_role("link", name="the Mass.gov website policy questions form")).to_be_visible()


def test_personal_data_is_named_but_not_shown_again(visits: Open) -> None:
    page = visits("/ask")
    ask(page, "My SSN is 078-05-1120. Is it safe?")
    expect(page.locator(".notice")).to_contain_text("Social Security number")
    assert "078-05-1120" not in page.content()


@pytest.mark.parametrize("look", ["light", *(pytest.param(look, marks=THOROUGH) for look in LOOKS if look != "light")])
def test_pages_are_accessible_and_fit_the_screen(visits: Open, look: str) -> None:
    # axe-core needs scripts; the pages themselves have none.
    questions = ("", "Do you sell my data?", "My SSN is 078-05-1120, do you use cookies?", "What is the weather?")
    paths = [f"/ask?language=en&question={question}" for question in questions]
    paths += ["/ask", "/privacy", "/", "/a/page/that/is/not/there"]
    page = visits("/ask", javascript=True, **LOOKS[look])
    for path in paths:
        page.goto(path)
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@THOROUGH
def test_the_page_works_by_keyboard_alone(visits: Open) -> None:
    page = visits("/ask")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Do you sell my data?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".opening")).to_contain_text("No. Mass.gov does not sell data that could identify you.")


@THOROUGH
def test_every_control_shows_its_focus(visits: Open) -> None:
    page = visits("/ask?question=Do you sell my data?", javascript=True)
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, *outline = page.evaluate(
            """() => {
                const focused = document.activeElement;
                const { outlineStyle, outlineWidth } = getComputedStyle(focused);
                return [focused.textContent + focused.id, outlineStyle, outlineWidth, focused.localName];
            }"""
        )
        if outline.pop() != "body":
            seen.add(name)
            assert outline == ["solid", "3px"], name
    assert len(seen) >= 10


@THOROUGH
@pytest.mark.parametrize("look", ["light", "phone"])
def test_nothing_is_lost_with_wide_text_spacing(visits: Open, look: str) -> None:
    page = visits("/ask?question=Do you sell my data?", javascript=True, **LOOKS[look])
    page.evaluate(
        """css => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.adoptedStyleSheets.push(sheet);
        }""",
        TEXT_SPACING,
    )
    lost = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((part) => {
            const { right } = part.getBoundingClientRect();
            const { overflowX, overflowY } = getComputedStyle(part);
            const cut = part.scrollWidth > part.clientWidth + 1 && overflowX !== "visible" && part.clientWidth;
            const short = part.scrollHeight > part.clientHeight + 1 && overflowY === "hidden" && part.clientHeight;
            return part.checkVisibility() && (right > innerWidth + 1 || cut || short);
        }).map((part) => `${part.localName}.${part.className}`)"""
    )
    assert lost == []


@THOROUGH
def test_printing_includes_the_answer_and_omits_the_form(visits: Open) -> None:
    page = visits("/ask?question=Do you sell my data?")
    page.emulate_media(media="print")
    expect(page.locator("blockquote").first).to_be_visible()
    expect(page.locator("footer a.address")).to_be_visible()
    for selector in ("form", "header"):
        expect(page.locator(selector).first).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_page_texts(client: httpx.Client, language: str) -> None:
    assert page_words(language).keys() == page_words("en").keys()
    for path in ("/", "/ask", "/privacy"):
        page = client.get(path, params={"language": language})
        assert page.status_code == 200
        assert page.headers["content-language"] == language
        assert f'<html lang="{language}">' in page.text
    for question in ("Do you sell my data?", "My SSN is 078-05-1120", "\u200bHello", "What is the weather?", ""):
        answered = client.post("/ask", data={"language": language, "question": question})
        assert answered.status_code == 200
        assert page_words(language)["answer"] in answered.text


def test_the_lists_of_languages_and_outcomes_are_the_same_everywhere() -> None:
    assert tuple(LANGUAGES) == get_args(LanguageCode)
    assert get_args(OutcomeName) == tuple(Outcome)


def test_an_unknown_language_falls_back_to_english(client: httpx.Client) -> None:
    assert client.get("/ask", params={"language": "../../x"}).headers["content-language"] == "en"


@THOROUGH
@pytest.mark.parametrize("attack", ATTACKS)
def test_input_is_shown_as_text(visits: Open, attack: str) -> None:
    page = visits("/ask", javascript=True)
    ask(page, f"{attack} do you sell my data?")
    ask(page, f"{attack} and why?")
    page.goto(f"/ask?question={attack}&history={attack}&language={attack}")
    assert page.title() != "broken"
    assert page.locator("main script, main img, main svg").count() == 0


@pytest.mark.parametrize(
    "body",
    [b"\xff=\xfe&question=%ff", b"question=a&question=b", b"question", b"=&&=", b"history=x" * 9, b"question=\0"],
)
def test_a_form_may_contain_anything(client: httpx.Client, body: bytes) -> None:
    assert client.post("/ask", content=body).status_code in (200, 400)


def test_a_form_with_too_many_fields_is_refused(client: httpx.Client) -> None:
    assert client.post("/ask", content=b"history=x&" * 1_000 + b"question=x").status_code == 400


def test_the_widget_answers_on_its_page_under_the_strict_policy(visits: Open) -> None:
    page = visits("/", javascript=True)
    page.get_by_role("textbox").fill("Do you sell my data?")
    page.get_by_role("textbox").press("Enter")
    expect(page.locator("policy-chat")).to_contain_text("We do not sell any personally identifiable information")


@THOROUGH
def test_the_api_documentation_calls_no_other_host(visits: Open) -> None:
    page = visits("/docs", javascript=True)
    expect(page.get_by_text("Ask a question", exact=True)).to_be_visible()


@THOROUGH
def test_the_demo_runs_next_to_the_other_pages(bot: Bot, tmp_path: Path) -> None:
    pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")
    with serving(tmp_path / "log", SERVE__DEMO=True) as running, running.client() as client:
        wait_for(lambda: client.get("/demo/").status_code == 200)
        page = client.get("/demo", follow_redirects=True)
        assert "frame-ancestors" in page.headers["content-security-policy"]
        for path in ("upload", "file=/etc/passwd", "monitoring", "proxy=http://127.0.0.1"):
            assert client.get(f"/demo/gradio_api/{path}").status_code in (403, 404, 413)


def test_the_privacy_page_follows_the_settings(client: httpx.Client) -> None:
    page = client.get("/privacy").text
    assert "90 days" in page
    assert "public record" in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_label_named_like_a_method_is_shown_as_text(client: httpx.Client, language: str) -> None:
    html = client.post("/ask", data={"question": "do you sell my data?", "language": language}).text
    assert f">{page_words(language)['clear']}</a>" in html
    assert "built-in method" not in html

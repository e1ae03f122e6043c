"""The studio in a real browser: a review by keyboard alone, accessibility, and hostile text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.policies.reviewed import read_reviewed
from bot.types import Outcome
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Feedback, Unanswered
from tests.studio.conftest import ANSWERS, QUESTIONS, TEXT, write_folder
from tests.studio.running import RunningStudio, running_studio
from tests.support.browser import Visit, axe_violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EVIL = "<img src=//evil.example/x onerror=alert(1)><script>alert(2)</script><style>*{color:red}</style>"
NOTES = ("who reads the notes I pin on the bakery wall", "does anybody read the notes on the bakery wall")
SENTENCE = "Maple sets one cookie that remembers your language."
PAGES = ("?topic=data-sale&show=reviewed&ways=1", "questions", "words", "try", "publish")
# Whether the focus can be seen: an outline around the element, or around the label that shows it.
_SEEN = """() => {
    const at = document.activeElement;
    return [at, at.closest("label.statement")].some((each) => each && getComputedStyle(each).outlineStyle !== "none");
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with hostile words wherever somebody else may have written some."""
    corpus = tmp_path_factory.mktemp("corpus")
    text = TEXT.replace("Selling\n", f"Selling {EVIL}\n").replace("- print", f"- {EVIL} print")
    questions = QUESTIONS.replace("sell me out", f"sell me out {EVIL}")
    return write_folder(corpus, text=text, questions=questions)


@pytest.fixture(scope="module")
def studio(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStudio]:
    home = tmp_path_factory.mktemp("home")
    store = SqliteStore(home / "feedback.sqlite", 90)
    store.add(Feedback("1", "maple", Outcome.NOT_COVERED, False, question=f"do you {EVIL} sell cakes"))
    for number, question in enumerate(("is my data sold", "will you sell my data to somebody")):
        store.keep(Unanswered(f"sold {number}", "maple", Outcome.NOT_COVERED, question))
    for number, question in enumerate(NOTES):
        store.keep(Unanswered(f"notes {number}", "maple", Outcome.NOT_COVERED, question))
    store.close()
    with running_studio(folder.parent, home) as studio:
        yield studio


@pytest.fixture
def visit(chromium: Browser, studio: RunningStudio, folder: Path, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open the browser; afterwards, check that no script ran, nothing was called elsewhere, and nothing was kept."""
    (folder / "answers.toml").write_text(ANSWERS, encoding="utf-8")
    scheme = getattr(request, "param", "light")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    visit = Visit(context, [studio.url.rsplit("/", 2)[0]])
    visit.page.on("dialog", lambda dialog: visit.complaints.append(f"a dialog: {dialog.message}") or dialog.dismiss())
    yield visit
    visit.assert_clean()
    context.close()


def until_built(page: Page) -> None:
    page.get_by_text("The chat is up to date.").wait_for()


def press(page: Page, key: str, times: int = 1) -> None:
    """Press a key, and check each time that one can see where the focus is."""
    for _ in range(times):
        page.keyboard.press(key)
        assert page.evaluate(_SEEN), page.evaluate("document.activeElement.outerHTML")


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press a key until an element has the focus."""
    for _ in range(60):
        press(page, key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached")


def test_a_whole_review_by_keyboard_alone(visit: Visit, studio: RunningStudio, folder: Path) -> None:
    page = visit.page
    page.goto(f"{studio.url}?show=review&topic=cookies-used#topic")
    until_built(page)
    page.wait_for_function("document.activeElement.id === 'topic'")
    # One stop for all statements, then arrows.
    press(page, "Shift+Tab")
    statement = "document.activeElement.nextElementSibling.textContent"
    assert page.evaluate(statement) == "We set one cookie that remembers your language."
    press(page, "ArrowDown")
    press(page, "Space")
    press(page, "End")
    press(page, "Home")
    while page.evaluate(statement) != "It is deleted when you close the browser.":
        press(page, "ArrowDown")
    assert page.locator("#chosen label").all_inner_texts() == [
        "We set one cookie that remembers your language.",
        "It is deleted when you close the browser.",
    ]
    tab_to(page, "#chosen button[aria-label*='It is deleted']")
    page.keyboard.press("Enter")  # one is enough
    assert page.locator("#chosen li").count() == 1
    # Ask it something else.
    tab_to(page, "#ask", "Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("do you sell my data?")
    page.keyboard.press("Enter")
    page.locator("#says .opening", has_text="does not sell your data").wait_for()
    # The verdict, then the sentence, with the checker's word.
    tab_to(page, "[name=verdict]")
    press(page, "ArrowUp")
    press(page, "ArrowDown")
    assert page.locator("[name=verdict]:checked").get_attribute("value") == "yes"
    tab_to(page, "#text-en")
    page.keyboard.type("Maple sells your language.")
    page.locator("#word li", has_text="It says “sells”").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type(SENTENCE)
    page.locator("#word .fine").wait_for()
    assert page.locator("#meter").inner_text() == "Grade 6.7 · 8 words"
    tab_to(page, "button[value=review]")
    page.keyboard.press("Enter")
    page.locator(".done", has_text="Reviewed: “Do you use cookies?”").wait_for()
    page.wait_for_function("document.activeElement.id === 'topic'")
    assert read_reviewed(folder)[1].model_dump(exclude_defaults=True) == {
        "topics": ("cookies-used",),
        "verdict": "yes",
        "reviewed": datetime.date.today().isoformat(),
        "cite": ("We set one cookie that remembers your language.",),
        "text": {"en": SENTENCE},
    }
    # Watch the chat's answer change, then publish.
    tab_to(page, "#ask")
    page.keyboard.press("Control+A")
    page.keyboard.type("do you use cookies?")
    page.keyboard.press("Enter")
    page.locator("#says .opening", has_text=SENTENCE).wait_for()
    tab_to(page, ".top nav a[href=publish]", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/publish")
    tab_to(page, "#publishing button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Published at").wait_for()


def test_what_was_done_is_in_view(visit: Visit, studio: RunningStudio) -> None:
    page = visit.page
    page.goto(f"{studio.url}?show=all&topic=cookies-used#topic")
    until_built(page)
    page.locator("button[value=draft]").click()
    done = page.locator("p.done", has_text="Saved the draft")
    done.wait_for()
    page.wait_for_function("document.activeElement.id === 'topic'")
    tops = page.evaluate("['p.done', '.chips'].map((s) => document.querySelector(s).getBoundingClientRect().top)")
    assert min(tops) >= page.evaluate(
        "document.querySelector('.brand').closest('header').getBoundingClientRect().bottom"
    )


def test_an_edit_made_elsewhere_is_announced_and_not_overwritten(
    visit: Visit, studio: RunningStudio, folder: Path
) -> None:
    page = visit.page
    page.goto(f"{studio.url}?show=all&topic=cookies-used#topic")
    until_built(page)
    assert page.locator("#changed").is_hidden()
    (folder / "answers.toml").write_text(f"# Edited elsewhere.\n{ANSWERS}", encoding="utf-8")
    page.get_by_text("The files in this folder have changed.").wait_for()
    page.locator("#text-en").fill(SENTENCE)
    page.locator("button[value=draft]").click()
    page.locator("#problem", has_text="nothing was saved").wait_for()
    assert page.locator("#text-en").input_value() == SENTENCE
    page.wait_for_function("document.activeElement.id === 'problem'")
    page.get_by_role("link", name="Reload this topic").click()
    page.locator(".chip.draft").wait_for()
    assert page.locator("#changed").is_hidden()
    assert (folder / "answers.toml").read_text(encoding="utf-8") == f"# Edited elsewhere.\n{ANSWERS}"


@pytest.mark.parametrize("visit", ["light", "dark"], indirect=True)
def test_accessibility_and_hostile_words_on_every_page(visit: Visit, studio: RunningStudio) -> None:
    page = visit.page
    for path in PAGES:
        page.goto(studio.url + path)
        until_built(page)
        if path == "questions":
            assert EVIL in page.locator("main").inner_text()
        assert axe_violations(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{studio.url}?topic=data-sale&show=all")
    assert EVIL in page.locator("#policy").inner_text()
    # Without scripts of the policy's, and with an answer that quotes its hostile words.
    page.locator("#ask").fill("will you lend my name or print my number")
    page.locator("#asking button").click()
    page.locator("#says .quotes li, #says .opening").first.wait_for()
    assert page.locator("img, #policy script, #policy style").count() == 0


def test_plain_words_are_put_in_by_one_key(visit: Visit, studio: RunningStudio) -> None:
    page = visit.page
    page.goto(f"{studio.url}?topic=data-sale&show=all")
    until_built(page)
    assert page.locator("#offered").is_hidden()
    page.locator("#text-en").fill("Maple Bakery does not sell information, but a court may request it.")
    page.locator("#use-offered").wait_for()
    tab_to(page, "#use-offered")
    page.keyboard.press("Enter")
    # The focus is where the owner goes on.
    assert page.locator("#text-en").input_value() == "Maple Bakery does not sell data, but a court may ask for it."
    assert page.evaluate("document.activeElement.id") == "text-en"
    page.locator("#offered").wait_for(state="hidden")
    page.locator("#word .fine").wait_for()


def test_the_review_fits_a_phone(visit: Visit, studio: RunningStudio) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{studio.url}?topic=data-sale&show=reviewed")
    until_built(page)
    tops = {round(link.bounding_box()["y"]) for link in page.locator(".top nav a").all()}  # type: ignore[index]
    assert len(tops) == 1  # all pages in one row
    statement = page.locator("#chosen label").first.bounding_box()
    card = page.locator("#answer").bounding_box()
    assert statement is not None
    assert card is not None
    assert statement["width"] > 0.9 * (card["width"] - 32)  # the button is below it, not next to it
    page.get_by_role("link", name="All topics").click()
    page.wait_for_function("document.activeElement.id === 'topics-heading'")
    assert axe_violations(page) == []


def test_a_statement_is_found_by_its_words_and_never_behind_the_heading(visit: Visit, studio: RunningStudio) -> None:
    page = visit.page
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto(f"{studio.url}?topic=data-sale&show=all#topic")
    until_built(page)
    page.wait_for_function("document.activeElement.id === 'topic'")
    statement = "document.activeElement.nextElementSibling.textContent"
    tab_to(page, "#find-text", "Shift+Tab")
    page.keyboard.type("your COURT")
    page.keyboard.press("Enter")
    page.locator("#nothing-found", has_text="No statement has these words.").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type("DATA sell")
    page.keyboard.press("Enter")
    assert page.evaluate(statement) == "We do not sell your data."
    tab_to(page, "#find-text", "Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("your")
    page.keyboard.press("Enter")
    first = page.evaluate(statement)
    tab_to(page, "#find-text", "Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(statement) not in (first, "")  # the next one
    assert page.locator("#nothing-found").inner_text() == ""
    press(page, "PageDown")
    last = page.evaluate(statement)
    press(page, "End")
    assert page.evaluate(statement) == last
    page.evaluate("document.querySelector('#policy-heading').closest('.policy').scrollTop = 1e6")
    press(page, "ArrowUp", 3)
    shown = page.evaluate(
        "() => [document.activeElement.getBoundingClientRect().top,"
        " document.querySelector('.policy .pane').getBoundingClientRect().bottom]"
    )
    assert shown[0] >= shown[1]


def test_the_preview_is_the_chat(visit: Visit, studio: RunningStudio) -> None:
    page = visit.page
    page.goto(f"{studio.url}try")
    until_built(page)
    chat = page.frame_locator("iframe")
    chat.get_by_role("button", name="Ask about our privacy policy").click()
    chat.get_by_role("textbox").fill("do you sell my data?")
    chat.get_by_role("textbox").press("Enter")
    chat.get_by_text("We do not sell your data.").first.wait_for()


def test_a_topic_of_its_own_is_made_from_a_group_by_keyboard_alone(
    visit: Visit, studio: RunningStudio, folder: Path
) -> None:
    page = visit.page
    page.goto(f"{studio.url}?show=all&topic=data-sale")
    until_built(page)
    page.goto(f"{studio.url}questions")
    group = f"form.group:has([value='{NOTES[0]}']):has([value='{NOTES[1]}'])"
    tab_to(page, f"{group} summary")
    press(page, "Enter")
    tab_to(page, f"{group} input[name=name]")
    page.keyboard.type("the notes on the bakery wall?")
    page.keyboard.press("Enter")
    page.locator("#problem", has_text="does not complete “The policy does not mention …”").wait_for()
    page.wait_for_function("document.activeElement.id === 'problem'")
    assert axe_violations(page) == []
    tab_to(page, f"{group} input[name=name]")
    assert page.evaluate("document.activeElement.value") == "the notes on the bakery wall?"
    press(page, "End")
    press(page, "Backspace")
    tab_to(page, f"{group} button[value=own]")
    page.keyboard.press("Enter")
    page.locator(".done", has_text="Saved the draft.").wait_for()
    page.wait_for_function("document.activeElement.id === 'topic'")
    # The form of any other topic, with the name and the ways to ask.
    tab_to(page, "input[name=verdict]")
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.value") != "stated":
        press(page, "ArrowDown")
    tab_to(page, "#policy input", "Shift+Tab")
    while page.evaluate("document.activeElement.nextElementSibling.textContent") != "However, a court may ask for it.":
        press(page, "ArrowDown")
    press(page, "Space")
    tab_to(page, "#text-en")
    page.keyboard.type("A court may ask for it.")
    page.locator("#word .fine").wait_for()
    tab_to(page, "#questions")
    page.keyboard.press("Control+End")
    page.keyboard.type("\ncan a court read my note on the wall")
    assert axe_violations(page) == []
    tab_to(page, "button[value=review]")
    page.keyboard.press("Enter")
    page.locator(".done", has_text="Reviewed: “").wait_for()
    entry = read_reviewed(folder)[-1]
    assert (entry.name, entry.verdict, entry.reviewed) == (
        "the notes on the bakery wall",
        "stated",
        datetime.date.today().isoformat(),
    )
    assert set(entry.questions) == {*NOTES, "can a court read my note on the wall"}
    assert (folder / "answers.toml").read_text(encoding="utf-8").startswith(ANSWERS)
    until_built(page)
    page.locator("#ask").fill("does a court read the notes on the wall")
    page.locator("#asking button").click()
    page.locator("#says .opening", has_text="A court may ask for it.").wait_for()
    page.goto(f"{studio.url}?show=reviewed&find=notes")
    page.locator("#list a", has_text="notes").click()
    page.get_by_role("button", name="Remove", exact=True).last.click()
    page.locator(".done", has_text="Removed the topic.").wait_for()
    assert (folder / "answers.toml").read_text(encoding="utf-8") == ANSWERS


def test_a_group_of_visitor_questions_is_added_by_keyboard_alone(
    visit: Visit, studio: RunningStudio, folder: Path
) -> None:
    page, path = visit.page, folder / "questions.jsonl"
    before = path.read_text(encoding="utf-8")
    page.goto(f"{studio.url}?show=all&topic=data-sale")
    until_built(page)
    page.goto(f"{studio.url}questions")
    group = page.locator("form.group", has_text="will you sell my data to somebody")
    assert group.get_by_role("checkbox", checked=True).count() == 2
    assert group.locator("select").input_value() == "data-sale"
    tab_to(page, "form.group:has([value='is my data sold']) button[value=topic]")
    page.keyboard.press("Enter")
    page.get_by_text("2 questions were added.").wait_for()
    assert path.read_text(encoding="utf-8").startswith(before)
    lines = path.read_text(encoding="utf-8").splitlines()[-2:]
    assert all("We do not sell your data." in line for line in lines)
    assert page.locator("form.group", has_text="will you sell my data to somebody").count() == 0
    assert axe_violations(page) == []
    path.write_text(before, encoding="utf-8")

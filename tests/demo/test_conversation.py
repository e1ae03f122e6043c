"""The first tab: asking, and the answer next to the policy."""

from __future__ import annotations

import pytest

from bot import Bot
from tests.demo.visiting import ATTACK, SELLING, DemoVisit, desktop
from tests.support.scripted_bot import REVIEWED, SUGGESTIONS, UNSURE, URGENT


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

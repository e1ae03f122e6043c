"""An answer and its policy as HTML."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser
from typing import Any

import pytest

from bot import Answer, Bot, Citation, Outcome, Policy
from bot.demo.html import live_link, policy_html, section_html, statements_html
from bot.demo.turn import answer_html, is_rated, turn_html
from bot.policies.parsing import parse_policy
from bot.types import AnswerPart, Contact, PolicyVersion, QuestionWarning, Quote


class Words(HTMLParser):
    """Collects the text that a reader sees, and the tags around it."""

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


def an_answer(policy: Policy, *, opening: str, citations: tuple[Citation, ...] = (), **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "question": "May I?",
        "outcome": Outcome.ANSWERED if citations else Outcome.NOT_COVERED,
        "opening": opening,
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
    def test_the_whole_policy_is_shown_in_order(self, bot: Bot) -> None:
        policy = bot.bundle.policy
        assert "".join(Words(policy_html(policy)).text.split()) == "".join(policy.text.split())

    def test_policy_text_never_becomes_markup(self) -> None:
        words = Words(policy_html(small_policy()))
        assert "We set <i>no</i> cookies." in words.text
        assert "Cookies & more" in words.text
        assert not {"b", "i"} & set(words.tags)

    def test_only_the_cited_sentence_is_marked(self) -> None:
        policy = small_policy()
        html = policy_html(policy, [citation_of(policy, 1, 1)])
        assert html.count("<mark") == 1
        assert "We sell nothing.</mark>" in html

    def test_heading_levels_skip_no_step(self, bot: Bot) -> None:
        tags = Words(policy_html(bot.bundle.policy)).tags
        assert {tag for tag in tags if tag.startswith("h")} == {"h3"}

    def test_a_section_has_only_its_own_sentences_and_no_anchors(self) -> None:
        policy = small_policy()
        sections = [section_html(policy, section.id) for section in policy.sections]
        assert sum("We sell nothing." in html for html in sections) == 1
        assert not any("id=" in html for html in sections)

    def test_the_line_above_a_list_and_a_table_are_there_too(self) -> None:
        text = "# A\n\nWe will not:\n\n- sell it\n\n## B\n\nSo. Why?\n\n| What | Why |\n|--|--|\n| x | y |\n\nDone?\n"
        words = Words(policy_html(parse_policy(text, id="small"))).text
        kept = "".join(c for c in words if c.isalnum())
        assert kept == "".join(c for c in text if c.isalnum())


class TestAnswer:
    def test_a_quote_is_below_the_words_that_govern_it(self) -> None:
        policy = parse_policy("# A\n\nWe will <b>not</b>:\n\n- sell it\n", id="small")
        lead = Quote("We will <b>not</b>:", 5, 23)
        citation = dataclasses.replace(citation_of(policy, 0, 1), context=(lead,))
        html = answer_html(an_answer(policy, opening="", citations=(citation,)), policy)
        assert '<span class="context">We will &lt;b&gt;not&lt;/b&gt;:</span> sell it</blockquote>' in html

    def test_text_in_another_language_has_a_lang_attribute(self) -> None:
        html = answer_html(an_answer(small_policy(), opening="Nada.", language="es"), small_policy())
        assert '<p lang="es">Nada.</p>' in html

    def test_an_extractive_answer_is_shown_once(self) -> None:
        policy = small_policy()
        quote = policy.sentences[1].text
        html = answer_html(an_answer(policy, opening="No.", citations=(citation_of(policy, 1, 1),)), policy)
        assert Words(html).text.count(quote) == 1
        assert '<p class="own" lang="en">No.</p>' in html

    def test_every_citation_is_shown(self) -> None:
        policy = small_policy()
        citations = (citation_of(policy, 1, 1), citation_of(policy, 0, 2))
        html = answer_html(an_answer(policy, opening="", citations=citations), policy)
        assert html.count("<figure") == 2
        assert 'class="own"' not in html

    def test_links_and_text_are_escaped(self) -> None:
        policy = small_policy()
        html = turn_html(an_answer(policy, opening="<script>1</script>", question='"><img src=x>'), policy, "1")
        assert not {"script", "img"} & set(Words(html).tags)

    def test_everything_comes_in_the_same_order_as_in_the_chat(self) -> None:
        policy = small_policy()
        shown = an_answer(
            policy,
            opening="No cookies.",
            citations=(citation_of(policy, 0, 1),),
            warnings=(QuestionWarning("hidden_characters"),),
            read_as="do you use cookies",
            reviewed="2026-11-20",
            route=Contact("search", "the search", "https://example.org/search"),
            suggestions=("Do you sell it?",),
        )
        words = Words(answer_html(shown, policy)).text
        places = [
            "hidden characters",
            "Answering: do you use cookies",
            "No cookies.",
            "Reviewed on November 20, 2026.",
            "We set",
            "Where to go next",
            "the search",
            "You can also ask",
            "Do you sell it?",
        ]
        assert [words.index(place) for place in places] == sorted(words.index(place) for place in places)

    def test_each_part_has_its_own_heading_opening_and_quotes(self) -> None:
        policy = small_policy()
        sell = AnswerPart(
            "Do you <sell> it?", Outcome.ANSWERED, "No.", (2,), confidence=0.8, reviewed="2026-11-20", read_as="<sell>?"
        )
        parts = (
            sell,
            AnswerPart("Do you scan faces?", Outcome.NOT_COVERED, "It says nothing.", ()),
            AnswerPart("Do you use cookies?", Outcome.ANSWERED, "", (1,), confidence=0.5),
        )
        citations = (citation_of(policy, 0, 1), citation_of(policy, 1, 2))
        html = answer_html(an_answer(policy, opening="Not shown.", citations=citations, parts=parts), policy)
        sold, faces, cookies = (Words(part).text for part in html.split('<div class="part">')[1:])
        assert sold.startswith(
            "Do you <sell> it?Answering: <sell>?Found in the policy. Fairly sure (confidence 80%).No."
            "Reviewed on November 20, 2026."
        )
        assert "We sell nothing." in sold
        assert "We set" not in sold
        assert faces == "Do you scan faces?Not in the policy. Very sure (confidence 100%).It says nothing."
        assert "Not sure" in cookies
        assert "We set" in cookies
        assert "Not shown." not in html
        assert html.count("confidence") == 3

    def test_a_part_that_is_not_found_has_its_nearest_passages(self) -> None:
        policy = small_policy()
        near = citation_of(policy, 1, 2)
        parts = (
            AnswerPart("Do you use cookies?", Outcome.ANSWERED, "", (1,)),
            AnswerPart("Do you scan faces?", Outcome.NOT_COVERED, "I did not find this.", (), related=(near,)),
        )
        both = an_answer(policy, opening="", citations=(citation_of(policy, 0, 1),), parts=parts, suggestions=("Why?",))
        html = answer_html(both, policy)
        _, _, faces = html.split('<div class="part">')
        assert '<div class="related"><h4>The nearest passages</h4><figure class="citation">' in faces
        assert "Not found. Very sure (confidence 100%).I did not find this.The nearest passagesWe sell nothing." in (
            Words(faces).text
        )
        assert "(passage 2)" in Words(faces).text
        assert "You can also ask" in Words(html).text
        marked = policy_html(policy, both.citations, nearest=both.nearest)
        assert '<mark data-citation="1">' in marked
        assert '<mark class="near" data-citation="2">We sell nothing.</mark>' in marked

    def test_the_nearest_passages_are_no_answer(self) -> None:
        policy = small_policy()
        near = an_answer(
            policy, opening="I did not find this.", related=(citation_of(policy, 1, 1),), suggestions=("a",)
        )
        words = Words(answer_html(near, policy)).text
        assert "Not found." in words
        assert "Did you mean" in words
        assert (
            words.index("I did not find this.") < words.index("The nearest passages") < words.index("We sell nothing.")
        )
        assert '<figure class="citation"><blockquote>We sell nothing.</blockquote>' in answer_html(near, policy)
        html = policy_html(policy, nearest=near.related)
        assert '<mark class="near" data-citation="1">We sell nothing.</mark>' in html

    def test_danger_gets_help_and_no_confidence(self) -> None:
        policy = small_policy()
        urgent = an_answer(policy, opening="Please get help.", outcome=Outcome.URGENT)
        html = answer_html(urgent, policy)
        assert "Get help." in html
        assert "confidence" not in html
        assert '<p class="own" lang="en">Please get help.</p>' in html
        assert not is_rated(urgent)

    def test_a_greeting_has_no_label_and_is_not_rated(self) -> None:
        policy = small_policy()
        greeting = an_answer(policy, opening="Hello.", outcome=Outcome.SMALL_TALK, act="greeting")
        assert "confidence" not in answer_html(greeting, policy)
        assert not is_rated(greeting)
        assert is_rated(an_answer(policy, opening="Nothing."))

    def test_who_asks_for_a_person_gets_the_owners_contacts(self, bot: Bot) -> None:
        policy = bot.bundle.policy
        human = an_answer(policy, opening="No person reads this.", outcome=Outcome.SMALL_TALK, act="human")
        assert all(contact.name in Words(answer_html(human, policy)).text for contact in policy.owner_contacts())

    def test_what_a_visitor_and_a_policy_say_is_escaped_everywhere(self) -> None:
        policy = small_policy()
        attack = '"><img src=x onerror=alert(1)>'
        parts = (AnswerPart(attack, Outcome.NOT_COVERED, attack, ()),)
        route = Contact("search", attack, "javascript:alert(1)")
        related = (dataclasses.replace(citation_of(policy, 0, 1), quote=attack, headings=(attack,)),)
        hostile = an_answer(
            policy,
            opening=attack,
            parts=parts,
            related=related,
            route=route,
            read_as=attack,
            reviewed=attack,
            suggestions=(attack,),
        )
        html = answer_html(hostile, policy)
        assert "img" not in Words(html).tags
        assert "javascript:" not in html

    @pytest.mark.parametrize(("confidence", "words"), [(0.95, "Very sure"), (0.8, "Fairly sure"), (0.4, "Not sure")])
    def test_confidence_is_shown_in_words_and_as_a_number(self, confidence: float, words: str) -> None:
        policy = small_policy()
        html = answer_html(an_answer(policy, opening="Nothing.", confidence=confidence), policy)
        assert words in html
        assert f"{confidence:.0%}" in html

    def test_a_warning_names_what_was_removed(self) -> None:
        policy = small_policy()
        warnings = (QuestionWarning("personal_data", ("phone", "card_number")), QuestionWarning("hidden_characters"))
        html = answer_html(an_answer(policy, opening="Nothing.", warnings=warnings), policy)
        assert "phone, card number" in html
        assert "hidden characters" in html

    def test_not_covered_names_a_contact(self, bot: Bot) -> None:
        policy = bot.bundle.policy
        html = answer_html(an_answer(policy, opening="Nothing."), policy)
        assert 'href="https://www.mass.gov/privacypolicy"' in html


@pytest.mark.parametrize("url", ["mailto:privacy@maple.example", "tel:+16175550100"])
def test_mail_and_phone_open_the_visitors_own_programs(url: str) -> None:
    assert live_link(url, "Write") == f'<a href="{url}">Write</a>'


def test_context_is_shown_in_the_order_of_the_policy() -> None:
    policy = parse_policy("We share it with our courier. However, we ask you first.\n", id="maple")
    [first, second] = Words(statements_html(policy)).text.split("We share it with our courier.")[1:]
    assert first.strip() == second.strip() == "However, we ask you first."

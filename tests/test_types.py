from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from bot.policies.parsing import parse_policy
from bot.types import (
    Answer,
    AnswerPart,
    Citation,
    Contact,
    Outcome,
    PolicyVersion,
    QuestionWarning,
    Quote,
    answer_text,
    statement_text,
)

LEAD = Quote("Our\ncookies:", 0, 9)
CITATION = Citation(
    1, "p-0002", ("Cookies", "Ours"), "We set none.", 10, 22, "https://example.org/#:~:text=We", (LEAD,)
)


def answer(outcome: Outcome = Outcome.ANSWERED, citations: tuple[Citation, ...] = (CITATION,), **fields: Any) -> Answer:
    record: dict[str, Any] = {
        "question": "Do you set cookies?",
        "outcome": outcome,
        "opening": "No.",
        "citations": citations,
        "warnings": (QuestionWarning("personal_data", ("email", "phone")),),
        "confidence": 0.876543,
        "policy_version": PolicyVersion("p", "0123456789ab", "2023-06-13", None),
        "seconds": 0.00123456789,
    }
    return Answer(**(record | fields))


def test_an_answer_without_a_citation_is_refused() -> None:
    with pytest.raises(ValueError, match="if and only if it has citations"):
        answer(citations=())


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.ANSWERED])
def test_only_answered_has_citations(outcome: Outcome) -> None:
    assert answer(outcome, citations=()).outcome is outcome
    with pytest.raises(ValueError, match="if and only if it has citations"):
        answer(outcome)


def test_only_an_answer_without_citations_has_related_statements() -> None:
    """They are no part of the text: read on after "I did not find this", they would seem to answer."""
    silent = answer(Outcome.NOT_COVERED, (), opening="Not found.", related=(CITATION,))
    assert (silent.text, [citation for citation, _ in silent.shown]) == ("Not found.", [CITATION])
    with pytest.raises(ValueError, match="has no related"):
        answer(related=(CITATION,))


def test_each_of_several_questions_is_answered_under_its_own_words() -> None:
    second = dataclasses.replace(CITATION, number=2, quote="We sell none.", start=30, end=43, context=())
    parts = (
        AnswerPart("Do you set cookies?", Outcome.ANSWERED, "No.", (1,)),
        AnswerPart("Do you sell them?", Outcome.ANSWERED, "", (2,)),
        AnswerPart("Why?", Outcome.NOT_COVERED, "Not found.", ()),
    )
    both = answer(citations=(CITATION, second), parts=parts)
    assert both.text.splitlines() == [
        "Do you set cookies? No. Our cookies: We set none. [1]",
        "Do you sell them? We sell none. [2]",
        "Why? Not found.",
    ]


def test_the_answer_to_each_of_several_questions_is_as_to_it_alone() -> None:
    near = dataclasses.replace(CITATION, number=2, start=30, end=43, context=())
    parts = (
        AnswerPart("Cookies?", Outcome.ANSWERED, "No.", (1,), confidence=0.5, verdict="no", reviewed="2026-11-20"),
        AnswerPart("Why?", Outcome.NOT_COVERED, "Not found.", (), related=(near, near), read_as="why no cookies?"),
    )
    both = answer(opening="", parts=parts, warnings=(QuestionWarning("hidden_characters"),), suggestions=("Why?",))
    (heading, cookies), (_, why) = both.by_question
    assert (heading, cookies.opening, cookies.citations) == ("Cookies?", "No.", (CITATION,))
    assert (cookies.verdict, cookies.reviewed, cookies.is_doubtful) == ("no", "2026-11-20", True)
    assert (why.outcome, why.read_as, why.related) == (Outcome.NOT_COVERED, "why no cookies?", (near, near))
    assert [(each.warnings, each.suggestions) for each in (cookies, why)] == [((), ())] * 2
    assert (both.nearest, both.is_doubtful) == ((near,), False)
    one = answer()
    assert one.by_question == [("", one)]


def test_the_json_of_a_part_has_exactly_the_public_fields() -> None:
    route = Contact("route", "the registry", "https://example.org/", {"es": "el registro"})
    part = AnswerPart(
        "Why?",
        Outcome.OFF_TOPIC,
        "Not here.",
        (),
        to_search="why",
        route=route,
        confidence=0.12345,
        related=(CITATION,),
        read_as="why no cookies?",
    )
    assert answer(parts=(part,), language="es").to_json()["parts"] == [
        {
            "question": "Why?",
            "outcome": "off_topic",
            "opening": "Not here.",
            "citations": [],
            "verdict": None,
            "reviewed": None,
            "completeness": None,
            "related": [CITATION.to_json()],
            "read_as": "why no cookies?",
            "act": None,
            "route": {"name": "el registro", "url": "https://example.org/"},
            "confidence": 0.1235,
        }
    ]


def test_replace_cannot_break_the_rule() -> None:
    with pytest.raises(ValueError, match="if and only if"):
        dataclasses.replace(answer(), citations=())


def test_answer_json_has_exactly_the_public_fields() -> None:
    assert answer().to_json() == {
        "question": "Do you set cookies?",
        "outcome": "answered",
        "text": "No. Our cookies: We set none. [1]",
        "opening": "No.",
        "language": "en",
        "citations": [
            {
                "number": 1,
                "quote": "We set none.",
                "start": 10,
                "end": 22,
                "context": [{"quote": "Our\ncookies:", "start": 0, "end": 9}],
                "section": "Ours",
                "passage_id": "p-0002",
                "url": "https://example.org/#:~:text=We",
                "links": [],
            }
        ],
        "verdict": None,
        "reviewed": None,
        "completeness": None,
        "related": [],
        "topics": [],
        "suggestions": [],
        "read_as": None,
        "parts": [],
        "act": None,
        "route": None,
        "warnings": [{"code": "personal_data", "kinds": ["email", "phone"]}],
        "confidence": 0.8765,
        "policy": {"id": "p", "version": "0123456789ab", "effective": "2023-06-13", "updated": None, "language": "en"},
        "seconds": 0.001235,
    }


def test_an_answer_survives_a_json_round_trip() -> None:
    record = answer().to_json()
    assert json.loads(json.dumps(record)) == record


def test_a_citation_outside_any_heading_has_an_empty_section() -> None:
    assert dataclasses.replace(CITATION, headings=()).to_json()["section"] == ""


def test_outcomes_are_the_documented_closed_set() -> None:
    assert {str(outcome) for outcome in Outcome} == {
        "answered",
        "not_covered",
        "off_topic",
        "small_talk",
        "empty",
        "too_long",
        "unsupported_language",
        "urgent",
        "error",
    }


def test_types_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer().opening = "Something else."  # type: ignore[misc]


def test_a_section_is_found_by_its_id() -> None:
    policy = parse_policy("Title\n\nCookies\n\nWe set none.", id="p")
    assert policy.section(policy.sentences[0].section_id).headings == ("Cookies",)
    with pytest.raises(KeyError):
        policy.section("s99")


def words(text: str, start: int, *, neighbor: bool = False) -> Quote:
    return Quote(text, start, start + len(text), neighbor)


@pytest.mark.parametrize(
    ("context", "quote", "statement"),
    [
        ([], "We  sell\nnothing.", "We sell nothing."),
        ([words("We will not:", 0)], "sell your data", "We will not: sell your data"),
        ([words("What we never do", 0)], "sell your data", "What we never do: sell your data"),
        ([words("Do you sell it?", 0)], "No.", "Do you sell it? No."),
        ([words("We will not", 0), words("sell, except:", 20)], "to Bob", "We will not: sell, except: to Bob"),
        ([words("Kept:", 0), words("What | How long", 20)], "Name | 1 year", "Kept: What: Name; How long: 1 year"),
        ([words("What | How long", 0)], "Name | 1 year | here", "What | How long: Name | 1 year | here"),
        ([words("| Why | How long", 0)], "Name | | 1 year", "Name; How long: 1 year"),
        ([words("We share it with:", 0), words("if you agree.", 200)], "Bob", "We share it with: Bob if you agree."),
        ([words("We use Matomo", 0, neighbor=True)], "These tools help.", "We use Matomo. These tools help."),
        ([words("It ends “here.”", 0, neighbor=True)], "It helps.", "It ends “here.” It helps."),
        ([words("But Bob may see it.", 200, neighbor=True)], "No one sees it", "No one sees it. But Bob may see it."),
    ],
)
def test_a_statement_is_its_words_and_its_context(context: list[Quote], quote: str, statement: str) -> None:
    assert statement_text(words(quote, 100), context) == statement


def cited(number: int, text: str, start: int, *context: Quote) -> Citation:
    return Citation(number, f"p-{number}", (), text, start, start + len(text), None, context)


SELLS = words("We sell nothing.", 100, neighbor=True)
SOLD: tuple[str, int, list[Quote]] = ("We sell nothing.", 300, [])
EXCEPT = words("However, the law may ask us.", 120, neighbor=True)


@pytest.mark.parametrize(
    ("citations", "text"),
    [
        ([("We sell nothing.", 100, [])], "We sell nothing. [1]"),
        # What a quote depends on is not shown again if it is right before it.
        (
            [("We sell nothing.", 100, [EXCEPT]), (EXCEPT.quote, 120, [SELLS])],
            "We sell nothing. [1] However, the law may ask us. [2]",
        ),
        (
            [("We sell nothing.", 100, []), ("It ends.", 500, []), (EXCEPT.quote, 120, [SELLS])],
            "We sell nothing. [1] It ends. [2] We sell nothing. However, the law may ask us. [3]",
        ),
        # The line above a list is shown with each item that says something else without it.
        (
            [("sell it", 100, [words("We will not:", 0)]), ("lend it", 120, [words("We will not:", 0)])],
            "We will not: sell it [1] We will not: lend it [2]",
        ),
        (
            [("if you agree", 100, [words("We share it only:", 0)]), ("at once", 120, [words("We share it only:", 0)])],
            "We share it only: if you agree [1] We share it only: at once [2]",
        ),
        # Otherwise it is shown once, unless there is something else between the items.
        (
            [("a name", 100, [words("We keep:", 0)]), ("an age", 120, [words("We keep:", 0), words("Also.", 115)])],
            "We keep: a name [1] Also. an age [2]",
        ),
        (
            [("a name", 100, [words("We keep:", 0)]), SOLD, ("an age", 120, [words("We keep:", 0)])],
            "We keep: a name [1] We sell nothing. [2] We keep: an age [3]",
        ),
        # A sentence may also depend on the item before it.
        (
            [("a name", 100, [words("We keep:", 0)]), ("It ends.", 120, [words("We keep:", 0), words("a name", 100)])],
            "We keep: a name [1] It ends. [2]",
        ),
        (
            [
                ("a map", 80, [words("We keep:", 0)]),
                ("a name.", 100, [words("We keep:", 0)]),
                ("It ends.", 120, [words("We keep:", 0), words("a name.", 100)]),
            ],
            "We keep: a map [1] a name. [2] It ends. [3]",
        ),
        # Each row of a table has the heads of its columns.
        (
            [("Name | 1 year", 100, [words("What | Until", 0)]), ("Age | 2 years", 120, [words("What | Until", 0)])],
            "What: Name; Until: 1 year [1] What: Age; Until: 2 years [2]",
        ),
        # All of a chain, or the part that is missing so far.
        (
            [("We sell nothing.", 100, [EXCEPT]), ("For this reason, we ask.", 200, [SELLS, EXCEPT])],
            "We sell nothing. However, the law may ask us. [1] For this reason, we ask. [2]",
        ),
        (
            [("We sell nothing.", 100, []), ("For this reason, we ask.", 200, [SELLS, EXCEPT])],
            "We sell nothing. [1] However, the law may ask us. For this reason, we ask. [2]",
        ),
    ],
)
def test_an_answer_shows_no_words_twice_in_a_row(citations: list[tuple[str, int, list[Quote]]], text: str) -> None:
    shown = [cited(number, quote, start, *context) for number, (quote, start, context) in enumerate(citations, start=1)]
    assert answer_text("", shown) == text
    assert all(list(c.context) == context for c, (_, _, context) in zip(shown, citations, strict=True))

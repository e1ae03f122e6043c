from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from bot.pipeline import Bot
from bot.types import Citation, Findings, Hit, Outcome, Passage
from bot.understanding.follow_ups import is_follow_up, says_nothing
from bot.understanding.names import OwnNames
from bot.understanding.spelling import Spelling
from bot.understanding.understand import (
    Asked,
    AskedPart,
    are_two,
    better_reading,
    has_two_readings,
    is_better,
    is_new,
    may_answer,
    may_be_about_earlier,
    needed_history,
    needs_other_reading,
    silent_on_all,
    understand,
)
from bot.wording import fixed_text

FIRST = "Do you store my IP address?"


@pytest.mark.parametrize(
    "question",
    [
        "and for how long?",
        "What about cookies?",
        "why?",
        "who else can see them?",
        "for how many years?",
        "under any circumstances",
        "my email too",
        "is that legal?",
        "can I refuse?",
        "who else can read and copy those records?",
        "why not store addresses?",
        "How about children under thirteen years of age visiting your website?",
        "",
    ],
)
def test_a_follow_up_is_read_with_the_question_before_it(question: str) -> None:
    assert is_follow_up(question)
    assert needed_history(question, [FIRST]) == (FIRST,)


@pytest.mark.parametrize(
    "question",
    [
        "Do you sell personal information to advertisers?",
        "How long are server logs kept by Mass.gov?",
        "Which third-party tools collect analytics data on the website?",
        "If I disable it, will the persistent cookies that this website stores on my computer still be there?",
    ],
)
def test_a_complete_question_is_read_alone(question: str) -> None:
    assert not is_follow_up(question)
    assert needed_history(question, [FIRST]) == ()


def test_without_history_only_the_question_is_read() -> None:
    assert needed_history("and for how long?", []) == ()


def test_a_chain_of_follow_ups_reaches_back_to_a_complete_question() -> None:
    assert needed_history("why?", [FIRST, "and then?"]) == (FIRST, "and then?")
    assert needed_history("why?", ["and then?", FIRST]) == (FIRST,)


def test_a_chain_of_follow_ups_reaches_back_at_most_two_questions() -> None:
    assert needed_history("why?", [FIRST, "really?", "and then?"]) == ("really?", "and then?")


def test_a_question_that_says_nothing_is_skipped() -> None:
    assert needed_history("and if so?", ["no banner, right", "really?", "what for?"]) == ("no banner, right", "really?")
    assert needed_history("and if so?", ["what for?"]) == ("what for?",)


def test_an_earlier_question_with_the_words_that_it_left_out_needs_none_before_it() -> None:
    assert needed_history("why?", [FIRST, "and for how long?"]) == ("for how long do you store my IP address?",)


NO_NAMES, NO_SPELLING = OwnNames(()), Spelling("")


def read(question: str, history: Sequence[str]) -> Asked:
    (part,) = understand(question, history, NO_NAMES, NO_SPELLING).parts
    return part.asked


def test_the_question_is_read_after_the_one_it_follows() -> None:
    asked = read("and then?", [FIRST])
    assert asked == Asked("and then?", (FIRST,))
    assert asked.in_full == f"{FIRST} and then?"


def test_a_question_with_the_words_that_it_leaves_out_is_one_question() -> None:
    assert read("and for how long?", [FIRST]) == Asked("for how long do you store my IP address?")
    assert read("what about advertisers visiting your website", [FIRST]).earlier == (FIRST,)


def test_a_completed_question_is_shown_in_the_words_of_the_visitor_and_read_in_those_of_the_bot() -> None:
    (part,) = understand(
        "and my photos?", ["does Maple Bakery sell my name"], OwnNames(["Maple Bakery"]), NO_SPELLING
    ).parts
    assert part.asked == Asked("do you sell my photos?")
    assert part.shown == "and my photos?"
    assert part.read_as(part.asked, "and my photos?") == "Does Maple Bakery sell my photos?"


def test_spelling_is_repaired_in_earlier_questions_too() -> None:
    spelling = Spelling(
        "Cookies and addresses", ["do you keep my address", "can I turn off cookies", "and who sees it"] * 9
    )
    understood = understand("adn cokies?", ["do you keep my adress"], NO_NAMES, spelling)
    assert understood.parts[0].completed == "do you keep my cookies?"
    assert understood.repaired == "and cookies?"


def test_a_misspelled_name_of_the_owner_means_you() -> None:
    names = ["Maple Bakery"]
    spelling = Spelling("Maple Bakery sells bread.", ["do you sell my data"] * 9)
    (part,) = understand("does maple bakrey sell my dtaa", (), OwnNames(names), spelling).parts
    assert part.asked.question == "do you sell my data"
    assert part.shown == "does maple bakery sell my data"


def test_a_question_is_shown_as_it_was_read_only_if_that_differs() -> None:
    part = AskedPart("and why", Asked("and why", ("do you log it", FIRST)))
    assert part.read_as(part.asked, "and why") is None  # it needs the question before
    assert part.read_as(part.asked.alone, "and why") is None
    assert part.read_as(part.asked.alone, "adn why") == "Why?"


@pytest.mark.parametrize(
    "question",
    [
        "and how long will you keep my fishing license number?",
        "But if I send a photo in a form, who sees that photo?",
        "Can I turn off those cookies?",
    ],
)
def test_a_full_question_stands_alone(question: str) -> None:
    assert read(question, ["do you speak Spanish"]) == Asked(question)


def test_what_is_done_is_found_in_a_wish_to_know_how() -> None:
    history = ["I am blind and I want to know how to turn off tracking"]
    assert read("does that work on my phone?", history) == Asked("does turning off tracking work on my phone?")


def test_a_question_about_he_keeps_the_question_that_says_who() -> None:
    history = ["I wrote a letter about my landlord. Does he see my name?"]
    assert read("can he share it?", history) == Asked("can he share my name?", tuple(history))


def test_each_of_several_questions_follows_the_ones_before() -> None:
    understood = understand("do you store my IP address and how long do you keep it?", (), NO_NAMES,
                            NO_SPELLING)  # fmt: skip
    assert [part.asked for part in understood.parts] == [
        Asked("do you store my IP address"),
        Asked("how long do you keep my IP address?"),
    ]


@pytest.mark.parametrize("question", ["and for how long?", "who can see them?", "why?", "what is it used for"])
def test_a_question_that_says_nothing_alone_has_one_reading(question: str) -> None:
    assert not has_two_readings(Asked(question, (FIRST,)))


@pytest.mark.parametrize(
    "question",
    ["who gets my data", "is this site safe", "is there a fee", "what about cookies", "is it safe to use other sites"],
)
def test_a_question_that_may_be_complete_has_two(question: str) -> None:
    assert has_two_readings(Asked(question, (FIRST,)))
    assert not has_two_readings(Asked(question))
    assert not has_two_readings(Asked("is that site yours", (FIRST,)))


SILENT = Findings(Outcome.NOT_COVERED, 0.9, silent_on=("fax",))
ALSO_SILENT = Findings(Outcome.NOT_COVERED, 0.8, silent_on=("telex",))

OFF_TOPIC = Findings(Outcome.OFF_TOPIC, 0.9)


def found(quote: str | None, relevance: float = 0.9, confidence: float = 0.9) -> Findings:
    if quote is None:
        return Findings(Outcome.NOT_COVERED, confidence)
    passage = Passage(0, quote, "", "", (), quote, 0, 1, quote)
    citation = Citation(1, quote, (), quote, 0, 1, None)
    return Findings(Outcome.ANSWERED, confidence, (Hit(passage, 0.5, relevance),), (citation,))


@pytest.mark.parametrize(
    ("question", "together", "alone", "is_alone"),
    [
        ("who gets my data", found("given"), found("other", 0.1), True),  # never the answer just given
        ("who gets my data", found("third", 0.5), found("other", 0.9), True),
        ("who gets my data", found("third", 0.9), found("other", 0.5), False),
        ("who gets my data", found(None, confidence=0.6), found("other"), True),
        ("who gets my data", found(None, confidence=0.5), found("other", confidence=0.6), False),  # a guess
        ("who gets my data", found("third", confidence=0.6), found(None, confidence=0.9), True),
        ("who gets my data", found("third", confidence=0.9), found(None, confidence=0.6), False),
        ("what about cookies", found("third", 0.5), found("other", 0.9), False),
        ("what about cookies", found("given"), found("other"), True),
        ("what about cookies", found(None), found(None), False),
        ("what about cookies", found("third", 0.9), found("third", 0.5), True),  # the same answer needs no other words
        ("what about cookies today", found("given"), found(None, confidence=0.6), False),  # it is true of both
        ("what about cookies today", found("given", confidence=0.5), found(None, confidence=0.6), True),
        ("can I say no", found(None, confidence=0.5), OFF_TOPIC, False),
        ("can I renew my license", found(None, confidence=0.5), OFF_TOPIC, True),
        ("so what do you keep", found("third", 0.9), found("other", 0.1), True),  # it leaves out nothing
        ("who gets my data", SILENT, SILENT, True),
        ("who gets my data", SILENT, ALSO_SILENT, False),
    ],
)
def test_the_better_reading_wins(question: str, together: Findings, alone: Findings, is_alone: bool) -> None:
    asked = Asked(question, (FIRST,))
    chosen = better_reading(asked, together, alone, found("given"))
    assert chosen == ((asked.alone, alone) if is_alone else (asked, together))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how long?", True),
        ("and for how long exactly", True),
        ("who", True),
        ("can I", True),
        ("what about them?", True),
        ("ok, when?", True),
        ("how often do you", False),
        ("where are you", False),
        ("who are you", False),
        ("cookies?", False),
        ("is it safe", False),
        ("who sees it", False),
        ("", False),
    ],
)
def test_a_question_word_alone_says_nothing(question: str, expected: bool) -> None:
    assert says_nothing(question) is expected


@pytest.mark.parametrize("question", ["how long", "Where?", "can you", "when"])
def test_a_question_that_says_nothing_is_asked_back(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert (answer.outcome, answer.citations, answer.related) == (Outcome.SMALL_TALK, (), ())
    assert answer.text == fixed_text("small_talk", bot.bundle.policy)
    assert bot.ask("how long").suggestions[0] == "How long do you keep my IP address?"


def test_after_another_question_it_says_something(bot: Bot) -> None:
    assert bot.ask("how long?", ["do you keep my ip address"]).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("whole", "halves", "expected"),
    [
        (found(None), (SILENT, ALSO_SILENT), True),
        (found(None), (found("a"), SILENT), True),
        (found(None), (found("a"), found("b")), True),
        (found(None), (SILENT, SILENT), False),  # one thing in two words
        (found(None), (found("a"), found("a")), False),
        (found(None), (found("a"), found(None)), True),
        (found(None), (found("a"), Findings(Outcome.OFF_TOPIC, 0.9)), False),
        (found(None), (found("a"), found("b", confidence=0.5)), False),
        (found("a"), (found("a"), found("b")), True),
        (found("a"), (found("a"), found("a")), False),
        (found("a"), (found("a"), SILENT), False),
    ],
)
def test_a_question_is_two_if_its_halves_have_other_answers(
    whole: Findings, halves: Sequence[Findings], expected: bool
) -> None:
    assert are_two(whole, halves) is expected


def test_silence_on_two_things_is_one_answer() -> None:
    both = silent_on_all([SILENT, ALSO_SILENT])
    assert (both.outcome, both.silent_on, both.confidence) == (Outcome.NOT_COVERED, ("fax", "telex"), 0.8)


@pytest.mark.parametrize(
    ("after", "earlier", "expected"),
    [
        (found("a"), found("b"), True),
        (SILENT, found("b"), True),
        (found("a", confidence=0.7), found("b"), False),
        (found(None), found("b"), False),
        (found("a"), found("a"), False),  # the answer to the earlier question
        (SILENT, SILENT, False),
    ],
)
def test_a_question_is_about_an_earlier_one_if_that_gives_it_an_answer(
    after: Findings, earlier: Findings, expected: bool
) -> None:
    assert (may_answer(after) and is_new(after, earlier)) is expected


@pytest.mark.parametrize(
    ("nothing", "another", "earlier"),
    [
        (found(None, confidence=0.6), True, True),
        (OFF_TOPIC, True, True),
        (found(None, confidence=0.97), True, False),  # surely about something else
        (SILENT, False, False),
        (found("a", confidence=0.6), False, False),
    ],
)
def test_only_what_is_not_found_is_read_in_another_way(nothing: Findings, another: bool, earlier: bool) -> None:
    assert needs_other_reading(nothing) is another
    assert may_be_about_earlier(nothing) is earlier


def test_a_question_is_not_asked_again_in_the_same_words() -> None:
    (part,) = understand("my number is 5. how do I get a copy?", [], NO_NAMES, NO_SPELLING).parts
    assert [other.asked.question for other in part.others(NO_NAMES)] == ["how do I get a copy?"]
    assert dataclasses.replace(part, asked=Asked("how do I get a copy?")).others(NO_NAMES) == ()


def test_only_a_short_question_may_be_about_any_earlier_one() -> None:
    def after(question: str, history: Sequence[str]) -> tuple[Asked, ...]:
        (part,) = understand(question, history, NO_NAMES, NO_SPELLING).parts
        return part.after

    assert after("is there a fee", [FIRST, "and why?"]) == (
        Asked("is there a fee", ("why do you store my IP address?",)),
        Asked("is there a fee", (FIRST,)),
    )
    assert len(after("is there a fee", [FIRST] * 6)) == 4
    assert after("is there a fee for a fishing license", [FIRST]) == ()
    assert after("and then?", [FIRST]) == ()


def test_another_reading_has_to_be_answered_and_surer() -> None:
    assert is_better(found("a", confidence=0.7), found(None, confidence=0.6))
    assert not is_better(found("a", confidence=0.5), found(None, confidence=0.6))
    assert not is_better(found(None, confidence=0.9), found(None, confidence=0.6))

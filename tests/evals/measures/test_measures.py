"""Checks each measure on examples that are small enough to compute by hand."""

import dataclasses
import hashlib

import pytest

from bot.types import Span
from evals.measures.aggregates import aggregate, calibration_error, confusion, macro_f1
from evals.measures.answers import score
from evals.measures.normalized import NormalizedText, gold_spans
from evals.measures.spans import overlaps
from evals.sets.cases import Case
from evals.sets.companions import Companion

# Offsets:  0         10        20        30
TEXT = "0123456789abcdefghijABCDEFGHIJzyxwvutsrq"
FIRST, SECOND, THIRD, FOURTH = TEXT[0:10], TEXT[10:20], TEXT[20:30], TEXT[30:40]


def case(kind="answerable", evidence=((FIRST,),), must_include=(), yes_no=None, difficulty="easy"):
    return Case("c1", "a question?", (), kind, evidence, must_include, yes_no, difficulty)


def answered(*quotes, text=None, **fields):
    citations = [{"quote": q, "start": TEXT.find(q), "end": TEXT.find(q) + len(q)} for q in quotes]
    words = " ".join(quotes) if text is None else text
    return {"outcome": "answered", "text": words, "citations": citations, "confidence": 0.9, "seconds": 0.5} | fields


def refused(outcome="not_covered", **fields):
    return {"outcome": outcome, "text": "…", "citations": [], "confidence": 0.8, "seconds": 0.1} | fields


def measure(a_case, answer):
    return score(a_case, answer, TEXT, NormalizedText(TEXT))


def test_a_perfect_answer():
    found = measure(case(), answered(FIRST))
    perfect = dict.fromkeys(("hit_at_1", "hit_at_3", "recall", "precision", "f1", "complete", "outcome_right"), 1.0)
    assert {name: getattr(found, name) for name in perfect} == perfect
    assert (found.fabricated, found.offsets_wrong, found.cited_characters) == (0, 0, 10)


@pytest.mark.parametrize(
    ("cited", "gold", "right"),
    [
        (Span(0, 10), Span(5, 15), True),  # exactly half
        (Span(0, 10), Span(6, 16), False),  # 4 of 10
        (Span(0, 40), Span(8, 12), True),  # the shorter one counts
        (Span(8, 12), Span(10, 40), True),
        (Span(0, 10), Span(10, 20), False),  # they only touch
        (Span(0, 10), Span(20, 30), False),
    ],
)
def test_overlap_is_half_of_the_shorter(cited, gold, right):
    assert overlaps(cited, gold) is right


def test_only_the_second_citation_is_right():
    found = measure(case(), answered(SECOND, FIRST))
    assert (found.hit_at_1, found.hit_at_3) == (0.0, 1.0)
    assert (found.recall, found.precision) == (1.0, 0.5)
    assert found.f1 == pytest.approx(2 / 3)


def test_the_fourth_citation_is_too_late():
    found = measure(case(evidence=((FOURTH,),)), answered(FIRST, SECOND, THIRD, FOURTH))
    assert (found.hit_at_3, found.complete) == (0.0, 1.0)


def test_all_evidence_is_needed_to_be_complete():
    found = measure(case(evidence=((FIRST, SECOND),)), answered(FIRST))
    assert (found.hit_at_1, found.recall, found.complete) == (1.0, 0.5, 0.0)


def test_half_of_each_passage_is_enough_to_be_complete():
    found = measure(case(evidence=((FIRST, SECOND),)), answered(TEXT[5:15]))
    assert (found.recall, found.complete) == (0.5, 1.0)


def test_an_alternative_is_enough_alone():
    found = measure(case(evidence=((FIRST, SECOND), (THIRD,))), answered(THIRD))
    assert (found.hit_at_1, found.recall, found.complete, found.precision) == (1.0, 1.0, 1.0, 1.0)


def test_halves_of_two_alternatives_are_not_complete():
    found = measure(case(evidence=((FIRST, SECOND), (THIRD, FOURTH))), answered(FIRST, THIRD))
    assert (found.recall, found.complete) == (0.5, 0.0)


def test_characters_cited_twice_count_once():
    found = measure(case(), answered(FIRST, FIRST))
    assert (found.cited_characters, found.precision) == (10, 1.0)


def test_a_missing_answer_is_wrong_everywhere():
    found = measure(case(must_include=("3",)), {})
    zero = ("outcome_right", "hit_at_1", "hit_at_3", "recall", "precision", "f1", "complete", "facts")
    assert {getattr(found, name) for name in zero} == {0.0}
    assert found.confidence == 0.0


def test_right_citations_without_an_answer_are_no_hit_at_3():
    found = measure(case(), answered(FIRST, outcome="not_covered"))
    assert (found.hit_at_3, found.outcome_right) == (0.0, 0.0)


def test_measures_that_do_not_apply_are_none():
    found = measure(case(kind="off_topic", evidence=()), refused("off_topic"))
    assert found.outcome_right == 1.0
    assert (found.hit_at_1, found.recall, found.facts, found.right_yes_no, found.bait_answered) == (None,) * 5


def test_small_talk_counts_as_off_topic():
    found = measure(case(kind="off_topic", evidence=()), refused("small_talk"))
    assert (found.outcome, found.outcome_right) == ("off_topic", 1.0)


def test_bait_may_be_answered_only_if_it_contains_a_question():
    assert measure(case("injection", ()), answered(FIRST)).bait_answered == 1.0
    assert measure(case("injection", ()), refused()).bait_answered == 0.0
    assert measure(case("sensitive", ((FIRST,),)), answered(FIRST)).bait_answered is None
    assert measure(case("sensitive", ((FIRST,),)), answered(FIRST)).outcome_right is None


def test_facts_are_found_in_text_and_quotes_in_any_letter_case():
    wanted = case(must_include=("abc", "in the text"))
    assert measure(wanted, answered(SECOND, text="In  the\ntext")).facts == 1.0
    assert measure(wanted, answered(SECOND, text="")).facts == 0.0
    assert measure(case(), answered(FIRST)).facts is None


@pytest.mark.parametrize(
    ("yes_no", "text", "right", "wrong"),
    [
        ("yes", "Yes. 0123", 1.0, 0.0),
        ("no", "Yes. 0123", 0.0, 1.0),
        ("depends", "It depends. 0123", 1.0, 0.0),
        ("yes", "0123", 0.0, 0.0),
        (None, "No. 0123", None, 1.0),
        (None, "0123", None, None),
        (None, "Nothing begins like this", None, None),
    ],
)
def test_yes_and_no(yes_no, text, right, wrong):
    found = measure(case(yes_no=yes_no), answered(FIRST, text=text))
    assert (found.right_yes_no, found.wrong_yes_no) == (right, wrong)


def test_a_yes_is_not_wrong_if_nobody_labeled_what_is_right():
    unlabeled = dataclasses.replace(case(), yes_no_labeled=False)
    found = measure(unlabeled, answered(FIRST, text="Yes. 0123"))
    assert (found.right_yes_no, found.wrong_yes_no) == (None, None)


def test_a_quote_that_begins_with_no_is_not_a_no():
    quoted = answered(FIRST, text="No cookies are set.", opening="")
    assert measure(case(yes_no="yes"), quoted).wrong_yes_no == 0.0
    assert measure(case(yes_no=None), quoted).wrong_yes_no is None
    assert measure(case(yes_no="no"), quoted | {"opening": "No."}).right_yes_no == 1.0


def test_a_quote_that_is_not_in_the_policy_is_fabricated():
    found = measure(case(), {**answered(FIRST), "citations": [{"quote": "never said", "start": 0, "end": 10}]})
    assert (found.fabricated, found.offsets_wrong, found.hit_at_1, found.precision) == (1, 1, 0.0, 0.0)


def test_a_wrong_offset_counts_separately_from_a_wrong_citation():
    found = measure(case(), {**answered(FIRST), "citations": [{"quote": FIRST, "start": 1, "end": 11}]})
    assert (found.fabricated, found.offsets_wrong, found.hit_at_1) == (0, 1, 1.0)


def test_white_space_is_normalized_and_offsets_are_those_of_the_original():
    normalized = NormalizedText("one \u00a0two\n\nthree")
    assert normalized.find("two three") == Span(5, 15)
    assert normalized.find(" two\tthree ") == Span(5, 15)
    assert normalized.find("four") is None
    assert normalized.find("  ") is None


def test_gold_that_is_not_in_the_policy_is_refused():
    with pytest.raises(ValueError, match="c1"):
        gold_spans(case(evidence=(("not there",),)), NormalizedText(TEXT))


def test_macro_f1():
    pairs = [("answered", "answered"), ("answered", "answered"), ("answered", "off_topic"), ("off_topic", "off_topic")]
    # answered: precision 1, recall 2/3 -> 0.8; off_topic: precision 1/2, recall 1 -> 2/3.
    assert macro_f1(pairs) == pytest.approx((0.8 + 2 / 3) / 2)
    assert macro_f1([("answered", "error")]) == 0.0
    assert macro_f1([]) is None


def test_calibration_error():
    # Two bins of two: |0.2 - 0| * 2 and |0.9 - 0.5| * 2, over 4.
    assert calibration_error([0.1, 0.3, 0.8, 1.0], [False, False, True, False], bins=2) == pytest.approx(0.3)
    assert calibration_error([1.0, 1.0], [True, True]) == 0.0
    assert calibration_error([], []) is None


def test_each_mean_is_over_the_cases_to_which_the_measure_applies():
    scores = [
        measure(case(), answered(FIRST)),
        measure(case(), refused()),
        measure(case("not_covered", ()), answered(FIRST)),
        measure(case("off_topic", ()), refused("off_topic")),
        measure(case("injection", ()), refused("error")),
    ]
    found = aggregate(scores)
    assert found["questions"] == 5
    assert found["hit@1"] == 0.5
    assert found["outcome_right"] == 0.5
    assert (found["answerable_refused"], found["not_covered_answered"], found["off_topic_answered"]) == (0.5, 1.0, 0.0)
    assert (found["bait_answered"], found["errors"], found["fabricated_quotes"]) == (0.0, 1, 0)
    assert found["facts"] is None
    assert found["outcome_macro_f1"] == pytest.approx((0.5 + 0.0 + 1.0) / 3)


def test_aggregate_of_nothing():
    found = aggregate([])
    assert found["questions"] == 0
    assert found["hit@1"] is None
    assert found["seconds_p50"] is None


def test_confusion_counts_outcomes_by_kind():
    first = measure(case(), answered(FIRST))
    assert confusion([first, first, dataclasses.replace(first, outcome="error")]) == {
        "answerable": {"answered": 2, "error": 1}
    }


def related(*quotes):
    return {"related": [{"quote": q, "start": TEXT.find(q), "end": TEXT.find(q) + len(q)} for q in quotes]}


def test_a_refusal_may_have_the_answer_among_the_nearest_passages():
    scores = [
        measure(case(), answered(SECOND)),
        measure(case(), refused()),
        measure(case(), refused(**related(SECOND))),
        measure(case(), refused("off_topic", **related(SECOND, FIRST))),
        measure(case("not_covered", ()), refused()),
    ]
    assert [s.without_related for s in scores] == [0.0, 1.0, 1.0, 0.0, None]
    of_parts = refused(parts=[{"related": []}, related(FIRST)])
    assert measure(case(), of_parts).without_related == 0.0
    found = aggregate(scores)
    assert (found["answerable_refused"], found["refused_without_related"]) == (0.75, 0.5)


def test_silence_and_off_topic_are_not_confused():
    silent, elsewhere = case("not_covered", ()), case("off_topic", ())
    found = aggregate(
        [
            measure(silent, refused("off_topic")),
            measure(silent, refused("not_covered")),
            measure(elsewhere, refused("not_covered")),
            measure(elsewhere, refused("small_talk")),
            measure(elsewhere, refused("off_topic")),
            measure(elsewhere, refused("off_topic")),
        ]
    )
    assert (found["not_covered_called_off_topic"], found["off_topic_called_not_covered"]) == (0.5, 0.25)


def test_a_plain_sentence_counts_if_it_was_reviewed_and_is_wrong_if_a_person_said_so():
    judged = {(hashlib.sha256(b"a question?").hexdigest(), "No."): False}

    def given(opening, reviewed, a_case=None):
        answer = answered(FIRST, opening=opening, reviewed=reviewed)
        return score(a_case or case(), answer, TEXT, NormalizedText(TEXT), judged=judged)

    scores = [
        given("No.", "2026-11-27"),
        given("Yes.", "2026-11-27"),
        given("No.", None),
        given("", "2026-11-27"),
        given("No.", "2026-11-27", case("not_covered", ())),
        measure(case(), refused()),
    ]
    assert [s.plain_given for s in scores] == [1.0, 1.0, 0.0, 0.0, None, None]
    assert [s.plain_wrong for s in scores] == [1.0, None, None, None, None, None]
    found = aggregate(scores)
    assert (found["plain_sentence"], found["plain_sentence_judged"], found["plain_sentence_wrong"]) == (0.5, 0.5, 1.0)


def test_a_plain_sentence_of_a_part_counts_too():
    sha = hashlib.sha256(b"a question?").hexdigest()
    judged = {(sha, "Yes."): True, (sha, "No."): False}

    def part(opening, outcome="answered", reviewed="2026-11-27"):
        return {"opening": opening, "outcome": outcome, "reviewed": reviewed, "citations": [1]}

    def given(*parts):
        return score(case(), answered(FIRST, opening="", parts=parts), TEXT, NormalizedText(TEXT), judged=judged)

    scores = [
        given(part("Yes."), part("")),
        given(part("Yes."), part("No.")),
        given(part("Maybe."), part("Not found.", "not_covered", None)),
        given(part("No.", "not_covered"), part("Mine.", reviewed=None)),
    ]
    assert [(s.plain_given, s.plain_wrong) for s in scores] == [(1.0, 0.0), (1.0, 1.0), (1.0, None), (0.0, None)]


def test_companions_count_only_for_answers_that_need_them():
    companions = (Companion(Span(0, 10), ((Span(10, 20),),)),)
    scores = [
        score(case(), answer, TEXT, NormalizedText(TEXT), companions)
        for answer in (answered(FIRST), answered(FIRST, SECOND), answered(THIRD), refused())
    ]
    assert [s.companions for s in scores] == [0.0, 1.0, None, None]
    found = aggregate(scores)
    assert (found["companions_needed"], found["companions_cited"]) == (2, 0.5)


def test_an_answer_may_show_how_it_read_the_question():
    found = aggregate([measure(case(), answered(FIRST, read_as="a question?")), measure(case(), answered(FIRST))])
    assert found["read_as_shown"] == 0.5


def test_facts_in_the_nearest_passages_are_no_answer():
    shown = refused(text=f"Not found. The nearest passages: {FIRST}", **related(FIRST))
    assert measure(case(must_include=("012",)), shown).facts == 0.0
    assert measure(case(must_include=("012",)), answered(FIRST)).facts == 1.0


def test_urgent_counts_as_off_topic():
    assert measure(case("off_topic", ()), refused("urgent")).outcome_right == 1.0

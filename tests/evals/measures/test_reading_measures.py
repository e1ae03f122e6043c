"""A small policy, read well and read badly, and answers made by hand."""

import pytest

from bot.policies.parsing import parse_policy
from bot.types import Policy, Section, Sentence, Span
from evals.measures.reading import ReadPolicy, aggregate_reading
from evals.sets.reading.labels import parse_labels

TEXT = """# Sharing

We will not:

• sell your name
• lend your name

We show your notes to nobody, unless a court orders us to. Do we use cookies? No.

The courier gets your address.
"""
LABELS = parse_labels(
    {
        "policy": "p.md",
        "headings": ["Sharing", "We will not"],
        "questions": [
            {
                "question": "sold?",
                "kind": "answerable",
                "evidence": [{"says": "sell your name", "with": [{"before": "We will not"}]}],
            },
            {
                "question": "notes?",
                "kind": "answerable",
                "evidence": [{"says": "We show your notes to nobody", "with": ["unless a court orders us to"]}],
            },
            {"question": "fax?", "kind": "not_covered"},
            {"question": "weather?", "kind": "off_topic"},
        ],
        "traps": [
            {"says": "lend your name", "with": [{"before": "We will not"}]},
            {"says": "The courier gets your address", "without": [{"before": "We will not"}]},
        ],
    },
    "p.md.json",
)
SOLD, NOTES, FAX, WEATHER = LABELS.questions


def span(words):
    start = TEXT.index(words)
    return Span(start, start + len(words))


def citation(quote, *context):
    def part(words):
        start, end = span(words)
        return {"quote": words, "start": start, "end": end}

    return part(quote) | {"context": [part(words) for words in context]}


def answer(*citations, ranking=()):
    return {"outcome": "answered", "citations": list(citations), "ranking": list(ranking), "seconds": 0.1}


REFUSED = {"outcome": "not_covered", "citations": [], "ranking": []}


@pytest.fixture
def read():
    return ReadPolicy(LABELS, parse_policy(TEXT, id="p", title="P"))


def test_a_right_answer(read):
    score = read.score(SOLD, answer(citation("sell your name", "We will not:")))
    assert (score.first_right, score.cited_right, score.heading_first) == (1.0, 1.0, 0.0)
    assert (score.misleading, score.cause) == ((), None)
    assert (score.first, score.right) == ("We will not: … sell your name",) * 2


def test_an_answer_without_its_lead_in_is_wrong_and_misleads(read):
    score = read.score(SOLD, answer(citation("sell your name"), citation("We will not:"), ranking=[0]))
    assert (score.first_right, score.cited_right, score.cause, score.rank) == (0.0, 0.0, "other", 1)
    assert score.misleading == ("sell your name",)


def test_an_answer_that_lost_its_unless_misleads(read):
    score = read.score(NOTES, answer(citation("We show your notes to nobody")))
    assert (score.first_right, score.misleading) == (0.0, ("We show your notes to nobody",))
    whole = read.score(NOTES, answer(citation("We show your notes to nobody, unless a court orders us to.")))
    assert (whole.first_right, whole.misleading) == (1.0, ())


def test_a_citation_misleads_whatever_was_asked(read):
    for question in (SOLD, FAX, WEATHER):
        assert read.score(question, answer(citation("lend your name"))).misleading == ("lend your name",)


def test_words_that_do_not_govern_a_quote_mislead(read):
    hung = citation("The courier gets your address.", "We will not:")
    assert read.score(FAX, answer(hung)).misleading == ("We will not: … The courier gets your address.",)
    assert read.score(FAX, answer(citation("The courier gets your address."))).misleading == ()


def test_evidence_that_is_only_context_does_not_count(read):
    score = read.score(NOTES, answer(citation("The courier gets your address.", "We show your notes to nobody")))
    assert (score.first_right, score.misleading) == (0.0, ())


@pytest.mark.parametrize("quote", ["Sharing", "We will not:", "Do we use cookies?", "#"])
def test_a_heading_a_lead_in_and_a_bare_question_are_no_answers(read, quote):
    score = read.score(
        NOTES, answer(citation(quote), citation("We show your notes to nobody, unless a court orders us to."))
    )
    assert (score.first_right, score.cited_right, score.heading_first) == (0.0, 1.0, 1.0)


def test_a_refused_question_names_the_rank_of_the_right_statement(read):
    right = next(s.index for s in read._policy.sentences if s.text == "sell your name")
    score = read.score(SOLD, REFUSED | {"ranking": [right + 1, right]})
    assert (score.cause, score.rank, score.first, score.heading_first) == ("refused", 2, None, None)


def read_as(text, *statements):
    """Return the policy as a reader and a splitter that do something else would have read it."""
    sentences = []
    for number, words in enumerate(statements):
        start = text.index(words)
        sentences.append(Sentence(number, "s", words, start, start + len(words)))
    section = Section("s", (), 0, len(text))
    return ReadPolicy(LABELS, Policy("p", "P", "", None, None, None, text, (section,), tuple(sentences), ""))


def test_words_that_a_reader_lost_are_named_unread():
    read = read_as("The courier gets your address.", "The courier gets your address.")
    assert read.score(SOLD, REFUSED).cause == "unread"
    reading = read.reading()
    assert (reading.labeled, reading.unread, reading.misleading) == (4, 3, ())


def test_a_statement_that_is_cut_is_named_cut(read):
    cut = read_as(TEXT, "We show your notes to nobody", "unless a court orders us to.", "sell your name")
    assert cut.score(NOTES, REFUSED).cause == "cut"
    assert cut.reading().misleading == ("We show your notes to nobody", "sell your name")
    assert read.reading().misleading == ()


def test_the_measures_of_a_set(read):
    scores = [
        read.score(SOLD, answer(citation("sell your name", "We will not:"))),
        read.score(NOTES, answer(citation("Sharing"), citation("We show your notes to nobody"))),
        read.score(SOLD, REFUSED),
        read.score(FAX, answer(citation("The courier gets your address."))),
        read.score(WEATHER, {"outcome": "error", "citations": []}),
    ]
    measures = aggregate_reading(scores)
    assert measures["questions"] == 5
    assert measures["first_right"] == measures["cited_right"] == pytest.approx(1 / 3)
    assert measures["answerable_refused"] == pytest.approx(1 / 3)
    assert (measures["misleading_quotes"], measures["misleading_answers"]) == (1, pytest.approx(1 / 3))
    assert measures["headings_first"] == pytest.approx(1 / 3)
    assert (measures["not_covered_answered"], measures["off_topic_answered"], measures["errors"]) == (1.0, 0.0, 1)
    assert (measures["wrong_refused"], measures["wrong_other"]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert aggregate_reading(scores[:1])["off_topic_answered"] is None

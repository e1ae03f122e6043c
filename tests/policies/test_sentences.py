"""Where sentences of legal English end, and where oversized ones are cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.folder import load_policy_folder
from bot.policies.sentences import MAX_SENTENCE_CHARS, split_sentences
from bot.types import Span
from evals.boundaries import F1, score
from evals.peers.splitters import load_splitter
from evals.sets.boundaries import load_boundaries

CASES = Path(__file__).with_name("cases")
CASE_SENTENCES = {
    "14-abbreviations.txt": [
        "We share it with Stone Corp. and with Mr. Reed.",
        "It is kept under Sec. 5 of the Act.",
        "See Fig. 2 below.",
        "We rely on Art. 6 para. 1 lit. b GDPR and on Regulation (EU) No. 2016/679 for that.",
        "Payments go through Yahoo! Inc. and through our bank.",
        "The rule in 18 U.S.C. Section 2703(f) applies.",
        "The firm Maple s. r. o. runs the shop.",
        "Write by 5 p.m.",
        "We read mail daily.",
        "Mail goes to P.O. Box 12 in town.",
        "iPhones are supported too.",
        "eBay sees the order.",
    ],
    "14-lower-case.txt": [
        "we keep your name for two years.",
        "we never sell it.",
        "we delete it when you ask.",
        "iphone users can ask in the app.",
    ],
    "b-law.txt": [
        "Pursuant to Cal. Civ. Code Sec. 1798.83, California residents may ask for a list.",
        "See 42 U.S.C. § 1320d and 45 C.F.R. Part 164.",
        "Under Fla. Stat. 119.07 and Tex. Bus. Com. Code 521 we report breaches.",
        "Under Pub. L. No. 104-191 we do.",
        "Write to 12 Main St. Boston, attn. Records.",
        "We act under Art. 6 para. 1 lit. b GDPR.",
        "Ms. Roe v. Wade Corp. applies.",
    ],
    "b-abbr.txt": [
        "We do not sell data.",
        "See Sec. 552a of the U.S. Code.",
        "Contact Jane Q. Doe, Ph.D. at 5 p.m. on Mondays.",
        "We e.g. keep logs.",
        "Under Reg. No. 12 we do.",
        "Call us at 1.800.555.0100.",
        "Visit example.org.",
        "It is free!",
        "“Really?” she asked.",
        "We keep it for ca. 3 years.",
        "Acme Inc. collects data.",
        "Our D.P.O. Is John.",
        "v. 2.0 applies.",
        "(See above.)",
        "We do.",
    ],
}
# Pieces of hard texts. "|" is a true boundary, and a blank is none.
PIECES = st.sampled_from(
    [
        "We sell nothing.|",
        "Under Cal. Civ. Code § 1798.100 et seq. you may ask.|",
        "Is it sold?|",
        "No.|We never sell it.|",
        "Write to Dr. J. D. Smith, Acme Inc., 1 Main St. Suite 2, at 5 p.m. Eastern.|",
        "“Really?” she asked.|",
        "iPhone users may ask.|",
        "(See Sec. 5 above.)|",
        "We use Yahoo! Mail, e.g. for receipts, etc.|",
        "Data is in the U.S. and the U.K. for now.|",
        "我们不出售数据。|",
    ]
)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize("name", CASE_SENTENCES)
def test_sentences_of_each_case(name: str, tmp_path: Path) -> None:
    policy = load_policy_folder(str(CASES / name), tmp_path).policy
    assert [sentence.text for sentence in policy.sentences] == CASE_SENTENCES[name]


def test_the_held_out_boundaries_are_found() -> None:
    texts = load_boundaries("held out")
    assert sum(passage.places for passage in texts) >= 200
    assert score(load_splitter("askpolicy"), texts).f1 >= F1


def test_the_boundaries_that_the_rules_were_written_with_are_found() -> None:
    assert score(load_splitter("askpolicy"), load_boundaries("dev")).f1 >= 0.99


@pytest.mark.parametrize(
    "text",
    [
        "We log visits.|We sell nothing.",
        "It is law (M.G.L. c. 66, § 10).|Ask us.",
        "Some, e.g. Names, are public.|Others are not.",
        "Go to www.mass.gov.|Then wait.",
        "The U.S. Government asks.|We answer.",
        "In the U.S. we ask.|Data is kept in the U.S.|We answer.|It is kept in the U.K.|Data is safe there.",
        "It costs $4.99 a month.|Pay now.",
        "He said “Stop.”|We stopped.",
        'Is it sold?|"Yes."|Never!',
        "Vraiment?|Écrivez-nous.",
        "Мы не продаём данные.|Пишите нам.",
        "no capital after.|the period is an end",
        "See our cookie, privacy, etc. pages.|We log names, dates, etc.|Ask us.",
        "Acme Inc. Is the controller.|Acme Inc. (“Acme”) is one, too.|So is Roe Corp.|We are not.",
        "Give us your I.D.|Only an I.D. card will do, not a C.V. or so.",
        "1. We ask.|2. We answer.|You may: 1. ask; and 2. complain.|Sec. 3. Scope.",
        "We read item No. 5.|No.|We read item No. X-5.",
        "Press “Go!” to start.|Use Kahoot! Studio.|Use Kahoot!|It is free.",
    ],
)
def test_split_sentences(text: str) -> None:
    assert split(text.replace("|", " ")) == text.split("|")


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_text_without_words_has_no_sentences(text: str) -> None:
    assert split(text) == []


def test_chinese_and_japanese_need_no_white_space() -> None:
    assert split("販売しません。保存します。") == ["販売しません。", "保存します。"]


@given(st.lists(PIECES, min_size=1, max_size=8))
def test_hard_sentences_are_found_in_any_order(pieces: list[str]) -> None:
    expected = "".join(pieces).rstrip("|").split("|")
    assert split(" ".join(expected)) == expected


@given(st.text(alphabet=st.sampled_from("aAzZ0 \n\t.!?…。;:,“”()[]'’§$-•é字No Incvpm"), max_size=300), st.data())
def test_no_character_is_lost_and_offsets_are_exact(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = start
    for first, last in split_sentences(text, Span(start, end)):
        assert place <= first < last <= end
        assert text[first:last] == text[first:last].strip()
        assert text[place:first].strip() == ""
        assert last - first <= MAX_SENTENCE_CHARS
        place = last
    assert text[place:end].strip() == ""


@given(st.text(max_size=100), st.text(max_size=200), st.text(max_size=100))
def test_only_the_text_within_counts(before: str, text: str, after: str) -> None:
    within = Span(len(before), len(before) + len(text))
    found = split_sentences(before + text + after, within)
    assert found == [Span(len(before) + start, len(before) + end) for start, end in split_sentences(text)]


def test_a_text_without_an_end_is_cut_to_what_the_model_can_read() -> None:
    text = "alpha, beta gamma; " * 400
    pieces = split(text)
    assert len(pieces) > 1
    assert all(len(piece) <= MAX_SENTENCE_CHARS for piece in pieces)
    assert all(piece.endswith(";") for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_a_word_longer_than_the_window_is_cut_too() -> None:
    text = "x" * (3 * MAX_SENTENCE_CHARS + 1)
    pieces = split(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) == MAX_SENTENCE_CHARS


LONG = "We keep a record of each visit to our site and of each page that you open there"
MANY = " and we keep it on a disk in the vault of the bank in the town next to ours" * 8


@pytest.mark.parametrize(
    ("clauses", "cut"),
    [
        # the later comma would take a name from "not"
        ([f"{LONG * 6},", "we do not sell your name, your number, or your picture to anyone" + MANY], 1),
        # the later comma would take the exception from what it limits
        ([f"{LONG * 6},", "and we may show it to the police, unless you object, in writing, to that" + MANY], 1),
        ([f"{LONG * 6};", "unless you object, in writing, we may show it to anyone who asks us" + MANY], 1),
        ([f"{LONG * 6};", "we don’t, as a rule, sell, rent, or lend it to anyone at all" + MANY], 1),
        # a clause with its own subject is not governed by the "not" before it
        ([f"{LONG * 6}, and we do not sell it,", "and we keep it on a disk in the vault of the bank" + MANY], 1),
    ],
)
def test_an_oversized_sentence_keeps_not_and_unless_with_what_they_govern(clauses: list[str], cut: int) -> None:
    pieces = split(" ".join(clauses))
    assert pieces[0] == " ".join(clauses[:cut])


def test_an_oversized_list_under_a_not_is_cut_between_its_items() -> None:
    text = "We will not: " + "; ".join(f"({c}) sell data of kind {c * 30} to anyone" for c in "abcdefghijklmnopqrstu")
    pieces = split(text)
    assert pieces[0].startswith("We will not: (a) sell")
    assert all(piece.endswith(";") for piece in pieces[:-1])

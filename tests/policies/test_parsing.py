from __future__ import annotations

import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.policies.parsing import parse_policy
from bot.types import AskPolicyError, Policy

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = ROOT.parent / "shared" / "data" / "massgov_sentences.jsonl"

# A bullet's mark as a reader sees it, written down apart from the parser.
MARK = re.compile(r"\s*(?:[•‣◦▪●·*–-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s")
# Lines that can be left out: bare questions, the heads of a table without rows, and marks without words.
LEFT_OUT = re.compile(r"[?？|]|^\s*(?:[•‣◦▪●·*–-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])\s*$")

SENTENCES = st.sampled_from(
    [
        "We keep server logs for 30 days.",
        "See M.G.L. c. 66, § 10 for details.",
        "Some data (e.g., your IP address) is public.",
        "Visit www.mass.gov or write to Dr. Smith.",
        "Is my data sold?",
        "“We never sell it.”",
        "Non\u00a0breaking\u00a0spaces stay as they\u00a0are.",
        "The U.S. Government may ask; we say no!",
        "Élan vital, naïve façade. Ça va.",
        "私たちはデータを販売しません。ログは保存します。",
        "Emoji 🍪 are two UTF-16 units.",
        "It ends without a mark",
        "Version 3.5 costs $4.99… Really?!",
        "a; b, " * 300 + "the end.",
    ]
)
BLOCKS = st.one_of(
    st.sampled_from(["Cookies", "# Overview", "## What we collect", "3.1 Sharing", "Who sees it?", "IV. Changes"]),
    st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join),
    st.lists(SENTENCES, min_size=1, max_size=3).map("\n".join),
    st.lists(
        st.builds("{} {}".format, st.sampled_from(["  •", "-", "1.", "(a)", "*", "iv)"]), SENTENCES), min_size=1
    ).map("\n".join),
)
DOCUMENTS = st.builds(
    lambda blocks, end, gap: (gap.join(blocks) + end).replace("\n", end or "\n"),
    st.lists(BLOCKS, min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n", ""]),
    st.sampled_from(["\n\n", "\n \t\n", "\n\n\n\n"]),
)


def read(text: str) -> Policy | None:
    """Return the policy, or None if it is refused."""
    try:
        return parse_policy(text, id="p")
    except AskPolicyError:
        return None


def assert_every_word_has_one_place(policy: Policy) -> None:
    text = policy.text
    covered = [0] * len(text)
    end = 0
    for number, sentence in enumerate(policy.sentences):
        assert sentence.index == number
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""
        assert sentence.start >= end
        end = sentence.end
        section = policy.section(sentence.section_id)
        assert section.start <= sentence.start
        assert sentence.end <= section.end
        covered[sentence.start : sentence.end] = [1] * len(sentence.text)
    cited = list(covered)
    for sentence in policy.sentences:
        for first, last in sentence.context:
            covered[first:last] = [1] * (last - first)

    heading_lines = {section.start for section in policy.sections if section.headings}
    start = 0
    for line in text.splitlines(keepends=True):
        first = start + len(line) - len(line.lstrip())
        if first in heading_lines:
            assert not any(cited[start : start + len(line)]), line
        elif not LEFT_OUT.search(line):
            mark = MARK.match(line)
            for position in range(start + (mark.end() if mark else 0), start + len(line)):
                assert covered[position] or not text[position].isalnum(), (line, text[position])
        start += len(line)


@given(DOCUMENTS)
def test_every_word_of_a_document_has_one_place(text: str) -> None:
    policy = read(text)
    if policy is not None:
        assert_every_word_has_one_place(policy)


@given(st.text(max_size=400))
@example("\u2028\u2029\x85 a\x0bb.\x1cC. D")
@example("• \n•\n• x")
@example("Title\n\n1. \n\n.")
def test_every_word_of_any_text_has_one_place(text: str) -> None:
    policy = read(text)
    if policy is None:
        # Refused is only what has no words at all, or headings alone.
        assert all(
            not any(c.isalnum() for c in line)
            or line.strip().startswith("#")
            or LEFT_OUT.search(line)
            or below[:1] in "=-"
            for line, below in pairwise([*(line.strip() for line in text.splitlines()), "x"])
        )
    else:
        assert policy.text == text
        assert_every_word_has_one_place(policy)


@given(DOCUMENTS)
def test_line_ends_change_no_sentence(text: str) -> None:
    unix, windows = read(text.replace("\r\n", "\n")), read(text.replace("\r\n", "\n").replace("\n", "\r\n"))
    if unix is None or windows is None:
        assert unix is windows
    else:
        assert [s.text.split() for s in unix.sentences] == [s.text.split() for s in windows.sentences]


def test_sentences_of_the_massgov_policy_match_those_marked_by_hand() -> None:
    if not EXPECTED.is_file():
        pytest.skip(f"{EXPECTED} is missing: the committed check below still runs")
    expected = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
    policy = massgov()
    assert [(s.index, s.start, s.end, s.text) for s in policy.sentences] == [
        (e["i"], e["start"], e["end"], e["text"]) for e in expected
    ]


def massgov() -> Policy:
    text = (ROOT / "corpus" / "massgov" / "policy.txt").read_bytes().decode("utf-8")
    return parse_policy(text, id="massgov")


@pytest.mark.parametrize(
    ("index", "start", "end", "opening", "ending"),
    [
        (0, 25, 79, "This privacy policy went into effect", "June 13, 2023."),
        (4, 257, 343, "Mass.gov or\u00a0www.mass.gov\u00a0is the", "Commonwealth of Massachusetts."),
        (12, 1229, 1316, "Whenever you visit", "automatically collected."),
        (19, 2138, 2312, "However, because", "(M.G.L. c. 66)\u00a0we cannot ensure absolute privacy."),
        (25, 3314, 3544, "We do not sell any personally", ""),
        (44, 6627, 6676, "Mass.gov employs", 'the use of "persistent cookies."'),
        (59, 8479, 8627, "If you disable cookies", "different user account, etc., you will need to opt-out again."),
        (60, 8629, 8843, "Except as set forth in this Privacy Policy (e.g., possibly", ""),
        (70, 10193, 10262, "Formstack’s privacy policy", "www.formstack.com/privacy."),
        (92, 13402, 13430, "Date published:June 13, 2023", ""),
        (94, 13459, 13467, "Feedback", "Feedback"),
    ],
)
def test_known_sentences_of_the_massgov_policy(index: int, start: int, end: int, opening: str, ending: str) -> None:
    policy = massgov()
    sentence = policy.sentences[index]
    assert (sentence.start, sentence.end) == (start, end)
    assert sentence.text.startswith(opening)
    assert sentence.text.endswith(ending)


def test_the_massgov_policy_has_95_sentences_under_its_own_headings() -> None:
    policy = massgov()
    assert len(policy.sentences) == 95
    assert policy.title == "Mass.gov Privacy Policy"
    assert policy.sha256 == hashlib.sha256(policy.text.encode()).hexdigest()
    section = policy.section(policy.sentences[25].section_id)
    assert section.headings == ("Dissemination of your personally identifiable information",)
    assert_every_word_has_one_place(policy)


def test_headings_make_a_path() -> None:
    policy = parse_policy(
        "# Title\n\nWe are here.\n\n## Data\n\n### Logs\n\nWe keep logs.\n\n## Rights\n\nYou may ask.\n", id="p"
    )
    assert policy.title == "Title"
    paths = [policy.section(s.section_id).headings for s in policy.sentences]
    assert paths == [("Title",), ("Data", "Logs"), ("Rights",)]


def test_words_before_the_first_heading_have_a_section_of_their_own() -> None:
    policy = parse_policy("we came before any heading.\n\n## Data\n\nWe keep logs.", id="p")
    assert policy.section(policy.sentences[0].section_id).headings == ()
    assert policy.section(policy.sentences[1].section_id).headings == ("Data",)
    assert policy.title == "Data"


@pytest.mark.parametrize(
    "line",
    [
        "We keep logs.",
        "What follows is important:",
        "- a bullet",
        "small letters open no heading",
        "2023 — 2024 · 100 %" + " very long" * 20,
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    policy = parse_policy(f"Title\n\n{line}\n\nThe body follows here.", id="p")
    assert {s.headings for s in policy.sections} == {("Title",)}
    assert "The body follows here." in [s.text for s in policy.sentences]
    assert any(
        line.endswith(policy.text[start:end]) for s in policy.sentences for start, end in (*s.context, (s.start, s.end))
    )


@pytest.mark.parametrize("line", ["***", "- - -", "_____", "Is it sold? Yes, is it?"])
def test_rules_and_bare_questions_are_neither_headings_nor_statements(line: str) -> None:
    policy = parse_policy(f"Title\n\n{line}\n\nThe body follows here.", id="p")
    assert {s.headings for s in policy.sections} == {("Title",)}
    assert [s.text for s in policy.sentences] == ["The body follows here."]


def test_a_question_can_be_a_heading() -> None:
    policy = parse_policy("Title\n\nDo you sell my data?\n\nNo, we do not.", id="p")
    assert policy.section(policy.sentences[0].section_id).headings == ("Do you sell my data?",)


def test_bullets_and_wrapped_lines() -> None:
    policy = parse_policy(
        "Title\n\n"
        "This line is long enough that an editor has wrapped it here, so that\n"
        "it goes on in the next one.\n"
        "  • One bullet\n"
        "  • Another bullet that is so long that an editor has wrapped it, and\n"
        "    that goes on below\n"
        "Short line\n"
        "Last line",
        id="p",
    )
    assert [" ".join(s.text.split()) for s in policy.sentences] == [
        "This line is long enough that an editor has wrapped it here, so that it goes on in the next one.",
        "One bullet",
        "Another bullet that is so long that an editor has wrapped it, and that goes on below",
        "Short line",
        "Last line",
    ]


@pytest.mark.parametrize("text", ["", "  \n\n\t", "# Only a heading"])
def test_a_text_without_a_sentence_is_refused(text: str) -> None:
    with pytest.raises(AskPolicyError, match="'p' has no sentence to answer from: give a text"):
        parse_policy(text, id="p")


def test_what_is_known_about_a_policy_goes_before_what_is_read() -> None:
    policy = parse_policy(
        "Read Title\n\nWe keep logs.", id="p", title="Given", site="example.org", updated="2024-01-02"
    )
    assert (policy.title, policy.site, policy.updated) == ("Given", "example.org", "2024-01-02")
    assert parse_policy("no heading here.", id="p").title == "p"


def test_a_line_is_judged_once_as_one_of_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def judge(line: str) -> bool:
        judged.append(line)
        return True

    monkeypatch.setattr("bot.policies.blocks.is_address_line", judge)
    lines = [f"Street {number}" for number in range(40)]
    parse_policy("\n".join(lines), id="lines")
    assert sorted(judged) == sorted(lines)

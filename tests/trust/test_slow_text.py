"""No text is slow to read: the CPU time of each reader of visitors' and owners' texts, by a search for slow inputs."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Sequence

import pytest

from bot.elsewhere.advice import asks_for_legal_advice
from bot.elsewhere.handling import asks_of_handling
from bot.elsewhere.news import asks_for_news
from bot.elsewhere.tasks import asked_task
from bot.elsewhere.troubles import OwnProducts, asks_for_repair, complains
from bot.encoder.embedding import FloatArray
from bot.guard.cleaning import guard
from bot.guard.personal_data import RULES_FILE, find_personal_data
from bot.index.lexical import Lexical
from bot.policies.about import describe
from bot.policies.parsing import parse_policy
from bot.policies.readers.aligned import set_bars
from bot.policies.readers.reading import Reading
from bot.settings import GuardSettings, load_settings
from bot.types import AskPolicyError
from bot.understanding.corrections import asked_by, correction_in
from bot.understanding.ellipsis import complete
from bot.understanding.follow_ups import says_nothing
from bot.understanding.fronted import in_place
from bot.understanding.general import in_general
from bot.understanding.names import OwnNames
from bot.understanding.plain import plain
from bot.understanding.plans import thanks_with_plan
from bot.understanding.restating import restated
from bot.understanding.several import halves
from bot.understanding.stories import readings
from bot.understanding.understand import needed_history
from bot.usage.values import MAX_COMMENT_CHARS
from tests.trust.slow import Shape, Work, costliest, growth, seconds

SETTINGS = GuardSettings()
LONGEST = SETTINGS.max_question_chars
MOST_CHARS = 10_000  # the highest allowed value of `guard.max_question_chars`
QUESTION_SECONDS, FEEDBACK_SECONDS = 0.020, 0.100
MOST_GROWTH = 2.5

RULES = json.loads(RULES_FILE.read_text(encoding="utf-8"))
SIGNS = [
    *"0123456789abxyzABXYZ .,:;-_/#*+@()[]\"'!?=%$&<>|~\n",
    "1 ",
    "a ",
    "A ",
    "Aa ",
    "1-",
    "1.",
    "1/",
    "a.",
    " - ",
    ". ",
]
CUES = sorted({word for rule in RULES["rules"] for word in re.findall(r"[a-z]{2,}", rule.get("cue", ""))})
PARTS = sorted({word for part in RULES["parts"].values() for word in re.findall(r"[A-Za-z]{2,}", part)})
SHAPES = [
    "123-45-6789",
    "617-555-0142",
    "4111 1111 ",
    "a@b",
    " dot ",
    " at ",
    "1 Main ",
    "St ",
    "Apt ",
    "1A",
    "A1",
    "one ",
    "is ",
]
ODD = [
    "é",
    "\u0301",
    "\u0316",
    "\u0f73",
    "\uff9e",
    "\ufdfa",
    "ﬃ",
    "½",
    "①",
    "字",
    "号",
    "路",
    "の",
    "ه",
    "я",
    "😀",
    "\u200b",
    "\u202e",
    "\ud800",
    "٣",
    "đ",
    "İ",
]
SINGLE = [odd for odd in ODD if len(unicodedata.normalize("NFKC", odd)) == 1]
ANY = [*SIGNS, *CUES, *PARTS, *SHAPES, *[f"{cue} " for cue in CUES], "[phone]", "my name is ", "password is "]
POLICY = [
    *SIGNS,
    "# ",
    "## a",
    "#",
    "\n\n",
    "...",
    "…",
    "e.g. ",
    "M.G.L. ",
    "U.S. ",
    "1. ",
    "• ",
    "“",
    "”",
    "。",
    "\t",
    "\r\n",
    "A. ",
    "; ",
]

# Words of the rules for danger, and ways to hide them.
DANGER = [
    "i want to ",
    "kill ",
    "myself ",
    "my husband ",
    "hits me ",
    "k i l l ",
    "k!",
    "想",
    "死",
    "muon chet ",
    "data ",
]

# Slow inputs that earlier searches found.
SLOWEST_KNOWN = ["6 _6 6 ", "٣\n3. 2\n", "_*6_**8_", "4 _", "2字", "at 1 Aa "]

# Words that the readers of what is asked look for.
ASKED = [
    *("no ", "ok ", "sorry, ", "i meant ", "i asked about "),
    *("is it ", "legal ", "by law ", "my boss ", "sue ", "for my ", "the law ", "against ", "allowed "),
    *(
        "you ",
        "your ",
        "this site ",
        "the ",
        "never ",
        "answer ",
        "nobody ",
        "took ",
        "my money ",
        "not ",
        "is ",
        "so ",
    ),
    *("does the library ", "Larkspur's ", "the friends of "),
    *("i am ", "angry ", "waiting ", "weeks ", "worst ", "Larkspur ", "crash ", "can't ", "log in ", "why "),
    *(
        "I sent ",
        "my form ",
        "in ",
        "who sees ",
        "it ",
        "and ",
        "or ",
        "what ",
        "do they ",
        "how long ",
        "a copy ",
        "? ",
    ),
]
NAMES = OwnNames(["Larkspur", "the Library"])
# Words that the search for an owner's names looks for.
NAMED = [
    *("Larkspur ", "Larkspur Oak ", "the Library ", "Library ", "LO ", "City of ", "the Larkspur app ", "sites like L"),
    *(
        "our site, a.b",
        "larkspur.example ",
        "us@larkspur.example ",
        " Ltd, ",
        " in ",
        " (“we”) ",
        " (that's us) ",
        '("',
    ),
]
TOP = 'Larkspur Oak Library Privacy Policy\n\nLarkspur Oak Games Ltd ("Larkspur", "we") keeps data.\n\n'
PRODUCTS = OwnProducts(parse_policy('# Notice\n\nLarkspur Ltd ("Larkspur", "we") keeps data.\n', id="notice"))

LEXICAL = Lexical(["We keep log files for 30 days.", "We do not sell personal data.", "Cookies are text files."])


def read_question(text: str) -> object:
    return guard(text, SETTINGS)


# What a follow-up is read by, and what corrects one.
SAID = ["and ", "what about ", "it ", "not ", "i mean ", "that's about ", "so ", "thanks ", "i'll "]


def read_policy(text: str) -> object:
    try:
        return parse_policy(set_bars(text), id="slow")
    except (AskPolicyError, UnicodeEncodeError):  # files are decoded first, so no lone surrogate gets here
        return None


def read_names(text: str) -> object:
    try:
        policy = parse_policy(TOP + text, id="slow")
    except (AskPolicyError, UnicodeEncodeError):
        return None
    return describe(policy, Reading(policy.text))


def look_up(text: str) -> tuple[object, FloatArray]:
    completed = complete(text, [text, text]), complete("and my name?", [text, text])
    correction = correction_in(text)
    corrected = correction and asked_by(correction, [text, text])
    return completed, corrected, restated(text), needed_history(text, [text, text]), LEXICAL.scores(text)


def find_what_is_asked(text: str) -> object:
    reasons = asks_of_handling(text), asks_for_legal_advice(text), asks_for_repair(text), complains(text)
    others = asks_for_news(text), asked_task(text)
    parts = halves(text), in_general(text)
    read = in_place(text), readings(text), plain(text), NAMES.as_you(text), thanks_with_plan(text)
    return reasons, others, PRODUCTS.is_broken(text), read, parts, says_nothing(text)


# name -> reader, pieces of its inputs, longest text, most seconds for that text
READERS: dict[str, tuple[Work, Sequence[str], int, float]] = {
    # Characters that expand to several are slow in the short texts of the search, and make long texts too long.
    "personal data": (find_personal_data, [*ANY, *SINGLE], LONGEST, QUESTION_SECONDS),
    "guard": (read_question, [*ANY, *SINGLE, *DANGER], LONGEST, QUESTION_SECONDS),
    "lookup": (look_up, [*SIGNS, *CUES, *ODD, *SAID], LONGEST, QUESTION_SECONDS),
    "asked": (find_what_is_asked, [*SIGNS, *ODD, *ASKED], LONGEST, QUESTION_SECONDS),
    "policy": (read_policy, [*POLICY, *ODD], 20_000, 1.0),
    "names": (read_names, [*POLICY, *ODD, *NAMED], 20_000, 1.0),
}


# The names need the policy, whose own search is the thorough one.
FEWER = {"names": 10}


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.security
@pytest.mark.parametrize(
    "unit",
    [
        *("6-", "*", "a@", "1 Main ", "one ", ".", "# #", "e.g. ", "ssn ", "a.", "2字", "We will not: ", "1\n"),
        *("# We\n\nA\n\n", "Data that we ", "①\nY\n", "a  b\n", "o a\n", "  - a\n    o b\n"),
        *("\u0301\u0316", "\u0301\uff9e", "\u0f73", "\ufdfa"),
    ],
)
def test_time_grows_linearly_with_length(unit: str, reader: str) -> None:
    """The clock is coarse, so the bound is loose: quadratic time takes four times as long."""
    work, _, longest, _ = READERS[reader]
    shape = Shape(0.0, (unit,))
    assert min(growth(work, shape, longest // 2) for _ in range(3)) < 3.5


@pytest.mark.security
def test_no_slow_input_is_found(reader: str, figure: Callable[[str], None]) -> None:
    work, pieces, longest, most = READERS[reader]
    tries = int(os.environ.get("SLOW_TRIES", "200000")) // FEWER.get(reader, 1)
    worst, steepest = 0.0, 0.0
    for shape in costliest(work, pieces, tries):
        took = seconds(work, shape.text(longest), tries=7)
        grows = min(growth(work, shape, longest // 2) for _ in range(3))
        worst, steepest = max(worst, took), max(steepest, grows)
        assert took <= most, f"{took * 1000:.1f} ms for {longest} characters of {shape.pieces}"
        assert grows <= MOST_GROWTH, f"twice the length of {shape.pieces} takes {grows:.1f} times as long"
    figure(
        f"Slow inputs for {reader}: {tries} tries, at most {worst * 1000:.1f} ms for {longest} characters, "
        f"{steepest:.2f} times for twice the length."
    )


@pytest.mark.security
def test_feedback_takes_at_most_a_tenth_of_a_second(figure: Callable[[str], None]) -> None:
    """This includes the longest allowed question and comment, with characters that expand to several."""
    settings = GuardSettings(max_question_chars=MOST_CHARS)
    tries = int(os.environ.get("SLOW_TRIES", "200000")) // 10
    shapes = [shape for pieces in (ANY, [*ANY, *ODD]) for shape in costliest(read_question, pieces, tries)]
    worst = 0.0
    for shape in [*shapes, *(Shape(0.0, (unit,)) for unit in SLOWEST_KNOWN)]:
        question, comment = shape.text(MOST_CHARS), shape.text(MAX_COMMENT_CHARS)

        def clean(text: str, comment: str = comment) -> None:
            guard(text, settings)
            guard(comment, SETTINGS)

        took = seconds(clean, question, tries=5)
        worst = max(worst, took)
        assert took <= FEEDBACK_SECONDS, f"{took * 1000:.1f} ms for {MOST_CHARS} characters of {shape.pieces}"
    figure(
        f"Slow feedback: {2 * tries} tries, at most {worst * 1000:.1f} ms for {MOST_CHARS} characters and a comment."
    )


def test_the_question_limit_cannot_be_raised_further() -> None:
    with pytest.raises(AskPolicyError, match=r"'guard\.max_question_chars' is not valid: .* 10000"):
        load_settings(guard={"max_question_chars": MOST_CHARS + 1})


@pytest.mark.security
def test_the_search_finds_quadratic_inputs() -> None:
    """Otherwise the search would prove nothing. The pattern that it must find here needs two pieces in a row."""
    slow = re.compile(r"(?:1-)+x")
    worst = costliest(slow.search, ["1", "-", "a", " "], 300)[0]
    assert max(growth(slow.search, worst, 2_000) for _ in range(3)) > 3

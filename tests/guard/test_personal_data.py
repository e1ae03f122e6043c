"""The rules for personal data, in Python and, in a real browser, in JavaScript: one table of cases for both."""

from __future__ import annotations

import itertools
import json
import random
import re
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.guard.personal_data import KINDS, RULES_FILE, find_personal_data, mask_personal_data
from evals.safety.personal_messages import leaked, messages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "widget" / "src" / "personal-data.js"
RULES = json.loads(RULES_FILE.read_text(encoding="utf-8"))
TABLE = Path(__file__).with_name("personal_data_cases.jsonl")
CASES = [json.loads(line) for line in TABLE.read_bytes().splitlines()]
MASKS = re.compile(rf"\[(?:{'|'.join(kind.replace('_', ' ') for kind in KINDS)})\]")

# The parts of cues and secrets, in every order.
WORDS = sorted({word for case in CASES for word in case["text"].split()})
TYPED = st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join)
ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates too
# Pieces that patterns begin with, repeat or wait for: repeated, they take a pattern longest to reject.
PIECES = (
    """
a|A |1|1 |1-| |a.|a@a.|-|(|"|_|é|½|\ufdfa|[|[phone]|password is |password for a b |userid a_|name:a |my name is |pin:
ssn |last 4 ssn |iban aa1|DE89 |AA11 AAAA |4111 |1800|cvv |account |1 is my |born on |1/2/|jan 1|call |+1 |ext |123-45-
1 Main |at 1 Aa |Unit a, |9 A, A 02108 |login is license |calle a ½
""".strip()
    .replace("\n", "|")
    .split("|")
)


def test_there_is_a_case_of_every_kind() -> None:
    assert {kind for case in CASES for kind in case["kinds"]} == set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_cases(case: dict[str, Any]) -> None:
    assert mask_personal_data(case["text"]) == (case["masked"], tuple(case["kinds"]))


def test_found_spans_match_the_text() -> None:
    text = "é 😀 my SSN is \u200b１２３-４５-６７８９, a@b.org"
    assert [(found.kind, text[found.start : found.end]) for found in find_personal_data(text)] == [
        ("social_security_number", "１２３-４５-６７８９"),
        ("email", "a@b.org"),
    ]


def test_kinds_are_named_once_in_text_order() -> None:
    masked, kinds = mask_personal_data("617-555-0142, a@b.org, 617-555-0143, c@d.org")
    assert masked == "[phone], [email], [phone], [email]"
    assert kinds == ("phone", "email")


def test_every_generated_message_loses_its_whole_secret() -> None:
    made = messages(600, seed=7)
    missed = [message for message in made if leaked(message, mask_personal_data(message.text)[0])]
    assert not missed


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_masking_again_changes_nothing(case: dict[str, Any]) -> None:
    assert mask_personal_data(case["masked"]) == (case["masked"], ())


def test_masking_generated_messages_again_changes_nothing() -> None:
    masked = [mask_personal_data(message.text)[0] for message in messages(600, seed=13)]
    assert [mask_personal_data(text)[0] for text in masked] == masked


@pytest.mark.parametrize(
    "text",
    [
        "cvc 4471 b0457",  # no cue reaches past a mask,
        "social#968447120dob011579",  # and text directly after a mask starts no match,
        "000123456789,28Hill350",  # not even with a sign between them.
        "ES9121000418450200051332 900, thanks",  # The check digits do not depend on what follows.
    ],
)
def test_a_mask_reveals_nothing(text: str) -> None:
    masked, _ = mask_personal_data(text)
    assert mask_personal_data(masked) == (masked, ())


def test_masking_shuffled_words_again_changes_at_most_one_in_200() -> None:
    """A rule may accept the end of a message as the end of a number; a mask ends a number too."""
    chance = random.Random(17)
    changed = 0
    for _ in range(3_000):
        masked, _ = mask_personal_data(chance.choice((" ", "")).join(chance.choices(WORDS, k=chance.randint(1, 20))))
        changed += mask_personal_data(masked)[0] != masked
    assert changed <= 15


@given(TYPED | ANY_TEXT)
@example("login is password is x")
@example("call 555-1234 555-4321 555-1111 555-2222 555-3333 555-4444")
@example("my password is [password]")
@example("vivo en calle a ½calle a ½calle a ½")
def test_masks_and_kinds_match_one_to_one(text: str) -> None:
    masked, kinds = mask_personal_data(text)
    assert (masked == text) == (not kinds)
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= set(KINDS)


@given(TYPED | ANY_TEXT)
def test_masks_are_never_masked(text: str) -> None:
    masked, _ = mask_personal_data(text)
    assert MASKS.findall(masked) == MASKS.findall(" ".join(MASKS.findall(masked)))
    again, _ = mask_personal_data(masked)
    rest = iter(MASKS.findall(again))
    assert all(mask in rest for mask in MASKS.findall(masked))


@given(TYPED | ANY_TEXT)
def test_only_masks_are_added(text: str) -> None:
    masked, _ = mask_personal_data(text)
    left, rest = "".join(MASKS.split(masked)), iter(text)
    assert all(character in rest for character in left)


@pytest.mark.parametrize("piece", PIECES)
def test_long_inputs_finish_in_time(piece: str) -> None:
    for other in ("", *PIECES[::16]):
        for end in ("", "1"):
            text = (piece + other) * 2_000
            masked, _ = mask_personal_data(text[: 2_000 - len(end)] + end)
            assert len(masked) < 20_000


@pytest.fixture(scope="module")
def masked_in_the_browser(chromium: Browser) -> Any:
    """Return a function: texts -> for each, the masked text, the kinds, and the matches with their offsets."""
    source = SCRIPT.read_text(encoding="utf-8").replace("\nexport ", "\n")
    page = chromium.new_page()
    try:
        yield lambda texts: page.evaluate(
            f"""([texts, rules]) => {{
                {source}
                return texts.map((text) => {{
                    const found = findPersonalData(text, rules);
                    const places = found.map((f) => [f.kind, [...text.slice(0, f.start)].length,
                                                     [...text.slice(0, f.end)].length]);
                    const masked = maskPersonalData(text, rules);
                    return {{ masked: masked.text, kinds: masked.kinds, places }};
                }});
            }}""",
            [texts, RULES],
        )
    finally:
        page.close()


class TestTwin:
    """The JavaScript rules give the same results, in a browser."""

    def test_cases(self, masked_in_the_browser: Any) -> None:
        found = masked_in_the_browser([case["text"] for case in CASES])
        assert [(result["masked"], result["kinds"]) for result in found] == [
            (case["masked"], case["kinds"]) for case in CASES
        ]

    def test_made_messages_and_shuffled_words(self, masked_in_the_browser: Any) -> None:
        chance = random.Random(11)
        made = [message.text for message in messages(300, seed=11)]
        signs = "0123456789 -.@:=#()'\"/,[]aZ\u200b１é½ﬁ①\ufffc\ue000İıſK年日我叫密码是😀"
        for _ in range(300):
            words = chance.choices(WORDS, k=chance.randint(1, 15))
            words.insert(chance.randrange(len(words)), "".join(chance.choices(signs, k=chance.randint(1, 12))))
            made.append(chance.choice((" ", "")).join(words))
        for text, result in zip(made, masked_in_the_browser(made), strict=True):
            masked, kinds = mask_personal_data(text)
            places = [list(astuple(found)) for found in find_personal_data(text)]
            assert (result["masked"], result["kinds"], result["places"]) == (masked, list(kinds), places), text

    def test_long_inputs_finish_in_time(self, masked_in_the_browser: Any) -> None:
        texts = [((first + second) * 2_000)[:2_000] for first, second in itertools.product(PIECES, PIECES[::8])]
        assert len(masked_in_the_browser(texts)) == len(texts)

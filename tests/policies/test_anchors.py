"""Anchors name one whole statement by its words, or are refused with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.anchors import Anchor, Anchors, Labels, UnplacedError, fold
from bot.policies.manifest import read_manifest
from bot.policies.parsing import parse_policy
from bot.policies.questions import LABELS, parse_questions
from bot.types import AskPolicyError

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "corpus" / "massgov", *sorted((ROOT / "corpus" / "training").iterdir())]
TEXT = """# Harbor

We keep logs for 30 days. We sell nothing.

## App
### Cookies

We set one. It ends with your visit. It ends with your visit.

## Site
### Cookies

We set one.

We will not:

- sell your name
- rent it

| Kind | Kept |
|---|---|
| Logs | 30 days |
"""


@pytest.fixture(scope="module")
def anchors() -> Anchors:
    return Anchors(parse_policy(TEXT, id="harbor"))


def test_every_statement_has_an_anchor_that_finds_it(anchors: Anchors) -> None:
    for index in range(len(anchors.words)):
        written = json.loads(json.dumps(anchors.at(index).to_json()))
        assert anchors.find(Anchor.parse(written)) == index
    assert anchors.at(0).to_json() == "We keep logs for 30 days."
    assert anchors.at(2).to_json() == {"words": "We set one.", "section": "App > Cookies"}
    assert anchors.at(4).to_json() == {
        "words": "It ends with your visit.",
        "section": "App > Cookies",
        "after": "It ends with your visit.",
    }
    assert "We will not: sell your name" in anchors.words
    assert "Kind: Logs; Kept: 30 days" in anchors.words


@pytest.mark.parametrize(
    "words", ["We keep\u00a0logs for\n 30 days.", " We keep logs for 30 days. ", "We  keep logs\tfor 30 days."]
)
def test_white_space_does_not_count(words: str, anchors: Anchors) -> None:
    assert anchors.find(Anchor(words)) == 0


def test_the_shape_of_quotation_marks_and_of_accents_does_not_count() -> None:
    found = Anchors(parse_policy("We don’t sell “e\u0301clairs”. We bake.", id="p"))
    assert found.find(Anchor('We don\'t sell "\u00e9clairs".')) == 0


@pytest.mark.parametrize(
    ("anchor", "message"),
    [
        (
            "We keep logs for 30 day",
            r"“We keep logs for 30 day” is not in the policy; did you mean “We keep logs for 30",
        ),
        ("We keep logs", "is not in the policy"),  # the beginning of a statement is not the statement
        ("sell your name", r"did you mean “We will not: sell your name”\?"),
        ("We will: sell your name", r"did you mean “We will not: sell your name”\?"),
        ("Bananas", r"“Bananas” is not in the policy$"),
        ("We set one.", r'in more than one place: add its "section", “App > Cookies”, “Site > Cookies”'),
        ({"words": "We set one.", "section": "Cookies"}, "in more than one place"),
        ({"words": "We set one.", "section": "Web"}, "these words are only in “App > Cookies”, “Site > Cookies”"),
        ({"words": "It ends with your visit.", "section": "App > Cookies"}, 'more than once in .*: add .* as "after"'),
        ({"words": "We sell nothing.", "after": "We set one."}, "does not come after “We set one.”"),
    ],
)
def test_an_anchor_that_fits_no_one_statement_is_refused_with_the_reason(
    anchor: Any, message: str, anchors: Anchors
) -> None:
    with pytest.raises(UnplacedError, match=message):
        anchors.find(Anchor.parse(anchor))


@given(st.sampled_from(range(10)), st.data())
def test_a_part_of_a_statement_or_more_than_it_is_never_found(index: int, data: st.DataObject) -> None:
    anchors = Anchors(parse_policy(TEXT, id="harbor"))
    words = anchors.words[index % len(anchors.words)].split()
    kept = data.draw(st.integers(0, len(words) - 1))
    other = [*words[:kept], *data.draw(st.sampled_from([[], ["not"], ["unless", "you", "agree"]])), *words[kept + 1 :]]
    with pytest.raises((UnplacedError, ValueError)):
        anchors.find(Anchor.parse(" ".join(other)))


def test_all_unplaced_labels_are_counted_and_the_first_ten_named(tmp_path: Path) -> None:
    labels = Labels(parse_policy(TEXT, id="harbor"), "harbor")
    lines = [{"question": "q", "kind": "answerable", "evidence": [f"We keep no {n} logs."]} for n in (*range(24), 3)]
    parse_questions("\n".join(map(json.dumps, lines)).encode(), labels, tmp_path / "questions.jsonl")
    with pytest.raises(AskPolicyError) as error:
        labels.check()
    message = str(error.value)
    assert message.startswith("25 labels do not name one statement of harbor: ")
    assert message.count("questions.jsonl, line ") == 10
    assert "line 1, evidence: “We keep no 0 logs.” is not in the policy; did you mean “We keep logs for" in message
    assert "line 4, evidence (and 1 more): “We keep no 3 logs.” is not" in message
    assert "line 11" not in message
    assert message.endswith("… and 14 other texts.")
    assert "`askpolicy upgrade harbor`" in message


@pytest.mark.parametrize("key", LABELS)
def test_a_number_is_refused_and_the_command_named(key: str, tmp_path: Path) -> None:
    labels = Labels(parse_policy(TEXT, id="harbor"), "harbor")
    record = {"question": "q", "kind": "answerable", "evidence": ["We sell nothing."]} | {key: [0]}
    with pytest.raises(AskPolicyError, match=rf"line 1, {key} names a .* by number, .*`askpolicy upgrade harbor`\.$"):
        parse_questions(json.dumps(record).encode(), labels, tmp_path / "questions.jsonl")


def numbers(value: Any) -> Iterator[Any]:
    """Yield whatever is a number, in a record's labels at any depth."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif not isinstance(value, str):
        yield value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_file_of_a_policy_names_a_statement_by_number(folder: Path) -> None:
    for path in folder.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            assert list(numbers({key: record.get(key, []) for key in LABELS})) == []
    for caveat in read_manifest(folder).caveats:
        assert all(isinstance(anchor, Anchor) for anchor in (caveat.of, *caveat.cite, *caveat.unless))


def test_the_labeling_guide_names_statements_by_their_words() -> None:
    """docs/labeling.md explains each short name in its table with words of the policy."""
    guide = (ROOT / "docs" / "labeling.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^- \*(.+?)\*: “(.+)”$", guide, re.MULTILINE))
    policy = fold((FOLDERS[0] / "policy.txt").read_text(encoding="utf-8"))
    assert [name for name, words in named.items() if fold(words) not in policy] == []
    rows = guide.split("| asked |")[1].split("\n\n")[0].splitlines()[2:]
    cells = [cell.strip() for row in rows for cell in row.strip("|").split("|")[1:]]
    assert {name for cell in cells if cell for name in cell.split("; ")} <= named.keys()


def test_placing_many_labels_is_a_look_up_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """7,000 questions with three labels each: nothing is compared with all statements, nothing is folded twice."""
    text = "\n\n".join(f"We keep record number {number} for a year." for number in range(3_000))
    policy = parse_policy(text, id="large")
    labels = Labels(policy, "large")
    finds: list[Anchor] = []
    find = Anchors.find
    monkeypatch.setattr(Anchors, "find", lambda self, anchor: finds.append(anchor) or find(self, anchor))
    monkeypatch.setattr(Anchors, "nearest", None)
    monkeypatch.setattr("bot.policies.anchors.fold", None)
    for number in range(7_000):
        words = [f"We keep record number {(7 * number + n) % 3_000} for a year." for n in range(3)]
        assert labels.place(words, "") == tuple((7 * number + n) % 3_000 for n in range(3))
    assert len(finds) == 3_000

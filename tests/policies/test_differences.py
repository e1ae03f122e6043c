"""What changed between two versions of a policy, statement by statement."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policies.anchors import fold
from bot.policies.differences import Alignment, Piece, compare_words
from bot.policies.parsing import parse_policy
from bot.types import Policy

OLD = """# Harbor

Last updated: May 1, 2024

## 1. What we keep

We keep your IP address for 30 days. We sell nothing. We use cookies to count visits.

## 2. Sharing

We share reports with our partners.
"""


def policy(text: str) -> Policy:
    return parse_policy(text, id="harbor")


def kinds(old: str, new: str) -> list[tuple[str, str | None, str | None]]:
    differences = Alignment(policy(old), policy(new)).differences()
    return [(each.kind, each.old_words, each.new_words) for each in differences]


def test_a_changed_word_is_shown_by_word() -> None:
    new = OLD.replace("30 days", "90 days")
    (changed,) = Alignment(policy(OLD), policy(new)).differences()
    assert changed.kind == "changed"
    assert changed.pieces == (
        Piece("same", "We keep your IP address for"),
        Piece("removed", "30"),
        Piece("added", "90"),
        Piece("same", "days."),
    )
    assert changed.to_json()["was"] == "We keep your IP address for 30 days."
    assert changed.to_json()["now"] == "We keep your IP address for 90 days."


def test_added_removed_and_moved_statements() -> None:
    new = OLD.replace(" We sell nothing.", "").replace("partners.", "partners. We sell nothing. Robots feed the ducks.")
    assert kinds(OLD, new) == [
        ("moved", "We sell nothing.", "We sell nothing."),
        ("added", None, "Robots feed the ducks."),
    ]
    assert kinds(OLD, OLD.replace(" We sell nothing.", "")) == [("removed", "We sell nothing.", None)]
    moved = Alignment(policy(OLD), policy(new)).differences()[0]
    assert (moved.old_section, moved.new_section) == ("1. What we keep", "2. Sharing")


def test_another_number_of_a_heading_changes_nothing_and_another_heading_moves_its_statements() -> None:
    assert kinds(OLD, OLD.replace("## 2. Sharing", "## 3. Sharing")) == []
    assert [kind for kind, _, _ in kinds(OLD, OLD.replace("## 2. Sharing", "## 2. Never"))] == ["moved"]


def test_a_date_line_is_listed_but_is_nothing_new() -> None:
    alignment = Alignment(policy(OLD), policy(OLD.replace("May 1, 2024", "June 2, 2025")))
    assert [each.kind for each in alignment.differences()] == ["changed"]
    assert alignment.new_or_changed == ()


def test_of_two_that_are_alike_the_one_in_the_same_place_is_the_same() -> None:
    old = "# A\n\nWe keep logs for 30 days.\n\n# B\n\nWe keep names for 30 days.\n"
    new = "# A\n\nWe keep logs for 60 days.\n\n# B\n\nWe keep names for 60 days.\n"
    assert [(was, now) for kind, was, now in kinds(old, new)] == [
        ("We keep logs for 30 days.", "We keep logs for 60 days."),
        ("We keep names for 30 days.", "We keep names for 60 days."),
    ]


words = st.lists(st.sampled_from(["We", "keep", "logs.", "sell", "nothing.", "Names", "stay."]), max_size=12).map(
    " ".join
)


@given(words, words)
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = compare_words(old, new)
    assert " ".join(p.words for p in pieces if p.kind != "added") == old
    assert " ".join(p.words for p in pieces if p.kind != "removed") == new


sentence = st.sampled_from(
    ["We keep logs.", "We sell nothing.", "We keep no logs.", "You may ask.", "We keep logs for days.", "Call us."]
)
texts = st.lists(st.lists(sentence, min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda sections: "".join(f"# Part {n}x\n\n{' '.join(each)}\n\n" for n, each in enumerate(sections))
)


@settings(max_examples=60)
@given(texts, texts)
def test_every_statement_is_told_of_exactly_once(old: str, new: str) -> None:
    one, two = policy(old), policy(new)
    alignment = Alignment(one, two)
    found = alignment.differences(unchanged=True)
    assert sorted(each.was for each in found if each.was is not None) == list(range(len(one.sentences)))
    assert [each.now for each in found if each.now is not None] == list(range(len(two.sentences)))
    for each in found:
        if each.was is not None:
            assert fold(each.old_words or "") == fold(alignment.old.words[each.was])
        if each.now is not None:
            assert fold(each.new_words or "") == fold(alignment.new.words[each.now])

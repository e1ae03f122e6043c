"""The sentences that a statement is read with, before it and after it."""

from __future__ import annotations

import pytest

from bot.policies.parsing import parse_policy

LONG = "; ".join(f"part number {n} of your data" for n in range(60))


def read(text: str) -> list[str]:
    """Each statement as `before > [own words] > after`, on one line."""
    policy = parse_policy(f"# Title\n\n{text}", id="p")
    lines = []
    for s in policy.sentences:
        spans = sorted([*s.context, (s.start, s.end)])
        words = [" ".join(policy.text[start:end].split()) for start, end in spans]
        own = spans.index((s.start, s.end))
        lines.append(" > ".join([*words[:own], f"[{words[own]}]", *words[own + 1 :]]))
    return lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We log. These logs go.", ["[We log.]", "We log. > [These logs go.]"]),
        (
            "| Who | What |\n| --- | --- |\n| Vets | Names |\n| Both parents | All of it |\n",
            ["Title > Who | What > [Vets | Names]", "Title > Who | What > [Both parents | All of it]"],
        ),
        ("We log.\n\nThese logs go.", ["[We log.]", "We log. > [These logs go.]"]),
        ("We log.\n\n## End\n\nTherefore we ask.", ["[We log.]", "[Therefore we ask.]"]),
        (
            "## Logs\n\nWe log.\n\n## What we do with these logs\n\nThese logs go.",
            ["[We log.]", "We log. > What we do with these logs > [These logs go.]"],
        ),
        (
            "We show leaderboards. You can ask not to be on the leaderboards.",
            ["[We show leaderboards.]", "We show leaderboards. > [You can ask not to be on the leaderboards.]"],
        ),
        (
            "We show leaderboards. You can leave the leaderboards that you run.",
            ["[We show leaderboards.]", "[You can leave the leaderboards that you run.]"],
        ),
        (
            "We recommend applications. You decide what is shared, and when, with these applications.",
            [
                "[We recommend applications.]",
                "We recommend applications. > [You decide what is shared, and when, with these applications.]",
            ],
        ),
        (
            "We assign an age range. We do not infer age range from names.",
            ["[We assign an age range.]", "We assign an age range. > [We do not infer age range from names.]"],
        ),
        ("We log. We do not infer age range.", ["[We log.]", "[We do not infer age range.]"]),
        (
            "We keep none. Not even your age. We tell. If you are 12, we only do so with your parents.",
            [
                "[We keep none.]",
                "We keep none. > [Not even your age.]",
                "[We tell.] > If you are 12, we only do so with your parents.",
                "We tell. > [If you are 12, we only do so with your parents.]",
            ],
        ),
        (
            "We sell none. An exception is art. We lend. We only do so if you ask.",
            [
                "[We sell none.] > An exception is art.",
                "We sell none. > [An exception is art.]",
                "[We lend.] > We only do so if you ask.",
                "We lend. > [We only do so if you ask.]",
            ],
        ),
        ("## Logs\n\nThese are kept.", ["Logs > [These are kept.]"]),
        (
            "We log.\n\nOur list can be found at maple.example.\n\nIn addition, we ask.",
            ["[We log.]", "[Our list can be found at maple.example.]", "We log. > [In addition, we ask.]"],
        ),
        (
            "We log.\n\nOur list can be found at maple.example.\n\nHowever, we ask.",
            [
                "[We log.]",
                "[Our list can be found at maple.example.] > However, we ask.",
                "Our list can be found at maple.example. > [However, we ask.]",
            ],
        ),
        (
            "We log. They grow. They go. They end. They stop.",
            [
                "[We log.]",
                "We log. > [They grow.]",
                "We log. > They grow. > [They go.]",
                "We log. > They grow. > They go. > [They end.]",
                "They end. > [They stop.]",
            ],
        ),
        (
            "We use:\n\n- Maps\n- Mail\n\nThese tools help.",
            ["We use: > [Maps]", "We use: > [Mail]", "We use: - Maps - Mail > [These tools help.]"],
        ),
        ("We use:\n\n- Maps\n- They help.", ["We use: > [Maps]", "We use: > [They help.]"]),
        ("We use:\n\n- Maps. They help.", ["We use: > Maps. > [They help.]"]),
        (
            "We sell none. However, we ask.",
            ["[We sell none.] > However, we ask.", "We sell none. > [However, we ask.]"],
        ),
        (
            "Members pay nothing. Others pay ten dollars.",
            [
                "[Members pay nothing.] > Others pay ten dollars.",
                "Members pay nothing. > [Others pay ten dollars.]",
            ],
        ),
        (
            "We sell none.\n\nThis does not apply to Bob.",
            ["[We sell none.] > This does not apply to Bob.", "We sell none. > [This does not apply to Bob.]"],
        ),
        (
            "We sell none. The exceptions are:\n\n- logs\n- maps",
            [
                "[We sell none.] > The exceptions are: - logs - maps",
                "We sell none. > The exceptions are: > [logs]",
                "We sell none. > The exceptions are: > [maps]",
            ],
        ),
        (
            "We never:\n\n- sell it\n- lend it\n\nUnless you agree.",
            [
                "We never: > [sell it] > Unless you agree.",
                "We never: > [lend it] > Unless you agree.",
                "We never: - sell it - lend it > [Unless you agree.]",
            ],
        ),
        (
            "We sell none. But we ask. Except on Sundays.",
            [
                "[We sell none.] > But we ask. > Except on Sundays.",
                "We sell none. > [But we ask.] > Except on Sundays.",
                "We sell none. > But we ask. > [Except on Sundays.]",
            ],
        ),
    ],
)
def test_a_statement_has_the_sentences_next_to_it(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We share with:\n• Bob\n• Ann\nunless you agree. We ask.",
            ["We share with: > [Bob] > unless you agree.", "We share with: > [Ann] > unless you agree.", "[We ask.]"],
        ),
        (
            "We share with:\nBob\nAnn\nunless you agree.",
            ["We share with: > [Bob] > unless you agree.", "We share with: > [Ann] > unless you agree."],
        ),
        (
            "We share with:\n- Bob\n- Ann, in each case only if you agree.",
            [
                "We share with: > [Bob] > in each case only if you agree.",
                "We share with: > [Ann, in each case only if you agree.]",
            ],
        ),
        (
            "We share with:\n- Bob and all of the bakers here\n- Ann and all of the drivers here\n  unless we may.",
            [
                "We share with: > [Bob and all of the bakers here]",
                "We share with: > [Ann and all of the drivers here unless we may.]",
            ],
        ),
        (
            "We share with:\n- Bob and his\n  - bakers\n  - drivers\n\n  unless you agree.\n- Ann",
            [
                "We share with: > [Bob and his]",
                "We share with: > Bob and his > [bakers] > unless you agree.",
                "We share with: > Bob and his > [drivers] > unless you agree.",
                "We share with: > [Ann]",
            ],
        ),
        (
            "We never: 1) sell names. 2) lend names. We ask.",
            ["[We never: 1) sell names.]", "We never: > [2) lend names.]", "[We ask.]"],
        ),
    ],
)
def test_what_ends_the_sentence_of_a_list_belongs_to_its_items(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["{} {}", "We offer:\n\n- {} {}\n- Cakes."])
@pytest.mark.parametrize(
    ("first", "after"),
    [
        ("You can close your account.", "Please keep in mind that we may keep your orders."),
        ("You can opt out of letters.", "Just follow the link in each letter."),
    ],
)
def test_a_statement_has_the_caution_and_the_way_after_it(text: str, first: str, after: str) -> None:
    found = read(text.format(first, after))
    assert any(line.endswith(f"[{first}] > {after}") for line in found)
    assert any(line.endswith(f"[{after}]") for line in found)


def test_a_caution_goes_only_with_the_sentence_before_it_in_its_paragraph() -> None:
    caution = "Please note that we may keep it."
    assert read(f"We log.\n\n{caution}") == ["[We log.]", f"[{caution}]"]
    assert read(f"We log. You can object. {caution}")[0] == "[We log.]"
    assert read(f"We offer:\n\n- maps\n- mail\n\n{caution}")[:2] == ["We offer: > [maps]", "We offer: > [mail]"]


def test_what_is_added_to_a_long_list_has_no_line_above_it() -> None:
    items = "".join(f"- part number {n} of your data, in one of our many forms\n" for n in range(20))
    assert read(f"We never sell:\n\n{items}\nAnd, we keep your name.")[-1] == "[And, we keep your name.]"
    assert read(f"We never sell:\n\n{items}\nAlso, we keep your name.")[-1] == "[Also, we keep your name.]"
    assert read(f"We never sell:\n\n{items}\nHowever, we swap.")[-1] == "We never sell: > [However, we swap.]"
    assert read("We sell:\n\n- cakes\n\nAnd, we keep.")[-1] == "We sell: - cakes > [And, we keep.]"


@pytest.mark.parametrize("lead", ["We will never sell:", "We will never sell"])
def test_the_pieces_of_a_long_sentence_have_its_opening(lead: str) -> None:
    first, *others = read(f"{lead} {LONG}.")
    assert first.startswith(f"[{lead}")
    assert others
    assert all(other.startswith(lead) for other in others)

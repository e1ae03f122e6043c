"""What people call an owner for short, and what means somebody else."""

from __future__ import annotations

import pytest

from bot.policies.short_names import has_kind, hosts_in, short_names


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Alder Public Library", {"the Library", "the Public Library"}),
        ("City of Alder", {"the City"}),
        ("University of Alder", {"the University"}),
        ("Alder County Department of Health", {"the Department", "the Department of Health", "the Health Department"}),
        ("State of Alder Division of Motor Vehicles", {"the Division", "the Division of Motor Vehicles"}),
        ("Alder Credit Union", {"the Credit Union"}),
        ("Alder County Sheriff's Office", {"the Sheriff", "the Sheriff's Office", "the Office"}),
        ("Alder Regional Port Authority", {"the Authority", "the Port Authority", "Alder Regional Port"}),
    ],
)
def test_the_kind_of_a_body_stands_for_it(name: str, short: set[str]) -> None:
    assert short <= set(short_names(name, ""))


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Alder Food Bank", {"the Bank"}),
        ("Alder Credit Union", {"the Union"}),
        ("State of Alder Division of Motor Vehicles", {"the State"}),
        ("Alder County Board of Elections", {"the County Board", "the County", "Alder"}),
        ("Alder Women's Clinic", {"the Women"}),
        ("Maple Orchard Games", {"the Games"}),
        ("Maple App", {"the App"}),
    ],
)
def test_other_parts_do_not(name: str, others: set[str]) -> None:
    text = "Alder has rules. Alder keeps them. The App is free, and the App is small."
    assert not others & set(short_names(name, text))


def test_any_last_word_does_if_the_text_uses_it_alone() -> None:
    assert "the Ledger" in set(short_names("Harbor Ledger", "The Ledger prints. Write to the Ledger."))
    assert "the Ledger" not in set(short_names("Harbor Ledger", "The Ledger prints. Read the Ledger Guild's rules."))


def test_the_first_words_do_if_they_are_often_alone() -> None:
    text = "LarkTok plays songs. You can open LarkTok at home."
    assert "LarkTok" in set(short_names("LarkTok Songs Venture", text))
    assert "LarkTok" not in set(
        short_names("LarkTok Songs Venture", "LarkTok Songs Venture plays. LarkTok Pay is not ours.")
    )
    assert "Alder" not in set(short_names("Alder Library", "Alder is old. Alder has a wall."))
    assert "Open" not in set(short_names("Open Songs Venture", "Open it. Open the box. It is open now."))


def test_hosts_say_which_words_people_use() -> None:
    text = "See alderlibrary.example. Alder's own site is alder.example. Songs come from alderlibrarysongs.example."
    found = set(short_names("Alder Public Library", text, hosts_in(text)))
    assert {"Alder Library", "alderlibrary.example"} <= found
    assert not {"Alder", "alder.example", "alderlibrarysongs.example"} & found


def test_initials_that_the_text_uses() -> None:
    name = "State of Alder Division of Motor Vehicles"
    assert "DMV" in set(short_names(name, "Open a myDMV account. The DMV keeps it."))
    assert "DMV" not in set(short_names(name, "The DMVX keeps it. The ADMV does not. DMV is said once."))


def test_kinds() -> None:
    assert has_kind("Alder Electric Cooperative")
    assert not has_kind("Library")
    assert not has_kind("Maple Bakery")

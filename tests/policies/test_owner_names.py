"""The names of a policy's owner: where they are found, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policies.about import known_names
from bot.policies.folder import load_policy_folder
from bot.types import Policy

BODY = "We keep your name for two years. We do not sell it.\n"


def read(tmp_path: Path, text: str, name: str = "policy.txt") -> Policy:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return load_policy_folder(str(tmp_path / name), tmp_path).policy


def names(tmp_path: Path, text: str) -> set[str]:
    return set(known_names(read(tmp_path, text)))


@pytest.mark.parametrize(
    ("top", "site"),
    [
        ("Alder Water Cooperative\n\nCustomer Data Policy", "Alder Water Cooperative"),
        ("ALDER COUNTY ASSESSOR'S OFFICE\n\nONLINE DATA POLICY", "Alder County Assessor's Office"),
        ("Alder Women's Clinic, Website and Portal Privacy", "Alder Women's Clinic"),
        ("Maple Bakery privacy rules for maple.example and the Maple app", "Maple Bakery"),
        ("Alder Town Library Patron Data Privacy Notice for Borrowers", "Alder Town Library"),
        ("Alder Museum of Glass\n\nPrivacy", "Alder Museum of Glass"),
        ("THE BROAD BENCH\nA workshop for everybody\n\nOUR PRIVACY PROMISE\n\nThe Broad Bench is open.", "Broad Bench"),
    ],
)
def test_the_owner_is_named_at_the_top(top: str, site: str, tmp_path: Path) -> None:
    policy = read(tmp_path, f"{top}\n\n{BODY}")
    assert policy.site == site
    assert site in known_names(policy)


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("Website, Kiosks and Halls Privacy Policy", "Kiosks and Halls"),
        ("Privacy: Your Worries Answered", "Worries Answered"),
        ("What Are Cookies", "What Are"),
    ],
)
def test_what_a_title_is_about_is_no_name(title: str, wrong: str, tmp_path: Path) -> None:
    assert wrong not in names(tmp_path, f"{title}\n\n{BODY}")


def test_an_owner_that_is_the_title_is_named(tmp_path: Path) -> None:
    policy = read(tmp_path, f"Alder Food Pantry Association\n\nHow we treat your details\n\n{BODY}")
    assert policy.title == policy.site == "Alder Food Pantry Association"
    assert policy.title in known_names(policy)
    assert known_names(read(tmp_path, f"How We Treat Your Details\n\n{BODY}", "other.txt")) == []


@pytest.mark.parametrize(
    ("sentence", "name", "wrong"),
    [
        ("Maple Oven Co., Ltd., with its registered address in Norway (“we” or “us”), bakes.", "Maple Oven", "Norway"),
        ("Maple Oven Ltd, 12 Mill Lane, Norwich (“we”), bakes.", "Maple Oven", "Norwich"),
        ("You got this from Maple Oven Ltd (“we”).", "Maple Oven", "You"),
        ("When Maple (that’s us) bakes, we need flour.", "Maple", "When Maple"),
    ],
)
def test_an_address_before_we_is_no_name(sentence: str, name: str, wrong: str, tmp_path: Path) -> None:
    found = names(tmp_path, f"Privacy Policy\n\n{sentence} {BODY}")
    assert name in found
    assert wrong not in found


def test_a_name_with_a_word_of_titles_is_found_by_the_address(tmp_path: Path) -> None:
    text = f"Privacy Policy\n\nThe Fair Terms Watch (FTW) site has news. {BODY}\nEmail: us@fairtermswatch.example\n"
    assert {"Fair Terms Watch", "FTW", "fairtermswatch.example"} <= names(tmp_path, text)


def test_the_owners_site_is_found_and_others_are_not(tmp_path: Path) -> None:
    text = (
        "Privacy Policy\n\nThis is for our website, Larkspur.example, and more. Larkspur is fast. We take cards on the "
        f"site paybird.example, and Paybird keeps them. {BODY}"
    )
    assert set(names(tmp_path, text)) == {"larkspur.example", "Larkspur"}

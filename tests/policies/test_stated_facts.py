"""Which statements of a policy state a fact about the policy itself or its owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policies.folder import load_policy_folder
from bot.types import Policy

BODY = "We keep your name for two years. We do not sell it."


def read(tmp_path: Path, words: str) -> Policy:
    path = tmp_path / "policy.md"
    path.write_text(
        f"# Privacy notice\n\n{BODY}\n\n## More\n\n{words}\n\n## End\n\nWe use no cookies.\n", encoding="utf-8"
    )
    return load_policy_folder(str(path), tmp_path).policy


def stated(policy: Policy, kind: str) -> list[str]:
    return [policy.sentences[index].text for index in policy.facts.get(kind, ())]


@pytest.mark.parametrize(
    "words",
    [
        "Maple Bakery Ltd is the data controller.",
        "The person responsible for handling the data is Ada Moreno.",
        "The body responsible for your personal information is the Town of Alder.",
        "The company in charge of processing your data is Maple Bakery Ltd.",
        "Responsible for data processing: Maple Bakery Ltd, Alder.",
        "If you live in Norway, Maple Norge AS is the controller.",
    ],
)
def test_who_is_responsible_is_found(words: str, tmp_path: Path) -> None:
    assert stated(read(tmp_path, words), "controller") == [words]


@pytest.mark.parametrize(
    "words",
    [
        "Merchants who act as data controllers may ask us for an agreement.",
        "For customers that are controllers of their own lists, other terms apply.",
        "Members who qualify as controllers sign an agreement with us.",
        "You are responsible for your personal information that you post.",
        "The developer of an add-on, as its controller, has a policy of its own.",
        "Our suppliers are controllers of what they collect.",
        "The person responsible for the kitchen is Ada Moreno.",
    ],
)
def test_data_that_others_control_is_not_the_owners(words: str, tmp_path: Path) -> None:
    assert stated(read(tmp_path, words), "controller") == []


@pytest.mark.parametrize(
    "words",
    [
        "Loafly (a service by Maple Bakery) shows what is in the oven.",
        "Loafly is a product of Maple Bakery.",
        "Maple Bakery operates several websites.",
        "When Maple Bakery (that's us) gets your order, it keeps your name.",
        "This policy explains what information Maple Bakery collects.",
        "This notice describes how and why Maple Bakery uses your data.",
    ],
)
def test_who_owns_the_site_is_found(words: str, tmp_path: Path) -> None:
    assert stated(read(tmp_path, words), "owner") == [words]


@pytest.mark.parametrize(
    "words",
    [
        "Corvane, which runs our servers, is in Ohio.",
        "This policy explains how we use Corvane.",
        "We offer a service for bakers.",
    ],
)
def test_who_only_helps_does_not_own_it(words: str, tmp_path: Path) -> None:
    assert stated(read(tmp_path, words), "owner") == []


@pytest.mark.parametrize(
    ("words", "latest", "updated"),
    [
        (
            "Changes:\n\n* May 4, 2025: Replaced Corvane with Pingwell.\n* June 1, 2023: Updated the contacts.\n"
            "* July 2, 2022: Added cookies.",
            "May 4, 2025: Replaced Corvane with Pingwell.",
            "2025-05-04",
        ),
        (
            "* 2022-07-02 – First version\n* 2023-06-01 – Updated the contacts\n* 2025-05-04 – Removed Corvane",
            "2025-05-04 – Removed Corvane",
            "2025-05-04",
        ),
        (
            "Change log\n\n* June 2023: Two partners left.\n* May 2025: One partner joined us.",
            "May 2025: One partner joined us.",
            "May 2025",
        ),
        (
            "| Version | Date | Change |\n|---|---|---|\n| 1.0 | 1 May 2023 | First version |\n"
            "| 1.1 | 4 May 2025 | New partners |\n| 1.2 | 6 May 2025 | Clarified cookies |",
            "1.2 | 6 May 2025 | Clarified cookies",
            "2025-05-06",
        ),
    ],
)
def test_the_latest_entry_of_a_list_of_changes_says_when(words: str, latest: str, updated: str, tmp_path: Path) -> None:
    policy = read(tmp_path, words)
    assert stated(policy, "updated") == [latest]
    assert policy.updated == updated


def test_a_date_at_the_start_of_another_sentence_is_no_change(tmp_path: Path) -> None:
    policy = read(tmp_path, "* May 4, 2025: The bakery opens.\n* June 1, 2025: The cafe opens.")
    assert stated(policy, "updated") == []


def test_contact_details_of_visitors_are_no_contact(tmp_path: Path) -> None:
    policy = read(tmp_path, "We keep your contact details and your orders, payment and contact information.")
    assert stated(policy, "contact") == []
    assert stated(read(tmp_path, "Our contact details are below."), "contact") == ["Our contact details are below."]

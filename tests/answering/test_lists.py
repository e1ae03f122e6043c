"""Lists that an answer quotes in part: what is asked for, what completes them, and what an answer says of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.lists import PolicyLists
from bot.index.passages import make_passages
from bot.opening import open_bot
from bot.policies.parsing import parse_policy
from bot.settings import Settings
from bot.types import Hit, Policy
from bot.wording import messages

RIGHTS = "# T\n\nWe are small.\n\nYou may:\n\n- see it. It is quick.\n- correct it\n- delete it\n- move it\n\nWe log.\n"
LONG = "# T\n\nYou may:\n\n" + "".join(f"- ask us for part {n} of it, {'and more ' * 12}\n" for n in range(8))
TABLE = "# T\n\n| What | Until |\n|---|---|\n| Name | May |\n| Age | June |\n| Town | July |\n"
NESTED = "# T\n\nWe keep:\n\n- names\n    - first\n    - last\n- ages\n- towns\n"


def read(text: str) -> tuple[Policy, PolicyLists]:
    policy = parse_policy(text, id="p")
    return policy, PolicyLists(policy)


def hits(policy: Policy, relevance: dict[str, float]) -> list[Hit]:
    """Return a hit for each statement; `relevance` has some by how they start, and the others have 0.01."""
    found = [
        Hit(passage, 0.5, next((value for start, value in relevance.items() if passage.text.startswith(start)), 0.01))
        for passage in make_passages(policy)
    ]
    return sorted(found, key=lambda hit: -hit.relevance)


def rows(policy: Policy, *starts: str) -> list[int]:
    return [next(s.index for s in policy.sentences if s.text.startswith(start)) for start in starts]


@pytest.mark.parametrize(
    ("text", "cited", "relevance", "entries"),
    [
        # Another entry is about as relevant.
        (RIGHTS, ["see", "correct"], {"see": 0.6, "correct": 0.5, "delete": 0.3}, ["see", "correct", "delete", "move"]),
        # No other is: a part of the list is what was asked for.
        (RIGHTS, ["see", "correct"], {"see": 0.6, "correct": 0.5, "delete": 0.1}, []),
        # Unless the cited ones are most of it.
        (
            RIGHTS,
            ["see", "correct", "move"],
            {"see": 0.6, "correct": 0.5, "move": 0.4},
            ["see", "correct", "delete", "move"],
        ),
        (RIGHTS, ["see"], {"see": 0.6, "correct": 0.5}, []),
        (RIGHTS, ["We are", "We log"], {"We are": 0.6, "We log": 0.5}, []),
        (TABLE, ["Name", "Age"], {"Name": 0.6, "Age": 0.5, "Town": 0.4}, ["Name", "Age", "Town"]),
        (NESTED, ["ages", "towns"], {"ages": 0.6, "towns": 0.6, "names": 0.5}, ["names", "ages", "towns"]),
    ],
)
def test_the_list_that_is_asked_for(
    text: str, cited: list[str], relevance: dict[str, float], entries: list[str]
) -> None:
    policy, lists = read(text)
    found = lists.asked_for(rows(policy, *cited), hits(policy, relevance))
    assert found == rows(policy, *entries)


def test_few_short_entries_complete_an_answer() -> None:
    policy, lists = read(RIGHTS)
    entries = rows(policy, "see", "correct", "delete", "move")
    assert lists.add_short(rows(policy, "delete", "see"), entries) == tuple(
        rows(policy, "delete", "see", "correct", "move")
    )
    policy, lists = read(LONG)
    entries = [sentence.index for sentence in policy.sentences]
    assert lists.add_short(entries[:3], entries) == tuple(entries[:3])


def test_a_list_goes_on_if_another_entry_is_about_as_relevant_as_the_best() -> None:
    policy, lists = read(LONG)
    entries = [sentence.index for sentence in policy.sentences]
    near = {f"ask us for part {n} ": 0.6 - n / 20 for n in range(8)}
    assert lists.goes_on(entries[:3], entries, hits(policy, near))
    assert not lists.goes_on(entries, entries, hits(policy, near))
    assert not lists.goes_on(entries[:3], entries, hits(policy, {"ask us for part 0": 0.9, "ask us for part": 0.3}))
    assert not lists.goes_on([99, *entries[:3]], entries, hits(policy, near))


COMPANIES = "# Maple Bakery privacy notice\n\n## Our subprocessors\n\nWe use these subprocessors:\n\n" + "".join(
    f"- {name}, which runs our {work} on servers in Ohio and answers our questions about them on weekdays.\n"
    for name, work in zip(
        "Corvane Pingwell Strandpay Mailthrush Skyhost Bugbee Nordkante Criteon Fareline Stillwater Halden Lu".split(),
        "website mail payments letters hosting reports backups charts tickets storage loans maps".split(),
        strict=True,
    )
)


def test_an_answer_says_that_its_list_goes_on(tmp_path: Path) -> None:
    (tmp_path / "bakery.md").write_text(COMPANIES, encoding="utf-8")
    bot = open_bot(Settings(home=tmp_path), str(tmp_path / "bakery.md"))
    for language in ("en", "es"):
        answer = bot.ask("who are your subprocessors", language=language)
        assert 1 < len(answer.citations) < 12
        assert messages(language)["list_goes_on"] in answer.opening
    one = bot.ask("who runs your payments")
    assert "Strandpay" in one.citations[0].quote
    assert one.opening == ""

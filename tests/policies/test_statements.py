"""No item without the line that governs it, and no heading, rule, lead-in or bare question as a statement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.index.passages import make_passages
from bot.policies.folder import load_policy_folder
from bot.policies.parsing import parse_policy
from bot.types import AskPolicyError, Policy

CASES = Path(__file__).with_name("statement_cases")


def read(text: str) -> list[str]:
    """Each statement as `outermost > inner > own words`."""
    return statements(parse_policy(text, id="p"))


def statements(policy: Policy) -> list[str]:
    return [
        " > ".join([*(policy.text[start:end] for start, end in sentence.context), sentence.text]).replace("\n", " ")
        for sentence in policy.sentences
    ]


CASE_STATEMENTS = {
    "01-negated-list.md": [
        "We keep: > your name",
        "We keep: > your number",
        "We pass orders on to: > the driver",
        "We pass orders on to: > the accountant",
        "We will not: > sell your name",
        "We will not: > lend your name",
    ],
    "02-heading-as-answer.txt": [
        "Only two bakers hold the key to the drawer with the order book.",
        "The order book goes to the shredder after eighteen months.",
    ],
    "02-headings-without-blank-line.md": ["We keep little.", "We keep your name.", "Only drivers see it."],
    "02-rules-as-answers.md": [
        "Write to us at the mill if you have questions about this notice.",
        "This notice applies from 1 May.",
    ],
    "02-setext-headings.md": ["We keep your name.", "Only drivers see it."],
    "03-faq-question-as-answer.txt": [
        "What do you keep about me? > Your name and your telephone number.",
        "How long do you keep it? > Eighteen months.",
        "Do you sell it? > No. We never have.",
        "Can I have it deleted? > Yes, write to privacy@maple.example.",
    ],
    "../cases/09-table.md": [
        "How long > What | Why | How long > Orders | Accounts | 18 months",
        "How long > What | Why | How long > Complaints | Law | 6 years",
        "How long > What | Why | How long > Camera pictures | Safety | 3 days",
        "We keep nothing else.",
    ],
}


@pytest.mark.parametrize("name", CASE_STATEMENTS)
def test_a_small_policy_is_read_as_its_statements(name: str) -> None:
    policy = load_policy_folder(str(CASES / name), CASES).policy
    assert statements(policy) == CASE_STATEMENTS[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We will not:\n\n1. sell it\n\n2. Lend it\n\nWe ask.",
            ["We will not: > sell it", "We will not: > Lend it", "We ask."],
        ),
        (
            "No compartimos:\n\n- nombres\n- fotos\n\nsalvo que usted lo pida.",
            [
                "No compartimos: > salvo que usted lo pida. > nombres",
                "No compartimos: > salvo que usted lo pida. > fotos",
            ],
        ),
        (
            "We care. We will never:\n(a) sell it;\n(b) lend it.",
            ["We care.", "We will never: > sell it;", "We will never: > lend it."],
        ),
        ("We will not\n\n- sell it\n", ["We will not > sell it"]),
        ("We ask you. We will not\n- sell it\n", ["We ask you.", "We will not > sell it"]),
        ("We will not:\nsell it\nlend it\n\nWe ask.", ["We will not: > sell it", "We will not: > lend it", "We ask."]),
        ("We will not:\n•\nsell it\n•\nlend it", ["We will not: > sell it", "We will not: > lend it"]),
        ("We will not:\n•sell it\n•lend it", ["We will not: > sell it", "We will not: > lend it"]),
        (
            "We will not:\n- sell it to:\n  - Bob\n    - or Al\n  - Ann\n- lend it",
            [
                "We will not: > sell it to: > Bob",
                "We will not: > sell it to: > Bob > or Al",
                "We will not: > sell it to: > Ann",
                "We will not: > lend it",
            ],
        ),
        (
            "We will not:\n1. sell it to:\n(i) Bob\n(ii) Ann\n2. lend it",
            ["We will not: > sell it to: > Bob", "We will not: > sell it to: > Ann", "We will not: > lend it"],
        ),
        (
            "We will not:\n• sell it to:\n• Bob\n• Ann",
            ["We will not: > sell it to: > Bob", "We will not: > sell it to: > Ann"],
        ),
        (
            "We keep:\n- Cookies\n\n  They end soon.\n- logs\n\nWe ask.",
            ["We keep: > Cookies", "We keep: > Cookies > They end soon.", "We keep: > logs", "We ask."],
        ),
        (
            "We will not:\n- sell it. That is sure.\n",
            ["We will not: > sell it.", "We will not: > sell it. > That is sure."],
        ),
        ("We use the services below.\n- Maps", ["We use the services below.", "We use the services below. > Maps"]),
        ("We will not:\n- sell it to\nanybody\n", ["We will not: > sell it to anybody"]),
        ("We keep\n- a; and\n- b.", ["We keep > a; and", "We keep > b."]),
        (
            "We use it for the following purposes:\n\nTo bake.\n\nTo bring: to you.\n\nTo ask: by mail.\n\nWe do.",
            [
                "We use it for the following purposes: > To bake.",
                "We use it for the following purposes: > To bring: to you.",
                "We use it for the following purposes: > To ask: by mail.",
                "We do.",
            ],
        ),
        (
            "We do not sell:\n\nloans\n\nFines\n\nWe sell these:\n\nOld books\n\nOld maps\n\nCameras\n\nWe film.",
            [
                "We do not sell: > loans",
                "We do not sell: > Fines",
                "We sell these: > Old books",
                "We sell these: > Old maps",
                "We film.",
            ],
        ),
        (
            "## What we do\n\nWe don't sell loans\n\nWe film\n\n## End\n\nDone.",
            ["We don't sell loans", "We film", "Done."],
        ),
        (
            "## Data we never sell\n\nYour loans.\n\nYour fines.\n\nWe ask.",
            ["Data we never sell > Your loans.", "Data we never sell > Your fines.", "We ask."],
        ),
        (
            "We keep:\n\n- names\n\nbut never:\n\n- loans\n- fines\n\nbeyond a week.",
            [
                "We keep: > but never:  - loans - fines  beyond a week. > names",
                "We keep: > but never: > beyond a week. > loans",
                "We keep: > but never: > beyond a week. > fines",
            ],
        ),
        (
            "We tell:\n\n- banks\n- schools\n\n, even if we know them.",
            ["We tell: > , even if we know them. > banks", "We tell: > , even if we know them. > schools"],
        ),
        (
            "We tell:\na. the banks,\nb. the schools,\neach of which deletes it.",
            [
                "We tell: > each of which deletes it. > the banks,",
                "We tell: > each of which deletes it. > the schools,",
            ],
        ),
        (
            "## Sharing\n\nWe share nothing except in these cases:\n\n### Courts\n\nJudges ask.\n\n"
            "### Banks\n\nYou pay.\n\n"
            "## Keeping\n\nWe keep:\n\n## Selling\n\nWe sell none.\n\n## End\n\nDone.",
            [
                "Courts > Banks > We share nothing except in these cases:",
                "Judges ask.",
                "You pay.",
                "We keep:",
                "We sell none.",
                "Done.",
            ],
        ),
        (
            "We tell others if we need to:\n\n- Obey courts that ask us. We count its orders.\n- Cookies. We set one.",
            [
                "We tell others if we need to: > Obey courts that ask us.",
                "We tell others if we need to: > Obey courts that ask us. > We count its orders.",
                "We tell others if we need to: > Cookies. > We set one.",
            ],
        ),
        (
            "We sell nothing, except:\n\n## Mergers\n\nA buyer gets it.",
            ["Mergers > We sell nothing, except:", "A buyer gets it."],
        ),
        ("We promise this:\n\n## Rights\n\nYou may ask.", ["We promise this:", "You may ask."]),
        (
            "We promise this.\n\nNote well:\n\nWe sell nothing.",
            ["We promise this.", "Note well: > We sell nothing."],
        ),
        ("We begin. Questions? Write to us.", ["We begin.", "Questions? > Write to us."]),
        (
            "## Do you film?\n\ntranslate\n\nYes, at the door.\n\nNot for 2 weeks.\n\nSee our list.",
            ["Do you film? > Yes, at the door.", "Do you film? > Not for 2 weeks.", "See our list."],
        ),
        ("We ask. Learn more.\n\nLearn more\n\n[Back to top]\n\nWe do.", ["We ask.", "We do."]),
        ("We never:\n\n- share\n- sell", ["We never: > share", "We never: > sell"]),
        ("We never:\nshare\nsell", ["We never: > share", "We never: > sell"]),
        ("## Do you sell it?\n\nNo.\n\n## End\n\nWe ask.", ["Do you sell it? > No.", "We ask."]),
        ("We begin.\n\n- Is it sold?\n- Is it kept?\n\n## End\n\nWe ask.", ["We begin.", "We ask."]),
        ("We keep:\n\n| What | Why |\n| --- | --- |\n| Name | Law |", ["We keep: > What | Why > Name | Law"]),
        (
            "We begin.\n\n|  |  |\n|--|--|\n| We do | We do not |\n| ask | sell |",
            ["We begin.", "We begin. > We do | We do not > ask | sell"],
        ),
        ("We ask. Cookie Settings\n\nWe do.\n\nManage privacy preferences", ["We ask.", "We do."]),
        ("We begin.\n\n## New\n\n• May 1, 2024\n  • Part 3.", ["We begin.", "New > May 1, 2024 > Part 3."]),
        (
            "We begin.\n\n##Sale\n\nWe never sell.\n\n#sale is a tag.",
            ["We begin.", "We never sell.", "#sale is a tag."],
        ),
        ("We begin.\n\nWhat | Why\n--- | ---\nName | Law\n", ["We begin.", "We begin. > What | Why > Name | Law"]),
        ("We begin.\n\n|  |  |\n|--|--|\n| Name | Law |", ["We begin.", "We begin. > Name | Law"]),
        ("We begin.\n\n3. HOW LONG\nOne year.", ["We begin.", "3. HOW LONG > One year."]),
        ("We begin.\n\nHow long\n~~~~~~~~\n\nOne year.", ["We begin.", "How long > One year."]),
        ("We begin.\n\nWho we tell\nWe tell only our drivers.", ["We begin.", "We tell only our drivers."]),
        (
            "We show orders to bakers and the drivers at\nMaple.",
            ["We show orders to bakers and the drivers at > Maple."],
        ),
    ],
)
def test_a_statement_has_the_words_that_govern_it(text: str, expected: list[str]) -> None:
    assert read(f"# Title\n\n{text}") == [line.replace("Title > ", "") for line in expected]


def test_models_read_the_context_between_heading_and_words() -> None:
    policy = parse_policy("# T\n\n## Sharing\n\nWe will not:\n\n- sell it\n\n## Is it kept?\n\nNo.", id="p")
    assert [p.read_as for p in make_passages(policy)] == ["Sharing: We will not: sell it", "Is it kept?: No."]


WORDS = st.sampled_from(["your name", "Sell it.", "lend it; and", "Naïve façade 🍪", "said to:", "logs", "what for?"])
MARKS = st.sampled_from(["•", "-", "*", "1.", "(a)", "2)", "iv."])
ITEMS = st.lists(st.tuples(st.integers(0, 3), MARKS, WORDS), min_size=1, max_size=12)
LEADS = st.sampled_from(
    ["We will not:", "We ask first. We never", "We keep\nonly this:", "We share it with the following:"]
)


def test_a_title_above_a_date_is_no_statement() -> None:
    policy = parse_policy("Maple privacy notice\nLast updated March 2, 2025\n\nWe ask.", id="p")
    assert statements(policy) == ["Last updated March 2, 2025", "We ask."]
    assert policy.title == "Maple privacy notice"


@given(LEADS, ITEMS, st.sampled_from(["\n", "\n\n"]), st.sampled_from(["\n", "\r\n"]))
def test_every_item_has_its_governing_line(lead: str, items: list[tuple[int, str, str]], gap: str, end: str) -> None:
    lines = [f"{'  ' * depth}{mark} {words}" for depth, mark, words in items]
    text = f"# Title\n\n{lead}{gap}{gap.join(lines)}\n\nWe end here.\n".replace("\n", end)
    policy = parse_policy(text, id="p")
    governing = re.split(r"(?<=\.) ", lead)[-1].split()
    *listed, last = [s for s in policy.sentences if s.text != "We ask first."]
    assert (last.text, last.context) == ("We end here.", ())
    for sentence in listed:
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.context, sentence
        start, stop = sentence.context[0]
        assert text[start:stop].split() == governing
        assert all(a.end <= b.start for a, b in zip(sentence.context, sentence.context[1:], strict=False))
        assert sentence.context[-1].end <= sentence.start
        assert not sentence.text.endswith("?")
    # Nothing that introduces other items is cited alone.
    governs = {sentence.context[-1] for sentence in listed}
    assert not any((s.start, s.end) in governs and s.text.endswith(":") for s in listed)


@given(st.text(alphabet="aA1.?:|-#=•()* \n\t", max_size=120))
def test_contexts_of_any_text_are_exact(text: str) -> None:
    try:
        policy = parse_policy(text, id="p")
    except AskPolicyError:
        return
    for sentence in policy.sentences:
        assert any(c.isalnum() for c in sentence.text)
        for start, end in sentence.context:
            assert 0 <= start < end <= sentence.start
            assert text[start:end] == text[start:end].strip()


def test_a_deep_list_costs_little() -> None:
    text = "We will not:\n" + "\n".join(f"{'  ' * depth}- part {depth}:" for depth in range(400))
    policy = parse_policy(text, id="p")
    assert max(len(sentence.context) for sentence in policy.sentences) <= 9


def _governed(text: str) -> list[str]:
    policy = parse_policy(text, id="policy")
    return [" / ".join([*(policy.text[a:b] for a, b in each.context), each.text]) for each in policy.sentences]


def test_a_whole_sentence_above_numbered_paragraphs_does_not_govern_them() -> None:
    above = "Larkspur Ltd runs the site and the shop, for people who buy plants from it."
    text = f"{above}\n\n1. Questions. If you have a question, you may write to us.\n\n2. Cookies. We use two cookies.\n"
    assert _governed(text) == [
        above,
        "Questions. / If you have a question, you may write to us.",
        "Cookies. / We use two cookies.",
    ]


@pytest.mark.parametrize(
    "above",
    ["We never do what others do.", "We use your data in these ways.", "Our reasons follow.", "We do some of it only:"],
)
def test_a_sentence_that_denies_or_points_at_a_list_governs_it(above: str) -> None:
    assert _governed(f"{above}\n\n- We may sell it.\n- We will keep it.")[-2:] == [
        f"{above} / We may sell it.",
        f"{above} / We will keep it.",
    ]


def test_a_clause_that_stands_alone_is_the_label_of_its_paragraph() -> None:
    assert _governed("If the company is sold. The new owner keeps this promise.") == [
        "If the company is sold. / The new owner keeps this promise."
    ]
    assert _governed("If you ask us we send it. It takes a day.")[0] == "If you ask us we send it."


def test_a_version_is_no_heading_and_a_line_above_contents_is_dropped() -> None:
    text = "Privacy\n\nVersion 3.1\n\nHere are the sections below:\n\n- Cookies\n- Sharing\n\nCookies\n\nWe set one.\n"
    policy = parse_policy(text + "\nSharing\n\nWe share none.\n", id="policy")
    assert [section.headings[-1] for section in policy.sections] == ["Privacy", "Cookies", "Sharing"]
    assert [each.text for each in policy.sentences] == ["Version 3.1", "We set one.", "We share none."]


@pytest.mark.parametrize("items", [("you ask us to", "a court says so"), ("terms you search for", "videos")])
def test_an_item_that_completes_its_list_may_end_in_a_preposition(items: tuple[str, str]) -> None:
    lead = "We keep nothing unless it is one of:"
    assert _governed(f"{lead}\n\n- {items[0]}\n- {items[1]}\n") == [f"{lead} / {item}" for item in items]


def test_an_item_that_announces_the_next_one_governs_it() -> None:
    assert _governed("- We share data with\n- our bank\n") == ["We share data with / our bank"]

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.policies.folder import load_policy_folder
from bot.policies.questions import VisitorQuestion
from bot.policies.routes import old_checks
from bot.settings import Settings
from bot.types import ROUTE, AskPolicyError, Contact, Outcome, Route
from bot.wording import LANGUAGES

TEXT = "Harbour Policy\n\nWe keep logs for a day. We sell nothing.\n"
ORDERS = '[[routes]]\nid = "orders"\nname = "the order desk"\nexamples = ["where is my order", "late order"]\n'


def folder(tmp_path: Path, manifest: str, *questions: Mapping[str, object]) -> Path:
    (tmp_path / "policy.txt").write_text(TEXT, encoding="utf-8")
    head = f'id = "harbour"\ntext = "policy.txt"\nsha256 = "{hashlib.sha256(TEXT.encode()).hexdigest()}"\n'
    (tmp_path / "manifest.toml").write_text(head + manifest, encoding="utf-8")
    if questions:
        (tmp_path / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions), encoding="utf-8")
    return tmp_path


def test_examples_become_questions_about_something_else(tmp_path: Path) -> None:
    written = {"question": "my parcel", "kind": "off_topic", "route": "orders"}
    home = folder(tmp_path, ORDERS + 'url = "https://a.example/o"\nchecked = 2026-11-01\nnames = {es = "p"}\n', written)
    with pytest.raises(AskPolicyError, match=r"route 1: 'names.es': write one line of 2 to 200 characters"):
        load_policy_folder(str(home), tmp_path)
    home = folder(
        tmp_path, ORDERS + 'url = "https://a.example/o"\nchecked = 2026-11-01\nnames = {es = "los pedidos"}\n'
    )
    read = load_policy_folder(str(home), tmp_path)
    place = Contact(ROUTE, "the order desk", "https://a.example/o", {"es": "los pedidos"}, checked="2026-11-01")
    assert read.policy.routes == (Route("orders", place),)
    assert read.questions == tuple(
        VisitorQuestion(text, "off_topic", route="orders") for text in ("my parcel", "where is my order", "late order")
    )


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (ORDERS + 'url = "https://a.example"\n', r"route 1: a url needs a date: say when you checked it"),
        (ORDERS + 'url = "http://a.example"\nchecked = 2026-11-01\n', r"route 1: 'url': write https:// and a page"),
        (ORDERS + 'url = "javascript:alert(1)"\nchecked = 2026-11-01\n', r"route 1: 'url': write https://"),
        (ORDERS + 'checked = "last week"\n', r"route 1: 'checked': this is not a date: write it as 2026-11-27"),
        (ORDERS + "checked = 2026\n", r"route 1: 'checked': this is not a date"),
        (ORDERS + "exampels = []\n", r"route 1: the key 'exampels' is not known \(did you mean 'examples'\?\)"),
        (ORDERS + ORDERS, "two routes have the id 'orders': give one of them another id"),
        (
            ORDERS + ORDERS.replace('"orders"', '"desk"').replace("late", "Late"),
            "the example 'where is my order' is in the routes 'orders' and 'desk': keep one",
        ),
        (ORDERS.replace('"orders"', '"My Orders"'), r"route 1: 'id': use lowercase letters"),
        ('[[routes]]\nid = "a"\nname = "the desk"\nexamples = []\n', r"route 1: 'examples' is empty: add one"),
        ('[[routes]]\nid = "a"\nname = "the desk"\n', r"route 1: the key 'examples' is missing: add it"),
        ('[[routes]]\nid = "a"\nexamples = ["late"]\n', r"route 1: the key 'name' is missing: add it"),
        (ORDERS.replace("the order desk", "(RMV)"), r"route 1: 'name': write a name before the parentheses"),
        (ORDERS.replace("the order desk", "the (RMV)"), r"route 1: 'name': write a name before the parentheses"),
        ('[[contacts]]\nrole = "route"\nname = "x"\n', "'route' is not a role"),
    ],
)
def test_a_route_that_does_not_fit_is_refused(manifest: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match=message):
        load_policy_folder(str(folder(tmp_path, manifest)), tmp_path)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("https://a.example/?q={question}", None),
        ("https://a.example/s?page=1&q={question}#top", None),
        ("http://a.example/?q={question}", "write https:// and a page, a question mark"),
        ("https://a.example/{question}", "write https:// and a page, a question mark"),
        ("https://{question}/?q=1", "write {question} exactly once, after the question mark"),
        ("https://{question}/?q={question}", "write {question} exactly once, after the question mark"),
        ("https://a.example/?q=", "write {question} exactly once, after the question mark"),
        ("https://a.example/?q={question}&r={question}", "write {question} exactly once"),
        ("https://a.example/?q={question}&r={site}", "and no other braces"),
        ("https://a.example/?q={question} x", "remove the blanks"),
    ],
)
def test_a_search_takes_the_question_in_its_query_only(address: str, message: str | None, tmp_path: Path) -> None:
    home = folder(tmp_path, f'[[contacts]]\nrole = "search"\nname = "x"\nsearch_url = "{address}"\n')
    if message is None:
        assert load_policy_folder(str(home), tmp_path).policy.contacts[0].search_url == address
        return
    with pytest.raises(AskPolicyError) as error:
        load_policy_folder(str(home), tmp_path)
    assert "contact 1: 'search_url'" in str(error.value)
    assert message in str(error.value)


def test_only_a_search_searches(tmp_path: Path) -> None:
    home = folder(tmp_path, '[[contacts]]\nrole = "form"\nname = "x"\nsearch_url = "https://a.example/?q={question}"\n')
    with pytest.raises(AskPolicyError, match="only a contact with the role search may have a search_url"):
        load_policy_folder(str(home), tmp_path)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"kind": "off_topic", "route": "order"}, r"line 1, has the route 'order', .* \(did you mean 'orders'\?\)"),
        ({"kind": "not_covered", "route": "orders"}, "Only off_topic may have a route"),
        ({"kind": "off_topic", "route": 3}, "Only off_topic may have a route"),
        ({"kind": "not_covered", "question": "Late order"}, "also in questions.jsonl, with the kind not_covered"),
    ],
)
def test_a_question_with_a_route_that_does_not_fit_is_refused(
    question: dict[str, object], message: str, tmp_path: Path
) -> None:
    home = folder(tmp_path, ORDERS, {"question": "x", **question})
    with pytest.raises(AskPolicyError, match=message):
        load_policy_folder(str(home), tmp_path)


def test_the_owner_is_reminded_of_places_that_were_not_checked_for_a_year(tmp_path: Path) -> None:
    contact = '[[contacts]]\nrole = "{}"\nname = "{} page"\nchecked = {}\n'
    home = folder(
        tmp_path,
        contact.format("search", "old", "2025-11-26")
        + contact.format("form", "new", "2025-11-27")
        + '[[contacts]]\nrole = "phone"\nname = "undated"\n'
        + contact.format("email", "late", "2062-11-27")
        + ORDERS
        + "checked = 2020-01-01\n",
    )
    policy = load_policy_folder(str(home), tmp_path).policy
    assert list(old_checks(policy, datetime.date(2026, 11, 27))) == [
        "The contact 'old page' was last checked on 2025-11-26: see whether it still exists, and update `checked`.",
        "The contact 'late page' was checked on 2062-11-27, which is in the future: correct `checked`.",
        "The route 'orders' was last checked on 2020-01-01: see whether it still exists, and update `checked`.",
    ]


def test_massgov_routes_are_named_in_every_language(settings: Settings) -> None:
    policy = load_policy_folder("massgov", settings.corpus).policy
    assert len(policy.routes) >= 20
    for route in policy.routes:
        assert {"en", *route.contact.names} == set(LANGUAGES), route.id
    # Nobody has opened their pages yet.
    assert not any(route.contact.url for route in policy.routes)
    assert policy.next_steps(Outcome.SMALL_TALK)[0].url == "https://www.search.mass.gov"

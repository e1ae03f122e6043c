from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.routes import route_of
from bot.elsewhere.offices import Offices
from bot.encoder.files import encoder_bytes
from bot.guard.personal_data import KINDS
from bot.index.bundle import build_bundle, load_bundle
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.settings import Settings
from bot.types import MAX_SEARCH_CHARS, Contact, Outcome, Policy, search_link

HELD_OUT = tomllib.loads(Path(__file__).with_name("route_held_out.toml").read_text(encoding="utf-8"))["routes"]
SEARCH = Contact("search", "Search", "https://a.example", search_url="https://a.example/?q={question}&l=en")


def place_of(bot: Bot, question: str) -> Contact | None:
    return route_of(question, bot.evidence(question), Offices(bot.bundle.policy.routes))


def asked_of(address: str | None) -> str:
    """Return what a link searches for. The rest of it must be as the owner wrote it."""
    parts = urlsplit(address or "")
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "a.example", "/", "")
    fields = parse_qs(parts.query, strict_parsing=True)
    assert fields.keys() == {"q", "l"}
    return fields["q"][0]


def test_most_service_questions_kept_aside_get_the_right_route(bot: Bot) -> None:
    names = {route.id: route.contact for route in bot.bundle.policy.routes}
    kept_aside = [(question, route) for route, questions in HELD_OUT.items() for question in questions][1::2]
    found = [(route, place_of(bot, question)) for question, route in kept_aside]
    services = [(route, contact) for route, contact in found if route]
    assert sum(contact == names[route] for route, contact in services) / len(services) > 0.7
    assert sum(contact not in (None, names[route]) for route, contact in services) / len(services) < 0.04
    assert sum(contact is not None for route, contact in found if not route) <= 1


def test_routes_alone_change_no_decision(bot: Bot, settings: Settings, tmp_path: Path) -> None:
    read = load_policy_folder("massgov", settings.corpus)
    examples = tuple(question for question in read.questions if question.route or question.topic)
    read = dataclasses.replace(read, questions=examples)
    build_bundle(read, encoder_bytes(settings.model), tmp_path, reuse=settings.home / "massgov")
    routes_only = Bot(load_bundle(tmp_path), settings)
    plain = Bot(bot.bundle.without_questions(), settings)
    for question in ("do you sell my data", "how long do you keep my ip address", "do you use facial recognition"):
        assert routes_only.ask(question).outcome == plain.ask(question).outcome
    question = "how do i renew my driver's license"
    place = place_of(routes_only, question)
    assert place is not None
    assert "RMV" in place.name
    assert place_of(plain, question) is None


@pytest.mark.parametrize(
    "question",
    [
        "will it be sunny in Lowell on Sunday",
        "somewhere nice for dinner in Salem",
        "I forgot the password of my email",
        "can't sign into my account",
    ],
)
def test_no_route_is_given_if_questions_without_one_are_nearer(bot: Bot, question: str) -> None:
    assert place_of(bot, question) is None


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("opening hours of the department of public health", "Department of Public Health"),
        ("can somebody at the dese call me back", "Elementary and Secondary Education"),
        ("is the dcr or the MBTA open on Monday", "MBTA"),
        ("child support services division of the department of revenue address", "Child Support"),
    ],
)
def test_a_place_that_a_question_names_is_its_route(bot: Bot, question: str, name: str) -> None:
    place = place_of(bot, question)
    assert place
    assert name in place.name


def test_a_follow_up_keeps_the_route_of_the_question_before(bot: Bot) -> None:
    answer = bot.ask("how much is it", ["how do I renew my driver's license"])
    assert answer.route
    assert "RMV" in answer.route.name
    assert answer.to_search == "How much is it to renew my driver's license?"


@given(st.text(max_size=400))
def test_a_question_can_only_change_what_is_searched_for(question: str) -> None:
    link = search_link(SEARCH, question)
    if link is SEARCH:
        return
    words = asked_of(link.url)
    assert 0 < len(words) <= MAX_SEARCH_CHARS
    assert dataclasses.replace(link, url=SEARCH.url) == SEARCH


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("is C++ & R&D at 100% free? #1 {question} a/b", "is C++ & R&D at 100% free? #1 {question} a/b"),
        ("¿dónde está?", "¿dónde está?"),
        ("call [phone number] or [name] about taxes", "call or about taxes"),
        ("word " * 60, ("word " * 40).strip()),
        ("x" * 300, "x" * 200),
    ],
)
def test_the_words_of_a_search(question: str, words: str) -> None:
    assert asked_of(search_link(SEARCH, question).url) == words


def test_no_mark_of_removed_data_is_searched_for() -> None:
    for kind in KINDS:
        assert search_link(SEARCH, f"[{kind.replace('_', ' ')}]") is SEARCH


def test_where_a_search_carries_the_question() -> None:
    form, chat = Contact("policy_questions", "Form", None), Contact("chatbot", "Chat", None)
    policy = Policy("a", "A", "A", None, None, None, "", (), (), "", contacts=(SEARCH, form, chat))
    link = search_link(SEARCH, "taxes")
    assert policy.next_steps(Outcome.OFF_TOPIC, question="taxes") == (link, chat)
    assert policy.next_steps(Outcome.OFF_TOPIC) == (SEARCH, chat)
    assert policy.next_steps(Outcome.NOT_COVERED, question="taxes") == (form, link)
    assert policy.next_steps(Outcome.NOT_COVERED) == (form,)
    assert policy.next_steps(Outcome.SMALL_TALK, "complaint", "taxes") == (form,)

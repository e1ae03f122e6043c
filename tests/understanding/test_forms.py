from __future__ import annotations

import re

import pytest

from bot.understanding.clauses import VERBS
from bot.understanding.ellipsis import complete
from bot.understanding.forms import any_form, base, forms_of, gerund, is_plural, plural, stem, third
from bot.understanding.indirect import direct
from bot.understanding.names import OwnNames
from bot.understanding.things import THINGS, TOOLS


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_base_form_of_each_verb_is_found(verb: str) -> None:
    assert base(third(verb)) == verb
    assert base(verb) == verb


@pytest.mark.parametrize("noun", sorted(THINGS | TOOLS))
def test_the_singular_of_each_thing_is_found(noun: str) -> None:
    if is_plural(noun):
        assert plural(stem(noun)) == noun
    else:
        assert (stem(noun), stem(plural(noun))) == (noun, noun)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("try", "try tries trying tried"),
        ("go", "go goes going went gone"),
        ("have", "have has having had"),
        ("watch", "watch watches watching watched"),
        ("fix", "fix fixes fixing fixed"),
        ("pass", "pass passes passing passed"),
        ("cache", "cache caches caching cached"),
        ("lie", "lie lies lying lied"),
        ("be", "be is being was been"),
        ("see", "see sees seeing saw seen"),
        ("share", "share shares sharing shared"),
        ("transfer", "transfer transfers transferring transferred"),
        ("submit", "submit submits submitting submitted"),
        ("visit", "visit visits visiting visited"),
        ("stop", "stop stops stopping stopped"),
        ("read", "read reads reading"),
        ("buy", "buy buys buying bought"),
        ("quit", "quit quits quitting"),
        ("show", "show shows showing showed shown"),
    ],
)
def test_a_verb_has_these_forms(verb: str, forms: str) -> None:
    assert " ".join(forms_of(verb)) == forms


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("address", "addresses"),
        ("copy", "copies"),
        ("company", "companies"),
        ("box", "boxes"),
        ("search", "searches"),
        ("cookie", "cookies"),
        ("response", "responses"),
        ("child", "children"),
        ("diagnosis", "diagnoses"),
        ("police", "police"),
    ],
)
def test_a_noun_has_a_plural(one: str, several: str) -> None:
    assert (plural(one), stem(several), stem(one)) == (several, one, one)


def test_a_pattern_has_all_forms_of_a_verb_also_with_words_behind_it() -> None:
    pattern = re.compile(any_form(["share", "turn on"]))
    assert all(map(pattern.fullmatch, ["share", "sharing", "shared", "turns  on", "turned on"]))
    assert not any(map(pattern.fullmatch, ["sharinged", "turns", "on"]))


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("who tries to get my data", "hackers?", "do hackers try to get my data?"),
        ("who goes through my mail", "the police?", "do the police go through my mail?"),
        ("do you keep my addresses", "and the old one?", "do you keep the old address?"),
        ("are my boxes kept", "and the red one?", "is the red box kept?"),
        ("is my address kept", "and the other ones?", "are the other addresses kept?"),
        ("do you transfer my data", "How do I stop that?", "How do I stop you from transferring my data?"),
        ("do you submit my forms", "can I prevent it?", "can I prevent you from submitting my forms?"),
    ],
)
def test_what_is_completed_is_good_english(before: str, question: str, full: str) -> None:
    assert complete(question, [before]) == full


def test_what_is_put_in_order_is_good_english() -> None:
    assert direct("I wonder if the state tries to sell it") == "does the state try to sell it"
    assert direct("I wonder if the site has my data") == "does the site have my data"
    assert direct("I wonder if the site discloses my data") == "does the site disclose my data"
    assert OwnNames(["Zundra"]).as_you("what if Zundra tries it and Zundra passes it on") == (
        "what if you try it and you pass it on"
    )
    assert gerund("die") == "dying"

from pathlib import Path

import pytest

from bot.elsewhere.troubles import OwnProducts, asks_for_repair, complains
from bot.opening import open_bot
from bot.pipeline import Bot
from bot.policies.parsing import parse_policy
from bot.settings import Settings
from bot.types import Outcome

NOTICE = '# Zundra Notice\n\nZundra Ltd ("Zundra", "we") runs the Larkspur browser. See larkspur.example.\n'


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("my headset won't connect", True),
        ("why is my new scanner not working", True),
        ("why won't my phone charge", True),
        ("the camera doesn't turn on", True),
        ("my old tablet keeps crashing when I record", True),
        ("how do I fix my screen", True),
        ("somebody hacked my account, how do I get it back", True),
        ("I cannot sign in to my account", True),
        ("I'm locked out of my account", True),
        ("how can I get my account back", True),
        ("can I recover my account after I delete it", False),
        ("somebody hacked my account, will you tell me", False),
        ("do you keep my password", False),
        ("the opt-out link doesn't work", False),
        ("my request to delete my data isn't loading", False),
        ("does the camera record me", False),
        ("my photos are not stored, right?", False),
    ],
)
def test_a_thing_that_does_not_work_is_known_by_its_words(question: str, expected: bool) -> None:
    assert asks_for_repair(question) is expected


@pytest.mark.parametrize(
    "message",
    [
        "this portal is rubbish and they took all my savings",
        "your company stole my deposit",
        "I'm furious, no one calls back",
        "I am beyond angry with this department",
        "nobody at your office answers",
        "you guys never respond",
        "i have been waiting for three months",
        "your hotline ignored my calls",
        "You billed me twice!!",
        "I paid ninety dollars and got nothing",
        "give me my money back",
        "the worst agency of all",
        "what a mess",
        "your guard screamed at me",
        "I'm so disappointed, and sick and tired of your letters",
        "i hate your app",
        "this place is a scam",
        "you lost my paperwork",
        "your driver was rude to me",
        "you people should be ashamed, you should be ashamed",
    ],
)
def test_a_complaint_about_the_people_behind_a_site_is_one(message: str) -> None:
    assert complains(message)


@pytest.mark.parametrize(
    "message",
    [
        "do you take my money details",
        "you sold my phone number",
        "I am angry that you track me",
        "I hate cookies",
        "you never asked for my consent",
        "nobody told me about this policy",
        "who can I complain to about my data",
        "I was charged, do you keep my card",
        "this site is awful. who sees my forms?",
        "if I do not answer do you ignore me",
        "my landlord is awful",
        "you lost my data",
        "nobody can see my form, right",
        "are complaints public",
        "I'm upset that my boss can read it",
        "is your site a scam",
    ],
)
def test_a_question_or_a_complaint_about_data_is_none(message: str) -> None:
    assert not complains(message)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Larkspur keeps crashing on my tablet", True),
        ("larkspur won't open", True),
        ("why does Larkspur freeze", True),
        ("your app is so slow", True),
        ("this site is not loading", True),
        ("I can't log in to Larkspur", True),
        ("your app doesn't print", True),
        ("your site won't play the video", True),
        ("Larkspur is not recording", True),
        ("Larkspur is not recording me, right", False),
        ("your site never shows up", False),
        ("your site does not show up", True),
        ("Larkspur not turning on", True),
        ("why won't Larkspur charge", True),
        ("Marigold keeps crashing", False),
        ("what happens if Larkspur crashes", False),
        ("does Larkspur send crash reports", False),
        ("the opt-out page doesn't work", False),
        ("is Larkspur open source", False),
    ],
)
def test_a_product_of_the_sites_own_may_be_broken(message: str, expected: bool) -> None:
    assert OwnProducts(parse_policy(NOTICE, id="notice")).is_broken(message) is expected


@pytest.mark.parametrize("message", ["your office took my deposit and nobody calls back", "your portal keeps crashing"])
def test_trouble_is_sent_to_the_people_who_can_help(bot: Bot, message: str) -> None:
    answer = bot.ask(message)
    assert (answer.outcome, answer.act, answer.citations) == (Outcome.SMALL_TALK, "trouble", ())
    assert "www.search.mass.gov" in answer.text
    steps = bot.bundle.policy.next_steps(answer.outcome, answer.act)
    assert [contact.role for contact in steps] == ["search", "chatbot", "policy_questions"]


def test_what_the_policy_says_of_trouble_is_quoted(bot: Bot) -> None:
    assert bot.ask("will the site work without cookies").outcome is Outcome.ANSWERED
    assert bot.ask("why is your site not opening if I refuse cookies").act is None


CHATTING = "# Notice\n\nWe keep your conversations for 30 days. You can delete your chat history.\n"


@pytest.mark.parametrize(
    ("policy", "message", "expected"),
    [
        (CHATTING, "how do I delete my chat history", True),
        (CHATTING, "are my conversations private", True),
        (CHATTING, "is this chat recorded", False),
        (CHATTING, "do you keep my conversation with you", False),
        (CHATTING, "who sees my name", False),
        (NOTICE, "how do I delete my chat history", False),
    ],
)
def test_chats_of_the_site_are_its_own(policy: str, message: str, expected: bool) -> None:
    assert OwnProducts(parse_policy(policy, id="notice")).has_chats(message) is expected


def test_a_question_on_the_chats_of_the_site_is_for_its_policy(bot: Bot, tmp_path: Path) -> None:
    file = tmp_path / "chatting.md"
    file.write_text(CHATTING, encoding="utf-8")
    chatting = open_bot(Settings(home=tmp_path / "home"), str(file))
    assert chatting.ask("how do I delete my chat history").outcome is Outcome.ANSWERED
    assert bot.ask("how do I delete my chat history").act == "chat_privacy"

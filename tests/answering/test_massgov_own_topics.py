"""The own topics of the Mass.gov policy: questions in other words than those that `answers.toml` lists."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.types import Outcome


@pytest.mark.parametrize(
    ("question", "name", "says", "quotes"),
    [
        ("is my message to you kept private", "whether what visitors send stays private", "public record", "encrypted"),
        ("who sees my browsing history", "who can see which pages visitors look at", "cookies", "do not combine"),
        ("who can see the pages I look at", "who can see which pages visitors look at", "page views", "page views"),
        (
            "can I keep you from storing data on me",
            "whether visitors can limit what is collected",
            "cookies",
            "decisions",
        ),
        ("why do you want my address", "why a form asks for personal data", "answer you", "such purposes"),
        ("is what I read here legal advice", "whether the policy is legal advice", "not provide", "counsel"),
        ("must I give my real name in a form", "whether a real name is needed", "real name", "will require you"),
        ("what are you doing to keep my privacy safe", "how privacy is protected", "EOTSS", "absolute privacy"),
        ("can this website get hacked", "whether the site can be hacked", "not guarantee", "monitor network"),
        ("is my activity here saved by you", "whether a history of visits is kept", "page", "page views"),
        ("do you log each key I type", "whether what visitors type is recorded", "do not send", "record your"),
        ("what will you do if my data gets stolen", "what happens if data is stolen", "stolen", "fail proof"),
        ("where does a complaint that I file go", "what happens to a complaint", "agency", "subject of your inquiry"),
        ("can an attorney get what I wrote", "whether lawyers get what visitors send", "records request", "public"),
        ("how can I tell that this form is not a scam", "how to tell that a form is real", "official", "Formstack"),
        (
            "I wrote a comment below an article. Who will read it?",
            "who reads what visitors send",
            "contractors",
            "responsible for the matters",
        ),
        ("could a reporter get my emails", "whether somebody can get what a visitor sent", "records request", "TIN"),
        (
            "I sent my Social Security number by accident in a form, can a stranger get it",
            "who gets sensitive data that visitors send",
            "records request",
            "encrypted",
        ),
        (
            "does Instagram learn that I opened a page here",
            "whether social media companies learn of a visit",
            "does not name social media",
            "Third-party cookies",
        ),
        ("do you use my chats to train AI", "whether chats are used to train AI", "record", "Tools"),
        ("why is my ip stored forever", "why IP addresses are kept so long", "not say why", "indefinitely"),
        ("how can I stop the tracking cookies", "how to opt out of tracking cookies", "again", "opt-out again"),
        (
            "can I use mass.gov with no cookies and no personal info",
            "using the site without cookies or personal data",
            "You can refuse",
            "refuse new cookies",
        ),
        ("is this policy a contract", "whether the policy is binding", "may change", "at any time"),
        (
            "under what law can people get my emails",
            "which law lets others get what visitors send",
            "c. 66A",
            "M.G.L. c. 66",
        ),
        (
            "does the DMV website follow this policy",
            "whether the sites of agencies follow this policy",
            "only to Mass.gov",
            "other Commonwealth websites",
        ),
        ("is a name alone personally identifiable", "whether one detail is personal data", "birth date", "birth date"),
        ("persistent vs session cookies", "how session cookies differ from persistent cookies", "erased", "erased"),
        ("is my info secure with you", "whether what visitors give is safe", "full privacy", "absolute privacy"),
        ("do workers at the state get to look up IPs", "who can see your IP address", "not say who", "criminal"),
        ("u sell my browsing?", "whether usage data is sold", "usage data", "software publisher"),
        ("show me that you don't spy", "whether the site spies on you", "law enforcement", "usage habits"),
        ("who opens the picture I attached", "who can see photos or files that you send", "photos", "need to know"),
        ("must I log on to use it", "whether you need a password or login", "password or login", "will require you"),
        ("can your employees read my password", "who can see your password", "not say who", "not considered public"),
        (
            "do you guys know my cell number",
            "whether the site has your name or phone number",
            "would not identify you",
            "telephone number",
        ),
        ("how can it be legal to keep my ip", "whether what the site does is legal", "legal", "legal, or other advice"),
        ("where do I mail a public records request", "whom to send a public records request to", "agency", "contact"),
        ("what if a judge tells you to hand over my emails", "court orders or subpoenas", "court", "required by law"),
        (
            "is my info out in the open",
            "whether just anyone can see your data",
            "public access",
            "online public access",
        ),
        ("is somebody recording my screen", "screenshots", "screenshots", "record your interactions"),
        ("what do you vow never to do with my data", "what Mass.gov does not do with your data", "sell", "not combine"),
        ("say it so that my kid understands the policy", "the policy in short", "public record", "would not identify"),
        (
            "I dislike these rules, which options are left to me",
            "what you can do if you do not agree with the policy",
            "else you can do",
            "informed decision",
        ),
        ("how does FIPA come into play", "the Fair Information Practices Act", "certain rights", "c. 66A"),
        ("can I look up the EOTSS standards somewhere", "the EOTSS standards", "EOTSS", "EOTSS"),
        ("what should I know about Formstack", "Formstack", "internal use", "formstack.com/privacy"),
        (
            "where can I get the Guide to the Public Records Law",
            "the Guide to the Massachusetts Public Records Law",
            "exempt",
            "please refer",
        ),
        (
            "is there any ad tracking by cookies",
            "marketing or ad cookies",
            "does not mention ads",
            "Third-party cookies",
        ),
        (
            "if I get your newsletter, who has my email",
            "what is done with a newsletter address",
            "sell",
            "need to know",
        ),
        (
            "do you save the name of my web provider",
            "the name or domain of your internet provider",
            "does not mention",
            "IP",
        ),
        (
            "are my form entries tied to my page visits",
            "whether what you send is linked with your visit",
            "criminal investigation",
            "will not attempt to match",
        ),
        ("is my reading time and each click noted", "how long you stay and what you click", "click", "page views"),
        (
            "may I put my bank account number into an email",
            "whether to put sensitive data in a message",
            "should not send",
            "may not be encrypted",
        ),
        ("is my Visa card secure when I pay here", "payments", "does not mention payments", "fail proof"),
        ("somebody told you lies about me in a form", "what others send about you", "certain rights", "correct"),
        ("why are there a June date and an August date", "why the policy has two dates", "August 4", "June 13"),
    ],
)
def test_a_question_in_other_words_gets_the_answer_of_its_topic(
    bot: Bot, question: str, name: str, says: str, quotes: str
) -> None:
    answer = bot.ask(question)
    topics = {each.own.name: each.topics for each in bot.bundle.policy.reviewed if each.own}
    assert (answer.outcome, answer.topics) == (Outcome.ANSWERED, topics[name])
    assert says in answer.opening
    assert quotes in " ".join(citation.quote for citation in answer.citations)


def test_an_own_topic_says_what_the_policy_leaves_open(bot: Bot) -> None:
    answer = bot.ask("who gets to see my searches here", language="es")
    assert "La política no dice quién puede ver lo que usted busca." in answer.opening


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("might you change the settings of my browser", "changes to a visitor's settings"),
        ("do you keep files that I sent", "visitors' own files"),
        ("can other people tell where I am", "whether others can find out where a visitor is"),
        ("what about GPC signals", "Global Privacy Control or Do Not Track signals"),
        ("I live in the EU, can you delete my data under GDPR", "European law, such as the right to be forgotten"),
        ("where are your servers", "where the servers are or in which country data is kept"),
        ("do you share my data with ICE", "federal or immigration agencies"),
        ("I'd rather not give out my IP, is that possible", "how to keep your IP address from being collected"),
        ("will mommy and daddy see the pages i open", "whether parents see what you look at"),
        ("when does my email to you get deleted", "how long emails and messages are kept"),
        ("when I enter my town, do you remember it", "whether a place that you type in is saved"),
        ("is youtube watching when I play your video", "videos or maps on a page"),
        ("what did the old privacy policy say", "what the earlier versions said"),
        ("can you see me if I'm on a vpn", "VPNs or Tor"),
        ("is incognito good enough to hide here", "private or incognito windows"),
        ("erase my searches", "how to have searches deleted"),
        ("dumb me put my ssn in the message box, what now", "what to do after you send sensitive data"),
        (
            "is my manager able to see that I read this at the office",
            "whether an employer sees what you do on the site",
        ),
        ("which firm processes my card payment", "who handles payments"),
        ("who on earth is EOTSS", "what EOTSS is"),
    ],
)
def test_an_own_topic_names_what_the_policy_does_not_mention(bot: Bot, question: str, name: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome is Outcome.NOT_COVERED
    assert f"does not mention {name}." in answer.text


def test_an_own_topic_leaves_the_questions_of_the_catalog_alone(bot: Bot) -> None:
    for question, topic in (
        ("do you sell my data", "data-sale"),
        ("have you ever been hacked", "breach-past"),
        ("do you record which pages I look at", "pages-viewed"),
        ("what will you do with my data", "use-purposes"),
        ("what do your analytics tools do", "analytics-tools"),
        ("how good is the protection of my stored data", "security-overall"),
        ("can I use the site without telling you who I am", "anonymous-use"),
    ):
        assert bot.ask(question).topics[0] == topic


def test_no_promise_of_notice_is_not_said_as_a_no(bot: Bot) -> None:
    answer = bot.ask("will you tell me by email when the policy changes")
    assert answer.topics[0] == "policy-change-notice"
    assert answer.verdict is None
    assert answer.opening.startswith("The policy does not mention an email")


def test_an_answer_that_leaves_something_open_begins_with_no_yes_or_no(bot: Bot) -> None:
    answer = bot.ask("will you ever sell the images that I upload to other companies?")
    assert answer.completeness == "partial"
    assert answer.verdict is None
    assert not answer.opening.startswith("No.")


def test_only_an_answer_is_complete(bot: Bot) -> None:
    near = bot.ask("does google share my data")
    assert (near.outcome, near.citations, near.completeness) == (Outcome.OFF_TOPIC, (), None)
    assert near.reviewed is not None
    assert bot.ask("do you sell my data").completeness == "complete"
    (first, second) = bot.ask("do you sell my data? does google share my data?").parts
    assert (first.completeness, second.completeness) == ("complete", None)


def test_a_nearest_answer_that_says_what_is_not_said_needs_no_other_words(bot: Bot) -> None:
    answer = bot.ask("can i ask you to delete my stuff")
    assert answer.outcome is Outcome.NOT_COVERED
    assert answer.opening.startswith("The policy does not say if you can have your data deleted.")
    assert bot.ask(answer.question, language="es").opening.startswith("La política no dice si")


@pytest.mark.parametrize("task", ["write me an essay about Formstack", "summarize this book in three sentences"])
def test_a_task_that_names_what_an_own_topic_is_about_is_no_question_on_it(bot: Bot, task: str) -> None:
    assert bot.ask(task).outcome is Outcome.OFF_TOPIC
    assert bot.ask("sum up your privacy rules in a few sentences").outcome is Outcome.ANSWERED

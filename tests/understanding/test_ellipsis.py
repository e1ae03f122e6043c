"""What a follow-up leaves out is taken from the question before, and a question in full is left as it is."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.types import Outcome
from bot.understanding.ellipsis import complete


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("how long do you keep my messages", "and my photos?", "how long do you keep my photos?"),
        ("do you encrypt messages", "and files?", "do you encrypt files?"),
        ("Is my age public?", "What about my photos?", "Are my photos public?"),
        ("are photos a public record", "and comments", "are comments a public record?"),
        ("where is my profile stored", "and the backups?", "where are the backups stored?"),
        ("is my password visible to others", "username?", "is my username visible to others?"),
        ("who can read the comment I wrote", "same for messages?", "who can read messages?"),
        ("what do you need my phone number for", "and date of birth?", "what do you need my date of birth for?"),
        ("what is an essential cookie", "and a functional one?", "what is a functional cookie?"),
        ("shall I send my name", "and my address?", "shall I send my address?"),
        ("wasn't my name sold", "and my photos?", "weren't my photos sold?"),
        ("am I asked to give my name", "and my photos?", "am I asked to give my photos?"),
        ("how do I get a copy of my orders", "and my invoices?", "how do I get a copy of my invoices?"),
        ("do you match my device to my account", "and to my email?", "do you match my device to my email?"),
        ("can I opt out of emails", "and texts too?", "can I opt out of texts?"),
        ("is my name visible when I type it", "and a password?", "is a password visible when I type it?"),
        ("can you tell me how long you keep orders", "and my photos?", "how long you keep my photos?"),
        ("what do you collect", "and photos?", "do you collect photos?"),
        ("do you follow me on here", "and the songs I play", "do you follow the songs I play on here?"),
        ("do you use my data for research", "or statistics", "do you use my data for statistics?"),
        ("do you use my data for research", "or my photos", "do you use my photos for research?"),
        ("which cookies do you need", "and the session ones?", "do you need the session cookies?"),
        ("can I change my details", "my address in your files", "can I change my address in your files?"),
        ("can I change my details in the app", "my address in your files", None),
        ("can a stranger get it if they ask you", "even my address?", "can a stranger get my address if they ask you?"),
    ],
)
def test_another_thing_takes_the_place_of_the_one_before(before: str, question: str, full: str | None) -> None:
    assert complete(question, [before]) == full


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("can you give my name to the FBI", "and a newspaper?", "can you give my name to a newspaper?"),
        ("can the police get my photos", "what about advertisers?", "can advertisers get my photos?"),
        ("do you share my name with anyone", "and my employer?", "do you share my name with my employer?"),
        ("do you share my name with vendors", "with banks?", "do you share my name with banks?"),
        ("do you sell my data", "to advertisers?", "do you sell my data to advertisers?"),
        ("is my data safe with you", "and with vendors?", "is my data safe with vendors?"),
        ("who reads my messages", "what about contractors", "do contractors read my messages?"),
        ("who can see it", "the police?", None),
        ("who can see my profile", "the public?", "can the public see my profile?"),
        ("who do you share my data with", "the police?", "do you share my data with the police?"),
        ("do you rent out my data", "and does Netflix?", "does Netflix rent out my data?"),
        ("do you read my messages", "does my boss do that too?", "does my boss read my messages?"),
        ("is my profile public", "and are photos?", "are photos public?"),
        ("what data is public", "is my address?", "is my address public?"),
        ("what is your address", "is my name?", None),
        ("to whom do you give my data", "and the police?", "do you give my data to the police?"),
        ("who has access to my photos", "and the police?", "do the police have access to my photos?"),
        ("who has my photos", "and my boss?", "does my boss have my photos?"),
        ("who has seen my photos", "and the police?", "have the police seen my photos?"),
        ("who has stolen my photos", "hackers?", "have hackers stolen my photos?"),
        ("who can get access to my photos", "my boss?", "can my boss get access to my photos?"),
        ("who has access to my photos", "and does Google?", "does Google have access to my photos?"),
        ("who reads my mail", "and do the police?", "do the police read my mail?"),
        ("who reads my mail", "and is Google?", None),
        ("who all has access to my photos", "my boss?", None),
        ("who do you give access to my data", "and the police?", None),
        ("can the police get my photos", "do they need a warrant?", "do the police need a warrant?"),
        ("does Zundra read my notes", "where do they keep them?", "where does Zundra keep my notes?"),
        ("can my boss see my photos", "can they sell it for money?", None),
        ("do you read my photos", "do they need a warrant?", None),
    ],
)
def test_other_people_take_the_place_of_those_before(before: str, question: str, full: str | None) -> None:
    assert complete(question, [before]) == full


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("do you keep my photos", "for how long?", "for how long do you keep my photos?"),
        ("are my messages deleted", "when?", "when are my messages deleted?"),
        ("how long do you keep orders", "where?", "where do you keep orders?"),
        ("am I recorded", "when?", "when am I recorded?"),
        ("haven't you sold my photos", "to whom?", "to whom have you sold my photos?"),
        ("can't I see my photos", "why?", "why can't I see my photos?"),
        ("can't I see my photos", "when?", "when can I see my photos?"),
        ("do you log devices", "what for?", "what do you log devices for?"),
        ("do you set cookies", "how many?", "how many cookies do you set?"),
        ("what do you collect", "anything else?", "what else do you collect?"),
        ("do you log my location", "what else?", "what else do you log?"),
        ("how long do you keep my photos", "what else?", None),
        ("do you set cookies", "which ones?", "which cookies do you set?"),
        ("do you collect my data", "what kind?", "what kind of data do you collect?"),
        ("is my data collected", "what kind?", None),
        ("do you read my mail", "which ones?", None),
        ("do you keep my photos", "for how many years?", "for how many years do you keep my photos?"),
        ("do you send my photos anywhere", "to whom?", "to whom do you send my photos anywhere?"),
        ("do you send my photos to anyone", "to whom?", None),
        ("can I have my file forever", "why", "why can I have my file forever?"),
        ("what data do you keep about me", "why", "why do you keep data about me?"),
        ("can I see my file", "where do I go?", "where do I go to see my file?"),
        ("do you have my photos", "who do I ask?", "who do I ask about my photos?"),
    ],
)
def test_a_question_word_is_asked_of_the_question_before(before: str, question: str, full: str | None) -> None:
    assert complete(question, [before]) == full


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("do you collect my birthday", "and do you sell it?", "do you sell my birthday?"),
        ("are pixels used here", "what do they record", "what do pixels record?"),
        ("do you send my photos to vendors", "do they expire", None),
        ("do you keep messages", "can I delete them", "can I delete messages?"),
        ("do you have my photos", "who can see those?", "who can see my photos?"),
        ("is my profile public", "is it encrypted?", "is my profile encrypted?"),
        ("I sent a form today, who reads it?", "how long is it kept?", "how long is a form kept?"),
        ("do you use analytics", "can I opt out?", "can I opt out of analytics?"),
        ("which cookies do you set", "can I refuse?", "can I refuse cookies?"),
        ("do you sell my photos", "and share them?", "do you share my photos?"),
        ("What do you do with my email?", "Sell it?", "do you sell my email?"),
        ("Where's my profile stored?", "who sees it", "who sees my profile?"),
        ("do you keep my notes forever", "can I see them", "can I see my notes?"),
        ("do I have to accept cookies", "how do I delete them", "how do I delete cookies?"),
        ("do you store my profile", "who has access", "who has access to my profile?"),
    ],
)
def test_a_thing_that_is_left_out_is_that_of_the_question_before(before: str, question: str, full: str | None) -> None:
    assert complete(question, [before]) == full


@pytest.mark.parametrize(
    "question",
    [
        "is email encrypted",
        "and is this site secure?",
        "but can I refuse cookies?",
        "and how do I renew my license?",
        "what does PII mean",
        "tell me about vendors",
        "and pizza?",
        "and the weather?",
        "license renewal",
        "cookies",
        "what about cookies?",
        "and my kids?",
        "and you?",
        "who else?",
        "with a warrant?",
        "is that legal?",
        "does that matter",
        "why do you do that?",
        "what is that form for",
        "thanks",
        "",
    ],
)
def test_another_question_is_left_as_it_is(question: str) -> None:
    assert complete(question, ["do you sell my data"]) is None


def test_a_chain_is_completed_from_its_start() -> None:
    assert complete("and my age?", ["do you sell my email", "and my name?"]) == "do you sell my age?"
    assert complete("and my age?", ["do you sell my email", "and then?"]) == "do you sell my age?"


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("do you keep my address", "what happens to the form after I send it", None),
        ("do you keep my address", "can my wife see it", "can my wife see my address?"),
        ("do you keep logs", "would you give them my name", None),
        ("do you keep logs", "would you sell them tho", "would you sell logs?"),
    ],
)
def test_a_pronoun_is_not_what_is_named_elsewhere(before: str, question: str, full: str | None) -> None:
    assert complete(question, [before]) == full


def test_it_is_nothing_if_all_questions_before_only_point_to_it() -> None:
    assert complete("can the state hide it", ["can he get it", "how do I keep it private"]) is None


def test_it_is_what_the_question_between_calls_it() -> None:
    assert complete("can I close it", ["how do I get an account", "what name do you need for it"]) == (
        "can I close an account?"
    )
    assert complete("can I close it", ["what name do you need for an account"]) == "can I close an account?"


def test_it_is_not_what_only_adds_to_the_question_before() -> None:
    earlier = ["do you use cookies?", "can i switch them off?", "and what breaks then"]
    assert complete("how long do they stay", earlier) == "how long do cookies stay?"


def test_nothing_is_taken_from_further_back_than_a_question_that_is_not_understood() -> None:
    assert complete("and my age?", ["do you sell my email", "that is not what I wanted to hear"]) is None
    assert complete("and my age?", ["do you sell my email", "and then?", "so?"]) is None
    assert complete("and my age?", []) is None


def test_what_still_points_back_is_not_complete() -> None:
    assert complete("how long?", ["is it stored"]) is None


@pytest.mark.parametrize("question", ["y mis correos?", "e meu nome?", "还有我的邮件呢", "và email của tôi?"])
def test_other_languages_are_left_as_they_are(question: str) -> None:
    assert complete(question, ["do you sell my data"]) is None


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("who is Zundra", "and do they sell it to Google?", None),
        ("do you look at my contacts", "how do I stop that", "how do I stop you from looking at my contacts?"),
        ("can i get a copy of my file", "how soon?", "how soon can i get a copy of my file?"),
        ("how long do you keep personal data", "and for usage data?", "how long do you keep usage data?"),
        ("do you keep my emails", "and for how long", "for how long do you keep my emails?"),
        ("do you read my contacts", "how do i turn that off", "how do i stop you from reading my contacts?"),
        ("do you track my location", "can i switch it off?", "can i stop you from tracking my location?"),
        ("do you use cookies", "can i turn them off", "can i turn cookies off?"),
        ("do you share my name", "can I prevent it?", "can I prevent you from sharing my name?"),
        ("are my notes sold", "how do I stop this?", "how do I stop my notes from being sold?"),
        ("do you use cookies", "how do I stop them?", "how do I stop cookies?"),
        ("can he see my file", "how do I stop it", "how do I stop him from seeing my file?"),
        ("who can see my file", "how do I stop that", "how do I stop others from seeing my file?"),
        ("can I see my file", "how do I stop that", None),
        ("who is Zundra", "do they track me?", "does Zundra track me?"),
        ("what is zundra analytics", "is my name read by them?", "is my name read by zundra analytics?"),
        ("what are pixels", "are they public", "are pixels public?"),
        ("who is your vendor", "do they see my data", "does your vendor see my data?"),
        ("who is your host", "do they see my data", None),
        ("do you sell my data", "without my consent?", "do you sell my data without my consent?"),
        ("do you sell my data", "not even under any circumstances", "do you sell my data under any circumstances?"),
        ("do you sell my data", "ever?", "do you sell my data ever?"),
        ("do you sell my data", "in what cases?", "in what cases do you sell my data?"),
        ("how long do you keep my data", "unless I object", None),
        ("can I correct my file", "is it free?", "is it free to correct my file?"),
        ("how do I see my data", "how much does it cost", "how much does it cost to see my data?"),
        ("can I get my data", "how long does it take?", "how long does it take to get my data?"),
        ("is it free to get my data?", "how long will that take", "how long will it take to get my data?"),
        (
            "how can i see the data you hold about me",
            "how long does that take",
            "how long does it take to see my data?",
        ),
        ("can I see my records", "does a copy cost anything?", "does a copy of my records cost anything?"),
        (
            "can I see what you have on me",
            "is there a fee for a copy",
            "is there a fee for a copy of what you have on me?",
        ),
        ("do you sell what i enter?", "when do you delete it", "when do you delete what i enter?"),
        ("what do you collect online", "why", "what do you use the data that you collect online for?"),
        ("what do you collect", "how long?", "how long do you keep the data that you collect?"),
        ("what do you keep", "for how long", "for how long do you keep data?"),
        ("what do you mean", "why", None),
        ("how did you get my email address", "delete it please", "can you delete my email address?"),
        ("do you keep transcripts", "of the help line", "do you keep transcripts of the help line?"),
        ("how do I turn off cookies", "for every browser?", "how do I turn off cookies for every browser?"),
        ("what is personal data", "is an IP address one", "is an IP address considered personal data?"),
        ("are you tracking me", "even in private mode?", "are you tracking me in private mode?"),
        ("are you tracking me", "in private mode", None),
        ("is an email private", "what about a passport", "is a passport private?"),
        ("do you share data with the tollway", "and the police?", "do you share data with the police?"),
        ("what do you do with emails people send you", "even photos?", None),
        ("is my data safe", "what would you do if it happened", None),
        ("do you use cookies", "can I have a copy of them", "can I have a copy of cookies?"),
        ("do you sell my data", "does a copy of my letter cost anything", None),
    ],
)
def test_what_is_asked_in_the_same_breath_is_completed(before: str, question: str, full: str | None) -> None:
    assert complete(question, [before]) == full


def test_half_a_question_that_lost_its_subject_is_answered_with_it(bot: Bot) -> None:
    answer = bot.ask("can I look at my records and does a copy cost money")
    assert [part.outcome for part in answer.parts] == [Outcome.ANSWERED, Outcome.NOT_COVERED]
    assert "what a request costs" in answer.parts[1].opening

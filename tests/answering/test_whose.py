import pytest

from bot.answering.whose import is_about_law, is_given_out, is_somebody_elses, words_of

WORDS = words_of("We sell no cookies. Formstack may keep your form. A bank account number is personal.")


@pytest.mark.parametrize(
    "question",
    [
        "does Google sell my data",
        "Does Maple Bakery share my orders?",
        "how long does facebook keep my photos",
        "what does TikTok do with my data?",
        "Is WhatsApp encrypted?",
        "does my bank share my information",
        "My boss reads my email, is that allowed?",
    ],
)
def test_a_question_about_somebody_else_is_known_by_who_acts(question: str) -> None:
    assert is_somebody_elses(question, WORDS)


@pytest.mark.parametrize(
    "question",
    [
        "do you sell my data to Google",
        "will my notes be sold to facebook",
        "does Google see what I type here?",
        "does Google track me on your site",
        "Does Formstack keep my form?",  # the policy speaks for it
        "Do cookies track me?",
        "does it store my orders",
        "DOES THE STATE SELL MY DATA",
        "Can Google get my data?",  # who gets data from this site
    ],
)
def test_a_question_about_this_site_may_name_others(question: str) -> None:
    assert not is_somebody_elses(question, WORDS)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("will my sketches be sold?", True),
        ("are my notes shared with third parties", True),
        ("will my trips be used for marketing", True),
        ("how long are my notes kept?", False),
        ("do you shop", False),
    ],
)
def test_giving_data_to_others_is_known_by_its_words(question: str, expected: bool) -> None:
    assert is_given_out(question) is expected


@pytest.mark.parametrize(
    "question",
    [
        "Explain HIPAA to me",
        "tell me about the GDPR.",
        "what is the clean water act?",
        "What does COPPA require?",
        "who has to follow ferpa",
        "which companies does the data broker law apply to",
        "who enforces the wiretap act",
    ],
)
def test_what_a_law_says_is_not_asked_of_the_policy(question: str) -> None:
    assert is_about_law(question, WORDS)


@pytest.mark.parametrize(
    "question",
    [
        "does HIPAA apply to you",
        "What does the GDPR say about this site?",
        "do you follow COPPA",
        "are there laws about my data",
        "what are my rights under the GDPR",
        "which law applies to my data",
        "what is the cookies law",
        "what is an act of cyber vandalism",
    ],
)
def test_how_a_law_bears_on_this_site_is_asked_of_the_policy(question: str) -> None:
    assert not is_about_law(question, words_of("The cookies law."))


def test_a_policy_may_speak_of_the_laws_that_it_names() -> None:
    assert is_about_law("What is the public records law?", WORDS)
    assert not is_about_law("What is the Public Records Law?", words_of("The public records law."))

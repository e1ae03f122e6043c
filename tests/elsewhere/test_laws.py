import pytest

from bot.elsewhere.laws import Law, asked_law

TEXT = "We sell no cookies. The cookies law says so, and state staff follow it."


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
        "what are my rights under the GDPR",
        "What rights do patients have under HIPAA?",
        "which are my FERPA rights? what are the ferpa deadlines",
        "what does G.L. c. 12A say about mail",
        "what does chapter 40B require of towns",
        "explain 42 CFR 7",
        "what does article 9 of the GDPR forbid",
        "what are the fines in the CCPA",
        "how long does a company have to answer under the wiretap act",
        "exceptions in FERPA",
        "who does HIPAA protect",
        "what rights does the CCPA give people",
        "12 CMR 3 requirements",
        "when did COPPA take effect",
        "what's the difference between the CCPA and the GDPR",
        "does HIPAA allow my boss to ask for a note",
        "is it legal to film a neighbor under state law",
    ],
)
def test_what_a_law_says_is_not_asked_of_the_policy(question: str) -> None:
    law = asked_law(question, TEXT)
    assert law
    assert not law.in_policy


@pytest.mark.parametrize(
    "question",
    [
        "does HIPAA apply to you",
        "What does the GDPR say about this site?",
        "do you follow COPPA",
        "are there laws about my data",
        "do i have gdpr rights",
        "how do I use my rights under the CCPA",
        "which law applies to my data",
        "what is an act of cyber vandalism",
        "what data goes to law enforcement",
        "what do people who break the law get from my file",
        "what does section 5 say",
    ],
)
def test_how_a_law_bears_on_this_site_is_asked_of_the_policy(question: str) -> None:
    assert asked_law(question, TEXT) is None


def test_a_policy_may_speak_of_the_laws_that_it_names() -> None:
    assert asked_law("what is the cookies law", TEXT) == Law("cookies law", in_policy=True)
    assert asked_law("What is the state law?", TEXT) == Law("state law", in_policy=False)
    text = "Our users have rights under\nthe GDPR."
    for question in ("what are my rights under the gdpr", "what does article 15 of the GDPR say"):
        law = asked_law(question, text)
        assert law
        assert law.in_policy

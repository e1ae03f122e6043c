import pytest

from bot.elsewhere.advice import asks_for_legal_advice


@pytest.mark.parametrize(
    "question",
    [
        "is it legal for my manager to open my letters",
        "Was it illegal for the clinic to phone my sister?",
        "is my landlady allowed by law to copy my passport",
        "are dentists required by law to keep my x-rays",
        "does my ex have the legal right to see my bank statements",
        "can my gym legally film me",
        "my roommate opens my packages, is that legal?",
        "would it be against the law to tape my teacher",
        "isn't it unlawful for a shop to copy my license",
        "is my coworker breaking the law when he reads my notes",
        "am I legally allowed to film my neighbor",
        "is it a crime to open letters of other people",
        "is it legal for my cleaner to copy my keys",
        "legally can a daycare film my baby",
        "should I sue my dentist for losing my file",
        "can I take my landlord to court over a camera",
        "is it illegal for a company to call me at night",
        "can companies legally sell my number",
    ],
)
def test_whether_what_others_do_is_legal_is_legal_advice(question: str) -> None:
    assert asks_for_legal_advice(question)


@pytest.mark.parametrize(
    "question",
    [
        "is it legal for you to tell my boss",
        "can your staff legally read my letters",
        "are you required by law to tell my parents",
        "is it legal for my kid to sign up",
        "is my data protected by law",
        "is my data protected by law from my landlord",
        "do you share my file with my school if the law requires it",
        "can my boss legally see the form I sent",
        "can my landlord legally get what I sent to the state",
        "is it legal to sell my data",
        "can I sue you if my neighbor sees my file",
        "can I sue if my records leak",
        "which laws apply to this site",
        "which legal texts speak of someone's file",
        "do you need a legal reason to give my file to my parents",
        "do I have to go to court",
        "does your legal team read my letters to my doctor",
        "can my boss see what I type",
        "is my number legally sold to companies",
        "can a company call me at night",
        "will my ex get my address by a court order",
    ],
)
def test_what_the_law_lets_this_site_do_is_no_legal_advice(question: str) -> None:
    assert not asks_for_legal_advice(question)

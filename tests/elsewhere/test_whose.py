import pytest

from bot.elsewhere.whose import Others, Somebody, is_given_out, words_of

TEXT = """We sell no cookies. Formstack may keep your form. A bank account number is personal. Mail Post Point.
See www.ovens.gov. The office of ours is open."""
OTHERS = Others(words_of(TEXT), ["Office of Tolls", "OOT", "Formstack", "Post Point"])


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
        "does the town of elmford website use cookies",
        "does tilefish.com track me",
        "is the elmford.gov site tracking me",
        "does the office of tolls keep my plate number",
        "does the oot sell my trips",
        "when did Google last change its privacy policy",
        "Does Maple Bakery share my orders with its partners?",
        "DOES FACEBOOK SELL MY DATA",
        "oot privacy policy",
        "privacy notice of the city of Elmford",
        "and does Google?",
        "Does Facebook do the same?",
        "is Google sharing my data",
        "has Google sold my data",
        "has Facebook kept my photos",
        "Google sold my data",
        "Google is storing my photos",
        "what has TikTok done with my data",
        "is my bank backing up my records",
    ],
)
def test_a_question_about_somebody_else_is_known_by_who_acts(question: str) -> None:
    somebody = OTHERS.asked_about(question)
    assert somebody
    assert not somebody.in_policy


@pytest.mark.parametrize(
    "question",
    [
        "do you sell my data to Google",
        "will my notes be sold to facebook",
        "does Google see what I type here?",
        "does Google track me on your site",
        "does the TikTok app track me on this page",
        "Do cookies track me?",
        "does it store my orders",
        "DOES THE STATE SELL MY DATA",
        "Can Google get my data?",  # who gets data from this site
        "Stop selling my data",
        "my school gave me the account, can they see everything",
        "Can the Mayor read my comment?",
        "Who sells my data?",
        "Please delete my form",
        "does the website use cookies",
        "privacy policy",
        "Show the privacy policy for children",
    ],
)
def test_a_question_about_this_site_may_name_others(question: str) -> None:
    assert OTHERS.asked_about(question) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("does gitlab sell data", Somebody("gitlab", in_policy=False)),
        ("what does dropbox do with user data", Somebody("dropbox", in_policy=False)),
        ("will telegram sync my contacts", Somebody("telegram", in_policy=False)),
        ("is signal any safer", Somebody("signal", in_policy=False)),
        ("has telegram shared my contacts", Somebody("telegram", in_policy=False)),
        ("is dropbox storing my mail", Somebody("dropbox", in_policy=False)),
        ("is chatgpt better about privacy than you", Somebody("chatgpt", in_policy=False)),
        ("discord's privacy policy", Somebody("discord", in_policy=False)),
        ("where is the privacy policy of slack", Somebody("slack", in_policy=False)),
        # A word that is in no list may be a name.
        ("does quorvex sell data", Somebody("quorvex", in_policy=False, is_sure=False)),
        ("is quorvex more private", Somebody("quorvex", in_policy=False, is_sure=False)),
        ("does sync delete my data", None),
        ("is wifi safe", None),
        ("does malware read my mail", None),
        ("does cookiebot keep data", None),  # the policy names it
        ("does telegram see this page", None),
        ("does signal track my orders on your site", None),
        ("can dropbox get my data", None),  # who gets data from this site
    ],
)
def test_a_company_may_be_named_in_small_letters(question: str, expected: Somebody | None) -> None:
    assert Others(words_of(f"{TEXT} We use cookiebot.")).asked_about(question) == expected


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Does Formstack keep my answers?", "Formstack"),
        ("does formstack sell what I send", "formstack"),
        ("does post point scan my letters", "post point"),
    ],
)
def test_the_policy_may_speak_for_whom_it_names(question: str, name: str) -> None:
    assert OTHERS.asked_about(question) == Somebody(name, in_policy=True)


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

from bot.elsewhere.parties import named_parties
from bot.policies.parsing import parse_policy

TEXT = """# Privacy Notice

Maple Bakery uses Zundra for email and [Ribbon](https://www.ribbon.com/privacy) for cards. Service Providers and
Personal Data are what they are: a service provider has personal data. See https://example.org/Quilp. The Open Crumb
Union (“OCU”) has our recipes, and so says the Baking Records Act (BRA). Ovens are hot. Stripes are not.
"""


def test_a_policys_own_words_in_capitals_name_nobody() -> None:
    policy = parse_policy(TEXT, id="notice")
    assert set(named_parties(policy, ["Maple Bakery", "maplebakery.com"])) == {
        "Zundra",
        "Ribbon",
        "OCU",
        "Open Crumb Union",
    }
    assert "Zundra" not in named_parties(policy, ["Zundra"])

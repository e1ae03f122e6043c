from bot.elsewhere.parties import named_parties, own_products
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


def test_what_bears_the_owners_name_or_is_called_its_feature_is_its_own_product() -> None:
    text = (
        "# Notice\n\nMaple Dough keeps orders, and so does Maple Inc. The Night Oven mode keeps none. "
        "We use Zundra Mail, the Ribbon app, and Maple Cookies, which are cookies. We sell Maple Syrup Bay prints.\n"
    )
    assert own_products(parse_policy(text, id="notice"), ["Maple", "maple.example"]) == ("dough", "night oven")
    assert own_products(parse_policy("# Notice\n\nMaple Dough is here.", id="notice"), []) == ()

"""Generates messages with one piece of personal data each, written as people write them, from a seed."""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message with one secret. spelling: how the secret is disguised."""

    kind: str
    secret: str
    spelling: str
    text: str


def messages(count: int, seed: int) -> list[Message]:
    """Return `count` messages, with all kinds of secrets in turn."""
    chance = random.Random(seed)
    kinds = sorted(_SECRETS)
    return [_message(kinds[number % len(kinds)], chance) for number in range(count)]


def leaked(message: Message, masked: str) -> bool:
    """Return whether a word or number of the secret is still in the masked text."""
    return bool(_words(message.secret) & _words(masked) - {"the", "of"})


def _words(text: str) -> set[str]:
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return set(re.findall(r"\w+", visible.lower()))


def _message(kind: str, chance: random.Random) -> Message:
    template = chance.choice(_TEMPLATES[kind].strip().splitlines())
    possible = [name for name in _SPELLINGS if kind in _NUMBERS or name not in _FOR_NUMBERS]
    spelling = "as usual" if chance.random() < 0.5 else chance.choice(possible)
    secret = _SPELLINGS[spelling](_SECRETS[kind](chance), chance)
    if chance.random() < 0.15:
        change = chance.choice((str.lower, str.upper))
        template, secret = change(template), change(secret)
    return Message(kind, secret, spelling, template.replace("{}", secret))


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _shaped(chance: random.Random, *shapes: str) -> str:
    """Fill one of the shapes: # becomes any digit, N a digit from 2, A a capital letter."""
    fill = {"#": string.digits, "N": "23456789", "A": string.ascii_uppercase}
    return "".join(chance.choice(fill.get(character, character)) for character in chance.choice(shapes))


def _grouped(text: str, sizes: Sequence[int], separator: str) -> str:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return separator.join(text[start : start + size] for start, size in zip(starts, sizes, strict=True))


def _social_security_number(chance: random.Random) -> str:
    area = chance.choice([n for n in range(1, 900) if n != 666])
    digits = f"{area:03}{chance.randint(1, 99):02}{chance.randint(1, 9999):04}"
    return _grouped(digits, (3, 2, 4), chance.choice(("-", "-", "-", " ", ".", "", "", " - ")))


def _card_number(chance: random.Random) -> str:
    start = chance.choice(("4", "51", "55", "2221", "6011", "34", "37"))
    sizes = (4, 6, 5) if start in {"34", "37"} else (4, 4, 4, 4)
    body = start + _digits(chance, sum(sizes) - 1 - len(start))
    # Luhn's check digit: from the right, every second digit is doubled, starting with the last one of the body.
    total = sum(int(d) if place % 2 else sum(divmod(2 * int(d), 10)) for place, d in enumerate(reversed(body)))
    return _grouped(f"{body}{-total % 10}", sizes, chance.choice((" ", " ", "-", "", "", ".")))


def _bank_account(chance: random.Random) -> str:
    form = chance.choice(("account", "account", "routing", "iban"))
    if form == "routing":
        body = chance.choice(("0110", "2113", "0210", "1210", "3222")) + _digits(chance, 4)
        total = sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, body, strict=False))
        return f"{body}{-total % 10}"
    if form == "iban":
        country, bank, length = chance.choice((("DE", "", 18), ("GB", "NWBK", 14), ("FR", "", 23), ("ES", "", 20)))
        rest = bank + _digits(chance, length)
        check = 98 - int("".join(str(int(character, 36)) for character in f"{rest}{country}00")) % 97
        whole = f"{country}{check:02}{rest}"
        return chance.choice((whole, " ".join(re.findall(".{1,4}", whole))))
    number = _digits(chance, chance.randint(8, 12))
    return chance.choice((number, number, f"{number[:4]}-{number[4:]}", f"{number[:4]} {number[4:]}"))


def _phone(chance: random.Random) -> str:
    return _shaped(chance, *_PHONES)


def _email(chance: random.Random) -> str:
    first = unicodedata.normalize("NFKD", chance.choice(_FIRST)).encode("ascii", "ignore").decode().lower()
    last = chance.choice(_LAST).lower().replace("'", "")
    number = _digits(chance, 2)
    local = chance.choice((f"{first}.{last}", f"{first}{last}{number}", f"{first}_{last}", f"{first}+news"))
    host = chance.choice(("gmail.com", "yahoo.com", "mail.example.org", "state.ma.us", "example.co.uk", "uni-x.edu"))
    usual = f"{local}@{host}"
    disguised = (
        f"{local} [at] {host.replace('.', ' [dot] ')}",
        f"{local} at {host.replace('.', ' dot ')}",
        f"{local}(at){host}",
        f"{local} @ {host}",
    )
    return chance.choice((usual,) * 8 + disguised)


def _address(chance: random.Random) -> str:
    unit = chance.choice(("", "", "", ", Apt 3B", " #12", ", Unit 4", " Suite 900", ", apartment 7"))
    city = chance.choice(("", "", f", {chance.choice(_CITIES)}"))
    box = chance.choice(("P.O. Box", "PO Box", "P O Box")) + f" {chance.randint(1, 9999)}"
    house = f"{chance.randint(1, 2400)}{chance.choice(('', '', '', 'A'))} {chance.choice(_STREETS)}{unit}"
    return chance.choice((house,) * 12 + (box,)) + city


def _name(chance: random.Random) -> str:
    return chance.choice((chance.choice(_FIRST), f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"))


def _birth_date(chance: random.Random) -> str:
    year, month, day = chance.randint(1930, 2012), chance.randint(1, 12), chance.randint(1, 28)
    name = chance.choice((_MONTHS[month - 1], _MONTHS[month - 1][:3]))
    numbers = (f"{month:02}/{day:02}/{year}", f"{month}/{day}/{year % 100:02}", f"{year}-{month:02}-{day:02}")
    others = (f"{month}-{day}-{year}", f"{day:02}.{month:02}.{year}")
    names = (f"{name} {day}, {year}", f"{day} {name} {year}", f"{name} {day}th {year}", f"the {day}th of {name} {year}")
    return chance.choice((*numbers, *others, *names))


def _tax_number(chance: random.Random) -> str:
    return _shaped(chance, "##-#######", "##-#######", "#########", "9##-7#-####", "## #######")


def _user_name(chance: random.Random) -> str:
    start = chance.choice(("ann", "josé", "maria", "rosie", "skater", "kwame_m", "olga.k"))
    return f"{start}{chance.choice('_.-')}{_digits(chance, 3)}"


def _password(chance: random.Random) -> str:
    word = chance.choice(("hunter", "Sunshine", "correct-horse", "Tr0ub4dor", "boston", "P@ssw0rd", "qwerty"))
    return f"{word}{chance.choice(('', '!', '#'))}{_digits(chance, chance.randint(1, 4))}"


def _drivers_license(chance: random.Random) -> str:
    return _shaped(chance, "S########", "SA#######", "#########", "A###-####-####", "A#######")


_SECRETS: dict[str, Callable[[random.Random], str]] = {
    "address": _address,
    "bank_account": _bank_account,
    "birth_date": _birth_date,
    "card_number": _card_number,
    "drivers_license": _drivers_license,
    "email": _email,
    "name": _name,
    "password": _password,
    "phone": _phone,
    "social_security_number": _social_security_number,
    "tax_number": _tax_number,
    "user_name": _user_name,
}
_NUMBERS = {"bank_account", "card_number", "phone", "social_security_number", "tax_number"}

_PHONES = (
    """
N##-N##-####|(N##) N##-####|N##.N##.####|N## N## ####|N##N######|+1 N## N## ####|1-N##-N##-####|+1 (N##) N##-####
(N##)N##-####|+1N##N######|N##/N##-####|1 (N##) N##-####|N##-N##-#### ext. ##|N##-N##-####x###|001-N##-N##-####
+44 20 #### ####|+55 11 9####-####|+52 55 #### ####|+86 13# #### ####|+509 3### ####
""".strip()
    .replace("\n", "|")
    .split("|")
)
_FIRST = "Ann José Maria Linh Wei Rosa Kwame Olga Jean-Pierre Denise Tyrone Siobhán Fatima Bob Harold Thu".split()
_LAST = "Lee Silva O'Brien Nguyen Chen Garcia Mensah Baptiste Kowalski Smith Santos Johnson McDonald Tran".split()
_MONTHS = "January February March April May June July August September October November December".split()
_STREETS = (
    """
Beacon Street|Main St|Old Oak Rd.|Massachusetts Avenue|Elm St.|Commonwealth Ave|Harvard Square|Park Place|Cedar Lane
Martin Luther King Jr. Blvd|Washington Blvd|Cherry Hill Drive|5th Avenue|West 42nd Street|Ocean Dr|Tremont Court
St. Botolph Street|Storrow Drive|Broadway|North Harbor Way|Pleasant Terrace|Worcester Tpke|River Rd|Kosciuszko Circle
Sunset Ln|Fruit Street|Blue Hill Ave|Route 9 Hwy|Lincoln Pkwy|Maple Ct
""".strip()
    .replace("\n", "|")
    .split("|")
)
_CITIES = ("Boston, MA 02108", "Worcester MA 01608", "Springfield, Massachusetts 01103", "Lowell, MA, 01852-4310")

# {} is replaced by the secret.
_TEMPLATES = {
    "social_security_number": """
My SSN is {}, do you keep it?
my social security number is {} and i typed it in a form
Is my social {} public?
SSN: {}
ssn {} who can see it
social security # {} was in my message, please delete it
Can a journalist request {}? That is my Social Security number.
I sent you my SS number ({}) by mistake.
What happens with {} if I write it in the policy form?
S.S.N. {}
mi numero de seguro social es {}
My late husband's Social Security no. {} went into your survey
Here is my soc sec number, {}, am I in your records?
do you share {} with the IRS""",
    "card_number": """
My card number is {}, is it stored?
I paid with Visa {} on your site.
card {} please tell me who sees it
{} is my debit card, did Formstack keep it?
Would {} be released on a records request?
credit card no. {} exp twelve thirty
amex {}, i already typed it in
Charge it to {}
mastercard ending? the whole number is {}
is {} encrypted
tarjeta {} la guardan?
I wrote this in a comment: {}. Can I remove it?""",
    "bank_account": """
My bank account number is {}, is it safe with you?
account {} please
acct # {} was in the form
My checking account is {}.
routing number {} - do you keep that?
I gave you my IBAN {} last week
savings acct: {}
deposit it into account no. {} thanks
is bank account {} personally identifiable information
{} is my account number, who can read it?
mi cuenta es {}
My account number (it is {}) was emailed to you.""",
    "phone": """
Call me at {} please
my phone number is {}, do you sell it?
{} is mine
Is {} kept when I text you?
reach me on {}
Phone: {}
do you give {} to telemarketers
My cell is {} and I never agreed to anything
I called you from {}. Is that number logged?
tel. {}
what do you do with my mobile {}
my number's {}, can you delete it""",
    "email": """
My email is {}, who gets it?
{} please remove me
write to me: {}
do you sell {} to advertisers
I signed up as {}.
Email {}
is {} personally identifiable information?
My address is {} and I get spam since I wrote to you
(contact: {})
mi correo es {} gracias""",
    "address": """
I live at {}, is that kept?
my address is {}
Is {} personally identifiable information?
My home address is {}. Do you share it?
I wrote {} into the form, who sees it
send the records to {}
{} is where I live, do you have it on file?
address: {}
You mailed a letter to {}, how did you get it?
We moved from {} last year, can you correct it?""",
    "name": """
My name is {}, do you have records about me?
my full name is {}. Is it public?
Hi, my name is {}
Name: {}
My name's {}, what do you hold on me?
my legal name is {} and I want to see my data
me llamo {}, que guardan de mi?
First name: {}
My last name is {}.""",
    "birth_date": """
I was born on {}, do you keep that?
my date of birth is {}
DOB: {}
dob {} is in your form
Birthday {} - is it public?
My birth date ({}) was typed in the survey
born {}, am I old enough?
my birthday is {}, do you store it?
Date of birth: {}, who can see it?""",
    "tax_number": """
My TIN is {}, is it public?
EIN {} please
my tax id is {}
taxpayer identification number: {}
ITIN {} was in the form
My company's tax ID number is {}. Do you keep it?
our EIN number is {} who sees that
FEIN: {}""",
    "user_name": """
my username is {}
user name: {}
Username {} is mine, who can see it?
login is {} do you keep it
my user id is {}, is it logged?
My login: {}
my user name is {}. Is it public?""",
    "password": """
my password is {}
password: {}
My password is {}, is it safe with you?
pwd {} do you store that
the password for my account is {}
passcode: {}
password {} was in my message
I typed my password ({}) into the form
My pass word is {}. Who can see it?""",
    "drivers_license": """
my driver's license is {}
driver’s licence no. {} please
Drivers license number {}
license # {} was in the form
Is my driver's license number {} public?
DL {} who sees it
my licence number is {}, do you keep it
passport {} please delete it
My driver license: {}""",
}


def _between(text: str, chance: random.Random) -> str:
    """Insert an invisible character after many of the text's characters."""
    character = chance.choice("\u200b\u200d\u2060\u00ad\ufeff")
    return "".join(c + (character if chance.random() < 0.4 else "") for c in text[:-1]) + text[-1]


def _moved(text: str, first: str, last: str, by: int) -> str:
    return "".join(chr(ord(c) + by) if first <= c <= last else c for c in text)


# Disguises: a rule for plain text would miss a secret that is written like this.
_SPELLINGS: dict[str, Callable[[str, random.Random], str]] = {
    "as usual": lambda text, chance: text,
    "full width": lambda text, chance: _moved(text, "!", "~", 0xFEE0),
    "full-width digits": lambda text, chance: _moved(text, "0", "9", 0xFEE0),
    "bold digits": lambda text, chance: _moved(text, "0", "9", 0x1D7CE - ord("0")),
    "Arabic digits": lambda text, chance: _moved(text, "0", "9", 0x0660 - ord("0")),
    "zero-width": _between,
    "bidi controls": lambda text, chance: f"\u202d{text}\u202c",
    "no-break spaces": lambda text, chance: text.replace(" ", chance.choice("\u00a0\u2009\u202f")),
    "other dashes": lambda text, chance: text.replace("-", chance.choice("‐‑–—−")),
    "spaced digits": lambda text, chance: " ".join(text) if text.isdigit() else text,
}
_FOR_NUMBERS = {"Arabic digits", "other dashes", "spaced digits"}

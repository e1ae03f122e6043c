"""The names by which people call a policy's owner, its site and its products."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from bot.policies.dates import find_dates
from bot.policies.facts import EMAIL, plain_address
from bot.policies.products import own_sites, product_names
from bot.policies.readers.reading import Reading
from bot.policies.short_names import has_kind, hosts_in, short_names
from bot.policies.titles import POLICY_TITLE, TITLE_SEPARATOR, find_title, first_lines, is_title
from bot.types import Policy

# What is left of a title without these is the owner's name.
_GENERIC_WORDS = (
    r"privacy|cookies?|data|protection|security|personal|information|(?:consumer|customer|user|visitor|member|student|patient"
    r"|employee|applicant|candidate|parent|subscriber|donor|child|patron|resident|rider|passenger|tenant|guest)(?:s|ren)?"
    r"|website|site|web|online"
    r"|general|global|policy|policies|notice|notices|statement|practices|terms|conditions|of|use|service|and|our|your"
    r"|the|a|for|on|in|at|about|welcome|to|official|legal|home|page|center|centre|agreement|version|updated|effective"
    r"|rights|summary|full|draft|us|eu|uk"
)
_GENERIC_EDGE = re.compile(rf"^\W*(?:\b(?:{_GENERIC_WORDS})\b\W*)+|\W*(?:\b(?:{_GENERIC_WORDS})\b\W*)+$", re.IGNORECASE)
_GENERIC = re.compile(rf"\W*(?:\b(?:{_GENERIC_WORDS}|company|we|i|website|app|inc|llc|ltd)\b\W*)+", re.IGNORECASE)
_LEGAL_FORM = re.compile(
    r",?\s+(?:Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|AG|SE|S\.?A\.?|S\.?L\.?|B\.?V\.?|PLC|LLP|Corp|Corporation|Co|KG|e\.?V"
    r"|Pty Ltd|S\.?r\.?l|Oy|AB|ApS|AS|UG)\.?(?=$|[\s,])(?:\s*&\s*Co\.?(?:\s*KG)?)?",
)
_LEGAL = r"(?:,?\s(?:Inc|LLC|Ltd|Limited|GmbH|AG|SE|PLC|LLP|Corp|Corporation|Co|KG|S\.?A|B\.?V|S\.?L)\b\.?)"
_NAME = r"(?:[A-Z0-9][\w.’'&-]*|[a-z][a-z0-9-]{1,30}\.(?:com|org|net|io|gov|edu|co|app|dev|ai))"
_NAMES = rf"{_NAME}(?:\s(?:(?:of|and|the|for|&|de|du|der)\s)?{_NAME}){{0,7}}{_LEGAL}?"
# An owner's name before what the policy calls it from there on: `Maple Bakery Ltd ("Maple", "we", "us")`.
_DEFINED = re.compile(
    rf"(?<![\w.&-])(?P<name>{_NAMES})\s?\((?P<defined>[^()]{{0,160}}?[\"“'‘](?:[Ww]e|[Uu]s|[Oo]ur"
    rf"|(?:[Tt]he )?[Cc]ompany)[,.]?[\"”'’][^()]{{0,80}})\)"
    rf"|(?<![\w.&-])(?P<site>{_NAMES})\s(?:(?:web)?site\s)?\([\"“'‘](?P<same>[^()\"”]{{2,60}})[\"”'’]\)",
)
_THAT_IS_US = re.compile(rf"(?<![\w.&-])(?P<name>{_NAMES})\s\((?:that['’]?s|i\.e\.,?|meaning) us\)")
# Before the owner's address, and not before its name: "with its office in Springfield", "Maple Ltd, Springfield".
_AT_PLACE = re.compile(r"(?:,|\b(?:in|at|near|from))\s$")
_COMPANY = re.compile(rf"(?<![\w.&-])(?P<name>{_NAMES.removesuffix('?')})")
_QUOTED = re.compile(r"[\"“'‘]([^\"”“'’‘]{2,60}?)[,.]?[\"”'’]")
# Ways in which a policy names its owner.
_SAID = re.compile(
    r"(?:^welcome to\s(?:the\s)?"
    r"|^(?:this|our|the)\s(?:\w+\s){0,2}(?:site|website|app|service|portal|page|policy|notice|statement)\b[^.]{0,30}\b"
    r"(?:operated|owned|run|provided|published|managed|maintained|issued|written)\s(?:and\s\w+\s)?by\s(?:the\s)?"
    r"|\bprivacy\s(?:policy|notice|statement)\s(?:of|describes how|explains how|sets out how)\s(?:the\s)?"
    r"|^(?:©|copyright)\s(?:\(c\)\s|©\s)?(?:\d{4}(?:\s?[-–]\s?\d{4})?,?\s)?(?:by\s)?"
    rf"|^(?:we are|we['’]re)\s(?:the\s)?)(?-i:(?P<name>{_NAMES}))"
    rf"|^(?:here\s)?at\s(?-i:(?P<at>{_NAMES})),\s(?:we|our)\b",
    re.IGNORECASE,
)
_CONTROLLER_IS = re.compile(
    rf"^(?:The\s)?(?P<name>{_NAMES})\s(?:is|acts as)\s(?:the|a|your|our)?\s?(?:data\s)?controller\b"
)
_ABBREVIATION = re.compile(r"\s?\([\"“]?([A-Z][A-Z0-9&.-]{1,9})[\"”]?\)")
_ASKS = re.compile(r"(?:how|what|why|when|where|who|which|is|are|do|does|can|may|will)\s", re.IGNORECASE)
_ABOUT = re.compile(r"(?:,|\b(?:your|our|and))\s*$", re.IGNORECASE)
_NO_NAME = frozenset(
    "pdf html we us our company website site service services user users you app application platform".split()
)
# Words before a name. At the start of a sentence, they begin with a capital, too.
_OPENING = re.compile(r"^(?:[Tt]he|THE|[Aa]t|[Hh]ere at|When|While|If|As|By|For|In|Since|Because)\s")
_DRAFTED = 2
# Where an owner's name may be above the title.
_TOP, _MOST_ABOVE = 400, 3
# The text is searched once more for each name, so other forms are looked for of so many names only.
_MOST_NAMES = 30
_JOINING, _LONGEST_INITIALS = frozenset("OF AND THE FOR DE DU".split()), 4
_MAIL_SERVICES = frozenset("gmail googlemail outlook hotmail yahoo icloud proton protonmail gmx aol web mail".split())


def find_names(policy: Policy, reading: Reading, site: str | None, url: str | None) -> list[str]:
    """Return the names of the owner and its site, the best first, without duplicates."""
    own = [*([site] if site else []), *([reading.site] if reading.site else [])]
    own += _in_titles(policy, reading)
    own += _in_statements(policy)
    names = _distinct(own, policy.text)
    order = list(names.values())
    for host in _hosts(policy, url):
        written = _spelling(host, policy.text)
        names |= {name.lower(): name for name in written if name.lower() not in names}
        order += [*written, host]
    names = names | _distinct(order, policy.text)
    for name in list(names.values())[:_MOST_NAMES]:
        for match in re.finditer(re.escape(name) + _ABBREVIATION.pattern, policy.text):
            if _is_name(match[1]):
                names.setdefault(match[1].lower(), match[1])
    hosts = hosts_in(policy.text)
    for name in list(_distinct(own, policy.text).values())[:_MOST_NAMES]:
        for short in short_names(name, policy.text, hosts):
            if _is_name(short):
                names.setdefault(short.lower(), short)
    for product in product_names(list(names.values())[:_MOST_NAMES], [sentence.text for sentence in policy.sentences]):
        if _is_name(product):
            names.setdefault(product.lower(), product)
    return list(names.values())


def _distinct(names: Iterable[str], text: str) -> dict[str, str]:
    """Return the forms of names that are names, by the name in lower case."""
    forms = (form for name in names for form in _forms(_as_written(name, text)) if _is_name(form))
    distinct: dict[str, str] = {}
    for form in forms:
        distinct.setdefault(form.lower(), form)
    return distinct


def _as_written(name: str, text: str) -> str:
    """Return a name in capitals as the text writes it, or as names usually are: "LONG TABLE" -> "Long Table"."""
    if not name.isupper() or " " not in name:
        return name
    return next(iter(_written(re.escape(name), text)), " ".join(_as_usual(word, text) for word in name.split()))


def _as_usual(word: str, text: str) -> str:
    if word in _JOINING:
        return word.lower()
    usual = word.capitalize()
    return usual if len(word) > _LONGEST_INITIALS or re.search(rf"\b{re.escape(usual)}\b", text) else word


def _written(pattern: str, text: str) -> list[str]:
    """Return how a text writes what a pattern finds, the most frequent way first, but not all in one case."""
    found = re.findall(rf"(?<![\w@/-])(?:{pattern})(?![\w@-]|\.\w)", text, re.IGNORECASE)
    return [way for way, _ in Counter(way for way in found if not (way.isupper() or way.islower())).most_common()]


def _in_titles(policy: Policy, reading: Reading) -> Iterator[str]:
    """Yield the names in the title, above it, and in the head of the page."""
    title, lines = find_title(policy, reading), first_lines(policy)
    if title in lines:  # in plain text, the owner's name may be above it
        yield from (line for line in lines[: lines.index(title)] if is_title(line) and re.fullmatch(_NAMES, line))
    yield from _above(title, policy)
    for whole in dict.fromkeys((title, *reading.page_titles)):
        if is_title(whole) and POLICY_TITLE.search(whole):
            parts = TITLE_SEPARATOR.split(whole)
            others = [part for part in parts if not POLICY_TITLE.search(part)]
            yield from (name for part in others or parts if (name := _name_in_title(part, policy.text)))


def _above(title: str, policy: Policy) -> Iterator[str]:
    """Yield the names at the top of a text, up to the title, that the rest of the text confirms."""
    paragraphs = (line.strip("# *_\t") for line in policy.text[:_TOP].split("\n"))
    for line in [line for line in paragraphs if line][:_MOST_ABOVE]:
        name = TITLE_SEPARATOR.split(line)[0]
        if POLICY_TITLE.search(name):
            name = _name_in_title(name, policy.text)
        if is_title(line) and re.fullmatch(_NAMES, name) and _is_owner(name, policy.text):
            yield name
        if line == title:
            return


def _is_owner(name: str, text: str) -> bool:
    """Return whether words at the top name the owner: they say which kind of body it is, or the text repeats them."""
    words = re.sub(r"^the\s", "", name, flags=re.IGNORECASE)
    again = re.findall(rf"(?<![\w@/-]){re.escape(words)}(?![\w@-])", text, re.IGNORECASE)
    mixed = [way for way in again if not (way.isupper() or way.islower())]
    return has_kind(name) or len(mixed) > (not name.isupper())


def _in_statements(policy: Policy) -> Iterator[str]:
    """Yield the names that the policy's statements give its owner."""
    found: Counter[str] = Counter()
    for sentence in policy.sentences:
        for match in _CONTROLLER_IS.finditer(sentence.text):
            found[match["name"]] += 3
        if any(mark in sentence.text for mark in '"“‘'):
            yield from _defined(sentence.text)
        if " us)" in sentence.text:
            yield from (match["name"] for match in _THAT_IS_US.finditer(sentence.text))
        for match in _SAID.finditer(sentence.text):
            found[match["name"] or match["at"]] += 1
    yield from (name for name, _ in found.most_common(_DRAFTED))


def _defined(text: str) -> Iterator[str]:
    """Yield the names that a sentence defines as its owner's."""
    for match in _DEFINED.finditer(text):
        if match["name"]:
            before = text[: match.start()]
            if not _AT_PLACE.search(before) or _COMPANY.fullmatch(match["name"]):
                yield match["name"]
                yield from _QUOTED.findall(match["defined"])
            elif companies := list(_COMPANY.finditer(before)):  # "Maple Ltd, with its office in Springfield"
                yield companies[-1]["name"]
                yield from _QUOTED.findall(match["defined"])
        elif match["site"] and match["site"].lower().startswith(match["same"].lower()):
            yield match["same"]


def _is_name(words: str) -> bool:
    return (
        2 <= len(words) <= 60
        and words.lower() not in _NO_NAME
        and not _GENERIC.fullmatch(words)
        and (not POLICY_TITLE.search(words) or "." in words)
        and not any(True for _ in find_dates(words))
    )


def _hosts(policy: Policy, url: str | None) -> Iterator[str]:
    """Yield the hosts of the page, of the owner's email addresses, and of its site, without `www.`."""
    if url and (host := urlsplit(url).hostname) and _is_domain(host):
        yield host.removeprefix("www.")
    for index in policy.facts.get("email", ())[:1]:
        for match in EMAIL.finditer(policy.sentences[index].text):
            host = plain_address(match[0]).rpartition("@")[2].lower()
            if host.split(".")[0] not in _MAIL_SERVICES:
                yield host
    yield from list(dict.fromkeys(own_sites([sentence.text for sentence in policy.sentences])))[:_DRAFTED]


def _is_domain(host: str) -> bool:
    """Return whether a host has a name that people may use, not a number or a machine's name."""
    return "." in host and not host.rpartition(".")[2].isdigit()


def _spelling(host: str, text: str) -> list[str]:
    """Return the most frequent way in which a text writes the name of a host: "maplebakery.com" -> "Maple Bakery"."""
    label = host.split(".")[-2] if host.count(".") else host
    return _written(r"[ -]?".join(map(re.escape, label)), text)[:1]


def _forms(name: str) -> Iterator[str]:
    """Yield a name without its legal form first, then as it is."""
    name = re.sub(r"['’]s?$", "", name.strip(" ,.;:"))
    name = re.sub(r"(?:\s(?:of|and|the|for|&|de|du|der))+$", "", _OPENING.sub("", name))
    short = _LEGAL_FORM.sub("", name).strip(" ,")
    for form in dict.fromkeys((short, name)):
        yield form
        if " & " in form:
            yield form.replace(" & ", " and ")


def _name_in_title(title: str, text: str) -> str:
    """Return the owner's name in a title: "Maple Bakery privacy notice" -> "Maple Bakery". Empty if there is none."""
    name = _plain(title)
    if _ASKS.match(title):
        return ""
    edge = title[: title.find(name)]
    if re.fullmatch(_NAMES, name) and not POLICY_TITLE.search(name):
        # "Your Questions Answered" and "Website, Wi-Fi and Terminal" say what the policy is about.
        return "" if _ABOUT.search(edge) else name
    found = POLICY_TITLE.search(title)
    first = _plain(re.split(r",\s", title[: found.start()] if found else title)[0])
    if not re.fullmatch(_NAMES, first) or _ABOUT.search(edge):
        return ""
    # In "Maple Bakery privacy questions", only names have capitals.
    named = " " in first and found is not None and found[0].islower()
    return first if named or _is_owner(first, text) else ""


def _plain(title: str) -> str:
    return re.sub(r"['’]s$", "", _GENERIC_EDGE.sub("", title.strip()).strip(" ,.:;()–—-"))

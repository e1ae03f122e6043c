"""What a policy says about itself: its title, its owner's names, its dates, contacts and language.

It comes from the text and from what the file says (front matter, the head of a page). A manifest overrides each part.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bot.language import other_language
from bot.policies.dates import find_dates, read_date
from bot.policies.facts import EMAIL, PHONE, is_fact_line
from bot.policies.manifest import is_contact_address
from bot.policies.readers.reading import Reading
from bot.types import Contact, Link, Policy

_MAX_TITLE_CHARS, _MOST_TITLE_LINES = 120, 4
# Words that make a line the title of a policy.
_POLICY_TITLE = re.compile(
    r"\b(?:privacy|policy|policies|notice|statement|cookies?|data protection|terms|datenschutz\w*|privacidad"
    r"|privacidade|confidentialité|protezione dei dati|aviso|política|politique|informativa|erklärung)\b|隐私",
    re.IGNORECASE,
)
# Lines at the top of pages and files that name no document.
_STRAY = re.compile(
    r"^\W*(?:skip to\b.*|jump to\b.*|menu|home|search\b.*|log ?in|sign (?:in|up)|navigation|main content"
    r"|table of contents|contents|close|back(?: to\b.*)?|share|print|english|language\b.*|toggle\b.*|accept\b.*"
    r"|cookie settings|subscribe|donate|draft|confidential|page \d.*|untitled.*|document ?\d*|microsoft word\b.*"
    r"|[\w -]*\.(?:docx?|pdf|html?|md|txt|odt))\W*$",
    re.IGNORECASE,
)
_TITLE_SEPARATOR = re.compile(r"\s+[|·•»›–—:-]\s+|\s*[|»›]\s*|:\s+")
# What is left of a title without these is the owner's name.
_GENERIC_WORDS = (
    r"privacy|cookies?|data|protection|security|personal|information|(?:consumer|customer|user|visitor|member|student|patient"
    r"|employee|applicant|candidate|parent|subscriber|donor|child)(?:s|ren)?|website|site|web|online"
    r"|general|global|policy|policies|notice|notices|statement|practices|terms|conditions|of|use|service|and|our|your"
    r"|the|a|for|on|in|at|about|welcome|to|official|legal|home|page|center|centre|agreement|version|updated|effective"
    r"|rights|summary|full|draft|us|eu|uk"
)
_GENERIC_EDGE = re.compile(rf"^(?:\W*\b(?:{_GENERIC_WORDS})\b\W*)+|(?:\W*\b(?:{_GENERIC_WORDS})\b\W*)+$", re.IGNORECASE)
_GENERIC = re.compile(rf"(?:\W*\b(?:{_GENERIC_WORDS}|company|we|i|website|app|inc|llc|ltd)\b\W*)+", re.IGNORECASE)
_LEGAL_FORM = re.compile(
    r",?\s+(?:Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|AG|SE|S\.?A\.?|S\.?L\.?|B\.?V\.?|PLC|LLP|Corp|Corporation|Co|KG|e\.?V"
    r"|Pty Ltd|S\.?r\.?l|Oy|AB|ApS|AS|UG)\.?(?=$|[\s,])(?:\s*&\s*Co\.?(?:\s*KG)?)?",
)
_LEGAL = r"(?:,?\s(?:Inc|LLC|Ltd|Limited|GmbH|AG|SE|PLC|LLP|Corp|Corporation|Co|KG|S\.?A|B\.?V|S\.?L)\b\.?)"
_NAME = r"(?:[A-Z0-9][\w.’'&-]*|[a-z][a-z0-9-]{1,30}\.(?:com|org|net|io|gov|edu|co|app|dev|ai))"
_NAMES = rf"{_NAME}(?:\s(?:(?:of|and|the|for|&|de|du|der)\s)?{_NAME}){{0,7}}{_LEGAL}?"
# An owner's name before what the policy calls it from there on: `Maple Bakery Ltd ("Maple", "we", "us")`.
_DEFINED = re.compile(
    rf"(?P<name>{_NAMES})\s?\((?P<defined>[^()]{{0,160}}?[\"“'‘](?:[Ww]e|[Uu]s|[Oo]ur"
    rf"|(?:[Tt]he )?[Cc]ompany)[,.]?[\"”'’][^()]{{0,80}})\)"
    rf"|(?P<site>{_NAMES})\s(?:(?:web)?site\s)?\([\"“'‘](?P<same>[^()\"”]{{2,60}})[\"”'’]\)",
)
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
_NO_NAME = frozenset(
    "pdf html we us our company website site service services user users you app application platform".split()
)
# A sample this long says which language a text is in; this many samples, from its start to its end, must agree.
_SAMPLE_CHARS, _SAMPLES = 1_500, 3
_DRAFTED = 2
_DATE_WORD = {
    "effective": re.compile(r"effective|force|effect\b", re.IGNORECASE),
    "updated": re.compile(r"updat|revis|modif|chang|amend", re.IGNORECASE),
}
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_MAIL_SERVICES = frozenset("gmail googlemail outlook hotmail yahoo icloud proton protonmail gmx aol web mail".split())


@dataclass(frozen=True, slots=True)
class About:
    """What was found. names: of the owner and its site, without `site`; dates are ISO 8601 if they are certain."""

    title: str
    site: str
    names: tuple[str, ...]
    effective: str | None
    updated: str | None
    contacts: tuple[Contact, ...]
    language: str


def describe(policy: Policy, reading: Reading, *, site: str | None = None, url: str | None = None) -> About:
    """Return what a policy says about itself. site, url: as its owner gives them, if so."""
    names = _names(policy, reading, site, url or reading.canonical)
    title = find_title(policy, reading)
    return About(
        title=title.rstrip("."),
        site=site or (names[0] if names else title),
        names=tuple(name for name in names if name != (site or names[0])),
        effective=read_date(reading.effective) if reading.effective else _date(policy, "effective"),
        updated=read_date(reading.updated) if reading.updated else _date(policy, "updated"),
        contacts=tuple(_contacts(policy, reading.links)),
        language=language_of(policy),
    )


def find_title(policy: Policy, reading: Reading) -> str:
    """Return the title: of the file, of the first heading that names a policy, or of the page; otherwise the id."""
    headings = [section for section in policy.sections[:8] if section.headings]
    top = [section.headings[-1] for section in headings if not policy.text.startswith("##", section.start)]
    below = [section.headings[-1] for section in headings if policy.text.startswith("##", section.start)]
    page = [part for whole in reading.page_titles for part in (_without_site(whole, reading.site), whole)]
    written = [reading.title or "", *top[:1], *_first_lines(policy), *top[1:], *page, *below]
    candidates = [clean for each in written if _is_title(clean := " ".join(each.split()))]
    if reading.title and candidates and candidates[0] == " ".join(reading.title.split()):
        return candidates[0]
    named = [each for each in candidates if _POLICY_TITLE.search(each)]
    return next(iter([*named, *(each for each in candidates if each in {*top[:1], *page})]), policy.id)


def _first_lines(policy: Policy) -> list[str]:
    """Return the first line, and those directly below it, up to the first that ends like a sentence."""
    lines = [line.strip("# *_") for line in policy.text.strip().split("\n")[:_MOST_TITLE_LINES]]
    return [*itertools.takewhile(lambda line: line and not line.endswith((".", ",", ";", ":")), lines)] or lines[:1]


def language_of(policy: Policy) -> str:
    """Return the code of the policy's language; `en` unless most of its text is certainly in another one."""
    text = policy.text
    step = max(len(text) // _SAMPLES, _SAMPLE_CHARS)
    samples = [other_language(text[start : start + _SAMPLE_CHARS]) or "en" for start in range(0, len(text), step)]
    language, count = Counter(samples).most_common(1)[0]
    return language if 2 * count > len(samples) else "en"


def _is_title(words: str) -> bool:
    return (
        2 < len(words) <= _MAX_TITLE_CHARS
        and any(c.isalpha() for c in words)
        and not _STRAY.match(words)
        and not is_fact_line(words)
        and not any(found.span.end - found.span.start > len(words) / 2 for found in find_dates(words))
    )


def _without_site(whole: str, site: str | None) -> str:
    """Return the part of a page's title that names the document: "Privacy Policy | Acme" -> "Privacy Policy"."""
    parts = [part.strip() for part in _TITLE_SEPARATOR.split(whole) if part.strip()]
    others = [part for part in parts if not site or part.lower() != site.lower()]
    return next((part for part in others if _POLICY_TITLE.search(part)), others[0] if others else whole)


def _names(policy: Policy, reading: Reading, site: str | None, url: str | None) -> list[str]:
    """Return the names of the owner and its site, the best first, without duplicates."""
    found: Counter[str] = Counter()
    order = [*([site] if site else []), *([reading.site] if reading.site else [])]
    title, lines = find_title(policy, reading), _first_lines(policy)
    if title in lines:  # in plain text, the owner's name may be above it
        order += [line for line in lines[: lines.index(title)] if _is_title(line) and re.fullmatch(_NAMES, line)]
    for whole in dict.fromkeys((title, *reading.page_titles)):
        if _is_title(whole) and _POLICY_TITLE.search(whole):
            parts = _TITLE_SEPARATOR.split(whole)
            others = [part for part in parts if not _POLICY_TITLE.search(part)]
            order += [name for part in others or parts if (name := _name_in_title(part))]
    for sentence in policy.sentences:
        for match in _CONTROLLER_IS.finditer(sentence.text):
            found[match["name"]] += 3
        if any(mark in sentence.text for mark in '"“‘'):
            for match in _DEFINED.finditer(sentence.text):
                if match["name"] and not sentence.text[: match.start()].endswith(", "):
                    order.append(match["name"])
                    order += _QUOTED.findall(match["defined"])
                elif match["site"] and match["site"].lower().startswith(match["same"].lower()):
                    order.append(match["same"])
        for match in _SAID.finditer(sentence.text):
            found[match["name"] or match["at"]] += 1
    order += [name for name, _ in found.most_common(_DRAFTED)]
    for host in _hosts(policy, url):
        order += [*_spellings(host, policy.text), host]
    names: dict[str, str] = {}
    for name in order:
        for form in _forms(name):
            if _is_name(form):
                names.setdefault(form.lower(), form)
    for name in list(names.values()):
        for match in re.finditer(re.escape(name) + _ABBREVIATION.pattern, policy.text):
            if _is_name(match[1]):
                names.setdefault(match[1].lower(), match[1])
    return list(names.values())


def _is_name(words: str) -> bool:
    return (
        2 <= len(words) <= 60
        and words.lower() not in _NO_NAME
        and not _GENERIC.fullmatch(words)
        and (not _POLICY_TITLE.search(words) or "." in words)
        and not any(True for _ in find_dates(words))
    )


def _hosts(policy: Policy, url: str | None) -> Iterator[str]:
    """Yield the hosts of the page and of the owner's email addresses, without `www.`."""
    if url and (host := urlsplit(url).hostname) and _is_domain(host):
        yield host.removeprefix("www.")
    for index in policy.facts.get("email", ())[:1]:
        for match in EMAIL.finditer(policy.sentences[index].text):
            host = _plain_address(match[0]).rpartition("@")[2].lower()
            if host.split(".")[0] not in _MAIL_SERVICES:
                yield host


def _is_domain(host: str) -> bool:
    """Return whether a host has a name that people may use, not a number or a machine's name."""
    return "." in host and not host.rpartition(".")[2].isdigit()


def _spellings(host: str, text: str) -> list[str]:
    """Return the most frequent way in which a text writes the name of a host: "maplebakery.com" -> "Maple Bakery"."""
    label = host.split(".")[-2] if host.count(".") else host
    pattern = rf"(?<![\w.@/-])(?={re.escape(label[0])}){r'[ -]?'.join(map(re.escape, label))}(?![\w@]|\.\w)"
    written = Counter(match for match in re.findall(pattern, text, re.IGNORECASE) if match != match.lower())
    return [name for name, _ in written.most_common(1)]


def _forms(name: str) -> Iterator[str]:
    """Yield a name without its legal form first, then as it is."""
    name = re.sub(r"['’]s?$", "", name.strip(" ,.;:"))
    name = re.sub(r"(?:\s(?:of|and|the|for|&|de|du|der))+$", "", re.sub(r"^(?:[Tt]he|[Aa]t|[Hh]ere at)\s", "", name))
    short = _LEGAL_FORM.sub("", name).strip(" ,")
    for form in dict.fromkeys((short, name)):
        yield form
        if " & " in form:
            yield form.replace(" & ", " and ")


def _name_in_title(title: str) -> str:
    """Return the owner's name in a title: "Maple Bakery privacy notice" -> "Maple Bakery". Empty if there is none."""
    name = _GENERIC_EDGE.sub("", title.strip())
    name = re.sub(r"['’]s$", "", name.strip(" ,.:;()–—-"))
    if not re.fullmatch(_NAMES, name) or _POLICY_TITLE.search(name):
        return ""
    return name


def _date(policy: Policy, kind: str) -> str | None:
    """Return the date in the clearest statement of a kind."""
    found: list[str] = []
    for index in policy.facts.get(kind, ()):
        text = policy.sentences[index].text
        dates = list(find_dates(text))
        # "Last updated 3 March 2025, effective 1 April 2025": each date follows its word.
        cue = _DATE_WORD[kind].search(text)
        after = [date for date in dates if cue and date.span.start > cue.start()]
        found.append((after or dates)[0].value)
    if kind == "updated" and all(_ISO.fullmatch(value) for value in found):
        return max(found, default=None)  # a list of changes: the last one
    return found[0] if found else None


def _contacts(policy: Policy, links: Sequence[Link]) -> Iterator[Contact]:
    """Yield an email address, a phone number, and a postal address to contact the owner, as far as there are any."""
    if "email" not in policy.facts and (address := _linked_address(policy, links)):
        yield Contact("email", address, f"mailto:{address}")
    officers = set(policy.facts.get("officer", ()))
    seen: set[str] = set()
    for role, facts in (("email", policy.facts.get("email", ())), ("data_protection_officer", sorted(officers))):
        for index in facts:
            if match := EMAIL.search(policy.sentences[index].text):
                address = _plain_address(match[0])
                own = role == "email" and index in officers and len(facts) > 1
                if not own and address.lower() not in seen:
                    seen.add(address.lower())
                    url = f"mailto:{address}"
                    yield Contact(role, address, url if is_contact_address(url) else None)
                    break
    numbers = (m[0] for index in policy.facts.get("phone", ()) for m in PHONE.finditer(policy.sentences[index].text))
    for number in numbers:
        digits = re.sub(r"[^\d+]", "", number)
        if 7 <= len(digits.lstrip("+")) <= 15 and not re.search(r"[A-Z]", number):
            yield Contact("phone", number.strip(" .-–"), f"tel:{digits}")
            break
    if place := _place(policy):
        yield Contact("post", place, None)


def _linked_address(policy: Policy, links: Sequence[Link]) -> str | None:
    """Return the email address to which "write to us" leads, if the page shows none."""
    for index in policy.facts.get("contact", ()):
        sentence = policy.sentences[index]
        for link in links:
            address = unquote(link.url.partition(":")[2].partition("?")[0])
            within = sentence.start <= link.start < sentence.end
            if within and link.url.lower().startswith("mailto:") and EMAIL.fullmatch(address):
                return address if is_contact_address(f"mailto:{address}") else None
    return None


def _place(policy: Policy) -> str | None:
    """Return the postal address as one line, if it has lines of its own."""
    indexes = policy.facts.get("post", ())
    lines = [policy.sentences[index] for index in sorted(indexes) if not policy.sentences[index].text.endswith(".")]
    if not lines:
        return None
    run = [lines[0]]
    for line in lines[1:]:
        if line.index == run[-1].index + 1:
            run.append(line)
    whole = "\n".join(line.text for line in run)
    parts = [part.strip(" ,") for part in whole.splitlines() if part.strip()]
    return re.sub(r"^[^:]{0,30}\b(?:address|mail|post)\s?:\s*", "", ", ".join(parts), flags=re.I)


def _plain_address(words: str) -> str:
    """Return an email address that a page writes as `privacy [at] example [dot] com` in its usual form."""
    words = re.sub(r"\s?[\[({]\s?at\s?[\])}]\s?", "@", words, flags=re.IGNORECASE)
    return re.sub(r"\s?[\[({]\s?dot\s?[\])}]\s?", ".", words, flags=re.IGNORECASE)


def known_names(policy: Policy) -> Sequence[str]:
    """Return all names of the policy's owner and its site, the longest first."""
    return sorted({policy.site, *policy.names} - {policy.title, policy.id, ""}, key=len, reverse=True)

"""The names by which people call a policy's owner, its site and its products."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.policies.dates import find_dates
from bot.policies.facts import EMAIL, plain_address
from bot.policies.readers.reading import Reading
from bot.policies.titles import POLICY_TITLE, TITLE_SEPARATOR, find_title, first_lines, is_title
from bot.types import Policy

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
_DRAFTED = 2
_MAIL_SERVICES = frozenset("gmail googlemail outlook hotmail yahoo icloud proton protonmail gmx aol web mail".split())


def find_names(policy: Policy, reading: Reading, site: str | None, url: str | None) -> list[str]:
    """Return the names of the owner and its site, the best first, without duplicates."""
    found: Counter[str] = Counter()
    order = [*([site] if site else []), *([reading.site] if reading.site else [])]
    title, lines = find_title(policy, reading), first_lines(policy)
    if title in lines:  # in plain text, the owner's name may be above it
        order += [line for line in lines[: lines.index(title)] if is_title(line) and re.fullmatch(_NAMES, line)]
    for whole in dict.fromkeys((title, *reading.page_titles)):
        if is_title(whole) and POLICY_TITLE.search(whole):
            parts = TITLE_SEPARATOR.split(whole)
            others = [part for part in parts if not POLICY_TITLE.search(part)]
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
        and (not POLICY_TITLE.search(words) or "." in words)
        and not any(True for _ in find_dates(words))
    )


def _hosts(policy: Policy, url: str | None) -> Iterator[str]:
    """Yield the hosts of the page and of the owner's email addresses, without `www.`."""
    if url and (host := urlsplit(url).hostname) and _is_domain(host):
        yield host.removeprefix("www.")
    for index in policy.facts.get("email", ())[:1]:
        for match in EMAIL.finditer(policy.sentences[index].text):
            host = plain_address(match[0]).rpartition("@")[2].lower()
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
    if not re.fullmatch(_NAMES, name) or POLICY_TITLE.search(name):
        return ""
    return name

"""What a policy says about itself: its title, its owner's names, its dates, contacts and language.

It comes from the text and from what the file says (front matter, the head of a page). A manifest overrides each part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from bot.language import other_language
from bot.policies.dates import find_dates, read_date
from bot.policies.facts import EMAIL, PHONE, plain_address
from bot.policies.manifest import is_contact_address
from bot.policies.owner import find_names
from bot.policies.readers.reading import Reading
from bot.policies.titles import find_title
from bot.types import Contact, Link, Policy

# A sample this long says which language a text is in; this many samples, from its start to its end, must agree.
_SAMPLE_CHARS, _SAMPLES = 1_500, 3
_DATE_WORD = {
    "effective": re.compile(r"effective|force|effect\b", re.IGNORECASE),
    "updated": re.compile(r"updat|revis|modif|chang|amend", re.IGNORECASE),
}
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class About:
    """What was found.

    names: of the owner and its site, without `site` unless it is the title. dates: in ISO 8601 if they are certain.
    """

    title: str
    site: str
    names: tuple[str, ...]
    effective: str | None
    updated: str | None
    contacts: tuple[Contact, ...]
    language: str


def describe(policy: Policy, reading: Reading, *, site: str | None = None, url: str | None = None) -> About:
    """Return what a policy says about itself. site, url: as its owner gives them, if so."""
    names = find_names(policy, reading, site, url or reading.canonical)
    title = find_title(policy, reading)
    return About(
        title=title.rstrip("."),
        site=site or (names[0] if names else title),
        names=tuple(name for name in names if name == title or name != (site or names[0])),
        effective=read_date(reading.effective) if reading.effective else _date(policy, "effective"),
        updated=read_date(reading.updated) if reading.updated else _date(policy, "updated"),
        contacts=tuple(_contacts(policy, reading.links)),
        language=language_of(policy),
    )


def language_of(policy: Policy) -> str:
    """Return the code of the policy's language; `en` unless most of its text is certainly in another one."""
    text = policy.text
    step = max(len(text) // _SAMPLES, _SAMPLE_CHARS)
    samples = [other_language(text[start : start + _SAMPLE_CHARS]) or "en" for start in range(0, len(text), step)]
    language, count = Counter(samples).most_common(1)[0]
    return language if 2 * count > len(samples) else "en"


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
                address = plain_address(match[0])
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


def known_names(policy: Policy) -> Sequence[str]:
    """Return all names of the policy's owner and its site, the longest first."""
    # Without a name, the title stands for the site. It is a name only if it is one of the names.
    names = {policy.site} - {policy.title, policy.id, ""} | set(policy.names)
    return sorted(names, key=lambda name: (-len(name), name))

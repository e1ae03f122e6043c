"""A policy and its starters -> the text of `manifest.toml`, with comments that say what to check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from bot.drafting.toml_text import array, comment, value
from bot.policies.dates import find_dates
from bot.policies.source import Source
from bot.types import Contact, Policy

# What an owner is told to add if it was not found: the key, what it is, and an example line.
_MISSING = {
    "url": ("the address of its page, so that quotes link to it", 'url = "https://www.example.org/privacy"'),
    "title": ("a title", 'title = "Privacy Policy"'),
    "site": ("the name of the site or its owner", 'site = "Maple Bakery"'),
    "effective": ("the day on which it took effect", "effective = 2026-11-27"),
    "updated": ("the day of its last update", "updated = 2026-11-27"),
    "starters": ("questions that it certainly answers", 'starters = ["Do you sell my data?"]'),
}
_NAMES_EXAMPLE = '# Not found: other names of the owner.\n# names = ["Maple Bakery", "Maple"]\n'
_MOST_DATES = 5
_CONTACTS = "a way to reach the owner"
_CONTACT_EXAMPLE = """# [[contacts]]
# role = "email"
# name = "privacy@example.org"
# url = "mailto:privacy@example.org"
"""


def missing(policy: Policy, starters: Sequence[str]) -> tuple[str, ...]:
    """Return what was not found in a policy, each as words that complete "Not found: …"."""
    has = _found(policy, starters)
    return (*(words for key, (words, _) in _MISSING.items() if not has[key]), *([] if policy.contacts else [_CONTACTS]))


def manifest_text(source: Source, policy: Policy, starters: Sequence[str], made_from: str, today: str) -> str:
    """Return the content of `manifest.toml`. made_from: the address or file; today: the date, ISO 8601."""
    return "\n".join(_parts(source, policy, starters, made_from, today))


def _found(policy: Policy, starters: Sequence[str]) -> dict[str, bool]:
    return {
        "url": bool(policy.url),
        "title": policy.title != policy.id,
        "site": policy.site not in (policy.title, policy.id),
        "effective": bool(policy.effective),
        "updated": bool(policy.updated),
        "starters": bool(starters),
    }


def _parts(source: Source, policy: Policy, starters: Sequence[str], made_from: str, today: str) -> Iterator[str]:
    has = _found(policy, starters)
    yield comment(f"Made by `askpolicy new` on {today} from {made_from}. Compare what follows with the policy.")
    yield (
        f"id = {value(policy.id)}\n"
        + comment("The text as it came. Do not edit it. If you put a new version there, put its sha256 here.")
        + f"text = {value(source.name)}\nsha256 = {value(hashlib.sha256(source.data).hexdigest())}\n"
    )
    yield (
        comment("Check: the title that visitors read, the name of the site, and the page that quotes link to.")
        + _line("title", policy.title, has)
        + _line("site", policy.site, has)
        + _line("url", policy.url, has)
    )
    yield (
        comment("Check: in a question, the site and each of these names mean “you”. Add others, and remove wrong ones.")
        + (f"names = {array(policy.names)}\n" if policy.names else _NAMES_EXAMPLE)
    )
    yield (
        comment("Check: these dates. They change with every version of the policy.")
        + _line("effective", policy.effective, has)
        + _line("updated", policy.updated, has)
        + "".join(comment(f"Another place says: “{words}”.") for words in _other_dates(policy))
    )
    yield comment("Check: the language of the policy.") + f"language = {value(policy.language)}\n"
    yield comment("Check: the questions that the chat offers at the start. Ask each of them, and read the answer.") + (
        f"starters = {array(starters)}\n" if starters else f"# {_MISSING['starters'][1]}\n"
    )
    yield (
        comment(
            "Check: whom visitors may ask if the policy does not answer, and whether the links work. Then add the day, "
            f"as in: checked = {today}"
        )
        + ("\n".join(map(_contact, policy.contacts)) or _CONTACT_EXAMPLE)
    )


def _other_dates(policy: Policy) -> list[str]:
    """Return the statements of the policy's dates that give another one, as the parts of a long policy may do."""
    rows = sorted({row for kind in ("effective", "updated") for row in policy.facts.get(kind, ())})
    texts = [" ".join(policy.sentences[row].text.split()) for row in rows]
    known = {policy.effective, policy.updated}
    return [text[:200] for text in texts if not known & {date.value for date in find_dates(text)}][:_MOST_DATES]


def _line(key: str, found: str | None, has: dict[str, bool]) -> str:
    if found and has[key]:
        return f"{key} = {value(found)}\n"
    words, example = _MISSING[key]
    return f"# Not found: {words}.\n# {example}\n"


def _contact(contact: Contact) -> str:
    lines = [f"role = {value(contact.role)}", f"name = {value(contact.name)}"]
    if contact.url:
        lines.append(f"url = {value(contact.url)}")
    return "[[contacts]]\n" + "\n".join(lines) + "\n"

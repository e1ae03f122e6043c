"""The companies and other bodies that a policy names, apart from its owner.

A name is a run of words in capitals, of which one is never in lowercase in the policy. Policies also write
"Service Providers" and "Personal Data" so. A name is therefore only one if it is no English word, if the policy links
to its site, or if its initials follow: "Brevo", "Stripe" with a link to stripe.com, "Open Data Union (ODU)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.types import Policy
from bot.understanding.english import is_english

_RUN = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+){0,3}\b(?!-)")
_WITH_INITIALS = re.compile(r"\b((?:[A-Z]\w+\s){1,5}[A-Z]\w+)\s\([\"“]?([A-Z]{2,6})[\"”]?\)")
_NO_BODY = ("Act", "Law", "Regulation", "Policy", "Notice", "Protocol")
_SMALL = re.compile(r"\b[a-z]\w*")
# What is only the owner's: "the Incognito mode". Policies also write "the Facebook app".
_ITS_KIND = re.compile(
    r"\b(?:[Oo]ur|[Tt]he|[Yy]our) (?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)?) (?:features?|modes?|functions?)\b"
)
_NO_PRODUCT = frozenset(
    "app apps account accounts terms inc llc ltd limited pbc gmbh plc llp corp corporation company foundation group "
    "holdings europe ireland international".split()
)
_LEAST_CHARS = 3
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_ADDRESS = re.compile(rf"(?:https?://|\b){_HOST.pattern}\S*", re.IGNORECASE)


def named_parties(policy: Policy, own_names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of others in a policy. own_names: of its owner and its site."""
    text = without_addresses(policy.text)
    hosts = _HOST.findall(" ".join([policy.text, *(link.url for link in policy.links)]))
    labels = {label.replace("-", "") for host in hosts for label in host.lower().split(".")}
    small = frozenset(_SMALL.findall(text))
    own = {_squeezed(part) for name in own_names for part in (name, *name.split("."))}
    found = [run for run in _RUN.findall(text) if _is_name(run.lower().split(), small, labels)]
    found += [name for run, initials in _WITH_INITIALS.findall(text) if (name := _name_of(run, initials))]
    return tuple(run for run in dict.fromkeys(found) if _squeezed(run) not in own)


def own_products(policy: Policy, own_names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the owner's products and features in a policy, in lower case: "copilot" of "GitHub Copilot".

    own_names: of its owner and its site.
    """
    text = without_addresses(policy.text)
    small = frozenset(_SMALL.findall(text))
    owners = "|".join(re.escape(name) for name in own_names if name[0].isupper())
    behind = re.compile(rf"\b(?:{owners}) (?P<name>[A-Z][\w-]+)\b(?! [A-Z])") if owners else _ITS_KIND
    names = {match["name"].lower() for pattern in (behind, _ITS_KIND) for match in pattern.finditer(text)}
    return tuple(
        sorted(name for name in names - _NO_PRODUCT if len(name) >= _LEAST_CHARS and not small.issuperset(name.split()))
    )


def without_addresses(text: str) -> str:
    """Return a text without addresses of sites, in which each name is in lowercase."""
    return _ADDRESS.sub(" ", text)


def _is_name(words: Sequence[str], small: frozenset[str], labels: set[str]) -> bool:
    if small.issuperset(words):
        return False
    return "".join(words) in labels or not any(map(is_english, words))


def _name_of(run: str, initials: str) -> str:
    """Return the last words of a run, if these are their initials and name a body; otherwise ""."""
    words = run.split()[-len(initials) :]
    fits = "".join(word[0] for word in words) == initials
    return " ".join(words) if fits and words[-1] not in _NO_BODY else ""


def _squeezed(name: str) -> str:
    return name.lower().replace(" ", "")

"""Where a visitor can go next, and links that search there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote as percent_encoded

# The role of a route's contact. A manifest cannot give it to its own contacts.
ROUTE = "route"
# Ways to reach the owner, the best first for a question about the policy.
OWNER_ROLES = ("email", "form", "phone", "data_protection_officer", "data_controller", "representative", "post")
# An `emergency` contact is offered to a visitor who may be in danger.
ROLES = ("policy_questions", "search", "chatbot", "emergency", *OWNER_ROLES)
# The longest question in a link, in characters before they are encoded. Servers refuse addresses that are far longer.
MAX_SEARCH_CHARS = 200
SEARCH_WORDS = "{question}"
# What the guard writes in place of personal data; see `bot.guard.personal_data`.
_REMOVED = re.compile(r"\[[a-z][a-z ]{0,40}\]")


@dataclass(frozen=True, slots=True)
class Contact:
    """A place to send the visitor next.

    role: one of ROLES; ROUTE for a route.
    url: https:, mailto: or tel:; None if the owner has not confirmed one.
    names: the name in languages other than English, by language code.
    search_url: the address of a search, with `{question}` in place of the words to search for.
    checked: the day on which the owner checked that the place exists.
    """

    role: str
    name: str
    url: str | None
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    search_url: str | None = None
    checked: str | None = None

    def name_in(self, language: str) -> str:
        """Return the name in a language, or the English name if the owner gave none in that language."""
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True)
class Route:
    """Where to go with questions about something else, such as another office.

    id: how visitor questions refer to it. contact: the place, with the role ROUTE.
    """

    id: str
    contact: Contact


def search_link(contact: Contact, question: str) -> Contact:
    """Return the contact with a link that searches for a cleaned question, at most MAX_SEARCH_CHARS of it.

    The marks of removed personal data, such as `[phone number]`, are left out. Returns the contact unchanged if it has
    no search that takes a question, or if no words are left.
    """
    if contact.search_url is None:
        return contact
    words = " ".join(_REMOVED.sub(" ", question).split())
    if len(words) > MAX_SEARCH_CHARS:
        whole, _, _ = words[: MAX_SEARCH_CHARS + 1].rpartition(" ")
        words = whole or words[:MAX_SEARCH_CHARS]
    if not any(map(str.isalnum, words)):
        return contact
    return replace(
        contact, url=contact.search_url.replace(SEARCH_WORDS, percent_encoded(words, safe="", errors="ignore"))
    )

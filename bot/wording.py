"""AskPolicy's own words, in every language: the texts of `bot/messages/`, or an owner's own in their place."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from bot.topics.catalog import topic_name
from bot.types import Answer, AskPolicyError, Contact, Outcome, Policy, is_own

# zh is Simplified Chinese; pt is Brazilian Portuguese.
LANGUAGES = ("en", "es", "pt", "zh", "ht", "vi")
_SENTENCES = re.compile(r".+?(?:[.!?](?= )|[。！？]|\{sentence\}|$)")
_CONTACTS = re.compile(r"\{(?:ask|contacts|elsewhere|reach)\}")
# The tables of a file of texts; the texts above them are those of answers.
TABLES = ("acts", "interface", "page")
# The encoder, and so the bot, reads this language.
READ = "en"


def languages_of(policy: Policy | None) -> tuple[str, ...]:
    """Return the languages in which a policy's owner offers the chat: all, unless the manifest names some."""
    return (policy and policy.languages) or LANGUAGES


def spoken(language: str, policy: Policy | None) -> str:
    """Return a language if the policy's owner offers it, otherwise English, which is always offered."""
    return language if language in languages_of(policy) else READ


@functools.cache
def default_texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts that ship, by table: `answers`, `acts`, `interface`, `page`.

    Raises AskPolicyError if the language is not one of LANGUAGES.
    """
    record = _read(language)
    tables = {"answers": {key: words for key, words in record.items() if key not in TABLES}}
    tables |= {table: record[table] for table in TABLES}
    return MappingProxyType({table: MappingProxyType(texts) for table, texts in tables.items()})


def messages(language: str = "en", policy: Policy | None = None) -> Mapping[str, str]:
    """Return the fixed texts of answers in a language. policy: whose owner may have texts of its own.

    Raises AskPolicyError if the language is not one of LANGUAGES.
    """
    return _texts("answers", language, policy)


def acts(language: str = "en", policy: Policy | None = None) -> Mapping[str, str]:
    """Return the texts of answers to visitors who ask nothing of the policy, by act. See `messages`."""
    return _texts("acts", language, policy)


def interface(language: str = "en", policy: Policy | None = None) -> Mapping[str, str]:
    """Return the labels of the widget and the page in a language. See `messages`."""
    return _texts("interface", language, policy)


def page_words(language: str = "en", policy: Policy | None = None) -> Mapping[str, str]:
    """Return the texts of the service's own pages, including the labels of the widget. See `messages`."""
    return {**interface(language, policy), **_texts("page", language, policy)}


def own_labels(policy: Policy) -> dict[str, dict[str, str]]:
    """Return the owner's own labels of the widget, by language."""
    return {language: dict(own["interface"]) for language, own in policy.wording.items() if own.get("interface")}


def language_name(code: str, language: str = "en") -> str:
    """Return the name of the language with this code. language: of the name."""
    words = messages(language)
    return words.get(f"language_{code}", words["language_other"])


def fixed_text(
    key: str,
    policy: Policy,
    *,
    limit: int = 0,
    language: str = "en",
    topics: Sequence[str] = (),
    sentence: str = "",
    without_contacts: bool = False,
) -> str:
    """Return the text of an answer without citations.

    key: of the text in `bot/messages`: an outcome, or a text for some of its cases. limit: the longest question that is
    accepted, in characters. topics: the ids of the topics that the policy does not mention. sentence: what it says on
    the nearest subject. without_contacts: whether to leave out whom to ask, and what comes after.
    """
    words = messages(language, policy)
    foreign = key == Outcome.UNSUPPORTED_LANGUAGE and policy.language != READ
    text = words["foreign_policy" if foreign else key]
    return (_before_contacts(text) if without_contacts else text).format(
        limit=limit,
        language=language_name(policy.language, language),
        topic=_either(topics, policy, language, words) or words["this"],
        sentence=sentence,
        **_names(policy, language),
    )


def _before_contacts(text: str) -> str:
    """Return the sentences of a text before the first that says whom to ask; all if that is the first."""
    sentences = _SENTENCES.findall(text)
    place = next((at for at, sentence in enumerate(sentences) if _CONTACTS.search(sentence)), 0)
    return "".join(sentences[:place]).rstrip() or text


def _topic_name(topic: str, policy: Policy, language: str) -> str:
    """Return what completes "The policy does not mention …". An own topic without a name in a language is "this"."""
    if not is_own(topic):
        return topic_name(topic, language)
    own = next(answer.own for answer in policy.reviewed if answer.own and answer.own.id == topic)
    return own.name if language == READ else own.names.get(language) or messages(language, policy)["this"]


def act_text(act: str, policy: Policy, *, language: str = "en", again: bool = False) -> str:
    """Return the text for an act, one of ACTS. again: whether the visitor has asked before; greets only once."""
    return acts(language, policy)[_act_key(act, policy, again=again)].format(**_names(policy, language))


def _act_key(act: str, policy: Policy, *, again: bool) -> str:
    if act == "greeting" and again:
        return "greeting_again"
    if act == "about_chat" and not policy.reviewed:
        return "about_chat_quotes"
    return act


def _either(topics: Sequence[str], policy: Policy, language: str, words: Mapping[str, str]) -> str:
    """Return the names of topics joined by "or", after a comma if a name has an "or" or a comma itself.

    words: see `messages`. The English names decide, because those in other languages are built alike.
    """
    names = [_topic_name(topic, policy, READ) for topic in topics]
    joined = any(mark in name for name in names for mark in (" or ", ", "))
    return words["or_else" if joined else "or"].join(_topic_name(topic, policy, language) for topic in topics)


def _names(policy: Policy, language: str) -> dict[str, str]:
    """Return the values of the placeholders that name the policy and where to go.

    ask, contacts: the best way to reach the owner, and all. reach: what to do with `ask`, such as to call it.
    elsewhere: for other subjects. help: for emergencies. address: where the whole policy is.
    """
    words = messages(language, policy)
    owners = policy.owner_contacts()
    places = {contact.role: contact.name_in(language) for contact in policy.contacts}
    search = [places[role] for role in ("search", "chatbot") if role in places]
    contacts = [contact.name_in(language) for contact in owners] or [words["ask_owner"].format(site=policy.site)]
    emergency = [contact.name_in(language) for contact in policy.next_steps(Outcome.URGENT)]
    return {
        "title": policy.title,
        "site": policy.site,
        "ask": contacts[0],
        "reach": words[_reach_key(owners[0] if owners else None)].format(ask=contacts[0]),
        "contacts": words["or"].join(contacts),
        "elsewhere": words["or"].join(search) if search else words["elsewhere_unknown"].format(site=policy.site),
        "help": "; ".join(emergency) or words["emergency_unknown"],
        "address": policy.url or words["elsewhere_unknown"].format(site=policy.site),
    }


def _reach_key(contact: Contact | None) -> str:
    """Return the key of the words that say how to use a contact: a number is called, an address is written to."""
    if contact is None:
        return "reach"
    url = contact.url or ""
    if contact.role == "phone" or url.startswith("tel:"):
        return "reach_phone"
    if contact.role in ("email", "post") or url.startswith("mailto:"):
        return "reach_writing"
    return "reach"


def suggestions_heading(answer: Answer, words: Mapping[str, str]) -> str:
    """Return the heading of an answer's suggestions. words: of the interface, see `interface`."""
    return words["did_you_mean" if answer.related or answer.is_doubtful else "suggestions"]


def date_in_words(value: str, language: str) -> str:
    """Return a date such as 2023-06-05 as `June 5, 2023`, and anything else that an owner wrote unchanged."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    words = interface(language)
    month = words["months"].split(", ")[day.month - 1]
    return words["date"].format(day=day.day, month=month, year=day.year)


def _texts(table: str, language: str, policy: Policy | None) -> Mapping[str, str]:
    texts = default_texts(language)[table]
    own = policy.wording.get(language, {}).get(table) if policy else None
    return {**texts, **own} if own else texts


def _read(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise AskPolicyError(f"The language '{language[:20]}' is not supported: choose one of {', '.join(LANGUAGES)}.")
    return tomllib.loads(files("bot").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8"))

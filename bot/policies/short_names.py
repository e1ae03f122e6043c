"""What people call an owner for short: "the Library" for the Wexcombe Public Library, "Wexcombe Library", "DMV"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# Bodies that people call by their kind alone: "does the library share it". Many of the first ones are named after a
# place, so that the first word of their names alone means the place.
_PUBLIC_KINDS = (
    "agency airport assessor auditor authority board borough bureau church city clerk commission council county court "
    "department district division governor hospital library mayor ministry museum office ombudsman parish recorder "
    "registrar registry school sheriff state town township treasurer village zoo"
)
_OTHER_KINDS = (
    "academy association bank charity clinic club co-op college conservancy consortium cooperative foundation gallery "
    "hotel institute institution league pharmacy railroad railway restaurant shelter shop society store synagogue "
    "temple theater theatre union university"
)
_PUBLIC = frozenset(_PUBLIC_KINDS.split())
_KINDS = frozenset([*_PUBLIC, *_OTHER_KINDS.split()])
# "The bank" and "the union" are others to the guests of a food bank and the members of a credit union.
_NEVER_ALONE = re.compile(r"\b(?:food|blood|milk|data|credit)\s\S+$", re.IGNORECASE)
# What the owner has, and not what it is.
_NO_HEAD = frozenset("app application company data page platform policy product service services site website".split())
# An owner's name is often said without these: "Crosstown Transit" for "Crosstown Transit Authority".
_LEFT_OUT = frozenset("association authority company cooperative co-op corporation foundation group".split())
_PLACES = frozenset("borough city county state town township village".split())
_OF_PLACE = re.compile(
    r"(?:State|Commonwealth|City|County|Town|Village)\sof\s(?:the\s)?[A-Z][\w'’.-]+\s(?:[A-Z][\w'’.-]+\s)?(?=[A-Z])"
)
_HOST = re.compile(r"(?<![\w.-])(?:[a-z0-9-]+\.){1,4}[a-z]{2,24}\b(?![@-])", re.IGNORECASE)
_SMALL = frozenset("of and the for & de du der".split())
_MOST_WORDS = 8
# A short form is a name if it is written alone this often.
_OFTEN, _AS_HEAD = 2, 2
_FEWEST_INITIALS = 3
# After these, a word may be the place that the owner is named after.
_PLACES_AFTER = ("in ", "at ", "near ", "from ")


def has_kind(name: str) -> bool:
    """Return whether a name says what kind of body it names: "Coldwater Electric Cooperative", "City of Bramwell"."""
    own = _without_place(name.split())
    return len(own) > 1 and own[_head(own)].lower() in _KINDS


def hosts_in(text: str) -> list[str]:
    """Return the hosts that a text names, in lower case."""
    return list(dict.fromkeys(found.lower() for found in _HOST.findall(text)))


def short_names(name: str, text: str, hosts: Sequence[str] = ()) -> Iterator[str]:
    """Yield what people call an owner for short. name: its whole name. text, hosts: of its policy."""
    words = name.split()
    if not 1 < len(words) <= _MOST_WORDS:
        return
    public = any(word.lower() in _PUBLIC for word in words)
    yield from _by_hosts(words, hosts, public=public)
    if words[-1].lower() in _LEFT_OUT and len(words) > 2:
        yield " ".join(words[:-1])
    if not any(word.lower() in _KINDS for word in words):  # "Riverton" of the Riverton Library is a town
        yield from _beginnings(words, text)
    yield from _initials(words, text)
    yield from _heads(words, text)


def _without_place(words: Sequence[str]) -> list[str]:
    """Return the words of a name without the place that it begins with.

    "State of Westfall Division of Motor Vehicles" -> "Division of Motor Vehicles", but all of "City of Bramwell".
    """
    whole = " ".join(words)
    rest = whole[place.end() :].split() if (place := _OF_PLACE.match(whole)) else []
    return rest if any(word.lower() in _KINDS for word in rest) else list(words)


def _head(own: Sequence[str]) -> int:
    """Return the place of the word for what a name names: "Division" in "Division of Motor Vehicles"."""
    return own.index("of") - 1 if "of" in own[1:] else len(own) - 1


def _heads(words: Sequence[str], text: str) -> Iterator[str]:
    """Yield the parts of a name that stand for all of it: "the Housing Authority", "the Department of Health"."""
    own = _without_place(words)
    at = _head(own)
    head, after = own[at], own[at + 1 :]
    if head.lower() not in _KINDS:
        if (
            at == len(own) - 1
            and head.lower() not in _NO_HEAD
            and _alone(f"the {head}", text) + _alone(f"The {head}", text) >= _AS_HEAD
        ):
            yield f"the {head}"
        return
    if not _NEVER_ALONE.search(" ".join(own[: at + 1])):
        yield f"the {head}"
    if not after:
        yield from (f"the {' '.join(own[start:])}" for start in range(1, at) if own[start] not in _SMALL)
        if head.lower() == "office" and at and own[at - 1].endswith(("'s", "’s")):  # "the Sheriff"
            yield f"the {own[at - 1][:-2]}"
    elif head.lower() in _PUBLIC - _PLACES or at:
        yield f"the {' '.join(own[at:])}"
        yield f"the {' '.join([*after[1:], head])}"


def _by_hosts(words: Sequence[str], hosts: Sequence[str], *, public: bool) -> Iterator[str]:
    """Yield the hosts that are named after the owner, and the words of its name that are in them.

    For the Wexcombe Public Library, wexcombelibrary.org and "Wexcombe Library".
    """
    for host in hosts:
        label = host.split(".")[-2].replace("-", "")
        chosen = _chosen(label, words)
        if chosen and not (public and (len(chosen) == 1 or chosen[-1].lower() in _PLACES)):
            yield " ".join(chosen)
            if (site := host.removeprefix("www.")).count(".") == 1:
                yield site


def _chosen(label: str, words: Sequence[str]) -> list[str] | None:
    """Return the words that make up a label, the first of them and others in their order; None if none do."""
    ways: list[tuple[str, list[str]]] = [(label, [])]
    for number, word in enumerate(words):
        plain = re.sub(r"\W", "", word).lower()
        taken = [(rest[len(plain) :], [*chosen, word]) for rest, chosen in ways if plain and rest.startswith(plain)]
        ways = taken if number == 0 else [*ways, *taken]
    return next((chosen for rest, chosen in ways if not rest), None)


def _beginnings(words: Sequence[str], text: str) -> Iterator[str]:
    """Yield the first words of a name that are often written without the others: "TikTok"."""
    for count in range(1, len(words)):
        first = " ".join(words[:count])
        ordinary = count == 1 and _alone(first.lower(), text)
        if words[count - 1].lower() in _SMALL or ordinary:
            continue
        alone = _alone(first, text, not_after=_PLACES_AFTER)
        # "Verity Home" of Verity Fiber Internet is written with its first word, too.
        others = rf"{_written(first, _PLACES_AFTER)}\b(?!\s{re.escape(words[count])})"
        if alone >= _OFTEN or (alone and count == 1 and len(re.findall(others, text)) > _OFTEN):
            yield first


def _initials(words: Sequence[str], text: str) -> Iterator[str]:
    """Yield the initials of a name, or of its last words, if the text uses them."""
    parts = [part for word in words for part in word.split("-") if part]
    for each in (parts, [part for part in parts if part.lower() not in _SMALL]):
        for start in range(len(each) - _FEWEST_INITIALS + 1):
            initials = "".join(part[0] for part in each[start:]).upper()
            if len(re.findall(rf"(?<![A-Z0-9]){re.escape(initials)}\b", text)) >= _AS_HEAD:  # also in "myDMV"
                yield initials


def _alone(words: str, text: str, not_after: Sequence[str] = ()) -> int:
    """Return how often words are written without a capital or "of" after them, which would go on with a name."""
    return len(re.findall(rf"{_written(words, not_after)}(?![\w@]|[.-]\w|\s(?:[A-Z]|of\b|&))", text))


def _written(words: str, not_after: Sequence[str]) -> str:
    """Return a pattern for words that begin a word. What is not before them is checked after them, which is faster."""
    escaped = re.escape(words)
    return rf"{escaped}(?<![\w.@/-]{escaped})" + "".join(rf"(?<!{before}{escaped})" for before in not_after)

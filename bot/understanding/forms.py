"""Other forms of English words: "sees" -> "see", "copies" -> "copy", "does" -> "do", "share" -> "sharing"."""

from __future__ import annotations

from collections.abc import Callable, Iterable

# Auxiliaries for several, and for one.
SINGULAR = {"are": "is", "were": "was", "do": "does", "have": "has"}
SINGULAR |= {f"{plural}n't": f"{singular}n't" for plural, singular in SINGULAR.items()}
PLURAL = {singular: plural for plural, singular in SINGULAR.items()}
# Verbs with a past of their own: the past, then the participle if it is another one.
_PASTS = {
    line.split()[0]: (line.split()[1], line.split()[-1])
    for line in (
        "be was been|become became become|begin began begun|break broke broken|bring brought|build built"
        "|buy bought|catch caught|choose chose chosen|come came come|cost cost|cut cut|do did done|draw drew drawn"
        "|drive drove driven|fall fell fallen|feel felt|find found|forget forgot forgotten|freeze froze frozen"
        "|get got gotten|give gave given|go went gone|grow grew grown|hang hung|have had|hear heard"
        "|hide hid hidden|hit hit|hold held|keep kept|know knew known|leave left|lend lent|let let|lose lost"
        "|make made|mean meant|meet met|pay paid|put put|quit quit|read read|run ran run|say said|see saw seen"
        "|seek sought|sell sold|send sent|set set|show showed shown|shut shut|speak spoke spoken|spend spent"
        "|steal stole stolen|take took taken|tell told|think thought|understand understood|wear wore worn|win won"
        "|withdraw withdrew withdrawn|write wrote written"
    ).split("|")
}
_POSITIVE = {"can't": "can", "won't": "will"}
_THIRD = {"be": "is", "do": "does", "go": "goes", "have": "has"}
_BASES = {third: verb for verb, third in _THIRD.items()} | {"undergoes": "undergo"}
_PLURALS = {"child": "children", "person": "people", "diagnosis": "diagnoses", "analysis": "analyses"} | {
    noun: noun for noun in ("police", "gps", "data", "information")
}
_SINGULARS = {plural: noun for noun, plural in _PLURALS.items()}
# Words in "-e" that look as if they were in "-y", or without it: "cookies" and "caches", unlike "copies" and "watches".
_IN_E = frozenset("cookie movie selfie zombie calorie cache ache axe die lie tie untie pie".split())
# What is behind "has" in "who has kept it", unlike "who has it".
IRREGULAR_PARTICIPLES = frozenset(last for _, last in _PASTS.values()) | {"got"}
_SPACE = r"\s+"
_HISSES = ("s", "x", "z", "ch", "sh")
# Verbs of more than one syllable that double their last letter: "transferring".
_DOUBLING = frozenset(
    "transfer submit permit admit commit omit refer prefer defer infer occur control begin forget regret equip".split()
)
_VOWELS = "aeiou"


def agreeing(auxiliary: str, plural: bool) -> str:
    """Return an auxiliary in the form for a subject."""
    word = auxiliary.lower()
    right = (PLURAL if plural else SINGULAR).get(word, word)
    return right.capitalize() if auxiliary[:1].isupper() else right


def without_not(auxiliary: str) -> str:
    """Return an auxiliary without its "not": "don't" -> "do", "can't" -> "can"."""
    return _POSITIVE.get(auxiliary.lower()) or auxiliary.replace("’", "'").removesuffix("n't")


def base(verb: str) -> str:
    """Return the base form of a verb in the third person: "sees" -> "see", "tries" -> "try", "has" -> "have"."""
    return _BASES.get(verb) or _without_s(verb)


def third(verb: str) -> str:
    """Return the third person of a verb: "see" -> "sees", "try" -> "tries", "have" -> "has"."""
    return _THIRD.get(verb) or _with_s(verb)


def gerund(verb: str) -> str:
    """Return "sharing" for "share", "getting" for "get", and "lying" for "lie"."""
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and len(verb) > 2 and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    return f"{_doubled(verb)}ing"


def past(verb: str) -> str:
    """Return the past of a verb: "share" -> "shared", "keep" -> "kept"."""
    return _PASTS[verb][0] if verb in _PASTS else _with_ed(verb)


def participle(verb: str) -> str:
    """Return what "has" is followed by: "share" -> "shared", "give" -> "given"."""
    return _PASTS[verb][1] if verb in _PASTS else _with_ed(verb)


def forms_of(verb: str) -> tuple[str, ...]:
    """Return all forms of a verb, each once."""
    return tuple(dict.fromkeys([verb, third(verb), gerund(verb), past(verb), participle(verb)]))


def any_form(verbs: Iterable[str], *forms: Callable[[str], str]) -> str:
    """Return a pattern of these forms of verbs, or of all. One may have words behind it: "turn on"."""
    return any_of(
        " ".join([form, *rest])
        for verb, *rest in map(str.split, verbs)
        for form in ([form(verb) for form in forms] or forms_of(verb))
    )


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of words, each of which may be more than one: "turn on"."""
    return f"(?:{'|'.join(dict.fromkeys(_SPACE.join(word.split()) for word in words))})"


def is_plural(noun: str) -> bool:
    """Return whether a noun in lowercase is a plural, as far as its ending shows."""
    return noun in {"police", "people", "children", "them", "these", "those"} or (
        noun != "this" and noun.endswith("s") and not noun.endswith(("ss", "us", "sis", "gps"))
    )


def plural(noun: str) -> str:
    """Return the plural of a noun: "form" -> "forms", "copy" -> "copies"."""
    return _PLURALS.get(noun) or _with_s(noun)


def stem(noun: str) -> str:
    """Return a noun in the singular: "forms" -> "form", "copies" -> "copy"."""
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    return _without_s(noun) if is_plural(noun) else noun


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_HISSES) else f"{word}s"


def _without_s(word: str) -> str:
    if word[-1:] != "s" or word.endswith(("ss", "us")):
        return word
    if word.endswith("ies") and word[:-1] not in _IN_E:
        return f"{word[:-3]}y"
    hisses = word.endswith(("sses", "shes", "ches", "xes", "zzes")) and word[:-1] not in _IN_E
    return word[:-2] if hisses else word[:-1]


def _with_ed(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if verb.endswith("y") and verb[-2] not in _VOWELS else f"{_doubled(verb)}ed"


def _doubled(verb: str) -> str:
    """Return a verb with its last letter twice if its endings need that, as in "stopped"."""
    return verb + verb[-1] if verb in _DOUBLING or _is_short(verb) else verb


def _is_short(verb: str) -> bool:
    """Return whether a verb has one syllable with one vowel and one consonant behind it: "stop", "get", "quit"."""
    start, end = verb.replace("qu", "q")[:-2], verb[-2:]
    ends = end[0] in _VOWELS and end[-1] not in f"{_VOWELS}wxy"
    return ends and start != "" and not any(letter in _VOWELS for letter in start)

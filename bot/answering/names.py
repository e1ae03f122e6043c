"""The owner's names in a question mean "you": "does Maple Bakery sell my data" is "do you sell my data".

A name is left alone inside a longer name, such as "Maple Bakery Supply", and as an ordinary word, such as "signal".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# What the owner has on the web and elsewhere; "the Maple Bakery app" is "your app".
_THINGS = (
    "website|web site|site|webpage|page|app|application|platform|service|services|portal|store|shop|product"
    "|products|software|"
    "policy|policies|privacy|notice|statement|terms|cookies?|account|accounts|newsletter|emails?|staff|team|employees|company|"
    "servers?|customers?|users?|members?|data|address|phone|number|contact|location|office|dpo|data protection officer|"
    "ads|support|customer service|owner|partners?|rules|chat|form|forms|database|records?"
)
# Words after a name that is the subject of a question.
_VERBS = (
    "sell share keep collect use store track disclose retain process pass give send need want ask know record "
    "monitor log rent trade "
    "transfer hold save delete remove erase protect secure encrypt see read get take make let allow say tell "
    "show claim promise own "
    "run operate belong comply follow respect honor care contact notify inform email call reach accept respond "
    "reply answer work "
    "look listen watch scan build create profile combine match merge link put set place hand leak lose expose "
    "hide keep handle treat "
    "provide offer require request charge change update post publish permit refuse block stop start plan try "
    "have do go buy obtain "
    "receive gather spy sync target market advertise train verify check review release report reveal submit "
    "report include cover "
    "mean think respect destroy purge archive back"
).split()
_IRREGULAR = {"has": "have", "does": "do", "is": "are", "was": "were", "goes": "go"}
_AFTER_SUBJECT = (
    "a|an|the|my|our|any|all|me|us|it|them|this|that|these|those|to|for|with|about|from|in|on|at|of|by|as|if|when|while|after|before|"
    "and|or|but|who|what|where|why|how|which|because|so|than|then|ever|never|always|also|still|really|actually|only|even|just|"
    "currently|not|no|please|can|could|may|might|must|shall|should|will|would|been|located|based|allowed|able|going|required|doing|using|"
    "selling|sharing|collecting|tracking|keeping|storing|safe|gdpr|ccpa|compliant|liable|responsible|legit|secure|the"
)
_LAWS = frozenset("GDPR CCPA CPRA COPPA HIPAA FERPA ISO SOC PCI".split())
_ENDS = re.compile(r"\s*(?:[?!.,;:)]|$)")
_FUNCTION_WORDS = frozenset(
    "a an the my our your their his her its any some this that these those each every no and or but if so as at "
    "by for from in of "
    "on to with about into is are was were be do does did don doesn didn can could will would should may might "
    "must shall has have "
    "had who what when where why how which whom whose not i we you they he she it please tell know wonder than "
    "then because while "
    "hi hello hey ok yes isn aren wasn won wouldn couldn hasn haven".split()
)
_SUBJECT_VERBS = re.compile(
    r"\s+(?P<adverb>(?:ever|also|still|really|actually|always|never|only)\s+)?(?P<verb>[a-z]+)\b(?!['’])"
)
_AUX_BEFORE = (
    (re.compile(r"\bdoes(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "do"),
    (re.compile(r"\bis(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "are"),
    (re.compile(r"\bwas(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "were"),
    (re.compile(r"\bhas(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "have"),
)
_NEGATED = re.compile(r"\s+(doesn|isn|wasn|hasn)['’]?t\b")
_DETERMINER = re.compile(r"\b(?:my|a|an|any|some|this|that|our|each|every|another|one)\s+$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:on|at|via|visit|visiting|browse|browsing|using|through)\s+(?:the\s+)?$", re.IGNORECASE)
_OF_NAME = re.compile(r"\bthe\s+((?:\w+\s){1,3})of\s+(?:the\s+)?$", re.IGNORECASE)


class OwnNames:
    """The names of a policy's owner and its site."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = {name.lower().replace("’", "'"): name for name in names}
        words = sorted(self._names, key=len, reverse=True)
        forms = (r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", word)) for word in words)
        self._pattern = (
            re.compile(rf"(?<![\w@./-])(?:{'|'.join(forms)})(?P<own>['’]s?(?!\w))?(?![\w@]|[.-]\w)", re.IGNORECASE)
            if words
            else None
        )

    def as_you(self, question: str) -> str:
        """Return a question with each of the names as "you" or "your", and the verb that goes with it."""
        if self._pattern is None:
            return question
        before, position = "", 0
        for match in self._pattern.finditer(question):
            before += question[position : match.start()]
            position = match.end()
            after = question[position:]
            replaced = (
                None if self._is_other(match, before, after) else _replace(before, bool(match["own"]), after, match)
            )
            if replaced is None:
                before += match[0]
            else:
                before, taken = replaced
                position += taken
        return before + question[position:]

    def _is_other(self, match: re.Match[str], before: str, after: str) -> bool:
        """Return whether the words are a part of a longer name, or no name but ordinary words."""
        words = match[0] if not match["own"] else match[0][: match.start("own") - match.start()]
        longer = None if match["own"] else re.match(r"(?:\s+|\s*&\s*)([A-Z][\w.'’-]*)", after)
        if longer and not (_is_thing(longer[1]) or longer[1] in _LAWS):
            return True
        if re.match(r"\s+(?:and|&)\s+(?:co|company|sons|partners|associates)\b", after, re.IGNORECASE):
            return True
        preceding = re.search(r"([^\W\d_][\w'’&-]*)\s+$", before)
        if preceding:
            word = preceding[1]
            named = word[0].isupper() and word.lower().split("'")[0].split("’")[0] not in _FUNCTION_WORDS
            if named and (preceding.start() > 0 or not _known_verb(word.lower())):
                return True
        if re.search(r"\b(?:and|&|of)\s+$", before) and re.search(r"\b[A-Z][\w'’]*\s+(?:&|of)\s+$", before):
            return True
        # One word in lower case may be an ordinary word: "is there a signal".
        ordinary = len(words.split()) == 1 and words.islower() and "." not in words
        written = self._names.get(words.replace("’", "'"))
        return ordinary and words != written and bool(_DETERMINER.search(before) or _THE.search(before))


def _replace(before: str, own: bool, after: str, match: re.Match[str]) -> tuple[str, int] | None:
    """Return the words before, with the replacement, and how many characters after the name it takes; None for none."""
    start = not before.strip()
    if own:
        return _join(_THE.sub("", before), "your", start), 0
    if thing := re.match(rf"\s+(?:(?:{_THINGS})\b)", after, re.IGNORECASE):
        if _DETERMINER.search(before):
            return before.rstrip() + " ", len(thing[0]) - len(thing[0].lstrip()) if before.strip() else 0
        return _join(_THE.sub("", before), "your", start), 0
    if of := _OF_NAME.search(before):
        return f"{before[: of.start()]}your {of[1].rstrip()}", 0
    if not (_ENDS.match(after) or re.match(rf"\s+(?:(?:{_AFTER_SUBJECT})\b)", after, re.IGNORECASE) or _verb(after)):
        return None
    before = _THE.sub("", before)
    for pattern, verb in _AUX_BEFORE:
        if aux := pattern.search(before):
            word = verb.capitalize() if aux[0][0].isupper() else verb
            return f"{before[: aux.start()]}{word}{'n’t' if aux['not'] else ''} you".replace("’", "'"), 0
    if _PLACE.search(before) and "." in match[0]:
        return f"{before}your site", 0
    if found := _verb(after):
        verb, taken, adverb = found
        base = _base(verb)
        if base != verb:
            return f"{_join(before, 'you', start)} {adverb}{base}", taken
    if negated := _NEGATED.match(after):
        plain = {"doesn": "don't", "isn": "aren't", "wasn": "weren't", "hasn": "haven't"}[negated[1]]
        return f"{_join(before, 'you', start)} {plain}", negated.end()
    return _join(before, "you", start), 0


def _verb(after: str) -> tuple[str, int, str] | None:
    """Return the verb after a name, the characters up to its end, and the adverb between."""
    if _NEGATED.match(after):
        return "", 0, ""
    match = _SUBJECT_VERBS.match(after)
    if match is None or not (match["verb"] in _IRREGULAR or _known_verb(match["verb"])):
        return None
    return match["verb"], match.end(), match["adverb"] or ""


def _base(verb: str) -> str:
    """Return a verb without the ending of the third person: "sells" -> "sell", "passes" -> "pass", "tries" -> "try"."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        base = verb.removesuffix(ending) + instead
        if verb.endswith(ending) and base in _VERBS:
            return base
    return verb


def _known_verb(word: str) -> bool:
    return _base(word) in _VERBS


def _is_thing(word: str) -> bool:
    return re.fullmatch(rf"(?:{_THINGS})|(?:Privacy|Policy|Terms|Notice)", word, re.IGNORECASE) is not None


def _join(before: str, word: str, start: bool) -> str:
    return before + (word.capitalize() if start else word)

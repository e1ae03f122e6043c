"""The owner's names in a question mean "you": "does Maple Bakery sell my data" is "do you sell my data".

A name is left alone inside a longer name, such as "Maple Bakery Supply", and as an ordinary word, such as "signal". A
name with an article is what people call the owner, "the Library". It is left alone in "a library", "the library card",
"the library of the town", and where it is a place: "the cameras at the library".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.english import is_plain_english
from bot.understanding.forms import base

# What the owner has on the web and elsewhere; "the Maple Bakery app" is "your app".
_THINGS = (
    "website|web site|site|webpage|page|app|application|platform|service|services|portal|store|shop|product|products|"
    "software|policy|policies|privacy|notice|statement|terms|cookies?|account|accounts|newsletter|emails?|staff|team|"
    "employees|company|servers?|customers?|users?|members?|data|address|phone|number|contact|location|office|dpo|"
    "data protection officer|ads|support|customer service|owner|partners?|rules|chat|form|forms|database|records?"
)
# What a visitor has there: "my Maple Bakery orders" is "my orders".
_OF_VISITOR = (
    "contacts|messages|chats|conversations|posts|photos|pictures|videos|files|documents|history|profile|password|login|"
    "orders|bookings|subscription|membership|points|searches|activity|settings"
)
# Verbs that people use after an owner's name, without the ending of the third person.
_VERBS = frozenset(
    "sell share keep collect use store track disclose retain process pass give send need want ask know record "
    "monitor log rent trade transfer hold save delete remove erase protect secure encrypt see read get take make "
    "let allow say tell show claim promise own run operate belong comply follow respect honor care contact "
    "notify inform email call reach accept respond reply answer work look listen watch scan build create profile "
    "combine match merge link put set place hand leak lose expose hide handle treat provide offer require "
    "request charge change update post publish permit refuse block stop start plan try have do go buy obtain "
    "receive gather spy sync target market advertise train verify check review release report reveal submit "
    "include cover mean think destroy purge archive back address phone support bring upload download learn inspect "
    "film".split()
)
# Things that are what the owner does in "does Maple Bakery store my data".
_ALSO_VERBS = frozenset("store shop record contact email address phone form page notice support number share".split())
_NEAR = 100
_BE_OF_YOU = {"is": "are", "was": "were"}
# What follows a name in a question about it: "can Maple Bakery see", "is it sent to Maple Bakery if".
_AFTER_SUBJECT = (
    "a|an|the|my|our|any|all|me|us|it|them|this|that|these|those|to|for|with|about|from|in|on|at|of|by|as|if|when|"
    "while|after|before|and|or|but|who|what|where|why|how|which|because|so|than|then|ever|never|always|also|still|"
    "really|actually|only|even|just|currently|not|no|please|can|could|may|might|must|shall|should|will|would|been|"
    "located|based|allowed|able|going|required|doing|using|selling|sharing|collecting|tracking|keeping|storing|safe|"
    "gdpr|ccpa|compliant|liable|responsible|legit|secure"
)
# A capital after a name that is not a part of it: "is Maple Bakery GDPR compliant".
_LAWS = frozenset("GDPR CCPA CPRA COPPA HIPAA FERPA ISO SOC PCI".split())
# If capitalized before a name, not a part of it: "Does Maple Bakery".
_FUNCTION_WORDS = frozenset(
    "a an the my our your their his her its any some this that these those each every no and or but if so as at "
    "by for from in of on to with about into is are was were be do does did don doesn didn can could will would "
    "should may might must shall has have had who what when where why how which whom whose not i we you they he "
    "she it please tell know wonder than then because while hi hello hey ok yes isn aren wasn won wouldn couldn "
    "hasn haven".split()
)
_THING_AFTER = re.compile(rf"\s+(?:(?:{_THINGS})\b)", re.IGNORECASE)
_MINE_AFTER = re.compile(rf"\s+(?=(?:{_THINGS}|{_OF_VISITOR})\b)", re.IGNORECASE)
_IS_THING = re.compile(rf"(?:{_THINGS})|(?:Privacy|Policy|Terms|Notice)", re.IGNORECASE)
_SUBJECT_END = re.compile(r"\s*(?:[?!.,;:)]|$)")
_SUBJECT_AFTER = re.compile(rf"\s+(?:(?:{_AFTER_SUBJECT})\b)", re.IGNORECASE)
_DOING_AFTER = re.compile(r"\s+(?:(?:still|also|really|actually|now|secretly)\s+)?[a-z]{2,}ing\b")
_VERB_AFTER = re.compile(
    r"\s+(?P<adverb>(?:ever|also|still|really|actually|always|never|only)\s+)?(?P<verb>[a-z]+)\b(?!['’])"
)
_ASKED_BEFORE = re.compile(
    r"\b(?:do|does|did|can|could|will|would|should|may|might|must)(?:n['’]?t|\s+not)?\s+(?:the\s+)?$", re.IGNORECASE
)
_PLURAL_BEFORE = re.compile(r"\b(?:do|are|were|have|don['’]?t|aren['’]?t|haven['’]?t)\s+$", re.IGNORECASE)
_BE_BEFORE = re.compile(r"\b(?:is|was)(?:n['’]?t|\s+not)?\s+(?:the\s+)?$", re.IGNORECASE)
# What is before a name in a question, and the form of the verb that goes with "you".
_AUXILIARIES = (
    (re.compile(r"\bdoes(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "do"),
    (re.compile(r"\bis(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "are"),
    (re.compile(r"\bwas(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "were"),
    (re.compile(r"\bhas(?P<not>n['’]?t|\s+not)?\s+$", re.IGNORECASE), "have"),
)
_NEGATED_AFTER = re.compile(r"\s+(doesn|isn|wasn|hasn)['’]?t\b")
_NEGATED = {"doesn": "don't", "isn": "aren't", "wasn": "weren't", "hasn": "haven't"}
_DETERMINER = re.compile(r"\b(?:my|a|an|any|some|this|that|our|each|every|another|one)\s+$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:on|at|via|visit|visiting|browse|browsing|using|through)\s+(?:the\s+)?$", re.IGNORECASE)
_MINE = re.compile(r"\b(?:my|our)\s+$", re.IGNORECASE)
_IN_PLACE = re.compile(
    r"\b(?:at|in|inside|into|on|near|outside|around|visit|visiting|enter|entering)\s+$", re.IGNORECASE
)
_OF_NAME = re.compile(r"\bthe\s+((?:\w+\s){1,3})of\s+(?:the\s+)?$", re.IGNORECASE)
_LONGER_AFTER = re.compile(r"(?:\s+|\s*&\s*)([A-Z][\w.'’-]*)")
_COMPANY_AFTER = re.compile(r"\s+(?:and|&)\s+(?:co|company|sons|partners|associates)\b", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’&-]*)\s+$")
_FRIENDS_BEFORE = re.compile(r"\bfriends\s+of\s+(?:the\s+)?$", re.IGNORECASE)
_JOINED_BEFORE = re.compile(r"\b(?:and|&|of)\s+$")
_NAME_JOINED_BEFORE = re.compile(r"\b[A-Z][\w'’]*\s+(?:&|of)\s+$")


class OwnNames:
    """The names of a policy's owner and its site."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = {name.lower().replace("’", "'"): name for name in names}
        words = sorted(self._names, key=len, reverse=True)
        forms = (_form(word) for word in words)
        self._pattern = (
            re.compile(
                rf"(?<![\w@./-])(?P<name>{'|'.join(forms)})(?P<own>['’]s?(?!\w))?(?![\w@]|[.-]\w)", re.IGNORECASE
            )
            if words
            else None
        )

    def as_you(self, question: str) -> str:
        """Return a question with each of the names as "you" or "your", and the verb that goes with it."""
        if self._pattern is None:
            return question
        done, before, position = "", "", 0
        for match in self._pattern.finditer(question):
            whole = before + question[position : match.start()]
            position = match.end()
            after = question[position : position + _NEAR]
            # What is further away does not matter, and would take long to search.
            done, before = done + whole[:-_NEAR], whole[-_NEAR:]
            replaced = None if self._is_other(match, before, after) else _replaced(match, before, after)
            if replaced is None:
                before += match[0]
            else:
                before, taken = replaced
                position += taken
        return done + before + question[position:]

    def _is_other(self, match: re.Match[str], before: str, after: str) -> bool:
        """Return whether the words are a part of a longer name, or no name but ordinary words."""
        return (
            (not match["own"] and _goes_on(after))
            or _COMPANY_AFTER.match(after) is not None
            or _began_earlier(before)
            or _FRIENDS_BEFORE.search(before) is not None
            or self._is_ordinary_word(match["name"], before, after)
        )

    def _is_ordinary_word(self, name: str, before: str, after: str) -> bool:
        """Return whether a name is one word in lowercase that may be no name: "is there a signal", "do parks have"."""
        if len(name.split()) > 1 or not name.islower() or "." in name:
            return False
        if name == self._names.get(name.replace("’", "'")) or (_MINE.search(before) and _MINE_AFTER.match(after)):
            return False
        noun = _THE.search(before) or (name.endswith("s") and _PLURAL_BEFORE.search(before))
        return bool(_DETERMINER.search(before) or (noun and is_plain_english(name)))


def _form(name: str) -> str:
    """Return the pattern of a name. "The Library" is not the one of "the library of the town"."""
    words = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", name))
    return rf"{words}(?!\s+of\b)" if name.startswith("the ") else words


def _goes_on(after: str) -> bool:
    """Return whether the words after a name belong to it, as in "Maple Bakery Supply"."""
    longer = _LONGER_AFTER.match(after)
    return longer is not None and not (_IS_THING.fullmatch(longer[1]) or longer[1] in _LAWS)


def _began_earlier(before: str) -> bool:
    """Return whether the words before a name belong to it, as in "Old Maple Bakery" and "Friends of Maple Bakery"."""
    if preceding := _WORD_BEFORE.search(before):
        word = preceding[1]
        named = word[0].isupper() and word.lower().split("'")[0].split("’")[0] not in _FUNCTION_WORDS
        if named and (preceding.start() > 0 or base(word.lower()) not in _VERBS):
            return True
    return bool(_JOINED_BEFORE.search(before) and _NAME_JOINED_BEFORE.search(before))


def _replaced(match: re.Match[str], before: str, after: str) -> tuple[str, int] | None:
    """Return the words up to the end of the replacement, and how many characters after the name it replaces as well.

    before, after: the question around the name. None if nothing tells how the name is used.
    """
    first = not before.strip()
    if match["own"]:
        return _joined(_THE.sub("", before), "your", first=first), 0
    if _DETERMINER.search(before) and (mine := _MINE_AFTER.match(after)):  # "my Maple Bakery account" is "my account"
        return before.rstrip() + " ", mine.end()
    if (thing := _THING_AFTER.match(after)) and not _is_done(thing, before, after):
        return _joined(_THE.sub("", before), "your", first=first), 0
    if of := _OF_NAME.search(before):
        return f"{before[: of.start()]}your {of[1].rstrip()}", 0
    verb = _verb_after(after)
    negated = _NEGATED_AFTER.match(after)
    doing = _BE_BEFORE.search(before) and _DOING_AFTER.match(after)
    if not (_SUBJECT_END.match(after) or _SUBJECT_AFTER.match(after) or verb or negated or doing):
        return None
    if match["name"].lower().startswith("the ") and _IN_PLACE.search(before):
        return None
    before = _THE.sub("", before)
    for pattern, plural in _AUXILIARIES:
        if auxiliary := pattern.search(before):
            word = plural.capitalize() if auxiliary[0][0].isupper() else plural
            negation = "n't" if auxiliary["not"] else ""
            return f"{before[: auxiliary.start()]}{word}{negation} you".replace("’", "'"), 0
    if _PLACE.search(before) and "." in match["name"]:
        return f"{before}your site", 0
    if negated:
        return f"{_joined(before, 'you', first=first)} {_NEGATED[negated[1]]}", negated.end()
    if verb and (of_you := _BE_OF_YOU.get(verb["verb"]) or base(verb["verb"])) != verb["verb"]:
        return f"{_joined(before, 'you', first=first)} {verb['adverb'] or ''}{of_you}", verb.end()
    return _joined(before, "you", first=first), 0


def _is_done(thing: re.Match[str], before: str, after: str) -> bool:
    """Return whether a word after a name is what its owner does: "does Maple Bakery store my data"."""
    if thing[0].strip().lower() not in _ALSO_VERBS or not _ASKED_BEFORE.search(before):
        return False
    following = _VERB_AFTER.match(after, thing.end())
    return following is None or following["verb"] not in _VERBS - _ALSO_VERBS


def _verb_after(after: str) -> re.Match[str] | None:
    """Return the match of the verb after a name, with an adverb before it; None if there is none."""
    match = _VERB_AFTER.match(after)
    return match if match and (match["verb"] in _BE_OF_YOU or base(match["verb"]) in _VERBS) else None


def _joined(before: str, word: str, *, first: bool) -> str:
    """Return the words before with another one. first: whether it is the first word of the question."""
    return before + (word.capitalize() if first else word)

"""How a sentence opens: whether it needs the words before it, limits them, or ends the sentence of a list.

The connectives are those of the Penn Discourse Treebank (Prasad et al. 2008) that open a sentence and tie it to an
earlier one, plus pronouns and demonstratives. Each rule decides by the first words alone. In the policies of 17 owners,
one sentence in six opens like this.
"""

from __future__ import annotations

import re


def _any(phrases: str) -> str:
    """Return a pattern of phrases, each of which may itself be a pattern; a comma and white space separate them."""
    return "(?:" + "|".join(re.split(r",\s+", phrases)) + ")"


# Words with which a policy speaks about itself, its owner's service, or the present.
_ITSELF = _any(
    r"""polic(?:y|ies), notices?, statements?, documents?, sections?, (?:sub)?paragraphs?, agreements?,
    (?:web)?sites?, (?:web ?)?pages?, portals?, apps?, applications?, services?, platforms?,
    chapters?, article, annex, appendix, addendum, disclosure, faq, table, summary, version, update, link,
    time, moment, world"""
)
# What may precede them: names, and what a policy may be about.
_ABOUT = _any(
    r"""[A-Z][\w’'&.-]*, privacy, data, protection, cookies?, online, mobile, supplemental, web, internet, state,
    agency, personal, information, and, &, \([^)]*\)"""
)
_THIS = rf"this(?!\s+(?:(?-i:{_ABOUT})\s+){{0,6}}{_ITSELF}\b)"
_THESE = rf"these(?!\s+(?:(?-i:{_ABOUT})\s+){{0,6}}(?:terms|guidelines|disclosures|conditions)\b)"
# Not "those who" and "such data as".
_THOSE = r"those(?!\s+(?:who|whose|that|which|with|of)\b)"
_SUCH = r"such(?! (?:\w+ )?as\b(?! (?:defined|described|required|set out|mentioned|explained)))"
_DEMONSTRATIVE = rf"(?:{_THIS}|{_THESE}|that(?=\s)|{_THOSE}|{_SUCH})"
_BACK = rf"(?:{_DEMONSTRATIVE}|{_any('it, they, them, he, she, its, their, theirs, itself, themselves')})\b"

# "It is important to know" and "It takes a day" point at nothing.
_EMPTY_IT = re.compile(
    r"it(?:(?:['’]s| is| was| (?:may|might|can|could|will|would|should) be)(?: \w+)? "
    + _any(
        r"""important, essential, necessary, possible, impossible, likely, unlikely, vital, crucial, advisable,
        recommended, helpful, easy, hard, difficult, common, true, clear, worth, best, up to,
        (?:your|our|\w+['’]s) (?:responsibility|policy|goal|choice|duty|practice|mission|intention)"""
    )
    + r"\b|(?: may| can| will| could)? takes?\b)",
)
# What opens a sentence before a word that points back: "For this reason", "If they", "Based on these".
_LEADING = _any(
    r"""for, in, on, at, by, with, without, to, from, of, under, during, after, before, until, since, because of,
    because, due to, despite, in spite of, notwithstanding, besides, beyond, through, via, among, within,
    apart from, other than, except for, instead of, in addition to, as a result of, based on, as part of,
    in light of, in view of, subject to, in line with, according to, pursuant to, regardless of,
    on the basis of, if, when, whenever, once, where, while, although, though, unless, as, even if,
    even though, as soon as, as long as, only if, only when, to \w+, by \w+, not \w+, \w+ing,
    \w+ing or \w+ing, for more (?:information|details) (?:about|on)"""
)
_SUBJECT = re.compile(rf"(?:{_LEADING} )?{_BACK}", re.IGNORECASE)
# "The purpose of these cookies", "We do not sell this data": early, before anything that the words could point to.
_EARLY = re.compile(rf"(?:[\w’'./&()-]+ ){{1,9}}?(?:{_THIS}|{_THESE}|{_THOSE}|{_SUCH}) \w", re.IGNORECASE)
_OBJECT = re.compile(
    r"(?:(?:we|you|nobody|(?:any|every|some|no) ?(?:one|body)|please)(?:['’]\w+)?(?: else)?(?:, [^,.;:]{1,60},)?"
    r"|(?:[\w’'-]+ ){1,4}(?:requires?|allows?|obliges?|permits?|forbids?|lets?|helps?|enables?) "
    r"(?:us|you|them)(?: to)?) "
    r"(?:\w+ ){0,3}?(?:\w+ (?:or|and) )?\w+ (?:of |for |with |to |from |on )?"
    r"(?<!make )(?<!makes )(?<!find )(?:it|them)\b"
    r"|(?:we|you|nobody|no one)(?: \w+)? (?:use|do|need|keep|store|share|sell|delete|collect|combine) "
    r"(?:that|this)(?= (?:to|for|only|when|if|until|unless|in order|with)\b|[,.;])"
    # "The information may be uploaded", "When you stop using the feature": an earlier sentence says which.
    r"|the (?:information|data|feature) (?:is|are|was|were|may|can|will|must|has|have|does|do)\b"
    r"|(?:if|when|once|after|before|until|while) you (?:\w+ ){1,3}?the feature\b",
)
# "Purpose: These cookies": the label does not say which.
_FIELD_NAME = re.compile(r"[^\W\d_][\w/&() -]{1,30}: (?=\w)")

_WITH_COMMA = _any(
    r"""then, first, second, third, fourth, firstly, secondly, thirdly, finally, lastly, last, next, still,
    instead, rather, further, also, again, besides, later, earlier, similarly, likewise, namely, indeed,
    specifically, meanwhile, plus, too, alternatively, conversely, equally, overall, now, of course,
    put simply, that is, to that end, for that, as such, as well, even so, even then, at the same time,
    in the meantime, in addition, in short, in turn, in general, in return, in contrast, in sum, in the end,
    by contrast, by comparison, on the other hand, on the contrary, on the one hand, in particular, in fact,
    in any event, in any case, in either case, in each case, in (?:all )?other cases, in other words,
    in conclusion, in summary"""
)
_WITHOUT_COMMA = _any(
    rf"""however, nevertheless, nonetheless, therefore, thus, hence, consequently, accordingly, additionally,
    furthermore, moreover, otherwise, if so, if not, for example, for instance, e\.g\., thereafter, thereby,
    afterwards?, subsequently, ultimately, by then, only then, likewise, ditto, others, not even, and, but, or, nor,
    yet, so(?! (?:that|long|far|as)\b), as a (?:result|consequence)(?! of (?:your|our|the|a|an|any)\b),
    in addition (?:we|you|the), similarly to, also(?= (?:we|you|the|note)\b),
    (?:by |in |when |before |after |while |without )?doing so, to do (?:so|this|that|it),
    (?:each|all|any|some|many|most|none|one|both|either|neither|several|few|part|much|certain) (?:of )?{_BACK},
    (?:both|neither|either)(?! (?:you|we|party|parties|the|our|your)\b),
    the (?:same|latter|former|foregoing|above|aforementioned|others?|rest|remaining)(?! of the\b)"""
)
# "If you do not,": the verb is in the sentence before.
_WITHOUT_VERB = (
    r"(?:if|when|unless|where|once) (?:you|we|they) (?:(?:do(?:n['’]t| not)?|wish|prefer)(?: so| to| to do so| not)?,"
    r"|(?:\w+ ){0,3}(?:do|does|did|done) (?:so|this|that)\b)"
)
_CONNECTIVE = re.compile(rf"(?:{_WITH_COMMA},|{_WITHOUT_COMMA}(?!\w)|{_WITHOUT_VERB})")

_CONTRAST = re.compile(
    _any(
        r"""however, but, nevertheless, nonetheless, yet, that said, that being said, having said that, even so,
        on the other hand, despite (?:this|that|these|the above), in spite of this, notwithstanding, only then"""
    )
    + r"\b|still,",
)
_EXCEPTION = re.compile(
    _any(
        r"""unless, except, excluding, excepting, save (?:for|as|that), with the exception,
        apart from (?:this|that|these),
        with (?:one|the following|these|some|a few|limited|certain) exceptions?,
        other than (?:this|that|these), provided(?: however)? that, only (?:if|when|where|with|after),
        exceptions?, an exception, there (?:is|are) (?:\w+ )?exceptions?, there (?:is|are) \w+ \w+ exceptions?,
        (?:the|our|its) (?:\w+ )?exceptions?,
        (?:one|two|three|some|certain|limited|a few|these|this|other) exceptions?"""
    )
    + r"\b",
)
# "This does not apply to", "That only applies if".
_NARROWS = re.compile(
    rf"(?:{_BACK}|the (?:same|above|foregoing))(?: [\w’'-]+){{0,4}}? "
    r"(?:(?:(?:does|do|did|will|shall|would|is|are|may|can) ?(?:not|n['’]t)|(?:does|do|wo|is|are)n['’]t)(?: \w+)? "
    r"(?:appl(?:y|ies|icable)|(?:includ|cover|extend|affect|limit|prevent|restrict)\w*|the case|mean|hold|true|valid)"
    r"|only appl(?:y|ies)|appl(?:y|ies) only)\b"
    r"|(?:(?:if|when|for)\b[^.;]{1,80}, )?(?:we|you|they) (?:(?:may|can|will) )?"
    r"(?:only do (?:so|this|that|it)|do (?:so|this|that|it) only)\b",
)
# "Others pay $40": what applies to the rest, after what applies to some, or what applies later, after what applies
# first.
_REST = re.compile(
    _any(
        r"""otherwise, others, (?:for |to )?(?:everyone|everybody) else, (?:anyone|anybody|nobody|no one) else,
        all others, in (?:all )?other cases, (?:before|until|after) (?:that|then)"""
    )
    + r"\b(?! of\b)"
)
# A clause of its own after a comma: "Unless the law says so, we keep it."
_MAIN_CLAUSE = re.compile(
    r"[,)] (?:\w+ ){0,2}?"
    + _any(
        r"""we, you, they, it, this, that, these, those, no, nobody, none, nothing, our, your, the, all, any,
        please, there, he, she, \w+ (?:will|does|do|is|are|may|can|must|shall|has|have|never)"""
    )
    + r"\b"
)

# "In addition", "And" and the like: what follows only adds to what was said.
_ADDS = re.compile(
    _any("in addition, additionally, furthermore, moreover, also, and, besides, further, plus, similarly, likewise")
    + r"\b"
)
# A sentence that only says where to read on: "Our cookie policy can be found at example.org."
_SAYS_WHERE = re.compile(
    r"(?:(?:please |to |for |you (?:can|may) )*(?:see|read|refer|visit|consult|view|find|learn more|more information)\b"
    r"|[^.,;:]{1,80} (?:can be|is|are|may be) (?:found|available|published|posted|located) (?:at|on|in|here)\b)",
    re.IGNORECASE,
)

# "Please keep in mind that we may keep it": how a sentence begins that qualifies the one before.
_CAUTION = re.compile(
    r"(?:please |also |but |and |it is important to |you should )*"
    r"(?:(?:keep|bear) in mind|note|be aware|be advised|remember|understand)\b(?:,? (?:also|however))?"
    r"(?: that\b|[,:]| ).*\b(?:may|might|can|cannot|could|will|would|do|does|not|no|only|unless|until|still)\b"
)
# What a visitor may do about data, and what that does not do: "Deleting the app does not delete your account."
_DO = _any(
    """delete, remove, close, deactivate, disable, block, refuse, reject, decline, opt, unsubscribe, withdraw, revoke,
    cancel, turn, uninstall, object, choose, do"""
)
_DOING = _any(
    """deleting, removing, closing, deactivating, disabling, blocking, refusing, rejecting, declining, opting,
    unsubscribing, withdrawing, revoking, canceling, turning, uninstalling, objecting, choosing, doing"""
)
_AFTER_DOING = re.compile(
    rf"(?:(?:please |but |and )*(?:if|when|once|even if|even after) you "
    rf"(?:do not|don['’]t|decide|{_DO})\b[^.]{{0,160}}?"
    rf"|{_DOING}\b[^.]{{0,100}}?)"
    r" (?:(?:may|might|will|would|can|could) (?:\w+ )?(?:not|no longer|still|continue|only|limit|affect|prevent|lose)"
    r"|(?:will|wo|do|does|ca)(?:n['’]t| not)|cannot|still) ",
)
# How to do what the sentence before says: "Just follow the instructions", "You can do so by email".
_HOW = re.compile(
    r"(?:just|simply) (?!because\b|as\b|like\b|\w+ing\b)\w+ (?:the|our|your|this|that|to|on|in|us|an?)\b"
    r"|(?:(?:you|we)(?: (?:can|may|will|must|should))?(?: also)? do (?:so|this|that)|(?:this|that|it) can be done) "
    r"(?:by|via|through|with|on|in|at|from)\b"
)
_HOW_NOUN = re.compile(
    r"(?:(?:the|this|these|such|your|any|our|all) )?(?:\w+ )?"
    r"(noti(?=ce|fi)|request|opt-out|object|complain|announce|update|change)\w*"
    r" (?:will|may|can|must|should|shall|is|are) (?:then )?(?:be )?"
    r"(?:provided|given|sent|made|posted|submitted|announced|published|addressed|communicated|filed|emailed|mailed"
    r"|delivered) "
    r"(?:via|by|through|on|in|to|at|with)\b"
)

# "Unless" in Spanish, Portuguese, French, and German.
_UNLESS_ABROAD = (
    "salvo, excepto, a menos, a no ser, exceto, sauf, excepté, hormis, à moins, es sei denn, außer, ausgenommen, sofern"
)
# How a paragraph below a list ends the sentence that the line above the list began.
_GOES_ON = re.compile(
    r"[\s,;–—(-]*"
    + _any(
        rf"""{_UNLESS_ABROAD}, save, unless, except, excluding, provided, but, only,
        in, as, so, to, on, subject, without, with, if, where,
        when, and, or, nor, for, until, before, after, under, within, by, at, from, through, because,
        according, solely, always, never, not, even, whether, which, who, whose, while, beyond, during,
        (?:each|all|both|none|any|some) of (?:which|whom)"""
    )
    + r"\b"
)
# The same, but so clear that it cannot be the next line of the last item.
_ENDS_LIST = re.compile(
    r"[\s,;–—(-]*"
    + _any(
        rf"""{_UNLESS_ABROAD}, save (?:for|as|that|where|if|when|in), unless, except, excluding, provided,
        but (?:only|never|not), only (?:if|when|where|with|after|to|for),
        in (?:each|every|either|all|any|both) cases?, as long as, so long as, to the extent, on condition,
        subject to, without (?:your|an?|the|prior), with your (?:consent|permission), (?:if|where) (?:you|we|the),
        and (?:only|always|never), (?:each|all|both|none|any|some) of (?:which|whom)"""
    )
    + r"\b"
)
_ALL_CASES = re.compile(r"[,;–—-] ?(in (?:each|every|either|all|both) (?:such )?cases?\b.*)", re.DOTALL | re.IGNORECASE)
_DEFINITE = re.compile(
    r"The ((?:[a-z][\w-]* ){1,3}?)(?=(?:is|are|was|were|may|might|can|cannot|will|would|must|shall|should|has|have|had"
    r"|does|do|did|\w{3,}s) )"
)
_STEM = 5
# "On the leaderboards.", "with these applications": what the sentence before named, far from the start.
_MENTION = re.compile(r"\b(?:the (?:[a-z-]+ )?([a-z-]{6,}s)(?=[.,;)]|$)|(?:these|those) (?:[a-z-]+ )?([a-z-]{6,})\b)")
# What a policy may call the same in any sentence.
_SAME_EVERYWHERE = frozenset("services websites platforms policies purposes parties".split())
# "We do not infer age range and gender": the two words after the verb.
_DENIED = re.compile(
    r"(?:we|you|they|it) (?:(?:do|does|did|will|can|may)(?: not|n['’]t)|cannot|never) \w+ (?:any |the |your )?"
    r"(\w{3,} \w{3,})"
)
_LOOSE = " ,;–—(-"  # before words that end the sentence of a list
_OPENERS = "\"'“‘(*[–— "
# No sentence points back without one of these.
_POINTER = re.compile(r"\b(?:th(?:is|at|ese|ose|ey|em|eir)|such|it|he|she|the (?:information|data|feature))")


def points_back(words: str) -> bool:
    """Return whether a sentence names something by a word that points back: "These tools", "It", "For this reason"."""
    words = _FIELD_NAME.sub("", words.lstrip(_OPENERS), count=1) if ":" in words[:40] else words.lstrip(_OPENERS)
    lower = words.lower()
    if not _POINTER.search(lower) or _EMPTY_IT.match(lower):
        return False
    return any(rule.match(words) for rule in (_SUBJECT, _EARLY)) or _OBJECT.match(lower) is not None


def names_again(words: str, before: str) -> bool:
    """Return whether a sentence is about what the one before it introduced: "The withholding" after "withheld".

    So is one that denies a part of it: "We do not infer age range" after "We assign an age range". Names, which have a
    capital, need no sentence before them.
    """
    lower, earlier = words.lstrip(_OPENERS).lower(), before.lower()
    denied = _DENIED.match(lower)
    if denied and denied[1] in earlier:
        return True
    for mention in _MENTION.finditer(words):
        word = mention[1] or mention[2]
        if word not in _SAME_EVERYWHERE and word in earlier and word not in lower[: mention.start()]:
            return True
    found = _DEFINITE.match(words.lstrip(_OPENERS))
    if found is None:
        return False
    stems = {word[:_STEM] for word in re.findall(rf"[a-z]{{{_STEM},}}", earlier)}
    return any(word[:_STEM] in stems for word in found[1].split())


def connects(words: str) -> bool:
    """Return whether a sentence opens with a word that ties it to the one before: "However", "In addition,"."""
    return _CONNECTIVE.match(words.lstrip(_OPENERS).lower()) is not None or limits(words, directly=True)


def adds(words: str) -> bool:
    """Return whether a sentence opens with a word that only adds it to those before: "In addition,"."""
    return _ADDS.match(words.lstrip(_OPENERS).lower()) is not None


def says_where(words: str) -> bool:
    """Return whether a sentence only says where to read on: "Our cookie policy can be found at example.org."."""
    return _SAYS_WHERE.match(words.lstrip(_OPENERS)) is not None


def limits(words: str, *, directly: bool) -> bool:
    """Return whether a sentence takes back part of the one before, which misleads without it.

    directly: both are in one paragraph. If not, one with a clause of its own, as in "Unless you ask, we keep it", only
    limits itself.
    """
    words = words.lstrip(_OPENERS).lower()
    if _CONTRAST.match(words) or _NARROWS.match(words):
        return True
    if directly and _REST.match(words):
        return True
    return _EXCEPTION.match(words) is not None and (directly or not _MAIN_CLAUSE.search(words))


def cautions(words: str) -> bool:
    """Return whether a sentence says what the one before it in the paragraph does not do: "Please note that we may"."""
    words = words.lstrip(_OPENERS).lower()
    return _CAUTION.match(words) is not None or _AFTER_DOING.match(words) is not None


def says_how(words: str, before: str) -> bool:
    """Return whether a sentence says how to do what the one before it in the paragraph says: "Just follow the link"."""
    words = words.lstrip(_OPENERS).lower()
    if _HOW.match(words):
        return True
    noun = _HOW_NOUN.match(words)
    return noun is not None and noun[1] in before.lower()


def completes_list(words: str) -> bool:
    """Return whether a paragraph below a list ends the sentence that the line above the list began."""
    return _GOES_ON.match(words) is not None and not _MAIN_CLAUSE.search(words.lstrip(_LOOSE))


def opens_tail(words: str) -> bool:
    """Return whether a line that could also continue the item above it ends the sentence of the list."""
    return _ENDS_LIST.match(words) is not None


def tail_of_item(words: str) -> str:
    """Return the words at the end of a list's last item that speak about all items, or an empty string."""
    found = _ALL_CASES.search(words)
    return found[1] if found else ""

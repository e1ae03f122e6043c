"""Words that say nothing on their own: labels, fields of a record, and sentences that lost their link."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.policies.facts import PLACE

_MAX_LABEL_WORDS = 9
# A phrase with one of these is a clause: it has a verb, or somebody who does something.
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|may|might|must|shall|should|will|would|could|cannot"
    r"|\w+n['’]t|\w+['’](?:re|ve|ll|d|m)|i|we|you|they|he|she|it|us|them|nobody|none|nothing|never|not|always|only|please)\b"
    r"|welcome|hello|[\d:?!;@/(]",
    re.IGNORECASE,
)
# Words that do not make an answer a clause: "Not for 30 days."
_MAY_BE_ALONE = re.compile(r"\b(?:not|never|only|nothing|nobody|none|always|no|yes|\d+)\b[,.]?", re.IGNORECASE)
# Other frequent verbs. As nouns in a label, they have a capital: "General Use."
_VERB = re.compile(
    r"\b(?:uses?|takes?|becomes?|keeps?|collects?|shares?|sells?|sends?|gives?|gets?|shows?|needs?|pays?|helps?|allows?"
    r"|requires?|appl(?:y|ies)|receives?|reviews?|stores?|deletes?|ends?|expires?|stays?|remains?|means?|includes?"
    r"|contains?|sees?|reads?|knows?|runs?|works?|lets?|makes?|covers?|goes|go|tells?|tracks?|closes?|opens?|handles?)\b"
)
# A label of more words has capitals, as a title does.
_MAX_PLAIN_WORDS = 3
_MAX_ANSWER_WORDS = 6
_SMALL_WORD = re.compile(r"\b[a-z][a-z-]{3,}")
_LINKING = frozenset("with from your that other about into under when".split())
# A label of more words in capitals, which may have a verb: "Do Not Track.", "Information Shared With Us."
_MAX_TITLE_WORDS = 12
_TITLE_WORD = re.compile(r"[A-Z]|(?:a|an|and|as|at|by|for|from|in|of|on|or|the|to|with|that)\b")
_STATES = re.compile(
    r"^(?:we|you|they|i|it|nobody|no one|never|please|welcome|hello|thanks?)\b"
    r"|\b(?:is|are|was|were|has|have|will|would|may|might|must|shall|should|can|cannot|never|only|\w+n['’]t)\b",
    re.IGNORECASE,
)
# What somebody does something to, without what it does: "Information that you give us."
_RELATIVE = re.compile(
    r"(?=[A-Z])(?:[\w-]+ ){0,3}(?i:information|data|details|content|messages|cookies)"
    r"(?: that| which)? (?:we|you|they|others)(?: may| might| can| do| choose to)? (?!(?:are|is|have|has|will)\b)[\w-]+"
    r"(?: (?:us|you|to|with|from|about|for|on|in|our|your|the|others|and|or|automatically|directly|sites?|websites?"
    r"|services?|apps?)){0,5}\.",
)
# A verb: "Remembers your language."
_THIRD_PERSON = re.compile(r"[A-Z]\w+s (?:your|our|the|an?|this|that|these|which|whether|how|if|when|where)\b")
# The words of links and buttons of a page, which say nothing about data.
_CONTROL = re.compile(
    r"\W*(?:(?:learn|read|see|show|view|find out|load) (?:more|less|all|details"
    r"|(?:the |our )?(?:full|whole|complete|entire) (?:text|version|policy|notice|section|statement))"
    r"|(?:back|go|jump|return|scroll) to (?:the )?top"
    r"|click here|print this page|(?:expand|collapse|open|close) all|table of contents"
    r"|(?:skip|jump) to (?:the )?(?:main )?content)\W*",
    re.IGNORECASE,
)
# The same, but below "We will never:" they would say something.
_BUTTON = re.compile(
    r"\W*(?:(?:manage |change |update |edit |open |review |your )?(?:cookies?|privacy|consent) (?:settings|preferences)"
    r"|more|top|close|translate|print|share|edit|menu|next|previous|go back|contents)\W*",
    re.IGNORECASE,
)
# What a short sentence without a subject tells the reader to do.
_REQUEST = re.compile(
    r"(?:see|click|tap|press|contact|ask|go|visit|read|check|e-?mail|call|phone|write|use|send|select|choose|open"
    r"|delete|clear|turn|set|learn|find|log (?:in|on|out)|sign (?:in|up|out)|follow|try|note|keep|make|let|take|tell"
    r"|stop|review|remember|enter|enable|disable|update|change|remove|report|return|fill|look|opt (?:in|out)|mail"
    r"|apply|to|yes|no|not|maybe|perhaps|for more|more|thank\w*|effective|last|updated|copyright)\b(?! (?-i:[A-Z]))",
    re.IGNORECASE,
)
# Words of `_REQUEST` that are also nouns: alone or before nouns they name something, as in "Update check.".
_ALSO_NOUN = re.compile(
    r"(?:click|tap|contact|call|check|e-?mail|phone|use|turn|set|log|sign|try|note|review|update|change|report|return"
    r"|look|opt-?in|opt-?out|mail|visit|stop|press|select|copyright|let)s?"
    r"(?: (?!(?:now|here|below|above|again|back|first|today|often|regularly|soon|carefully|immediately|in|on|out|off|up"
    r"|to|for|with|at|by|from|this|that|these|those|your|our|the|all|any|each|every|its|their|an?)\b)[a-z][\w-]*){0,2}\.",
    re.IGNORECASE,
)
# A question without its question mark, which says nothing: "How long we keep it.".
_INDIRECT = re.compile(
    r"(?:how|what|why|where|who|whom|when|which)\b(?: [\w-]+){0,2}? (?:i|we|you|it|they)"
    r"(?: (?:do|may|might|can|will|are|is))?"
    r"(?: (?!(?:is|are|was|were|will|may|can|must|should|do|does|has|have|i|we|you|they|it)\b(?! ?\.))[\w’'-]+){0,4}\.",
    re.IGNORECASE,
)
# A clause that needs another one, without it: "If the organization is transferred.", "When you sign in."
_CLAUSE_ALONE = re.compile(
    r"(?:If|When|Whenever|Where) [\w’'-]+"
    r"(?: (?!(?:i|we|you|they|it|please|contact|call|ask|write|see|click|visit|use|stop|leave|do|e?-?mail)\b)"
    r"[\w’'-]+){0,7}\.",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"\W*(?:(?:table of )?contents|(?:on|in) this (?:page|policy|notice|document|statement)|jump to(?: a)?(?: section)?"
    r"|(?:here|these|below) (?:are|is) (?:the |our )?(?:sections|contents|topics)(?: below)?"
    r"|(?:the )?(?:sections|contents|topics) (?:of|in) this (?:page|policy|notice|document|statement)"
    r"|page contents|quick (?:links|navigation)|overview of (?:contents|sections))\W*",
    re.IGNORECASE,
)
_MAX_CONTROL_CHARS = 40
_WORD = re.compile(r"[^\W_]+")
# The names of parts of a document; "Part C: For everybody" is a heading.
_PART = r"(?:part|section|annex|appendix|chapter|article|schedule|step|title|question|exhibit|attachment|module)\b"
_FIELD = re.compile(rf"(?!{_PART})[^\W\d_][\w'’/&() -]{{1,40}}:\s+\S", re.IGNORECASE)
# A link whose words were lost leaves "See our ." or "You can ."
_LOST_LINK = re.compile(
    r"\b(?:our|your|the|this|an?|in|on|at|to|by|of|for|from|with|via|and|or|see|visit|read|can|may|under) [.,]$",
    re.IGNORECASE,
)
_MAX_LOST_WORDS = 6

MAX_ADDRESS_LINES = 8
_MAX_ADDRESS_LINE_CHARS = 60
# A code with a place: "1050 Brussels", "1097JB", "Boston, MA 02110", "SW1A 1AA", "P.O. Box 12".
_POSTAL = re.compile(
    r"\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b|^(?:[A-Z]{1,2}-)?\d{4,5} [A-Z]|\b\d{4} ?[A-Z]{2}\b"
    r"|\b[A-Z]\d[\dW] [A-Z\d]{4}\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b"
    r"|\bP\.? ?O\.? Box \w|, \d{5,6}\b"
)
_ATTENTION = re.compile(r"(?:attn|attention|att|c/o)\b[.:]?\s*", re.IGNORECASE)
_DATED = re.compile(r"\b(?:19|20)\d\d\b")
_LONG_NUMBER = re.compile(r"\+\d|\b\d{3}[ .)-]+\d{3,}")
_NO_ADDRESS = re.compile(r"[@|:;!?]|\. [A-Z][a-z]+ [a-z]")
_OF_ADDRESS = re.compile(r"[\d/(]")
_ADDRESS = re.compile(
    r"\b(?:address\w*|mail|post|letters?|write|writing|offices?|located|headquarters)\b", re.IGNORECASE
)
_MIN_COLUMNS = 3
_MAX_HEAD_CHARS = 40


def is_label(sentence: str) -> bool:
    """Return whether a sentence is a label that ends in a period, such as "Cookies." or "Opt-in statistics."."""
    words = sentence.strip("*_ ")
    return (
        any(rule.fullmatch(words) for rule in (_INDIRECT, _RELATIVE, _CLAUSE_ALONE))
        or _is_title(words)
        or (
            words.endswith(".")
            and len(_WORD.findall(words)) <= _MAX_LABEL_WORDS
            and words[0].isupper()
            and not _CLAUSE.search(words)
            and not _VERB.search(words)
            and not _THIRD_PERSON.match(words)
            and (not _REQUEST.match(words) or _ALSO_NOUN.fullmatch(words) is not None)
            and (len(_WORD.findall(words)) <= _MAX_PLAIN_WORDS or set(_SMALL_WORD.findall(words)) <= _LINKING)
        )
    )


def _is_title(words: str) -> bool:
    """Return whether words are a title with a period, in capitals: "Do Not Track."."""
    parts = words.split()
    capitals = sum(part[0].isupper() for part in parts)
    return (
        capitals >= _MAX_PLAIN_WORDS
        and len(parts) <= _MAX_TITLE_WORDS
        and words.endswith(".")
        and not words.isupper()
        and all(_TITLE_WORD.match(part.strip("“”")) for part in parts)
        and not _STATES.search(words)
        and not _THIRD_PERSON.match(words)
    )


def is_contents(heading: str) -> bool:
    """Return whether a heading is that of a table of contents."""
    return len(heading) <= _MAX_CONTROL_CHARS and _CONTENTS.fullmatch(heading) is not None


def is_control(words: str, *, governed: bool) -> bool:
    """Return whether words are those of a link or button of a page, such as "Learn more".

    governed: whether other words govern them, as the line above a list does.
    """
    return len(words) <= _MAX_CONTROL_CHARS and any(
        rule.fullmatch(words) for rule in ((_CONTROL,) if governed else (_CONTROL, _BUTTON))
    )


def is_short_answer(sentence: str) -> bool:
    """Return whether a sentence answers a question without a verb: "Fareline, our payment company."."""
    short = len(_WORD.findall(sentence)) <= _MAX_ANSWER_WORDS
    return short and not _CLAUSE.search(sentence) and not _VERB.search(sentence)


def is_fragment(sentence: str) -> bool:
    """Return whether a sentence is a part of an answer that says nothing without its question: "Not abroad."."""
    words = _MAY_BE_ALONE.sub("", sentence)
    return sentence.endswith(".") and is_short_answer(words) and not _REQUEST.match(words.strip())


def is_phrase(words: str) -> bool:
    """Return whether words without a mark at their end name something, as the line of a list does: "Email address"."""
    return words[-1].isalnum() and is_short_answer(words) and not words.isupper()


def is_field(line: str) -> bool:
    """Return whether a line starts as a field of a record does: "Purpose: …"."""
    return _FIELD.match(line.lstrip("*_")) is not None


def lost_its_link(sentence: str) -> bool:
    """Return whether a short sentence says nothing because the words of its link are missing."""
    return _LOST_LINK.search(sentence) is not None and len(_WORD.findall(sentence)) <= _MAX_LOST_WORDS


def is_postal(line: str) -> bool:
    """Return whether a line has a postal code, a place and the number of a house."""
    return _POSTAL.search(line) is not None and len(re.findall(r"\d+", line)) > 1 and not _DATED.search(line)


def mentions_address(words: str) -> bool:
    """Return whether words announce an address: "by mail at:"."""
    return _ADDRESS.search(words) is not None


def is_address_line(line: str) -> bool:
    """Return whether a line has the form of a line of a postal address: short, without a sentence's end."""
    line = _ATTENTION.sub("", line, count=1) or line
    return (
        len(line) <= _MAX_ADDRESS_LINE_CHARS
        and (line[-1].isalnum() or line[-1] in ",.)")
        and (line[0].isupper() or line[0].isdigit())
        and not _NO_ADDRESS.search(line)
        and not _LONG_NUMBER.search(line)
        and not is_label(line)
        and not _CLAUSE.search(_OF_ADDRESS.sub("", line).replace("US", ""))
    )


def are_postal_address(lines: Sequence[str]) -> bool:
    """Return whether lines are together one postal address: one is a street, or one has a code and another a number."""
    if not 2 <= len(lines) <= MAX_ADDRESS_LINES:
        return False
    if any(map(PLACE.match, lines)):
        return True
    coded = [line for line in lines if _POSTAL.search(line)]
    return bool(coded) and any(line not in coded and any(map(str.isdigit, line)) for line in lines)


def are_column_heads(row: str) -> bool:
    """Return whether the cells of a table's first row, below an empty one, name its columns."""
    cells = [cell.strip("*_ ") for cell in row.split("|")]
    return len(cells) >= _MIN_COLUMNS and all(
        0 < len(cell) <= _MAX_HEAD_CHARS and cell[-1] not in ".;," and not any(map(str.isdigit, cell)) for cell in cells
    )

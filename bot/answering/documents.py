"""Other documents in the file of a policy, on a product, a feature, or some people: "Payments Privacy Policy".

Some sites put all their notices on one page. What such a document says holds for what its title names, so that a
statement of the policy itself is the better answer, unless the question is about the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.telling import telling_words
from bot.policies.about import known_names
from bot.types import Policy, Section

_TITLE = re.compile(
    r"(?!.*\b(?:this|our|your|changes?|updates?|contact|about|how|what)\b)"
    r".*\bprivacy\s(?:policy|notice|statement)(?:\s\([^()]*\))?",
    re.IGNORECASE,
)
# Words of titles that name neither a product nor people.
_OF_ANY_TITLE = "notice statement supplemental general full short main online global"


def other_documents(policy: Policy) -> dict[str, str]:
    """Return the title of the other document that a section is in, by its id. Sections of the policy itself have none.

    A document goes on to the last section under its title. In some files, its sections are on the level of the title
    instead; then it goes on to the next title.
    """
    own = telling_words(" ".join([_OF_ANY_TITLE, policy.title, *known_names(policy)]))
    found: dict[str, str] = {}
    title = ""
    path: tuple[str, ...] = ()
    for number, section in enumerate(policy.sections):
        headings = section.headings
        if headings and _TITLE.fullmatch(headings[-1]):
            title = headings[-1] if telling_words(headings[-1]) - own else ""
            path = headings if _has_sections(headings, policy.sections[number + 1 :]) else ()
        elif headings[: len(path)] != path:
            title, path = "", ()
        if title:
            found[section.id] = title
    return found


def _has_sections(headings: tuple[str, ...], following: Sequence[Section]) -> bool:
    """Return whether the next section is under a heading."""
    return bool(following) and following[0].headings[: len(headings)] == headings

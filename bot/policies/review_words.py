"""The words that the check of reviewed answers knows: words without content, and plain synonyms."""

from __future__ import annotations

from functools import cache

import Stemmer

# Words without content of their own, which a sentence may have without support. The effect of a "not", "may" or "only"
# on other words is checked separately.
EMPTY = frozenset(
    """a an the this that these those there here it its itself they them their he she his her you your yours yourself we
    us our ours who whom whose which what how whether if when whenever while as than then so such too also just even
    and or but nor because of to in on at by for from with without about into onto over under up upon out off along
    between through during before after again among around per like is are was were be been being am do does did done
    doing has have had having will would shall should may might can could must cannot not no never none nobody nothing
    neither unless except exception however only other others another any some each own same more most much many one
    both where why very way ways part parts kind kinds following thing things people say says make makes made making
    considered construed policy within toward towards e.g i.e etc""".split()
)
# The words of a line may replace one another in a plain sentence. Each line was read against the statements of a policy
# that use its words. A line belongs here only if a replacement at most loses detail, and never turns one claim into
# another.
_SYNONYMS = """
data information details
site website page
give given provide disclose distribute disseminate pass
send sent submit submission post provide transmit go goes give
get receive collect disclose provide
keep kept store retain
put include
once immediately
require call need
see view assess interact presented access
run operation
absolute full
ask request
responsible charge
sell sold
staff employee official office entity work
contractor contract
company party service provider
visit navigate access
visitor user
try attempt
help assistance
message email inquiry communication
answer respond
law act rule regulation
time periodically
let allow permit
choose decision
state government commonwealth
often frequency
apart tell distinguishing
guarantee warrant
learn know
examine review
"""


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@cache
def stem(word: str) -> str:
    """Return the stem of an English word in lowercase."""
    return str(_stemmer().stemWord(word))


@cache
def _groups() -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    for line in _SYNONYMS.strip().splitlines():
        stems = frozenset(map(stem, line.split()))
        for each in stems:
            groups[each] = groups.get(each, frozenset()) | stems
    return groups


def alike(stemmed: str) -> frozenset[str]:
    """Return the stems that say the same as a stem, itself included."""
    return _groups().get(stemmed, frozenset()) | {stemmed}

"""The words that the check of reviewed answers knows: words without content, plain synonyms, and forms of saying no.

Each group of synonyms was read against every place where a policy uses one of its words: exchanging them may lose detail,
but never turns a statement into another one.
"""

from __future__ import annotations

from functools import cache

import Stemmer

# Words without content of their own, which a sentence may have without support.
EMPTY = frozenset(
    """a an the this that these those there here it its itself they them their he she his her you your yours yourself we
    us our ours who whom whose which what how whether if when whenever while as than then so such too also just even
    and or but nor because of to in on at by for from with without about into onto over under up upon out off along
    between through during before after again among around per like is are was were be been being am do does did done
    doing has have had having will would shall should may might can could must cannot not no never none nobody nothing
    neither unless except exception however only other others another any some each own same more most much many one
    where why very people say says tell tells both make makes made making policy considered construed way ways part parts kind kinds thing things e.g i.e etc within toward towards""".split()
)
# Each line: words that may replace one another.
_SYNONYMS = """
personal personally identifiable
data information details
site website websites sites page pages
give given provide provided disclose disclosed distribute distributed transmit transmitted transmitted pass send sent sends
send sent submit submitted submission submissions provide provided post posted fill
get receive receives gets collect collects transmitted provided disclosed obtain
keep kept store stored stores retain
use used uses usage
creation create creates created making
include put
immediately once
require required calls call
assess see
operation run runs
come comes receive along
absolute full
work works employees staff
ask asks request
go goes send sent
dissemination give given
contain hold
responsible charge
sell sold
visitor visitors user users people person individual
visit visits navigate access
staff employees officials offices entities
contractor contractors contract
company companies provider providers services party third-party
job responsibilities
need needs need needed require requires required require necessary
reply respond answer answers answering responding
try tries attempt attempts
help assistance
message messages email communication inquiry submission
concerned subject about
learn assess know
law laws legal act regulations rules
rules regulations
guarantee guarantees warrant
change changes modifications modified updates
time periodically
see view interact presented
let lets permit allow allows
old existing
limit limits
kept retain
decide decision decisions choose
share sharing
telephone phone
website's state
state government commonwealth
examine review
place plant
often frequency
popular popularity
random randomly
improve enhance
monitors monitor
going went
apart distinguishing
simple simple
"""


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@cache
def stem(word: str) -> str:
    """Return the stem of an English word in lower case."""
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

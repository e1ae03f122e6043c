"""Find phrases that are not plain American English in the files that git tracks: `make words`.

For each finding, this prints file:line, the phrase, and what to write instead. `--count` prints only the number of
findings in each top-level folder. The exit code is 1 if anything was found, otherwise 0. codespell finds misspelled and
British words: see `[tool.codespell]` in pyproject.toml.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("*.py", "*.md", "*.toml", "*.js", "*.d.ts", "*.html", "*.jinja", "*.css", "*.sh", "*.yml", "*.yaml", "*.conf")
NAMES = ("Makefile", "Dockerfile", "run", "askpolicy.service")
# Skip texts of policies and visitors, other languages, the built widget, and the phrases below.
LEFT_OUT = re.compile(
    r"corpus/|tests/policies/(?:statement_)?cases/|bot/messages/(?!en\.)|bot/topics/names/|bot/models/.*\.json|"
    r".*/policy-chat\.js|scripts/plain_english\.py|tests/.*test_plain_english\.py"
)

_PLACE = (
    "in|on|at|as|beside|there|here|by (it|them)sel(f|ves)|before|behind|after|below|above|first|last|next|where|still|"
    "elsewhere|apart|under|over|ready|twice|alone|between|among|open|outside|inside|within|around|with|to"
)
# "where" before a condition: words that come after the verb, and verbs.
_STATE = (
    "not|no|none|nothing|there|missing|absent|damaged|wrong|worse|better|silent|known|unknown|given|cited|installed|running|"
    "poisoned|closed|stopped|gone|few|shared|asked|needed|broken|indexed|told|named|confirmed|empty|too|sure|certain|"
    "possible|dark|meant|decided"
)
_VERB = "is|are|was|were|has|have|does|do|can|could"
_DETERMINER = "the|a|an|its|their|more|several|your|our|his"
_WORD = r"[\w'’`]+([.-][\w'’`]+)*"
_THING = "object|scale|line|row|file|policy|setting|column|folder|language|word"
# Pattern -> what to write instead. A space matches any white space, including line breaks with comment marks.
PHRASES = {
    r"mend(s|ed|ing)?": "fix",
    rf"(stands?|stood|standing) (?!alone|on (its|their) own)({_PLACE})": "is, appears, comes",
    r"take(s|n)? out|took out|taking out": "remove",
    r"what is said|(is|are) said (in|where|only|so|there|at|with|before|after)": "the text, is shown",
    rf"(lies|lie|lay) (?!between)({_PLACE})": "is",
    r"beside": "next to, with, besides",
    r"(told|tells?|tell) so": "says so, is told",
    r"all else": "everything else",
    rf"(one|a|two) (({_THING}) )?an? ({_THING})": "for each",
    r"(is|are|was|were) not there": "is missing",
    r"the way of the data": "how data flows",
    r"(True|False|None|none|empty|zeros?|nothing|[01]|[A-Z]\w*Error|Problem|unnecessary),? where": "if",
    r"(only|except|even|also|too|once more|fails?) where": "if",
    rf"where (there ({_VERB})|nothing|nobody|no one|none|no \w+ ({_VERB}))": "if",
    rf"(?<!on\s)where (\w+) ({_VERB}) ({_STATE})": "if",
    rf"(?<!on\s)where ({_DETERMINER}) ({_WORD} ){{1,4}}({_VERB}) ({_STATE})": "if",
    r"[.:;!] where (the|a|an|one|some|several|people|questions|both) [^.?!]{3,80}?, ": "if",
}
_GAP = r"(?:[^\S\n]*\n[^\S\n]*(?:#:?|//|\*|<!--)?[^\S\n]*|[^\S\n]+)"


def _compiled(phrase: str) -> re.Pattern[str]:
    # `None` and the names of errors are recognized by their capital letters.
    flags = "" if "None" in phrase else "(?i)"
    start = r"\b" if phrase[0] not in "[" else ""
    end = r"\b" if phrase[-1] not in " " else ""
    return re.compile(f"{flags}{start}(?:{phrase.rstrip()}){end}".replace(" ", _GAP))


PATTERNS = [(_compiled(phrase), better) for phrase, better in PHRASES.items()]


def findings(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line number from 1, phrase, what to write instead) for each finding, in the order of the text."""
    found = [(match.start(), match[0], better) for pattern, better in PATTERNS for match in pattern.finditer(text)]
    for start, words, better in sorted(found):
        yield text.count("\n", 0, start) + 1, " ".join(words.split()), better


def files() -> list[str]:
    """Return the tracked files to check, relative to the root."""
    command = ["git", "ls-files", "-z", "--", *KINDS, *(f"**/{name}" for name in NAMES), *NAMES, ".ci/run"]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return [name for name in sorted(set(tracked.split("\0"))) if name and not LEFT_OUT.match(name)]


def main() -> int:
    """Print the findings and return the exit code."""
    counts: Counter[str] = Counter()
    for name in files():
        for line, words, better in findings((ROOT / name).read_text(encoding="utf-8")):
            counts[name.split("/")[0] if "/" in name else "."] += 1
            if "--count" not in sys.argv:
                print(f"{name}:{line}: “{words}”: write {better}")
    if "--count" in sys.argv:
        print(*(f"{number:5} {folder}" for folder, number in counts.most_common()), sep="\n")
    return int(bool(counts))


if __name__ == "__main__":
    sys.exit(main())

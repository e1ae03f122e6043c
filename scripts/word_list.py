"""Writes the English words that the bot knows to bot/understanding/words/english.txt.

The words come from SCOWL (http://wordlist.aspell.net), as Debian packages it: after `apt-get install wamerican
wamerican-large wbritish`, run `python scripts/word_list.py /usr/share/dict`. Each line has the words that start with
the same three letters, so that a word is found without reading all of them.
"""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

USUAL = ("american-english", "british-english")
# Rare words are kept if they are long and no names. Others are more often common words misspelled: "thi", "cokie".
LARGE, LONG = "american-english-large", 8
OUT = Path(__file__).resolve().parents[1] / "bot" / "understanding" / "words" / "english.txt"
# Possessives are found by their noun, and a spelling with an accent also without it.
_WORD = re.compile(r"[a-z]{2,}(?:'(?!s$)[a-z]+)?")


def main(arguments: list[str]) -> int:
    """Write the words of the dictionaries in a folder; return the exit code."""
    if len(arguments) != 1:
        print("usage: python scripts/word_list.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    found = {word.lower() for name in USUAL for word in _lines(folder / name)}
    found |= {word for word in _lines(folder / LARGE) if len(word) >= LONG}
    found = {word for word in found if _WORD.fullmatch(word)}
    groups = (" ".join(group) for _, group in itertools.groupby(sorted(found), key=lambda word: word[:3]))
    OUT.write_text("\n".join(groups) + "\n", encoding="utf-8")
    print(f"{len(found)} words in {OUT}")
    return 0


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

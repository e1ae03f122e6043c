"""Puts the chat widget into one ES module: what GET /widget.js serves and the npm package ships.

    python3 assemble.py OUT

Of what is installed it needs rjsmin only.
"""

from __future__ import annotations

import functools
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from rjsmin import jsmin

_WIDGET = Path(__file__).resolve().parent
_MESSAGES = _WIDGET.parent / "messages"
_PERSONAL_DATA_RULES = _WIDGET.parent / "personal_data.json"
# The modules that policy-chat.js imports; data.js is written here.
_MODULES = ("dom.js", "personal_data.js")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<module>[\w.]+)";.*\n', re.MULTILINE)
_SAID_BY_THE_SERVICE = {"quoted_in_english"}
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def interface_labels() -> dict[str, dict[str, str]]:
    """The `[interface]` table of every language, by its code; without what only the service says."""
    return {
        path.stem: {
            name: words
            for name, words in tomllib.loads(path.read_text(encoding="utf-8"))["interface"].items()
            if name not in _SAID_BY_THE_SERVICE
        }
        for path in sorted(_MESSAGES.glob("*.toml"))
    }


def _labels_source() -> str:
    """JavaScript for the labels of all languages, in which each name stands only once."""
    labels = interface_labels()
    names = list(labels["en"])
    words = {code: [table[name] for name in names] for code, table in labels.items()}
    return (
        f"const names = {_literal(names)};\n"
        f"const words = {_literal(words)};\n"
        "const label = (spoken) => Object.fromEntries(names.map((name, place) => [name, spoken[place]]));\n"
        "const labels = Object.fromEntries(Object.entries(words).map(([code, spoken]) => [code, label(spoken)]));"
    )


@functools.cache
def widget_script() -> str:
    """The widget as one ES module without imports: source, stylesheet, labels of all languages, personal-data rules.

    Raises ValueError where a source imports a module that is not put in.
    """
    source = _read("policy-chat.js")
    wanted = {match["module"] for match in _IMPORT.finditer(source)}
    if wanted != {*_MODULES, "data.js"}:
        raise ValueError(f"policy-chat.js imports {sorted(wanted)}; assemble.py puts in {[*_MODULES, 'data.js']}")
    rules = json.loads(_PERSONAL_DATA_RULES.read_text(encoding="utf-8"))
    script = "\n".join(
        [
            _labels_source(),
            f"const rules = {_literal(rules)};",
            f"const style = {_literal(_lean_style(_read('policy-chat.css')))};",
            # Inside one module nothing is exported but the element.
            *(_EXPORT.sub("", _read(module)) for module in _MODULES),
            _IMPORT.sub("", source),
        ]
    )
    return str(jsmin(script))


def _lean_style(source: str) -> str:
    """Without comments, and with no more than one blank between words."""
    source = " ".join(re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL).split())
    return re.sub(r" ?([{};,>]) ?", r"\1", source).replace(";}", "}")


def _read(name: str) -> str:
    return (_WIDGET / name).read_text(encoding="utf-8")


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 assemble.py OUT")
    out = Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(widget_script(), encoding="utf-8")

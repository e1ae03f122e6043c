"""Markdown -> text as a browser shows it: CommonMark with the tables, footnotes and task lists that sites use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import PurePath

from bot.policies.openings import opens_tail
from bot.policies.readers.encodings import decode
from bot.policies.readers.html import read_markup
from bot.policies.readers.reading import Reading

# Front matter of site generators: YAML between lines of hyphens, TOML between lines of plus signs.
_FRONT_MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\r?\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
# The lines that a page's YAML consists of. Other lines mean that the first line is a rule, not front matter.
_YAML_LINE = re.compile(r"[ \t]+\S.*|- .*|#.*|[\w\"'][\w .\"'-]*:(?:[ \t].*)?|[ \t]*|[}\])].*")
_YAML_VALUE = re.compile(
    r"""([\w .-]+?)["']?[ \t]*:[ \t]+(?:"([^"]*)"|'([^']*)'|([^#\s|>\[{&*!][^#]*?))[ \t]*(?:[ \t]#.*)?$"""
)
_UPDATED = (
    "last_updated",
    "updated",
    "last_modified",
    "lastmod",
    "last_modified_at",
    "updated_at",
    "modified",
    "revised",
)
_EFFECTIVE = ("effective", "effective_date", "date_effective", "effective_from", "in_effect_since")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
# A common slip: a heading or an item without a space after its mark.
_GLUED_HEADING = re.compile(r" {0,3}(#{2,6})(?=[^\W_])|(#)(?=[A-Z][^#]{0,80}$)")
_GLUED_ITEM = re.compile(r"([ \t]*)([-+•]|\*(?![^*]*\*)|\d{1,2}[.)])(?=[^\W\d_])")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*\r?")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)*_]*[ \t]*\r?$")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
# What GitHub shows as the sign of a note.
_ALERT = re.compile(r"^([ \t]{0,3}>)[ \t]*\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$", re.M | re.I)
# A tag on a line of its own, above words: CommonMark would show the marks of Markdown in them.
_BLOCK_TAG = re.compile(r"^(<(?:aside|div|section|details)\b[^<>\n]*>)[ \t]*\n(?=[^\s<])", re.M)
# The rule below the empty headers of a table, with the table's title on its line, as some programs write it.
_GLUED_RULE = re.compile(r"^\|[ \t|]*\|[ \t]*\r?\n\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+(?=[^\s|:-])(.*)$", re.M)
# How many lines above and below show how long the lines of a text are.
_LINES_NEAR = 20
# Attributes of headings and paragraphs in kramdown and Pandoc, `{#id}` and `{: .class}`, which pages do not show.
_ATTRIBUTES = re.compile(r"[ \t]{0,9}\{:?[ \t]{0,9}[#.:][^{}\n]*\}[ \t]{0,9}$", re.M)


def read_markdown(data: bytes, path: PurePath, charset: str | None = None) -> Reading:
    """Read Markdown. Front matter gives the title and the dates. Raises AskPolicyError if it is not text."""
    front, text = split_front_matter(decode(data, path, charset=charset))
    reading = read_markup(render(text))
    return replace(
        reading, title=front.get("title"), effective=_first(front, _EFFECTIVE), updated=_first(front, _UPDATED)
    )


def render(text: str) -> str:
    """Return the HTML of Markdown without front matter."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin).use(tasklists_plugin)
    parser.use(deflist_plugin)
    text = _GLUED_RULE.sub(r"**\1**\n", _BLOCK_TAG.sub(r"\1\n\n", _parted(_spaced(text))))
    return str(parser.render(_ALERT.sub(r"\1", _ATTRIBUTES.sub("", text))))


def _spaced(text: str) -> str:
    """Add the space after the mark of a heading or an item that its writer left out.

    A mark may also be text, such as "-5" or "*emphasis*": an item needs another one next to it, or a colon above.
    """
    lines = text.split("\n")
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= _FENCE.match(line) is not None
        if fenced:
            continue
        if heading := _GLUED_HEADING.match(line):
            lines[number] = f"{line[: heading.end()]} {line[heading.end() :]}"
        elif item := _GLUED_ITEM.match(line):
            above, below = (lines[n].rstrip() if 0 <= n < len(lines) else "" for n in (number - 1, number + 1))
            if above.endswith(":") or any(_ITEM.match(near) or _GLUED_ITEM.match(near) for near in (above, below)):
                lines[number] = f"{line[: item.end()]} {line[item.end() :]}"
    return "\n".join(lines)


def _parted(text: str) -> str:
    """Add a blank line above a line that CommonMark joins with others, but that a writer meant to stand alone.

    The line "unless you agree." directly below a list would be more of its last item, though it ends the sentence of
    all items. An underlined line would be a heading together with the sentences above it.
    """
    lines = text.split("\n")
    shown: list[str] = []
    indent = -1  # of the item that a line would continue
    fenced = False
    for number, line in enumerate(lines):
        above, below = (lines[n] if 0 <= n < len(lines) else "" for n in (number - 1, number + 1))
        fenced ^= _FENCE.match(line) is not None
        if item := _ITEM.match(line):
            indent = len(item[1])
        elif not line.strip():
            indent = -1
        elif not fenced:
            ends_list = (
                len(line) - len(line.lstrip()) <= indent and opens_tail(line.lstrip()) and not _ITEM.match(below)
            )
            if ends_list:
                near = lines[max(0, number - _LINES_NEAR) : number + _LINES_NEAR]
                ends_list = len(above) + 1 + len(line.split()[0]) <= max(map(len, near))
            if ends_list or (_UNDERLINE.fullmatch(below) and _SENTENCE_END.search(above) and not above.startswith("#")):
                shown.append("")
                indent = -1
        shown.append(line)
    return "\n".join(shown)


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Split front matter from a text. Names are in lowercase with underscores; only plain values are kept."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    lines = found[2].splitlines()
    if found[1] == "+++":
        try:
            values = tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError:
            return {}, text
        pairs = [(key, str(value)) for key, value in values.items() if not isinstance(value, (dict, list))]
    else:
        if not all(_YAML_LINE.fullmatch(line) for line in lines):
            return {}, text
        matches = [match for line in lines if (match := _YAML_VALUE.match(line.lstrip("\"'")))]
        pairs = [(match[1], match[2] or match[3] or match[4] or "") for match in matches]
    return {re.sub(r"[ .-]", "_", key.lower()): value.strip() for key, value in pairs}, text[found.end() :]


def _first(values: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((values[name] for name in names if values.get(name)), None)

"""Markdown -> text as a browser shows it: CommonMark with the tables, footnotes and task lists that sites use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import PurePath

from bot.policies.readers.encodings import decode
from bot.policies.readers.html import read_markup
from bot.policies.readers.reading import Reading

# Front matter of site generators: YAML between lines of hyphens, TOML between lines of plus signs.
_FRONT_MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\r?\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
# The lines that a page's YAML consists of. Others mean that the first line is a rule, and no front matter.
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
# Attributes of headings and paragraphs in kramdown and Pandoc, `{#id}` and `{: .class}`, which pages do not show.
_ATTRIBUTES = re.compile(r"[ \t]{0,9}\{:?[ \t]{0,9}[#.:][^{}\n]*\}[ \t]{0,9}$", re.M)


def read_markdown(data: bytes, path: PurePath, charset: str | None = None) -> Reading:
    """Read Markdown. Front matter gives the title and the dates. Raises AskPolicyError if it is no text."""
    front, text = split_front_matter(decode(data, path, charset=charset))
    reading = read_markup(render(text))
    return replace(
        reading, title=front.get("title"), effective=_first(front, _EFFECTIVE), updated=_first(front, _UPDATED)
    )


def render(text: str) -> str:
    """Return the HTML of Markdown without front matter."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin).use(tasklists_plugin)
    return str(parser.render(_ATTRIBUTES.sub("", text)))


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Split front matter from a text. Names are in lower case with underscores; only plain values are kept."""
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

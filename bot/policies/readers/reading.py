"""What a reader returns."""

from __future__ import annotations

from dataclasses import dataclass

from bot.types import Link, PageText


@dataclass(frozen=True, slots=True)
class Reading:
    """A policy's text as a reader sees it, and what the file says about itself.

    left_out: for each kind of part that was not read, what it is, why, and its first words.
    effective, updated: dates as the file has them. title: of the document itself. page_titles: what the head of a page
    calls it, often with the site's name. site: the site's name, as a page gives it. canonical: the address that a page
    names as its own. language: of a page, as it declares.
    page: the whole page as a browser shows it, and where the text is in it. links: where words of the text lead, as
    the file has it. pages: where the pages of a PDF start in the text.
    """

    text: str
    title: str | None = None
    left_out: tuple[str, ...] = ()
    effective: str | None = None
    updated: str | None = None
    page: PageText | None = None
    links: tuple[Link, ...] = ()
    canonical: str | None = None
    language: str | None = None
    pages: tuple[int, ...] = ()
    page_titles: tuple[str, ...] = ()
    site: str | None = None


class LeftOut:
    """Counts what a reader leaves out, kind by kind."""

    _SAMPLE_WORDS = 8

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, what: str, text: str) -> None:
        """Count one part. what: its kind, as users read it; text: what it says."""
        self._found.setdefault(what, []).append(text)

    def notes(self) -> tuple[str, ...]:
        """Return a line for each kind: how often, how many words, and the first ones."""
        return tuple(self._note(what, texts) for what, texts in self._found.items())

    def _note(self, what: str, texts: list[str]) -> str:
        words = [word for text in texts for word in text.split()]
        if not words:
            return what
        more = " …" if len(words) > self._SAMPLE_WORDS else ""
        times = f"{len(texts)} times, " if len(texts) > 1 else ""
        return f"{what} ({times}{len(words)} words: “{' '.join(words[: self._SAMPLE_WORDS])}{more}”)"

"""HTML -> text as a reader of the page sees it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from bot.policies.readers.blocks import Blocks
from bot.policies.readers.encodings import decode
from bot.policies.readers.furniture import consents, remove_furniture
from bot.policies.readers.notes import place_notes
from bot.policies.readers.obstacles import FEW_WORDS, Obstacles
from bot.policies.readers.page import ShownPage
from bot.policies.readers.reading import LeftOut, Reading
from bot.policies.readers.styles import set_styles
from bot.policies.readers.tables import set_tables
from bot.policies.readers.tabs import place_tabs
from bot.policies.readers.tree import Element, parse
from bot.policies.readers.visible import remove_unseen
from bot.types import AskPolicyError

# A page with fewer words than this and a frame shows its policy in the frame.
_FRAME_PAGE_WORDS = 40


def read_html(data: bytes, path: PurePath, charset: str | None = None) -> Reading:
    """Read a page. charset: the encoding that its server names. Raises AskPolicyError if its policy is elsewhere."""
    top = parse(decode(data, path, declares=True, charset=charset))
    left_out = LeftOut()
    head = _head(top)
    set_styles(top)
    shown = ShownPage(top)
    obstacles = Obstacles.of(top)
    asking = consents(top)
    place_tabs(top)
    set_tables(top)
    remove_unseen(top, left_out)
    place_notes(top)
    frames = _frames(top)
    blocks = Blocks()
    for root in remove_furniture(top, asking, left_out):
        blocks.add(root)
    text = blocks.text()
    notes = left_out.notes()
    if frames:
        where = " and ".join(frames[:3])
        if not text.strip():
            raise AskPolicyError(f"{path} shows its policy in a frame: save the document at {where} and give that.")
        few = len(text.split()) < _FRAME_PAGE_WORDS
        hint = "the policy itself may be there: save that document and give it" if few else "it is another document"
        notes = (*notes, f"a frame that shows {where}: {hint}")
    if len(text.split()) < FEW_WORDS and (reason := obstacles.reason()):
        raise AskPolicyError(f"{path} {reason}.")
    page, links = shown.place(text)
    return replace(head, text=str(text), left_out=notes, page=page, links=links)


def read_markup(markup: str) -> Reading:
    """Read HTML that another reader made from a document: all of it is the policy, apart from tables of contents."""
    top = parse(markup)
    shown = ShownPage(top)
    left_out = LeftOut()
    remove_unseen(top, left_out)
    place_notes(top)
    blocks = Blocks()
    for root in remove_furniture(Element("html", {}, [Element("main", {}, [top])]), set(), left_out):
        blocks.add(root)
    text = blocks.text()
    page, links = shown.place(text)
    return Reading(str(text), left_out=left_out.notes(), page=page, links=links)


def _head(top: Element) -> Reading:
    """Return what the head of a page says about it: titles, the site's name, the address, the language."""
    said: dict[str, str] = {}
    for element in top.elements():
        match element.tag:
            case "title":
                said.setdefault("title", element.text())
            case "meta":
                name = (element.attributes.get("property") or element.attributes.get("name") or "").lower()
                said.setdefault(name, " ".join(element.attributes.get("content", "").split()))
            case "link" if "canonical" in element.attributes.get("rel", "").lower().split():
                said.setdefault("canonical", element.attributes.get("href", "").strip())
    return Reading(
        "",
        page_titles=tuple(said[key] for key in ("og:title", "title") if said.get(key)),
        site=said.get("og:site_name") or None,
        canonical=said.get("canonical") or said.get("og:url") or None,
        language=top.attributes.get("lang", "").strip().split("-")[0].lower() or None,
    )


def _frames(top: Element) -> list[str]:
    """Return the addresses of documents that the page shows inside of it."""
    frames = (element for element in top.elements() if element.tag in {"iframe", "frame"})
    sources = (frame.attributes.get("src", "").strip() for frame in frames)
    return [source for source in sources if source and not source.startswith(("about:", "javascript:"))]

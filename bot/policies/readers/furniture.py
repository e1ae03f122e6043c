"""What is on a page and is not the policy: menus, cookie banners, the site's header and footer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.policies.readers.reading import LeftOut
from bot.policies.readers.tree import Element
from bot.policies.readers.visible import opened_ids

_MENU_ROLES = frozenset({"navigation", "menu", "menubar", "search", "toolbar"})
_DIALOG_ROLES = frozenset({"dialog", "alertdialog"})
_SITE = re.compile(
    r"(?:(?:site|page|main|global|top|bottom|primary|secondary|mobile|header|footer)[-_]?)?"
    r"(?:menu|nav|navbar|navigation|header|footer|masthead|topbar|breadcrumbs?|sidebar|social|share|pagination|"
    r"colophon)(?:[-_]?(?:wrapper|container|menu|nav|links?|area|bar|list|inner))?"
)
_MENU_NAME = re.compile(r"(?:^|[-_])(?:menu|nav|navbar|navigation|breadcrumbs?|social|share|pagination)(?:$|[-_])")
_BANNER_NAME = re.compile(
    r"(?:cookies?|consent|gdpr|ccpa)[-_]?(?:law|policy)?[-_]?(?:banner|bar|notice|consent|popup|pop-up|modal|message|"
    r"dialog|overlay|alert|prompt|container|layer|wall|info|disclaimer)|onetrust|cookiebot|osano|didomi|usercentrics|"
    r"truste|cmplz|cc-window|cookieyes|cky-"
)
_CONSENT = re.compile(r"\b(?:accept|reject|agree|allow|decline|got it|ok|okay|dismiss|i understand)\b", re.I)
_SKIP = re.compile(r"(?:skip|jump) to (?:the )?(?:main )?(?:content|navigation|search|footer)\b", re.I)
# A cookie banner is short; a longer text with "cookies" and a button is a chapter of a policy.
_BANNER_WORDS = 120
# A part with more of a page's words than this is what the page is about, whatever its name says.
_MOST = 0.5
# The part of a menu's words that are in links.
_MENU_LINKS = 0.6
# A cell of a table with at least this many links, and nothing else, is a menu.
_MENU_CELL_LINKS = 4
# The label of a button has few words, in few elements.
_LABEL_NODES = 20


@dataclass(slots=True)
class _Counts:
    """What an element contains. linked: words in links; places: links into the page; titles: `h1`s.

    asks: a button that accepts or rejects; banner: that and the word "cookie"."""

    words: int = 0
    linked: int = 0
    links: int = 0
    places: int = 0
    titles: int = 0
    body: bool = False
    cookie: bool = False
    asks: bool = False
    banner_below: bool = False


def consents(top: Element) -> set[Element]:
    """Return the parents of buttons and links that accept or reject cookies, before controls are removed."""
    found: set[Element] = set()
    for parent in top.elements():
        for child in parent.children:
            if isinstance(child, Element) and child.tag in {"button", "a", "input"}:
                label = child.attributes.get("value", "") if child.tag == "input" else child.text(_LABEL_NODES)
                if len(label.split()) <= 5 and _CONSENT.search(label):
                    found.add(parent)
    return found


def remove_furniture(top: Element, asking: set[Element], left_out: LeftOut) -> list[Element]:
    """Remove what is around the policy, and note it. asking: from `consents`.

    Returns the parts of the page that hold the policy: its main part or articles if they hold most of the words.
    """
    counts = _count(top, asking)
    opened = opened_ids(top)
    total, titles = counts[top].words, counts[top].titles
    mains: list[Element] = []
    articles: list[Element] = []
    stack = [(top, False)]
    while stack:
        parent, inside = stack.pop()
        keep: list[Element | str] = []
        below: list[tuple[Element, bool]] = []
        for child in parent.children:
            if isinstance(child, Element):
                is_part = inside and child.attributes.get("id") in opened  # of an accordion
                reason = _reason(child, counts[child], inside, total, titles, is_part=is_part)
                if reason is not None:
                    if text := child.text():
                        left_out.add(reason, text)
                    continue
                is_main, is_article = _is_main(child), child.tag == "article"
                if not inside and (is_main or is_article):
                    (mains if is_main else articles).append(child)
                below.append((child, inside or is_main or is_article))
            keep.append(child)
        parent.children = keep
        stack.extend(reversed(below))
    return _roots(top, mains, articles, left_out)


def _roots(top: Element, mains: list[Element], articles: list[Element], left_out: LeftOut) -> list[Element]:
    total = len(top.text().split())
    candidates = {*mains, *articles}
    both = [element for element in top.elements() if element in candidates]
    for roots in (mains, both):
        words = sum(len(root.text().split()) for root in roots)
        if roots and words >= _MOST * total:
            if words < total:
                chosen = set(roots)
                left_out.add("text outside the main part of the page", _outside(top, chosen))
            return roots
    return [top]


def _outside(top: Element, chosen: set[Element]) -> str:
    parts: list[str] = []
    stack: list[Element | str] = [top]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node not in chosen:
            stack.extend(reversed(node.children))
    return " ".join(" ".join(parts).split())


def _is_main(element: Element) -> bool:
    return element.tag == "main" or element.role() == "main"


def _count(top: Element, asking: set[Element]) -> dict[Element, _Counts]:
    """Count what each element contains, from the innermost outward."""
    counts: dict[Element, _Counts] = {}
    for element in reversed(list(top.elements())):
        own = counts[element] = _Counts(asks=element in asking)
        own.titles = int(element.tag == "h1")
        own.body = _is_main(element) or element.tag in {"article", "body"}
        for child in element.children:
            if isinstance(child, str):
                own.words += len(child.split())
                own.cookie = own.cookie or "cookie" in child.lower()
            else:
                below = counts[child]
                own.words += below.words
                own.linked += below.linked
                own.links += below.links
                own.places += below.places
                own.titles += below.titles
                own.body = own.body or below.body
                own.cookie = own.cookie or below.cookie
                own.asks = own.asks or below.asks
                own.banner_below = own.banner_below or below.banner_below or (below.cookie and below.asks)
        if element.tag == "a":
            own.linked = own.words
            own.links = 1
            own.places = int(element.attributes.get("href", "").startswith("#"))
    return counts


def _reason(
    element: Element, own: _Counts, inside: bool, total: int, titles: int, *, is_part: bool = False
) -> str | None:
    """Say what an element is if it is not part of the policy.

    inside: whether it is in the main part or an article. is_part: whether a click there opens it.
    """
    tag, role = element.tag, element.role()
    if own.body or tag in {"head", "html"}:
        return None  # it contains the policy, or is it
    links = own.linked >= _MENU_LINKS * own.words
    if (tag == "nav" or role in _MENU_ROLES) and (links or not is_part):
        return "a menu"
    if _is_contents(element, own):
        return "a table of contents"
    if tag == "a" and own.words < _LABEL_NODES and _SKIP.match(element.text()):
        return "a menu"
    holds_title = own.titles > 0
    small = (links or own.words <= _MOST * total) and not holds_title
    names = element.names()
    if small and (role in _DIALOG_ROLES or element.attributes.get("aria-modal") == "true"):
        return "a dialog"
    if small and any(_BANNER_NAME.search(name) for name in names) and (own.asks or not inside):
        return "a cookie banner"
    if small and not inside and own.cookie and own.asks and not own.banner_below and own.words <= _BANNER_WORDS:
        return "a cookie banner"
    if inside:
        return "a menu" if small and own.words and links and any(map(_MENU_NAME.search, names)) else None
    # The site's header holds the title of some pages.
    if (tag == "header" or role == "banner") and own.titles < max(titles, 1):
        return "the site's header"
    if (tag == "footer" or role == "contentinfo") and not holds_title:
        return "the site's footer"
    if tag == "td" and own.words == own.linked and own.links >= _MENU_CELL_LINKS:
        return "a menu"  # of a page whose columns are the cells of a table
    if (tag == "aside" or role == "complementary") and small:
        return "a side column"
    if small and any(_SITE.fullmatch(name) for name in names):
        return "the site's menu, header or footer"
    return None


def _is_contents(element: Element, own: _Counts) -> bool:
    """Return whether it is a list of nothing but links into the page itself."""
    return element.tag in {"ul", "ol"} and own.words == own.linked > 0 and own.links == own.places > 1

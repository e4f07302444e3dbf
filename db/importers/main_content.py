"""Which stretch of a page is its article: where the prose is dense, with trafilatura's opinion on ordinary pages."""

from __future__ import annotations

import logging
import re
from itertools import accumulate

from db.importers.metadata import names_account
from db.importers.phrases import NUMBERED, soft_reason
from db.importers.pieces import Container, Page, Piece, Tick, watched, weight

_SENTENCE = re.compile(r"[。！？；]|[.!?;:：…][\s”’」』）)]*$|[.!?] ")
_SPACES = re.compile(r"\s+")
_MORE = re.compile(
    r"(?:learn|read|see|view|find out|know) more\b.{0,20}|了解(?:更多|详情)|查看(?:更多|详情|全部)|阅读更多|更多", re.IGNORECASE
)
_ORDINARY = 500_000  # characters of HTML that trafilatura is asked about
_ENOUGH = 0.9  # of the page's prose lies in the element that is taken for the article


def prose(piece: Piece) -> float:
    """Give the weight of a piece if it is running text, else 0."""
    if piece.load < 0:
        piece.load = _prose(piece)
    return piece.load


def soft(piece: Piece) -> str:
    """Give the reason the words of a piece give to leave it out before or after the body; "" for none."""
    if piece.soft is None:
        piece.soft = "" if piece.kind == "figure" else soft_reason(piece.text)
    return piece.soft


def _is_teaser(pieces: list[Piece]) -> bool:
    """Whether a few pieces are a box that ends in a link to more."""
    return 2 <= len(pieces) <= 6 and pieces[-1].link_share >= 0.8 and _MORE.fullmatch(pieces[-1].text.strip()) is not None


def _prose(piece: Piece) -> float:
    if piece.kind in ("heading", "figure") or piece.link_share >= 0.5 or names_account(piece.text):
        return 0.0
    heavy = weight(piece.text)
    if NUMBERED.match(piece.text):
        return heavy if heavy >= 8 else 0.0
    return heavy if heavy >= 30 and _SENTENCE.search(piece.text) else 0.0


def mark_zones(page: Page, tick: Tick) -> None:
    """Give the pieces in menus, footers, comments and the like their zone, unless the article itself lies in there."""
    _mark_teasers(page.pieces)
    sums = [0.0, *accumulate(map(prose, watched(page.pieces, tick)))]
    for box in page.containers:
        limit = 0.5 if box.firm else 0.25
        zone = box.zone or ("related" if _is_teaser(page.pieces[box.first : box.last]) else "")
        if zone == "footnote":
            for piece in page.pieces[box.first : box.last]:
                piece.note = True
        elif zone and sums[box.last] - sums[box.first] <= limit * sums[-1]:
            for piece in page.pieces[box.first : box.last]:
                piece.zone = piece.zone or zone


def _mark_teasers(pieces: list[Piece]) -> None:
    """Count for nothing the texts that stand right under a line that is one link, where a page has several of them."""
    linked = [p.link_share >= 0.8 and len(p.text) <= 80 for p in pieces]
    teasers = [n for n in range(1, len(pieces)) if linked[n - 1] and not linked[n] and prose(pieces[n])]
    if len(teasers) >= 3:
        for n in teasers:
            pieces[n].load = 0.0


def region(page: Page, html: str, tick: Tick) -> tuple[int, int]:
    """Give the first and the one past the last piece of the smallest element that holds the article."""
    whole = Container(0, len(page.pieces))
    if len(page.containers) < 2:
        return whole.first, whole.last
    loads = [0.0 if p.zone or soft(p) else prose(p) for p in watched(page.pieces, tick)]
    votes = _votes(html, tick) if len(html) <= _ORDINARY else frozenset()
    voted = [w > 0 and _SPACES.sub("", p.text) in votes for w, p in zip(loads, page.pieces, strict=True)]
    sums = [0.0, *accumulate(w * (3 if v else 1) for w, v in zip(loads, voted, strict=True))]
    fitting = [c for c in page.containers if sums[c.last] - sums[c.first] >= _ENOUGH * sums[-1] > 0]
    best = min(fitting, key=lambda c: c.last - c.first, default=whole)
    return best.first, _stretched(page.pieces, best.last, voted)


def _stretched(pieces: list[Piece], last: int, voted: list[bool]) -> int:
    """Give the end of the article with the paragraphs that follow its element and are voted for, up to the first break."""
    end = last
    for n in range(last, len(pieces)):
        if pieces[n].zone or soft(pieces[n]) or pieces[n].kind == "heading" or pieces[n].link_share >= 0.8:
            break
        end = n + 1 if voted[n] else end
    return end


def _votes(html: str, tick: Tick) -> frozenset[str]:
    """Ask trafilatura which paragraphs are the article's; it gets the page's text only, and no address to fetch."""
    tick(0)
    from lxml import html as lxml_html  # both only for web pages: they are slow to load
    from trafilatura import bare_extraction

    if not (log := logging.getLogger("trafilatura")).handlers:
        log.addHandler(logging.NullHandler())  # what it thinks of a page is no message for a person
    try:
        tree = lxml_html.document_fromstring(html.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
        found = bare_extraction(tree, fast=True, include_comments=False, include_tables=True, with_metadata=False)
    except (ValueError, RecursionError, AttributeError, TypeError, LookupError):  # its troubles with a page are not ours
        return frozenset()
    tick(1)
    body = getattr(found, "body", None)
    if body is None:
        return frozenset()
    return frozenset(_SPACES.sub("", "".join(e.itertext())) for e in body.iter("p", "item", "cell", "quote", "head"))

"""Which line of a page is its title, and what says the title again."""

from __future__ import annotations

import re
from itertools import accumulate

from db.importers.facts import facts_in
from db.importers.metadata import read_byline
from db.importers.phrases import NUMBERED
from db.importers.pieces import Piece

ENDS = re.compile(r"[。！？!?；;：:，,…]\s*[”’」』）)]?$")
_IN_BRACKETS = re.compile(r"\s*(?:[（(].*[）)]|[—―-]{2}.*)\s*$")
_SIGNS = re.compile(r"[\W_]+")


def same(text: str) -> str:
    """Give a line without signs, spaces and case, to tell repetitions."""
    return _SIGNS.sub("", text).casefold()


def says_title(piece: Piece, key: str) -> bool:
    """Whether a piece is the title, perhaps with the site's name after it."""
    return (
        len(key) >= 5 and len(piece.text) <= 300 and (again := same(piece.text)).startswith(key) and len(again) - len(key) <= 60
    )


def find_title(pieces: list[Piece], reasons: list[str], loads: list[float], title: str) -> int:
    """Give the number of the piece that is the page's own title, -1 if the page shows none."""
    sums = [0.0, *accumulate(loads)]
    first = next((n for n, w in enumerate(loads) if w), len(pieces))
    early = [n for n, p in enumerate(pieces) if p.kind != "figure" and len(p.text) <= 200 and sums[n] <= 0.3 * sums[-1]]
    key = same(title)
    if key:
        exact = [n for n in early if same(pieces[n].text) == key]
        exact = [n for n in exact if reasons[n] != "navigation"] or exact
        partly = [n for n in early if _begins(title, pieces[n], key)]
        known = [n for n in exact if pieces[n].kind == "heading"] or exact or partly
        if known:
            begun = [n for n in exact if n > known[0] and _is_hull(pieces[known[0] : n], loads[known[0] : n])]
            return max([n for n in known if n <= first] + begun, default=known[0])
    open_ = [n for n in early if n < first and not reasons[n] and pieces[n].link_share < 0.5]
    top = [n for n, p in enumerate(pieces) if p.kind == "heading" and p.level == 1 and not reasons[n]]
    headings = [n for n in top if n in open_] or [n for n in top if len(top) == 1 and n in early and sums[n] <= 0.15 * sums[-1]]
    if headings and not (key and NUMBERED.match(pieces[headings[0]].text)):
        return headings[0]
    if key:
        over = (n for n in open_ if pieces[n].kind == "heading" and n + 1 < first and not NUMBERED.match(pieces[n].text))
        return next((n for n in over if facts_in(pieces[n + 1]) or read_byline(pieces[n + 1].text)), -1)
    return _guessed_title(pieces, open_, first)


def _begins(title: str, piece: Piece, key: str) -> bool:
    """Whether a piece is the given title without the site's name that follows there."""
    text = piece.text.strip()
    if len(again := same(text)) < 4 or again not in key:
        return False
    if not key.startswith(again):
        return piece.kind == "heading" and piece.level == 1
    return piece.kind == "heading" or re.match(r"\s*[-_|–—｜]", title.strip().removeprefix(text)) is not None


def _guessed_title(pieces: list[Piece], open_: list[int], first: int) -> int:
    """Take for the title the short line above a byline, or the first line of all right above the text."""
    lines = [
        n
        for n in open_
        if len(pieces[n].text) >= 4 and not ENDS.search(pieces[n].text) and pieces[n].kind in ("paragraph", "heading")
    ]
    for n in lines:
        after = [k for k in open_ if k > n and not _IN_BRACKETS.match(pieces[k].text)][:1]
        if _IN_BRACKETS.match(pieces[n].text):
            continue
        if after and read_byline(pieces[after[0]].text) and not read_byline(pieces[n].text):
            return n
    if lines and lines[0] == open_[0] and (pieces[lines[0]].kind == "heading" or lines[0] + 1 == first):
        return -1 if NUMBERED.match(pieces[lines[0]].text) else lines[0]
    return -1


def _is_hull(pieces: list[Piece], loads: list[float]) -> bool:
    """Whether what stands between two sayings of the title is the site's: many lines, hardly a sentence."""
    return len(pieces) >= 12 and sum(w > 0 for w in loads) * 8 <= len(pieces)
